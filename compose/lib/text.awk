# Plain text for awk programs.

# As gsub, but for plain strings: no character of `what' and `by' has a meaning.
function text_replace(s, what, by,    out, at) {
	out = ""
	while ((at = index(s, what)) > 0) {
		out = out substr(s, 1, at - 1) by
		s = substr(s, at + length(what))
	}
	return out s
}

# All eight numbers of an IPv6 address, without "::".
function text_address6(s,    part, before, behind, n, out) {
	if (split(s, part, "::") != 2)
		return s
	n = (part[1] == "" ? 0 : split(part[1], before, ":")) + (part[2] == "" ? 0 : split(part[2], behind, ":"))
	for (out = part[1]; n < 8; n++)
		out = out (out == "" ? "" : ":") "0"
	return out (part[2] == "" ? "" : ":" part[2])
}
