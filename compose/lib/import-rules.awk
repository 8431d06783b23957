# What pxe-import has gathered, as rules of dhcpd-pxe.
#
# A candidate is one of the values that a setting may have: cand("opt:15", cond, value, at).
# Candidates of a setting are added in the order in which they count: the first
# whose condition holds is the client's.  Settings are
#   file, server (an address, a name, or "" for ourselves), sname
#   opt:CODE[.SUB]    the value is a key of an option line, as in "text=a.example";
#                     "" means that the option is not sent
#   lease, lease-min, lease-max (seconds), and the other keys of a subnet line
# `at` is where it was said, FILE:LINE.

# ---- what is written --------------------------------------------------------

# Sections of the output, in their order.
function rules_begin(    n, i, S) {
	text_begin()
	n = split("top interface subnet host deny boot option menu rest", S, " ")
	for (i = 1; i <= n; i++)
		Section[i] = S[i]
	Sections = n
	Not_carried = To_check = Rules = 0
}

function put(section, line) {
	Out[section, ++Out_lines[section]] = line
}

function rule(section, at, line,    comment) {
	comment = comment_of(at)
	if (comment != "")
		put(section, comment)
	put(section, line)
	Rules++
}

# The comment that stood with what was said there, once.
function comment_of(at,    c) {
	if (!(at in Comment))
		return ""
	c = Comment[at]
	delete Comment[at]
	return c
}

# Something that the rules cannot say.
function note(section, at, what,    comment) {
	if ((at, what) in Noted)
		return
	Noted[at, what]
	Not_carried++
	if ((comment = comment_of(at)) != "")
		put(section, comment)
	put(section, "# not carried over (" at "): " one_line(what))
}

# Something that was assumed.
function assume(section, at, what) {
	if ((at, what) in Noted)
		return
	Noted[at, what]
	To_check++
	put(section, "# to check (" at "): " one_line(what))
}

# Something that needs no rule.
function remark(section, at, what,    comment) {
	if ((at, what) in Noted)
		return
	Noted[at, what]
	if ((comment = comment_of(at)) != "")
		put(section, comment)
	put(section, "# (" at "): " one_line(what))
}

function one_line(s) {
	gsub(/[\n\t]+/, " ", s)
	gsub(/[^ -~]/, "?", s)
	return s
}

# ---- candidates -------------------------------------------------------------

function cand(setting, cond, value, at,    n) {
	if (cond == "F")
		return
	if (!(setting in Is_setting)) {
		Is_setting[setting]
		Settings++
		Setting[Settings] = setting
	}
	n = ++Cands[setting]
	Cand_cond[setting, n] = cond
	Cand_value[setting, n] = value
	Cand_at[setting, n] = at
}

# A server's name for the header's sname field, which is sent to all: here it is option 66.
function cand_sname(cond, name, at) {
	Snames++
	Sname_cond[Snames] = cond
	Sname[Snames] = name
	Sname_at[Snames] = at
}

# Once all options are known: a client has one option 66, whoever said it.
function snames_add(    i, k, n, value) {
	n = Cands["opt:66"] + 0
	for (i = 1; i <= Snames; i++) {
		value = option_value(66, "text", Sname[i])
		for (k = 1; k <= n; k++)
			if (Cand_value["opt:66", k] != value && cond_and(Cand_cond["opt:66", k], Sname_cond[i]) != "F")
				break
		if (k <= n)
			note("option", Sname_at[i], "the server's name " Sname[i] " in the header, beside another one in option 66")
		Sent_always["opt:66", Sname_at[i]]
		cand("opt:66", Sname_cond[i], value, Sname_at[i])
	}
}

