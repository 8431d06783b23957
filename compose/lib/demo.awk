# The demo's table, from the leases, the daemons' logs and the results.

FNR == 1 {
	file++
}

# EXPIRY MAC ADDRESS NAME CLIENT-ID; firmware and boot loader may have one each.
file == 1 && NF >= 3 {
	machine[$3] = $2
	next
}

# httpd-boot: ADDRESS:PORT get "PATH" STATUS bytes=N ...
# tftpd-lite: ADDRESS:PORT read "NAME" RESULT bytes=N ... rate=N when complete
file == 2 && match($0, / bytes=[0-9]+/) {
	n = substr($0, RSTART + 7, RLENGTH - 7) + 0
	address = $2
	sub(/:[0-9]+$/, "", address)
	if ($1 == "httpd-boot:" && $3 == "get" && $5 == 200)
		served("HTTP", n)
	else if ($1 == "tftpd-lite:" && $3 == "read" && / rate=/)
		served("TFTP", n)
	next
}

file == 3 {
	client[++clients] = $1
	label[clients] = $2
	gsub(/_/, " ", label[clients])
	seconds[clients] = $3
	booted[clients] = $4
}

function served(protocol, n,    mac, name) {
	mac = machine[address]
	name = $4
	gsub(/^"|"$/, "", name)
	sub(/.*\//, "", name)
	bytes[mac] += n
	files[mac]++
	if (last[mac] != protocol)
		way[mac] = way[mac] (way[mac] == "" ? "" : ", ") protocol
	last[mac] = protocol
	way[mac] = way[mac] " " name
}

END {
	printf "%-16s %-48s %5s %11s %8s  %s\n", "client", "way", "files", "bytes", "seconds", "booted"
	for (i = 1; i <= clients; i++) {
		mac = client[i]
		printf "%-16s %-48s %5d %11d %8s  %s\n", label[i], way[mac], files[mac], bytes[mac], seconds[i], booted[i]
		if (booted[i] != "yes")
			bad++
	}
	exit clients == 0 || bad > 0
}
