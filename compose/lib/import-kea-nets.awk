# Networks, pools, relays and machines of Kea's configuration, for pxe-import.

# ---- networks ---------------------------------------------------------------

function kea_interfaces(    i, w, path) {
	path = D4 "/interfaces-config/interfaces"
	for (i = 1; i <= J_n[path] + 0; i++) {
		w = kea_get(path "/" i)
		if (w == "*")
			continue
		if (w ~ /\//) {
			remark("interface", J_at[path "/" i], "the address of " w ": dhcpd-pxe serves the interface")
			sub(/\/.*/, "", w)
		}
		rule("interface", J_at[path "/" i], "interface " w)
	}
	kea_seen(D4 "/interfaces-config")
}

function kea_networks(    i, k, p) {
	for (i = 1; i <= J_n[D4 "/subnet4"] + 0; i++)
		kea_subnet(D4 "/subnet4/" i, "", "T")
	for (k = 1; k <= J_n[D4 "/shared-networks"] + 0; k++) {
		p = D4 "/shared-networks/" k
		for (i = 1; i <= J_n[p "/subnet4"] + 0; i++)
			kea_subnet(p "/subnet4/" i, p, kea_guard(p))
	}
	kea_relay_lines()
}

function kea_subnet(p, shared, guard,    W, net, n, i, cond, pc, base, q) {
	split(kea_get(p "/subnet"), W, "/")
	if (!is_ip(W[1])) {
		note("subnet", J_at[p], "subnet " J[p "/subnet"])
		return
	}
	net = net_of(W[1], W[2]) "/" W[2]
	Kea_subnets++
	Kea_path[Kea_subnets] = p
	Kea_net[Kea_subnets] = net
	Kea_shared[Kea_subnets] = shared
	kea_relays(p, net, shared != "" ? kea_get(shared "/name") : "")
	if (shared != "")
		kea_relays(shared, net, kea_get(shared "/name"))
	kea_get(p "/id")
	cond = cond_and(guard, kea_guard(p))
	if (guard != "T" || cond != guard)
		Kea_guarded[net]
	kea_required(p, "subnet=" net)
	if (shared != "")
		kea_required(shared, "subnet=" net)
	base = 0
	for (i = 1; i <= J_n[p "/pools"] + 0; i++) {
		q = p "/pools/" i
		pc = kea_guard(q)
		kea_required(q, cond_and("subnet=" net, pc))
		if (pc == "T" && J_n[q "/option-data"] + 0 == 0) {
			if (!base)
				base = kea_subnet_line(p, net, cond, shared, p)
			n = base
		} else
			n = kea_subnet_line(p, net, cond_and(cond, pc), shared, q)
		kea_pool(n, kea_get(q "/pool"), J_at[q])
		if (pc != "T" || J_n[q "/option-data"] + 0 > 0)
			kea_pool_options(n, q, net, pc, J_n[p "/pools"])
	}
	if (!base)
		kea_subnet_line(p, net, cond, shared, p)
}

# The relays that a subnet or a shared network names: what link= puts on one wire with it.
function kea_relays(p, net, name,    i, n, A) {
	n = J_n[p "/relay/ip-addresses"] + 0
	for (i = 1; i <= n; i++)
		A[i] = kea_get(p "/relay/ip-addresses/" i)
	if (kea_get(p "/relay/ip-address") != "")
		A[++n] = J[p "/relay/ip-address"]
	for (i = 1; i <= n; i++) {
		if (!is_ip(A[i]) || A[i] == "0.0.0.0" || net_within(A[i] "/32", net))
			continue
		if (name == "")
			name = Kea_link[p] = "relay-" A[i]
		Kea_relays++
		Kea_relay[Kea_relays] = A[i]
		Kea_relay_link[Kea_relays] = name
		Kea_relay_at[Kea_relays] = J_at[p "/relay"]
	}
	kea_seen(p "/relay")
}

# A line for the network of each relay, the smallest that there can be: it gives no addresses.
function kea_relay_lines(    i, k, net, said) {
	for (i = 1; i <= Kea_relays; i++) {
		net = net_of(Kea_relay[i], 30) "/30"
		for (k = 1; k <= Kea_subnets && !net_within(Kea_relay[i] "/32", Kea_net[k]); k++)
			;
		if (k <= Kea_subnets || ((net in said) && said[net] != Kea_relay_link[i]))
			note("subnet", Kea_relay_at[i], "that a subnet is behind the relay " Kea_relay[i] ", whose address is in another one")
		else if (!(net in said))
			rule("subnet", Kea_relay_at[i], "subnet " net " link=" quoted(Kea_relay_link[i]) " # the relay " Kea_relay[i])
		if (!(net in said))
			said[net] = Kea_relay_link[i]
	}
}

