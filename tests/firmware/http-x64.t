#!/bin/sh
# UEFI x64, HTTP Boot: ipxe.efi and then the menu, TFTP not at all.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"

lab http-x64
installer amd64
up "$T/deb.iso"
boots 'UEFI x64, HTTP Boot: ipxe.efi, then boot.ipxe' http-x64
served 'ipxe.efi came over HTTP' '^httpd-boot: .*ipxe\.efi'
unserved 'nothing came over TFTP' '^tftpd-lite: .*(ipxe|linux|initrd)'
finish
