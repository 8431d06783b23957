# Kea's configuration, for pxe-import.
#
# Kea takes an option from the reservation, the pool, the subnet, the shared
# network, the classes (in the order in which they are declared), or what is for
# all, whichever has it first.  The boot file and its server are a class's before
# they are the subnet's.

function kea_import(file,    i) {
	if (json_words(file) < 0)
		Fatal = file ": it cannot be read"
	kea_sets()
	P = 1
	if (!json_value("") || Fatal != "")
		return
	if (P <= Toks) {
		json_wrong("something follows the last brace")
		return
	}
	if (!("/Dhcp4" in J_type)) {
		Fatal = file ": there is no Dhcp4 in it"
		return
	}
	Opt_code["agent.circuit-id"] = "82.1"
	D4 = "/Dhcp4"
	for (i = 1; i <= J_n[""]; i++)
		if (J_key["", i] != "Dhcp4")
			kea_skip("/" J_key["", i], J_key["", i] (J_key["", i] ~ /^(Logging|Control-agent|DhcpDdns)$/ ? "" : " is another server's"))
	kea_definitions(D4 "/option-def")
	share_kea(D4 "/hooks-libraries")
	kea_classes()
	kea_interfaces()
	kea_networks()
	share_kea_lines()
	kea_reservations()
	kea_settings()
	kea_denials()
	kea_left()
}

# The value at a path, which has been looked at now.
function kea_get(path) {
	Seen[path]
	return (path in J) ? J[path] : ""
}

# A part that is said to be looked at, all of it.
function kea_seen(path,    i) {
	Seen[path]
	for (i = 1; (path in J_n) && i <= J_n[path]; i++)
		kea_seen(path "/" (J_type[path] == "object" ? J_key[path, i] : i))
}

function kea_skip(path, why) {
	note("rest", J_at[path], why)
	kea_seen(path)
}

# ---- option definitions -----------------------------------------------------

function kea_definitions(path,    i, p, name, space, code) {
	for (i = 1; i <= J_n[path] + 0; i++) {
		p = path "/" i
		name = kea_get(p "/name")
		space = kea_get(p "/space")
		code = kea_get(p "/code")
		Def_code[space == "" || space == "dhcp4" ? name : space "." name] = code
		Kea_type[(space == "" || space == "dhcp4" ? "" : space ".") code] = kea_get(p "/type") == "record" ? kea_get(p "/record-types") : kea_get(p "/type")
		if (kea_get(p "/array") == "true")
			Kea_array[(space == "" || space == "dhcp4" ? "" : space ".") code]
		if (kea_get(p "/encapsulate") != "")
			Space_in[J[p "/encapsulate"]] = code
		kea_seen(p)
	}
}

# CODE or CODE.SUB of an option-data element or a name in brackets; "" when not known.
function kea_code(name, space, code,    full) {
	Kea_def = ""
	if (space == "dhcp4")
		space = ""
	if (code == "" && name ~ /^[0-9]+$/)
		code = name
	if (space == "") {
		if (code == "")
			code = (name in Def_code) ? Def_code[name] : (name in Opt_code) ? Opt_code[name] : ""
		Kea_def = code
		return code
	}
	full = space "." name
	if (code == "")
		code = (full in Def_code) ? Def_code[full] : ""
	Kea_def = space "." code
	if (code == "")
		return ""
	if (space ~ /^vendor-encapsulated-options/)
		return "43." code
	if (space in Space_in)
		return Space_in[space] "." code
	return ""
}

# ---- option data ------------------------------------------------------------

