#!/bin/sh
# dhcpd6-pxe: sockets handed over, interfaces that come and go, machines of host lines and
# of hosts directories, a lease file that cannot be written, an ordinary user.
# shellcheck disable=SC2016,SC2154 # the inner shell expands; start assigns
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd6.sh
. "$SRC/tests/e2e/dhcpd6.sh"
need ip python3
D=$BIN/dhcpd6-pxe/dhcpd6-pxe
lan6
host6 pc
mac=$(on pc cat /sys/class/net/eth0/address)
dashes=$(echo "$mac" | tr : -)
range='subnet fd00:77::/64 range=fd00:77::1000-fd00:77::100f'
ask() { on "$1" python3 "$SRC/tests/e2e/dhcpd6-ask.py" "${3:-eth0}" "$2"; }
# asked NAME PATTERN: the last check's output has a line that fits
asked() {
	cp "$T/out" "$T/asked"
	check "$1" grep -q -e "$2" "$T/asked"
}

# ---- sockets of systemd -------------------------------------------------------------------
start six hold 'udp:[::]:547' -- "$D" -u root -v -i br0 -l "$T/leases" -e "$range" -e 'boot client=http file=http://{server}/x.efi'
ready six 'ready: br0'
check 'a socket that was handed over' ask pc http
asked '... serves' '^reply .*addr=fd00:77::100[0-9a-f] .*boot=http://\[fd00:77::1\]/x.efi class=HTTPClient'
check 'SIGTERM ends it with 0' stop six
check_rc 3 'one of IPv4 does not' hold udp:0.0.0.0:547 -- "$D" -u root -i br0 -l "$T/leases" -e "$range"
said '... and it says which would' 'ListenDatagram=\[::\]:547'

# ---- interfaces ---------------------------------------------------------------------------
cat >"$T/rules" <<END
interface br0
interface lan1
$range
subnet fd00:99::/64 range=fd00:99::1000-fd00:99::100f
boot client=pxe file=x.efi
END
start six "$D" -u root -v -f "$T/rules" -l "$T/leases"
ready six 'ready: br0'
check 'what the rules name may come later' grep -q 'no interface "*lan1"* here.*served as soon as that changes' "$T/six.log"
ip netns add second && on second sysctl -qw net.ipv6.conf.default.accept_dad=0
ip link add lan1 type veth peer name eth0 netns second && ip -n second link set eth0 up
ip link set lan1 up && ip addr add fd00:99::1/64 dev lan1 nodad
check 'it is served when it comes' wait_for 10 grep -q 'ready: .*lan1 fd00:99::1 server for fd00:99::/64' "$T/six.log"
linked second
check '... it is' ask second pxe
asked '... with its own subnet' '^reply .*addr=fd00:99::100[0-9a-f] .*boot=tftp://\[fd00:99::1\]/x.efi'
check 'and so is the first one' ask pc pxe
asked '... with its' '^reply .*addr=fd00:77::100[0-9a-f] '
ip link del lan1
check 'one that goes is said' wait_for 10 grep -q 'lan1 is not served any more' "$T/six.log"
check '... and the other one is served on' ask pc pxe
stop six

# ---- machines -----------------------------------------------------------------------------
mkdir "$T/hosts"
six -e "$range" -e "host mac=$mac addr=fd00:77::abc name=one" -e "hosts $T/hosts" -e 'boot client=pxe file=all.efi'
check 'a host line has its address' ask pc pxe
asked '... for that machine' '^reply .*addr=fd00:77::abc .*boot=tftp://\[fd00:77::1\]/all.efi'
check '... its name is in the lease file' leased ' fd00:77::abc one 00:01'
printf 'boot once file=install.efi\n' >"$T/hosts/$dashes"
check 'a file of that machine is noticed' wait_for 10 grep -q 'hosts: 1 changed, 1 files in force' "$T/six.log"
check '... and followed' ask pc pxe
asked '... as it says' ' boot=tftp://\[fd00:77::1\]/install.efi '
check '... once' wait_for 10 test -e "$T/hosts/$dashes.done"
check '... once only' ask pc pxe
asked '... then as all' ' boot=tftp://\[fd00:77::1\]/all.efi '
stop six

# ---- a disk that takes nothing --------------------------------------------------------------
mkdir "$T/disk" && mount -t tmpfs -o size=64k none "$T/disk"
start six "$D" -u root -v -i br0 -l "$T/disk/leases" -e "$range" -e 'boot client=pxe file=x.efi'
ready six 'ready: br0'
dd if=/dev/zero of="$T/disk/full" bs=4k 2>/dev/null
i=0 # until the block that the file has is full; the last question is not answered
while [ $i -lt 80 ] && ! grep -q 'cannot write the lease file' "$T/six.log"; do
	on pc timeout 3 python3 "$SRC/tests/e2e/dhcpd6-ask.py" eth0 pxe >/dev/null 2>&1
	i=$((i + 1))
done
check 'no lease is given that is not on disk' grep -q 'cannot write the lease file.*No space left' "$T/six.log"
rm "$T/disk/full"
check 'it goes on when there is room' wait_for 30 sh -c 'ip netns exec pc python3 "$0" eth0 pxe' "$SRC/tests/e2e/dhcpd6-ask.py"
check '... and says so' grep -q 'leases are written again' "$T/six.log"
stop six

# ---- an ordinary user ------------------------------------------------------------------------
if [ "$user" = nobody ]; then
	mkdir "$T/own" && chown nobody "$T/own"
	check_rc 3 'without rights there is no port 547' setpriv --reuid nobody --clear-groups "$D" -i br0 -l "$T/own/leases" -e "$range"
	said '... which is said' 'cannot bind port 547 on br0.*CAP_NET_BIND_SERVICE'
	start six hold 'udp:[::]:547' -- setpriv --reuid nobody --clear-groups sh -c 'LISTEN_PID=$$ exec "$@"' - "$D" -v -i br0 \
		-l "$T/own/leases" -e "$range" -e 'boot client=pxe file=x.efi'
	ready six 'ready: br0'
	check 'with a socket handed over it serves as nobody' ask pc pxe
	stop six
fi
finish
