# ISC dhcpd's configuration, for pxe-import.
#
# Statements are kept in blocks, one for each pair of braces.  What a client gets
# is decided by the host that it is, then by its classes (the one that is declared
# first counts), its pool, its subnet, and what these stand in; inside a block the
# last statement that is executed counts.

# ---- words ------------------------------------------------------------------

# The words of a file: Tok, Tok_at, Tok_str (1: it was in quotes).  An include is read in its place.
function dhcpd_words(file,    line, n, rc, was, text) {
	if (++Depth > 20) {
		note("rest", file ":1", "a file that includes itself")
		Depth--
		return 0
	}
	while ((rc = (getline line < file)) > 0) {
		n++
		dhcpd_line(line, file ":" n)
	}
	close(file)
	Depth--
	return rc
}

function dhcpd_line(line, at,    c, len, blank, i, last) {
	blank = 1
	last = Toks
	while (line != "") {
		c = substr(line, 1, 1)
		if (c ~ /[ \t\r]/) {
			line = substr(line, 2)
			continue
		}
		if (c == "#") {
			dhcpd_comment(line, at, blank)
			return
		}
		blank = 0
		if (c == "\"")
			line = dhcpd_string(line, at)
		else {
			if (match(line, /^[A-Za-z0-9_.:\/+-]+/))
				len = RLENGTH
			else
				len = line ~ /^(!=|~=|~~)/ ? 2 : 1
			dhcpd_word(substr(line, 1, len), at, 0)
			line = substr(line, len + 1)
		}
	}
	if (Toks > last && Pending != "") {
		Comment[at] = Pending
		Pending = ""
	} else if (blank)
		Pending = ""
}

# A comment above a statement, or behind it, goes with it.
function dhcpd_comment(line, at, blank) {
	line = trim(line)
	if (blank && line ~ /;[ \t]*$|[{}][ \t]*$/)
		return # a statement that was put out of use
	if (blank)
		Pending = Pending (Pending == "" ? "" : "\n") line
	else {
		Comment[at] = (Pending != "" ? Pending "\n" : "") line
		Pending = ""
	}
	if (length(Pending) > 600)
		Pending = ""
}

function dhcpd_string(line, at,    i, c, out) {
	out = ""
	for (i = 2; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (c == "\"")
			break
		if (c == "\\") {
			c = substr(line, ++i, 1)
			if (c == "n")
				c = "\n"
			else if (c == "x") {
				c = sprintf("%c", hex_value(substr(line, i + 1, 2)))
				i += 2
			} else if (c ~ /[0-7]/ && substr(line, i, 3) ~ /^[0-7][0-7][0-7]$/) {
				c = sprintf("%c", substr(line, i, 1) * 64 + substr(line, i + 1, 1) * 8 + substr(line, i + 2, 1))
				i += 2
			}
		}
		out = out c
	}
	dhcpd_word(out, at, 1)
	return substr(line, i + 1)
}

function dhcpd_word(word, at, str,    path) {
	Toks++
	Tok[Toks] = word
	Tok_at[Toks] = at
	Tok_str[Toks] = str
	# include "FILE";
	if (word == ";" && !str && Toks > 2 && Tok[Toks - 2] == "include" && Tok_str[Toks - 1]) {
		path = Tok[Toks - 1]
		at = Tok_at[Toks - 1]
		Toks -= 3
		if (dhcpd_words(path) < 0)
			note("rest", at, "include \"" path "\", which cannot be read")
	}
}

function dhcpd_said(from, to,    out, i) {
	out = ""
	for (i = from; i <= to; i++)
		out = out (i > from && Tok[i] !~ /^[,;)]$/ && Tok[i - 1] != "(" ? " " : "") (Tok_str[i] ? "\"" Tok[i] "\"" : Tok[i])
	return out
}

# The end of the statement that begins at i: its ";" or the brace that closes it.
function dhcpd_end(i,    depth) {
	for (; i <= Toks; i++) {
		if (Tok_str[i])
			continue
		if (Tok[i] == "{")
			depth++
		else if (Tok[i] == "}") {
			if (--depth <= 0)
				return depth < 0 ? i - 1 : i
		} else if (Tok[i] == ";" && depth == 0)
			return i
	}
	return Toks
}

# ---- blocks and scopes ------------------------------------------------------

# A scope: kind, the block of its statements, the scope that it stands in.
function scope_new(kind, parent, at,    s) {
	s = ++Scopes
	Scope_kind[s] = kind
	Scope_parent[s] = parent
	Scope_depth[s] = parent ? Scope_depth[parent] + 1 : 0
	Scope_at[s] = at
	Scope_block[s] = ++Blocks
	Items[Blocks] = 0
	return s
}

function block_set(block, setting, value, at,    n) {
	n = ++Items[block]
	Item_kind[block, n] = "set"
	Item_setting[block, n] = setting
	Item_value[block, n] = value
	Item_at[block, n] = at
	if (!(setting in Known_setting)) {
		Known_setting[setting] = ++Known_settings
		Known_name[Known_settings] = setting
	}
}

# Adds the candidates of a block for a setting; true if every client of `cond` has got one.
function block_cands(block, setting, cond,    i, k, c, rest, all) {
	if (cond == "F")
		return 1
	for (i = Items[block]; i > 0; i--) {
		if (Item_kind[block, i] == "set") {
			if (Item_setting[block, i] != setting)
				continue
			cand(setting, cond, Item_value[block, i], Item_at[block, i])
			return 1
		}
		rest = "T"
		all = 1
		for (k = 1; k <= Branches[block, i]; k++) {
			if (!block_has(Branch_block[block, i, k], setting)) {
				rest = cond_and(rest, cond_not(Branch_cond[block, i, k]))
				all = 0
				continue
			}
			c = cond_and(cond_and(cond, rest), Branch_cond[block, i, k])
			if (!block_cands(Branch_block[block, i, k], setting, c)) {
				rest = cond_and(rest, cond_not(Branch_cond[block, i, k]))
				all = 0
			}
		}
		if (all && Branch_cond[block, i, k - 1] == "T")
			return 1
	}
	return 0
}

function block_has(block, setting,    i, k) {
	for (i = 1; i <= Items[block]; i++) {
		if (Item_kind[block, i] == "set" && Item_setting[block, i] == setting)
			return 1
		for (k = 1; Item_kind[block, i] == "if" && k <= Branches[block, i]; k++)
			if (block_has(Branch_block[block, i, k], setting))
				return 1
	}
	return 0
}

