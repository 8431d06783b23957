# What is to be done with images.  Input: stamps, each a line of a file's permissions in
# octal, size, time and name; the list of images (NAME, "new" or "kept", SOURCE, separated by
# tabs); and, behind "facts=1", the facts of the new ones.  Set from outside: work, their
# directory, where it writes of each:
#
#   NAME.wanted  patterns of what is extracted, where not everything is
#   NAME.parts   patterns of what is read here and not only served: boot programs, what goes
#                into an initial RAM disk, and what a loader's configuration is made from
#   NAME.embed   what goes into an initial RAM disk
#   NAME.is      "windows" (a share is of files), "disk" (not a disc), "whole" (it can be
#                loaded itself), "loaded" (it is), between blanks; and on a line of its own
#                each: its permissions, its size and time, and its source as facts have it

# The pattern that picks a path and no other.
function wanted_exact(path,    i, c, text) {
	for (i = 1; i <= length(path); i++) {
		c = substr(path, i, 1)
		text = text (index("*?[]\\", c) ? "\\" : "") c
	}
	return text
}

function wanted_part(path) {
	if (path != "" && path !~ /[[:cntrl:]]/ && !((path, "part") in told))
		parts = parts wanted_exact(path) "\n"
	told[path, "part"] = 1
}

function wanted_pattern(pattern) {
	if (pattern != "" && !((pattern, "wanted") in told))
		wanted = wanted pattern "\n"
	told[pattern, "wanted"] = 1
}

function wanted_is(word) {
	if (index(is, " " word " ") == 0)
		is = is word " "
}

function wanted_begin(path) {
	split("", told)
	parts = wanted = embed = ""
	all = 0
	is = " "
	file = path
	sub(/\.facts$/, "", file)
	name = file
	sub(/.*\//, "", name)
}

function wanted_write(suffix, text) {
	printf "%s", text > (file suffix)
	close(file suffix)
}

function wanted_end(    from) {
	if (file == "")
		return
	from = source[name]
	if (!all && wanted != "")
		wanted = wanted ".disk\n.treeinfo\n.discinfo\n"
	wanted_write(".wanted", all ? "" : wanted)
	wanted_write(".parts", parts)
	wanted_write(".embed", embed)
	wanted_write(".is", is "\n" (from in mode ? mode[from] : "-") "\n" (from in stamp ? stamp[from] : "- -") "\n" facts_word(from) "\n")
}

function wanted_boot(    n, part, i) {
	if (tolower(F["kernel"]) == "sources/boot.wim" && F["with"] == "wimboot")
		wanted_is("windows")
	if (F["kernel"] == "{img}")
		wanted_is("disk")
	if (F["kernel"] ~ /^\{(iso|img)\}$/)
		wanted_is("whole")
	if (F["image"] == "yes" || F["kernel"] ~ /^\{(iso|img)\}$/)
		wanted_is("loaded")
	if (F["family"] == "unknown" || F["with"] != "" || ("," F["needs"] ",") ~ /,\*,/)
		all = 1
	if (F["with"] == "mboot")
		wanted_part("boot.cfg")
	if (F["kernel"] !~ /^(\{(iso|img)\}$|netboot\/)/) {
		wanted_pattern(wanted_exact(F["kernel"]))
		n = split(F["initrd"], part, ",")
		for (i = 1; i <= n; i++)
			wanted_pattern(wanted_exact(part[i]))
	}
	n = split(F["embed"], part, ",")
	for (i = 1; i <= n; i++) {
		if (!((part[i], "embed") in told))
			embed = embed part[i] "\n"
		told[part[i], "embed"] = 1
		sub(/@[^@]*$/, "", part[i])
		if (part[i] != "{iso}") {
			wanted_part(part[i])
			wanted_pattern(wanted_exact(part[i]))
		}
	}
	n = split(F["needs"], part, ",")
	for (i = 1; i <= n; i++)
		wanted_pattern(part[i])
}

facts && FNR == 1 {
	wanted_end()
	wanted_begin(FILENAME)
}

facts && facts_parse($0, F) > 0 {
	if (F[""] == "boot")
		wanted_boot()
	else if (F[""] == "loader" && F["path"] !~ /^\[boot\]/) {
		wanted_pattern(wanted_exact(F["path"]))
		if (F["kind"] ~ /^(shim|grub)$/)
			wanted_part(F["path"])
	}
}

facts { next }

FILENAME ~ /\/stamps$/ {
	from = $0
	sub(/^[^ ]* [^ ]* [^ ]* /, "", from)
	mode[from] = $1
	stamp[from] = $2 " " $3
	next
}

{
	split($0, field, "\t")
	source[field[1]] = field[3]
}

END {
	wanted_end()
}
