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
		menu_unknown(i, "pxelinux.cfg/default")
		return 0
	}
	if (names !~ /[[:cntrl:] ]|::/)
		return 1
	menu_warn("\"" entry[i, "name"] "\" is left out of pxelinux.cfg/default: PXELINUX has no quotes for the name of its kernel or initrd")
	return 0
}

# mboot.c32 takes all on one line.
function pxelinux_append(i,    j, line) {
	if (entry[i, "way"] != "multiboot")
		return entry[i, "args"]
	line = substr(entry[i, "kernel"], 2) " " entry[i, "args"]
	for (j = 1; j <= entry[i, "initrds"]; j++)
		line = line " --- " substr(entry[i, "initrd", j], 2) " " entry[i, "args", j]
	return menu_text(line)
}

function pxelinux_entry(i, to,    j, line) {
	print "LABEL " entry[i, "id"] > to
	print "\tMENU LABEL " pxelinux_text(entry[i, "name"]) > to
	if (entry[i, "way"] == "multiboot") {
		print "\tKERNEL mboot.c32\n\tAPPEND " menu_literal(pxelinux_append(i)) "\n" > to
		return
	}
	print "\tLINUX " substr(entry[i, "kernel"], 2) > to
	for (j = 1; j <= entry[i, "initrds"]; j++)
		line = line (j > 1 ? "," : "") substr(entry[i, "initrd", j], 2)
	if (line != "")
		print "\tINITRD " line > to
	if (entry[i, "args"] != "")
		print "\tAPPEND " menu_literal(entry[i, "args"]) > to
	print "" > to
}

# ^ marks a hot key and cannot be escaped.
function pxelinux_text(s) {
	gsub(/\^/, "", s)
	return s
}

function pxelinux_write(to,    i, first) {
	print "# Made by pxe-menu(1)." > to
	if (serial_unit != "")
		print "SERIAL " serial_unit " " serial_speed > to
	for (i = 1; i <= entries; i++) {
		pxelinux_ok[i] = pxelinux_can(i)
		if (pxelinux_ok[i] && !first && i <= known_entries)
			first = i
	}
	print "DEFAULT " (first ? entry[first, "id"] : "local") > to
	print "PROMPT 0" > to
	if (timeout > 0)
		print "UI menu.c32\nTIMEOUT " timeout * 10 "\nMENU TITLE Boot over the network" > to
	print "" > to
	for (i = 1; i <= known_entries; i++)
		if (pxelinux_ok[i])
			pxelinux_entry(i, to)
	print "LABEL local\n\tMENU LABEL Start from the local disk\n\tLOCALBOOT 0" > to
	for (; i <= entries; i++)
		if (pxelinux_ok[i]) {
			print "" > to
			pxelinux_entry(i, to)
		}
	close(to)
}
