#!/bin/sh
# dhcpd6-pxe beside others: netboot beside another DHCPv6 server and a router that does
# SLAAC, on the same host and on another one; relays; router advertisements.
# shellcheck disable=SC2016,SC2154 # the inner shell expands; start assigns
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd6.sh
. "$SRC/tests/e2e/dhcpd6.sh"
need ip dhclient dnsmasq python3
lan6
host6 pc
host6 router
ip -n router addr add fd00:77::fe/64 dev eth0 nodad
mac=$(on pc cat /sys/class/net/eth0/address)
# dhclient stays and keeps its port; -x ends it, if it has said by then who it is.
ended() { ! grep -qx dhclient /proc/[0-9]*/comm; }
lease_of() {
	on pc timeout 60 dhclient -6 -1 -v -cf "$T/$1.conf" -lf "$T/$1" -pf "$T/$1.pid" -sf /bin/true eth0
	lease_rc=$?
	[ "$lease_rc" -ne 0 ] || wait_for 60 test -s "$T/$1.pid"
	on pc dhclient -6 -x -lf "$T/$1" -pf "$T/$1.pid" -sf /bin/true eth0 >/dev/null 2>&1
	wait_for 60 ended
	return "$lease_rc"
}
: >"$T/plain.conf"

# ---- beside a server that knows nothing of booting --------------------------------------
start dnsmasq on router dnsmasq -k -C /dev/null -p 0 -i eth0 -u root --dhcp-range=fd00:77::100,fd00:77::1ff,64,1h --enable-ra \
	--dhcp-leasefile="$T/dnsmasq.leases" --log-facility=-
ready dnsmasq 'started'
six -e 'subnet fd00:77::/64 netboot range=fd00:77::f000-fd00:77::f00f' -e 'boot client=pxe arch=efi-x64 file=x.efi' \
	-e 'boot client=ipxe file=http://{server}/boot.ipxe'
check 'a system gets its address from the other server' lease_of plain
check '... as ours leaves it alone' grep -q 'iaaddr fd00:77::1[0-9a-f][0-9a-f] ' "$T/plain"
check '... and says so' wait_for 5 grep -q "$mac SOLICIT on br0 not answered: it does not boot" "$T/six.log"
cat >"$T/boots.conf" <<'END'
option dhcp6.arch code 61 = unsigned integer 16;
option dhcp6.bootfile code 59 = text;
send dhcp6.arch 7;
request dhcp6.bootfile;
END
check 'one that boots is answered by both' lease_of boots
check '... and told what' wait_for 5 grep -q "$mac advertise fd00:77::f00[0-9a-f] on br0" "$T/six.log"
check 'as firmware asks: ours has the boot file' on pc python3 "$SRC/tests/e2e/dhcpd6-ask.py" eth0 pxe
cp "$T/out" "$T/asked"
check '... an address of the small range' grep -q '^reply .*addr=fd00:77::f00[0-9a-f] .*boot=tftp://\[fd00:77::1\]/x.efi' "$T/asked"
check '... and RELEASE is answered at once' grep -q '^released status=0' "$T/asked"
stop six

# ---- on the same host --------------------------------------------------------------------
stop dnsmasq
start dnsmasq dnsmasq -k -z -C /dev/null -p 0 -i br0 -u root --dhcp-range=fd00:77::100,fd00:77::1ff,64,1h \
	--dhcp-leasefile="$T/dnsmasq.leases" --log-facility=-
ready dnsmasq 'started'
six -e 'subnet fd00:77::/64 netboot range=fd00:77::f000-fd00:77::f00f' -e 'boot client=pxe arch=efi-x64 file=x.efi'
check 'beside dnsmasq on the same interface' on pc python3 "$SRC/tests/e2e/dhcpd6-ask.py" eth0 pxe
cp "$T/out" "$T/asked"
check '... too' grep -q '^reply .*addr=fd00:77::f00[0-9a-f] ' "$T/asked"
stop six
stop dnsmasq