# All option-data of a place, as candidates.
function kea_options(path, cond,    i, p, code, v, name, space) {
	for (i = 1; i <= J_n[path "/option-data"] + 0; i++) {
		p = path "/option-data/" i
		name = kea_get(p "/name")
		space = kea_get(p "/space")
		code = kea_code(name, space, kea_get(p "/code"))
		if (kea_get(p "/always-send") == "true" && code != "") {
			v = code
			sub(/\..*/, "", v)
			Forced[v]
		}
		v = kea_get(p "/data")
		if (code == "")
			note("option", J_at[p], "the option " name (space == "" ? "" : " of the space " space) " = " v ": it has no code that is known")
		else if (kea_get(p "/never-send") == "true")
			note("option", J_at[p], "that option " code " is never sent")
		else if (!((path, code, cond) in Kea_done)) {
			if (!kea_is_container(code, v, kea_get(p "/csv-format")))
				cand("opt:" code, cond_and(cond, kea_guard(p)), kea_value(code, Kea_def, v, kea_get(p "/csv-format")), J_at[p])
			if (kea_guard(p) == "T")
				Kea_done[path, code, cond]
		}
		kea_seen(p)
	}
}

# An option that holds others and nothing else.
function kea_is_container(code, data, csv,    s) {
	if (data != "")
		return 0
	for (s in Space_in)
		if (Space_in[s] == code)
			return 1
	return code == 43 || code == 175
}

function kea_value(code, def, data, csv,    type, V, n, i, T, m, h, out) {
	type = (def in Kea_type) ? Kea_type[def] : kea_own_type(code)
	if (csv == "false" || type == "binary" || type == "")
		return kea_bytes(code, data, csv, type)
	if (type == "string") {
		gsub(/\\,/, ",", data)
		return option_value(code, "text", data)
	}
	n = split(data, V, ",")
	m = split(type, T, ",")
	out = ""
	if (m == 1 && type ~ /^(ipv4-address|u?int|boolean)/) {
		for (i = 1; i <= n; i++)
			out = out (i > 1 ? "," : "") kea_datum(T[1], trim(V[i]), 0)
		if (out ~ /\?/)
			return "?" data
		return option_value(code, T[1] ~ /^ip/ ? "ip" : T[1] == "boolean" ? "u8" : "u" substr(T[1], match(T[1], /[0-9]/)), out)
	}
	if (m == 1 && type == "fqdn") {
		gsub(/[ \t]/, "", data)
		return option_value(code, "names", data)
	}
	if (type == "routes") {
		gsub(/[ \t]/, "", data)
		gsub(/-/, ",", data)
		return option_value(code, "routes", data)
	}
	for (i = 1; i <= n; i++) {
		h = kea_datum(trim(i <= m ? T[i] : T[m]), trim(V[i]), 1)
		if (h ~ /^\?/)
			return h data
		out = out h
	}
	return option_value(code, "hex", out)
}

# Kea's type of a standard option.
function kea_own_type(code,    t) {
	t = code ~ /\./ ? "" : Opt_type[code]
	if (t ~ /^ip|^pairs/)
		return "ipv4-address"
	if (t ~ /^u/)
		return "uint" substr(t, 2)
	return t == "text" ? "string" : t == "names" ? "fqdn" : t == "routes" ? "routes" : t == "ips" ? "ipv4-address" : ""
}

function kea_datum(type, v, bytes) {
	if (type ~ /^ipv4/)
		return !is_ip(v) ? "?" : bytes ? ip_hex(v) : v
	if (type ~ /int|boolean/) {
		v = v == "true" ? 1 : v == "false" ? 0 : v ~ /^0x/ ? hex_value(substr(v, 3)) : v
		if (v !~ /^-?[0-9]+$/)
			return "?"
		return bytes ? number_hex(v, type == "boolean" ? 1 : substr(type, match(type, /[0-9]/)) / 8) : v
	}
	if (type == "fqdn")
		return names_hex(v)
	if (type == "string")
		return bytes_of(v)
	return type == "binary" && is_hex(v) ? v : "?"
}

# Hexadecimal digits, with blanks, colons, 0x; 'text' in quotes.
function kea_bytes(code, data, csv, type,    h) {
	if (data ~ /^'.*'$/)
		return option_value(code, "text", substr(data, 2, length(data) - 2))
	h = data
	sub(/^0x/, "", h)
	gsub(/[ \t]/, "", h)
	if (h ~ /^[0-9A-Fa-f][0-9A-Fa-f]?(:[0-9A-Fa-f][0-9A-Fa-f]?)*$/ || is_hex(h))
		return option_value(code, "hex", hex_pairs(h))
	if (type == "")
		return option_value(code, "text", data)
	return "?" data
}

