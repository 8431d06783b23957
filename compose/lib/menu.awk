# Boot menus from `boot` facts lines, for pxe-menu(1).  Read after
# facts.awk; the writers are in menu-ipxe.awk, menu-pxelinux.awk, menu-grub.awk
# and menu-mboot.awk.
#
# Set from outside: dir, base (URL of dir, no slash at its end; {server} is the
# host that a machine booted from), known (this host's address, for loaders that
# cannot say so, if there is one) and timeout (seconds); in the environment, because -v would interpret backslashes:
# MENU_ARGS (kernel arguments for every entry), MENU_SUBDIR (the image's directory
# below dir, for lines without dir=), MENU_DEFAULT (what starts by itself: the
# directory of an image, "local", "none", or "" for the first entry) and MENU_TITLE.
# Files that differ from what dir has are written below `stage' under the same names.
# Prints PATH, tab, WHAT TO DO for files that entries need.

# How menus start what has this way: as a kernel (""), or a "multiboot" system, or the
# image whole; "?" where they cannot.  What the firmware's HTTP Boot would keep in memory,
# iPXE reads as a drive.
function menu_way(way) {
	if (way ~ /^(linux|wimboot)?$/)
		return ""
	if (way == "httpdisk")
		return "sanboot"
	return way ~ /^(multiboot|memdisk|sanboot)$/ ? way : "?"
}

# entry[i, "id" "name" "arch" "firmware" "kernel" "initrds" "args" "with" "way"
# "unknown" "template" "answers"], i from 1, those of unknown systems last; entry[i, "initrd", j] from 1,
# with its name for wimboot in entry[i, "as", j] and, of a multiboot module, its
# arguments in entry[i, "args", j].
function menu_add(F,    i, j, n, part, subdir) {
	i = ++entries
	entry[i, "unknown"] = F["family"] == "unknown"
	entry[i, "way"] = menu_way(F["way"])
	subdir = menu_path("/" ("dir" in F ? F["dir"] : ENVIRON["MENU_SUBDIR"]))
	sub(/\/$/, "", subdir)
	entry[i, "name"] = menu_name(F["name"] == "" ? F["kernel"] : F["name"] == "unknown" ? "" : F["name"], subdir) (entry[i, "unknown"] ? " (unknown system)" : "")
	entry[i, "tool"] = entry[i, "unknown"] || F["family"] == "memtest86plus"
	entry[i, "template"] = F["args"]
	entry[i, "answers"] = F["answers"]
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
	menu_set_args(i, "")
	if (F["kernel"] == "{iso}")
		menu_whole(i, menu_iso(subdir), "iso raw")
	else if (F["kernel"] == "{img}")
		menu_whole(i, (subdir == "" ? "/image" : subdir) ".img", "raw")
	if (entry[i, "with"] == "wimboot")
		menu_wimboot(i)
	else if (entry[i, "with"] == "mboot" && menu_literal(base) == "") {
		menu_unknown(i, "boot-pxe.cfg")
		entry[i, "with"] = "nothing"
	} else if (entry[i, "with"] == "mboot")
		menu_mboot(i, subdir)
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
	menu_need(entry[i, "kernel"], "get it (2.9 or later) from https://github.com/ipxe/wimboot/releases, and put it there, or beside the image for pxe-up(8)")
}

# inject[dir, i] "file" and "as": what goes into Windows PE of an image besides.
function menu_inject(F,    n) {
	if (F["file"] == "" || F["as"] !~ /^[A-Za-z0-9._-]+$/) {
		menu_warn("line " NR ": an inject line without file= and as=")
		broken = 1
		return
	}
	n = ++injects[F["dir"]]
	inject[F["dir"], n, "file"] = menu_path("/" F["file"])
	inject[F["dir"], n, "as"] = F["as"]
}

# The image itself: memdisk takes it as its initrd.  A disk's it knows from a floppy's by
# its size.
function menu_whole(i, image, args) {
	entry[i, "kernel"] = image
	if (entry[i, "way"] != "memdisk")
		return
	entry[i, "kernel"] = "/memdisk"
	entry[i, "args"] = args
	menu_initrd(i, image)
	menu_need("/memdisk", "it is in syslinux-common (/usr/lib/syslinux/memdisk)")
}

