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
# That of 2025 (Debian 13) asks without the script's name, and then by its boot methods.
python3 "$SRC/tests/firmware/requests.py" "$T/real.pcap" | grep -q ' file=boot.scr.uimg ' || {
	skip 'this U-Boot is newer than the one that pxeprobe plays'
	finish
}
# What follows is the device tree of the board, by the board's name.
begins 'U-Boot' uboot 6
finish