# ---- classes ----------------------------------------------------------------

function kea_classes(    i, p, name) {
	Kea_classes = J_n[D4 "/client-classes"] + 0
	for (i = 1; i <= Kea_classes; i++) {
		p = D4 "/client-classes/" i
		kea_definitions(p "/option-def")
		name = kea_get(p "/name")
		Kea_class[name] = i
		Kea_class_path[i] = p
		Kea_late[i] = kea_get(p "/only-if-required") == "true" || kea_get(p "/only-in-additional-list") == "true"
		if ((p "/template-test") in J)
			note("boot", J_at[p "/template-test"], "template-test of the class " name)
		kea_get(p "/template-test")
	}
}

# The condition for being in a class.
function kea_class_cond(name,    i, p, c) {
	if (name == "ALL" || (Ha_part && (name in Ha_class)))
		return "T"
	if (name == "KNOWN" || name == "UNKNOWN")
		return "host=" tolower(name)
	if (name == "BOOTP")
		return "client=bootp"
	if (name ~ /^VENDOR_CLASS_/)
		return match_option(60, "is", bytes_of(substr(name, 14)))
	if (!(name in Kea_class))
		return (name in Host_class) ? "tag=" kea_tag(name) : "?the class " name
	if (name in Kea_cond)
		return Kea_cond[name]
	p = Kea_class_path[Kea_class[name]]
	if ((name in Kea_busy))
		return "F"
	Kea_busy[name]
	c = "F"
	if ((p "/test") in J)
		c = kea_test(kea_get(p "/test"))
	if (name in Host_class)
		c = cond_or(c, "tag=" kea_tag(name))
	if (c == "F" && !((p "/test") in J) && !((p "/template-test") in J))
		c = "?the class " name ", which no test and no reservation gives"
	else if (c == "F" && (p "/template-test") in J)
		c = "?the class " name
	delete Kea_busy[name]
	Kea_cond[name] = c
	return c
}

function kea_tag(name) {
	gsub(/[^A-Za-z0-9_.-]/, "_", name)
	return name
}

# One of several classes, by the names at "client-class" or "client-classes".
function kea_guard(path,    i, c) {
	c = "T"
	if ((path "/client-class") in J)
		c = kea_class_cond(kea_get(path "/client-class"))
	if (J_n[path "/client-classes"] > 0) {
		c = "F"
		for (i = 1; i <= J_n[path "/client-classes"]; i++)
			c = cond_or(c, kea_class_cond(kea_get(path "/client-classes/" i)))
	}
	kea_seen(path "/client-classes")
	return c
}

# Where classes count that are looked at only where they are required.
function kea_required(path, cond,    i, k, key, name) {
	split("require-client-classes evaluate-additional-classes", Kea_req, " ")
	for (k = 1; k <= 2; k++) {
		key = path "/" Kea_req[k]
		for (i = 1; i <= J_n[key] + 0; i++) {
			name = kea_get(key "/" i)
			Kea_where[name] = (name in Kea_where) ? cond_or(Kea_where[name], cond) : cond
		}
		kea_seen(key)
	}
}

# ---- expressions ------------------------------------------------------------

# A test as a condition: its words are put behind the others.
function kea_test(test,    was, from, c) {
	was = P
	P = from = Toks + 1
	kea_words(test)
	c = expr_or()
	if (P <= Toks)
		c = "?" test
	Toks = from - 1
	P = was
	return c
}

function kea_words(s,    e) {
	while (s != "") {
		if (s ~ /^[ \t\n\r]/) {
			s = substr(s, 2)
			continue
		}
		Toks++
		Tok_str[Toks] = 0
		if (s ~ /^'/) {
			e = index(substr(s, 2), "'")
			if (!e)
				e = length(s)
			Tok[Toks] = substr(s, 2, e - 1)
			Tok_str[Toks] = 1
			s = substr(s, e + 2)
		} else {
			if (match(s, /^[A-Za-z0-9_-]+/))
				e = RLENGTH
			else
				e = s ~ /^==/ ? 2 : 1
			Tok[Toks] = substr(s, 1, e)
			s = substr(s, e + 1)
		}
	}
}

