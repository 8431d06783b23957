#!/bin/sh
# Every server's way to name a boot file, with every loader, in directories of every depth:
# the cells of pxeprobe-matrix.cells and the verdict on each.  A cell is a machine of its own,
# by its MAC address, with a TFTP directory of its own, so that one process of a server holds
# all of that server's cells.
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
. "$SRC/tests/e2e/pxeprobe-servers.sh"
. "$SRC/tests/e2e/pxeprobe-matrix.sh"
need grub-mkimage grub-mknetdir awk
lan
# An address for each: what the TFTP server knows of one machine must not count for another.
ip addr flush dev br0 && ip addr add 10.77.0.1/16 dev br0
host c
host a 10.77.0.2/16
tree
loaders
number_cells "$SRC/tests/e2e/pxeprobe-matrix.cells"
# What a machine asks for is looked up in its own directory.
mkdir "$T/each"
while read -r _ mac loader depth _; do
	ln -s "t/$loader-$depth" "$T/each/$(echo "$mac" | tr : -)"
	[ -d "$T/each/t/$loader-$depth" ] || grow "$loader" "$depth"
done <"$T/cells"
chmod -R a+rX "$T/each"
echo 's|^|{mac-}/|' >"$T/map"
start tftpd "$BIN/tftpd-lite/tftpd-lite" -m "$T/map" "$T/each"
ready tftpd ready

# play SERVER: its cells, each machine as what it is
play() {
	awk -v s="$1" '$5 == s { print $8 }' "$T/cells" | sort -u >"$T/personas"
	while read -r play_persona; do
		awk -v s="$1" -v p="$play_persona" '$5 == s && $8 == p { print $2 }' "$T/cells" >"$T/macs"
		probe -k "$play_persona" -m "$T/macs" -t 4 </dev/null
		cat "$T/errors"
		[ "$(wc -l <"$T/macs")" -gt 1 ] || sed -i "s/persona=/machine=$(cat "$T/macs") persona=/" "$T/report"
		judge "$1" "$play_persona"
	done <"$T/personas"
}

awk '{ print $5 }' "$T/cells" | sort -u >"$T/servers"
while read -r server; do
	"serve_$(echo "$server" | tr - _)"
	play "$server"
	for name in dns isc kea dhcpd proxy; do stop $name; done
done <"$T/servers"
finish
