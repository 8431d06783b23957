#!/bin/sh
# BIOS, iPXE in the card's ROM: the script, kernel and initrd over HTTP, without 15
# seconds of waiting for an IPv6 router.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"

lab bios
need tcpdump
installer amd64
up "$T/deb.iso"
start tcpdump tcpdump -i tap0 -n -l -p 'icmp6 and ip6[40] == 133'
ready tcpdump 'listening on'
boots 'BIOS, iPXE in ROM: a script over HTTP' bios
served 'the menu came over HTTP' '^httpd-boot: .*boot\.ipxe'
served 'so did the initrd' '^httpd-boot: .*initrd\.gz'
unserved 'iPXE was not given iPXE again' '^tftpd-lite: .*undionly'
# six of them in its 15 seconds, if nobody answers
solicitations=$(grep -c 'fe80::5054:ff:fe12:3456 .*router solicitation' "$T/tcpdump.log")
if [ "$solicitations" -gt 0 ] && [ "$solicitations" -lt 6 ]; then ok 'iPXE does not wait for a router'; else
	sed 's/^/# /' "$T/tcpdump.log"
	not_ok 'iPXE does not wait for a router'
fi
finish
