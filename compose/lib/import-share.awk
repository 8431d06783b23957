# Two servers of one range, for pxe-import: ISC's failover peers and Kea's high
# availability hook as share= on subnet lines, whose servers do not talk to each other.

# The keys of a subnet line whose range is shared: ours is part `k` of the two.
function share_keys(k, delay) {
	return " share=" k "/2" (delay > 0 ? " delay=" (delay > 10 ? 10 : delay) : "")
}

# Can this range be split? One address cannot.
function share_fits(low, high) {
	return ip_number(low) < ip_number(high)
}

function share_single(at, address, k) {
	if (k == 1)
		assume("subnet", at, "the range " address " is one address and cannot be shared: the other server's rules must not have it")
	else
		note("subnet", at, "the range " address ", one address, which the other server gives")
}

function share_remark(at, what, k) {
	remark("subnet", at, what ": share=" k "/2 here, share=" (3 - k) "/2 in the other server's rules, which are the same but for that; nothing passes between the two")
}

# ---- ISC dhcpd --------------------------------------------------------------

# failover peer NAME { ... }, from token i to e.
function share_peer(i, e, at,    name, k, w, said) {
	name = Tok[i + 2]
	Peer_at[name] = at
	while (i < e && Tok[i] != "{")
		i++
	said = ""
	for (i++; i < e; i = k + 1) {
		for (k = i; k < e && Tok[k] != ";"; k++)
			;
		w = Tok[i]
		if (w == "primary" || w == "secondary")
			Peer_part[name] = w == "primary" ? 1 : 2
		else if (w == "load" && Tok[i + 1] == "balance")
			Peer_delay[name] = Tok[k - 1] + 0
		else if (w == "split" ? Tok[i + 1] != 128 : w == "hba")
			note("subnet", Tok_at[i], dhcpd_said(i, k - 1) " of failover peer " name ": each server has half of the new clients")
		else if (w == "mclt")
			said = ", and what one gives of the other's part is for 10 minutes at most (mclt)"
	}
	if (name in Peer_part)
		share_remark(at, "failover peer " name said, Peer_part[name])
	else
		note("subnet", at, "failover peer " name ", neither primary nor secondary: share=1/2 or share=2/2 on its subnet lines")
}

# A pool of such a peer: its ranges on a subnet line that is shared, one for all its pools that
# are for everybody. The ranges that are left for the subnet's own line.
function share_pool(subnet, s, cond,    name, n, line, plain, i, R, W, left) {
	name = Scope_peer[s]
	plain = cond == "T" && !Items[Scope_block[s]]
	line = plain ? Share_line[subnet, name] : ""
	left = ""
	n = split(Scope_ranges[s], R, " ")
	for (i = 1; i <= n; i++) {
		split(R[i], W, "-")
		if (!net_within(W[1] "/32", Scope_net[subnet]))
			continue
		if (!share_fits(W[1], W[2])) {
			share_single(Scope_at[s], W[1], Peer_part[name])
			if (Peer_part[name] == 1)
				left = left (left == "" ? "" : " ") R[i]
			continue
		}
		if (line == "") {
			line = dhcpd_subnet(subnet, cond, Scope_at[s], plain ? subnet : s)
			Sub_keys[line] = Sub_keys[line] share_keys(Peer_part[name], Peer_delay[name])
			if (plain)
				Share_line[subnet, name] = line
			if (cond == "T")
				Share_base[subnet]
		}
		subnet_range(line, W[1], W[2])
	}
	return left
}

# ---- Kea --------------------------------------------------------------------

# What the hook's parameters say of this server, before the networks are read.
function share_kea(hooks,    i, p, q, k, role) {
	for (i = 1; i <= J_n[hooks] + 0; i++) {
		p = hooks "/" i "/parameters/high-availability"
		if (J[hooks "/" i "/library"] !~ /_ha[.]/ || !((p "/1") in J_type))
			continue
		for (k = 1; k <= J_n[p "/1/peers"] + 0; k++) {
			q = p "/1/peers/" k
			Ha_class["HA_" J[q "/name"]]
			if (J[q "/name"] == J[p "/1/this-server-name"])
				role = J[q "/role"]
			if (J[q "/role"] == "backup")
				note("rest", J_at[q], "the backup " J[q "/name"] ", which only keeps leases: there is no such thing here")
		}
		share_kea_role(p, role, J[p "/1/mode"], J_at[hooks "/" i])
	}
}

function share_kea_role(p, role, mode, at) {
	if (J_n[p] > 1 || mode !~ /^(load-balancing|hot-standby)$/ || role !~ /^(primary|secondary|standby)$/) {
		note("rest", at, "libdhcp_ha.so" (mode == "" ? "" : ", " mode) (role == "" ? ", peers without this server" : ", " role) ": two servers share a range with share=1/2 and share=2/2 on a subnet line, with nothing between them")
		return
	}
	Ha_part = role == "primary" ? 1 : 2
	share_remark(at, "libdhcp_ha.so, " mode, Ha_part)
	if (mode == "hot-standby")
		assume("subnet", at, "hot-standby: here both servers answer new clients, each half of them, and stand in for one another")
}

# The subnet lines of all pools, when they are complete.
function share_kea_lines(    i, n, k, R, W, shared, left) {
	for (i = 1; Ha_part && i <= Subnets; i++) {
		n = split(Sub_range[i], R, ",")
		shared = ""
		for (k = 1; k <= n; k++) {
			split(R[k], W, "-")
			if (share_fits(W[1], W[2]))
				shared = shared (shared == "" ? "" : ",") R[k]
			else
				note("subnet", Sub_at[i], "the range " R[k] ": one address cannot be shared by two servers")
		}
		Sub_range[i] = shared
		if (shared != "")
			Sub_keys[i] = Sub_keys[i] share_keys(Ha_part, 0)
	}
}
