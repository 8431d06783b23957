# Prints the subnet line for dhcpd-pxe.rules(5) from address, bits, router,
# dns and proxy; fails when the network has no room for another machine.
function number(text,    part) {
	split(text, part, ".")
	return ((part[1] * 256 + part[2]) * 256 + part[3]) * 256 + part[4]
}

function dotted(n) {
	return int(n / 16777216) "." int(n / 65536) % 256 "." int(n / 256) % 256 "." n % 256
}

# The longest run of addresses from low to high without the two in use.
function longest(low, high,    a, b, swap) {
	a = number(address)
	b = router == "" ? a : number(router)
	if (b < a) {
		swap = a
		a = b
		b = swap
	}
	best_low = 1
	best_high = 0  # an empty run
	run(low, a - 1 < high ? a - 1 : high)
	run(a + 1 > low ? a + 1 : low, b - 1 < high ? b - 1 : high)
	run(b + 1 > low ? b + 1 : low, high)
	return best_high >= best_low
}

function run(low, high) {
	if (high - low > best_high - best_low) {
		best_low = low
		best_high = high
	}
}

BEGIN {
	for (size = 1; bits + shift < 32; shift++) # Debian's busybox awk has no power
		size *= 2
	net = int(number(address) / size) * size
	line = "subnet " dotted(net) "/" bits
	if (proxy) {
		print line " proxy"
		exit
	}
	if (bits > 30 || !(longest(net + size / 2, net + size - 2) || longest(net + 1, net + size / 2 - 1)))
		exit 1
	line = line " range=" dotted(best_low) "-" dotted(best_high)
	if (router != "")
		line = line " router=" router
	if (dns != "")
		line = line " dns=" dns
	print line
}