# ---- beside Kea ----------------------------------------------------------------------------
if command -v kea-dhcp6 >/dev/null; then
	mkdir "$T/kea"
	cat >"$T/kea.json" <<'END'
{ "Dhcp6": { "interfaces-config": { "interfaces": ["eth0"] }, "lease-database": { "type": "memfile", "persist": false },
  "valid-lifetime": 3600, "server-id": { "type": "LL", "persist": false },
  "subnet6": [ { "id": 1, "subnet": "fd00:77::/64", "interface": "eth0", "pools": [ { "pool": "fd00:77::100-fd00:77::1ff" } ] } ],
  "loggers": [ { "name": "kea-dhcp6", "severity": "INFO", "output_options": [ { "output": "stderr" } ] } ] } }
END
	start kea on router env KEA_LOCKFILE_DIR="$T/kea" KEA_PIDFILE_DIR="$T/kea" kea-dhcp6 -c "$T/kea.json"
	ready kea 'DHCP6_STARTED'
	six -e 'subnet fd00:77::/64 netboot range=fd00:77::f000-fd00:77::f00f' -e 'boot client=pxe arch=efi-x64 file=x.efi'
	check 'beside Kea: who boots is ours' on pc python3 "$SRC/tests/e2e/dhcpd6-ask.py" eth0 pxe
	cp "$T/out" "$T/asked"
	check '... with our address and file' grep -q '^reply .*addr=fd00:77::f00[0-9a-f] .*boot=tftp://\[fd00:77::1\]/x.efi' "$T/asked"
	check 'who does not is not' on pc python3 "$SRC/tests/e2e/dhcpd6-ask.py" eth0 none
	cp "$T/out" "$T/asked"
	check "... but Kea's" grep -q '^reply .*addr=fd00:77::1[0-9a-f][0-9a-f] ' "$T/asked"
	stop six
	stop kea
else skip 'no kea-dhcp6'; fi

# ---- behind relays -----------------------------------------------------------------------
ip netns add relay && on relay sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0
ip link add vrelay type veth peer name home netns relay && ip link set vrelay master br0 up
ip netns add far && on far sysctl -qw net.ipv6.conf.default.accept_dad=0
ip -n relay link add away type veth peer name eth0 netns far
ip -n far link set eth0 up
for link in home away lo; do ip -n relay link set $link up; done
ip -n relay addr add fd00:77::fd/64 dev home nodad
ip -n relay addr add fd00:88::1/64 dev away nodad
linked far
six -e 'subnet fd00:77::/64 range=fd00:77::1000-fd00:77::10ff' -e 'subnet fd00:88::/64 range=fd00:88::1000-fd00:88::10ff' \
	-e 'boot client=pxe file=x.efi'
far() { on far python3 "$SRC/tests/e2e/dhcpd6-ask.py" eth0 pxe; }
if command -v dhcrelay >/dev/null; then
	start relay on relay dhcrelay -6 -d --no-pid -I -l away -u fd00:77::1%home
	wait_for 5 grep -q 'Sending on' "$T/relay.log"
	check 'ISC dhcrelay: the subnet is that of the far link' far
	cp "$T/out" "$T/asked"
	check '... an address of it' grep -q '^reply .*addr=fd00:88::10' "$T/asked"
	check '... and the log names the relay' wait_for 5 grep -q 'reply fd00:88::10.* on br0, relay ' "$T/six.log"
	stop relay
else skip 'no dhcrelay'; fi
start relay on relay dnsmasq -k -C /dev/null -p 0 -u root --dhcp-relay=fd00:88::1,fd00:77::1 --log-facility=-
ready relay started
check 'dnsmasq as a relay' far
cp "$T/out" "$T/asked"
check '... an address of the far link' grep -q '^reply .*addr=fd00:88::10' "$T/asked"
stop relay
stop six
finish
