#!/bin/sh
# BIOS, iPXE in the card's ROM: the script, kernel and initrd over HTTP.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"

lab bios
installer amd64
up "$T/deb.iso"
boots 'BIOS, iPXE in ROM: a script over HTTP' bios
served 'the menu came over HTTP' '^httpd-boot: .*boot\.ipxe'
served 'so did the initrd' '^httpd-boot: .*initrd\.gz'
unserved 'iPXE was not given iPXE again' '^tftpd-lite: .*undionly'
finish
