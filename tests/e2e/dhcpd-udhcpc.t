#!/bin/sh
# A real client (busybox udhcpc) gets an address, renews and releases it, and
# finds its lease again after the server was killed with SIGKILL.
# shellcheck disable=SC2154 # pid_NAME comes from start
. "$(dirname "$0")/../lib.sh"
need busybox ip
lan
host pc
mkdir -m 755 "$T/state"
cat >"$T/rules" <<EOF
interface br0
subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.59 router=10.77.0.1 dns=10.77.0.1,10.77.0.2 domain=test.lan lease=10m
host mac=52:54:00:00:00:31 addr=10.77.0.31 name=fixed
option 42 ip=10.77.0.9
boot arch=bios file=pxelinux.0
EOF
cat >"$T/script" <<'EOF'
#!/bin/sh
set >"$T/udhcpc.$1"
[ "$1" != bound ] || ip addr add "$ip/$mask" dev "$interface"
EOF
chmod +x "$T/script"

serve() { start dhcpd "$BIN/dhcpd-pxe/dhcpd-pxe" -u "$user" -v -f "$T/rules" -l "$T/state/leases"; ready dhcpd ready; }
client() { rm -f "$T"/udhcpc.*; on pc busybox udhcpc -i eth0 -s "$T/script" -n -t 5 -T 1 "$@"; }
got() { grep -q "^$1='$2'\$" "$T/udhcpc.bound"; }

serve
check "udhcpc gets a lease" client -q
check "the first address of the range" got ip 10.77.0.50
check "router" got router 10.77.0.1
check "both name servers" got dns '10.77.0.1 10.77.0.2'
check "domain" got domain test.lan
check "an option line is sent though nobody asked" got ntpsrv 10.77.0.9
check "lease time" got lease 600
check "netmask" got mask 24
mac=$(on pc cat /sys/class/net/eth0/address)
check "the lease is in the file, as dnsmasq writes it" grep -Eqx "[0-9]{10} $mac 10\.77\.0\.50 (\*|[a-z0-9-]+) 01:$mac" "$T/state/leases"

kill -9 "$pid_dhcpd"
wait "$pid_dhcpd" 2>/dev/null
serve
check "the same address after SIGKILL" client -q
check "it is the same" got ip 10.77.0.50

on pc ip addr flush dev eth0
rm -f "$T"/udhcpc.*
start stayer ip netns exec pc busybox udhcpc -f -R -i eth0 -s "$T/script" -t 5 -T 1
check "a client that stays" wait_for 5 test -f "$T/udhcpc.bound"
kill -USR1 "$pid_stayer"
check "renews by unicast" wait_for 5 test -f "$T/udhcpc.renew"
kill "$pid_stayer"
check "releases" wait_for 5 grep -q "$mac release 10.77.0.50" "$T/dhcpd.log"
# shellcheck disable=SC2016 # awk's own fields
over() { awk -v now="$(date +%s)" 'END { exit !($1 <= now && $3 == "10.77.0.50") }' "$T/state/leases"; }
check "the file says that it is over" wait_for 5 over

on pc ip addr flush dev eth0
on pc ip link set eth0 address 52:54:00:00:00:31
check "a client with a host line" client -q
check "gets its address" got ip 10.77.0.31
check "and its name" got hostname fixed

check "SIGTERM ends it with 0" stop dhcpd
finish
