# What a file is, for pxe-import: by what stands in it, not by its name.
{
	sub(/\r$/, "")
	line = $0
	sub(/^[ \t]+/, "", line)
	if (line == "" || line ~ /^(#|\/\/)/)
		next
	if (++n == 1) {
		if (line ~ /^address,hwaddr,client_id,/)
			leases = "kea-leases"
		if (line ~ /^[{]/)
			json = 1
	}
	if (line ~ /^lease [0-9.]+ [{]/)
		leases = "dhcpd-leases"
	if (line ~ /^[0-9]+ ([0-9a-f]+-)?[0-9a-f][0-9a-f]:[0-9a-f:]+ [0-9.]+ [^ ]+ [^ ]+$/)
		mdns++
	if (line ~ /"Dhcp4"/)
		kea = 1
	if (line ~ /"Dhcp6"/)
		kea6 = 1
	if (line ~ /[;{}][ \t]*(#.*)?$/)
		dhcpd++
	else if (line ~ /^(--)?[a-z0-9][a-z0-9-]*[ \t]*(=|(#.*)?$)/)
		dnsmasq++
}

END {
	if (leases)
		print leases
	else if (mdns && mdns == n)
		print "dnsmasq-leases"
	else if (kea)
		print "kea"
	else if (json)
		print kea6 ? "DHCPv6 of Kea" : "JSON without Dhcp4"
	else if (dhcpd > dnsmasq)
		print "dhcpd"
	else if (dnsmasq * 2 > n)
		print "dnsmasq"
	else
		print ""
}
