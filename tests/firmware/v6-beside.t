#!/bin/sh
# UEFI x64, PXE and HTTP Boot over IPv6, by pxe-up -6 only beside a router whose DHCPv6
# server knows nothing of booting: the firmware has an offer of each, and takes the one with a file.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"

lab efi-x64-v6 http-x64-v6
need dnsmasq
[ -r /usr/lib/ipxe/snponly.efi ] || {
	skip "$(basename "$0"): no package ipxe here"
	exit 0
}
installer amd64
ip addr add fd00:77::1/64 dev br0 nodad
host router
ip -n router addr add fd00:77::fe/64 dev eth0 nodad
wait_for 30 sh -c 'ip -n router -6 addr show dev eth0 scope link -tentative | grep -q inet6'
start router on router dnsmasq -k -C /dev/null -p 0 -i eth0 -u root --enable-ra --dhcp-range=fd00:77::1000,fd00:77::1fff,64,1h \
	--dhcp-leasefile="$T/router.leases" --log-dhcp --log-facility=-
ready router 'DHCPv6, IP range'
up -6 only "$T/deb.iso"
check 'pxe-up has seen the router' grep -q '^subnet fd00:77:.* netboot ' "$T/state/rules"
# Up to iPXE: which of the two servers that takes is the faster one's luck.
ipxe='Open Source Network Boot Firmware'
shows 'UEFI x64, HTTP Boot over IPv6' http-x64-v6 512 450 "$ipxe"
served 'it was told so by us' '^dhcpd6-pxe: boot mac=52:54:00:12:34:56 arch=efi-x64 client=http .*file=http://\[fd00:77::1\]/'
check 'the other server offered an address too' grep -q 'DHCPADVERTISE' "$T/router.log"
served 'iPXE came over IPv6, to an address of ours' '^httpd-boot: \[fd00:77::ffff:ffff:fffe:[0-9a-f]*\]:[0-9]* get "/.*\.efi" 200'
shows 'UEFI x64, PXE over IPv6' efi-x64-v6 512 450 "$ipxe"
served 'it was told so by us' '^dhcpd6-pxe: boot mac=52:54:00:12:34:56 arch=efi-x64 client=pxe .*file=tftp://\[fd00:77::1\]/'
served 'what it gave back was taken' '^dhcpd6-pxe: 52:54:00:12:34:56 release '
finish