# A condition without "subnet=" of the only network that there is.
function cond_sole(dnf,    A, L, n, m, i, k, out, one, case_) {
	if (Sole_net == "" || dnf !~ /subnet=/)
		return dnf
	n = split(dnf, A, "\n")
	out = "F"
	for (i = 1; i <= n; i++) {
		m = split(A[i], L, "\t")
		case_ = "T"
		for (k = 1; k <= m; k++)
			if (L[k] != "subnet=" Sole_net)
				case_ = case_ == "T" ? L[k] : case_ "\t" L[k]
		out = cond_or(out, case_)
	}
	return out
}

# The nets of the subnet lines: the only one is not named in other lines.
function find_sole_net(    i, s, k) {
	Sole_net = Subnets ? Sub_net[1] : ""
	for (i = 2; i <= Subnets; i++)
		if (Sub_net[i] != Sole_net)
			Sole_net = ""
	for (i = 1; i <= Settings; i++) {
		s = Setting[i]
		for (k = 1; k <= Cands[s]; k++)
			Cand_cond[s, k] = cond_sole(Cand_cond[s, k])
	}
}

# The first candidate that all clients of a subnet have who have none of those
# before it, or all clients of a case in it; 0: none.
function cand_for(setting, net, case_,    asked) {
	asked = setting SUBSEP net SUBSEP case_ SUBSEP Cands[setting]
	if (!(asked in Cand_for))
		Cand_for[asked] = cand_search(setting, net, case_)
	return Cand_for[asked]
}

function cand_search(setting, net, case_,    i, A, n, k, who) {
	who = case_ == "" || case_ == "T" ? "subnet=" net : cond_and("subnet=" net, case_)
	for (i = 1; i <= Cands[setting] + 0; i++) {
		n = split(Cand_cond[setting, i], A, "\n")
		for (k = 1; k <= n; k++)
			if (cond_implies(who, A[k]))
				return i
	}
	return 0
}

# ---- subnet lines -----------------------------------------------------------

# Another subnet line: its number.
function subnet_add(net, cond, at) {
	Subnets++
	Sub_net[Subnets] = net
	Sub_cond[Subnets] = cond
	Sub_at[Subnets] = at
	Sub_range[Subnets] = Sub_words[Subnets] = Sub_keys[Subnets] = ""
	return Subnets
}

# Addresses to give out; the network's own and the broadcast address are none.
function subnet_range(i, low, high,    B, first, last) {
	split(Sub_net[i], B, "/")
	first = ip_number(B[1])
	last = first + power(2, 32 - B[2]) - 1
	if (ip_number(low) > ip_number(high)) {
		first = high
		high = low
		low = first
		first = ip_number(B[1])
	}
	if (ip_number(low) == first)
		low = ip_text(first + 1)
	if (ip_number(high) == last)
		high = ip_text(last - 1)
	Sub_range[i] = Sub_range[i] (Sub_range[i] == "" ? "" : ",") low "-" high
}

# The value of a setting for the case of a subnet line.
function subnet_setting(i, setting, case_,    n) {
	if ((i, setting) in Sub_own)
		return Sub_own[i, setting]
	n = cand_for(setting, Sub_net[i], case_)
	return n ? Cand_value[setting, n] : subnet_base(i, setting)
}

# What a subnet line has where no candidate says otherwise.
function subnet_base(i, setting) {
	return (i, setting) in Sub_base ? Sub_base[i, setting] : ""
}

# The cases in which settings of a subnet line have values of their own.
function subnet_variants(i,    N, n, m, s, k, last, A, c, seen, out) {
	n = split("lease lease-min lease-max authoritative key broadcast probe delay", N, " ")
	out = ""
	for (s = 1; s <= n; s++) {
		last = cand_for(N[s], Sub_net[i])
		for (k = 1; k < (last ? last : Cands[N[s]] + 1) && !((i, N[s]) in Sub_own); k++) {
			if (Cand_value[N[s], k] == (last ? Cand_value[N[s], last] : subnet_base(i, N[s])))
				continue
			c = cond_and(cond_and(Cand_cond[N[s], k], "subnet=" Sub_net[i]), Sub_cond[i])
			if (c == "F")
				continue
			for (m = split(c, A, "\n"); m > 0; m--)
				if (!(A[m] in seen)) {
					seen[A[m]]
					out = out (out == "" ? "" : "\n") A[m]
				}
		}
	}
	return out
}