# The arguments of an entry: its own, those for every entry, and more of a machine's.
# What is for an installer comes before a "---", behind which Debian's puts what the
# installed system is to have.
function menu_set_args(i, own,    template, at, subdir) {
	subdir = entry[i, "dir"] == "" ? "" : "/" entry[i, "dir"]
	template = entry[i, "template"]
	if (own != "" && entry[i, "way"] != "multiboot") {
		at = index(template " ", " --- ")
		template = at ? substr(template, 1, at) own substr(template, at) : template " " own
		own = ""
	}
	if (entry[i, "with"] == "wimboot" || entry[i, "way"] ~ /^(memdisk|sanboot)$/)
		return
	entry[i, "args"] = menu_args(template, subdir, entry[i, "way"] == "" && entry[i, "with"] == "" ? more : "")
	if (entry[i, "way"] == "multiboot")
		menu_multiboot(i, menu_args(own, subdir, more))
}

# Each module has arguments of its own.  Those for every entry, and a machine's, are for the
# first, which is the Linux that a hypervisor starts; or for the kernel, as ESXi's, whose
# modules have none and so are no kernels.
function menu_multiboot(i, own,    j, n, part, all, linux) {
	all = " " entry[i, "args"] " "
	gsub(/ /, "  ", all) # so that no two "---" share a blank
	n = split(all, part, / --- /)
	for (j = 0; j <= entry[i, "initrds"]; j++) {
		if (j < n)
			gsub(/  /, " ", part[j + 1])
		entry[i, "args", j] = menu_text(j < n ? part[j + 1] : "")
	}
	for (linux = 0; j > 0; j--)
		if (entry[i, "args", j] != "")
			linux = 1
	entry[i, "args", linux] = menu_text(entry[i, "args", linux] " " own)
	entry[i, "args"] = entry[i, "args", 0]
	menu_need("/mboot.c32", "PXELINUX needs it and libcom32.c32 for \"" entry[i, "name"] "\"; both are in syslinux-common")
}

