#!/bin/sh
# UEFI arm64, PXE: the image's own shim and GRUB, without being asked to.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"

lab efi-arm64
installer arm64
up "$T/deb.iso"
boots 'UEFI arm64, PXE: shim, GRUB, grub.cfg' efi-arm64 'BOOT_IMAGE=/deb/'
served 'shim came over TFTP' '^tftpd-lite: .*shimaa64\.efi'
finish
