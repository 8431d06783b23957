# Leases of ISC dhcpd and Kea as those of dhcpd-pxe, for pxe-import: one line for
# each address, EXPIRY MAC ADDRESS NAME CLIENT-ID.  Both files say later what
# replaces what they said before.
BEGIN { text_begin() }

{ sub(/\r$/, "") }

Format == "kea-leases" {
	kea_lease()
	next
}

{ dhcpd_lease() }

END {
	for (i = 1; i <= Addresses; i++)
		if (Line[Order[i]] != "") {
			print Line[Order[i]]
			kept++
		}
	printf "pxe-import: %d lease%s%s\n", kept, kept == 1 ? "" : "s", Lost ? sprintf(", %d that cannot be said: %s", Lost, Why) : "" > "/dev/stderr"
	exit Lost > 0
}

function lease(addr, line) {
	if (!(addr in Line))
		Order[++Addresses] = addr
	Line[addr] = line
}

function lost(addr, why) {
	Lost++
	Why = Why (Why == "" ? "" : ", ") addr " (" why ")"
	lease(addr, "")
}

function name_or_star(name) {
	sub(/\.$/, "", name)
	return is_name(name) ? name : "*"
}

# 010203 as 01:02:03, or * without.
function id_text(h,    i, out) {
	if (length(h) < 4 || !is_hex(h))
		return "*"
	out = ""
	for (i = 1; i < length(h); i += 2)
		out = out (i > 1 ? ":" : "") substr(h, i, 2)
	return out
}

# ---- Kea: address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,...
function kea_lease(    F, n, i, expiry, name) {
	n = split($0, F, ",")
	if (F[1] == "address") {
		for (i = 1; i <= n; i++)
			Column[F[i]] = i
		return
	}
	if (!is_ip(F[1]))
		return
	name = F[Column["hostname"]]
	gsub(/&#x2c/, "", name)
	expiry = F[Column["valid_lifetime"]] + 0 >= 4294967295 ? 0 : F[Column["expire"]]
	if (F[Column["state"]] == 1)
		lease(F[1], expiry " 00:00:00:00:00:00 " F[1] " * *")
	else if (F[Column["state"]] == 2 || F[Column["valid_lifetime"]] == 0)
		lease(F[1], "")
	else if (!is_mac(F[Column["hwaddr"]]))
		lost(F[1], "no MAC address")
	else
		lease(F[1], expiry " " mac_text(F[Column["hwaddr"]]) " " F[1] " " name_or_star(name) " " id_text(hex_pairs(F[Column["client_id"]])))
}

# ---- dhcpd: lease ADDRESS { ends ...; binding state ...; hardware ethernet ...; uid ...; client-hostname ...; }
function dhcpd_lease(    s) {
	s = trim($0)
	if (s ~ /^lease [0-9.]+ [{]/) {
		split(s, W, " ")
		addr = W[2]
		ends = mac = uid = host = ""
		state = "active"
	} else if (addr == "")
		return
	else if (s ~ /^}/) {
		dhcpd_keep()
		addr = ""
	} else if (s ~ /^ends /)
		ends = lease_time(s)
	else if (s ~ /^binding state /)
		state = lease_word(s, 3)
	else if (s ~ /^hardware ethernet /)
		mac = lease_word(s, 3)
	else if (s ~ /^uid /)
		uid = lease_uid(substr(s, 5))
	else if (s ~ /^client-hostname /)
		host = substr(s, 18, length(s) - 19)
	else if (s ~ /^abandoned/)
		state = "abandoned"
}

function dhcpd_keep() {
	if (state == "abandoned")
		lease(addr, ends " 00:00:00:00:00:00 " addr " * *")
	else if (state != "active" || ends == "")
		lease(addr, "")
	else if (!is_mac(mac))
		lost(addr, "no Ethernet address")
	else
		lease(addr, ends " " mac_text(mac) " " addr " " name_or_star(host) " " id_text(uid))
}

function lease_word(s, n,    W) {
	split(s, W, /[ ;]+/)
	return W[n]
}

# "ends 4 2026/11/30 07:00:00;", "ends epoch 1764486000;" or "ends never;" in seconds since 1970.
function lease_time(s,    W, D, T, y, m) {
	split(s, W, /[ ;]+/)
	if (W[2] == "never")
		return 0
	if (W[2] == "epoch")
		return W[3]
	split(W[3], D, "/")
	split(W[4], T, ":")
	# days since 1970 of a year that begins in March
	y = D[1] - (D[2] < 3)
	m = (D[2] + 9) % 12
	y = 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * m + 2) / 5) + D[3] - 1 - 719468
	return sprintf("%.0f", (y * 24 + T[1]) * 3600 + T[2] * 60 + T[3])
}

# "\001RT..." or 01:52:54:...
function lease_uid(s,    i, c, out) {
	if (s !~ /^"/)
		return hex_pairs(substr(s, 1, length(s) - 1))
	out = ""
	for (i = 2; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == "\"")
			break
		if (c != "\\")
			out = out bytes_of(c)
		else if (substr(s, i + 1, 3) ~ /^[0-7][0-7][0-7]$/) {
			out = out sprintf("%02x", substr(s, i + 1, 1) * 64 + substr(s, i + 2, 1) * 8 + substr(s, i + 3, 1))
			i += 3
		} else
			out = out bytes_of(substr(s, ++i, 1))
	}
	return out
}
