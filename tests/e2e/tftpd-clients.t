#!/bin/sh
# Real clients: tftp-hpa's, curl's, busybox's (and atftp's where it is), over
# IPv4, IPv6 and links of several MTUs; -s, -P, -b, -w.
# shellcheck disable=SC2154,SC2034 # pid_* come from start, failed is read by finish
. "$(dirname "$0")/../lib.sh"
need tftp curl busybox python3
mkdir "$T/d" && head -c 3000000 /dev/urandom >"$T/d/big" && echo small >"$T/d/small"
cd "$T" || exit 1
lan
ip addr add fd77::1/64 dev br0 nodad
ip addr add 10.77.0.9/24 dev br0
host pc 10.77.0.2/24
ip -n pc route add default dev eth0
ip -n pc addr add fd77::2/64 dev eth0 nodad
wait_for 5 sh -c "! ip -6 addr show tentative | grep -q ."
start tftpd "$BIN/tftpd-lite/tftpd-lite" -u "$user" "$T/d"
ready tftpd ready

same() { cmp "$T/got" "$T/d/big" && rm "$T/got"; }
hpa() { printf 'binary\nget big %s\n' "$T/got" | on pc tftp "$@"; same; }
with_curl() { on pc curl -s -g "$@" -o "$T/got" && same; }
with_busybox() { on pc busybox tftp -g -r big -l "$T/got" "$@" && same; }
agreed() { grep 'read "big" done' "$T/$1.log" | tail -n 1 | grep -q "$2"; }

check 'tftp-hpa' hpa 10.77.0.1
check 'tftp-hpa, another address of the same card' hpa 10.77.0.9
check 'tftp-hpa, IPv6' hpa -6 fd77::1
check 'curl' with_curl tftp://10.77.0.1/big
check 'curl, IPv6' with_curl 'tftp://[fd77::1]//big'
check 'curl, asking for 8192' with_curl --tftp-blksize 8192 tftp://10.77.0.1/big
check 'got what an MTU of 1500 carries' agreed tftpd 'blksize=1468'
check 'curl, IPv6, asking for 8192' with_curl --tftp-blksize 8192 'tftp://[fd77::1]/big'
check 'got what is left beside an IPv6 header' agreed tftpd 'blksize=1448'
check 'busybox' with_busybox -b 1428 10.77.0.1
check 'busybox, IPv6' with_busybox -b 65464 fd77::1
check_not 'busybox, what is not there' on pc busybox tftp -g -r nope 10.77.0.1
if command -v atftp >/dev/null; then
	check 'atftp, blksize and windowsize' sh -c "ip netns exec pc atftp --option 'blksize 1400' --option 'windowsize 8' -g -r big -l '$T/got' 10.77.0.1 && cmp '$T/got' '$T/d/big'"
	check 'as agreed' agreed tftpd 'blksize=1400 windowsize=8'
else
	skip 'atftp is not here'
fi
ip link set br0 mtu 1420 && ip -n pc link set eth0 mtu 1420
check 'a tunnel: MTU 1420' with_curl --tftp-blksize 8192 tftp://10.77.0.1/big
check 'got 1388' agreed tftpd 'blksize=1388'

start capped "$BIN/tftpd-lite/tftpd-lite" -u "$user" -l 10.77.0.1:6901 -b 1024 -w 2 "$T/d"
start lifted "$BIN/tftpd-lite/tftpd-lite" -u "$user" -l 10.77.0.1:6902 -b 65464 "$T/d"
start ranged "$BIN/tftpd-lite/tftpd-lite" -u "$user" -l 10.77.0.1:6903 -P 50000-50001 "$T/d"
start single "$BIN/tftpd-lite/tftpd-lite" -u "$user" -s -l 10.77.0.1:6904 -l '[fd77::1]:6904' "$T/d"
start dual "$BIN/tftpd-lite/tftpd-lite" -u "$user" -s -l :6905 "$T/d"
for s in capped lifted ranged single dual; do ready $s ready; done
check '-b caps' with_curl --tftp-blksize 8192 tftp://10.77.0.1:6901/big
check 'to 1024' agreed capped 'blksize=1024'
check '-b lifts' with_curl --tftp-blksize 8192 tftp://10.77.0.1:6902/big
check 'to what was asked' agreed lifted 'blksize=8192'
check '-s: one port' hpa 10.77.0.1 6904
check '-s: IPv6' with_curl 'tftp://[fd77::1]:6904/big'
check '-s, both families on one socket' with_curl tftp://10.77.0.9:6905/big
check '-s, both families, IPv6' with_curl 'tftp://[fd77::1]:6905/big'

cat >tids.py <<EOF
import sys
sys.path.insert(0, "$SRC/tests/e2e"); sys.dont_write_bytecode = True
from tftpd import *
big = open("$T/d/big", "rb").read()
def ranged():
    "-P: 40 transfers at once share two ports"
    cs = [Client("10.77.0.1", 6903) for _ in range(40)]
    for c in cs: c.ask(request(RRQ, "big", tsize=0)); c.recv(); c.send(ack(0))
    need({c.tid[1] for c in cs} == {50000, 50001}, str({c.tid[1] for c in cs}))
    for c in cs: need(c.recv()[2] == big[:512], "block 1"); c.send(error(0))
    c = Client("10.77.0.1", 6903); c.ask(request(RRQ, "nope"))
    try: c.recv()
    except Refused as e: need(e.code == 1 and c.tid[1] in (50000, 50001), str(c.tid))
def single():
    "-s: 40 transfers at once on one port, each from the address it asked"
    cs = [Client(("10.77.0.1", "10.77.0.9", "fd77::1")[i % 3], 6905) for i in range(40)]
    for c in cs: c.ask(request(RRQ, "big", windowsize=4)); c.recv(); c.send(ack(0))
    need(all(c.tid[:2] == c.server for c in cs), "another address")
    for c in cs: need([c.recv()[1] for _ in range(4)] == [1, 2, 3, 4], "window"); c.send(error(0))
    s = Client("10.77.0.1", 6905); s.ask(ack(1))
    try: s.recv()
    except Refused as e: need(e.code == 5, str(e))
def window():
    "-w caps the window"
    body, o = Client("10.77.0.1", 6901).get("big", windowsize=16, blksize=8192)
    need(body == big and o == {"windowsize": 2, "blksize": 1024}, str(o))
def broadcast():
    "requests to a broadcast or multicast address are ignored"
    for to in ("10.77.0.255", "255.255.255.255", "ff02::1%eth0"):
        c = Client(to, 69); c.s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        c.ask(request(RRQ, "small")); need(c.quiet(lambda: c.other_answer("10.77.0.1")), "answered on " + to)
def link_local():
    "IPv6 link-local addresses"
    c = Client(sys.argv[1] + "%eth0", 69)
    body, o = c.get("big", blksize=65464, windowsize=4)
    need(body == big and c.tid[0].split("%")[0] == sys.argv[1], str(c.tid))
run([ranged, single, window, broadcast, link_local])
EOF
# the address of br0 that every link has
local=$(ip -6 -o addr show dev br0 scope link | sed 's|.*inet6 \([^/]*\)/.*|\1|')
on pc python3 tids.py "$local" || failed=1
finish
