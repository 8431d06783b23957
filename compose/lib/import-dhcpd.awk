# ISC dhcpd's configuration, for pxe-import.
#
# Statements are kept in blocks, one for each pair of braces.  What a client gets
# is decided by the host that it is, then by its classes (the one that is declared
# first counts), its pool, its subnet, and what these stand in; inside a block the
# last statement that is executed counts.

# ---- words ------------------------------------------------------------------

# The words of a file: Tok, Tok_at, Tok_str (1: it was in quotes).  An include is read in its place.
function dhcpd_words(file,    line, n, rc, was, text) {
	if (!include_enter(file))
		return 0
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
		if (c == "\"") {
			dhcpd_word(string_text(line, "x"), at, 1)
			line = String_rest
		} else {
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
function dhcpd_end(i,    depth, defines) {
	defines = Tok[i] == "option" # records stand in braces
	for (; i <= Toks; i++) {
		if (Tok_str[i] || (defines && Tok[i] != ";"))
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
	dhcpd_sets()
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
			cond = expr_or()
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
			Scope_kind[s] = "none"
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
		share_peer(P, e, at)
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
	sub(/^server\./, "", w)
	if ((w == "supersede" || w == "send") && Tok[i + 1] ~ /^server\./) {
		w = substr(Tok[++i], 8)
		if (w == "ddns-hostname")
			return
	}
	if (Tok[i + 1] == "=" && w !~ /^(option|supersede|send)$/)
		i++
	v = Tok[i + 1]
	if (w == "filename" || w == "server-name")
		block_set(block, w == "filename" ? "file" : "sname", e == i + 1 && Tok_str[e] ? v : "?" dhcpd_said(i + 1, e), at)
	else if (w == "next-server")
		block_set(block, "server", e > i + 1 ? "?" dhcpd_said(i + 1, e) : v ~ /^[0-9a-fA-F][0-9a-fA-F]?:/ ? ip_text(hex_value(hex_pairs(v))) : v, at)
	else if (w == "option" && (Tok[i + 2] == "code" || v == "space"))
		;
	else if (w == "option" || w == "supersede" || w == "send")
		dhcpd_option(scope, block, i + (Tok[i + 1] == "option" ? 1 : 0), e, at)
	else if (w == "range")
		dhcpd_range(scope, i, e, at)
	else if (w == "default-lease-time" || w == "max-lease-time" || w == "min-lease-time")
		block_set(block, w ~ /^d/ ? "lease" : w ~ /^max/ ? "lease-max" : "lease-min", v == "infinite" || v == -1 ? "for ever" : v, at)
	else if (w == "failover" && v == "peer" && Scope_kind[scope] == "pool")
		Scope_peer[scope] = Tok[i + 2]
	else if (w == "authoritative")
		block_set(block, "authoritative", "yes", at)
	else if (w == "not" && v == "authoritative")
		block_set(block, "authoritative", "no", at)
	else if (w ~ /^(ignore-client-uids|always-broadcast|ping-check|use-host-decl-names)$/)
		dhcpd_flag(block, w, v ~ /^(on|true)$/, at)
	else if (w == "boot-unknown-clients")
		block_set(block, w " off", v ~ /^(on|true)$/ ? "allow" : "deny", at)
	else if (w == "min-secs" && v ~ /^[0-9]+$/)
		block_set(block, "delay", v, at)
	else if (w == "vendor-option-space")
		block_set(block, w, v, at)
	else if (w == "allow" || w == "deny" || w == "ignore")
		dhcpd_permit(scope, block, i, e, at)
	else if (w == "match" || (w == "spawn" && v == "with"))
		dhcpd_match(scope, w == "match" ? i : i + 1, e, at)
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

function dhcpd_flag(block, w, on, at) {
	if (w == "ignore-client-uids")
		block_set(block, "key", on ? "mac" : "client-id", at)
	else if (w == "always-broadcast")
		block_set(block, "broadcast", on ? "always" : "asked", at)
	else if (w == "ping-check")
		block_set(block, "probe", on ? "on" : "off", at)
	else
		block_set(block, w, on ? "yes" : "no", at)
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

# Statements that are about the server itself.
function dhcpd_sets() {
	set_add("passed", "do-forward-updates db-time-format log-facility server.ddns-hostname pid-file-name local-port remote-port")
	set_add("passed", "dhcp-cache-threshold one-lease-per-client get-lease-hostnames use-lease-addr-for-default-route")
	set_add("passed", "adaptive-lease-time-threshold stash-agent-options ping-timeout ping-cltt-secs abandon-lease-time server-identifier")
	set_add("passed", "server-name local-address limited-broadcast-address delayed-ack max-ack-delay authoritative")
	set_add("passed", "check-secs-byte-order infinite-is-reserved persist-lease-file interface ping-timeout-ms")
}

function dhcpd_other(scope, w, i, e, at,    said) {
	said = dhcpd_said(i, e)
	if (in_set("passed", w) || w ~ /^(ddns-|update-|omapi-)/) {
		if (w == "ddns-update-style" && Tok[i + 1] != "none")
			note("rest", at, said " (DNS updates; dhcpd-pxe -x COMMAND tells a program of each lease)")
		else if (w ~ /^(server-identifier|local-address|local-port|omapi-|one-lease-per-client|adaptive|abandon)/)
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
	if (Tok[i - 1] == "spawn") {
		Scope_cond[scope] = "?" dhcpd_said(i - 1, e)
		note("boot", at, dhcpd_said(i - 1, e))
	} else if (Tok[i + 1] == "if") {
		P = i + 2
		Scope_cond[scope] = expr_or()
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
	if (code == 78)
		return "boolean, array of ip-address"
	if (code == 79)
		return "boolean, text"
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
function dhcpd_value(code, type, i, e,    T, n, kind, data, k, w, repeat, h) {
	sub(/^array of /, "", type)
	gsub(/[{}]/, "", type)
	n = split(type, T, ",")
	repeat = T[n] ~ /array of/ ? n : 1
	for (k = 1; k <= n; k++) {
		T[k] = trim(T[k])
		sub(/^array of /, "", T[k])
		T[k] = dhcpd_kind(T[k])
	}
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
		k = k < n ? k + 1 : repeat
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
			w = sprintf("%.0f", hex_value(number_hex(w, substr(kind, 2) / 8)))
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

