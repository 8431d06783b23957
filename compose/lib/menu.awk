# Boot menus out of `boot` facts lines, for pxe-menu(1).  Read after
# facts.awk; the writers are in menu-ipxe.awk, menu-pxelinux.awk and
# menu-grub.awk.
#
# Set from outside: dir, base (URL of dir, no slash at its end), timeout
# (seconds); in the environment, because -v would take backslashes for escapes:
# MENU_ARGS (kernel arguments for every entry) and MENU_FOLDER (where the tree
# is below dir, for lines without dir=).

# entry[i, "id" "name" "arch" "firmware" "kernel" "initrds" "args"], i from 1;
# entry[i, "initrd", j] from 1; entry[i, "base" "path"] where its tree is.
function menu_add(F,    i, n, part, folder) {
	i = ++entries
	folder = menu_path("/" ("dir" in F ? F["dir"] : ENVIRON["MENU_FOLDER"]))
	sub(/\/$/, "", folder)
	entry[i, "name"] = menu_text(F["name"] == "" ? F["kernel"] : F["name"])
	entry[i, "id"] = menu_id(entry[i, "name"])
	entry[i, "arch"] = F["arch"] == "" ? "x86_64" : F["arch"]
	entry[i, "firmware"] = F["firmware"]
	entry[i, "kernel"] = menu_path(folder "/" F["kernel"])
	n = split(F["initrd"], part, ",")
	entry[i, "initrds"] = n
	for (; n > 0; n--)
		entry[i, "initrd", n] = menu_path(folder "/" part[n])
	entry[i, "args"] = menu_args(F["args"], folder)
}

# What a person reads: one line, no control characters.
function menu_text(s) {
	gsub(/[[:cntrl:]]+/, " ", s)
	gsub(/^ +| +$/, "", s)
	return s
}

# A label that all three menu languages take, different from all others.
function menu_id(name,    id, n) {
	id = tolower(name)
	gsub(/[^a-z0-9.]+/, "-", id)
	gsub(/^[-.]+|[-.]+$/, "", id)
	id = substr(id, 1, 40)
	if (id == "" || id ~ /^(start|menu|local|shell|failed)$/)
		id = "entry-" entries
	for (n = 2; (id (n > 2 ? "-" n - 1 : "")) in menu_ids; n++)
		;
	id = id (n > 2 ? "-" n - 1 : "")
	menu_ids[id] = 1
	return id
}

function menu_path(path) {
	gsub(/\/+/, "/", path)
	return path
}

# Templates filled in, more added, blanks and line ends made single blanks.
function menu_args(args, folder,    s, server, path) {
	server = base
	sub(/^[a-z]+:\/\//, "", server)
	path = server ~ /\// ? substr(server, index(server, "/")) : ""
	sub(/\/.*/, "", server)
	s = menu_replace(args, "{base}", base folder)
	s = menu_replace(s, "{server}", server)
	s = menu_replace(s, "{path}", path folder)
	s = menu_replace(s, "{iso}", base (folder == "" ? "/image" : folder) ".iso")
	s = menu_replace(s, "{isopath}", path (folder == "" ? "/image" : folder) ".iso")
	return menu_text(s " " more)
}

# gsub would read & and \ in the replacement.
function menu_replace(s, what, by,    out, at) {
	out = ""
	while ((at = index(s, what)) > 0) {
		out = out substr(s, 1, at - 1) by
		s = substr(s, at + length(what))
	}
	return out s
}

# The last serial port among the kernel arguments for every entry:
# serial_unit, serial_speed (the kernel's own default is 9600).
function menu_serial(args,    n, i, word, part) {
	serial_unit = ""
	n = split(args, word, /[ \t]+/)
	for (i = 1; i <= n; i++) {
		if (word[i] !~ /^console=ttyS[0-3](,|$)/)
			continue
		split(word[i], part, ",")
		serial_unit = substr(part[1], 13)
		serial_speed = part[2] ~ /^[0-9]+/ ? part[2] + 0 : 9600
	}
}

function menu_warn(text) {
	print "pxe-menu: " text | "cat 1>&2"
}

BEGIN {
	more = ENVIRON["MENU_ARGS"]
	menu_serial(more)
}

{
	words = facts_parse($0, F)
	if (words < 0) {
		menu_warn("line " NR " of the input is not a facts line: " $0)
		broken = 1
	} else if (words > 0 && F[""] == "boot") {
		if (F["kernel"] == "") {
			menu_warn("line " NR ": a boot line without kernel=")
			broken = 1
		} else
			menu_add(F)
	}
}

END {
	if (!broken && entries == 0)
		menu_warn("no boot line in the input; make some with: isoextract -b IMAGE")
	close("cat 1>&2")
	if (broken || entries == 0)
		exit broken ? 10 : 11
	ipxe_write(dir "/boot.ipxe.new")
	pxelinux_write(dir "/pxelinux.cfg/default.new")
	grub_write(dir "/grub/grub.cfg.new")
}
