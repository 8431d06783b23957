#!/bin/sh
# How pxeprobe is called: exit codes, sentences, formats, identity, a relay.
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
lan
host c
tree
check_rc 0 'help' "$PXEPROBE" --help
check_rc 0 'version' "$PXEPROBE" --version
check_rc 2 'an unknown option' "$PXEPROBE" -Z
says 2 'an unknown persona' commodore "$PXEPROBE" -i lo -k commodore
check_rc 2 'a bad MAC address' "$PXEPROBE" -m 01:00:00:00:00:01
check_rc 2 'a bad UUID' "$PXEPROBE" -U x
check_rc 2 'an unknown architecture' "$PXEPROBE" -i br0 -a vax
says 2 'no such interface, and what to do' 'ip link' "$PXEPROBE" -i nothere
says 2 'no such interface to watch' 'ip link' "$PXEPROBE" -w -i nothere
check_rc 2 '-w with -n' "$PXEPROBE" -w -n 3 -i br0
check_rc 2 'an argument too many' "$PXEPROBE" x
ip link set br0 down
says 3 'an interface that is down, and what to do' 'ip link set br0 up' "$PXEPROBE" -i br0 -t 1
ip link set br0 up

dns --dhcp-boot=pxelinux.0 --log-dhcp
addresses() { on c ip -br addr show dev eth0; }
before=$(addresses)
probe -k bios,efi-x64 -m 02:11:22:33:44:55 -U 123e4567-e89b-12d3-a456-426614174000
rc=$?
check 'exit 1 when one of two would not boot' test $rc -eq 1
check 'one verdict each' test "$(grep -c '^verdict ' "$T/report")" -eq 2
check 'the MAC address given' grep -q '02:11:22:33:44:55' "$T/dns.log"
check 'the UUID given, first fields swapped' grep -q 'PXELINUX\|pxelinux.cfg/123e4567-e89b-12d3-a456-426614174000' "$T/dns.log"
check 'the interface has the addresses it had' test "$before" = "$(addresses)"
check 'and nothing is left behind' test -z "$(on c ip -o link | grep -v -e ' lo:' -e ' eth0@')"

probe -k bios -j
check 'JSON lines' python3 -c 'import json,sys
r = [json.loads(l) for l in open(sys.argv[1])]
assert r[-1]["record"] == "verdict" and r[-1]["boots"] == "yes", r[-1]
assert isinstance(r[0]["n"], int) and any(isinstance(x.get("bytes"), int) for x in r)' "$T/report"
check 'a table on a terminal' sh -c "script -qec 'ip netns exec c $PXEPROBE -i eth0 -k bios' /dev/null | grep -q 'boots: kernel and 1 initrd'"
probe -k all -t 1
check 'all is every firmware, and no loader that runs already' sh -c "
	[ \$(grep -c '^verdict ' '$T/report') -eq 15 ] && ! grep -q -E 'persona=(shim|grub|pxelinux)' '$T/report'"
probe -k bios -a 9
check 'another architecture' grep -q 'client provides name\|Arch:00009' "$T/report"
on c ip addr add 10.77.0.8/24 dev eth0
probe -k bios -g
check 'as a relay' reported '^verdict persona=bios boots=yes'
stop dns

# The documented check, against a server that pings an address before it offers it.
start slow dnsmasq -d -p 0 --conf-file=/dev/null -u root --dhcp-leasefile="$T/slow" --dhcp-range=10.77.0.120,10.77.0.140 --log-dhcp
ready slow 'DHCP, IP range'
patience=$(sed -n "s/^\.Dl pxeprobe .*-t \([0-9]*\) | grep 'what=offer .*/\1/p" "$SRC/man/pxeprobe.8")
probe -k efi-x64 -t "$patience"
check "is there a DHCP server: seen within the documented -t $patience" reported 'what=offer .*address='
stop slow
missing=$(sed -n 's/^	\[FAULT_.* = { "\([^"]*\)".*/\1/p' "$SRC/pxeprobe/fault.c" | grep -v '^none$' |
	while read -r name; do grep -q "^\.It Cm $name\( \|$\)" "$SRC/man/pxeprobe.8" || echo "$name"; done)
check "every fault is in the manual $missing" test -z "$missing"
# "FAULT FILE" of each that the manual names.
sed -n '/^\.It Cm /{s/^\.It Cm \([^ ]*\).*/\1/;N;s/\n\.\\" / /p;}' "$SRC/man/pxeprobe.8" >"$T/named"
untested=$(while read -r name file; do
	grep -q -E "^(fault|warning) $name( |$)" "$SRC/$file" || echo "$name"
done <"$T/named")
check "and the test named there provokes it $untested" test -z "$untested"
check 'each has one' test "$(wc -l <"$T/named")" -eq "$(grep -c '^	\[FAULT_.* = { "' "$SRC/pxeprobe/fault.c" | awk '{ print $1 - 1 }')"
# Without rights: what to give, in one sentence, and in a container what that is to be given.
if [ "$user" = nobody ] && command -v setpriv >/dev/null; then
	without() {
		on c "$@" setpriv --bounding-set=-net_raw,-net_admin,-sys_admin --inh-caps=-all "$PXEPROBE" -i eth0 -k "$personas" -t 1
	}
	personas=bios
	[ -e /.dockerenv ] || says 3 'without rights' 'run it as root, or give it CAP_NET_RAW, CAP_NET_ADMIN and CAP_SYS_ADMIN' without env -u container
	says 3 'without rights in a container' \
		'give the container --network host --cap-add NET_RAW,NET_ADMIN,SYS_ADMIN --device /dev/net/tun' \
		without env container=podman
	personas=bios,efi-x64
	says 3 'said once for several' '^[^;]*; give the container --network host' without env container=podman
	check 'on one line' test "$(wc -l <"$T/said")" -eq 1
else
	skip 'without rights: no setpriv, or not as root here'
fi
finish