# mboot is an EFI program; its configuration file says what to load, and takes
# the arguments for every entry.
function menu_mboot(i, subdir) {
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

# One line, no control characters.
function menu_text(s) {
	gsub(/[[:cntrl:]]+/, " ", s)
	gsub(/^ +| +$/, "", s)
	return s
}

# A name as firmware's screens can show it: in ASCII.  One of which nothing is left
# is called by the image's directory.
function menu_name(s, subdir,    ascii) {
	ascii = menu_text(ascii_text(s))
	if (ascii ~ /[A-Za-z0-9]/)
		return ascii
	return subdir == "" ? "System" : substr(subdir, 2)
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
	if (id == "" || id ~ /^(start|menu|local|shell|failed|all|machine|disk|root)$/)
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
function menu_args(args, subdir, own,    s, server, path, key) {
	server = base
	sub(/^[a-z]+:\/\//, "", server)
	path = server ~ /\// ? substr(server, index(server, "/")) : ""
	sub(/\/.*/, "", server)
	s = args
	for (key in mark)
		s = text_replace(s, mark[key], "")
	s = text_replace(s, ASKED, "")
	s = menu_machine_args(s)
	s = text_replace(s, "{base}", base subdir)
	s = text_replace(s, "{server}", server)
	s = text_replace(s, "{path}", path subdir)
	s = text_replace(s, "{iso}", base menu_iso(subdir))
	s = text_replace(s, "{isopath}", path menu_iso(subdir))
	return menu_text(s " " own)
}

# s with this host's address for the one that a machine booted from; "" if that is
# not known.
function menu_literal(s) {
	if (index(s, ASKED) == 0)
		return s
	return known == "" ? "" : text_replace(s, ASKED, known)
}

# What only a machine knows itself, in a loader's words: word["mac"], word["server"] ...
function menu_asked(s, word,    key) {
	s = text_replace(s, ASKED, word["server"])
	for (key in mark)
		s = text_replace(s, mark[key], word[key])
	return s
}

function menu_unknown(i, file) {
	menu_warn("\"" entry[i, "name"] "\" is left out of " file ", which must name this server: say its address with -u http://ADDRESS")
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

# Each once: what holds for an image holds for every machine that it is for.
function menu_warn(why) {
	if (!(why in menu_said))
		print "pxe-menu: " why | "cat 1>&2"
	menu_said[why] = 1
}

# What arguments ask of a machine: the machine's own file says it, or else the loader
# is asked (mark).
function menu_machine_args(s,    key) {
	s = text_replace(s, "{answers}", this ? answers_url : "{answers}")
	for (key in mark)
		s = text_replace(s, "{" key "}", this && (this, "is", key) in machine ? machine[this, "is", key] : mark[key])
	return s
}

function menu_asks(s,    key) {
	for (key in mark)
		if (index(s, mark[key]))
			return 1
	return 0
}

# ---- files --------------------------------------------------------------------

function put(s) {
	text = text s "\n"
}

# Writes what was put, unless the file says that already.
function put_end(path) {
	put_file(path)
	text = ""
}

function put_file(path,    line, old, from) {
	from = dir "/" path
	while ((getline line < from) > 0)
		old = old line "\n"
	close(from)
	if (old == text && text != "")
		return
	printf "%s", text > (stage "/" path)
	close(stage "/" path)
}

# ---- machines -----------------------------------------------------------------

function machine_add(F,    m) {
	if (F["mac"] !~ /^[0-9a-f][0-9a-f](-[0-9a-f][0-9a-f])+$/) {
		menu_warn("line " NR ": a machine line without mac= (as in 52-54-00-19-93-5b)")
		broken = 1
		return
	}
	m = ++machines
	machine[m, "mac"] = F["mac"]
	machine[m, "colons"] = text_replace(F["mac"], "-", ":")
	machine[m, "image"] = F["image"]
	machine[m, "local"] = F["boot"] == "local"
	machine[m, "answers"] = F["answers"]
	machine[m, "files"] = F["files"]
	machine[m, "args"] = F["args"]
	machine[m, "root"] = F["root"] ~ /^nfs:/ ? "" : F["root"]
	machine[m, "nfs"] = F["root"] ~ /^nfs:/ ? substr(F["root"], 5) : ""
	machine[m, "is", "mac"] = machine[m, "colons"]
	machine[m, "is", "mac-"] = F["mac"]
	if (F["addr"] != "")
		machine[m, "is", "ip"] = F["addr"]
	if (F["name"] != "")
		machine[m, "is", "host"] = F["name"]
	if (F["serial"] != "")
		machine[m, "is", "serial"] = F["serial"]
	if (F["uuid"] != "")
		machine[m, "is", "uuid"] = F["uuid"]
}

# The menu of one machine: its image, the local disk, and the way to the others.
function machine_menus(m,    i, own, found) {
	this = m
	root = machine[m, "root"]
	answers_url = machine[m, "answers"] == "" ? "" : base "/answers/" machine[m, "mac"]
	shown = picks = tools = 0
	for (i = 1; i <= entries; i++) {
		if (machine[m, "image"] == "" || entry[i, "dir"] != machine[m, "image"] || entry[i, "tool"])
			continue
		found = 1
		own = menu_nfs(machine[m, "nfs"]) machine[m, "args"]
		if (answers_url != "" && entry[i, "answers"] != "")
			own = entry[i, "answers"] " " own
		else if (answers_url != "" && entry[i, "with"] != "wimboot" && own !~ /\{answers\}/)
			menu_warn("m/" machine[m, "mac"] ".ipxe: \"" entry[i, "name"] "\" takes no answers as far as its profile knows; args= with {answers} in it says how")
		menu_set_args(i, own)
		show[++shown] = i
		pick[++picks] = i
	}
	if (!found && machine[m, "image"] != "")
		menu_warn("m/" machine[m, "mac"] ".ipxe: there is no image " machine[m, "image"] " here that boots; the machine gets the local disk")
	local_first = machine[m, "local"] || !found
	if (local_first)
		picks = 0
	menu_all("m/" machine[m, "mac"] ".ipxe", "pxelinux.cfg/01-" machine[m, "mac"], "grub/grub.cfg-01-" machine[m, "mac"])
	for (i = 1; i <= shown; i++)
		menu_set_args(show[i], "")
	this = 0
	root = ""
}

# A root directory that is mounted (Linux, admin-guide/nfs/nfsroot); this server's, where
# none is named.
function menu_nfs(from) {
	if (from == "")
		return ""
	return "root=/dev/nfs nfsroot=" (from ~ /^\// ? "{server}:" : "") from " ip=dhcp rw "
}

# What starts a machine whose disk is elsewhere, which iPXE alone knows how to reach: the
# first of these programs that is there.
function menu_chain(list,    n, part, i) {
	n = split(list, part, " ")
	for (i = 1; i <= n && root != ""; i++)
		if (menu_there(part[i]))
			return part[i]
	if (root != "")
		menu_warn("m/" machine[this, "mac"] ".ipxe: GRUB and PXELINUX do not reach " root ", and there is no iPXE to send them to (package ipxe): they start the local disk")
	return ""
}

function menu_there(path,    line, there) {
	there = (getline line < (dir "/" path)) >= 0
	close(dir "/" path)
	return there
}

# The menu of any machine that boots its local disk: what pxe-up links a machine's to as
# soon as that is installed.
function machine_local(    m) {
	m = machines + 1
	machine[m, "mac"] = machine[m, "colons"] = "local"
	machine[m, "local"] = 1
	machine[m, "image"] = machine[m, "answers"] = ""
	machine_menus(m)
}

# ---- the menu of all images ---------------------------------------------------

function menu_general(    i) {
	this = shown = picks = tools = 0
	for (i = 1; i <= entries; i++)
		if (entry[i, "tool"])
			tool[++tools] = i
		else
			show[++shown] = i
	local_first = MENU_DEFAULT == "local"
	for (i = 1; i <= shown && !local_first; i++)
		if (MENU_DEFAULT == "" || MENU_DEFAULT == "none" || MENU_DEFAULT == entry[show[i], "dir"])
			pick[++picks] = show[i]
	for (i = 1; i <= tools && !local_first; i++)
		if (MENU_DEFAULT != "" && MENU_DEFAULT == entry[tool[i], "dir"])
			pick[++picks] = tool[i]
		else if (shown == 0 && MENU_DEFAULT == "" && !entry[tool[i], "unknown"])
			pick[++picks] = tool[i]
	menu_all("boot.ipxe", "pxelinux.cfg/default", "grub/grub.cfg")
}

# What waits for somebody: a site that says so, and systems that nobody knows, of
# which none is ever started without having been chosen.
function menu_all(ipxe, pxelinux, grub) {
	seconds = timeout
	if (!this && MENU_DEFAULT == "none")
		seconds = ""
	else if (!this && picks == 0 && !local_first && timeout == 0)
		seconds = 10
	ipxe_write(ipxe)
	pxelinux_write(pxelinux)
	grub_write(grub)
}

BEGIN {
	ASKED = "\377" # in no text; each menu language has its own word for it
	mark["mac"] = "\376"
	mark["mac-"] = "\375"
	mark["ip"] = "\374"
	mark["host"] = "\373"
	mark["serial"] = "\372"
	mark["uuid"] = "\371"
	if (six != "" && match(base, /^[a-z]+:\/\/[^\/{]+/)) { # which of the two hosts, the loader knows
		host = substr(base, RSTART, RLENGTH)
		sub(/^[a-z]+:\/\//, "", host)
		known = host
		base = text_replace(base, "//" host, "//" ASKED)
	}
	base = text_replace(base, "{server}", ASKED)
	more = ENVIRON["MENU_ARGS"]
	MENU_DEFAULT = ENVIRON["MENU_DEFAULT"]
	title = menu_text(ascii_text(ENVIRON["MENU_TITLE"]))
	if (title == "")
		title = "Boot over the network"
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
		} else if (menu_way(F["way"]) == "?")
			menu_warn("\"" F["name"] "\" is left out of the menus: it is started by way=" F["way"] ", which this pxe-menu does not know")
		else if (F["family"] == "unknown")
			later[++laters] = $0
		else
			menu_add(F)
	} else if (words > 0 && F[""] == "machine")
		machine_add(F)
	else if (words > 0 && F[""] == "inject")
		menu_inject(F)
}

END {
	for (i = 1; i <= laters; i++) {
		facts_parse(later[i], F)
		menu_add(F)
	}
	if (!broken && entries == 0)
		menu_warn("no boot line in the input; make some with: isoextract -b IMAGE")
	close("cat 1>&2")
	if (broken || entries == 0)
		exit broken ? 10 : 11
	menu_tell_apart()
	menu_general()
	for (i = 1; i <= machines; i++)
		machine_menus(i)
	if (machines)
		machine_local()
	close("cat 1>&2")
}
