# pxe-import: reads File, whose format is Format, and writes rules.
BEGIN {
	rules_begin()
	Can_link = 1
	options_begin()
	own_nets()
	if (Format == "dnsmasq") {
		dnsmasq_read(File)
		dnsmasq_convert()
		dnsmasq_tftp_line()
	} else if (Format == "dhcpd")
		dhcpd_import(File)
	else
		kea_import(File)
	if (Fatal != "") {
		printf "pxe-import: %s\n", Fatal > "/dev/stderr"
		exit 2
	}
	exit rules_write(File)
}

# Networks of this machine, as ADDRESS/BITS.
function own_nets(    n, A) {
	Own_nets = split(Own, A, " ")
	for (n = 1; n <= Own_nets; n++)
		Own_net[n] = A[n]
}
