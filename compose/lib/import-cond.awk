# Conditions on clients, for pxe-import: which of them a line is for.
#
# A condition is T (everyone), F (nobody) or a list, separated by newlines, of
# cases; a case is a list, separated by tabs, of matches in the syntax of
# dhcpd-pxe.rules(5), as in "arch=7", "vendor=!PXEClient*", "opt=82.2:hex:0001".
# A match that begins with "?" is something that no line can ask; what follows
# says it in words.

function cond_and(a, b,    A, B, n, m, i, k, c, out) {
	if (a == "F" || b == "F")
		return "F"
	if (a == "T")
		return b
	if (b == "T")
		return a
	n = split(a, A, "\n")
	m = split(b, B, "\n")
	if (n * m > 400)
		return "?one of very many combinations"
	out = "F"
	for (i = 1; i <= n; i++)
		for (k = 1; k <= m; k++) {
			c = cond_both(A[i], B[k])
			if (c != "F")
				out = cond_or(out, c)
		}
	return out
}

# Two cases at once.
function cond_both(a, b,    B, n, i) {
	n = split(b, B, "\t")
	for (i = 1; i <= n && a != "F"; i++)
		a = cond_add(a, B[i])
	return a
}

# A case and one more match: without what follows from the rest.
function cond_add(a, match_,    A, n, i, out, how) {
	n = split(a, A, "\t")
	out = ""
	for (i = 1; i <= n; i++) {
		how = cond_relate(A[i], match_)
		if (how == "never")
			return "F"
		if (how == "first")
			return a
		if (how != "second")
			out = out (out == "" ? "" : "\t") A[i]
	}
	return out (out == "" ? "" : "\t") match_
}

function cond_or(a, b,    A, B, n, m, i, k, out) {
	if (a == "T" || b == "T")
		return "T"
	if (a == "F")
		return b
	if (b == "F")
		return a
	m = split(b, B, "\n")
	out = a
	for (k = 1; k <= m; k++) {
		n = split(out, A, "\n")
		out = ""
		for (i = 1; i <= n; i++) {
			if (cond_implies(B[k], A[i]))
				B[k] = "F" # nothing new
			if (B[k] == "F" || !cond_implies(A[i], B[k]))
				out = out (out == "" ? "" : "\n") A[i]
		}
		if (B[k] != "F")
			out = out (out == "" ? "" : "\n") B[k]
	}
	return out
}

# Is every client of the case `a` one of the case `b`?
function cond_implies(a, b,    A, B, n, m, i, k, how) {
	if (b == "T" || a == "F")
		return 1
	if (a == "T" || b == "F")
		return 0
	n = split(a, A, "\t")
	m = split(b, B, "\t")
	for (k = 1; k <= m; k++) {
		for (i = 1; i <= n; i++) {
			how = A[i] == B[k] ? "first" : cond_relate(A[i], B[k])
			if (how == "first")
				break
		}
		if (i > n)
			return 0
	}
	return 1
}

# Is every client of the condition `a` one of b?
function cond_all_in(a, b,    A, B, n, m, i, k) {
	n = split(a, A, "\n")
	m = split(b, B, "\n")
	for (i = 1; i <= n; i++) {
		for (k = 1; k <= m && !cond_implies(A[i], B[k]); k++)
			;
		if (k > m)
			return 0
	}
	return 1
}

function cond_not(a,    A, L, n, m, i, k, out, any) {
	if (a == "T")
		return "F"
	if (a == "F")
		return "T"
	n = split(a, A, "\n")
	out = "T"
	for (i = 1; i <= n; i++) {
		m = split(A[i], L, "\t")
		any = "F"
		for (k = 1; k <= m; k++)
			any = cond_or(any, cond_turn(L[k]))
		out = cond_and(out, any)
	}
	return out
}

# One match turned round.
function cond_turn(l,    key, value, at) {
	if (l == "host=known")
		return "host=unknown"
	if (l == "host=unknown")
		return "host=known"
	if (l ~ /^\?not /)
		return "?" substr(l, 6)
	if (l ~ /^\?/)
		return "?not " substr(l, 2)
	at = index(l, "=")
	key = substr(l, 1, at)
	value = substr(l, at + 1)
	return key (value ~ /^!/ ? substr(value, 2) : "!" value)
}