# ---- statements -------------------------------------------------------------

function dhcpd_import(file,    root) {
	if (dhcpd_words(file) < 0)
		Fatal = file ": it cannot be read"
	dhcpd_definitions()
	root = scope_new("global", 0, file ":1")
	Root = root
	P = 1
	while (P <= Toks) {
		dhcpd_statements(root, Scope_block[root])
		if (P <= Toks) {
			note("rest", Tok_at[P], "a closing brace that opens nowhere")
			P++
		}
	}
	dhcpd_networks()
	dhcpd_machines()
	dhcpd_settings()
	dhcpd_denials()
}

# Options, spaces and classes are known before anything is asked about them.
function dhcpd_definitions(    i, e, name, k, space, n, T) {
	Space_in["agent"] = 82
	for (i = 1; i <= Toks; i++) {
		if (Tok[i] != "option" || Tok_str[i])
			continue
		e = dhcpd_end(i)
		if (Tok[i + 1] == "space") {
			Space[Tok[i + 2]]
			continue
		}
		if (Tok[i + 2] != "code" || Tok[i + 4] != "=")
			continue
		name = Tok[i + 1]
		T = ""
		for (k = i + 5; k < e; k++)
			T = T (T == "" ? "" : " ") Tok[k]
		Def_code[name] = Tok[i + 3] + 0
		Def_type[name] = T
		if (T ~ /^encapsulate /)
			Space_in[substr(T, 13)] = Tok[i + 3] + 0
		Opt_code["agent.circuit-id"] = "82.1"
		Opt_code["agent.remote-id"] = "82.2"
	}
	Opt_code["agent.circuit-id"] = "82.1"
	Opt_code["agent.remote-id"] = "82.2"
	Opt_code["agent.link-selection"] = "82.5"
	Opt_code["agent.subscriber-id"] = "82.6"
}

# An option's code, or CODE.SUB, by its name; "" when it is not known.  Vendor is
# the space of an option that goes into option 43.
function dhcpd_code(name,    dot, space) {
	Vendor = ""
	dot = index(name, ".")
	space = dot ? substr(name, 1, dot - 1) : ""
	if (name in Def_code) {
		if (space == "" || space == "pxelinux" || space == "dhcp")
			return Def_code[name]
		if (space in Space_in)
			return Space_in[space] "." Def_code[name]
		Vendor = space
		return "43." Def_code[name]
	}
	if (name in Opt_code)
		return Opt_code[name]
	if (space == "dhcp" && substr(name, 6) in Opt_code)
		return Opt_code[substr(name, 6)]
	if (name ~ /^(unknown-|option-)[0-9]+$/) {
		sub(/^[a-z]+-/, "", name)
		return name + 0
	}
	return ""
}

# Statements up to the brace that closes the block.
function dhcpd_statements(scope, block,    w, e) {
	while (P <= Toks) {
		w = Tok[P]
		if (w == "}" && !Tok_str[P])
			return
		e = dhcpd_end(P)
		if (w == ";")
			P++
		else if (w == "if")
			dhcpd_if(scope, block)
		else if (Tok[e] == "}" && e > P)
			dhcpd_declaration(scope, block, e)
		else {
			dhcpd_statement(scope, block, P, e - 1)
			P = e + 1
		}
	}
}

function dhcpd_if(scope, block,    n, k, cond, inner) {
	n = ++Items[block]
	Item_kind[block, n] = "if"
	Item_at[block, n] = Tok_at[P]
	for (k = 1; ; k++) {
		cond = "T"
		if (Tok[P] == "else" && Tok[P + 1] == "if")
			P++
		if (Tok[P] == "if" || Tok[P] == "elsif") {
			P++
			cond = x_or()
		} else
			P++
		if (Tok[P] != "{") {
			note("rest", Tok_at[P], "an if without its braces")
			P = dhcpd_end(P) + 1
			Branches[block, n] = k - 1
			return
		}
		P++
		inner = ++Blocks
		Items[inner] = 0
		Branch_cond[block, n, k] = cond
		Branch_block[block, n, k] = inner
		Branches[block, n] = k
		dhcpd_statements(scope, inner)
		P++
		if (cond == "T" || !(Tok[P] == "elsif" || Tok[P] == "else"))
			return
	}
}

# What has braces: a network, a pool, a group, a class, a host.
function dhcpd_declaration(scope, block, e,    kind, at, s, name, bits) {
	kind = Tok[P]
	at = Tok_at[P]
	if (kind !~ /^(subnet|shared-network|pool|group|class|subclass|host)$/) {
		dhcpd_other_block(kind, at, e)
		P = e + 1
		return
	}
	s = scope_new(kind, scope, at)
	Scope_name[s] = name = Tok[P + 1]
	if (kind == "subnet") {
		bits = mask_bits(Tok[P + 3])
		if (!is_ip(name) || bits < 0) {
			note("subnet", at, "subnet " name " netmask " Tok[P + 3])
			P = e + 1
			return
		}
		Scope_net[s] = net_of(name, bits) "/" bits
	} else if (kind == "class") {
		Classes++
		Class_scope[Classes] = s
		Class_of[name] = s
	} else if (kind == "subclass")
		dhcpd_subclass(s, P, 1)
	else if (kind == "host") {
		Scope_hosts++
		Host_scope[Scope_hosts] = s
	} else if (kind == "pool") {
		Pools++
		Pool_scope[Pools] = s
	}
	while (Tok[P] != "{")
		P++
	P++
	dhcpd_statements(s, Scope_block[s])
	P = e + 1
}

# subclass "NAME" VALUE [{...}]
function dhcpd_subclass(s, i, braces,    v) {
	Subclasses++
	Subclass_scope[Subclasses] = s
	Subclass_class[Subclasses] = Tok[i + 1]
	Subclass_at[Subclasses] = Tok_at[i]
	v = Tok_str[i + 2] ? bytes_of(Tok[i + 2]) : hex_pairs(Tok[i + 2])
	Subclass_value[Subclasses] = v
}

function dhcpd_other_block(kind, at, e) {
	if (kind == "failover")
		note("subnet", at, "failover peer: two servers share a range with share=1/2 and share=2/2 on a subnet line")
	else if (kind == "key" || kind == "zone")
		note("rest", at, kind " " Tok[P + 1] " (DNS updates; dhcpd-pxe -x COMMAND tells a program of each lease)")
	else if (kind == "on")
		note("rest", at, "on " Tok[P + 1] " (dhcpd-pxe -x COMMAND tells a program of each lease)")
	else
		note("rest", at, dhcpd_said(P, e > P + 12 ? P + 12 : e) (e > P + 12 ? " ..." : ""))
}