function time_text(s) {
	if (s == "for ever" || s + 0 > 2147483647)
		return "2147483647"
	s += 0
	if (s < 10)
		return "10"
	if (s % 86400 == 0)
		return (s / 86400) "d"
	if (s % 3600 == 0)
		return (s / 3600) "h"
	if (s % 60 == 0)
		return (s / 60) "m"
	return s ""
}

# The value of an option for all of a subnet, if its line can hold it: addresses or a domain.
function subnet_option(i, code, key,    n, v, A, m, k) {
	if ((i, key) in Sub_own)
		return " " key "=" quoted(Sub_own[i, key])
	n = cand_for("opt:" code, Sub_net[i])
	if (!n)
		return ""
	v = Cand_value["opt:" code, n]
	if (v !~ (code == 15 ? "^text=" : "^ip=") || v ~ /[{]/)
		return ""
	sub(/^[a-z]*=/, "", v)
	m = split(v, A, ",")
	for (k = 1; k <= m && code == 3; k++)
		if (!net_within(A[k] "/32", Sub_net[i]))
			return ""
	if (code == 15 && !is_name(v))
		return ""
	In_subnet[code, n, Sub_net[i]]
	return " " key "=" quoted(v)
}

function subnets_write(    i, n, A, k) {
	for (i = 1; i <= Subnets; i++) {
		if (Sub_words[i] !~ /proxy/) {
			n = split(subnet_variants(i), A, "\n")
			for (k = 1; k <= n; k++)
				subnet_line(i, cond_without_net(A[k], Sub_net[i]))
		}
		n = split(cond_merge(Sub_cond[i]), A, "\n")
		for (k = 1; k <= n; k++)
			subnet_line(i, cond_without_net(A[k], Sub_net[i]))
	}
}

# A case without the network that the line is about.
function cond_without_net(case_, net,    L, n, i, out) {
	n = split(case_, L, "\t")
	out = ""
	for (i = 1; i <= n; i++)
		if (L[i] != "subnet=" net)
			out = out (out == "" ? "" : "\t") L[i]
	return out == "" ? "T" : out
}

function subnet_line(i, case_,    line, text, v) {
	line = "subnet " Sub_net[i] (Sub_words[i] == "" ? "" : " " Sub_words[i])
	if (subnet_setting(i, "authoritative", case_) == "yes")
		line = line " authoritative"
	if (Sub_range[i] != "")
		line = line " range=" Sub_range[i]
	if (Sub_words[i] !~ /proxy/)
		line = line subnet_option(i, 3, "router") subnet_option(i, 6, "dns") subnet_option(i, 15, "domain") subnet_times(i, case_)
	line = line Sub_keys[i]
	if ((v = subnet_setting(i, "key", case_)) != "" && v != "client-id")
		line = line " key=" v
	if ((v = subnet_setting(i, "broadcast", case_)) != "" && v != "asked")
		line = line " broadcast=" v
	if ((v = subnet_setting(i, "probe", case_)) != "" && v != "on")
		line = line " probe=" v
	v = subnet_setting(i, "delay", case_) + 0
	if (v > 0 && Sub_keys[i] !~ / delay=/)
		line = line " delay=" (v > 10 ? 10 : v)
	if ((v = subnet_setting(i, "decline", case_)) != "")
		line = line " decline=" time_text(v)
	text = cond_text(case_)
	if (Unsaid != "")
		note("subnet", Sub_at[i], line text " for " Unsaid)
	else if (!((line text) in Sub_said))
		rule("subnet", Sub_at[i], line text)
	Sub_said[line text]
}

function subnet_times(i, case_,    lease, low, high, out) {
	if (subnet_setting(i, "lease", case_) == "for ever")
		remark("subnet", Sub_at[i], "a lease for ever lasts 68 years here")
	lease = subnet_setting(i, "lease", case_)
	low = subnet_setting(i, "lease-min", case_)
	high = subnet_setting(i, "lease-max", case_)
	# without bounds Kea gives its time whatever the client asks for
	if (Lease_is_fixed && low == "")
		low = lease
	out = ""
	if (high != "" && lease != "" && high != "for ever" && (lease == "for ever" || lease + 0 > high + 0))
		lease = high
	if (lease != "" && low != "" && lease != "for ever" && (low == "for ever" || low + 0 > lease + 0)) {
		# the shortest time counts more for dhcpd than the longest
		if (Lease_is_fixed)
			low = lease
		else
			lease = high = low
	}
	if (lease != "")
		out = out " lease=" time_text(lease)
	if (low != "")
		out = out " lease-min=" time_text(low)
	if (high != "" && high != lease)
		out = out " lease-max=" time_text(high)
	return out
}

# ---- hosts ------------------------------------------------------------------

# A machine: who is "mac=A,B", "uuid=..." or "client-id=HEX".
function host_add(who, addr, name, at) {
	Hosts++
	Host_who[Hosts] = who
	Host_addr[Hosts] = addr
	Host_name[Hosts] = name
	Host_at[Hosts] = at
	Host_tags[Hosts] = ""
	Host_comment[Hosts] = comment_of(at)
	return Hosts
}

function host_tag(i, tag) {
	if (index("," Host_tags[i] ",", "," tag ",") == 0)
		Host_tags[i] = Host_tags[i] (Host_tags[i] == "" ? "" : ",") tag
}

# Machines that have all the tags that stand for another one.
function hosts_combine(    name, L, n, i, k, all, has) {
	for (name in Tag_all) {
		n = split(Tag_all[name], L, "\t")
		for (i = 1; i <= Hosts; i++) {
			all = 1
			for (k = 1; k <= n; k++) {
				has = host_has(i, cond_value(L[k]))
				if (has == cond_negated(L[k]))
					all = 0
			}
			if (all)
				host_tag(i, name)
		}
	}
}

function host_has(i, tags,    T, n, k) {
	n = split(tags, T, ",")
	for (k = 1; k <= n; k++)
		if (index("," Host_tags[i] ",", "," T[k] ","))
			return 1
	return 0
}

# One line for a machine that is declared several times: without an address of its own a
# declaration only adds its tags, and so does one with an address in the same network.
function hosts_join(    i, j, key, first, T, n) {
	for (i = 1; i <= Hosts; i++) {
		key = Host_who[i]
		sub(/[ ,].*/, "", key)
		if (!(key in first)) {
			first[key] = i
			continue
		}
		j = first[key]
		if (Host_given[i] != "" && Host_given[j] != "" && !host_shares_net(i, j))
			continue
		if (Host_given[j] == "")
			Host_given[j] = Host_given[i]
		else if (Host_given[i] != "" && Host_given[i] != Host_given[j])
			note("host", Host_at[i], "the address " Host_given[i] " of " key ": it has one in this network already")
		for (n = split(Host_tags[i], T, ","); n > 0; n--)
			host_tag(j, T[n])
		Host_who[i] = ""
	}
}

function host_shares_net(a, b,    A, B, n, m, i, k, s) {
	n = split(Host_given[a], A, ",")
	m = split(Host_given[b], B, ",")
	for (i = 1; i <= n; i++)
		for (k = 1; k <= m; k++)
			for (s = 1; s <= Subnets; s++)
				if (net_within(A[i] "/32", Sub_net[s]) && net_within(B[k] "/32", Sub_net[s]))
					return 1
	return 0
}

# Which of the addresses some subnet line can give; the others are noted.
function host_addresses(i,    A, n, k, s, in_one, out) {
	n = split(Host_addr[i], A, ",")
	out = ""
	for (k = 1; k <= n; k++) {
		in_one = 0
		for (s = 1; s <= Subnets && !in_one; s++)
			in_one = Sub_words[s] !~ /proxy/ && net_within(A[k] "/32", Sub_net[s])
		if (!in_one)
			note("host", Host_at[i], "the address " A[k] " of " Host_who[i] ": no subnet that gives addresses holds it")
		else if ((A[k]) in Host_of && Host_who[Host_of[A[k]]] != Host_who[i])
			note("host", Host_at[i], "the address " A[k] " of " Host_who[i] ": it is reserved for " Host_who[Host_of[A[k]]] " already")
		else {
			Host_of[A[k]] = i
			out = out (out == "" ? "" : ",") A[k]
		}
	}
	return out
}

function hosts_write(    i, line, addr) {
	for (i = 1; i <= Hosts; i++)
		Host_given[i] = host_addresses(i)
	hosts_join()
	for (i = 1; i <= Hosts; i++) {
		if (Host_who[i] == "")
			continue
		line = "host " Host_who[i]
		addr = Host_given[i]
		if (addr != "")
			line = line " addr=" addr
		if (Host_name[i] != "" && is_name(Host_name[i]) && Host_name[i] !~ /_/)
			line = line " name=" Host_name[i]
		else if (Host_name[i] != "")
			remark("host", Host_at[i], Host_name[i])
		if (Host_tags[i] != "")
			line = line " tag=" quoted(Host_tags[i])
		if (Host_called[i] != "")
			line = line " # " one_line(Host_called[i])
		if (Host_comment[i] != "")
			put("host", Host_comment[i])
		rule("host", Host_at[i], line)
	}
}

# ---- boot -------------------------------------------------------------------

# Have earlier lines of this setting all clients of the case, in each of the networks?
function is_taken(setting, case_,    i, one) {
	if (is_taken_by(setting, case_))
		return 1
	for (i = 1; i <= Subnets; i++) {
		one = cond_and(case_, "subnet=" Sub_net[i])
		if (one != "F" && !is_taken_by(setting, one))
			return 0
	}
	return Subnets > 0
}

# Thousands of machines may have lines of their own: those of others are not looked at.
function is_taken_by(setting, case_,    L, n, i) {
	if (is_taken_beside(setting, "", case_))
		return 1
	n = split(case_, L, "\t")
	for (i = 1; i <= n; i++)
		if (names_one(L[i]) && is_taken_beside(setting, L[i], case_))
			return 1
	return 0
}

function is_taken_beside(setting, one, case_,    i) {
	for (i = 1; i <= Taken[setting, one] + 0; i++)
		if (cond_implies(case_, Taken_case[setting, one, i]))
			return 1
	return 0
}

# Is the match for one machine, or for a tag?
function names_one(match_) {
	return match_ ~ /^(mac|tag)=[^!*]+$/
}

function take(setting, case_,    L, n, one) {
	one = ""
	for (n = split(case_, L, "\t"); n > 0; n--)
		if (names_one(L[n]))
			one = L[n]
	Taken_case[setting, one, ++Taken[setting, one]] = case_
}

function boot_line(case_, file, server, at,    text) {
	text = cond_text(case_)
	if (Unsaid != "")
		note("boot", at, (file == "" ? "the server " server : "the file " file (server == "" ? "" : " from " server)) " for " Unsaid (text == "" ? "" : ", with" text))
	else if (is_template_wrong(file))
		note("boot", at, "the file " file ": a name with { or } is a template here")
	else
		rule("boot", at, "boot" text (file == "" ? "" : " file=" quoted(file)) (server == "" ? "" : " server=" quoted(server)) (Boot_delay > 0 ? " delay=" Boot_delay : ""))
}

function is_template_wrong(s) {
	gsub(/\$[{][^}]*[}]/, "", s)
	return s ~ /[{].*[}]/
}

