#!/bin/sh
# UEFI arm64, PXE: the image's own shim and GRUB; without being asked to where the host
# has no iPXE for arm64 (Debian 12), else iPXE.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"

lab efi-arm64
installer arm64
grub=
if [ -e /usr/lib/ipxe/ipxe-arm64.efi ]; then
	grub=-S
	up "$T/deb.iso"
	boots "UEFI arm64, PXE: the host's iPXE, boot.ipxe" efi-arm64
	served 'iPXE came over TFTP' '^tftpd-lite: .*ipxe-arm64\.efi'
	stop pxe_up
fi
# shellcheck disable=SC2086 # none or one
up $grub "$T/deb.iso"
boots 'UEFI arm64, PXE: shim, GRUB, grub.cfg' efi-arm64 'BOOT_IMAGE=/deb/'
served 'shim came over TFTP' '^tftpd-lite: .*shimaa64\.efi'
finish
