#!/bin/sh
# Storms of machines that chain: a ROM loads iPXE over TFTP, which asks for an address of its
# own and for the rest; beside servers of every make.
# shellcheck disable=SC2154 # user is of lib.sh
# alone: as pxeprobe-storm.t is
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
. "$SRC/tests/e2e/pxeprobe-servers.sh"
need kea-dhcp4 dhcpd
lan
host c
host a 10.77.0.2/24
tree
truncate -s 20000 "$T/tftp/linux"
truncate -s 9000 "$T/tftp/initrd.gz"
start tftpd "$BIN/tftpd-lite/tftpd-lite" "$T/tftp"
ready tftpd ready
# storm NAME: six machines, two at a time, boot, and so does one alone
storm() {
	storm_name=$1
	boots "$storm_name: one" -k bios
	probe -n 6 -c 2 -k bios
	rc=$?
	if [ $rc -eq 0 ] && reported '^verdict persona=bios boots=yes text="6 of 6 machines booted'; then
		ok "$storm_name: six of six"
	else
		show
		not_ok "$storm_name: six of six (exit $rc)"
	fi
	check "$storm_name: iPXE asks in a round of its own" reported '^step .*what=ack .*count=6 .*client=ipxe|^step .*what=ack .*client=ipxe .*count=6'
}

kea '' '"client-classes": [
	{ "name": "ipxe", "test": "option[77].exists", "next-server": "10.77.0.1", "boot-file-name": "boot.ipxe" },
	{ "name": "rom", "test": "not option[77].exists", "next-server": "10.77.0.1", "boot-file-name": "undionly.kpxe" } ]'
storm 'Kea'
stop kea
isc 'next-server 10.77.0.1; if exists user-class { filename "boot.ipxe"; } else { filename "undionly.kpxe"; }'
storm 'ISC dhcpd'
stop isc
serve_ours() {
	start dhcpd "$BIN/dhcpd-pxe/dhcpd-pxe" -u "$user" -i br0 -l "$T/leases.pxe" -e "subnet 10.77.0.0/24 $1" \
		-e 'boot client=ipxe file=boot.ipxe' -e 'boot file=undionly.kpxe'
	ready dhcpd 'ready: br0'
}
serve_ours 'range=10.77.0.50-10.77.0.99'
storm 'dhcpd-pxe'
stop dhcpd
# Addresses from one that knows nothing of booting.
: >"$T/leases"
start dns ip netns exec a dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/leases" \
	--dhcp-range=10.77.0.50,10.77.0.99
ready dns 'DHCP, IP range'
sed -i 's/{next-server}/{proxydhcp\/next-server}/' "$T/tftp/boot.ipxe"
serve_ours proxy
storm 'dhcpd-pxe as a proxy'
stop dhcpd
# Its offer names no server, only its answer on port 4011.
sed -i 's/proxydhcp/pxebs/' "$T/tftp/boot.ipxe"
start proxy dnsmasq -d -p 0 --conf-file=/dev/null -u root --dhcp-range=10.77.0.0,proxy --dhcp-userclass=set:ipxe,iPXE \
	--pxe-service=tag:ipxe,x86PC,Boot,boot.ipxe --pxe-service=tag:!ipxe,x86PC,Boot,undionly.kpxe
ready proxy 'DHCP, proxy'
storm "dnsmasq's proxy"
finish
