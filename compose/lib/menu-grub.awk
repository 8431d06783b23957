# The menu for GRUB 2.

# Quotes s as one word: 'single quotes' take everything but themselves.
function grub_word(s) {
	if (s ~ /^[A-Za-z0-9_\/:=.,@%+-]+$/)
		return s
	s = text_replace(s, "'", "'\\''")
	return menu_asked("'" s "'", GRUB)
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

# What GRUB calls the things that only a machine knows itself; some it has to be
# asked for first (grub_ask).
BEGIN {
	GRUB["server"] = "'$net_default_server'"
	GRUB["mac-"] = "'\"$machine_mac\"'"
	GRUB["mac"] = "'\"$net_default_mac\"'"
	GRUB["ip"] = "'\"$net_default_ip\"'"
	GRUB["host"] = "'\"$net_default_hostname\"'"
	GRUB["serial"] = "'\"$machine_serial\"'"
	GRUB["uuid"] = "'\"$machine_uuid\"'"
}

function grub_ask(all) {
	if (index(all, mark["mac-"])) {
		put("regexp --set 1:m1 --set 2:m2 --set 3:m3 --set 4:m4 --set 5:m5 --set 6:m6 '(..):(..):(..):(..):(..):(..)' \"$net_default_mac\"")
		put("set machine_mac=\"$m1-$m2-$m3-$m4-$m5-$m6\"")
	}
	if (index(all, mark["serial"]))
		put("smbios --type 1 --get-string 7 --set machine_serial")
	if (index(all, mark["uuid"]))
		put("smbios --type 1 --get-uuid 8 --set machine_uuid")
}

function grub_entry(i,    j, line) {
	put(grub_if(i))
	put("menuentry " grub_word(entry[i, "name"]) " --id " entry[i, "id"] " {")
	put("\techo " grub_word("Loading " entry[i, "name"]))
	put("\t" (entry[i, "way"] == "" ? "linux " : "multiboot" grub_second(i) " ") grub_top grub_word(entry[i, "kernel"]) grub_args(entry[i, "args"]))
	for (j = 1; j <= entry[i, "initrds"] && entry[i, "way"] == "multiboot"; j++)
		put("\tmodule" grub_second(i) " " grub_top grub_word(entry[i, "initrd", j]) grub_args(entry[i, "args", j]))
	for (j = 1; j <= entry[i, "initrds"] && entry[i, "way"] == ""; j++)
		line = line " " grub_top grub_word(entry[i, "initrd", j])
	if (line != "")
		put("\tinitrd" line)
	put("}\nfi")
}

# Xen starts by the second Multiboot everywhere, a kernel for BIOS machines alone by the
# first, which iPXE and mboot.c32 have as well.
function grub_second(i) {
	return entry[i, "firmware"] == "bios" ? "" : "2"
}

function grub_can(i) {
	return menu_linux(i) && entry[i, "way"] !~ /^(memdisk|sanboot)$/
}

function grub_local(before) {
	if (local_first != before)
		return
	put("menuentry 'Start from the local disk' --id local {")
	put("\tif [ \"$grub_platform\" = pc ]; then\n\t\tset root=hd0\n\t\tchainloader +1\n\telse\n\t\texit 1\n\tfi\n}")
}

# Where the files are.
function grub_begin(    server, path) {
	server = base
	sub(/^[a-z]+:\/\//, "", server)
	path = server ~ /\// ? substr(server, index(server, "/")) : ""
	sub(/\/.*/, "", server)
	server = text_replace(server, ASKED, host == "" ? "'$net_default_server'" : "'$place'")
	put("# Made by pxe-menu(1).")
	if (host != "") {
		put("# A machine that was started by IPv6 goes on by that.") # GRUB writes all eight numbers
		put("set server=" host "\nset place=" host)
		put("if [ \"$net_default_server\" = '" six "' -o \"$net_default_server\" = '" text_address6(six) "' ]; then")
		put("\tset server='[" six "]'\n\tset place='" six "'\nfi")
		GRUB["server"] = "'$server'"
	}
	if (serial_unit != "")
		grub_serial()
	put("# HTTP if this GRUB can: it is faster than TFTP.")
	put("if [ -s '(http," server ")" path "/grub/grub.cfg' ]; then")
	put("\tset root='http," server "'")
	grub_top = ""
	if (path != "") {
		grub_top = "$top"
		put("\tset top=" grub_word(path))
	}
	put("fi")
	if (this == 0 && machines > 0) {
		put("# A machine of which something is known has a menu of its own.")
		put("if [ \"$everything\" != yes -a -s " grub_top "/m/$net_default_mac.cfg ]; then\n\tconfigfile " grub_top "/m/$net_default_mac.cfg\nfi")
	}
	put("set can_unknown=yes\nset can_$grub_cpu=yes")
	put("if [ \"$grub_cpu\" = i386 ]; then\n\tif cpuid -l; then set can_x86_64=yes; fi\nfi")
}

# By way of the machine's own menu in iPXE.
function grub_root(    efi, arm, bios) {
	if (root == "")
		return
	efi = menu_chain("ipxe.efi")
	arm = menu_there("ipxe-arm64.efi") ? "\telif [ \"$grub_cpu\" = arm64 ]; then\n\t\tchainloader " grub_top "/ipxe-arm64.efi\n" : ""
	bios = menu_there("ipxe.lkrn") ? "ipxe.lkrn" : ""
	if (efi == "" && bios == "")
		return
	put("menuentry 'Its disk over the network, by iPXE' --id root {")
	put("\tif [ \"$grub_platform\" = pc ]; then\n\t\t" (bios == "" ? "true" : "linux16 " grub_top "/" bios))
	if (efi != "")
		put(arm "\telse\n\t\tchainloader " grub_top "/" efi)
	put("\tfi\n}\nset default=root")
}

function grub_write(to,    k, all) {
	grub_begin()
	for (k = 1; k <= shown; k++)
		all = all entry[show[k], "args"]
	for (k = 1; k <= tools; k++)
		all = all entry[tool[k], "args"]
	grub_ask(all)
	put("set default=local\nset timeout=" (seconds == "" ? -1 : seconds))
	for (k = picks; k >= 1; k--)
		if (grub_can(pick[k]))
			put(grub_if(pick[k]) " set default=" entry[pick[k], "id"] "; fi")
	grub_root()
	grub_local(1)
	for (k = 1; k <= shown; k++)
		if (grub_can(show[k]))
			grub_entry(show[k])
	grub_local(0)
	if (this)
		put("menuentry 'All images' --id all {\n\tset everything=yes\n\texport everything\n\tconfigfile " grub_top "/grub/grub.cfg\n}")
	for (k = 1; k <= tools; k++)
		if (grub_can(tool[k]))
			grub_entry(tool[k])
	put("menuentry \"This machine: $net_default_mac $net_default_ip\" --id machine {\n\ttrue\n}")
	# In a script GRUB knows its address with colons only.
	if (this)
		put_file("m/" machine[this, "colons"] ".cfg")
	put_end(to)
}

# GRUB drives serial ports on PCs only; elsewhere the firmware's console does it.
function grub_serial() {
	put("if [ \"$grub_cpu\" = x86_64 -o \"$grub_cpu\" = i386 ]; then")
	put("\tserial --unit=" serial_unit " --speed=" serial_speed)
	put("\tterminal_input console serial\n\tterminal_output console serial\nfi")
}