function k_primary(    c, from, a, b) {
	from = P
	if (Tok[P] == "(") {
		P++
		c = expr_or()
		if (Tok[P] == ")")
			P++
		return c
	}
	if (Tok[P] == "member") {
		P += 4
		return kea_class_cond(Tok[P - 2])
	}
	a = k_data()
	if (a ~ /^x:/)
		return match_exists(substr(a, 3))
	if (P > Toks || Tok[P] != "==")
		return "?" k_said(from, P - 1)
	P++
	b = k_data()
	c = x_compare(a, "=", b)
	return c == "" ? "?" k_said(from, P - 1) : c
}

function k_said(from, to,    out, i) {
	out = ""
	for (i = from; i <= to; i++)
		out = out (Tok_str[i] ? "'" Tok[i] "'" : Tok[i]) (Tok[i] == "==" || Tok[i + 1] == "==" ? " " : "")
	return trim(out)
}

# As x_data of dhcpd.conf gives it; x:CODE is the question whether there is such an option.
function k_data(    d, e) {
	d = k_term()
	while (P <= Toks && Tok[P] == "+" && !Tok_str[P]) {
		P++
		e = k_term()
		d = d ~ /^c:/ && e ~ /^c:/ ? d substr(e, 3) : "?+"
	}
	return d
}

function k_term(    from, w) {
	from = P
	w = Tok[P]
	if (P > Toks)
		return "?"
	if (Tok_str[P++])
		return "c:" bytes_of(w)
	if (w ~ /^0x[0-9A-Fa-f]+$/)
		return "c:" (length(w) % 2 ? "0" : "") tolower(substr(w, 3))
	if (w ~ /^[0-9]+$/)
		return "n:" w
	if (w == "(") {
		w = k_data()
		if (Tok[P] == ")")
			P++
		return w
	}
	if ((w == "option" || w == "relay4") && Tok[P] == "[")
		return k_option(w)
	if (w == "pkt4" && Tok[P] == "." && Tok[P + 1] == "mac") {
		P += 2
		return "h:1:6"
	}
	if (Tok[P] == "(")
		return k_function(w, from)
	while (P <= Toks && Tok[P] ~ /^(\.|\[|\])$/)
		P += 2
	if (Tok[P - 1] == "]" || Tok[P] == "]")
		P++
	return "?" k_said(from, P - 1)
}

# option[N].hex, option[N].option[M].exists, relay4[N].hex
function k_option(w,    code, sub_, what) {
	code = w == "relay4" ? 82 : kea_code(Tok[P + 1], "", "")
	sub_ = w == "relay4" ? Tok[P + 1] : ""
	if (w == "relay4" && sub_ == "circuit-id")
		sub_ = 1
	if (w == "relay4" && sub_ == "remote-id")
		sub_ = 2
	P += 5
	what = Tok[P - 1]
	if (what == "option") {
		sub_ = Tok[P + 1]
		P += 5
		what = Tok[P - 1]
	}
	if (code == "" || sub_ ~ /[^0-9]/ || what !~ /^(hex|text|exists)$/)
		return "?option"
	code = code (sub_ == "" ? "" : "." sub_)
	return what == "exists" ? "x:" code : "o:" code ":0:-"
}

function k_function(w, from,    A, n, d) {
	P++
	while (P <= Toks && Tok[P] != ")") {
		if (Tok[P] == "all" && !Tok_str[P]) {
			A[++n] = "n:-"
			P++
		} else
			A[++n] = k_data()
		if (Tok[P] == ",")
			P++
		else if (Tok[P] != ")")
			break
	}
	if (Tok[P] == ")")
		P++
	if (w == "hexstring" && A[1] ~ /^h:/ && A[2] ~ /^c:(3a|2d)$/)
		return "t" text_of(substr(A[2], 3)) substr(A[1], 3)
	d = x_apply(w, A, n)
	return d == "" ? "?" k_said(from, P - 1) : d
}

# ---- what counts ------------------------------------------------------------

