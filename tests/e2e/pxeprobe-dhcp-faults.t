#!/bin/sh
# DHCP servers set up wrongly: dnsmasq, Kea, ISC dhcpd.  Each fault has its name.
# shellcheck disable=SC2119 # hpa needs no arguments
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
. "$SRC/tests/e2e/pxeprobe-servers.sh"
need kea-dhcp4 dhcpd in.tftpd
lan
host c
tree

fault no-answer -k bios -t 1
dns
fault no-boot-info -k bios -t 1
fault no-boot-info -k efi-x64 -t 1
fault no-boot-info -k http-x64 -t 1
dns --dhcp-boot=pxelinux.0 --dhcp-option=1,255.255.250.0
fault bad-netmask -k bios
dns --dhcp-boot=pxelinux.0 --dhcp-option=1
fault bad-netmask -k efi-x64
check 'or none at all' reported 'bad-netmask .*there is none'
# 10.77.0.1 lies outside of what is left, and there is no router.
dns --dhcp-boot=pxelinux.0 --dhcp-option=1,255.255.255.240 --dhcp-option=3
fault address-outside -k bios -t 2
dns --dhcp-boot=pxelinux.0 --dhcp-option=3,10.99.0.1
warning router-outside -k bios
dns --dhcp-boot=pxelinux.0 --dhcp-option-force=60,PXEClient
fault pxeclient-without-4011 -k bios -t 1
fault pxeclient-without-4011 -k efi-x64 -t 1
dns --dhcp-boot=undionly.kpxe
fault ipxe-loop -k bios
fault ipxe-loop -k ipxe
dns --dhcp-boot=http://10.77.0.1/ipxe.efi
fault uri-unfit -k efi-x64
fault no-boot-info -k http-x64 -t 1
check 'which says what HTTP Boot needs' reported 'option 60 HTTPClient'
dns --dhcp-match=set:http,93,16 --dhcp-option-force=tag:http,60,HTTPClient --dhcp-boot=http://boot.example/ipxe.efi
fault uri-needs-dns -k http-x64 -t 2
# Slower than a ROM's first wait, which asks again then.
dns --dhcp-boot=pxelinux.0 --dhcp-reply-delay=5
warning too-slow -k bios
check 'and boots on its second try' reported '^verdict .*boots=yes'
# A range for those alone who do not name their address yet.
stop dns
start dns dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/leases" --dhcp-match=set:requested,50 \
	--dhcp-range=tag:!requested,10.77.0.50,10.77.0.99 --dhcp-boot=pxelinux.0
ready dns 'DHCP, IP range'
fault nak -k bios -t 2
stop dns

hpa
kea '"boot-file-name": "pxelinux.0"'
fault siaddr-zero -k bios
fault siaddr-zero -k ipxe
kea '"option-data": [ { "name": "tftp-server-name", "data": "10.77.0.1" }, { "name": "boot-file-name", "data": "pxelinux.0" } ]'
fault siaddr-zero -k bios
kea '"boot-file-name": "grubx64.efi"'
fault siaddr-zero -k efi-x64 -t 3
check 'which GRUB wants, though EDK2 does not' reported 'siaddr-zero .*GRUB takes its server from there'
kea '"boot-file-name": "pxelinux.0", "next-server": "10.77.0.1", "option-data": [ { "name": "dhcp-server-identifier", "data": "10.77.0.9" } ]'
warning wrong-source -k bios -t 2
check 'whose, and from where' reported 'wrong-source .*server 10.77.0.9 [(]option 54[)] was sent by 10.77.0.1'
stop kea

isc 'next-server 10.77.0.1; filename "pxelinux.0";'
boots 'ISC dhcpd is right as it is set up here' -k bios
isc 'option bootfile-name "pxelinux.0"; next-server 10.77.0.1;'
fault file-missing -k bootp -t 2
# Another option comes behind it.
isc 'option bootfile-name "ipxe.efi"; option behind "x"; next-server 10.77.0.1;' 'option behind code 135 = text;'
warning file67-unterminated -k efi-x64 -t 2
isc 'option raw-name 69:ff; next-server 10.77.0.1;' 'option raw-name code 67 = string;'
fault file67-unterminated -k efi-x64 -t 2
# dhcpd puts what does not fit into sname and file.
long=$(printf '%0200d' 7)
isc "option root-path \"$long\"; option host-name \"$long\"; next-server 10.77.0.1;"
warning overload -k uboot -t 2
fault no-boot-info -k bios -t 1
# Two networks on one wire, and the boot server is in the other one.
isc_whole 'shared-network x { subnet 10.77.0.0 netmask 255.255.255.0 { }
	subnet 192.168.4.0 netmask 255.255.255.0 { range 192.168.4.4 192.168.4.20; next-server 10.77.0.1; filename "pxelinux.0"; } }'
fault address-outside -k bios -t 2
isc_whole 'subnet 10.77.0.0 netmask 255.255.255.0 { range 10.77.0.0 10.77.0.0; next-server 10.77.0.1; filename "pxelinux.0"; }'
fault address-outside -k bios -t 2
check "or it is nobody's address" reported "address-outside .*10.77.0.0 is not a host address"
finish