function dhcpd_statement(scope, block, i, e,    w, at, v) {
	w = Tok[i]
	at = Tok_at[i]
	v = Tok[i + 1]
	if (w == "filename" || w == "server-name")
		block_set(block, w == "filename" ? "file" : "sname", e == i + 1 && Tok_str[e] ? v : "?" dhcpd_said(i + 1, e), at)
	else if (w == "next-server")
		block_set(block, "server", e == i + 1 ? v : "?" dhcpd_said(i + 1, e), at)
	else if (w == "option" && (Tok[i + 2] == "code" || v == "space"))
		;
	else if (w == "option" || w == "supersede" || w == "send")
		dhcpd_option(scope, block, i + (Tok[i + 1] == "option" ? 1 : 0), e, at)
	else if (w == "range")
		dhcpd_range(scope, i, e, at)
	else if (w == "default-lease-time" || w == "max-lease-time" || w == "min-lease-time")
		block_set(block, w ~ /^d/ ? "lease" : w ~ /^max/ ? "lease-max" : "lease-min", v == "infinite" || v == -1 ? "for ever" : v, at)
	else if (w == "authoritative")
		block_set(block, "authoritative", "yes", at)
	else if (w == "not" && v == "authoritative")
		block_set(block, "authoritative", "no", at)
	else if (w ~ /^(ignore-client-uids|always-broadcast|ping-check|use-host-decl-names)$/)
		block_set(block, w, v ~ /^(on|true)$/ ? "yes" : "no", at)
	else if (w == "vendor-option-space")
		block_set(block, w, v, at)
	else if (w == "allow" || w == "deny" || w == "ignore")
		dhcpd_permit(scope, block, i, e, at)
	else if (w == "match")
		dhcpd_match(scope, i, e, at)
	else if (w == "subclass")
		dhcpd_subclass(scope_new("subclass", scope, at), i, 0)
	else if (w == "hardware" && Scope_kind[scope] == "host")
		Scope_mac[scope] = Scope_mac[scope] (Scope_mac[scope] == "" ? "" : ",") (v == "ethernet" && is_mac(Tok[i + 2]) ? mac_text(Tok[i + 2]) : "?" v " " Tok[i + 2])
	else if (w == "fixed-address")
		dhcpd_fixed(scope, i, e, at)
	else if ((w == "host-identifier" || w == "uid" || w == "dhcp-client-identifier") && Scope_kind[scope] == "host")
		dhcpd_identifier(scope, i, e, at)
	else
		dhcpd_other(scope, w, i, e, at)
}

function dhcpd_range(scope, i, e, at,    k) {
	k = i + 1
	if (Tok[k] == "dynamic-bootp") {
		Scope_bootp[scope] = 1
		k++
	}
	Scope_ranges[scope] = Scope_ranges[scope] (Scope_ranges[scope] == "" ? "" : " ") Tok[k] "-" (k < e ? Tok[k + 1] : Tok[k])
}

function dhcpd_fixed(scope, i, e, at,    k) {
	for (k = i + 1; k <= e; k++) {
		if (Tok[k] == ",")
			continue
		if (is_ip(Tok[k]))
			Scope_addr[scope] = Scope_addr[scope] (Scope_addr[scope] == "" ? "" : ",") Tok[k]
		else
			note("host", at, "fixed-address " Tok[k] ": a host line has an address, not a name to look up")
	}
}

# How else than by its MAC address a host is known.
function dhcpd_identifier(scope, i, e, at,    code, value) {
	code = 61
	if (Tok[i] == "host-identifier") {
		code = Tok[i + 1] == "option" ? dhcpd_code(Tok[i + 2]) : ""
		i += 2
	}
	value = Tok_str[i + 1] ? bytes_of(Tok[i + 1]) : hex_pairs(Tok[i + 1])
	if (code == 61)
		Scope_id[scope] = value
	else if (code == 97 && length(value) == 34)
		Scope_uuid[scope] = substr(match_option(97, "is", value), 6)
	else if (code == "")
		note("host", at, dhcpd_said(i - 2, e))
	else
		Scope_who[scope] = match_option(code, "is", value)
}

function dhcpd_other(scope, w, i, e, at,    said) {
	said = dhcpd_said(i, e)
	if (w ~ /^(ddns-|update-|do-forward-updates|db-time-format|log-facility|pid-file-name|local-port|remote-port|dhcp-cache-threshold|one-lease-per-client|get-lease-hostnames|use-lease-addr-for-default-route|adaptive-lease-time-threshold|stash-agent-options|ping-timeout|ping-cltt-secs|abandon-lease-time|server-identifier|server-name|local-address|limited-broadcast-address|delayed-ack|max-ack-delay|boot-unknown-clients|omapi-|authoritative|check-secs-byte-order|infinite-is-reserved|persist-lease-file|interface$)/) {
		if (w == "ddns-update-style" && Tok[i + 1] != "none")
			note("rest", at, said " (DNS updates; dhcpd-pxe -x COMMAND tells a program of each lease)")
		else if (w ~ /^(server-identifier|local-address|local-port|omapi-|boot-unknown-clients|one-lease-per-client|adaptive|abandon)/)
			note("rest", at, said)
		else
			remark("rest", at, said ": nothing to carry over")
	} else if (w ~ /-file-name$/)
		remark("top", at, said ": leases are named by dhcpd-pxe -l; pxe-import converts dhcpd.leases")
	else if (w == "min-secs")
		note("subnet", at, said "; delay= of a boot line or of a subnet line is the like")
	else
		note("rest", at, said (Scope_kind[scope] == "global" ? "" : " in " Scope_kind[scope] (Scope_name[scope] != "{" ? " " Scope_name[scope] : "")))
}

