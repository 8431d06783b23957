# Prints the lines of IPv6 for dhcpd-pxe.rules(5) from address, bits (64 to 108) and
# beside (" netboot" beside other servers).  The range is the last 65,536 addresses but
# those of the very last 65,536, which RFC 2526 sets aside.  Read after text.awk.
function number(hex,    i, n) {
	n = 0
	for (i = 1; i <= length(hex); i++)
		n = n * 16 + index("0123456789abcdef", tolower(substr(hex, i, 1))) - 1
	return n
}

BEGIN {
	if (split(text_address6(address), word, ":") != 8)
		exit 1
	for (i = 1; i <= 8; i++) {
		keep = bits - 16 * (i - 1)
		keep = keep < 0 ? 0 : keep > 16 ? 16 : keep
		for (unit = 1; keep < 16; keep++)
			unit *= 2
		low = int(number(word[i]) / unit) * unit
		net = net (i > 1 ? ":" : "") sprintf("%x", low)
		# all ones but for the last bit of the seventh
		if (i < 8)
			top = top (i > 1 ? ":" : "") sprintf("%x", low + unit - 1 - (i == 7 && unit > 1 ? 1 : 0))
	}
	print "subnet " net "/" bits beside " range=" top ":0-" top ":ffff"
	if (beside == "")
		print "ra prefix=" net "/" bits
}