# Every file beside every server that its clients may have, in the order in which they count.
function boots_write(    i, k, n, m, A, c, j, v, last) {
	cand("server", "T", "", "")
	n = Cands["file"] + 0
	cand("file", "T", "", "")
	for (i = 1; i <= n + 1; i++) {
		last = 0
		for (k = 1; k <= Cands["server"] && !last; k++) {
			v = Cand_value["server", k]
			if ((Cand_value["file", i] == "" && v == "") || are_apart(cand_mac("file", i), cand_mac("server", k)))
				continue
			c = cond_and(Cand_cond["file", i], Cand_cond["server", k])
			last = cond_all_in(Cand_cond["file", i], Cand_cond["server", k])
			if (c == "F")
				continue
			m = split(cond_untaken("boot", c), A, "\n")
			for (j = 1; j <= m; j++)
				boot_case(A[j], i, k)
		}
	}
}

# The one MAC address that a candidate is for, or "".
function cand_mac(setting, k,    c) {
	if (!((setting, k) in Cand_mac)) {
		c = Cand_cond[setting, k]
		Cand_mac[setting, k] = c !~ /\n/ && match(c, /(^|\t)mac=[0-9a-f:]+(\t|$)/) ? trim(substr(c, RSTART, RLENGTH)) : ""
	}
	return Cand_mac[setting, k]
}