# allow, deny, ignore: of a pool, who may have its addresses; else who is answered.
function dhcpd_permit(scope, block, i, e, at,    what, who, cond) {
	what = Tok[i] == "allow" ? "allow" : "deny"
	who = dhcpd_said(i + 1, e)
	gsub(/-/, " ", who)
	if (Scope_kind[scope] == "pool") {
		if (who ~ /^members of /) {
			Pool_class[scope, ++Pool_permits[scope]] = Tok[e]
			cond = ""
		} else if (who ~ /^known/)
			cond = "host=known"
		else if (who ~ /^unknown/)
			cond = "host=unknown"
		else if (who ~ /^all/)
			cond = "T"
		else if (who ~ /^dynamic bootp/)
			cond = "client=bootp"
		else
			cond = "?" who
		if (cond != "")
			Pool_permits[scope]++
		Pool_cond[scope, Pool_permits[scope]] = cond
		Pool_what[scope, Pool_permits[scope]] = what
		Pool_said[scope, Pool_permits[scope]] = at
	} else if (who == "unknown clients" || who == "booting" || who == "bootp")
		block_set(block, "deny " who, what, at)
	else if (who == "client updates")
		remark("rest", at, dhcpd_said(i, e) ": nothing to carry over")
	else if (what == "allow" && who != "leasequery")
		remark("rest", at, dhcpd_said(i, e) ": it is so already")
	else
		note("rest", at, dhcpd_said(i, e))
}

function dhcpd_match(scope, i, e, at) {
	if (Tok[i + 1] == "if") {
		P = i + 2
		Scope_cond[scope] = x_or()
	} else {
		P = i + 1
		Scope_data[scope] = x_data()
		if (substr(Scope_data[scope], 1, 1) == "?")
			note("boot", at, dhcpd_said(i, e))
	}
	P = i
}

# ---- values of options ------------------------------------------------------

function dhcpd_option(scope, block, i, e, at,    name, code, v, type) {
	name = Tok[i + 1]
	code = dhcpd_code(name)
	if (code == "") {
		note("option", at, dhcpd_said(i, e) ": it has no code that is known")
		return
	}
	if (code == 55) {
		dhcpd_forced(i + 2, e)
		return
	}
	if (code == 61 && Scope_kind[scope] == "host") {
		dhcpd_identifier(scope, i + 1, e, at)
		return
	}
	if (Tok[i + 2] == "=" || Tok[i + 2] == "(") {
		P = i + 2 + (Tok[i + 2] == "=")
		v = x_data()
		v = substr(v, 1, 2) == "c:" ? option_value(code, "hex", substr(v, 3)) : "?" dhcpd_said(i + 2, e)
		if (v ~ /^hex=/ && is_text(substr(v, 5)) && Opt_type[code] == "")
			v = option_value(code, "text", text_of(substr(v, 5)))
	} else {
		type = (name in Def_type) ? Def_type[name] : dhcpd_type(code)
		v = dhcpd_value(code, type, i + 2, e)
	}
	if (code == 12 && Scope_kind[scope] == "host" && v ~ /^text=/) {
		Scope_hostname[scope] = substr(v, 6)
		return
	}
	if (code == 60 && v ~ /^text=(PXEClient|HTTPClient)/) {
		remark("option", at, "dhcpd-pxe sends option 60 to PXE and HTTP Boot clients by itself")
		return
	}
	if (Vendor != "")
		Vendor_of["opt:" code] = Vendor
	block_set(block, "opt:" code, v, at)
}

# dhcp-parameter-request-list: what is added to it is sent unasked.
function dhcpd_forced(i, e) {
	for (; i <= e; i++) {
		if (Tok[i] ~ /^[0-9a-fA-F]+(:[0-9a-fA-F]+)+$/)
			dhcpd_forced_bytes(hex_pairs(Tok[i]))
		else if (Tok[i] ~ /^[0-9]+$/)
			Forced[Tok[i] + 0]
		else if (Tok[i] ~ /^[0-9a-fA-F][0-9a-fA-F]?$/)
			Forced[hex_value(Tok[i])]
	}
}

function dhcpd_forced_bytes(h,    i) {
	for (i = 1; i < length(h); i += 2)
		Forced[hex_value(substr(h, i, 2))]
}

# The type, in dhcpd.conf's words, of an option that it knows by itself.
function dhcpd_type(code,    t) {
	t = code ~ /\./ ? "string" : Opt_type[code]
	if (t == "ip" || t == "ips" || t == "pairs")
		return "array of ip-address"
	if (t ~ /^u/)
		return "array of unsigned integer " substr(t, 2)
	if (t == "names")
		return "domain-list"
	return t == "text" ? "text" : "string"
}

# The value that words i to e are, of a type as dhcpd.conf writes it.
function dhcpd_value(code, type, i, e,    T, n, kind, data, k, w, list, h) {
	list = sub(/^array of /, "", type)
	gsub(/[{}]/, "", type)
	n = split(type, T, ",")
	for (k = 1; k <= n; k++)
		T[k] = dhcpd_kind(trim(T[k]))
	kind = n == 1 ? T[1] : "hex"
	data = ""
	for (k = 1; i <= e; i++) {
		w = Tok[i]
		if (w == "," || w == "{" || w == "}")
			continue
		h = dhcpd_datum(n == 1 ? kind : T[k], i, n > 1)
		if (h ~ /^\?/)
			return h
		data = data (data != "" && n == 1 && kind != "text" && kind != "string" ? "," : "") h
		k = k < n ? k + 1 : 1
	}
	if (kind == "string" || kind == "text")
		return dhcpd_string_value(code, data)
	return option_value(code, kind, data)
}

function dhcpd_kind(t,    W, n) {
	if (t ~ /^ip-address|^ip6/)
		return "ip"
	if (t ~ /integer/) {
		n = split(t, W, " ")
		return "u" W[n]
	}
	if (t == "boolean" || t == "flag")
		return "u8"
	if (t ~ /^domain-list|^domain-name/)
		return "names"
	return t == "text" ? "text" : "string"
}

# One datum: as option_value takes it, or as bytes.
function dhcpd_datum(kind, i, bytes,    w) {
	w = Tok[i]
	if (kind == "ip") {
		if (!is_ip(w))
			return "?" w ", a name to look up"
		return bytes ? ip_hex(w) : w
	}
	if (kind ~ /^u/) {
		w = w ~ /^(on|true)$/ ? 1 : w ~ /^(off|false)$/ ? 0 : w ~ /^0x/ ? hex_value(substr(w, 3)) : w
		if (w !~ /^-?[0-9]+$/)
			return "?" w
		if (w < 0)
			w = hex_value(number_hex(w, substr(kind, 2) / 8))
		return bytes ? number_hex(w, substr(kind, 2) / 8) : w
	}
	if (kind == "names")
		return w
	return Tok_str[i] ? bytes_of(w) : w ~ /^[0-9a-fA-F]+(:[0-9a-fA-F]+)*$/ ? hex_pairs(w) : bytes_of(w)
}

