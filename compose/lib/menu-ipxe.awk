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
	menu_warn("\"" entry[i, "name"] "\" is left out of " (this ? "m/" machine[this, "mac"] ".ipxe" : "boot.ipxe") ": iPXE would expand the ${ in its arguments")
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

# What iPXE calls the things that only a machine knows itself.
BEGIN {
	IPXE["server"] = "${server}"
	IPXE["mac-"] = "${mac:hexhyp}"
	IPXE["mac"] = "${mac}"
	IPXE["ip"] = "${ip}"
	IPXE["host"] = "${hostname}"
	IPXE["serial"] = "${serial}"
	IPXE["uuid"] = "${uuid}"
}

function ipxe_entry(i,    j, line) {
	put(":" entry[i, "id"])
	put("echo Loading " ipxe_name(i))
	put("imgfree ||")
	if (root != "")
		ipxe_hook(entry[i, "way"] == "sanboot" ? "0x81" : "0x80")
	if (entry[i, "way"] == "sanboot") {
		put("sanboot --no-describe ${base}" ipxe_path(entry[i, "kernel"]) " || goto failed\n")
		return
	}
	line = "kernel ${base}" ipxe_path(entry[i, "kernel"])
	for (j = 1; j <= entry[i, "initrds"] && entry[i, "with"] == "" && entry[i, "way"] !~ /^(multiboot|memdisk)$/; j++)
		line = line " initrd=initrd" j
	put(line (entry[i, "args"] == "" ? "" : " ") menu_asked(ipxe_words(entry[i, "args"]), IPXE) " || goto failed")
	for (j = 1; j <= entry[i, "initrds"]; j++)
		put(ipxe_initrd(i, j) " || goto failed")
	if (entry[i, "with"] == "wimboot")
		ipxe_inject(i)
	put("boot || goto failed\n")
}

# Windows has no kernel arguments: wimboot puts what is to start its setup beside it, and
# a machine's answers, which go before what is for all.
function ipxe_inject(i,    n, part, j, dir, own) {
	n = this == 0 || answers_url == "" ? 0 : split(machine[this, "files"], part, ",")
	for (j = 1; j <= n; j++)
		if (part[j] ~ /^[A-Za-z0-9._-]+$/) {
			ipxe_beside(part[j], menu_asked(answers_url, IPXE) "/" part[j])
			own[tolower(part[j])] = 1
		}
	dir = entry[i, "dir"]
	for (j = 1; j <= injects[dir]; j++)
		if (!(tolower(inject[dir, j, "as"]) in own))
			ipxe_beside(inject[dir, j, "as"], "${base}" ipxe_path(inject[dir, j, "file"]))
}

function ipxe_beside(name, url) {
	put("initrd --name " name " " url " " name " || goto failed")
}

# wimboot finds its files by name: on UEFI by --name, on BIOS by the name after
# the URL.
function ipxe_initrd(i, j,    name, url) {
	url = "${base}" ipxe_path(entry[i, "initrd", j])
	if (entry[i, "way"] == "multiboot")
		return "module " url (entry[i, "args", j] == "" ? "" : " ") menu_asked(ipxe_words(entry[i, "args", j]), IPXE)
	name = entry[i, "with"] == "wimboot" ? entry[i, "as", j] : "initrd" j
	return "initrd --name " name " " url (entry[i, "with"] == "wimboot" ? " " name : "")
}

# A machine's disk elsewhere is there for its installer, too: told to it by iBFT or what
# else there is for that.
function ipxe_hook(drive) {
	put("sanunhook --drive " drive " ||")
	put("sanhook --drive " drive " " ipxe_root() " || goto failed")
}

function ipxe_root() {
	return menu_asked(menu_machine_args(ipxe_words(root)), IPXE)
}

function ipxe_item(i) {
	put(ipxe_if(i) "item " entry[i, "id"] " " ipxe_name(i) " ||")
}

function ipxe_name(i) {
	return ipxe_text(entry[i, "name"])
}

