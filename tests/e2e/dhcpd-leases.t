#!/bin/sh
# What is leased, seen from outside (-L) and forgotten on demand (-r); how long the
# lease file may get.
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd.sh
. "$SRC/tests/e2e/dhcpd.sh"
need python3 ip
dhcpd=$BIN/dhcpd-pxe/dhcpd-pxe
lan
host pc
mkdir -m 755 "$T/state"
[ "$user" = root ] || chown "$user" "$T/state"
leases=$T/state/leases
serve() {
	start dhcpd "$dhcpd" -v -u "$user" -i br0 -l "$leases" \
		-e 'subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.250 lease=1h probe=off offers=10000' \
		-e 'host mac=52:54:00:00:00:05 name=five addr=10.77.0.5'
	ready dhcpd ready
}
# gets N [ARGS]: machine N has an address
gets() {
	gets_mac=52:54:00:00:00:$1
	shift
	ask persona=plain "mac=$gets_mac" "$@" || return 1
	gets_addr=$(sed -n 's/^yiaddr=//p' "$T/reply")
	ask persona=plain type=request "mac=$gets_mac" "50=ip:$gets_addr" 54=ip:10.77.0.1 "$@" && has "yiaddr=$gets_addr" opt53=05
}
lists() { "$dhcpd" -L -l "$leases" | grep -q -e "$1"; }
forget() { "$dhcpd" -r "$@" -l "$leases" >"$T/forgot"; }

check_rc 3 "no lease file" "$dhcpd" -L -l "$T/none"
said "is said" 'cannot open .*none'
check_rc 3 "no daemon" forget 10.77.0.5
said "is said" 'no dhcpd-pxe runs with the lease file'
serve
check "a machine gets its address" gets 05
check "another gets one" gets 0a 12=other 61=hex:ff0102
check "a third is only offered one" ask persona=plain mac=52:54:00:00:00:0b
check "-L: bound, by whom, until when, its name" lists '^lease addr=10.77.0.5 mac=52:54:00:00:00:05 state=bound until=20..-..-..T..:..:..Z name=five$'
check "with the identifier that says more than the MAC address" lists 'mac=52:54:00:00:00:0a state=bound until=[^ ]* name=other client-id=ff:01:02$'
check "offered" wait_for 10 lists '^lease addr=10.77.0.11 mac=52:54:00:00:00:0b state=offered'
check_not "the lease file has no offers" grep -q 52:54:00:00:00:0b "$leases"
check "a client declines" gets 0c
ask send=1 type=decline mac=52:54:00:00:00:0c "50=ip:$gets_addr" 54=ip:10.77.0.1
check "declined" wait_for 10 lists "^lease addr=$gets_addr state=declined until="
"$dhcpd" -L -j -l "$leases" >"$T/list"
check "-j prints one JSON record each" python3 -c 'import json, sys
r = [json.loads(l) for l in open(sys.argv[1])]
assert [x["state"] for x in r] == ["bound", "bound", "offered", "declined"], r
assert r[0]["record"] == "lease" and r[0]["addr"] == "10.77.0.5"' "$T/list"
check "without the daemon's rights, too" setpriv --reuid 65534 --clear-groups "$dhcpd" -L -l "$leases"

