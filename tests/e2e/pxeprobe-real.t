#!/bin/sh
# Networks of other people's servers: Kea, ISC dhcpd, tftpd-hpa, atftpd.
# shellcheck disable=SC2119 # hpa needs no arguments
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
. "$SRC/tests/e2e/pxeprobe-servers.sh"
need kea-dhcp4 dhcpd in.tftpd
lan
host c
tree

classes='"client-classes": [
 { "name": "efi", "test": "option[93].hex == 0x0007", "boot-file-name": "shimx64.efi", "next-server": "10.77.0.1" },
 { "name": "ipxe", "test": "option[77].hex == '"'iPXE'"'", "boot-file-name": "boot.ipxe", "next-server": "10.77.0.1" },
 { "name": "bios", "test": "option[93].hex == 0x0000 and not member('"'ipxe'"')", "boot-file-name": "pxelinux.0", "next-server": "10.77.0.1" } ]'
kea '' "$classes"
hpa
boots 'Kea and tftpd-hpa: BIOS' -k bios
boots 'Kea and tftpd-hpa: UEFI' -k efi-x64
boots 'Kea and tftpd-hpa: iPXE' -k ipxe
boots 'Kea and tftpd-hpa: PXELINUX that runs already' -k pxelinux
# of no class, as it does not say its architecture: Kea then names no server
fault siaddr-zero -k grub
stop hpa 2>/dev/null
# It cannot be installed beside tftpd-hpa.
if command -v atftpd >/dev/null; then
	start atftpd atftpd --daemon --no-fork --logfile - --bind-address 10.77.0.1 "$T/tftp"
	wait_for 10 grep -q ':0045 ' /proc/net/udp
	boots 'Kea and atftpd: BIOS' -k bios
	boots 'Kea and atftpd: UEFI' -k efi-x64
	stop atftpd
fi
hpa
stop kea

isc 'next-server 10.77.0.1; filename "pxelinux.0";'
boots 'ISC dhcpd and tftpd-hpa: BIOS' -k bios
boots 'ISC dhcpd and tftpd-hpa: GRUB that asks itself' -k grub
stop isc

# Two at once, and they do not agree.
host b 10.77.0.3/24
kea '"boot-file-name": "pxelinux.0", "next-server": "10.77.0.1"'
start other ip netns exec b dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/other" \
	--dhcp-range=10.77.0.150,10.77.0.160 --dhcp-boot=other.0
ready other 'DHCP, IP range'
warning servers-disagree -k bios -t 2
check 'and who says what' reported 'servers-disagree .*10.77.0.[13] says .*10.77.0.[13] says'
finish
