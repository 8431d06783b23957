# Boot menus from `boot` facts lines, for pxe-menu(1).  Read after
# facts.awk; the writers are in menu-ipxe.awk, menu-pxelinux.awk, menu-grub.awk
# and menu-mboot.awk.
#
# Set from outside: dir, base (URL of dir, no slash at its end; {server} is the
# host that a machine booted from), known (this host's address, for loaders that
# cannot say so, if there is one) and timeout (seconds); in the environment, because -v would interpret backslashes:
# MENU_ARGS (kernel arguments for every entry) and MENU_SUBDIR (the image's
# directory below dir, for lines without dir=).

# entry[i, "id" "name" "arch" "firmware" "kernel" "initrds" "args" "with" "way"
# "unknown"], i from 1, those of unknown systems last; entry[i, "initrd", j] from 1,
# with its name for wimboot in entry[i, "as", j] and, of a multiboot module, its
# arguments in entry[i, "args", j].
function menu_add(F,    i, j, n, part, subdir) {
	i = ++entries
	entry[i, "unknown"] = F["family"] == "unknown"
	entry[i, "way"] = F["way"] ~ /^(multiboot|memdisk|sanboot)$/ ? F["way"] : ""
	subdir = menu_path("/" ("dir" in F ? F["dir"] : ENVIRON["MENU_SUBDIR"]))
	sub(/\/$/, "", subdir)
	entry[i, "name"] = menu_text(F["name"] == "" ? F["kernel"] : F["name"]) (entry[i, "unknown"] ? " (unknown system)" : "")
	entry[i, "dir"] = substr(subdir, 2)
	entry[i, "arch"] = F["arch"] == "" ? "x86_64" : F["arch"]
	entry[i, "firmware"] = F["firmware"]
	entry[i, "with"] = F["with"]
	entry[i, "kernel"] = menu_path(subdir "/" F["kernel"])
	entry[i, "initrds"] = 0
	menu_embed(i, F["embed"], subdir)
	n = split(F["initrd"], part, ",")
	for (j = 1; j <= n; j++)
		menu_initrd(i, menu_path(subdir "/" part[j]))
	entry[i, "args"] = menu_args(F["args"], subdir, entry[i, "way"] == "" ? more : "")
	if (entry[i, "way"] == "multiboot")
		menu_multiboot(i)
	if (F["kernel"] == "{iso}")
		menu_whole(i, menu_iso(subdir))
	if (entry[i, "with"] == "wimboot")
		menu_wimboot(i)
	else if (entry[i, "with"] == "mboot" && menu_literal(base) == "") {
		menu_unknown(i, "boot-pxe.cfg")
		entry[i, "with"] = "nothing"
	} else if (entry[i, "with"] == "mboot")
		menu_mboot(i, subdir, menu_args(F["args"], subdir, ""))
	else if (entry[i, "with"] != "")
		menu_warn("\"" entry[i, "name"] "\" is started by " entry[i, "with"] ", which this pxe-menu does not know")
}

