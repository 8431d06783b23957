#!/bin/sh
# BIOS, iPXE in the card's ROM, handed lpxelinux.0: the rest over HTTP.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"

lab bios
installer amd64
up -e 'boot client=ipxe arch=bios file=lpxelinux.0' -e 'option 209 text=http://{server}/pxelinux.cfg/default' \
	-e 'option 210 text=http://{server}/' "$T/deb.iso"
boots 'BIOS: lpxelinux.0, kernel and initrd over HTTP' bios 'BOOT_IMAGE=deb/'
served 'lpxelinux.0 came over TFTP' '^tftpd-lite: .*lpxelinux\.0'
served 'the menu came over HTTP' '^httpd-boot: .*pxelinux\.cfg/default'
served 'so did the initrd' '^httpd-boot: .*initrd\.gz'
finish
