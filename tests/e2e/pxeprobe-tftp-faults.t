#!/bin/sh
# TFTP servers that are wrong: each fault has its name.
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
lan
ip addr add 10.77.0.2/24 dev br0
host c
tree
: >"$T/tftp/empty.0"

dns --dhcp-boot=nothere.0
fault bootfile-not-found -k bios
dns --dhcp-boot=empty.0
fault bootfile-empty -k bios
# A narrow place that drops what is too long without a word: the port of the bridge.
dns --dhcp-boot=pxelinux.0
ip link set br0 mtu 1400 # once set by hand, it does not follow its ports
ip link set br0 mtu 1500
ip link set vc mtu 1400
fault blksize-over-mtu -k bios -t 2
ip link set vc mtu 1500
stop dns
wrong file=pxelinux.0 tftp=silent
fault tftp-no-answer -k bios -t 2
wrong file=pxelinux.0 tftp=stall
fault tftp-no-answer -k ipxe -t 2
check 'and how far it came' said 'fell silent after [0-9]+ bytes'
wrong file=pxelinux.0 siaddr=10.77.0.77
fault tftp-no-answer -k bios -t 2
check 'which says that nobody is there' said 'nobody answers ARP'
wrong file=ipxe.efi tftp=notsize
fault tftp-no-tsize -k efi-x64
wrong file=ipxe.efi tftp=plain
fault tftp-no-oack -k efi-x64
wrong file=pxelinux.0 tftp=other
fault wrong-source -k bios -t 2
wrong file=pxelinux.0 tftp=drop
fault blksize-over-mtu -k bios -t 2

finish