function are_apart(a, b) {
	return a != "" && b != "" && a != b
}

function boot_case(case_, i, k,    file, server, at) {
	if (case_ == "F")
		return
	file = Cand_value["file", i]
	server = Cand_value["server", k]
	at = file != "" ? Cand_at["file", i] : Cand_at["server", k]
	if (file == "-") # nothing is booted
		return
	if (server != "" && !is_ip(server) && !is_name(server)) {
		sub(/^\?/, "", server)
		note("boot", Cand_at["server", k], "the server " server ", which is neither an address nor a name")
		server = ""
	}
	if (file != "" || server != "")
		boot_line(case_, file, server, at)
}

# The cases that no earlier line has, in lists where they can be; they are taken now.
function cond_untaken(setting, dnf,    A, n, i, left) {
	n = split(dnf, A, "\n")
	left = ""
	for (i = 1; i <= n; i++)
		if (!is_taken(setting, A[i])) {
			left = left (left == "" ? "" : "\n") A[i]
		}
	if (left == "")
		return "F"
	n = split(left, A, "\n")
	for (i = 1; i <= n; i++)
		take(setting, A[i])
	return cond_merge(left)
}

# ---- options ----------------------------------------------------------------

# The options that a client is sent without asking: those of a subnet line, or forced ones.
function option_when(code) {
	sub(/\..*/, "", code)
	return (code in Forced) || code == 3 || code == 6 || code == 15 || code == 43 || code == 175 ? "" : " when=asked"
}

