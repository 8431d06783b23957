# The menu as an iPXE script (https://ipxe.org/scripting).

# iPXE first splits a line at blanks; then  &&  ||  ;  and words that start with
# # are special.  ${} is expanded after that, repeatedly.
function ipxe_words(s,    n, i, word, out) {
	n = split(s, word, / +/)
	out = ""
	for (i = 1; i <= n; i++) {
		if (word[i] ~ /^#/)
			word[i] = "${hash:string}" substr(word[i], 2)
		else if (word[i] == "&&" || word[i] == "||" || word[i] == ";")
			word[i] = "${" (word[i] == "&&" ? "and" : word[i] == "||" ? "or" : "semicolon") ":string}"
		out = out (i > 1 ? " " : "") word[i]
	}
	return out
}

# Part of a URL; iPXE decodes %HH.
function ipxe_path(path,    out, i, c) {
	out = ""
	for (i = 1; i <= length(path); i++) {
		c = substr(path, i, 1)
		out = out (c ~ /[A-Za-z0-9._~\/+@,:=-]/ ? c : sprintf("%%%02X", ipxe_ord(c)))
	}
	return out
}

function ipxe_ord(c,    i) {
	if (!("A" in ipxe_code))
		for (i = 1; i < 256; i++)
			ipxe_code[sprintf("%c", i)] = i
	return ipxe_code[c]
}

# True if iPXE can start the entry.  There is no way to write a literal ${.
function ipxe_can(i,    j, args) {
	if (entry[i, "with"] !~ /^(wimboot|mboot|)$/)
		return 0
	args = entry[i, "args"]
	for (j = 1; j <= entry[i, "initrds"] && entry[i, "way"] == "multiboot"; j++)
		args = args " " entry[i, "args", j]
	if (index(args, "${") == 0)
		return 1
	menu_warn("\"" entry[i, "name"] "\" is left out of boot.ipxe: iPXE would expand the ${ in its arguments")
	return 0
}

# The condition for an entry.  iPXE has its own name for 32-bit ARM.
function ipxe_if(i,    arch) {
	arch = entry[i, "arch"] == "arm" ? "arm32" : entry[i, "arch"]
	if (entry[i, "way"] == "multiboot" && entry[i, "firmware"] == "")
		return "isset ${can-" arch "} && iseq ${platform} pcbios && "
	return (arch == "unknown" ? "" : "isset ${can-" arch "} && ") \
	    (entry[i, "firmware"] == "" ? "" : "iseq ${platform} " (entry[i, "firmware"] == "bios" ? "pcbios" : "efi") " && ")
}

function ipxe_entry(i, to,    j, line) {
	print ":" entry[i, "id"] > to
	print "echo Loading " ipxe_name(i) > to
	print "imgfree ||" > to
	if (entry[i, "way"] == "sanboot") {
		print "sanboot --no-describe ${base}" ipxe_path(entry[i, "kernel"]) " || goto failed\n" > to
		return
	}
	line = "kernel ${base}" ipxe_path(entry[i, "kernel"])
	for (j = 1; j <= entry[i, "initrds"] && entry[i, "with"] == "" && entry[i, "way"] !~ /^(multiboot|memdisk)$/; j++)
		line = line " initrd=initrd" j
	print line (entry[i, "args"] == "" ? "" : " ") menu_replace(ipxe_words(entry[i, "args"]), ASKED, "${server}") " || goto failed" > to
	for (j = 1; j <= entry[i, "initrds"]; j++)
		print ipxe_initrd(i, j) " || goto failed" > to
	print "boot || goto failed\n" > to
}

# wimboot finds its files by name: on UEFI by --name, on BIOS by the name after
# the URL.
function ipxe_initrd(i, j,    name, url) {
	url = "${base}" ipxe_path(entry[i, "initrd", j])
	if (entry[i, "way"] == "multiboot")
		return "module " url (entry[i, "args", j] == "" ? "" : " ") menu_replace(ipxe_words(entry[i, "args", j]), ASKED, "${server}")
	name = entry[i, "with"] == "wimboot" ? entry[i, "as", j] : "initrd" j
	return "initrd --name " name " " url (entry[i, "with"] == "wimboot" ? " " name : "")
}

function ipxe_item(i, to) {
	print ipxe_if(i) "item " entry[i, "id"] " " ipxe_name(i) " ||" > to
}

function ipxe_name(i,    s) {
	s = entry[i, "name"]
	gsub(/\$\{/, "$ {", s)
	return ipxe_words(s)
}

function ipxe_write(to,    i, n, ok) {
	for (i = 1; i <= entries; i++)
		if (ipxe_can(i))
			ok[++n] = i
	print "#!ipxe" > to
	print "# Made by pxe-menu(1)." > to
	if (index(base, ASKED)) {
		print "# The server that said what to boot, which may not be the one with the addresses." > to
		print "set server ${next-server}" > to
		print "isset ${proxydhcp/next-server} && set server ${proxydhcp/next-server} ||" > to
	}
	print "set base " menu_replace(base, ASKED, "${server}") > to
	print "set hash:hex 23\nset and:hex 26:26\nset or:hex 7c:7c\nset semicolon:hex 3b\n" > to
	print "# What this machine can run: a BIOS build of iPXE says i386 on every PC." > to
	print "set arch ${buildarch}" > to
	print "iseq ${arch} i386 && cpuid --ext 29 && set arch x86_64 ||" > to
	print "set can-${arch} yes" > to
	print "iseq ${platform} pcbios && set can-i386 yes ||\n" > to
	print ":start" > to
	if (timeout == 0)
		for (i = 1; i <= n && ok[i] <= known_entries; i++)
			print ipxe_if(ok[i]) "goto " entry[ok[i], "id"] " ||" > to
	print "\n:menu\nmenu Boot over the network" > to
	for (i = 1; i <= n && ok[i] <= known_entries; i++)
		ipxe_item(ok[i], to)
	print "item --gap\nitem local Start from the local disk\nitem shell iPXE command line" > to
	if (i <= n)
		print "item --gap" > to
	for (; i <= n; i++)
		ipxe_item(ok[i], to)
	print "choose" (timeout > 0 ? " --timeout " timeout * 1000 : "") " target && goto ${target} || goto menu\n" > to
	for (i = 1; i <= n; i++)
		ipxe_entry(ok[i], to)
	print ":local" > to
	print "iseq ${platform} efi && exit 1 ||" > to
	print "sanboot --no-describe --drive 0x80 || goto failed\n" > to
	print ":shell\nshell\ngoto menu\n" > to
	print ":failed\necho Booting failed; trying again in 10 seconds." > to
	print "sleep 10\ngoto start" > to
	close(to)
}
