# Fills in templates of answer files.  Input: `machine' lines.  Set from outside: www,
# server (this host's address), templates (a file: NAME, FILE, "text" or "bytes", and
# the template's path, separated by tabs) and want.
#
# want=dirs prints the directories that are needed.  want=files prints, separated by
# tabs, "changed" and a path that was written as PATH.new, "copy", a path and where
# from, and "machine" and the line with files= added.

# What is said of the machine.  Words in braces that are none of these stay, as JSON
# and shell are full of them.
function answers_values() {
	split("", value)
	value["mac-"] = F["mac"]
	value["mac"] = text_replace(F["mac"], "-", ":")
	value["ip"] = F["addr"]
	value["host"] = F["name"]
	value["serial"] = F["serial"]
	value["uuid"] = F["uuid"]
	value["server"] = server
	value["image"] = F["image"]
	value["base"] = "http://" server "/" F["image"]
	value["answers"] = "http://" server "/answers/" F["mac"]
	value["done"] = "http://" server "/in/done-" F["mac"]
}

function answers_line(s, from, at,    key) {
	if (index(s, "{") == 0)
		return s
	for (key in value) {
		if (index(s, "{" key "}") == 0)
			continue
		if (value[key] == "" && !((from, key) in told)) {
			printf "%s:%d: {%s} is not known of %s; say it in machines/%s (%s=)\n", from, at, key, F["mac"], F["mac"], \
			    key == "ip" ? "addr" : key == "host" ? "name" : key | "cat 1>&2"
			told[from, key] = 1
		}
		s = text_replace(s, "{" key "}", value[key])
	}
	return s
}

function answers_fill(from, to,    line, at, text, old) {
	text = old = ""
	while ((getline line < from) > 0)
		text = text answers_line(line, from, ++at) "\n"
	close(from)
	while ((getline line < to) > 0)
		old = old line "\n"
	close(to)
	if (text == old)
		return
	printf "%s", text > (to ".new")
	close(to ".new")
	print "changed\t" to
}

function answers_dir(path) {
	sub(/\/[^\/]*$/, "", path)
	if (!(path in dirs))
		print path
	dirs[path] = 1
}

BEGIN {
	FS = "\t"
	while ((getline < templates) > 0) {
		n = ++count[$1]
		file[$1, n] = $2
		kind[$1, n] = $3
		path[$1, n] = $4
	}
	close(templates)
}

facts_parse($0, F) > 0 && F[""] == "machine" {
	split("", told)
	name = F["answers"]
	files = ""
	if (F["boot"] == "image" && count[name] > 0) {
		answers_values()
		for (i = 1; i <= count[name]; i++) {
			to = www "/answers/" F["mac"] "/" file[name, i]
			files = files (i > 1 ? "," : "") file[name, i]
			if (want == "dirs")
				answers_dir(to)
			else if (kind[name, i] == "text")
				answers_fill(path[name, i], to)
			else
				print "copy\t" to "\t" path[name, i]
		}
	}
	if (want == "files")
		print "machine\t" $0 (files == "" ? "" : " files=" facts_word(files))
}

END {
	close("cat 1>&2")
}
