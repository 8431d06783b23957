#!/bin/sh
# dhcpd6-pxe with `netboot' beside what other networks have: a router that only does SLAAC,
# and each of two DHCPv6 servers that know nothing of booting.  Every kind of
# firmware takes ours, and what does not boot is left to the others.
# shellcheck disable=SC2154 # start assigns
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/pxeprobe.sh
. "$SRC/tests/e2e/pxeprobe.sh"
# shellcheck source=tests/e2e/dhcpd6.sh
. "$SRC/tests/e2e/dhcpd6.sh"
need radvd dnsmasq
lan6
host6 c
host6 r
on r sysctl -qw net.ipv6.conf.all.forwarding=1
ip -n r addr add fd00:77::fe/64 dev eth0 nodad
tree
printf '#!ipxe\nkernel linux initrd=initrd.gz\ninitrd initrd.gz\nboot\n' >"$T/tftp/boot.ipxe"
chmod a+r "$T/tftp/boot.ipxe"
start tftp hold 'udp:[fd00:77::1]:69' -- "$BIN/tftpd-lite/tftpd-lite" "$T/tftp"
start web hold 'tcp:[fd00:77::1]:80' -- "$BIN/httpd-boot/httpd-boot" "$T/tftp"
six -e 'subnet fd00:77::/64 netboot range=fd00:77::f000-fd00:77::f0ff' -e 'boot client=ipxe file=http://{server}/boot.ipxe' \
	-e 'boot client=http file=http://{server}/ipxe.efi' -e 'boot client=pxe arch=efi-x64 file=shimx64.efi'

# routes FLAGS...: radvd's lines for the interface
routes() {
	stop router
	{
		echo 'interface eth0 { AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 10;'
		printf '%s\n' "$@"
		echo 'prefix fd00:77::/64 { AdvOnLink on; AdvAutonomous on; }; };'
	} >"$T/radvd.conf"
	start router on r radvd -n -m stderr -d 1 -C "$T/radvd.conf" -p "$T/radvd.pid"
	wait_for 30 on c sh -c 'ip -6 route show default | grep -q ^default'
}
# boots6 WHERE PERSONA...: each of them boots there, with an address of ours
boots6() {
	boots6_where=$1
	shift
	for persona; do
		check "$boots6_where: $persona" on c "$PXEPROBE" -i eth0 -k "$persona" -t 10
		cp "$T/out" "$T/report"
		check '... by our file' grep -q 'what=kernel .*\[fd00:77::1\]/*linux' "$T/report"
		check '... with an address of the small range' grep -q 'address=fd00:77::f0[0-9a-f][0-9a-f]' "$T/report"
	done
}
# HTTP Boot up to iPXE, which asks again
loads_ipxe() {
	on c "$PXEPROBE" -i eth0 -k http-x64-v6 -t 10 >"$T/report" 2>/dev/null
	check "$1: HTTP Boot has our file" grep -q 'what=bootfile .*http://\[fd00:77::1\]/ipxe.efi bytes=' "$T/report"
}
# others WHERE PATTERN: a system that only wants an address
others() {
	check "$1: a system gets its address" on c python3 "$SRC/tests/e2e/dhcpd6-ask.py" eth0 none
	cp "$T/out" "$T/asked"
	check '... of the other server' grep -q "addr=$2" "$T/asked"
}

# iPXE asks for nothing there (M=0, O=0), whoever loads it; GRUB does not need to.
routes
check 'beside a router that does SLAAC alone: shim and GRUB' on c "$PXEPROBE" -i eth0 -k efi-x64-v6 -t 10
cp "$T/out" "$T/report"
check '... by our files' grep -q 'what=kernel .*\[fd00:77::1\]/*linux' "$T/report"
check '... with an address of the small range' grep -q 'address=fd00:77::f0[0-9a-f][0-9a-f]' "$T/report"
check_not 'HTTP Boot: iPXE' on c "$PXEPROBE" -i eth0 -k http-x64-v6 -t 10
cp "$T/out" "$T/report"
check '... is loaded' grep -q 'what=bootfile .*http://\[fd00:77::1\]/ipxe.efi bytes=' "$T/report"
check '... and why it does not go on is said' grep -q 'fault name=ra-stateless .*iPXE does not ask' "$T/report"
check 'a system that wants no address of ours has none' wait_for 10 on c sh -c 'ip -6 addr show dev eth0 scope global dynamic | grep -q fd00:77::'
check_not '... in our file' grep -q 'fd00:77::[^f]' "$T/leases"

# first_come NAME PID: iPXE takes the first offer of an address; that of the other server,
# where ours is away
first_come() {
	kill -STOP "$pid_six"
	check_not "$1 is the first: iPXE" on c "$PXEPROBE" -i eth0 -k ipxe-v6 -t 10
	cp "$T/out" "$T/report"
	kill -CONT "$pid_six"
	check '... has nothing to boot, and why is said' grep -q 'fault name=no-boot-info .*whose ADVERTISE was the first' "$T/report"
	kill -STOP "$2"
	boots6 "$1 is late" ipxe-v6
	kill -CONT "$2"
}

routes 'AdvManagedFlag on; AdvOtherConfigFlag on;'
start dns on r dnsmasq -k -C /dev/null -p 0 -i eth0 -u root --dhcp-range=fd00:77::100,fd00:77::1ff,64,1h --dhcp-leasefile="$T/dns.leases" --log-facility=-
ready dns started
boots6 'beside radvd and dnsmasq' efi-x64-v6
loads_ipxe dnsmasq
first_come dnsmasq "$pid_dns"
others dnsmasq 'fd00:77::1[0-9a-f][0-9a-f] '
stop dns

if command -v kea-dhcp6 >/dev/null; then
	mkdir "$T/kea"
	cat >"$T/kea.json" <<'JSON'
{ "Dhcp6": { "interfaces-config": { "interfaces": ["eth0"] }, "lease-database": { "type": "memfile", "persist": false },
  "valid-lifetime": 3600, "server-id": { "type": "LL", "persist": false },
  "subnet6": [ { "id": 1, "subnet": "fd00:77::/64", "interface": "eth0", "rapid-commit": true, "pools": [ { "pool": "fd00:77::100-fd00:77::1ff" } ] } ],
  "loggers": [ { "name": "kea-dhcp6", "severity": "INFO", "output_options": [ { "output": "stderr" } ] } ] } }
JSON
	start kea on r env KEA_LOCKFILE_DIR="$T/kea" KEA_PIDFILE_DIR="$T/kea" kea-dhcp6 -c "$T/kea.json"
	ready kea DHCP6_STARTED
	boots6 'beside radvd and Kea' efi-x64-v6
	loads_ipxe Kea
	first_come Kea "$pid_kea"
	others Kea 'fd00:77::1[0-9a-f][0-9a-f] '
	stop kea
else skip 'no kea-dhcp6'; fi
finish