# -- -r
check "the control socket is its owner's alone" test "$(stat -c '%a %F' "$leases.control")" = '600 socket'
check "-r: an address that rests" forget "$gets_addr"
check "says what it did" grep -qx "forgot addr=$gets_addr state=declined" "$T/forgot"
check_not "which rests no longer" lists "$gets_addr"
check_rc 1 "an address that nobody has" forget 10.77.0.200
said "is said" '10.77.0.200: there is no such lease'
check "by MAC address, an offer" forget 52:54:00:00:00:0b
check "is forgotten" grep -qx 'forgot addr=10.77.0.11 mac=52:54:00:00:00:0b state=offered' "$T/forgot"
check_not "and listed no longer" lists 10.77.0.11
check_rc 1 "one that is there and one that is not" forget 52:54:00:00:00:0a 52:54:00:00:00:ee
check "does the one" grep -q '^forgot addr=10.77.0.10 mac=52:54:00:00:00:0a state=bound name=other$' "$T/forgot"
check "and it is in the log" wait_for 10 grep -q 'forgot addr=10.77.0.10 mac=52:54:00:00:00:0a' "$T/dhcpd.log"
check "the next machine may have that address" ask persona=plain mac=52:54:00:00:00:0d 50=ip:10.77.0.10
check "at once" has yiaddr=10.77.0.10
check "an offer that is listed" ask persona=plain mac=52:54:00:00:00:0e
given=$(sed -n 's/^yiaddr=//p' "$T/reply")
check "... is taken up" wait_for 10 lists "addr=$given mac=52:54:00:00:00:0e state=offered"
ask type=request mac=52:54:00:00:00:0e "50=ip:$given" 54=ip:10.77.0.1
check "... and given back" lists "addr=$given mac=52:54:00:00:00:0e state=bound"
ask send=1 type=release mac=52:54:00:00:00:0e "ciaddr=$given" "src=$given" 54=ip:10.77.0.1
unlisted() { ! lists "addr=$1 "; }
check "... and is an offer no more" wait_for 10 unlisted "$given"
check_rc 2 "a word that is no address" forget nonsense
check_rc 2 "-r without a word" "$dhcpd" -r -l "$leases"
check_rc 2 "-j alone" "$dhcpd" -j
check_rc 2 "-L with rules" "$dhcpd" -L -e 'boot file=x'
check_rc 3 "a second daemon refuses to start" "$dhcpd" -u "$user" -i br0 -l "$leases" -e 'subnet 10.77.0.0/24 range=10.77.0.10-10.77.0.20'
check "and does no harm to the socket" forget 10.77.0.5
stop dhcpd
check_not "the socket goes with the daemon" test -e "$leases.control"
serve
check_not "what was forgotten stays so" lists 'state=bound'

# -- a daemon that was killed leaves its socket
# shellcheck disable=SC2154 # from start
kill -9 "$pid_dhcpd"
wait "$pid_dhcpd" 2>/dev/null
pid_dhcpd=
check_rc 3 "killed: nobody answers" forget 10.77.0.5
said "and that is said" 'no dhcpd-pxe runs'
serve
check "the next one takes its place" gets 05
check "and answers" forget 10.77.0.5
stop dhcpd

# -- in a directory that the user may not write to
if [ "$user" = nobody ]; then
	chown root "$T/state"
	for again in once twice; do
		serve
		check "a directory of root's, $again" gets 05
		check "-r finds the daemon" forget 10.77.0.5
		stop dhcpd
	done
	chown "$user" "$T/state"
	rm -f "$leases".*
fi

# -- the file's length
rm -f "$leases"
serve
crowd() {
	ip netns exec pc python3 - "$leases" <<'EOP'
import os, socket, struct, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0")
s.bind(("", 68))
s.settimeout(30)
def ask(mac, opts):
    xid = os.urandom(4)
    s.sendto(struct.pack("!BBBB4sHH16s16s192xI", 1, 1, 6, 0, xid, 0, 0x8000, b"", mac, 0x63825363) + opts + b"\xff", ("255.255.255.255", 67))
    while True:
        r = s.recv(2000)
        if r[4:8] == xid:
            return r[16:20]
worst = 0
for n in range(120 * 6):
    mac = b"\x06\0\0\0\0" + bytes([n % 120])
    addr = ask(mac, b"\x35\1\1")
    ask(mac, b"\x35\1\3\x32\4" + addr + b"\x36\4" + socket.inet_aton("10.77.0.1"))
    lines = open(sys.argv[1]).read().split("\n")[:-1]
    have = len({l.split()[2] for l in lines})
    if have > 100 and len(lines) > worst:
        worst = len(lines)
        assert worst <= 2 * have, (worst, have)
assert worst
print("at most", worst, "lines")
EOP
}
ip -n pc addr add 10.77.0.2/24 dev eth0
check "more than 100 leases have never more than two lines each" crowd
stop dhcpd
finish