# A string is text when it looks like text.
function dhcpd_string_value(code, h) {
	if (is_text(h) && Opt_type[code] !~ /^(ip|u|pairs|names|routes)/)
		return option_value(code, "text", text_of(h))
	return option_value(code, "hex", h)
}

# ---- expressions ------------------------------------------------------------

function x_or(    c) {
	c = x_and()
	while (Tok[P] == "or" && !Tok_str[P]) {
		P++
		c = cond_or(c, x_and())
	}
	return c
}

function x_and(    c) {
	c = x_not()
	while (Tok[P] == "and" && !Tok_str[P]) {
		P++
		c = cond_and(c, x_not())
	}
	return c
}

function x_not() {
	if (Tok[P] == "not" && !Tok_str[P]) {
		P++
		return cond_not(x_not())
	}
	return x_primary()
}

function x_primary(    from, c, a, op, b, name) {
	from = P
	if (Tok[P] == "(" && !x_is_data(P)) {
		P++
		c = x_or()
		if (Tok[P] == ")")
			P++
		return c
	}
	if (Tok[P] == "exists") {
		name = Tok[P + 1]
		if (name == "option")
			name = Tok[++P + 1]
		P += 2
		return dhcpd_code(name) == "" ? "?exists " name : match_exists(dhcpd_code(name))
	}
	if (Tok[P] == "known") {
		P++
		return "host=known"
	}
	if (Tok[P] == "check") {
		P += 2
		return (Tok[P - 1] in Class_of) ? class_cond(Tok[P - 1]) : "?class " Tok[P - 1]
	}
	a = x_data()
	op = Tok[P]
	if (op !~ /^(=|!=|~=|~~)$/ || Tok_str[P])
		return "?" dhcpd_said(from, P - 1)
	P++
	b = x_data()
	c = x_compare(a, op == "!=" ? "=" : op, b)
	if (c == "")
		c = "?" dhcpd_said(from, P - 1)
	return op == "!=" ? cond_not(c) : c
}

# Is what stands in these parentheses compared with something behind them?
function x_is_data(i,    depth) {
	for (; i <= Toks; i++) {
		if (Tok[i] == "(")
			depth++
		else if (Tok[i] == ")" && --depth == 0)
			return Tok[i + 1] ~ /^(=|!=|~=|~~)$/
	}
	return 0
}

# Data: c:HEX (constant), o:CODE:OFF:LEN (bytes of an option; LEN - : to its end), e:CODE:LEN
# (its last bytes), h:OFF:LEN (of the hardware type and address), t:OFF:LEN (the same
# as text with colons), l:... (in lower case), p:... (the first of several), or ?words.
function x_data(    from, w, d, code, off, len) {
	from = P
	w = Tok[P]
	if (Tok_str[P]) {
		P++
		return "c:" bytes_of(w)
	}
	if (w == "(") {
		P++
		d = x_data()
		P++
		return d
	}
	if (w == "option" || w == "config-option") {
		code = dhcpd_code(Tok[P + 1])
		P += 2
		return code == "" || w != "option" ? "?" dhcpd_said(from, P - 1) : "o:" code ":0:-"
	}
	if (w == "hardware") {
		P++
		return "h:0:7"
	}
	if (Tok[P + 1] == "(")
		return x_function(w, from)
	P++
	if (w ~ /^[0-9a-fA-F]+(:[0-9a-fA-F]+)+$/)
		return "c:" hex_pairs(w)
	if (w ~ /^(0x[0-9a-fA-F]+|[0-9]+)$/)
		return "n:" (w ~ /^0x/ ? hex_value(substr(w, 3)) : w)
	return "?" w
}

function x_function(w, from,    A, n, i, h, d) {
	P += 2
	n = 0
	while (P <= Toks && Tok[P] != ")") {
		A[++n] = x_data()
		if (Tok[P] == ",")
			P++
		else if (Tok[P] != ")")
			break
	}
	while (P <= Toks && Tok[P] != ")" && Tok[P] !~ /^[{};]$/)
		P++
	if (Tok[P] == ")")
		P++
	d = x_apply(w, A, n)
	return d == "" ? "?" dhcpd_said(from, P - 1) : d
}

function x_apply(w, A, n,    off, len, D, i, h) {
	if (w == "substring") {
		off = substr(A[2], 3)
		len = substr(A[3], 3)
		if (A[1] ~ /^c:/)
			return "c:" substr(substr(A[1], 3), off * 2 + 1, len * 2)
		split(A[1], D, ":")
		if (D[1] == "o" && D[4] == "-")
			return "o:" D[2] ":" (D[3] + off) ":" len
		if (D[1] == "h")
			return "h:" (D[2] + off) ":" (len == "-" || len > D[3] - off ? D[3] - off : len)
	} else if (w == "suffix" && A[1] ~ /^o:.*:0:-$/) {
		split(A[1], D, ":")
		return "e:" D[2] ":" substr(A[2], 3)
	} else if (w == "binary-to-ascii" && A[1] == "n:16" && A[2] == "n:8" && A[4] ~ /^h:/)
		return "t" text_of(substr(A[3], 3)) substr(A[4], 3)
	else if (w == "lcase" || w == "ucase")
		return A[1] ~ /^t/ || A[1] ~ /^c:/ ? A[1] : "" # they are in lower case already
	else if (w == "extract-int" && A[1] ~ /^o:/)
		return "i" substr(A[2], 3) A[1]
	else if (w == "encode-int" && A[1] ~ /^n:/)
		return "c:" number_hex(substr(A[1], 3), substr(A[2], 3) / 8)
	else if (w == "concat" || w == "pick-first-value" || w == "pick") {
		h = ""
		for (i = 1; i <= n; i++) {
			if (w == "concat" && A[i] !~ /^c:/)
				return ""
			h = h (w == "concat" ? substr(A[i], 3) : (i > 1 ? "|" : "") A[i])
		}
		return (w == "concat" ? "c:" : "p:") h
	}
	return ""
}

