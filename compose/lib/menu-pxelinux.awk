# The menu for PXELINUX.  Its files are named relative to where PXELINUX
# itself came from, so that the same menu serves pxelinux.0 over TFTP and
# lpxelinux.0 over HTTP (then with option 210, path prefix, set to a URL).

# True if PXELINUX can start the entry.  It has no quotes: a blank or any control
# character ends a name, a line end begins another line of the menu, and "::" ends a
# host's name.
function pxelinux_can(i,    j, names) {
	if (entry[i, "arch"] !~ /^(x86_64|i386|unknown)$/ || entry[i, "firmware"] == "efi" || entry[i, "way"] == "sanboot" || !menu_linux(i))
		return 0
	names = entry[i, "kernel"]
	for (j = 1; j <= entry[i, "initrds"]; j++)
		names = names entry[i, "initrd", j]
	if (index(pxelinux_append(i), ASKED) && known == "") {
		menu_unknown(i, pxelinux_file())
		return 0
	}
	if (menu_asks(pxelinux_append(i))) {
		menu_warn("\"" entry[i, "name"] "\" is left out of " pxelinux_file() ": PXELINUX does not know what its arguments ask of a machine; " \
		    (this ? "addr= and name= in the machine's file say it" : "a file of its own says it (pxe-machine set)"))
		return 0
	}
	if (names !~ /[[:cntrl:] ]|::/)
		return 1
	menu_warn("\"" entry[i, "name"] "\" is left out of " pxelinux_file() ": PXELINUX has no quotes for the name of its kernel or initrd")
	return 0
}

# mboot.c32 takes all on one line.
function pxelinux_append(i,    j, line) {
	if (entry[i, "way"] != "multiboot")
		return entry[i, "args"]
	line = substr(entry[i, "kernel"], 2) " " entry[i, "args"]
	for (j = 1; j <= entry[i, "initrds"]; j++)
		line = line " --- " substr(entry[i, "initrd", j], 2) (entry[i, "args", j] == "" ? "" : " " entry[i, "args", j])
	return menu_text(line)
}

function pxelinux_file() {
	return "pxelinux.cfg/" (this ? "01-" machine[this, "mac"] : "default")
}

function pxelinux_entry(i,    j, line) {
	put("LABEL " entry[i, "id"])
	put("\tMENU LABEL " pxelinux_text(entry[i, "name"]))
	if (entry[i, "way"] == "multiboot") {
		put("\tKERNEL mboot.c32\n\tAPPEND " menu_literal(pxelinux_append(i)) "\n")
		return
	}
	put("\tLINUX " substr(entry[i, "kernel"], 2))
	for (j = 1; j <= entry[i, "initrds"]; j++)
		line = line (j > 1 ? "," : "") substr(entry[i, "initrd", j], 2)
	if (line != "")
		put("\tINITRD " line)
	if (entry[i, "args"] != "")
		put("\tAPPEND " menu_literal(entry[i, "args"]))
	put("")
}

# ^ marks a hot key and cannot be escaped.
function pxelinux_text(s) {
	gsub(/\^/, "", s)
	return s
}

function pxelinux_local(before) {
	if (local_first == before)
		put("LABEL local\n\tMENU LABEL Start from the local disk\n\tLOCALBOOT 0\n")
}

# What starts by itself: the local disk, where this loader can start nothing else.
function pxelinux_pick(    k) {
	for (k = 1; k <= picks; k++)
		if (pxelinux_ok[pick[k]])
			return entry[pick[k], "id"]
	return "local"
}

function pxelinux_write(to,    k, chain) {
	put("# Made by pxe-menu(1).")
	if (serial_unit != "")
		put("SERIAL " serial_unit " " serial_speed)
	for (k = 1; k <= shown; k++)
		pxelinux_ok[show[k]] = pxelinux_can(show[k])
	for (k = 1; k <= tools; k++)
		pxelinux_ok[tool[k]] = pxelinux_can(tool[k])
	chain = menu_chain("ipxe.lkrn")
	put("DEFAULT " (chain == "" ? pxelinux_pick() : "root"))
	put("PROMPT 0")
	if (seconds != "0")
		put("UI menu.c32\n" (seconds == "" ? "" : "TIMEOUT " seconds * 10 "\n") "MENU TITLE " pxelinux_text(title) (this ? " - " machine[this, "colons"] : ""))
	put("")
	if (chain != "")
		put("LABEL root\n\tMENU LABEL Its disk over the network, by iPXE\n\tLINUX " chain "\n")
	pxelinux_local(1)
	for (k = 1; k <= shown; k++)
		if (pxelinux_ok[show[k]])
			pxelinux_entry(show[k])
	pxelinux_local(0)
	if (this)
		put("LABEL all\n\tMENU LABEL All images\n\tCONFIG pxelinux.cfg/default\n")
	for (k = 1; k <= tools; k++)
		if (pxelinux_ok[tool[k]])
			pxelinux_entry(tool[k])
	put_end(to)
}
