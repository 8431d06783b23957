#!/bin/sh
# pxeprobe's efi-arm64 asks what AAVMF asks, then what shim and GRUB ask.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"
# shellcheck source=tests/firmware/persona.sh
. "$(dirname "$0")/persona.sh"

lab efi-arm64
host probe
served_tree
dns --dhcp-boot=shimaa64.efi
real efi-arm64 'sent .*/initrd.gz'
same 'AAVMF, shim, GRUB' efi-arm64
check 'and it would boot' grep -q '^verdict persona=efi-arm64 boots=yes' "$T/report"
finish
