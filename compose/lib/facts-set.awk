# Sets one key of a record in a file of facts lines, or takes it out (drop), and
# leaves everything else as it was written: for files that people edit, too.
# Set from outside: record (a word that begins the line, or "" for all lines), key,
# drop; or bare, a pattern of words without a value of which one is set; in the
# environment FACTS_VALUE.

# The next word of `rest`, as it is written, goes to `word`; false at the end or at a
# comment.
function next_word() {
	match(rest, /^[ \t\r]*/)
	gap = substr(rest, 1, RLENGTH)
	rest = substr(rest, RLENGTH + 1)
	if (rest == "" || rest ~ /^#/)
		return 0
	if (!match(rest, /^([A-Za-z0-9._-]+=)?"([^"\\]|\\.)*"/))
		match(rest, /^[^ \t\r]+/)
	word = substr(rest, 1, RLENGTH)
	rest = substr(rest, RLENGTH + 1)
	return 1
}

BEGIN {
	text = bare == "" ? key "=" facts_word(ENVIRON["FACTS_VALUE"]) : ENVIRON["FACTS_VALUE"]
}

{
	if (facts_parse($0, F) <= 0 || (record != "" && F[""] != record)) {
		print
		next
	}
	rest = $0
	line = ""
	words = changed = 0
	while (next_word()) {
		if (bare != "" ? word ~ ("^(" bare ")$") : index(word, key "=") == 1) {
			changed = 1
			if (drop || done)
				continue
			word = text
			done = 1
		}
		line = line (words ? gap : "") word
		words++
	}
	if (!changed)
		print
	else if (words > (record != ""))
		print line gap rest
	else if (rest != "")
		print rest
}

END {
	if (!drop && !done)
		print (record == "" ? "" : record " ") text
}
