#!/bin/sh
# BIOS, iPXE in the card's ROM: the script, kernel and initrd over HTTP, without 15
# seconds of waiting for an IPv6 router; out of the image itself, byte for byte.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"

lab bios
need tcpdump curl cmp
installer amd64
up "$T/deb.iso"
start tcpdump tcpdump -i tap0 -n -l -p 'icmp6 and ip6[40] == 133'
ready tcpdump 'listening on'
boots 'BIOS, iPXE in ROM: a script over HTTP' bios
served 'the menu came over HTTP' '^httpd-boot: .*boot\.ipxe'
served 'so did the initrd' '^httpd-boot: .*initrd\.gz'
unserved 'iPXE was not given iPXE again' '^tftpd-lite: .*undionly'
# What it booted from is no copy: the map says where in the image each file lies.
for map in "$T"/state/www/*.extents; do name=$(basename "$map" .extents); done
check 'what it booted lies in the image alone' test -z "$(find "$T/state/www/$name" -name linux -o -name initrd.gz)"
check 'the map names it' grep -q '^file path=.*initrd\.gz.* at=[0-9]' "$map"
mkdir "$T/taken" && "$BIN/isoextract/isoextract" -q -C "$T/taken" "$T/deb.iso"
each_is_as_taken() {
	taken=0
	find "$T/state/www/$name" -type f
	for f in $(cd "$T/taken/debian-installer" && find . -type f); do
		curl -sf -m 120 "$1://10.77.0.1/$name/debian-installer/$f" | cmp - "$T/taken/debian-installer/$f" || return 1
		taken=$((taken + 1))
	done
	[ "$taken" -ge 2 ] && cmp "$T/tree/debian-installer/amd64/initrd.gz" "$T/taken/debian-installer/amd64/initrd.gz"
}
check 'each file of it over HTTP is as it is extracted' each_is_as_taken http
check 'and over TFTP' each_is_as_taken tftp
# six of them in its 15 seconds, if nobody answers
solicitations=$(grep -c 'fe80::5054:ff:fe12:3456 .*router solicitation' "$T/tcpdump.log")
if [ "$solicitations" -gt 0 ] && [ "$solicitations" -lt 6 ]; then ok 'iPXE does not wait for a router'; else
	sed 's/^/# /' "$T/tcpdump.log"
	not_ok 'iPXE does not wait for a router'
fi
finish