function menu_initrd(i, path,    j) {
	j = ++entry[i, "initrds"]
	entry[i, "initrd", j] = path
	sub(/.*\//, "", path)
	gsub(/[^A-Za-z0-9._-]/, "-", path)
	entry[i, "as", j] = path
}

# Each file for the initial RAM disk is a cpio archive beside its source.  These
# archives come first: they are not compressed, and the kernel finds such an
# archive only at a multiple of four bytes.
function menu_embed(i, list, subdir,    n, part, j, source, name) {
	n = split(list, part, ",")
	for (j = 1; j <= n; j++) {
		source = name = part[j]
		sub(/@[^@]*$/, "", source)
		sub(/.*@/, "", name)
		if (source == "{iso}")
			source = menu_iso(subdir)
		else
			source = menu_path(subdir "/" source)
		menu_initrd(i, source ".cpio")
		menu_need(source ".cpio", "make it with: cd DIR; ln -s FILE " name "; echo " name " | cpio -o -H newc -L")
	}
}

function menu_iso(subdir) {
	return (subdir == "" ? "/image" : subdir) ".iso"
}

# wimboot is a kernel that takes boot.wim and the others as its initrds.
function menu_wimboot(i,    wim) {
	wim = entry[i, "kernel"]
	menu_initrd(i, wim)
	entry[i, "kernel"] = entry[i, "arch"] == "arm64" ? "/wimboot.arm64" : "/wimboot"
	entry[i, "args"] = ""
	menu_need(entry[i, "kernel"], "get it from https://github.com/ipxe/wimboot/releases")
}

# The image itself: memdisk takes it as its initrd.
function menu_whole(i, image) {
	entry[i, "kernel"] = image
	if (entry[i, "way"] != "memdisk")
		return
	entry[i, "kernel"] = "/memdisk"
	entry[i, "args"] = "iso raw"
	menu_initrd(i, image)
	menu_need("/memdisk", "it is in syslinux-common (/usr/lib/syslinux/memdisk)")
}

# Each module has arguments of its own; those for every entry are for the first, which
# is the Linux that a hypervisor starts.
function menu_multiboot(i,    j, n, part) {
	n = split(" " entry[i, "args"] " ", part, / --- /)
	for (j = 0; j <= entry[i, "initrds"]; j++)
		entry[i, "args", j] = menu_text(j < n ? part[j + 1] : "")
	entry[i, "args"] = entry[i, "args", 0]
	if (entry[i, "initrds"] > 0)
		entry[i, "args", 1] = menu_text(entry[i, "args", 1] " " more)
	menu_need("/mboot.c32", "PXELINUX needs it and libcom32.c32 for \"" entry[i, "name"] "\"; both are in syslinux-common")
}

# mboot is an EFI program; its configuration file says what to load, and takes
# the arguments for every entry.
function menu_mboot(i, subdir, args) {
	entry[i, "args"] = args
	entry[i, "firmware"] = "efi"
	if (!mboot_write(dir subdir, menu_literal(base) subdir))
		entry[i, "with"] = "nothing"
}

# True if PXELINUX and GRUB can start the entry.
function menu_linux(i) {
	if (entry[i, "with"] ~ /^(wimboot|mboot)$/ && !((i, "told") in entry)) {
		menu_warn("\"" entry[i, "name"] "\" is in boot.ipxe only: " entry[i, "with"] " needs iPXE")
		entry[i, "told"] = 1
	}
	return entry[i, "with"] == ""
}

# Prints a file that an entry needs for pxe-menu, which checks that it exists:
# path, tab, what to do.
function menu_need(path, how) {
	if (!(path in menu_needed))
		print path "\t" how
	menu_needed[path] = 1
}

# Text for people: one line, no control characters.
function menu_text(s) {
	gsub(/[[:cntrl:]]+/, " ", s)
	gsub(/^ +| +$/, "", s)
	return s
}

# Entries that one machine would show under one name get the directory of their
# image behind it, or their kernel if that is the same.
function menu_tell_apart(    i, key, of) {
	for (i = 1; i <= entries; i++) {
		key = entry[i, "name"] SUBSEP entry[i, "arch"] SUBSEP entry[i, "firmware"]
		of[i] = key
		menu_same[key]++
		menu_same[key SUBSEP entry[i, "dir"]]++
	}
	for (i = 1; i <= entries; i++) {
		key = of[i]
		if (menu_same[key] > 1)
			entry[i, "name"] = entry[i, "name"] " (" (menu_same[key SUBSEP entry[i, "dir"]] > 1 ? \
			    substr(entry[i, "kernel"], 2) : entry[i, "dir"]) ")"
	}
	for (i = 1; i <= entries; i++)
		entry[i, "id"] = menu_id(entry[i, "name"])
}

# A unique label that is valid in all three menu languages.
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

# Fills in the templates and appends our own arguments, all on one line.
function menu_args(args, subdir, own,    s, server, path) {
	server = base
	sub(/^[a-z]+:\/\//, "", server)
	path = server ~ /\// ? substr(server, index(server, "/")) : ""
	sub(/\/.*/, "", server)
	s = menu_replace(args, "{base}", base subdir)
	s = menu_replace(s, "{server}", server)
	s = menu_replace(s, "{path}", path subdir)
	s = menu_replace(s, "{iso}", base menu_iso(subdir))
	s = menu_replace(s, "{isopath}", path menu_iso(subdir))
	return menu_text(s " " own)
}

# s with this host's address for the one that a machine booted from; "" if that is
# not known.
function menu_literal(s) {
	if (index(s, ASKED) == 0)
		return s
	return known == "" ? "" : menu_replace(s, ASKED, known)
}

function menu_unknown(i, file) {
	menu_warn("\"" entry[i, "name"] "\" is left out of " file ", which must name this server: say its address with -u http://ADDRESS")
}

# As gsub, but for plain strings: & and \ have no meaning.
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
	ASKED = "\377" # in no text; each menu language has its own word for it
	base = menu_replace(base, "{server}", ASKED)
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
		} else if (F["family"] == "unknown")
			later[++laters] = $0
		else
			menu_add(F)
	}
}

END {
	known_entries = entries
	for (i = 1; i <= laters; i++) {
		facts_parse(later[i], F)
		menu_add(F)
	}
	# Nothing of these is ever started without having been chosen.
	if (known_entries == 0 && timeout == 0)
		timeout = 10
	if (!broken && entries == 0)
		menu_warn("no boot line in the input; make some with: isoextract -b IMAGE")
	close("cat 1>&2")
	if (broken || entries == 0)
		exit broken ? 10 : 11
	menu_tell_apart()
	ipxe_write(dir "/boot.ipxe.new")
	pxelinux_write(dir "/pxelinux.cfg/default.new")
	grub_write(dir "/grub/grub.cfg.new")
}
