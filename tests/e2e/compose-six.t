#!/bin/sh
# pxe-up -6: a site over IPv6, as the only server and beside a router; the menus send
# machines without an address of IPv4 to the right place.
# shellcheck disable=SC2016,SC2317,SC2154 # nothing is to expand here; check calls functions; start sets pid_up
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build # it is scripts that are tested, and they start hundreds of processes
# shellcheck source=tests/e2e/site.sh
. "$(dirname "$0")/site.sh"
need xorriso dnsmasq
need_nobody
lan
host client
image a
# boots6 PERSONA: what such a machine would boot, in $T/boots6
boots6() {
	on client "$BIN/pxeprobe/pxeprobe" -i eth0 -k "$1" -m 52:54:00:00:00:06 -t 8 >"$T/boots6" 2>"$T/boots6.err" || { cat "$T/boots6" "$T/boots6.err" >&2; return 1; }
}

check_rc 2 'without an address of IPv6' "$up" -6 -w -i br0 -s "$state" "$T/a.iso"
said '... it says so' 'br0 has no IPv6 address; give it one: ip addr add fd00:77::1/64 dev br0'
ip addr add fd00:77::1/64 dev br0 nodad
wait_for 30 ip -6 -o addr show dev br0 scope link

# ---- as the only server ------------------------------------------------------------------
start up "$up" -6 -i br0 -s "$state" -t 0 "$T/a.iso"
ready up '^pxe-up: ready'
check 'it is remembered' grep -qx 'site ip6=yes' "$state/site"
check 'a network of its own' grep -qxF 'subnet fd00:77:0:0:0:0:0:0/64 range=fd00:77:0:0:ffff:ffff:fffe:0-fd00:77:0:0:ffff:ffff:fffe:ffff' "$state/rules"
check '... which it advertises' grep -qxF 'ra prefix=fd00:77:0:0:0:0:0:0/64' "$state/rules"
check 'beside the one of IPv4' grep -q '^subnet 10.77.0.0/24 range=' "$state/rules"
check 'iPXE boots' boots6 ipxe-v6
check '... its kernel by IPv6' grep -q 'what=kernel .*\[fd00:77::1\]/a/debian-installer/amd64/linux' "$T/boots6"
check 'UEFI HTTP Boot boots' boots6 http-x64-v6
check '... by iPXE, and its kernel' grep -q 'what=kernel .*\[fd00:77::1\]' "$T/boots6"
check 'UEFI PXE boots' boots6 efi-x64-v6
check 'addresses come from the range' grep -q 'address=fd00:77::ffff:ffff:fffe:' "$T/boots6"
check 'machines of IPv4 do as before' loads client 52:54:00:00:00:06 '10.77.0.1/a/debian-installer'
check 'the lease is on disk' grep -q ' fd00:77::ffff:ffff:fffe:' "${state}/leases6"
check 'a rule of your own' sh -c 'echo "boot mac=52:54:00:00:00:06 file=http://{server}/own.efi" >"$1/rules.d/10.rules"' - "$state"
check '... is followed by both' wait_for 30 grep -q '^dhcpd6-pxe: .*rules' "$T/up.log"
stop up
check_not 'nothing is left running' pgrep -f "$state/rules"
rm "$state/rules.d/10.rules"

# ---- as it was written, and edited ---------------------------------------------------------
check_rc 0 'written alone' "$up" -w -s "$state"
check '... the lines of IPv6 too' grep -q '^subnet fd00:77' "$state/rules"
echo 'subnet fd00:77::/64 range=fd00:77::100-fd00:77::1ff netboot' >"$state/rules.d/20.rules"
check_rc 0 'a subnet line of your own' "$up" -w -s "$state"
check '... takes the place of the generated ones' sh -c 'test "$(grep -c "^subnet fd00" "$1")" = 1 && ! grep -q "^ra " "$1"' - "$state/rules"
check '... and of no line of IPv4' grep -q '^subnet 10.77.0.0/24' "$state/rules"
rm "$state/rules.d/20.rules"

# ---- beside a router that has a DHCPv6 server -------------------------------------------------
host router 10.77.0.254/24
on router ip addr add fd00:77::fe/64 dev eth0 nodad
wait_for 30 on router ip -6 -o addr show dev eth0 scope link
start dnsmasq on router dnsmasq -k --conf-file=/dev/null -p 0 -i eth0 --enable-ra --dhcp-range=fd00:77::1000,fd00:77::1fff,64,1h --log-facility=-
ready dnsmasq 'DHCPv6, IP range'
check_rc 0 'beside a router' "$up" -w -s "$state"
said '... it is seen' 'is there for IPv6: only telling machines what to boot'
check '... and only machines that boot are answered' grep -q '^subnet fd00:77:.* netboot range=' "$state/rules"
check_not '... without advertisements' grep -q '^ra ' "$state/rules"
start up "$up" -s "$state"
ready up '^pxe-up: ready'
boots6 http-x64-v6 2>/dev/null # or not: iPXE may ask the other server alone
check 'UEFI HTTP Boot has our file' grep -q 'what=bootfile .*\[fd00:77::1\]/.* bytes=[0-9]' "$T/boots6"
stop up
finish
