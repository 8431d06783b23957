#!/bin/sh
# UEFI x64 PXE beside a DHCP server that knows nothing of booting.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"

lab efi-x64
need dnsmasq
installer amd64
host router 10.77.0.2/24
start dnsmasq ip netns exec router dnsmasq --keep-in-foreground --log-facility=- --conf-file=/dev/null --port=0 --interface=eth0 \
	--dhcp-range=10.77.0.50,10.77.0.60 --dhcp-leasefile="$T/dnsmasq.leases"
ready dnsmasq 'DHCP, IP range'
up "$T/deb.iso"
check 'pxe-up found the other server by itself' grep -q 'subnet 10.77.0.0/24 proxy' "$T/state/rules"
boots 'UEFI x64 beside another DHCP server' efi-x64
check 'the address is the other server'"'"'s' grep -q '52:54:00:12:34:56 10\.77\.0\.' "$T/dnsmasq.leases"
finish
