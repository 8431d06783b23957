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
