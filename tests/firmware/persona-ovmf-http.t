#!/bin/sh
# pxeprobe's http-x64 asks what OVMF's HTTP Boot asks, then what iPXE asks.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"
# shellcheck source=tests/firmware/persona.sh
. "$(dirname "$0")/persona.sh"

lab http-x64
host probe
served_tree
printf '#!ipxe\nkernel linux initrd=initrd.gz\ninitrd initrd.gz\nboot\n' >"$T/tftp/boot.ipxe"
web
dns --dhcp-userclass=set:ipxe,iPXE --dhcp-match=set:http,93,16 --dhcp-option-force=tag:http,60,HTTPClient \
	--dhcp-boot=tag:ipxe,http://10.77.0.1/boot.ipxe --dhcp-boot=tag:http,tag:!ipxe,http://10.77.0.1/ipxe.efi
# HttpBootDxe leaves one byte of its option 55 unset: 235 in OVMF, 0 in AAVMF.
real http-x64 'get "/initrd.gz" 200'
same 'OVMF HTTP Boot, iPXE' http-x64
check 'and it would boot' grep -q '^verdict persona=http-x64 boots=yes' "$T/report"
finish
