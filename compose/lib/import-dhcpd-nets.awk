# What is in dhcpd.conf, once it has been read: networks, machines, and which of several
# values counts; for pxe-import.

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
function dhcpd_networks(    i, k, s, base) {
	for (i = 1; i <= Scopes; i++) {
		if (Scope_kind[i] != "subnet")
			continue
		base = 0
		for (k = 1; k <= Pools; k++) {
			s = Pool_scope[k]
			if (scope_below(s, i) || (scope_in(s, "shared-network") && !scope_in(s, "subnet") && scope_below(i, scope_in(s, "shared-network"))))
				base = dhcpd_pool(i, s, base)
		}
		if (Scope_ranges[i] != "" || (!base && !(i in Share_base))) {
			if (!base)
				base = dhcpd_subnet(i, "T", Scope_at[i], i)
			dhcpd_ranges(base, Scope_ranges[i], Scope_net[i], Scope_at[i])
			if (Scope_bootp[i] && Sub_keys[base] !~ /bootp=/)
				Sub_keys[base] = Sub_keys[base] " bootp=dynamic"
		}
	}
}

# A pool that is for everybody and says nothing else is a range of the subnet's own line.
function dhcpd_pool(subnet, s, base,    cond, n, ranges) {
	cond = pool_cond(s)
	if (cond == "F") {
		note("subnet", Scope_at[s], "a pool that nobody may use")
		return base
	}
	if (Peer_part[Scope_peer[s]]) {
		ranges = share_pool(subnet, s, cond)
		if (ranges == "")
			return base
	} else
		ranges = Scope_ranges[s]
	if (cond == "T" && !Items[Scope_block[s]] && !Scope_bootp[s]) {
		if (!base)
			base = dhcpd_subnet(subnet, "T", Scope_at[subnet], subnet)
		dhcpd_ranges(base, ranges, Scope_net[subnet], Scope_at[s])
		return base
	}
	n = dhcpd_subnet(subnet, cond, Scope_at[s], s)
	dhcpd_ranges(n, ranges, Scope_net[subnet], Scope_at[s])
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
	for (i = 1; i <= Scope_hosts; i++) {
		s = Host_scope[i]
		if (Scope_mac[s] ~ /\?/)
			note("host", Scope_at[s], "hardware " substr(Scope_mac[s], index(Scope_mac[s], "?") + 1) " of host " Scope_name[s])
		else if (Scope_mac[s] != "")
			who = "mac=" Scope_mac[s] (length(Scope_id[s]) > 2 ? " client-id=" Scope_id[s] : "")
		else if (Scope_id[s] != "" && length(Scope_id[s]) > 2)
			who = "client-id=" Scope_id[s]
		else if (Scope_uuid[s] != "")
			who = "uuid=" Scope_uuid[s]
		else {
			if (Scope_who[s] != "")
				note("host", Scope_at[s], "host " Scope_name[s] \
					(Scope_addr[s] != "" ? ", with the address " Scope_addr[s] "," : "") " by " Scope_who[s] ": a host line needs a MAC address, a UUID or a client identifier")
			else
				note("host", Scope_at[s], "host " Scope_name[s] ", which says not which machine it is")
			continue
		}
		if (Scope_mac[s] ~ /\?/)
			continue
		name = Scope_hostname[s] != "" ? Scope_hostname[s] : dhcpd_decl_name(s) ? Scope_name[s] : ""
		h = Scope_host[s] = host_add(who, Scope_addr[s], name, Scope_at[s])
		if (name == "")
			Host_called[h] = Scope_name[s]
		for (g = Scope_parent[s]; g; g = Scope_parent[g])
			if (Scope_kind[g] == "group" && Items[Scope_block[g]])
				host_tag(h, group_tag(g))
	}
}

# Is a client sent the name of its declaration?
function dhcpd_decl_name(s,    i, b) {
	for (; s; s = Scope_parent[s]) {
		b = Scope_block[s]
		for (i = Items[b]; i > 0; i--)
			if (Item_kind[b, i] == "set" && Item_setting[b, i] == "use-host-decl-names")
				return Item_value[b, i] == "yes"
	}
	return 0
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
	for (i = 1; i <= Classes; i++)
		if (Items[Scope_block[Class_scope[i]]] && class_cond(Scope_name[Class_scope[i]]) == "F")
			note("boot", Scope_at[Class_scope[i]], "class " Scope_name[Class_scope[i]] ", in which nobody is")
	for (i = 1; i <= Known_settings; i++)
		dhcpd_setting(Known_name[i])
	for (i = 1; i <= Known_settings; i++)
		if (Known_name[i] in Vendor_of)
			dhcpd_vendor(Known_name[i])
	dhcpd_unsaid("file")
	dhcpd_unsaid("server")
	dhcpd_server_names()
	# What dhcpd does when nothing is said
	cand("lease", "T", 43200, Scope_at[Root])
	cand("lease-max", "T", 86400, Scope_at[Root])
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
		cand_sname(Cand_cond["sname", k], Cand_value["sname", k], Cand_at["sname", k])
	}
}

# ---- who is not answered ----------------------------------------------------

function dhcpd_denials() {
	dhcpd_denied("deny unknown clients", "host=unknown")
	dhcpd_denied("boot-unknown-clients off", "host=unknown")
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