# A comparison as a condition; "" when it cannot be said.
function x_compare(a, op, b,    d, D, n, h, i, c, rest, k) {
	if (a ~ /^[cn]:/ && b !~ /^[cn]:/) {
		d = a
		a = b
		b = d
	}
	if (b ~ /^n:/ && a ~ /^i/) {
		b = "c:" number_hex(substr(b, 3), (a ~ /^i8/ ? 1 : a ~ /^i16/ ? 2 : 4))
		sub(/^i[0-9]+/, "", a)
	}
	if (b ~ /^n:/ && a ~ /^o:/) {
		split(a, D, ":")
		b = "c:" number_hex(substr(b, 3), D[2] == 93 || Def_width(D[2]) == 16 ? 2 : Def_width(D[2]) == 32 ? 4 : 1)
	}
	if (b !~ /^c:/ || a ~ /^\?/)
		return ""
	h = substr(b, 3)
	if (a ~ /^p:/) {
		n = split(substr(a, 3), D, "|")
		c = "F"
		rest = "T"
		for (i = 1; i <= n; i++) {
			d = x_compare(D[i], op, b)
			if (d == "")
				return ""
			c = cond_or(c, cond_and(rest, d))
			if (D[i] ~ /^o:/) {
				k = substr(D[i], 3)
				sub(/:.*/, "", k)
				rest = cond_and(rest, cond_not(match_exists(k)))
			}
		}
		return c
	}
	if (op != "=")
		return x_regex(a, op, text_of(h))
	if (a ~ /^t/)
		return x_mac_text(a, text_of(h))
	split(a, D, ":")
	if (D[1] == "h")
		return x_mac(D[2], D[3], h)
	if (D[1] == "e")
		return D[3] * 2 == length(h) ? match_option(D[2], "ends", h) : D[3] * 2 < length(h) ? "F" : match_option(D[2], "is", h)
	if (D[1] != "o")
		return ""
	if (D[4] == "-" && D[3] == 0)
		return match_option(D[2], "is", h)
	return x_part(D[2], D[3], D[4], h)
}

function Def_width(code,    name) {
	for (name in Def_code)
		if (Def_code[name] == code && name !~ /\./ && Def_type[name] ~ /integer/)
			return substr(Def_type[name], index(Def_type[name], "integer") + 8) + 0
	return Opt_type[code] ~ /^u/ ? substr(Opt_type[code], 2) : 8
}

# A part of an option, from an offset, len bytes long or to its end.
function x_part(code, off, len, h,    n, head) {
	n = length(h) / 2
	head = ""
	# The vendor class of a boot ROM is PXEClient:Arch:00007:UNDI:003016.
	if (off > 0 && code == 60 && (off == 15 || off == 16))
		head = bytes_of(off == 15 ? "PXEClient:Arch:" : "HTTPClient:Arch:")
	else if (off > 0)
		return ""
	if (len != "-" && n > len)
		return "F"
	return match_option(code, len != "-" && n == len ? "begins" : "is", head h)
}

# Bytes of the hardware type, 1 for Ethernet, and the address.
function x_mac(off, len, h,    n, mac, i) {
	n = length(h) / 2
	if (n > len || off > 1)
		return n > len ? "F" : ""
	if (off == 0) {
		if (h !~ /^01/)
			return "F"
		h = substr(h, 3)
		n--
		len--
	}
	if (n < len)
		return "F"
	mac = ""
	for (i = 1; i <= n; i++)
		mac = mac (i > 1 ? ":" : "") substr(h, i * 2 - 1, 2)
	return "mac=" mac (n < 6 ? ":*" : "")
}

# The same as text, without leading zeros: "0:c:29".
function x_mac_text(a, text,    D, sep) {
	sep = substr(a, 2, 1)
	if (sep !~ /[:-]/)
		return ""
	split(substr(a, 3), D, ":")
	return x_mac(D[1], D[2], hex_pairs(tolower(text)))
}

# A regular expression that is text, with .* and anchors.
function x_regex(a, op, re,    D, begins, ends, c) {
	split(a, D, ":")
	if (D[1] != "o" || D[3] != 0 || D[4] != "-")
		return ""
	if (op == "~~" && re ~ /[A-Za-z]/)
		return "" # capitals make no difference
	begins = sub(/^\^/, "", re)
	ends = sub(/\$$/, "", re)
	if (sub(/^\.\*/, "", re))
		begins = 0
	if (sub(/\.\*$/, "", re))
		ends = 0
	gsub(/\\\./, ".", re)
	if (re ~ /[][\\()|*+?{}^$]/ || re ~ /\./)
		return ""
	return match_option(D[2], begins ? (ends ? "is" : "begins") : ends ? "ends" : "holds", bytes_of(re))
}

# ---- networks ---------------------------------------------------------------

function class_cond(name,    s, i, c) {
	s = Class_of[name]
	if (s == "")
		return "?class " name
	if (s in Scope_cond)
		return Scope_cond[s]
	c = "F"
	for (i = 1; i <= Subclasses; i++)
		if (Subclass_class[i] == name)
			c = cond_or(c, subclass_cond(i))
	return c
}

function subclass_cond(i,    s, c) {
	s = Class_of[Subclass_class[i]]
	if (s == "" || !(s in Scope_data) || Scope_data[s] ~ /^\?/)
		return "?subclass " Subclass_class[i] " " Subclass_value[i]
	c = x_compare(Scope_data[s], "=", "c:" Subclass_value[i])
	return c == "" ? "?subclass " Subclass_class[i] : c
}

# Who may have the addresses of a pool.
function pool_cond(s,    i, yes, no, c) {
	yes = "F"
	no = "T"
	for (i = 1; i <= Pool_permits[s] + 0; i++) {
		c = Pool_cond[s, i] != "" ? Pool_cond[s, i] : class_cond(Pool_class[s, i])
		if (Pool_what[s, i] == "allow")
			yes = cond_or(yes, c)
		else
			no = cond_and(no, cond_not(c))
	}
	return cond_and(yes == "F" ? "T" : yes, no)
}

# Is there an "allow" at all?
function pool_has_allow(s,    i) {
	for (i = 1; i <= Pool_permits[s] + 0; i++)
		if (Pool_what[s, i] == "allow")
			return 1
	return 0
}

function scope_in(s, kind) {
	while (s && Scope_kind[s] != kind)
		s = Scope_parent[s]
	return s
}

# The networks below a scope, as a condition.
function scope_nets(s,    i, c) {
	if (Scope_kind[s] == "subnet")
		return "subnet=" Scope_net[s]
	if (Scope_kind[s] == "pool")
		return scope_nets(scope_in(Scope_parent[s], "subnet") ? scope_in(Scope_parent[s], "subnet") : scope_in(Scope_parent[s], "shared-network"))
	c = "F"
	for (i = 1; i <= Scopes; i++)
		if (Scope_kind[i] == "subnet" && scope_below(i, s))
			c = cond_or(c, "subnet=" Scope_net[i])
	return c
}

function scope_below(i, s) {
	while (i && i != s)
		i = Scope_parent[i]
	return i == s
}

