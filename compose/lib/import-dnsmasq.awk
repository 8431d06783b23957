# dnsmasq's configuration, for pxe-import.
#
# A tag is a condition: of the lines that set it, any one must hold.  Tags that
# dhcp-host lines set are tags of host lines here.  Of several dhcp-boot lines
# the last one counts whose tags the client has, one without tags only when none
# does; so it is with the dhcp-option lines of an option.

function dnsmasq_read(file,    line, at, n, pending, text, rc) {
	if (++Depth > 20) {
		note("rest", file ":1", "a file that includes itself")
		Depth--
		return 0
	}
	while ((rc = (getline line < file)) > 0) {
		n++
		at = file ":" n
		sub(/\r$/, "", line)
		text = dnsmasq_uncommented(line)
		if (trim(text) == "") {
			pending = line ~ /^[ \t]*#/ && line !~ /^[ \t]*#[a-z][a-z0-9-]*(=|$)/ ? pending (pending == "" ? "" : "\n") trim(line) : ""
			continue
		}
		if (length(text) < length(line) && Line_comment != "")
			pending = pending (pending == "" ? "" : "\n") Line_comment
		if (pending != "" && split(pending, Pending_lines, "\n") <= 6)
			Comment[at] = pending
		pending = ""
		dnsmasq_keep(trim(text), at)
	}
	close(file)
	Depth--
	return rc < 0 ? -1 : n
}

# A line without its comment; quotes keep a # from being one.
function dnsmasq_uncommented(line,    i, c, inside) {
	Line_comment = ""
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (c == "\"")
			inside = !inside
		else if (c == "#" && !inside && (i == 1 || substr(line, i - 1, 1) ~ /[ \t]/)) {
			Line_comment = trim(substr(line, i))
			return substr(line, 1, i - 1)
		}
	}
	return line
}

# A line is kept until all are read: tags may be set below where they are asked for.
function dnsmasq_keep(text, at,    name, value, eq) {
	eq = index(text, "=")
	name = trim(eq ? substr(text, 1, eq - 1) : text)
	value = eq ? trim(substr(text, eq + 1)) : ""
	sub(/^--/, "", name)
	if (name == "conf-file")
		dnsmasq_include(value, at)
	else if (name == "conf-dir")
		dnsmasq_include_dir(value, at)
	else if (name == "dhcp-hostsfile" || name == "dhcp-optsfile" || name == "dhcp-hostsdir" || name == "dhcp-optsdir")
		dnsmasq_lines_of(name, value, at)
	else {
		Lines++
		Line_name[Lines] = name
		Line_value[Lines] = value
		Line_at[Lines] = at
	}
}

function dnsmasq_path(path) {
	return path
}

function dnsmasq_include(path, at) {
	if (dnsmasq_read(path) < 0)
		note("rest", at, "conf-file=" path ", which cannot be read")
}

