# The expressions of dhcpd.conf as conditions, for pxe-import; Kea's are compared here too.

# ---- expressions ------------------------------------------------------------

# "or", "and" and "not" are the same in dhcpd.conf and in Kea's tests.
function expr_or(    c) {
	c = expr_and()
	while (expr_is("or")) {
		P++
		c = cond_or(c, expr_and())
	}
	return c
}

function expr_and(    c) {
	c = expr_not()
	while (expr_is("and")) {
		P++
		c = cond_and(c, expr_not())
	}
	return c
}

function expr_not() {
	if (expr_is("not")) {
		P++
		return cond_not(expr_not())
	}
	return Format == "kea" ? k_primary() : x_primary()
}

function expr_is(word) {
	return P <= Toks && Tok[P] == word && !Tok_str[P]
}

function x_primary(    from, c, a, op, b, name) {
	from = P
	if (Tok[P] == "(" && !x_is_data(P)) {
		P++
		c = expr_or()
		if (Tok[P] == ")")
			P++
		return c
	}
	if (Tok[P] == "exists") {
		name = Tok[P + 1]
		if (name == "option")
			name = Tok[++P + 1]
		P += 2
		return dhcpd_code(name) == "" ? "?exists " name : match_exists(dhcpd_code(name))
	}
	if (Tok[P] == "known") {
		P++
		return "host=known"
	}
	if (Tok[P] == "check") {
		P += 2
		return (Tok[P - 1] in Class_of) ? class_cond(Tok[P - 1]) : "?class " Tok[P - 1]
	}
	a = x_data()
	op = Tok[P]
	if (op !~ /^(=|!=|~=|~~)$/ || Tok_str[P])
		return "?" dhcpd_said(from, P - 1)
	P++
	b = x_data()
	c = x_compare(a, op == "!=" ? "=" : op, b)
	if (c == "")
		c = "?" dhcpd_said(from, P - 1)
	return op == "!=" ? cond_not(c) : c
}

# Is what stands in these parentheses compared with something behind them?
function x_is_data(i,    depth) {
	for (; i <= Toks; i++) {
		if (Tok[i] == "(")
			depth++
		else if (Tok[i] == ")" && --depth == 0)
			return Tok[i + 1] ~ /^(=|!=|~=|~~)$/
	}
	return 0
}

# Data: c:HEX (constant), o:CODE:OFF:LEN (bytes of an option; LEN - : to its end), e:CODE:LEN
# (its last bytes), h:OFF:LEN (of the hardware type and address), t:OFF:LEN (the same
# as text with colons), l:... (in lower case), p:... (the first of several), or ?words.
function x_data(    from, w, d, code, off, len) {
	from = P
	w = Tok[P]
	if (Tok_str[P]) {
		P++
		return "c:" bytes_of(w)
	}
	if (w == "(") {
		P++
		d = x_data()
		P++
		return d
	}
	if (w == "option" || w == "config-option") {
		code = dhcpd_code(Tok[P + 1])
		P += 2
		return code == "" || w != "option" ? "?" dhcpd_said(from, P - 1) : "o:" code ":0:-"
	}
	if (w == "hardware") {
		P++
		return "h:0:7"
	}
	if (w == "filename" || w == "null") {
		P++
		return w == "null" ? "z:" : "f:"
	}
	if (Tok[P + 1] == "(")
		return x_function(w, from)
	P++
	if (w ~ /^[0-9a-fA-F]+(:[0-9a-fA-F]+)+$/)
		return "c:" hex_pairs(w)
	if (w ~ /^(0x[0-9a-fA-F]+|[0-9]+)$/)
		return "n:" (w ~ /^0x/ ? hex_value(substr(w, 3)) : w)
	return "?" w
}

function x_function(w, from,    A, n, i, h, d) {
	P += 2
	n = 0
	while (P <= Toks && Tok[P] != ")") {
		A[++n] = x_data()
		if (Tok[P] == ",")
			P++
		else if (Tok[P] != ")")
			break
	}
	while (P <= Toks && Tok[P] != ")" && Tok[P] !~ /^[{};]$/)
		P++
	if (Tok[P] == ")")
		P++
	d = x_apply(w, A, n)
	return d == "" ? "?" dhcpd_said(from, P - 1) : d
}

function x_apply(w, A, n,    off, len, D, i, h) {
	if (w == "substring" && A[1] == "f:")
		return "f:"
	if (w == "substring") {
		off = substr(A[2], 3)
		len = substr(A[3], 3)
		if (A[1] ~ /^c:/)
			return "c:" substr(substr(A[1], 3), off * 2 + 1, len * 2)
		split(A[1], D, ":")
		if (D[1] == "o" && D[4] == "-")
			return "o:" D[2] ":" (D[3] + off) ":" len
		if (D[1] == "h")
			return "h:" (D[2] + off) ":" (len == "-" || len > D[3] - off ? D[3] - off : len)
	} else if (w == "suffix" && A[1] ~ /^o:.*:0:-$/) {
		split(A[1], D, ":")
		return "e:" D[2] ":" substr(A[2], 3)
	} else if (w == "binary-to-ascii" && A[1] == "n:16" && A[2] == "n:8" && A[4] ~ /^h:/)
		return "t" text_of(substr(A[3], 3)) substr(A[4], 3)
	else if (w == "lcase" || w == "ucase")
		return A[1] ~ /^t/ || A[1] ~ /^c:/ ? A[1] : "" # they are in lower case already
	else if (w == "extract-int" && A[1] ~ /^o:/)
		return "i" substr(A[2], 3) A[1]
	else if (w == "encode-int" && A[1] ~ /^n:/)
		return "c:" number_hex(substr(A[1], 3), substr(A[2], 3) / 8)
	else if (w == "concat" || w == "pick-first-value" || w == "pick") {
		h = ""
		for (i = 1; i <= n; i++) {
			if (w == "concat" && A[i] !~ /^c:/)
				return ""
			h = h (w == "concat" ? substr(A[i], 3) : (i > 1 ? "|" : "") A[i])
		}
		return (w == "concat" ? "c:" : "p:") h
	}
	return ""
}

