#!/bin/sh
# pxeprobe's ipxe asks what the iPXE in QEMU's card asks: a script and PXELINUX.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"
# shellcheck source=tests/firmware/persona.sh
. "$(dirname "$0")/persona.sh"

lab bios
host probe
served_tree
# shellcheck disable=SC2016 # iPXE puts that in
printf '#!ipxe\nimgfetch http://${next-server}/initrd.gz ||\nimgfree\nchain pxelinux.0\n' >"$T/tftp/boot.ipxe"
web
dns --dhcp-boot=boot.ipxe
real bios 'sent .*/initrd.gz'
same 'iPXE, its script, PXELINUX and its menu' ipxe
check 'and it would boot' grep -q '^verdict persona=ipxe boots=yes' "$T/report"
finish