# Subnet lines: for each subnet those of its pools, and one for the rest.
function dhcpd_networks(    i, k, s, base, ranged) {
	for (i = 1; i <= Scopes; i++) {
		if (Scope_kind[i] != "subnet")
			continue
		base = 0
		for (k = 1; k <= Pools; k++) {
			s = Pool_scope[k]
			if (scope_below(s, i) || (scope_in(s, "shared-network") && !scope_in(s, "subnet") && scope_below(i, scope_in(s, "shared-network"))))
				base = dhcpd_pool(i, s, base)
		}
		if (Scope_ranges[i] != "" || !base) {
			if (!base)
				base = dhcpd_subnet(i, "T", Scope_at[i], i)
			dhcpd_ranges(base, Scope_ranges[i], Scope_net[i], Scope_at[i])
			if (Scope_bootp[i] && Sub_keys[base] !~ /bootp=/)
				Sub_keys[base] = Sub_keys[base] " bootp=dynamic"
		}
	}
}

# A pool that is for everybody and says nothing else is a range of the subnet's own line.
function dhcpd_pool(subnet, s, base,    cond, n) {
	cond = pool_cond(s)
	if (cond == "F") {
		note("subnet", Scope_at[s], "a pool that nobody may use")
		return base
	}
	if (cond == "T" && !Items[Scope_block[s]] && !Scope_bootp[s]) {
		if (!base)
			base = dhcpd_subnet(subnet, "T", Scope_at[subnet], subnet)
		dhcpd_ranges(base, Scope_ranges[s], Scope_net[subnet], Scope_at[s])
		return base
	}
	n = dhcpd_subnet(subnet, cond, Scope_at[s], s)
	dhcpd_ranges(n, Scope_ranges[s], Scope_net[subnet], Scope_at[s])
	if (Scope_bootp[s])
		Sub_keys[n] = Sub_keys[n] " bootp=dynamic"
	return cond == "T" && !base ? n : base
}

function dhcpd_subnet(s, cond, at, keys,    n, shared) {
	n = subnet_add(Scope_net[s], cond, at)
	Sub_scope[n] = keys
	shared = scope_in(s, "shared-network")
	if (shared) {
		if (Can_link)
			Sub_keys[n] = Sub_keys[n] " link=" quoted(Scope_name[shared])
		else
			note("subnet", Scope_at[shared], "shared-network " Scope_name[shared] ": " Scope_net[s] " on one wire with others")
	}
	return n
}

# Those ranges that lie in the network: pools may stand in a shared network.
function dhcpd_ranges(n, ranges, net, at,    R, k, i, W) {
	k = split(ranges, R, " ")
	for (i = 1; i <= k; i++) {
		split(R[i], W, "-")
		if (net_within(W[1] "/32", net))
			subnet_range(n, W[1], W[2])
	}
}

# ---- machines ---------------------------------------------------------------

function dhcpd_machines(    i, s, who, h, g, names, A, n, k, name) {
	names = dhcpd_decl_names()
	for (i = 1; i <= Scope_hosts; i++) {
		s = Host_scope[i]
		if (Scope_mac[s] ~ /\?/)
			note("host", Scope_at[s], "hardware " substr(Scope_mac[s], index(Scope_mac[s], "?") + 1) " of host " Scope_name[s])
		else if (Scope_mac[s] != "")
			who = "mac=" Scope_mac[s]
		else if (Scope_id[s] != "" && length(Scope_id[s]) > 2)
			who = "client-id=" Scope_id[s]
		else if (Scope_uuid[s] != "")
			who = "uuid=" Scope_uuid[s]
		else {
			if (Scope_who[s] != "")
				note("host", Scope_at[s], "host " Scope_name[s] (Scope_addr[s] != "" ? ", with the address " Scope_addr[s] "," : "") " by " Scope_who[s] ": a host line needs a MAC address, a UUID or a client identifier")
			else
				note("host", Scope_at[s], "host " Scope_name[s] ", which says not which machine it is")
			continue
		}
		if (Scope_mac[s] ~ /\?/)
			continue
		name = Scope_hostname[s] != "" ? Scope_hostname[s] : Scope_name[s]
		h = Scope_host[s] = host_add(who, Scope_addr[s], name, Scope_at[s])
		if (Scope_mac[s] != "" && Scope_id[s] != "" && length(Scope_id[s]) > 2)
			host_add("client-id=" Scope_id[s], "", name, Scope_at[s])
		for (g = Scope_parent[s]; g; g = Scope_parent[g])
			if (Scope_kind[g] == "group" && Items[Scope_block[g]])
				host_tag(h, group_tag(g))
	}
}

function dhcpd_decl_names() {
	return 1
}

function group_tag(g) {
	if (!(g in Group_tag))
		Group_tag[g] = is_name(Scope_name[g]) && !(Scope_name[g] in Group_named) ? Scope_name[g] : "group" ++Groups
	Group_named[Group_tag[g]]
	return Group_tag[g]
}

# The clients that a host declaration is about.
function host_cond(s) {
	if (Scope_who[s] != "" && !(s in Scope_host))
		return Scope_who[s]
	if (!(s in Scope_host))
		return "F"
	if (Scope_mac[s] != "" && Scope_mac[s] !~ /,/)
		return "mac=" Scope_mac[s]
	host_tag(Scope_host[s], Scope_name[s])
	return "tag=" Scope_name[s]
}

# ---- what counts ------------------------------------------------------------

function dhcpd_settings(    i) {
	for (i = 1; i <= Known_settings; i++)
		dhcpd_setting(Known_name[i])
	for (i = 1; i <= Known_settings; i++)
		if (Known_name[i] in Vendor_of)
			dhcpd_vendor(Known_name[i])
	dhcpd_unsaid("file")
	dhcpd_unsaid("server")
	dhcpd_server_names()
	dhcpd_words_of_subnets()
}

# All candidates of a setting, the one that counts most first.
function dhcpd_setting(name,    i, g, s, depth, k) {
	for (i = 1; i <= Scope_hosts; i++)
		if (block_has(Scope_block[Host_scope[i]], name))
			block_cands(Scope_block[Host_scope[i]], name, host_cond(Host_scope[i]))
	for (depth = 9; depth > 0; depth--)
		for (g = 1; g <= Scopes; g++)
			if (g in Group_tag && Scope_depth[g] == depth && block_has(Scope_block[g], name))
				block_cands(Scope_block[g], name, "tag=" Group_tag[g])
	for (i = 1; i <= Classes; i++) {
		s = Class_scope[i]
		for (k = 1; k <= Subclasses; k++)
			if (Subclass_class[k] == Scope_name[s] && block_has(Scope_block[Subclass_scope[k]], name))
				block_cands(Scope_block[Subclass_scope[k]], name, subclass_cond(k))
		if (block_has(Scope_block[s], name))
			block_cands(Scope_block[s], name, class_cond(Scope_name[s]))
	}
	for (depth = 9; depth >= 0; depth--)
		for (s = 1; s <= Scopes; s++)
			if (Scope_depth[s] == depth && Scope_kind[s] ~ /^(pool|subnet|shared-network|group|global)$/ && block_has(Scope_block[s], name))
				dhcpd_network_cands(s, name)
}

