#!/bin/sh
# pxeprobe's uboot asks what U-Boot asks: for its own script, then as UEFI firmware.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"
# shellcheck source=tests/firmware/persona.sh
. "$(dirname "$0")/persona.sh"

need qemu-system-aarch64
lab efi-arm64
[ -r /usr/lib/u-boot/qemu_arm64/u-boot.bin ] || {
	skip 'no u-boot-qemu here'
	exit 0
}
host probe
served_tree
dns --dhcp-boot=text
real uboot 'sent .*/text'
# What follows is the device tree of the board, by the board's name.
begins 'U-Boot' uboot 6
finish
