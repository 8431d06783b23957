#!/bin/sh
# pxeprobe's efi-x64 asks what OVMF asks, then what shim and GRUB ask, to the initrd.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"
# shellcheck source=tests/firmware/persona.sh
. "$(dirname "$0")/persona.sh"

lab efi-x64
host probe
served_tree
dns --dhcp-boot=shimx64.efi
real efi-x64 'sent .*/initrd.gz'
same 'OVMF, shim, GRUB' efi-x64
check 'and it would boot' grep -q '^verdict persona=efi-x64 boots=yes' "$T/report"
finish