# Settings in the order of the options' numbers.
function settings_sort(    i, k, s) {
	for (i = 2; i <= Settings; i++) {
		s = Setting[i]
		for (k = i - 1; k > 0 && setting_number(Setting[k]) > setting_number(s); k--)
			Setting[k + 1] = Setting[k]
		Setting[k + 1] = s
	}
}

function setting_number(s,    C) {
	if (s !~ /^opt:/)
		return 0
	split(substr(s, 5), C, ".")
	return C[1] * 1000 + (C[2] == "" ? 0 : C[2] + 1)
}

function options_write(    i, s, k, code, n, A, j, v) {
	settings_sort()
	for (i = 1; i <= Settings; i++) {
		s = Setting[i]
		if (s !~ /^opt:/)
			continue
		code = substr(s, 5)
		for (k = 1; k <= Cands[s]; k++) {
			v = Cand_value[s, k]
			if (option_in_subnets(code, k))
				continue
			n = split(cond_untaken(s, option_cond(s, code, k)), A, "\n")
			for (j = 1; j <= n; j++)
				if (A[j] != "F")
					option_line(code, A[j], v, Cand_at[s, k], s)
		}
	}
}

# An option line comes before the subnet line: where that has a value that counts
# more, the candidate has no clients.
function option_cond(s, code, k,    i, first, others, settled) {
	if (code == 1)
		return option_is_netmask(s, k) ? "F" : Cand_cond[s, k]
	if (code != 3 && code != 6 && code != 15)
		return Cand_cond[s, k]
	others = "F"
	for (i = 1; i <= Subnets; i++) {
		first = cand_for(s, Sub_net[i])
		if (first && first < k)
			settled = 1
		else
			others = cond_or(others, "subnet=" Sub_net[i])
	}
	return settled ? cond_sole(cond_and(Cand_cond[s, k], others)) : Cand_cond[s, k]
}

