#!/bin/sh
# UEFI x64, PXE: the image's own signed shim and GRUB (pxe-up -S).
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"

lab efi-x64
installer amd64
up -S "$T/deb.iso"
boots 'UEFI x64, PXE: shim, GRUB, grub.cfg' efi-x64 'BOOT_IMAGE=/deb/'
served 'shim came over TFTP' '^tftpd-lite: .*shimx64\.efi'
served 'so did GRUB' '^tftpd-lite: .*grubx64\.efi'
finish