# conf-dir=DIR[,SUFFIX...]: *SUFFIX are the only ones, the other SUFFIXes are left out.
function dnsmasq_include_dir(value, at,    W, n, i, name, path, only, out, wanted, seen) {
	n = split(value, W, ",")
	for (i = 2; i <= n; i++)
		W[i] = trim(W[i])
	for (i = 2; i <= n; i++)
		if (W[i] ~ /^\*/)
			only = 1
	while (("LC_ALL=C ls -1A " shell_quoted(W[1]) " 2>/dev/null" | getline name) > 0) {
		seen++
		if (name ~ /^\./ || name ~ /~$/ || name ~ /^#.*#$/)
			continue
		wanted = !only
		for (i = 2; i <= n; i++) {
			if (W[i] ~ /^\*/ && ends_with(name, substr(W[i], 2)))
				wanted = 1
			if (W[i] !~ /^\*/ && W[i] != "" && ends_with(name, W[i]))
				wanted = 0
		}
		if (wanted)
			List_dir[at, ++out] = W[1] "/" name
	}
	close("LC_ALL=C ls -1A " shell_quoted(W[1]) " 2>/dev/null")
	if (!seen)
		note("rest", at, "conf-dir=" W[1] ", which is empty or cannot be read")
	for (i = 1; i <= out; i++)
		if (dnsmasq_read(List_dir[at, i]) < 0)
			note("rest", at, List_dir[at, i] ", which cannot be read")
}

function ends_with(s, tail) {
	return length(s) >= length(tail) && substr(s, length(s) - length(tail) + 1) == tail
}

# Files of lines without the name in front.
function dnsmasq_lines_of(name, path, at,    as, line, n, file, rc, any, F, m, i, cmd) {
	as = name ~ /host/ ? "dhcp-host" : "dhcp-option"
	cmd = "LC_ALL=C find " shell_quoted(path) " -type f ! -name '.*' ! -name '*~' 2>/dev/null | sort"
	while ((cmd | getline file) > 0)
		F[++m] = file
	close(cmd)
	for (i = 1; i <= m; i++) {
		n = 0
		while ((rc = (getline line < F[i])) > 0) {
			n++
			line = trim(dnsmasq_uncommented(line))
			if (line == "")
				continue
			sub("^" as "=", "", line)
			Lines++
			Line_name[Lines] = as
			Line_value[Lines] = line
			Line_at[Lines] = F[i] ":" n
		}
		close(F[i])
	}
	if (!m)
		note("host", at, name "=" path ", which cannot be read")
	else if (name ~ /dir$/)
		remark("host", at, "what " path " holds now; dhcpd-pxe's own directory of machines that come and go is a hosts line")
}

# ---- tags -------------------------------------------------------------------

function tag_set(tag, cond) {
	Tag_cond[tag] = (tag in Tag_cond) ? cond_or(Tag_cond[tag], cond) : cond
}

# What a client must be to have a tag.
function tag_cond(tag) {
	if (tag in Tag_busy)
		return "F" # a circle
	if (tag == "known")
		return "host=known"
	if (tag == "known-othernet")
		return "?a host line in another network"
	if (tag == "bootp")
		return "client=bootp"
	if (tag == "cpewan-id")
		return "opt=125:*"
	return dnsmasq_tag_if(tag, (tag in Tag_cond) ? Tag_cond[tag] : dnsmasq_tag_else(tag))
}

# A tag that no line sets is an interface's name, or nobody's.
function dnsmasq_tag_else(tag) {
	if (tag in Iface)
		return Ifaces == 1 ? "T" : "?the interface " tag
	if (tag ~ /^(eth|en|br|wl|virbr|vlan|bond)[a-z]*[0-9]/)
		return "?the interface " tag
	return "F"
}

function dnsmasq_tag_if(tag, cond,    i) {
	Tag_busy[tag]
	for (i = 1; i <= Tag_ifs; i++)
		if (index("," Tag_if_set[i] ",", "," tag ","))
			cond = cond_or(cond, tags_cond(Tag_if_tags[i]))
	delete Tag_busy[tag]
	return cond
}

# All of the tags of a list ("a,!b"), as one condition.
function tags_cond(tags,    T, n, i, cond, t, neg) {
	n = split(tags, T, ",")
	cond = "T"
	for (i = 1; i <= n; i++) {
		t = T[i]
		neg = sub(/^[!#]/, "", t)
		cond = cond_and(cond, neg ? cond_not(tag_cond(t)) : tag_cond(t))
	}
	return cond
}

# Splits a value at its commas, takes tags off the front: Arg[1..Args], Tags and Sets.
function dnsmasq_args(value,    i, c, inside, word, was) {
	Args = 0
	Tags = Sets = ""
	word = ""
	split("", Arg)
	split("", Arg_quoted)
	for (i = 1; i <= length(value) + 1; i++) {
		c = substr(value, i, 1)
		if (c == "\"" ) {
			inside = !inside
			was = 1
		} else if ((c == "," && !inside) || i > length(value)) {
			dnsmasq_arg(was ? word : trim(word), was)
			word = ""
			was = 0
		} else if (c == "\\" && inside && i < length(value))
			word = word substr(value, ++i, 1)
		else
			word = word c
	}
}

function dnsmasq_arg(word, was) {
	if (!was && word ~ /^(tag|net):/)
		Tags = Tags (Tags == "" ? "" : ",") substr(word, 5)
	else if (!was && word ~ /^set:/)
		Sets = Sets (Sets == "" ? "" : ",") substr(word, 5)
	else {
		Arg[++Args] = word
		Arg_quoted[Args] = was
	}
}

# The words of Arg from `i` on, as they were.
function dnsmasq_rest(i,    out) {
	out = Arg[i]
	for (i++; i <= Args; i++)
		out = out "," Arg[i]
	return out
}

# ---- the whole --------------------------------------------------------------

function dnsmasq_convert(    i) {
	for (i = 1; i <= Lines; i++)
		dnsmasq_first(Line_name[i], Line_value[i], Line_at[i])
	for (i = 1; i <= Lines; i++)
		dnsmasq_second(Line_name[i], Line_value[i], Line_at[i])
	dnsmasq_ranges()
	dnsmasq_hosts()
	dnsmasq_boots()
	dnsmasq_services()
	dnsmasq_options()
	for (i = 1; i <= Boot_names; i++)
		cand("opt:66", Boot_name_cond[i], option_value(66, "text", Boot_name[i]), Boot_name_at[i])
}

# What others lean on: interfaces, tags, flags.
function dnsmasq_first(name, value, at,    W, n, i) {
	if (name == "interface") {
		n = split(value, W, ",")
		for (i = 1; i <= n; i++) {
			Ifaces++
			Iface[trim(W[i])]
			rule("interface", at, "interface " trim(W[i]))
		}
	} else if (name ~ /^dhcp-(authoritative|ignore-clid|sequential-ip|no-override|rapid-commit)$/)
		Flag[name] = at
	else if (name == "no-ping")
		Flag[name] = at
	else if (name == "domain") {
		split(value, W, ",")
		if (W[2] == "")
			Domain = W[1]
		Domain_at = at
		if (W[2] != "")
			note("option", at, "domain=" value " for some addresses")
	} else if (name == "port")
		Port = value
}

# Sets of tags, and the lines that wait for all of them.
function dnsmasq_second(name, value, at,    c, k) {
	if (name == "dhcp-match" || name == "dhcp-vendorclass" || name == "dhcp-userclass" || name == "dhcp-mac" || \
		name == "dhcp-circuitid" || name == "dhcp-remoteid" || name == "dhcp-subscrid" || name == "dhcp-name-match") {
		dnsmasq_args(value)
		c = dnsmasq_match(name, at)
		if (c ~ /^\?/)
			note("boot", at, name "=" value)
		k = split(Sets, Set_list, ",")
		for (; k > 0; k--)
			tag_set(Set_list[k], c)
	} else if (name == "tag-if") {
		dnsmasq_args(value)
		Tag_ifs++
		Tag_if_set[Tag_ifs] = Sets
		Tag_if_tags[Tag_ifs] = Tags
	} else if (name == "dhcp-range")
		dnsmasq_range(value, at)
	else if (name == "dhcp-host")
		dnsmasq_host(value, at)
	else if (name == "dhcp-boot")
		dnsmasq_more("boot", value, at)
	else if (name ~ /^dhcp-option(-force|-pxe)?$/)
		dnsmasq_more(name ~ /force|pxe/ ? "force" : "option", value, at)
	else if (name == "pxe-service" || name == "pxe-prompt" || name == "dhcp-ignore" || name == "bootp-dynamic" || \
		name == "dhcp-broadcast" || name == "dhcp-reply-delay")
		dnsmasq_more(name, value, at)
	else
		dnsmasq_other(name, value, at)
}

function dnsmasq_more(kind, value, at) {
	if (kind == "force") {
		Kept["option"]++
		Kept_force[Kept["option"]] = 1
		kind = "option"
	} else
		Kept[kind]++
	Kept_value[kind, Kept[kind]] = value
	Kept_at[kind, Kept[kind]] = at
}

function dnsmasq_match(name, at,    code, h, sub_) {
	if (name == "dhcp-vendorclass" && Arg[1] ~ /^enterprise:/)
		return "?option 124 of an enterprise"
	if (name == "dhcp-vendorclass")
		return match_option(60, "holds", bytes_of(dnsmasq_rest(1)))
	if (name == "dhcp-userclass")
		return match_option(77, "holds", bytes_of(dnsmasq_rest(1)))
	if (name == "dhcp-mac")
		return dnsmasq_mac(Arg[1])
	if (name == "dhcp-name-match")
		return "name=" Arg[1]
	if (name != "dhcp-match") {
		sub_ = name ~ /circuit/ ? "82.1" : name ~ /remote/ ? "82.2" : "82.6"
		return match_option(sub_, "is", Arg[1] ~ /^[0-9a-fA-F][0-9a-fA-F](:[0-9a-fA-F][0-9a-fA-F])*$/ ? hex_pairs(Arg[1]) : bytes_of(Arg[1]))
	}
	if (Arg[1] ~ /^vi-encap:/)
		return "?an option of an enterprise"
	code = dnsmasq_code(Arg[1])
	if (code == "")
		return "?" Arg[1]
	if (Args == 1)
		return match_exists(code)
	return dnsmasq_match_value(code, dnsmasq_rest(2))
}

# The value that an option must have: numbers by the option's own size, text may stand
# anywhere in options that are lists of text, and ends in * for a beginning.
function dnsmasq_match_value(code, value) {
	if (code == 93 && value ~ /^[0-9]+$/)
		return "arch=" value
	if (is_ip(value))
		return match_option(code, "holds", ip_hex(value))
	if (value ~ /^[0-9A-Fa-f][0-9A-Fa-f]?(:[0-9A-Fa-f][0-9A-Fa-f]?)+$/)
		return match_option(code, "is", hex_pairs(value))
	if (value ~ /^[0-9]+$/ && Opt_type[code] !~ /text/)
		return match_option(code, "is", number_hex(value, Opt_type[code] == "u32" ? 4 : Opt_type[code] == "u16" ? 2 : value > 65535 ? 4 : value > 255 ? 2 : 1))
	if (value ~ /\*$/)
		return match_option(code, "begins", bytes_of(substr(value, 1, length(value) - 1)))
	return match_option(code, code == 60 || code == 77 ? "begins" : "is", bytes_of(value))
}

# An option's number by its name or number.
function dnsmasq_code(word) {
	if (word ~ /^[0-9]+$/)
		return word + 0
	if (word ~ /^option:/) {
		word = substr(word, 8)
		if (word ~ /^[0-9]+$/)
			return word + 0
		if (word in Opt_code)
			return Opt_code[word]
	}
	return ""
}

function dnsmasq_mac(word) {
	sub(/^[0-9]+-/, "", word)
	word = tolower(word)
	if (word ~ /\*/) {
		while (word ~ /:\*:\*$/)
			sub(/:\*$/, "", word)
		return "mac=" word
	}
	return "mac=" mac_text(word)
}

# dhcp-range=[tag:...,][set:...,]START[,END|MODE][,NETMASK[,BROADCAST]][,LEASE]
function dnsmasq_range(value, at,    i, r, n, low, lease, w) {
	dnsmasq_args(value)
	i = 1
	if (Arg[1] ~ /^interface:/ || !is_ip(Arg[1])) {
		note("subnet", at, "dhcp-range=" value (Arg[1] ~ /:/ ? " (IPv6)" : ""))
		return
	}
	r = ++Ranges
	Range_at[r] = at
	Range_tags[r] = Tags
	Range_sets[r] = Sets
	Range_low[r] = Arg[1]
	lease = ""
	for (i = 2; i <= Args; i++) {
		w = Arg[i]
		if (i == 2 && is_ip(w))
			Range_high[r] = w
		else if (w == "proxy" || w == "static")
			Range_mode[r] = w
		else if (is_ip(w) && Range_mask[r] == "")
			Range_mask[r] = mask_bits(w)
		else if (is_ip(w))
			cand("opt:28", "subnet=" net_of(Arg[1], Range_mask[r]) "/" Range_mask[r], "ip=" w, at)
		else if (w ~ /^([0-9]+[smhdw]?|infinite)$/)
			lease = dnsmasq_time(w)
		else if (w != "")
			note("subnet", at, w " of a dhcp-range")
	}
	Range_lease[r] = lease == "" ? 3600 : lease
	if (Range_mask[r] == "" || Range_mask[r] < 0)
		Range_mask[r] = dnsmasq_guess_mask(r)
	Range_net[r] = net_of(Range_low[r], Range_mask[r]) "/" Range_mask[r]
	n = split(Sets, Set_list, ",")
	for (; n > 0; n--) {
		tag_set(Set_list[n], "subnet=" Range_net[r])
		Context_tag[Set_list[n]]
	}
}

function dnsmasq_time(w,    unit) {
	if (w == "infinite")
		return "for ever"
	unit = substr(w, length(w))
	return w * (unit == "m" ? 60 : unit == "h" ? 3600 : unit == "d" ? 86400 : unit == "w" ? 604800 : 1)
}

# The netmask of a range without one is that of the interface, which may be here.
function dnsmasq_guess_mask(r,    i, low, high) {
	low = Range_low[r]
	high = Range_high[r] == "" ? low : Range_high[r]
	for (i = 1; i <= Own_nets; i++)
		if (net_within(low "/32", Own_net[i]) && net_within(high "/32", Own_net[i])) {
			sub(/.*\//, "", Own_net[i])
			i = Own_net[i]
			own_nets()
			return i
		}
	for (i = 24; i > 8 && net_of(low, i) != net_of(high, i); i--)
		;
	assume("subnet", Range_at[r], "the dhcp-range names no netmask, and no interface here has that network; /" i " is assumed")
	return i
}

# The ranges as subnet lines: those with tags come before those without, the last of them first.
function dnsmasq_ranges(    r, pass, i, k, seen) {
	for (pass = 1; pass <= 2; pass++)
		for (r = pass == 1 ? Ranges : 1; pass == 1 ? r > 0 : r <= Ranges; r += pass == 1 ? -1 : 1) {
			if ((Range_tags[r] != "") != (pass == 1))
				continue
			k = Range_net[r] SUBSEP Range_tags[r] SUBSEP Range_lease[r] SUBSEP Range_mode[r]
			if (!(k in seen)) {
				seen[k] = dnsmasq_subnet(r)
			} else if (Range_high[r] == "" && Range_mode[r] == "")
				Range_high[r] = Range_low[r]
			i = seen[k]
			if (Range_mode[r] == "" && i)
				subnet_range(i, Range_low[r], Range_high[r] == "" ? Range_low[r] : Range_high[r])
		}
}

function dnsmasq_subnet(r,    i, cond, k) {
	cond = tags_cond(Range_tags[r])
	if (cond == "F") {
		note("subnet", Range_at[r], "a dhcp-range for the tags " Range_tags[r] ", which no line sets")
		return 0
	}
	i = subnet_add(Range_net[r], cond, Range_at[r])
	if (Range_mode[r] == "proxy") {
		Sub_words[i] = "proxy"
		return i
	}
	if ("dhcp-authoritative" in Flag)
		Sub_words[i] = "authoritative"
	Sub_keys[i] = " lease=" time_text(Range_lease[r])
	if ("dhcp-ignore-clid" in Flag)
		Sub_keys[i] = Sub_keys[i] " key=mac"
	if ("no-ping" in Flag)
		Sub_keys[i] = Sub_keys[i] " probe=off"
	for (k = 1; k <= Kept["bootp-dynamic"] + 0; k++) {
		dnsmasq_args(Kept_value["bootp-dynamic", k])
		if (Args && Arg[1] != "")
			note("subnet", Kept_at["bootp-dynamic", k], "bootp-dynamic=" Kept_value["bootp-dynamic", k] ": it is for all clients of a subnet")
		else
			Sub_keys[i] = Sub_keys[i] " bootp=dynamic"
	}
	for (k = 1; k <= Kept["dhcp-broadcast"] + 0; k++) {
		if (Kept_value["dhcp-broadcast", k] != "")
			note("subnet", Kept_at["dhcp-broadcast", k], "dhcp-broadcast=" Kept_value["dhcp-broadcast", k] ": it is for all clients of a subnet")
		else
			Sub_keys[i] = Sub_keys[i] " broadcast=always"
	}
	return i
}

# ---- machines ---------------------------------------------------------------

# dhcp-host=[MAC,...][id:ID][set:TAG][tag:TAG][ADDRESS][NAME][LEASE][ignore]
function dnsmasq_host(value, at,    i, w, macs, id, addr, name, ignore, lease, h, cond, who, wild) {
	dnsmasq_args(value)
	macs = id = addr = name = wild = ""
	for (i = 1; i <= Args; i++) {
		w = Arg[i]
		if (w ~ /^id:/)
			id = substr(w, 4)
		else if (w == "ignore")
			ignore = 1
		else if (w ~ /^\[/)
			note("host", at, "the IPv6 address " w)
		else if (w ~ /^([0-9]+-)?[0-9A-Fa-f*][0-9A-Fa-f*]?([:-][0-9A-Fa-f*][0-9A-Fa-f*]?)+$/ && split(w, Dn_parts, ":") > 4) {
			if (w ~ /\*/)
				wild = wild (wild == "" ? "" : "\n") dnsmasq_mac(w)
			else {
				sub(/^[0-9]+-/, "", w)
				macs = macs (macs == "" ? "" : ",") mac_text(w)
			}
		} else if (is_ip(w))
			addr = w
		else if (w ~ /^([0-9]+[smhdw]?|infinite)$/)
			lease = w
		else if (w != "")
			name = w
	}
	if (Tags != "")
		note("host", at, "dhcp-host only for clients with the tags " Tags)
	if (wild != "" || (macs == "" && (id == "" || id == "*"))) {
		dnsmasq_pattern(wild, name, addr, ignore, at, value)
		return
	}
	if (ignore) {
		rule("deny", at, "deny" (macs != "" ? " mac=" macs : " opt=61:" (dnsmasq_id(id) ~ /^hex/ ? dnsmasq_id(id) : "hex:" dnsmasq_id(id))))
		if (Sets == "")
			return
	}
	if (id == "*" && !("dhcp-ignore-clid" in Flag))
		note("host", at, "id:*, which passes over the client identifier of this machine alone; key=mac does so for a subnet")
	if (lease != "")
		note("host", at, "a lease time of one machine (" lease ")")
	who = macs != "" ? "mac=" macs : "client-id=" dnsmasq_id(id)
	if (macs != "" && id != "" && id != "*")
		dnsmasq_host_line("client-id=" dnsmasq_id(id), "", name, at, Sets)
	dnsmasq_host_line(who, addr, name, at, Sets)
}

function dnsmasq_host_line(who, addr, name, at, sets,    h, i, n, S) {
	h = host_add(who, addr, name, at)
	n = split(sets, S, ",")
	for (i = 1; i <= n; i++) {
		host_tag(h, S[i])
		tag_set(S[i], "tag=" S[i])
	}
}

# The bytes of "id:01:02" or of a text.
function dnsmasq_id(id) {
	return id ~ /^[0-9A-Fa-f][0-9A-Fa-f]?(:[0-9A-Fa-f][0-9A-Fa-f]?)+$/ ? hex_pairs(id) : bytes_of(id)
}

# Machines by a pattern of MAC addresses, or by the name that they give themselves.
function dnsmasq_pattern(wild, name, addr, ignore, at, value,    cond, n, S) {
	cond = wild != "" ? wild : name != "" ? "name=" name : "?" value
	if (ignore && cond !~ /\n|^\?/)
		rule("deny", at, "deny " cond)
	n = split(Sets, S, ",")
	for (; n > 0; n--)
		tag_set(S[n], cond)
	if (addr != "")
		note("host", at, "the address " addr " for " cond_words(cond) ": a host line needs a MAC address, a UUID or a client identifier")
	else if (!ignore && Sets == "")
		note("host", at, "dhcp-host=" value)
}

function dnsmasq_hosts(    k, cond, A, n, i, text) {
	for (k = 1; k <= Kept["dhcp-ignore"] + 0; k++) {
		dnsmasq_args(Kept_value["dhcp-ignore", k])
		cond = tags_cond(Tags)
		if (cond == "F") {
			remark("deny", Kept_at["dhcp-ignore", k], "dhcp-ignore=" Kept_value["dhcp-ignore", k] ": nobody has these tags")
			continue
		}
		n = split(cond_merge(cond), A, "\n")
		for (i = 1; i <= n; i++) {
			text = cond_text(A[i])
			if (Unsaid != "")
				note("deny", Kept_at["dhcp-ignore", k], "nothing for " Unsaid)
			else
				rule("deny", Kept_at["dhcp-ignore", k], "deny" text)
		}
	}
}

# ---- boot -------------------------------------------------------------------

# dhcp-boot=[tag:...,]FILE[,NAME[,ADDRESS]]
function dnsmasq_boots(    pass, k, cond, server, at) {
	for (pass = 1; pass <= 2; pass++)
		for (k = Kept["boot"] + 0; k > 0; k--) {
			dnsmasq_args(Kept_value["boot", k])
			at = Kept_at["boot", k]
			if ((Tags != "") != (pass == 1))
				continue
			cond = tags_cond(Tags)
			if (cond == "F") {
				note("boot", at, "dhcp-boot=" Kept_value["boot", k] ": no line sets these tags")
				continue
			}
			server = Arg[3] != "" ? Arg[3] : Arg[2]
			if (server == "0.0.0.0")
				server = ""
			cand("file", cond, Arg[1] == "" ? "-" : Arg[1], at)
			cand("server", cond, server, at)
			if (Arg[2] != "" && Arg[3] != "" && Arg[2] != Arg[3]) {
				Boot_name[++Boot_names] = Arg[2]
				Boot_name_cond[Boot_names] = cond
				Boot_name_at[Boot_names] = at
			}
		}
}

# pxe-service=[tag:...,]CSA,TEXT[,FILE|TYPE[,SERVER]]
function dnsmasq_services(    k, at, n, i, prompt, per, arch) {
	n = split("0 x86PC|1 PC98|2 IA64_EFI|3 Alpha|4 Arc_x86|5 Intel_Lean_Client|6 IA32_EFI|7 x86-64_EFI|7 X86-64_EFI|8 Xscale_EFI|9 BC_EFI|10 ARM32_EFI|11 ARM64_EFI", Csa_list, "|")
	for (i = 1; i <= n; i++) {
		split(Csa_list[i], Csa_pair, " ")
		Csa[Csa_pair[2]] = Csa_pair[1]
	}
	for (k = 1; k <= Kept["pxe-service"] + 0; k++) {
		dnsmasq_args(Kept_value["pxe-service", k])
		arch = (Arg[1] in Csa) ? Csa[Arg[1]] : Arg[1]
		Service_arch[k] = arch ~ /^[0-9]+$/ ? arch : ""
		Per_arch[Service_arch[k]]++
	}
	dnsmasq_prompts()
	for (k = 1; k <= Kept["pxe-service"] + 0; k++)
		dnsmasq_service(k, Kept_at["pxe-service", k])
}

function dnsmasq_prompts(    k, at, A, n, i, text) {
	for (k = 1; k <= Kept["pxe-prompt"] + 0; k++) {
		dnsmasq_args(Kept_value["pxe-prompt", k])
		at = Kept_at["pxe-prompt", k]
		if (!Kept["pxe-service"]) {
			remark("menu", at, "pxe-prompt without a pxe-service")
			continue
		}
		Prompted = 1
		n = split(cond_merge(tags_cond(Tags)), A, "\n")
		for (i = 1; i <= n; i++) {
			text = cond_text(A[i])
			if (Unsaid != "" || A[i] == "F")
				note("menu", at, "pxe-prompt=" Kept_value["pxe-prompt", k])
			else
				rule("menu", at, "menu" text " prompt=" quoted(Arg[1]) " timeout=" (Args > 1 ? Arg[2] + 0 : 255))
		}
	}
}

function dnsmasq_service(k, at,    arch, file, server, cond, A, n, i, text, what) {
	dnsmasq_args(Kept_value["pxe-service", k])
	arch = Service_arch[k]
	file = Arg[3]
	server = Arg[4]
	if (arch == "") {
		note("menu", at, "pxe-service=" Kept_value["pxe-service", k] ": no such architecture")
		return
	}
	cond = cond_and(cond_and(tags_cond(Tags), "arch=" arch), "vendor=PXEClient*")
	if (file ~ /^[0-9]+$/ && file + 0 > 0) {
		note("menu", at, "the boot server type " file " of \"" Arg[2] "\"; name its file: menu item= file=")
		return
	}
	if (file != "" && file != "0" && file !~ /\.[^\/]*$/)
		file = file ".0"
	if (cond == "F") {
		note("menu", at, "pxe-service=" Kept_value["pxe-service", k] ": no line sets these tags")
		return
	}
	# One item and no prompt: no menu is seen.  UEFI shows none in a proxy subnet.
	if (file != "" && file != "0" && ((Per_arch[arch] == 1 && !(Prompted && arch == 0)) || arch >= 2)) {
		if (Service_seen[arch]++)
			note("menu", at, "the menu item \"" Arg[2] "\": UEFI machines boot the first one, " Service_first[arch])
		else {
			Service_first[arch] = file
			cond = cond_and(tags_cond(Tags), "arch=" arch)
			cand("file", cond, file, at)
			cand("server", cond, server, at)
		}
		return
	}
	if (server != "" && !is_ip(server)) {
		note("menu", at, "the server " server " by its name")
		server = ""
	}
	n = split(cond_merge(cond_and(tags_cond(Tags), "arch=" arch)), A, "\n")
	for (i = 1; i <= n; i++) {
		text = cond_text(A[i])
		what = "menu" text " item=" quoted(Arg[2]) (file == "" || file == "0" ? " local" : " file=" quoted(file) (server == "" ? "" : " server=" server))
		if (Unsaid != "")
			note("menu", at, what " for " Unsaid)
		else
			rule("menu", at, what)
	}
}

# ---- options ----------------------------------------------------------------

function dnsmasq_options(    pass, k, at) {
	for (pass = 1; pass <= 3; pass++)
		for (k = Kept["option"] + 0; k > 0; k--) {
			dnsmasq_args(Kept_value["option", k])
			at = Kept_at["option", k]
			if (dnsmasq_pass(Tags) == pass)
				dnsmasq_option(k, at)
		}
	dnsmasq_defaults()
}

# In which turn an option counts: with tags, with tags of a range, without.
function dnsmasq_pass(tags,    T, n) {
	n = split(tags, T, ",")
	if (!n)
		return 3
	for (; n > 0; n--)
		if (T[n] in Context_tag)
			return 2
	return 1
}

function dnsmasq_option(k, at,    i, cond, code, sub_, vendor, value, v) {
	i = 1
	cond = tags_cond(Tags)
	sub_ = vendor = ""
	v = Kept_value["option", k]
	for (; Arg[i] ~ /^(encap|vendor|vi-encap|option6|cnf):/ && Arg[i] !~ /^option:/; i++) {
		if (Arg[i] ~ /^encap:/)
			sub_ = substr(Arg[i], 7)
		else if (Arg[i] ~ /^vendor:/) {
			vendor = substr(Arg[i], 8)
			sub_ = "43"
		} else {
			note("option", at, "dhcp-option=" v (Arg[i] ~ /^option6/ ? " (DHCPv6)" : ""))
			return
		}
	}
	code = dnsmasq_code(Arg[i])
	if (code == "") {
		note("option", at, "dhcp-option=" v ": no such option is known")
		return
	}
	if (cond == "F") {
		note("option", at, "dhcp-option=" v ": no line sets these tags")
		return
	}
	if (vendor != "")
		cond = cond_and(cond, match_option(60, "holds", bytes_of(vendor)) ~ /\*PXEClient\*/ ? "vendor=PXEClient*" : match_option(60, "holds", bytes_of(vendor)))
	if (sub_ != "")
		code = sub_ "." code
	if (Kept_force[k])
		Forced[(sub_ == "" ? code : sub_)]
	if (code == 60 && Arg[i + 1] ~ /^(PXEClient|HTTPClient)/) {
		remark("option", at, "dhcpd-pxe sends option 60 to PXE and HTTP Boot clients by itself")
		return
	}
	if (option_is_own(code) && code == 51) {
		note("option", at, "dhcp-option=" v ": the lease time is lease= of a subnet line")
		return
	}
	value = Args < i + 1 ? "" : dnsmasq_value(code, i + 1)
	cand("opt:" code, cond, value, at)
}

function dnsmasq_all(i, re,    ok) {
	for (ok = i <= Args; i <= Args; i++)
		if (Arg[i] !~ re)
			ok = 0
	return ok
}

# A value has the option's own type, or the one that it looks like.
function dnsmasq_value(code, i,    type, k, v, out) {
	type = code ~ /\./ ? "" : Opt_type[code]
	v = dnsmasq_rest(i)
	if (type == "text" || Arg_quoted[i])
		return option_value(code, "text", v)
	if (type == "names")
		return option_value(code, "names", v)
	if (type == "routes" && Arg[i] !~ /^[0-9a-fA-F]+:/)
		return dnsmasq_routes(code, i)
	if (dnsmasq_all(i, "^[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+$"))
		return dnsmasq_own(option_value(code, "ip", v))
	if (type ~ /^u/ && dnsmasq_all(i, "^-?[0-9]+$"))
		return option_value(code, type, v)
	if (dnsmasq_all(i, "^[0-9]+[bsi]?$")) {
		k = Arg[i] ~ /b$/ ? "u8" : Arg[i] ~ /s$/ ? "u16" : Arg[i] ~ /i$/ ? "u32" : dnsmasq_size(i)
		gsub(/[bsi]/, "", v)
		return option_value(code, k, v)
	}
	if (Args == i && v ~ /^[0-9a-fA-F*][0-9a-fA-F*]?(:[0-9a-fA-F*][0-9a-fA-F*]?)+$/ && v !~ /\*/)
		return option_value(code, "hex", hex_pairs(v))
	return option_value(code, "text", v)
}

function dnsmasq_size(i,    max) {
	for (max = 0; i <= Args; i++)
		if (Arg[i] + 0 > max)
			max = Arg[i] + 0
	return max > 65535 ? "u32" : max > 255 ? "u16" : "u8"
}

# 0.0.0.0 is the server itself.
function dnsmasq_own(v) {
	if (v ~ /^ip=/)
		while (v ~ /[=,]0\.0\.0\.0(,|$)/) {
			sub(/=0\.0\.0\.0/, "={server}", v)
			sub(/,0\.0\.0\.0/, ",{server}", v)
		}
	return v
}

# "10.8.0.0/16,10.0.0.2": dnsmasq takes a network without a / as an address of its own.
function dnsmasq_routes(code, i,    out) {
	out = ""
	for (; i < Args; i += 2)
		out = out (out == "" ? "" : ",") (Arg[i] ~ /\// ? Arg[i] : Arg[i] "/32") "," Arg[i + 1]
	return option_value(code, "routes", out)
}

# What dnsmasq sends of itself: its own address as router and, with DNS, as name server; its domain.
function dnsmasq_defaults(    at, i, own) {
	at = File ":1"
	for (i = 1; i <= Subnets; i++) {
		if (Sub_words[i] ~ /proxy/)
			continue
		own = own_address(Sub_net[i])
		if (!dnsmasq_for_all("opt:3"))
			dnsmasq_default(3, Sub_net[i], own, at)
		if (!dnsmasq_for_all("opt:6") && Port != "0")
			dnsmasq_default(6, Sub_net[i], own, at)
	}
	if (Domain != "" && Domain != "#")
		cand("opt:15", "T", "text=" Domain, Domain_at)
}

# The address of this machine in a network, or "".
function own_address(net,    i, W) {
	for (i = 1; i <= Own_nets; i++) {
		split(Own_net[i], W, "/")
		if (net_within(W[1] "/32", net))
			return W[1]
	}
	return ""
}

function dnsmasq_for_all(setting) {
	return Cands[setting] > 0 && Cand_cond[setting, Cands[setting]] == "T"
}

function dnsmasq_default(code, net, own, at) {
	cand("opt:" code, "subnet=" net, own == "" ? "ip={server}" : "ip=" own, at)
	if (own == "" && Server_elsewhere())
		assume("option", at, "dnsmasq names itself in option " code "; {server} is the boot line's server, if it names another")
}

function Server_elsewhere(    k) {
	for (k = 1; k <= Cands["server"] + 0; k++)
		if (Cand_value["server", k] != "")
			return 1
	return 0
}

# ---- everything else --------------------------------------------------------

function dnsmasq_other(name, value, at,    said) {
	said = name (value == "" ? "" : "=" value)
	if (name == "enable-tftp" || name == "tftp-root" || name ~ /^tftp-/)
		dnsmasq_tftp(name, value, at)
	else if (name == "dhcp-leasefile" || name == "dhcp-lease-file")
		remark("top", at, "leases: dhcpd-pxe -l " value " (the format is the same)")
	else if (name == "dhcp-script" || name == "dhcp-luascript")
		note("rest", at, said "; dhcpd-pxe -x COMMAND writes its events to one command")
	else if (name == "dhcp-lease-max")
		note("subnet", at, said "; max-leases= of a subnet line is the like")
	else if (name ~ /^(interface|dhcp-authoritative|dhcp-ignore-clid|no-ping|domain|dhcp-sequential-ip|dhcp-no-override|dhcp-rapid-commit)$/)
		;
	else if (name == "port" && value == "0")
		;
	else if (name ~ /^(bind-interfaces|bind-dynamic|log-dhcp|log-queries|log-async|log-facility|log-debug|user|group|pid-file|no-daemon|keep-in-foreground|quiet-dhcp|quiet-dhcp6|quiet-ra|quiet-tftp|no-resolv|no-poll|no-hosts|strict-order|all-servers|cache-size|no-negcache|domain-needed|bogus-priv|expand-hosts|filterwin2k|stop-dns-rebind|rebind-localhost-ok|localise-queries|dnssec.*|trust-anchor|neg-ttl|local-ttl|conntrack|dhcp-generate-names|dhcp-fqdn|dhcp-ttl|test|edns-packet-max|dns-forward-max|min-port|max-port|clear-on-reload|local-service|read-ethers|leasefile-ro|script-arp|dhcp-pxe-vendor)$/) {
		if (name == "read-ethers" || name == "leasefile-ro" || name == "dhcp-generate-names" || (name == "dhcp-pxe-vendor" && value != "PXEClient"))
			note("rest", at, said)
		else
			remark("rest", at, said ": nothing to carry over")
	} else if (name ~ /^(except-interface|no-dhcp-interface|listen-address|shared-network|dhcp-relay|dhcp-alternate-port|dhcp-proxy|dhcp-ignore-names|dhcp-client-update|dhcp-split-relay|dhcp-duid|bridge-interface|dhcp-scriptuser|enable-ra|ra-param|dhcp-lease-max|address|server|local|host-record|cname|mx-host|srv-host|txt-record|ptr-record|addn-hosts|hostsdir|resolv-file|auth-.*|synth-domain|rev-server|interface-name|no-dhcpv4-interface|no-dhcpv6-interface)$/)
		note("rest", at, said dnsmasq_why(name))
	else
		note("rest", at, said)
}

function dnsmasq_why(name) {
	if (name ~ /^(address|server|local|host-record|cname|mx-host|srv-host|txt-record|ptr-record|addn-hosts|hostsdir|resolv-file|auth-.*|synth-domain|rev-server|interface-name)$/)
		return " (DNS)"
	if (name ~ /interface|listen-address/)
		return "; name the interfaces to serve in interface lines"
	if (name == "enable-ra" || name == "ra-param")
		return " (IPv6)"
	return ""
}

# The TFTP server's part is another program's here.
function dnsmasq_tftp(name, value, at) {
	Tftp[name] = value
	Tftp_at[++Tftps] = at
	if (name == "tftp-unique-root")
		note("top", at, name (value == "" ? "" : "=" value) "; a map of tftpd-lite (-m) can put {ip} or {mac} in front of names")
	else if (name == "tftp-root" && value ~ /,/)
		note("top", at, "tftp-root=" value " for one interface; start a tftpd-lite there with -l")
}

function dnsmasq_tftp_line(    line, root) {
	if (!("enable-tftp" in Tftp) && !("tftp-root" in Tftp))
		return
	root = Tftp["tftp-root"]
	sub(/,.*/, "", root)
	line = "tftpd-lite"
	if ("tftp-lowercase" in Tftp)
		line = line " -i"
	if ("tftp-no-blocksize" in Tftp)
		line = line " -b 512"
	else if (Tftp["tftp-mtu"] > 0)
		line = line " -b " (Tftp["tftp-mtu"] - 32)
	if ("tftp-single-port" in Tftp)
		line = line " -s"
	if ("tftp-port-range" in Tftp) {
		root = root
		gsub(/,/, "-", Tftp["tftp-port-range"])
		line = line " -P " Tftp["tftp-port-range"]
	}
	put("top", "# TFTP: " line " " (root == "" ? "/" : root))
}
