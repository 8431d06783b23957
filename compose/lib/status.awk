# What became of each machine: from the machines of the site, the boot records of its
# images and the events of the daemons (pxe-up(8), STATEDIR/events), in this order.
# Prints facts lines, each behind a number by which they are sorted, the highest first:
#
#   seen mac= addr= name= firmware= image= stage= since= last= bytes= fault=
#   image dir= name= family=
#   trouble at= mac= text=
#   rate minute= bytes=       minutes ago, 0 to 59
#
# Set from outside: now, in seconds since 1970.

BEGIN { DAY = 86400 }

function machine_key(mac) {
	mac = tolower(mac)
	gsub(/:/, "-", mac)
	return mac
}

# A machine; what has no hardware address that is known goes by its address.
function machine_row(key) {
	if (!(key in row)) {
		row[key] = 1
		order[++rows] = key
	}
	return key
}

# Whose address that is.
function owner(addr) {
	return machine_row(addr in holder ? holder[addr] : addr)
}

function enter(key, name) {
	if (stage[key] != name)
		since[key] = F["at"]
	stage[key] = name
}

function trouble(key, text) {
	fault[key] = text
	troubles++
	trouble_at[troubles] = F["at"]
	trouble_of[troubles] = key
	trouble_text[troubles] = text
}

function take_machine(    key) {
	key = machine_row(F["mac"])
	name[key] = F["name"]
	given[key] = F["addr"]
	image[key] = F["image"]
	known[key] = F["state"]
}

function take_record(    n, part, i) {
	if (!(F["dir"] in title)) {
		title[F["dir"]] = F["name"]
		family[F["dir"]] = F["family"]
		dirs[++dir_count] = F["dir"]
	}
	kind[F["dir"] "/" F["kernel"]] = "kernel"
	n = split(F["initrd"], part, ",")
	for (i = 1; i <= n; i++)
		kind[F["dir"] "/" part[i]] = "initrd"
}

# Firmware that asks begins anew; a loader that asks (iPXE) goes on.
function take_boot(    key) {
	key = machine_row(machine_key(F["mac"]))
	if (F["client"] ~ /^(pxe|http|bootp)/) {
		bytes[key] = 0
		fault[key] = ""
		stage[key] = ""
		if (!(key in known) || known[key] == "")
			image[key] = ""
	}
	if (F["arch"] != "")
		firmware[key] = F["arch"]
	if (stage[key] == "" || stage[key] == "address")
		enter(key, "loader")
	last[key] = F["at"]
}

function take_lease(    key) {
	key = machine_row(machine_key(F["mac"]))
	holder[F["ip"]] = key
	addr[key] = F["ip"]
	if (F["name"] != "" && name[key] == "")
		name[key] = F["name"]
	if (stage[key] == "")
		enter(key, "address")
	else if (stage[key] ~ /^(kernel|initrd|image)$/ && F["client"] !~ /^(pxe|http|ipxe|bootp)/)
		enter(key, "running")
	last[key] = F["at"]
}

# A menu of a machine's own says whose the address is (a proxy sees no leases).
function learn_holder(path, to,    mac) {
	mac = path
	if (!sub(/^.*(m\/|pxelinux\.cfg\/01-|grub\.cfg-01-)/, "", mac))
		return
	sub(/\..*$/, "", mac)
	mac = machine_key(mac)
	if (mac ~ /^[0-9a-f][0-9a-f](-[0-9a-f][0-9a-f])+$/ && length(mac) == 17) {
		holder[to] = mac
		addr[machine_row(mac)] = to
	}
}

function take_sent(    key, path, minute) {
	path = F["path"]
	sub(/^\/+/, "", path)
	learn_holder(path, F["to"])
	key = owner(F["to"])
	bytes[key] += F["bytes"]
	minute = int((now - F["at"]) / 60)
	if (minute >= 0 && minute < 60)
		rate[minute] += F["bytes"]
	if (F["whole"] != "yes")
		trouble(key, path ": the transfer ended after " F["bytes"] " bytes, before its end")
	else if (path in kind) {
		image[key] = path
		sub(/\/.*/, "", image[key])
		enter(key, kind[path])
	} else if (path ~ /\.(iso|img|wim|squashfs|sfs)$/)
		enter(key, "image")
	else if (stage[key] == "" || stage[key] == "address")
		enter(key, "loader")
	addr[key] = F["to"]
	last[key] = F["at"]
}

function take_event(    word) {
	word = F[""]
	if (word == "boot")
		take_boot()
	else if (word == "lease")
		take_lease()
	else if (word == "sent")
		take_sent()
	else if (word == "nak")
		trouble(machine_row(machine_key(F["mac"])), "its address " F["ip"] " was refused: " F["why"])
	else if (word == "full")
		trouble(machine_row(machine_key(F["mac"])), F["why"])
	else if (word == "decline")
		trouble(machine_row(machine_key(F["mac"])), "somebody else has its address " F["ip"])
	else if (word == "server")
		trouble(machine_row(machine_key(F["mac"])), "another DHCP server, " F["addr"] ": " F["why"])
	else if (word == "inbox") {
		last[owner(F["from"])] = F["at"]
		enter(owner(F["from"]), "reported")
	}
	if ((word == "nak" || word == "full" || word == "decline") && F["mac"] != "") {
		word = machine_key(F["mac"])
		last[word] = F["at"]
		if (stage[word] == "")
			enter(word, "asking")
	}
}

facts_parse($0, F) <= 0 { next }
F[""] == "machine" { take_machine(); next }
F[""] == "boot" && F["at"] == "" { take_record(); next }
F["at"] ~ /^[0-9]+$/ && now - F["at"] <= DAY { take_event() }

# What the site knows of a machine's installation beats what was seen of it.
function stage_of(key) {
	if (known[key] == "done" || known[key] == "local")
		return known[key]
	if (known[key] == "installing")
		return "installing"
	return stage[key] != "" ? stage[key] : known[key]
}

function pair(key, value) {
	return value == "" ? "" : " " key "=" facts_word(value)
}

END {
	for (i = 1; i <= rows; i++) {
		key = order[i]
		mac = key ~ /^[0-9a-f][0-9a-f]-/ ? key : ""
		if (!(key in known) && last[key] == "")
			continue
		printf "%d seen%s%s%s%s%s%s%s%s%s%s\n", last[key] + 1000, pair("mac", mac), pair("addr", addr[key] != "" ? addr[key] : mac == "" ? key : given[key]),
			pair("name", name[key]), pair("firmware", firmware[key]), pair("image", image[key]), pair("stage", stage_of(key)),
			pair("since", since[key]), pair("last", last[key]), pair("bytes", bytes[key] + 0), pair("fault", fault[key])
	}
	for (i = 1; i <= dir_count; i++)
		printf "%d image%s%s%s\n", 900 - i, pair("dir", dirs[i]), pair("name", title[dirs[i]]), pair("family", family[dirs[i]])
	for (i = troubles; i > 0 && i > troubles - 20; i--)
		printf "%d trouble%s%s%s\n", 400 - (troubles - i), pair("at", trouble_at[i]), pair("mac", trouble_of[i]), pair("text", trouble_text[i])
	for (i = 0; i < 60; i++)
		printf "%d rate minute=%d bytes=%.0f\n", 100 - i, i, rate[i]
}
