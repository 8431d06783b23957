#!/bin/sh
# UEFI x64, PXE: ipxe.efi, which asks DHCP again and gets the menu.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"

lab efi-x64
installer amd64
up "$T/deb.iso"
boots 'UEFI x64, PXE: ipxe.efi, then boot.ipxe' efi-x64
served 'ipxe.efi came over TFTP' '^tftpd-lite: .*ipxe\.efi'
served 'the menu came over HTTP' '^httpd-boot: .*boot\.ipxe'
finish
