# Facts lines (pxe-facts(5)) for awk programs.

# Reads one line into F by key; of duplicate keys the first one counts.  F[""] is
# the line's first word, and F["+WORD"] says that a later one has no key.  Returns the number of words (0 for a blank line or a
# comment), or -1 if the line is malformed.
function facts_parse(line, F,    n, key, value) {
	split("", F)
	for (n = 0; ; n++) {
		sub(/^[ \t\r]+/, "", line)
		if (line == "" || line ~ /^#/)
			return n
		key = ""
		if (match(line, /^[A-Za-z0-9._-]+=/)) {
			key = substr(line, 1, RLENGTH - 1)
			line = substr(line, RLENGTH + 1)
		}
		if (match(line, /^"([^"\\]|\\.)*"/)) {
			value = substr(line, 2, RLENGTH - 2)
			line = substr(line, RLENGTH + 1)
			if (!facts_sound(value) || line !~ /^([ \t\r]|$)/)
				return -1
			value = facts_unquote(value)
		} else {
			if (line ~ /^"/)
				return -1
			match(line, /^[^ \t\r]*/)
			value = substr(line, 1, RLENGTH)
			line = substr(line, RLENGTH + 1)
		}
		if (key == "" && n > 0)
			key = "+" value
		if (!(key in F))
			F[key] = value
	}
}

# True if every escape is one of \" \\ \n \xHH.
function facts_sound(s,    at) {
	while ((at = index(s, "\\")) > 0) {
		s = substr(s, at + 1)
		if (s ~ /^["\\n]/)
			s = substr(s, 2)
		else if (s ~ /^x[0-9A-Fa-f][0-9A-Fa-f]/ && s !~ /^x00/)
			s = substr(s, 4)
		else
			return 0
	}
	return 1
}

function facts_unquote(s,    out, at, c) {
	out = ""
	while ((at = index(s, "\\")) > 0) {
		out = out substr(s, 1, at - 1)
		c = substr(s, at + 1, 1)
		if (c == "x") {
			out = out sprintf("%c", 16 * facts_hex(substr(s, at + 2, 1)) + facts_hex(substr(s, at + 3, 1)))
			s = substr(s, at + 4)
		} else {
			out = out (c == "n" ? "\n" : c)
			s = substr(s, at + 2)
		}
	}
	return out s
}

function facts_hex(digit) {
	return index("0123456789abcdef", tolower(digit)) - 1
}

# A value as it stands in a line: quoted where it would not be read back else.
function facts_word(s,    out, i, c) {
	# "]" comes first: a backslash is no escape between brackets (POSIX, busybox).
	if (s ~ /^[]A-Za-z0-9_.,:\/@%+{}=*?&;!~()[|<>$^-]+$/)
		return s
	out = ""
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == "\"" || c == "\\")
			c = "\\" c
		else if (c == "\n")
			c = "\\n"
		else if (c ~ /[[:cntrl:]]/)
			c = sprintf("\\x%02X", facts_code(c))
		out = out c
	}
	return "\"" out "\""
}

# A value as a JSON string.
function facts_json(s,    out, i, c) {
	out = ""
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == "\"" || c == "\\")
			c = "\\" c
		else if (c ~ /[[:cntrl:]]/)
			c = sprintf("\\u%04x", facts_code(c))
		out = out c
	}
	return "\"" out "\""
}

function facts_code(c,    i) {
	for (i = 1; i < 256; i++)
		if (sprintf("%c", i) == c)
			return i
	return 63
}