function kea_subnet_line(p, net, cond, shared, q,    n, at) {
	n = subnet_add(net, cond, J_at[q])
	Sub_path[n] = p
	if (shared != "") {
		if (Can_link)
			Sub_keys[n] = Sub_keys[n] " link=" quoted(kea_get(shared "/name"))
		else
			note("subnet", J_at[shared], "shared network " J[shared "/name"] ": " net " on one wire with others")
	} else if (p in Kea_link)
		Sub_keys[n] = Sub_keys[n] " link=" Kea_link[p]
	return n
}

function kea_pool(n, pool, at,    W, net, B) {
	gsub(/[ \t]/, "", pool)
	if (split(pool, W, "-") == 2 && is_ip(W[1]) && is_ip(W[2]))
		subnet_range(n, W[1], W[2])
	else if (split(pool, W, "/") == 2 && is_ip(W[1]))
		subnet_range(n, ip_text(ip_number(net_of(W[1], W[2]))), ip_text(ip_number(net_of(W[1], W[2])) + power(2, 32 - W[2]) - 1))
	else
		note("subnet", at, "pool " pool)
}

# Router, name servers and domain of a pool stand on its own line; the rest needs a
# class to tell its clients.
function kea_pool_options(n, q, net, pc, pools,    i, p, code, v, key) {
	for (i = 1; i <= J_n[q "/option-data"] + 0; i++) {
		p = q "/option-data/" i
		code = kea_code(kea_get(p "/name"), kea_get(p "/space"), kea_get(p "/code"))
		key = J_n[p "/client-classes"] > 0 ? "" : code == 3 ? "router" : code == 6 ? "dns" : code == 15 ? "domain" : ""
		if (key == "" && pc == "T" && pools > 1) {
			note("option", J_at[p], "option " code " " kea_get(p "/data") " of a pool that nothing but its addresses tells from the others")
			kea_seen(p)
			Kea_done[q, code, cond_and("subnet=" net, pc)]
		} else if (key != "") {
			v = kea_value(code, code, kea_get(p "/data"), kea_get(p "/csv-format"))
			sub(/^[a-z]+=/, "", v)
			Sub_own[n, key] = v
			kea_seen(p)
			Kea_done[q, code, cond_and("subnet=" net, pc)]
		}
	}
}

# ---- machines ---------------------------------------------------------------

function kea_reservations(    i, k, p) {
	for (i = 1; i <= Kea_subnets; i++)
		for (k = 1; k <= J_n[Kea_path[i] "/reservations"] + 0; k++)
			kea_host(Kea_path[i] "/reservations/" k, Kea_net[i])
	for (k = 1; k <= J_n[D4 "/reservations"] + 0; k++)
		kea_host(D4 "/reservations/" k, "")
}

function kea_host(p, net,    who, h, i, name, id, c) {
	who = ""
	if (kea_get(p "/hw-address") != "")
		who = "mac=" mac_text(J[p "/hw-address"])
	else if (kea_get(p "/client-id") != "") {
		id = J[p "/client-id"]
		who = "client-id=" (id ~ /^'/ ? bytes_of(substr(id, 2, length(id) - 2)) : hex_pairs(id))
	} else if (kea_get(p "/circuit-id") != "")
		id = J[p "/circuit-id"]
	name = kea_get(p "/hostname")
	sub(/\.$/, "", name)
	if (who == "") {
		note("host", J_at[p], "a reservation by " kea_identifier(p) (kea_get(p "/ip-address") != "" ? " of " J[p "/ip-address"] : "") ": a host line needs a MAC address, a UUID or a client identifier")
		c = kea_get(p "/circuit-id") != "" ? match_option("82.1", "is", id ~ /^'/ ? bytes_of(substr(id, 2, length(id) - 2)) : hex_pairs(id)) : "F"
	} else {
		h = host_add(who, kea_get(p "/ip-address"), name, J_at[p])
		for (i = 1; i <= J_n[p "/client-classes"] + 0; i++) {
			host_tag(h, kea_tag(kea_get(p "/client-classes/" i)))
			Host_class[J[p "/client-classes/" i]]
		}
		c = who
		if (who !~ /^mac=/) {
			if (J_n[p "/option-data"] > 0 || (p "/boot-file-name") in J || (p "/next-server") in J)
				host_tag(h, "host" h)
			c = "tag=host" h
		}
	}
	kea_seen(p "/client-classes")
	Kea_hosts++
	Kea_host_path[Kea_hosts] = p
	Kea_host_cond[Kea_hosts] = net == "" ? c : cond_and(c, "subnet=" net)
}

function kea_identifier(p,    i) {
	for (i = 1; i <= J_n[p]; i++)
		if (J_key[p, i] ~ /^(circuit-id|flex-id|duid)$/)
			return J_key[p, i] " " kea_get(p "/" J_key[p, i])
	return "nothing"
}