function ipxe_text(s) {
	gsub(/\$\{/, "$ {", s)
	return ipxe_words(s)
}

function ipxe_begin() {
	put("#!ipxe")
	put("# Made by pxe-menu(1).")
	if (host != "") {
		put("# A machine without an address of IPv4 asks by IPv6.")
		put("set server " host)
		put("isset ${ip} || set server [" six "]")
	} else if (index(base, ASKED)) {
		put("# The server that said what to boot, which may not be the one with the addresses.")
		put("set server ${next-server}")
		put("isset ${proxydhcp/next-server} && set server ${proxydhcp/next-server} ||")
	}
	put("set base " text_replace(base, ASKED, "${server}"))
	if (secure && base ~ /^http:/)
		put("isset ${secure} && set base " ipxe_secure(text_replace(base, ASKED, "${server}")) " ||")
	if (this == 0 && machines > 0) {
		put("# A machine of which something is known has a menu of its own.")
		put("isset ${everything} || chain --autofree --replace ${base}/m/${mac:hexhyp}.ipxe ||")
	}
	put("set hash:hex 23\nset and:hex 26:26\nset or:hex 7c:7c\nset semicolon:hex 3b\n")
	put("# What this machine can run: a BIOS build of iPXE says i386 on every PC.")
	put("set arch ${buildarch}")
	put("iseq ${arch} i386 && cpuid --ext 29 && set arch x86_64 ||")
	put("set can-${arch} yes")
	put("iseq ${platform} pcbios && set can-i386 yes ||\n")
}

# The same place over https, at its own port.
function ipxe_secure(url) {
	sub(/^http:/, "https:", url)
	sub(/^https:\/\/(\[[^\]]*\]|[^\/:]*):[0-9]+/, "&\n", url)
	sub(/:[0-9]+\n/, "", url)
	return url
}

# What starts by itself: the last line that fits the machine counts, so that the first
# choice comes last.
function ipxe_pick(    k) {
	put("set pick local")
	for (k = picks; k >= 1; k--)
		if (ipxe_ok[pick[k]])
			put(ipxe_if(pick[k]) "set pick " entry[pick[k], "id"] " ||")
}

function ipxe_local(before) {
	if (local_first != before)
		return
	put((before ? "" : "item --gap\n") "item local " (root == "" ? "Start from the local disk" : "Start from its disk, " ipxe_root()))
	if (root != "")
		put("item disk Start from the local disk")
}

function ipxe_items(    k) {
	put("\n:menu\nmenu " ipxe_text(title))
	put("item --gap This machine: ${mac} ${ip} ${hostname}\nitem --gap")
	ipxe_local(1)
	for (k = 1; k <= shown; k++)
		if (ipxe_ok[show[k]])
			ipxe_item(show[k])
	ipxe_local(0)
	if (this)
		put("item all All images")
	put("item --gap\nitem --gap Tools")
	for (k = 1; k <= tools; k++)
		if (ipxe_ok[tool[k]])
			ipxe_item(tool[k])
	put("item shell iPXE command line")
}

function ipxe_write(to,    k) {
	for (k = 1; k <= shown; k++)
		ipxe_ok[show[k]] = ipxe_can(show[k])
	for (k = 1; k <= tools; k++)
		ipxe_ok[tool[k]] = ipxe_can(tool[k])
	ipxe_begin()
	put(":start")
	ipxe_pick()
	if (seconds == 0)
		put("goto ${pick}")
	ipxe_items()
	put("choose --default ${pick}" (seconds > 0 ? " --timeout " seconds * 1000 : "") " target && goto ${target} || goto menu\n")
	for (k = 1; k <= shown; k++)
		if (ipxe_ok[show[k]])
			ipxe_entry(show[k])
	for (k = 1; k <= tools; k++)
		if (ipxe_ok[tool[k]])
			ipxe_entry(tool[k])
	put(":local")
	if (root != "")
		put("sanunhook --drive 0x80 ||\nsanboot " ipxe_root() " || goto failed\n\n:disk")
	put("iseq ${platform} efi && exit 1 ||")
	put("sanboot --no-describe --drive 0x80 || goto failed\n")
	if (this)
		put(":all\nset everything yes\nchain --autofree --replace ${base}/boot.ipxe || goto failed\n")
	put(":shell\nshell\ngoto menu\n")
	put(":failed\necho Booting failed; trying again in 10 seconds.")
	put("sleep 10\ngoto start")
	put_end(to)
}