# What a match is about: its key, with the option's code for opt=.
function cond_key(l,    at) {
	if (l ~ /^\?/)
		return l
	if (l ~ /^opt=/) {
		at = index(l, ":")
		l = substr(l, 1, at - 1)
		sub(/=!/, "=", l)
		return l
	}
	return substr(l, 1, index(l, "=") - 1)
}

function cond_value(l,    at) {
	at = index(l, l ~ /^opt=/ ? ":" : "=")
	l = substr(l, at + 1)
	return l ~ /^!/ ? substr(l, 2) : l
}

function cond_negated(l) {
	return l ~ /^[a-z-]+=!/
}

# "first": a implies b; "second": b implies a; "never": not both at once; "".
function cond_relate(a, b,    key, p, q, na, nb) {
	if (a == b)
		return "first"
	if (a == cond_turn(b))
		return "never"
	if (a ~ /^opt=93:\*$/ && b ~ /^arch=[^!]/)
		return "second"
	if (b ~ /^opt=93:\*$/ && a ~ /^arch=[^!]/)
		return "first"
	key = cond_key(a)
	if (key != cond_key(b) || key ~ /^\?/ || key == "tag" || key == "ipxe")
		return ""
	p = cond_value(a)
	q = cond_value(b)
	na = cond_negated(a)
	nb = cond_negated(b)
	if (!na && !nb)
		return cond_within(p, q, key) ? "first" : cond_within(q, p, key) ? "second" : cond_apart(p, q, key) ? "never" : ""
	if (!na)
		return cond_within(p, q, key) ? "never" : cond_apart(p, q, key) ? "first" : ""
	if (!nb)
		return cond_within(q, p, key) ? "never" : cond_apart(p, q, key) ? "second" : ""
	return cond_within(q, p, key) ? "first" : cond_within(p, q, key) ? "second" : ""
}

# Does all that fits the pattern p fit q?
function cond_within(p, q, key,    part) {
	if (p == q || q == "*")
		return 1
	if (key == "subnet")
		return net_within(p, q)
	if (p ~ /^hex:/ && q ~ /^hex:/) {
		p = substr(p, 5)
		q = substr(q, 5)
	} else if (p ~ /^hex:/ || q ~ /^hex:/)
		return 0
	if (q !~ /\*/)
		return 0
	part = q
	if (q ~ /^[^*]+\*$/) {
		part = substr(q, 1, length(q) - 1)
		return substr(p, 1, length(part)) == part
	}
	if (q ~ /^\*[^*]+\*$/) {
		part = substr(q, 2, length(q) - 2)
		return index(p, part) > 0
	}
	return 0
}

# Is there nothing that fits both?
function cond_apart(p, q, key,    a, b, n) {
	if (key == "subnet")
		return !net_within(p, q) && !net_within(q, p)
	if ((p ~ /^hex:/) != (q ~ /^hex:/))
		return 0
	if (p !~ /\*/ && q !~ /\*/)
		return p != q
	if (p !~ /\*/ && q ~ /^\*[^*]+\*$/)
		return index(p, substr(q, 2, length(q) - 2)) == 0
	if (q !~ /\*/ && p ~ /^\*[^*]+\*$/)
		return index(q, substr(p, 2, length(p) - 2)) == 0
	a = p
	b = q
	sub(/\*.*/, "", a)
	sub(/\*.*/, "", b)
	if ((p !~ /\*/ && length(p) < length(b)) || (q !~ /\*/ && length(q) < length(a)))
		return 1
	n = length(a) < length(b) ? length(a) : length(b)
	return substr(a, 1, n) != substr(b, 1, n)
}

# ---- as text ----------------------------------------------------------------

# Cases that differ in one element of a list become one case.
function cond_merge(dnf,    A, n, i, k, m) {
	n = split(dnf, A, "\n")
	for (i = 1; i <= n; i++)
		for (k = i + 1; k <= n; k++) {
			m = cond_joined(A[i], A[k])
			if (m == "")
				continue
			A[i] = m
			for (; k < n; k++)
				A[k] = A[k + 1]
			n--
			k = i
		}
	dnf = ""
	for (i = 1; i <= n; i++)
		dnf = dnf (i > 1 ? "\n" : "") A[i]
	return dnf
}