function kea_settings(    i, p, c) {
	for (i = 1; i <= Kea_hosts; i++)
		kea_place(Kea_host_path[i], Kea_host_cond[i], 1, 1)
	# a class counts for the boot file before its subnet does, for options after it
	for (i = 1; i <= Kea_classes; i++)
		kea_place(Kea_class_path[i], kea_class_where(i), 1, 0)
	for (i = 1; i <= Kea_subnets; i++)
		kea_pools(i)
	for (i = 1; i <= Kea_subnets; i++)
		kea_place(Kea_path[i], "subnet=" Kea_net[i], 1, 1)
	for (i = 1; i <= Kea_subnets; i++)
		if (Kea_shared[i] != "")
			kea_place(Kea_shared[i], "subnet=" Kea_net[i], 1, 1)
	for (i = 1; i <= Kea_classes; i++)
		kea_place(Kea_class_path[i], kea_class_where(i), 0, 1)
	kea_place(D4, "T", 1, 1)
	cand("lease", "T", 7200, J_at[D4])
	Lease_is_fixed = 1
	Forced[58]
	Forced[59]
}

function kea_class_where(i,    name, c) {
	name = kea_get(Kea_class_path[i] "/name")
	c = kea_class_cond(name)
	if (Kea_late[i])
		c = (name in Kea_where) ? cond_and(c, Kea_where[name]) : "F"
	if (c == "F" && !(i in Kea_never)) {
		Kea_never[i]
		note("boot", J_at[Kea_class_path[i]], "the class " name (Kea_late[i] ? ", which is required nowhere" : ", in which nobody is"))
	}
	return c
}

function kea_pools(i,    k, q) {
	for (k = 1; k <= J_n[Kea_path[i] "/pools"] + 0; k++) {
		q = Kea_path[i] "/pools/" k
		kea_options(q, cond_and("subnet=" Kea_net[i], kea_guard(q)))
	}
}

# What a place says: fields (boot file, server, times) and options.
function kea_place(p, cond, fields, options,    v) {
	if (fields) {
		if ((v = kea_get(p "/boot-file-name")) != "")
			cand("file", cond, v, J_at[p "/boot-file-name"])
		if ((v = kea_get(p "/next-server")) != "" && v != "0.0.0.0")
			cand("server", cond, v, J_at[p "/next-server"])
		if ((v = kea_get(p "/server-hostname")) != "")
			cand_sname(cond, v, J_at[p "/server-hostname"])
		kea_number(p, "valid-lifetime", "lease", cond)
		kea_number(p, "min-valid-lifetime", "lease-min", cond)
		kea_number(p, "max-valid-lifetime", "lease-max", cond)
		kea_number(p, "decline-probation-period", "decline", cond)
		if ((v = kea_get(p "/authoritative")) != "")
			cand("authoritative", cond, v == "true" ? "yes" : "no", J_at[p "/authoritative"])
		if ((v = kea_get(p "/match-client-id")) != "")
			cand("key", cond, v == "false" ? "mac" : "client-id", J_at[p "/match-client-id"])
		kea_timer(p, "renew-timer", 58, cond)
		kea_timer(p, "rebind-timer", 59, cond)
	}
	if (options)
		kea_options(p, cond)
}

function kea_number(p, key, setting, cond) {
	if (kea_get(p "/" key) != "")
		cand(setting, cond, J[p "/" key] + 0 >= 4294967295 ? "for ever" : J[p "/" key], J_at[p "/" key])
}

function kea_timer(p, key, code, cond) {
	if (kea_get(p "/" key) != "" && J[p "/" key] > 0)
		cand("opt:" code, cond, "u32=" J[p "/" key], J_at[p "/" key])
}

# The class DROP is for those who get no answer.
function kea_denials(    A, n, i, text, at) {
	if (!("DROP" in Kea_class))
		return
	at = J_at[Kea_class_path[Kea_class["DROP"]]]
	n = split(cond_merge(kea_class_cond("DROP")), A, "\n")
	for (i = 1; i <= n; i++) {
		text = cond_text(A[i])
		if (Unsaid != "" || A[i] == "F")
			note("deny", at, "no answer for " Unsaid)
		else
			rule("deny", at, "deny" text)
	}
}

