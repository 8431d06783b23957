# Reads the files of machines/, one for each machine, and prints a `machine' line for
# each.  What is wrong goes to standard error with file and line; the machine is then
# what it was before.
#
# Set from outside: once (the directory that says what became of installations), last
# (what was printed before), answers (the names there are, between blanks) and says
# (those whose installer says itself when it is done).  The files are the arguments.

function machine_wrong(why) {
	printf "%s:%d: %s\n", file, at, why | "cat 1>&2"
	bad = 1
}

# A name of a file in any usual form of a MAC address: aa-bb-cc-dd-ee-ff; "" if it is
# none.
function machine_mac(name,    i, out) {
	sub(/.*\//, "", name)
	name = tolower(name)
	gsub(/[:.-]/, "", name)
	if (name !~ /^[0-9a-f]+$/ || length(name) != 12)
		return ""
	for (i = 1; i <= 12; i += 2)
		out = out (i > 1 ? "-" : "") substr(name, i, 2)
	return out
}

function machine_address(s,    n, part, i) {
	n = split(s, part, ".")
	for (i = 1; i <= n; i++)
		if (part[i] !~ /^[0-9][0-9]?[0-9]?$/ || part[i] > 255)
			return 0
	return n == 4
}

# A disk elsewhere, as iPXE names it (RFC 4173 for iSCSI), or a directory that is mounted.
function machine_root_why(v) {
	if (v ~ /[ "]/ || index(v, "${"))
		return "has a blank, a quote or ${ in it"
	if (v ~ /^iscsi:/)
		return v ~ /^iscsi:(\[[0-9A-Fa-f:.]+\]|[^:\[]+):[^:]*:[0-9]*:[0-9A-Fa-f-]*:./ ? "" : "not iscsi:SERVER:PROTOCOL:PORT:LUN:TARGET, of which the three in the middle may be empty"
	if (v ~ /^aoe:/)
		return v ~ /^aoe:e[0-9]+\.[0-9]+$/ ? "" : "not aoe:eSHELF.SLOT"
	if (v ~ /^nbd:/)
		return "iPXE knows no nbd; a kernel may: args="
	if (v ~ /^https?:\/\/./ || v ~ /^nfs:([^:\/]+:)?\/./)
		return ""
	return "neither iscsi:SERVER::::TARGET, aoe:, http://..., nor nfs:SERVER:/DIRECTORY"
}

# Why a key cannot have that value; "" if it can.
function machine_why(key, v) {
	if (v ~ /[[:cntrl:]]/)
		return "has a control character in it"
	if (key == "image")
		return v ~ /^[A-Za-z0-9_+][A-Za-z0-9._+-]*$/ ? "" : "not the name of an image (pxe-image ls)"
	if (key == "answers")
		return v ~ /^[A-Za-z0-9_+][A-Za-z0-9._+-]*$/ && index(answers, " " v " ") ? "" : "there is no directory answers/" v
	if (key == "name")
		return v ~ /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/ && length(v) < 254 ? "" : "not the name of a host"
	if (key == "addr")
		return machine_address(v) ? "" : "not an IPv4 address"
	if (key == "settle")
		return v ~ /^[0-9]+(\.[0-9]+)?$/ ? "" : "not a number of minutes"
	if (key == "root")
		return machine_root_why(v)
	if (key ~ /^(args|serial|uuid)$/)
		return ""
	return "no key of a machine; there are image= answers= name= addr= args= root= serial= uuid= settle= and the words once, always, local"
}

function machine_line(line,    key, word, why) {
	if (facts_parse(line, F) < 0) {
		machine_wrong("not a facts line: a quote or an escape in it has no end")
		return
	}
	for (key in F) {
		word = key == "" ? F[key] : substr(key, 1, 1) == "+" ? substr(key, 2) : ""
		if (word == "machine" && key == "")
			continue
		if (word ~ /^(once|always|local)$/) {
			if (M["when"] != "" && M["when"] != word)
				machine_wrong("\"" word "\": it is " M["when"] " already")
			M["when"] = word
		} else if (word != "")
			machine_wrong("\"" word "\": no word of a machine; there are once, always, local")
		else if (key in M)
			machine_wrong("key \"" key "\": stands there twice")
		else if ((why = machine_why(key, F[key])) != "")
			machine_wrong("key \"" key "\": " why)
		else
			M[key] = F[key]
	}
}

# What became of the installation: "", "installing" (its initrd was fetched) or "done".
function machine_state(mac,    line, said, from) {
	from = once "/" mac
	while ((getline line < from) > 0)
		if (facts_parse(line, F) > 0 && (F[""] == "done" || F[""] == "fetched"))
			said = F[""] == "done" ? "done" : "installing"
	close(from)
	return said
}

function machine_text(    out, i, n, key) {
	out = ""
	n = split("image answers name addr args root serial uuid settle", key, " ")
	for (i = 1; i <= n; i++)
		if (M[key[i]] != "")
			out = out " " key[i] "=" facts_word(M[key[i]])
	return out
}

function machine_print(mac, text,    state) {
	facts_parse("machine " text, M)
	state = M["when"] == "once" ? machine_state(mac) : ""
	print "machine mac=" mac " " text " state=" (M["when"] == "once" ? (state == "" ? "waiting" : state) : M["when"]) \
	    " boot=" (M["when"] == "local" || state == "done" ? "local" : "image") \
	    (M["answers"] != "" && index(says, " " M["answers"] " ") ? " says=yes" : "")
}

function machine_file(    mac, line, n, text) {
	mac = machine_mac(file)
	at = bad = 0
	split("", M)
	if (mac == "") {
		machine_wrong("its name is no MAC address, such as 52-54-00-19-93-5b")
		return
	}
	if (mac in seen) {
		machine_wrong("for the same machine as " seen[mac] ", which counts")
		return
	}
	seen[mac] = file
	while ((n = (getline line < file)) > 0) {
		at++
		machine_line(line)
	}
	if (n < 0)
		machine_wrong("cannot be read")
	close(file)
	if (M["addr"] != "" && M["addr"] in owner)
		machine_wrong("key \"addr\": it is " owner[M["addr"]] "'s")
	if (bad) {
		if (mac in before)
			machine_print(mac, before[mac])
		return
	}
	if (M["addr"] != "")
		owner[M["addr"]] = file
	if (M["when"] == "")
		M["when"] = M["image"] == "" && M["root"] == "" ? "local" : M["answers"] != "" ? "once" : "always"
	text = "when=" M["when"] machine_text()
	machine_print(mac, text)
}

BEGIN {
	while ((getline line < last) > 0)
		if (match(line, /^machine mac=[0-9a-f-]+ /)) {
			text = substr(line, RLENGTH + 1)
			sub(/ state=[a-z]+ boot=[a-z]+( says=yes)?$/, "", text)
			before[substr(line, 13, 17)] = text
		}
	close(last)
	for (i = 1; i < ARGC; i++) {
		file = ARGV[i]
		machine_file()
	}
	close("cat 1>&2")
}