# Every client is sent the netmask of its subnet line.
function option_is_netmask(s, k,    i, B) {
	for (i = 1; i <= Subnets; i++) {
		split(Sub_net[i], B, "/")
		if (cond_and(Cand_cond[s, k], "subnet=" Sub_net[i]) != "F" && Cand_value[s, k] != "ip=" mask_text(B[2]))
			return 0
	}
	return 1
}

# Do the subnet lines say all of this?
function option_in_subnets(code, k,    i, s, c, all) {
	s = "opt:" code
	if (!(code == 3 || code == 6 || code == 15))
		return 0
	all = 1
	for (i = 1; i <= Subnets && all; i++) {
		if (Sub_words[i] ~ /proxy/ || ((code, k, Sub_net[i]) in In_subnet))
			continue
		c = cond_and(Cand_cond[s, k], "subnet=" Sub_net[i])
		if (Sole_net != "")
			c = Cand_cond[s, k]
		if (c != "F" && !(cand_for(s, Sub_net[i]) && cand_for(s, Sub_net[i]) < k))
			all = 0
	}
	return all && Subnets > 0
}

function option_line(code, case_, v, at, setting,    text, later) {
	text = cond_text(case_)
	if (v == "") {
		# not sent: said only where another line would send it
		later = Taken_later(setting, at)
		if (later)
			note("option", at, "that option " code " is not sent to " cond_words(case_))
		return
	}
	if (Unsaid != "")
		note("option", at, "option " code " " v " for " Unsaid)
	else if (v ~ /^\?/)
		note("option", at, "option " code ": " substr(v, 2))
	else
		rule("option", at, "option " code text ((setting, at) in Sent_always ? "" : option_when(code)) " " cond_quoted(v))
}

# Is there another candidate, with a value?
function Taken_later(setting, at,    k, seen) {
	for (k = 1; k <= Cands[setting]; k++) {
		if (seen && Cand_value[setting, k] != "")
			return 1
		if (Cand_at[setting, k] == at)
			seen = 1
	}
	return 0
}

# ---- the end ----------------------------------------------------------------

function rules_write(what,    i, k, summary) {
	snames_add()
	find_sole_net()
	subnets_write()
	boots_write()
	options_write()
	hosts_combine()
	hosts_write()
	printf "# Made by pxe-import from %s.\n", what
	for (i = 1; i <= Sections; i++)
		for (k = 1; k <= Out_lines[Section[i]] + 0; k++)
			printf "%s%s\n", k == 1 ? "\n" : "", Out[Section[i], k]
	summary = sprintf("%d rule%s", Rules, Rules == 1 ? "" : "s")
	if (Not_carried)
		summary = summary sprintf(", %d thing%s not carried over", Not_carried, Not_carried == 1 ? "" : "s")
	if (To_check)
		summary = summary sprintf(", %d assumption%s to check", To_check, To_check == 1 ? "" : "s")
	if (!Not_carried && !To_check)
		summary = summary ", everything carried over"
	printf "pxe-import: %s: %s\n", what, summary > "/dev/stderr"
	return Not_carried + To_check ? 1 : 0
}

# One file deeper (the caller takes it back: Depth--); 0, and said, when files include
# each other without end.
function include_enter(file) {
	if (++Depth <= 20)
		return 1
	note("rest", file ":1", "a file that includes itself")
	Depth--
	return 0
}
