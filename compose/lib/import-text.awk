# Addresses, bytes and text, for pxe-import.

function text_begin(    i) {
	for (i = 1; i < 256; i++)
		Ord[sprintf("%c", i)] = i
	Hex_digits = "0123456789abcdef"
}

function trim(s) {
	sub(/^[ \t\r\n]+/, "", s)
	sub(/[ \t\r\n]+$/, "", s)
	return s
}

# The words of a list belong to a set: in_set asks.
function set_add(set, list,    W, n, i) {
	n = split(list, W, " ")
	for (i = 1; i <= n; i++)
		In_set[set, W[i]] = 1
}

function in_set(set, word) {
	return (set, word) in In_set
}

# The string that a line begins with, in dhcpd.conf's way or JSON's (u: \u0041; x: \x41
# and \101).  What is behind it is left in String_rest.
function string_text(line, way,    i, c, next_c, out) {
	out = ""
	for (i = 2; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (c == "\"")
			break
		if (c == "\\") {
			next_c = substr(line, ++i, 1)
			c = next_c == "n" ? "\n" : next_c == "t" ? "\t" : next_c == "r" ? "\r" : next_c == "b" ? "\b" : next_c
			if (way == "u" && next_c == "f")
				c = "\f"
			else if (way == "u" && next_c == "u") {
				c = hex_value(substr(line, i + 1, 4))
				c = c > 0 && c < 256 ? sprintf("%c", c) : "?"
				i += 4
			} else if (way == "x" && next_c == "x") {
				c = sprintf("%c", hex_value(substr(line, i + 1, 2)))
				i += 2
			} else if (way == "x" && substr(line, i, 3) ~ /^[0-7][0-7][0-7]$/) {
				c = sprintf("%c", next_c * 64 + substr(line, i + 1, 1) * 8 + substr(line, i + 2, 1))
				i += 2
			}
		}
		out = out c
	}
	String_rest = substr(line, i + 1)
	return out
}

function is_ip(s,    P, n, i) {
	if (s !~ /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/)
		return 0
	n = split(s, P, ".")
	for (i = 1; i <= n; i++)
		if (P[i] > 255 || length(P[i]) > 3)
			return 0
	return 1
}

function ip_number(s,    P) {
	split(s, P, ".")
	return ((P[1] * 256 + P[2]) * 256 + P[3]) * 256 + P[4]
}

function ip_text(n,    a, b, c) {
	a = int(n / 16777216)
	n -= a * 16777216
	b = int(n / 65536)
	n -= b * 65536
	c = int(n / 256)
	return a "." b "." c "." (n - c * 256)
}

function ip_hex(s,    P) {
	split(s, P, ".")
	return sprintf("%02x%02x%02x%02x", P[1], P[2], P[3], P[4])
}

# The number of leading ones of a netmask, or -1.
function mask_bits(s,    n, bits) {
	if (!is_ip(s))
		return -1
	n = ip_number(s)
	for (bits = 0; n >= 2147483648; bits++)
		n = (n - 2147483648) * 2
	return n == 0 ? bits : -1
}

function power(base, n,    out) {
	for (out = 1; n > 0; n--)
		out *= base
	return out
}

function mask_text(bits) {
	return ip_text(4294967296 - power(2, 32 - bits))
}

function net_of(addr, bits,    size) {
	size = power(2, 32 - bits)
	return ip_text(int(ip_number(addr) / size) * size)
}

# Is the network a part of the network b (both ADDRESS/BITS)?
function net_within(a, b,    A, B) {
	split(a, A, "/")
	split(b, B, "/")
	return A[2] + 0 >= B[2] + 0 && net_of(A[1], B[2]) == net_of(B[1], B[2])
}

function is_mac(s) {
	return s ~ /^[0-9A-Fa-f][0-9A-Fa-f]?([:-][0-9A-Fa-f][0-9A-Fa-f]?)+$/ && split(s, Is_mac, /[:-]/) == 6
}

# In lower case, with colons and two digits each.
function mac_text(s,    P, n, i) {
	n = split(tolower(s), P, /[:-]/)
	s = ""
	for (i = 1; i <= n; i++)
		s = s (i > 1 ? ":" : "") (length(P[i]) == 1 ? "0" : "") P[i]
	return s
}

function is_hex(s) {
	return s ~ /^([0-9A-Fa-f][0-9A-Fa-f])+$/
}

function hex_value(h,    i, n) {
	h = tolower(h)
	n = 0
	for (i = 1; i <= length(h); i++)
		n = n * 16 + index(Hex_digits, substr(h, i, 1)) - 1
	return n
}

# Pairs of hexadecimal digits, maybe with colons or single digits: "1:a:0b" is 010a0b.
function hex_pairs(s,    P, n, i) {
	s = tolower(s)
	if (s !~ /[:-]/)
		return (length(s) % 2 ? "0" : "") s
	n = split(s, P, /[:-]/)
	s = ""
	for (i = 1; i <= n; i++)
		s = s (length(P[i]) == 1 ? "0" : "") P[i]
	return s
}

# The bytes of a text, as pairs of hexadecimal digits.
function bytes_of(s,    i, out) {
	out = ""
	for (i = 1; i <= length(s); i++)
		out = out sprintf("%02x", Ord[substr(s, i, 1)])
	return out
}

function text_of(h,    i, out) {
	out = ""
	for (i = 1; i < length(h); i += 2)
		out = out sprintf("%c", hex_value(substr(h, i, 2)))
	return out
}

# Are all the bytes printable?
function is_text(h,    i, n) {
	for (i = 1; i < length(h); i += 2) {
		n = hex_value(substr(h, i, 2))
		if (n < 32 || n > 126)
			return 0
	}
	return h != ""
}

# A number of `size` bytes.
function number_hex(n, size,    out, i) {
	out = ""
	if (n < 0)
		n += power(256, size)
	for (i = 0; i < size; i++) {
		out = sprintf("%02x", n % 256) out
		n = int(n / 256)
	}
	return out
}

function is_name(s) {
	return s ~ /^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$/ && length(s) < 64 && s !~ /\.\./
}

# A value of a facts line.
function quoted(s,    i, c, n, out) {
	if (s != "" && s !~ /[ \t"#\\]/ && s !~ /[^ -~]/)
		return s
	out = ""
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		n = Ord[c]
		out = out (c == "\"" || c == "\\" ? "\\" c : n < 32 || n > 126 ? sprintf("\\x%02x", n) : c)
	}
	return "\"" out "\""
}

function dirname_of(path) {
	if (path !~ /\//)
		return "."
	sub(/\/[^\/]*$/, "", path)
	return path == "" ? "/" : path
}

function shell_quoted(s) {
	gsub(/'/, "'\\''", s)
	return "'" s "'"
}
