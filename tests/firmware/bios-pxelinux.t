#!/bin/sh
# BIOS, iPXE in the card's ROM, handed PXELINUX: all over TFTP.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"

lab bios
installer amd64
up -e 'boot client=ipxe arch=bios file=pxelinux.0' "$T/deb.iso"
boots 'BIOS: pxelinux.0, kernel and initrd over TFTP' bios 'BOOT_IMAGE=deb/'
served 'the initrd came over TFTP' '^tftpd-lite: .*initrd\.gz'
unserved 'nothing came over HTTP' '^httpd-boot: .*(linux|initrd)'
finish