# ---- what nobody looked at --------------------------------------------------

# What is about the daemon itself, and what has no match in dhcpd-pxe.
function kea_sets() {
	set_add("daemon", "lease-database loggers control-socket control-sockets expired-leases-processing multi-threading sanity-checks server-tag")
	set_add("daemon", "dhcp-queue-control config-control config-fetch-wait-time echo-client-id parked-packet-limit")
	set_add("passed", "t1-percent t2-percent calculate-tee-times cache-threshold cache-max-age store-extended-info reservation-mode")
	set_add("passed", "reservations-lookup-first host-reservation-identifiers early-global-reservations-lookup ip-reservations-unique")
	set_add("passed", "only-if-required only-in-additional-list compatibility rapid-commit")
}

function kea_left(    i, p, key) {
	for (i = 1; i <= Js; i++) {
		p = J_order[i]
		if ((p in Seen) || p == "" || p == D4)
			continue
		key = p
		sub(/.*\//, "", key)
		if (key ~ /^(user-context|comment|id|name|test|subnet)$/ || p ~ /\/user-context\//)
			continue
		if (p == "/Dhcp4/" key && (in_set("daemon", key) || key ~ /^statistic-[a-z-]*$/)) {
			remark("rest", J_at[p], key ": nothing to carry over" (key == "lease-database" ? "; pxe-import converts the lease file" : ""))
			kea_seen(p)
		} else if (p ~ /^\/Dhcp4\/hooks-libraries$/)
			kea_hooks(p)
		else if (key == "interface" || key == "dhcp-ddns")
			kea_special(p, key)
		else if (in_set("passed", key) || key ~ /^(reservations-[a-z-]*|ddns-[a-z-]*|hostname-char-[a-z]*|4o6-[a-z0-9-]*)$/) {
			kea_passed(p, key)
		} else if (J_type[p] != "object" && J_type[p] != "array" || p ~ /^\/Dhcp4\/[^\/]*$/ && !kea_known_array(key)) {
			note("rest", J_at[p], kea_named(p) (p in J ? " = " J[p] : ""))
			kea_seen(p)
		}
	}
}

# What changes nothing in what clients are sent, and what does.
function kea_passed(p, key) {
	if (key == "compatibility" || (key ~ /^(ddns-|4o6)/ && J[p] !~ /^(false|)$/))
		note("rest", J_at[p], key (p in J ? " = " J[p] : ""))
	else if ((key == "t1-percent" && J[p] != 0.5) || (key == "t2-percent" && J[p] != 0.875))
		note("rest", J_at[p], key " = " J[p] "; a client that asks is told half of the lease time and seven eighths of it")
	else
		remark("rest", J_at[p], key ": nothing to carry over")
	kea_seen(p)
}

function kea_known_array(key) {
	return key ~ /^(subnet4|shared-networks|client-classes|option-data|option-def|reservations)$/
}

function kea_named(p) {
	sub(/^\/Dhcp4\//, "", p)
	gsub(/\//, ".", p)
	return p
}

function kea_hooks(p,    i, w) {
	for (i = 1; i <= J_n[p]; i++) {
		w = kea_get(p "/" i "/library")
		sub(/.*\//, "", w)
		if (w ~ /bootp/)
			remark("rest", J_at[p "/" i], w ": dhcpd-pxe answers BOOTP by itself")
		else if (w ~ /lease_cmds|stat_cmds/)
			remark("rest", J_at[p "/" i], w ": dhcpd-pxe -L shows leases, -r has them forgotten")
		else if (w ~ /_ha/)
			; # share_kea
		else
			note("rest", J_at[p "/" i], w)
	}
	kea_seen(p)
}

function kea_special(p, key) {
	if (key == "interface")
		note("subnet", J_at[p], "that a subnet is on the interface " J[p] "; the interface's address tells")
	else if (J[p "/enable-updates"] == "true")
		note("rest", J_at[p], "dhcp-ddns (DNS updates; dhcpd-pxe -x COMMAND tells a program of each lease)")
	kea_seen(p)
}