# The two cases as one, or "" when they are not alike enough.
function cond_joined(a, b,    A, B, n, i, at, key) {
	n = split(a, A, "\t")
	if (split(b, B, "\t") != n)
		return ""
	at = 0
	for (i = 1; i <= n; i++)
		if (A[i] != B[i]) {
			if (at)
				return ""
			at = i
		}
	if (!at)
		return a
	key = cond_key(A[at])
	if (key != cond_key(B[at]) || key !~ /^(arch|mac|uuid|client|tag)$/ || cond_negated(A[at]) || cond_negated(B[at]))
		return ""
	A[at] = A[at] "," cond_value(B[at])
	b = ""
	for (i = 1; i <= n; i++)
		b = b (i > 1 ? "\t" : "") A[i]
	return b
}

# A case as the keys of a line, with a blank before each; Unsaid is what cannot be said, or "".
function cond_text(case_,    L, n, i, key, text, list, tags, neg, used) {
	Unsaid = ""
	if (case_ == "T")
		return ""
	n = split(case_, L, "\t")
	text = tags = ""
	for (i = 1; i <= n; i++) {
		key = cond_key(L[i])
		neg = cond_negated(L[i])
		if (key ~ /^\?/)
			Unsaid = Unsaid (Unsaid == "" ? "" : ", ") substr(L[i], 2)
		else if (key == "tag")
			tags = tags (tags == "" ? "" : "\t") L[i]
		else if (!(key in used) || key ~ /^opt=/) {
			used[key] = neg
			list[key] = L[i]
			if (key !~ /^opt=/)
				text = text "\t" key
			else
				text = text "\t" L[i]
		} else if (neg && used[key] && key ~ /^(arch|mac|uuid|client)$/)
			list[key] = list[key] "," cond_value(L[i])
		else if (!neg && !used[key] && key == "ipxe")
			list[key] = list[key] "," cond_value(L[i])
		else
			text = text "\t" cond_again(L[i], key, neg)
	}
	n = split(substr(text, 2), L, "\t")
	text = ""
	for (i = 1; i <= n; i++)
		text = text " " cond_quoted((L[i] in list) ? list[L[i]] : L[i])
	return text cond_tags(tags)
}

# A second match for a key that a line may have once: as opt=, which it may have many times.
function cond_again(l, key, neg,    value, code) {
	value = cond_value(l)
	code = key == "vendor" ? "60" : key == "user-class" ? "77" : key == "circuit-id" ? "82.1" : \
		key == "remote-id" ? "82.2" : key == "ipxe" ? "175." ipxe_feature(value) : ""
	if (code == "") {
		Unsaid = Unsaid (Unsaid == "" ? "" : ", ") l " as well"
		return "opt=1:" # not printed
	}
	if (key == "ipxe")
		value = "*"
	# RFC 3004's form of a user class has its length in front
	if (key == "user-class" && neg && value !~ /\*/)
		return "opt=!77:hex:" sprintf("%02x", length(value)) bytes_of(value) "\topt=!77:" value
	return "opt=" (neg ? "!" : "") code ":" value
}

# Tags: a line has one key for them, and a list of them means any; a machine that
# has to have several is given one more, which stands for all of them.
function cond_tags(tags,    L, n, i, pos, neg, name) {
	if (tags == "")
		return ""
	n = split(tags, L, "\t")
	name = ""
	for (i = 1; i <= n; i++)
		if (cond_negated(L[i])) {
			neg++
			name = name (name == "" ? "" : ".") "not-" cond_value(L[i])
		} else {
			pos++
			name = name (name == "" ? "" : ".") cond_value(L[i])
		}
	if (neg && !pos) {
		name = ""
		for (i = 1; i <= n; i++)
			name = name (i > 1 ? "," : "") cond_value(L[i])
		return " tag=!" name
	}
	if (n == 1)
		return " " L[1]
	gsub(/,/, "-or-", name)
	Tag_all[name] = tags
	return " tag=" name
}

function cond_quoted(l,    at) {
	at = index(l, "=")
	return substr(l, 1, at) quoted(substr(l, at + 1))
}

# In words, for comments.
function cond_words(dnf,    out) {
	if (dnf == "T")
		return "everyone"
	out = dnf
	gsub(/\?/, "", out)
	gsub(/\t/, " ", out)
	gsub(/\n/, " or ", out)
	return out
}
