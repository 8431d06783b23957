# dnsmasq's configuration, for pxe-import.
#
# A tag is a condition: of the lines that set it, any one must hold.  Tags that
# dhcp-host lines set are tags of host lines here.  Of several dhcp-boot lines
# the last one counts whose tags the client has, one without tags only when none
# does; so it is with the dhcp-option lines of an option.

function dnsmasq_read(file,    line, at, n, pending, text, rc) {
	if (!include_enter(file))
		return 0
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
		if (c == "\\" && inside)
			i++
		else if (c == "\"")
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
function dnsmasq_include_dir(value, at,    W, n, i, name, cmd, only, out, wanted, seen) {
	n = split(value, W, ",")
	for (i = 2; i <= n; i++)
		W[i] = trim(W[i])
	for (i = 2; i <= n; i++)
		if (W[i] ~ /^\*/)
			only = 1
	cmd = "LC_ALL=C ls -1A " shell_quoted(W[1]) " 2>/dev/null"
	while ((cmd | getline name) > 0) {
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
	close(cmd)
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
			if (!inside && trim(word) == "")
				word = ""
			inside = !inside
			was = 1
		} else if ((c == "," && !inside) || i > length(value)) {
			dnsmasq_arg(was ? word : trim(word), was)
			word = ""
			was = 0
		} else if (c == "\\" && inside && substr(value, i + 1, 1) ~ /["tnebr\\]/)
			word = word dnsmasq_escaped(substr(value, ++i, 1))
		else
			word = word c
	}
}

# What \n stands for in quotes; a \ before any other letter is one (boot\x64\wdsnbp.com).
function dnsmasq_escaped(c) {
	return c == "t" ? "\t" : c == "n" ? "\n" : c == "b" ? "\b" : c == "r" ? "\r" : c == "e" ? "\033" : c
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
	dnsmasq_sets()
	for (i = 1; i <= Lines; i++)
		dnsmasq_first(Line_name[i], Line_value[i], Line_at[i])
	for (i = 1; i <= Lines; i++)
		dnsmasq_second(Line_name[i], Line_value[i], Line_at[i])
	dnsmasq_range_tags()
	dnsmasq_ranges()
	dnsmasq_lease_times()
	dnsmasq_hosts()
	dnsmasq_boots(1)
	dnsmasq_services()
	dnsmasq_boots(2)
	dnsmasq_options()
	dnsmasq_delays()
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
		if (Sets == "" && Tags != "")
			Sets = Tags # net: sets it, too
		else
			dnsmasq_old_set()
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

# Without set:, the first word is the tag.
function dnsmasq_old_set(    i) {
	if (Sets != "")
		return
	Sets = Arg[1]
	for (i = 1; i < Args; i++) {
		Arg[i] = Arg[i + 1]
		Arg_quoted[i] = Arg_quoted[i + 1]
	}
	Args--
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

# dnsmasq looks for it anywhere in the option; these begin it.
function dnsmasq_vendor(text) {
	return match_option(60, text ~ /^(PXE|HTTP)Client/ ? "begins" : "holds", bytes_of(text))
}

function dnsmasq_match(name, at,    code, h, sub_) {
	if (name == "dhcp-vendorclass" && Arg[1] ~ /^enterprise:/)
		return "?option 124 of an enterprise"
	if (name == "dhcp-vendorclass")
		return dnsmasq_vendor(dnsmasq_rest(1))
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
	return dnsmasq_match_value(code, dnsmasq_rest(2), at)
}

# The value that an option must have: numbers by the option's own size, text may stand
# anywhere in options that are lists of text, and ends in * for a beginning.
function dnsmasq_match_value(code, value, at) {
	if (code == 93 && value ~ /^[0-9]+$/)
		return "arch=" value
	if (is_ip(value))
		return match_option(code, "holds", ip_hex(value))
	if (value ~ /^[0-9A-Fa-f][0-9A-Fa-f]?(:[0-9A-Fa-f][0-9A-Fa-f]?)+$/)
		return match_option(code, code == 93 ? "is" : "begins", hex_pairs(value))
	if (value ~ /^[0-9]+$/ && Opt_type[code] !~ /text/)
		return match_option(code, code == 55 ? "holds" : "is", number_hex(value, Opt_type[code] == "u32" ? 4 : Opt_type[code] == "u16" ? 2 : value > 65535 ? 4 : value > 255 ? 2 : 1))
	if (value ~ /^([0-9A-Fa-f][0-9A-Fa-f]?|\*)(:([0-9A-Fa-f][0-9A-Fa-f]?|\*))+$/)
		return dnsmasq_hex_pattern(code, value, at)
	if (value ~ /\*$/) {
		assume("boot", at, value " is what an option begins with; dnsmasq looks for the * itself")
		return match_option(code, "begins", bytes_of(substr(value, 1, length(value) - 1)))
	}
	return code == 60 ? dnsmasq_vendor(value) : match_option(code, "holds", bytes_of(value))
}

# "01:*:02": any byte for the *, which stands for any bytes here; what follows may be anything.
function dnsmasq_hex_pattern(code, value, at,    P, n, i, out) {
	n = split(tolower(value), P, ":")
	out = ""
	for (i = 1; i <= n; i++)
		out = out (i > 1 ? ":" : "") (length(P[i]) == 1 && P[i] != "*" ? "0" : "") P[i]
	while (out ~ /:\*$/)
		sub(/:\*$/, "", out)
	if (out ~ /\*/)
		assume("boot", at, "a * of " value " is any number of bytes here")
	return "opt=" code ":hex:" out ":*"
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
	if (Sets == "" && Arg[1] ~ /^[A-Za-z][A-Za-z0-9_.-]*$/)
		dnsmasq_old_set() # its tag, without set:
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
}

# The tags that ranges set, once all ranges are known.
function dnsmasq_range_tags(    r, n, S) {
	for (r = 1; r <= Ranges; r++)
		for (n = split(Range_sets[r], S, ","); n > 0; n--) {
			tag_set(S[n], dnsmasq_range_cond(r, S[n]))
			Context_tag[S[n]]
		}
}

# Who has an address of a range, and so its tag: all of the network but those who get
# theirs from another range of it, which has not that tag.  A range that asks for tags
# comes before one that does not; of two that are alike only the address tells.
function dnsmasq_range_cond(r, tag,    i, cond, other) {
	cond = cond_and("subnet=" Range_net[r], tags_cond(Range_tags[r]))
	for (i = 1; i <= Ranges; i++) {
		if (i == r || Range_net[i] != Range_net[r] || index("," Range_sets[i] ",", "," tag ","))
			continue
		other = tags_cond(Range_tags[i])
		if (cond_and(cond, other) == "F" || (Range_tags[r] != "" && Range_tags[i] == ""))
			continue
		if (Range_tags[i] != "" && Range_tags[r] == "")
			cond = cond_and(cond, cond_not(other))
		else
			return cond_and(cond, "?an address of the range " dnsmasq_range_said(r))
	}
	return cond
}

function dnsmasq_range_said(r) {
	return Range_low[r] (Range_high[r] != "" ? "-" Range_high[r] : Range_mode[r] != "" ? " " Range_mode[r] : "")
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
	Sub_base[i, "lease"] = Range_lease[r]
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
function dnsmasq_host(value, at,    i, w, macs, id, addr, name, ignore, lease, h, who, wild, text) {
	text = value
	gsub(/net:/, "set:", text) # as it was called; here it sets, too
	dnsmasq_args(text)
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
	who = macs != "" ? "mac=" macs : ""
	if (id != "" && id != "*")
		who = who (who == "" ? "" : " ") "client-id=" dnsmasq_id(id)
	h = dnsmasq_host_line(who, addr, name, at, Sets)
	if (lease != "") {
		Host_lease[h] = dnsmasq_time(lease)
		Host_lease_of[h] = macs
	}
}

# The lease times of machines, as subnet lines for them.
function dnsmasq_lease_times(    h, i, n, M, cond, net) {
	for (h = 1; h <= Hosts; h++) {
		if (!(h in Host_lease))
			continue
		n = split(Host_lease_of[h], M, ",")
		cond = "F"
		for (i = 1; i <= n; i++)
			cond = cond_or(cond, "mac=" M[i])
		if (!n) {
			host_tag(h, "lease" h)
			cond = "tag=lease" h
		}
		net = "F"
		for (i = 1; i <= Ranges && Host_addr[h] != ""; i++)
			if (net_within(Host_addr[h] "/32", Range_net[i]))
				net = cond_or(net, "subnet=" Range_net[i])
		cand("lease", net == "F" ? cond : cond_and(net, cond), Host_lease[h], Host_at[h])
	}
}

function dnsmasq_host_line(who, addr, name, at, sets,    h, i, n, S) {
	h = host_add(who, addr, name, at)
	n = split(sets, S, ",")
	for (i = 1; i <= n; i++) {
		host_tag(h, S[i])
		tag_set(S[i], "tag=" S[i])
	}
	return h
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

