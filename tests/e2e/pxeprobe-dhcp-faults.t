#!/bin/sh
# DHCP servers set up wrongly: each fault has its name.
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
lan
host c
tree

fault no-answer -k bios -t 1
dns
fault no-boot-info -k bios -t 1
fault no-boot-info -k efi-x64 -t 1
fault no-boot-info -k http-x64 -t 1
stop dns

wrong file=pxelinux.0
boots 'the server that is wrong below is right without its fault' -k bios
wrong file=pxelinux.0 nak=1
fault nak -k bios -t 2
dns --dhcp-boot=pxelinux.0 --dhcp-option=1,255.255.250.0
fault bad-netmask -k bios
# 10.77.0.1 lies outside of what is left, and there is no router.
dns --dhcp-boot=pxelinux.0 --dhcp-option=1,255.255.255.240 --dhcp-option=3
fault address-outside -k bios -t 2
dns --dhcp-boot=pxelinux.0 --dhcp-option=3,10.99.0.1
warning router-outside -k bios
dns --dhcp-boot=pxelinux.0 --dhcp-option-force=60,PXEClient
fault pxeclient-without-4011 -k bios -t 1
dns --dhcp-boot=undionly.kpxe
fault ipxe-loop -k bios
fault ipxe-loop -k ipxe
dns --dhcp-boot=http://10.77.0.1/ipxe.efi
fault uri-unfit -k efi-x64
fault no-boot-info -k http-x64 -t 1
check 'which says what HTTP Boot needs' said 'option 60 HTTPClient'
# Slower than a ROM's first wait, which asks again then.
dns --dhcp-boot=pxelinux.0 --dhcp-reply-delay=5
warning too-slow -k bios
check 'and boots on its second try' said '^verdict .*boots=yes'
stop dns
wrong file=pxelinux.0 mask=
fault bad-netmask -k efi-x64
wrong file=pxelinux.0 addr=192.168.4.4
fault address-outside -k bios -t 2
wrong file=pxelinux.0 addr=10.77.0.0
fault address-outside -k bios -t 2
wrong file=pxelinux.0 siaddr=0.0.0.0
fault siaddr-zero -k bios
fault siaddr-zero -k ipxe
wrong file=grubx64.efi siaddr=0.0.0.0
warning siaddr-zero -k efi-x64 -t 3
wrong file=pxelinux.0 id=10.77.0.9
warning wrong-source -k bios -t 2
wrong 67=pxelinux.0 52=1
warning overload -k bios
wrong 52=1
fault no-boot-info -k bios -t 1
wrong 67=ipxe.efi
warning file67-unterminated -k efi-x64 -t 2
wrong 67hex=69ff
fault file67-unterminated -k efi-x64 -t 2
wrong 67=pxelinux.0
fault file-missing -k bootp -t 2
wrong file=ipxe.efi 60=PXEClient
fault pxeclient-without-4011 -k efi-x64 -t 1
wrong file=http://boot.example/ipxe.efi 67=http://boot.example/ipxe.efi 60=HTTPClient
fault uri-needs-dns -k http-x64 -t 2
finish