function dhcpd_network_cands(s, name,    cond, p) {
	if (Scope_kind[s] == "global")
		cond = "T"
	else
		cond = scope_nets(s)
	if (Scope_kind[s] == "pool") {
		p = pool_cond(s)
		if (dhcpd_pool_key(s, name))
			return
		if (p == "T" && dhcpd_pools_beside(s)) {
			note(name ~ /^opt:/ ? "option" : "boot", Scope_at[s], name " of a pool that nothing but its addresses tells from the others")
			return
		}
		cond = cond_and(cond, p)
	}
	block_cands(Scope_block[s], name, cond)
}

function dhcpd_pools_beside(s,    i, n) {
	for (i = 1; i <= Pools; i++)
		if (Scope_parent[Pool_scope[i]] == Scope_parent[s])
			n++
	return n > 1 || Scope_ranges[Scope_parent[s]] != ""
}

# Router, name servers, domain and lease time of a pool are said on its own subnet line.
function dhcpd_pool_key(s, name,    n, i, v, key) {
	key = name == "opt:3" ? "router" : name == "opt:6" ? "dns" : name == "opt:15" ? "domain" : name ~ /^lease/ ? name : ""
	if (key == "" || Items[Scope_block[s]] < 1)
		return 0
	for (n = 1; n <= Subnets && Sub_scope[n] != s; n++)
		;
	if (n > Subnets)
		return 0
	for (i = Items[Scope_block[s]]; i > 0; i--)
		if (Item_kind[Scope_block[s], i] == "set" && Item_setting[Scope_block[s], i] == name)
			break
		else if (Item_kind[Scope_block[s], i] == "if")
			return 0
	if (!i)
		return 0
	v = Item_value[Scope_block[s], i]
	if (key ~ /^lease/)
		;
	else if (v !~ (key == "domain" ? "^text=" : "^ip="))
		return 0
	else
		sub(/^[a-z]+=/, "", v)
	Sub_own[n, key] = v
	return 1
}

# Suboptions of 43 are sent where vendor-option-space names their space.
function dhcpd_vendor(setting,    k, v, i) {
	v = "F"
	for (i = 1; i <= Cands["vendor-option-space"] + 0; i++)
		if (Cand_value["vendor-option-space", i] == Vendor_of[setting])
			v = cond_or(v, Cand_cond["vendor-option-space", i])
	for (k = 1; k <= Cands[setting]; k++) {
		if (v == "F")
			Cand_value[setting, k] = "?of the space " Vendor_of[setting] ", which no vendor-option-space names"
		else
			Cand_cond[setting, k] = cond_and(Cand_cond[setting, k], v)
	}
}

# Files and servers that are computed.
function dhcpd_unsaid(setting,    k) {
	for (k = 1; k <= Cands[setting] + 0; k++)
		if (Cand_value[setting, k] ~ /^\?/) {
			note("boot", Cand_at[setting, k], (setting == "file" ? "filename = " : "next-server = ") substr(Cand_value[setting, k], 2))
			Cand_value[setting, k] = setting == "file" ? "-" : ""
		}
}

# server-name: the header's sname; what reads a name reads option 66.
function dhcpd_server_names(    k, n) {
	n = Cands["sname"] + 0
	for (k = 1; k <= n; k++) {
		if (Cand_value["sname", k] ~ /^\?/) {
			note("option", Cand_at["sname", k], "server-name " substr(Cand_value["sname", k], 2))
			continue
		}
		cand("opt:66", Cand_cond["sname", k], option_value(66, "text", Cand_value["sname", k]), Cand_at["sname", k])
	}
}

function dhcpd_yes(setting, i,    n) {
	n = cand_for(setting, Sub_net[i])
	return n ? Cand_value[setting, n] : ""
}

function dhcpd_words_of_subnets(    i) {
	for (i = 1; i <= Subnets; i++) {
		if (dhcpd_yes("authoritative", i) == "yes")
			Sub_words[i] = "authoritative"
		if (dhcpd_yes("ignore-client-uids", i) == "yes")
			Sub_keys[i] = Sub_keys[i] " key=mac"
		if (dhcpd_yes("always-broadcast", i) == "yes")
			Sub_keys[i] = Sub_keys[i] " broadcast=always"
		if (dhcpd_yes("ping-check", i) == "no")
			Sub_keys[i] = Sub_keys[i] " probe=off"
	}
	# What dhcpd does when nothing is said
	cand("lease", "T", 43200, Scope_at[Root])
	cand("lease-max", "T", 86400, Scope_at[Root])
}

# ---- who is not answered ----------------------------------------------------

function dhcpd_denials() {
	dhcpd_denied("deny unknown clients", "host=unknown")
	dhcpd_denied("deny booting", "T")
	dhcpd_denied("deny bootp", "client=bootp")
}

function dhcpd_denied(setting, who,    k, c, allowed, A, n, i, text) {
	allowed = "T"
	for (k = 1; k <= Cands[setting] + 0; k++) {
		c = cond_and(Cand_cond[setting, k], allowed)
		allowed = cond_and(allowed, cond_not(Cand_cond[setting, k]))
		if (Cand_value[setting, k] == "allow")
			continue
		c = cond_and(c, who)
		n = split(cond_merge(cond_deny_sole(c)), A, "\n")
		for (i = 1; i <= n; i++) {
			text = cond_text(A[i])
			if (A[i] == "F")
				continue
			if (Unsaid != "")
				note("deny", Cand_at[setting, k], setting " for " Unsaid)
			else
				rule("deny", Cand_at[setting, k], "deny" text)
		}
	}
}

function cond_deny_sole(c,    i) {
	Sole_net = Subnets ? Sub_net[1] : ""
	for (i = 2; i <= Subnets; i++)
		if (Sub_net[i] != Sole_net)
			Sole_net = ""
	return cond_sole(c)
}
