#!/bin/sh
# Several DHCP servers on one network, and proxies that are wrong.
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
lan
host c
tree

dns --dhcp-boot=pxelinux.0
host b 10.77.0.3/24
start second ip netns exec b python3 "$SRC/tests/e2e/pxeprobe-server.py" dev=eth0 ip=10.77.0.3 file=other.0 dir="$T/tftp" addr=10.77.0.200
ready second '^ready'
warning servers-disagree -k bios -t 2
stop second
# A proxy that takes its time: who boots has gone on without it.
host p 10.77.0.4/24
stop dns
dns
start late ip netns exec p dnsmasq -d -p 0 --conf-file=/dev/null -u root --dhcp-range=10.77.0.0,proxy --dhcp-reply-delay=4 \
	--pxe-service=x86PC,Boot,pxelinux.0
ready late 'DHCP, proxy'
fault too-slow -k ipxe -t 8
check 'and who was late' said 'too-slow .*10.77.0.4 says what to boot'
stop late
# A proxy that says option 43 to UEFI, beside a server that says nothing of booting.
stop dns
dns
start second ip netns exec b python3 "$SRC/tests/e2e/pxeprobe-server.py" dev=eth0 ip=10.77.0.3 proxy=1 60=PXEClient 43hex=060108ff file=ipxe.efi dir="$T/tftp"
ready second '^ready'
fault option43-to-uefi -k efi-x64 -t 1
stop second
stop dns
start second ip netns exec b python3 "$SRC/tests/e2e/pxeprobe-server.py" dev=eth0 ip=10.77.0.3 proxy=1 60=PXEClient file=ipxe.efi dir="$T/tftp"
ready second '^ready'
fault no-answer -k efi-x64 -t 1
check 'a proxy alone is seen as one' said 'what=offer from=10.77.0.3 .*kind=proxy '
stop second
finish
