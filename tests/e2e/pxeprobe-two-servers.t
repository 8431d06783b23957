#!/bin/sh
# Several DHCP servers on one network, quick and slow, and proxies beside them:
# as a machine that asks, as somebody who watches, from a capture.
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
. "$SRC/tests/e2e/pxeprobe-servers.sh"
need dhcpd tcpdump
lan
host c
host b 10.77.0.3/24
host p 10.77.0.4/24
tree
# A walk is to be busy still when the slow one answers: 2 MB a second.
tc qdisc add dev vc root tbf rate 16mbit burst 20kb latency 50ms
truncate -s 2500000 "$T/tftp/initrd.gz"

# watched NAME ERE: so does the one who only watches, live and from a capture
watched() {
	stop tcpdump
	stop watch
	cp "$T/watch.log" "$T/report"
	check "watching: $1" reported "$2"
	"$PXEPROBE" -r "$T/seen.pcap" >"$T/report"
	check "from a capture: $1" reported "$2"
}
watching() {
	start watch "$PXEPROBE" -w -i br0
	ready watch 'watching interface'
	start tcpdump tcpdump --immediate-mode -U -s 0 -i br0 -w "$T/seen.pcap" udp
	ready tcpdump 'listening'
}

# ISC dhcpd pings an address for a second before it offers it.
dns --dhcp-boot=pxelinux.0
: >"$T/isc.leases"
printf 'subnet 10.77.0.0 netmask 255.255.255.0 {\n range 10.77.0.150 10.77.0.199;\n next-server 10.77.0.3; filename "other.0";\n}\n' >"$T/isc.conf"
start isc ip netns exec b dhcpd -f -d -4 -cf "$T/isc.conf" -lf "$T/isc.leases" -pf "$T/isc.pid" eth0
ready isc 'Sending on'
watching
late='servers-disagree severity=warning .*10.77.0.1 says .*pxelinux.0.*10.77.0.3 says .*other.0.*, 1[0-9]* ms after the request'
warning servers-disagree -k bios -t 5
check 'the second server, a second later than the first' reported "$late"
check 'its offer is a step, and late' reported 'what=offer from=10.77.0.3 .*late=yes'
check 'the machine boots all the same' reported '^verdict persona=bios boots=yes'
watched 'the second server, a second later' "$late"
# It knows by now that nobody has the address, and answers at once.
watching
warning servers-disagree -k bios -t 5
check 'and is in time' reported 'what=offer from=10.77.0.3 .*file=other.0$'
watched 'two servers at once' 'servers-disagree severity=warning .*10.77.0.[13] says .*10.77.0.[13] says'
stop isc

# A proxy in time for the firmware, though not for the walk.
proxy() {
	stop proxy
	start proxy ip netns exec p dnsmasq -d -p 0 --conf-file=/dev/null -u root --dhcp-range=10.77.0.0,proxy \
		--pxe-service=x86PC,Boot,pxelinux.0 "$@"
	ready proxy 'DHCP, proxy'
}
proxy --dhcp-reply-delay=1
warning servers-disagree -k bios
check 'a proxy that firmware waits for' reported '10.77.0.4 answers 1[0-9]* ms after the request; a machine that waits for it, up to 4000 ms, boots what it says'
# One that is late for iPXE, which waits two seconds, and says nothing else than the DHCP server.
truncate -s 6500000 "$T/tftp/initrd.gz"
printf '#!ipxe\nkernel linux initrd=initrd.gz\ninitrd initrd.gz\nboot\n' >"$T/tftp/boot.ipxe"
dns --dhcp-boot=boot.ipxe
proxy --dhcp-reply-delay=3
warning too-slow -k ipxe
check 'a proxy that comes too late for iPXE' reported 'the proxy 10.77.0.4 answers 3[0-9]* ms after the request; this client chooses after 2000 ms'
# And the only one to say what to boot: who boots has gone on without it.
dns
fault too-slow -k ipxe -t 8
check 'and who was late' reported 'too-slow .*10.77.0.4 says what to boot'

# A proxy alone gives nobody an address; one that has nothing for UEFI says PXEClient all the same.
stop dns
proxy
fault no-answer -k efi-x64 -t 1
check 'a proxy alone is seen as one' reported 'what=offer from=10.77.0.4 .*kind=proxy '
dns
fault file-missing -k efi-x64 -t 2
stop proxy

# iPXE in a card also waits for a router.
dns --dhcp-boot=boot.ipxe
warning ra-wait -k ipxe -t 2
start router ip netns exec b python3 "$SRC/tests/e2e/pxeprobe-ra.py" eth0
ready router ready
boots 'iPXE where a router advertises itself' -k ipxe
check_not 'does not wait' reported 'name=ra-wait'
stop router
dns

start second ip netns exec b python3 "$SRC/tests/e2e/pxeprobe-proxy43.py" eth0 10.77.0.3 ipxe.efi
ready second '^ready'
fault option43-to-uefi -k efi-x64 -t 1
finish