# A comparison as a condition; "" when it cannot be said.
function x_compare(a, op, b,    d, D, n, h, i, c, rest, k) {
	if (a ~ /^[cn]:/ && b !~ /^[cn]:/) {
		d = a
		a = b
		b = d
	}
	if (b ~ /^n:/ && a ~ /^i/) {
		b = "c:" number_hex(substr(b, 3), (a ~ /^i8/ ? 1 : a ~ /^i16/ ? 2 : 4))
		sub(/^i[0-9]+/, "", a)
	}
	if (b ~ /^n:/ && a ~ /^o:/) {
		split(a, D, ":")
		b = "c:" number_hex(substr(b, 3), D[2] == 93 || Def_width(D[2]) == 16 ? 2 : Def_width(D[2]) == 32 ? 4 : 1)
	}
	if (a == "f:" && b == "z:")
		return "T" # no file has been named so far
	if (b !~ /^c:/ || a ~ /^\?/)
		return ""
	h = substr(b, 3)
	if (a ~ /^p:/) {
		n = split(substr(a, 3), D, "|")
		c = "F"
		rest = "T"
		for (i = 1; i <= n; i++) {
			d = x_compare(D[i], op, b)
			if (d == "")
				return ""
			c = cond_or(c, cond_and(rest, d))
			if (D[i] ~ /^o:/) {
				k = substr(D[i], 3)
				sub(/:.*/, "", k)
				rest = cond_and(rest, cond_not(match_exists(k)))
			}
		}
		return c
	}
	if (op != "=")
		return x_regex(a, op, text_of(h))
	if (a ~ /^t/)
		return x_mac_text(a, text_of(h))
	split(a, D, ":")
	if (D[1] == "h")
		return x_mac(D[2], D[3], h)
	if (D[1] == "e")
		return D[3] * 2 == length(h) ? match_option(D[2], "ends", h) : D[3] * 2 < length(h) ? "F" : match_option(D[2], "is", h)
	if (D[1] != "o")
		return ""
	if (D[4] == "-" && D[3] == 0)
		return match_option(D[2], "is", h)
	return x_part(D[2], D[3], D[4], h)
}

function Def_width(code,    name) {
	for (name in Def_code)
		if (Def_code[name] == code && name !~ /\./ && Def_type[name] ~ /integer/)
			return substr(Def_type[name], index(Def_type[name], "integer") + 8) + 0
	return Opt_type[code] ~ /^u/ ? substr(Opt_type[code], 2) : 8
}

# A part of an option, from an offset, len bytes long or to its end.
function x_part(code, off, len, h,    n, head) {
	n = length(h) / 2
	head = ""
	# The vendor class of a boot ROM is PXEClient:Arch:00007:UNDI:003016.
	if (off > 0 && code == 60 && (off == 15 || off == 16))
		head = bytes_of(off == 15 ? "PXEClient:Arch:" : "HTTPClient:Arch:")
	else if (off > 0)
		return ""
	if (len != "-" && n > len)
		return "F"
	return match_option(code, len != "-" && n == len ? "begins" : "is", head h)
}

# Bytes of the hardware type, 1 for Ethernet, and the address.
function x_mac(off, len, h,    n, mac, i) {
	n = length(h) / 2
	if (n > len || off > 1)
		return n > len ? "F" : ""
	if (off == 0) {
		if (h !~ /^01/)
			return "F"
		h = substr(h, 3)
		n--
		len--
	}
	if (n < len)
		return "F"
	mac = ""
	for (i = 1; i <= n; i++)
		mac = mac (i > 1 ? ":" : "") substr(h, i * 2 - 1, 2)
	return "mac=" mac (n < 6 ? ":*" : "")
}

# The same as text, without leading zeros: "0:c:29".
function x_mac_text(a, text,    D, sep) {
	sep = substr(a, 2, 1)
	if (sep !~ /[:-]/)
		return ""
	split(substr(a, 3), D, ":")
	return x_mac(D[1], D[2], hex_pairs(tolower(text)))
}

# A regular expression that is text, with .* and anchors.
function x_regex(a, op, re,    D, begins, ends, c) {
	split(a, D, ":")
	if (D[1] != "o" || D[3] != 0 || D[4] != "-")
		return ""
	if (op == "~~" && re ~ /[A-Za-z]/)
		return "" # capitals make no difference
	begins = sub(/^\^/, "", re)
	ends = sub(/\$$/, "", re)
	if (sub(/^\.\*/, "", re))
		begins = 0
	if (sub(/\.\*$/, "", re))
		ends = 0
	gsub(/\\\./, ".", re)
	if (re ~ /[][\\()|*+?{}^$]/ || re ~ /\./)
		return ""
	return match_option(D[2], begins ? (ends ? "is" : "begins") : ends ? "ends" : "holds", bytes_of(re))
}

