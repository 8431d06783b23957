# The menu for GRUB 2.

# Quotes s as one word: 'single quotes' take everything but themselves.
function grub_word(s) {
	if (s ~ /^[A-Za-z0-9_\/:=.,@%+-]+$/)
		return s
	s = menu_replace(s, "'", "'\\''")
	return menu_replace("'" s "'", ASKED, "'$net_default_server'")
}

# Quotes kernel arguments, each as one word.  GRUB itself puts double quotes
# around a word with a blank, and a backslash before those already there.  To the
# kernel,  a="b c"  and  "a=b c"  are the same, and so are  a="b"  and  a=b.
function grub_args(s,    out, word) {
	out = ""
	while (match(s, /^ *([^ "]|"[^"]*("|$))+/)) {
		word = substr(s, 1, RLENGTH)
		s = substr(s, RLENGTH + 1)
		sub(/^ +/, "", word)
		gsub(/"/, "", word)
		out = out " " grub_word(word)
	}
	return out
}

# The condition for an entry.  GRUB has its own name for LoongArch.
function grub_if(i,    arch) {
	arch = entry[i, "arch"] == "loong64" ? "loongarch64" : entry[i, "arch"]
	return "if [ \"$can_" arch "\" = yes" \
	    (entry[i, "firmware"] == "" ? "" : " -a \"$grub_platform\" = " (entry[i, "firmware"] == "bios" ? "pc" : "efi")) " ]; then"
}

function grub_entry(i, to,    j, line) {
	print grub_if(i) > to
	print "menuentry " grub_word(entry[i, "name"]) " --id " entry[i, "id"] " {" > to
	print "\techo " grub_word("Loading " entry[i, "name"]) > to
	print "\t" (entry[i, "way"] == "" ? "linux " : "multiboot2 ") grub_top grub_word(entry[i, "kernel"]) grub_args(entry[i, "args"]) > to
	for (j = 1; j <= entry[i, "initrds"] && entry[i, "way"] == "multiboot"; j++)
		print "\tmodule2 " grub_top grub_word(entry[i, "initrd", j]) grub_args(entry[i, "args", j]) > to
	for (j = 1; j <= entry[i, "initrds"] && entry[i, "way"] == ""; j++)
		line = line " " grub_top grub_word(entry[i, "initrd", j])
	if (line != "")
		print "\tinitrd" line > to
	print "}\nfi" > to
}

function grub_write(to,    i, server, path) {
	server = base
	sub(/^[a-z]+:\/\//, "", server)
	path = server ~ /\// ? substr(server, index(server, "/")) : ""
	sub(/\/.*/, "", server)
	server = menu_replace(server, ASKED, "'$net_default_server'")
	print "# Made by pxe-menu(1)." > to
	print "set default=0\nset timeout=" timeout > to
	if (serial_unit != "")
		grub_serial(to)
	print "# HTTP if this GRUB can: it is faster than TFTP." > to
	print "if [ -s '(http," server ")" path "/grub/grub.cfg' ]; then" > to
	print "\tset root='http," server "'" > to
	if (path != "") {
		grub_top = "$top"
		print "\tset top=" grub_word(path) > to
	}
	print "fi" > to
	print "set can_unknown=yes\nset can_$grub_cpu=yes" > to
	print "if [ \"$grub_cpu\" = i386 ]; then\n\tif cpuid -l; then set can_x86_64=yes; fi\nfi" > to
	for (i = 1; i <= known_entries; i++)
		if (menu_linux(i))
			grub_entry(i, to)
	print "menuentry 'Start from the local disk' --id local {" > to
	print "\tif [ \"$grub_platform\" = pc ]; then\n\t\tset root=hd0\n\t\tchainloader +1\n\telse\n\t\texit 1\n\tfi\n}" > to
	for (; i <= entries; i++)
		if (menu_linux(i) && entry[i, "way"] !~ /^(memdisk|sanboot)$/)
			grub_entry(i, to)
	close(to)
}

# GRUB drives serial ports on PCs only; elsewhere the firmware's console does it.
function grub_serial(to) {
	print "if [ \"$grub_cpu\" = x86_64 -o \"$grub_cpu\" = i386 ]; then" > to
	print "\tserial --unit=" serial_unit " --speed=" serial_speed > to
	print "\tterminal_input console serial\n\tterminal_output console serial\nfi" > to
}
