#!/bin/sh
# Uploads (-c): new files only, whole or not at all; what the peers' clients
# and a careless one do (uftpd's bug 41: a repeated WRQ).
# shellcheck disable=SC2154,SC2034 # pid_* come from start, failed is read by finish
. "$(dirname "$0")/../lib.sh"
need python3 tftp curl
mkdir "$T/d" "$T/full" "$T/ro" && mkdir "$T/d/sub" && chmod 777 "$T/d" "$T/d/sub"
mount -t tmpfs -o size=64k,mode=777 none "$T/full"
head -c 300000 /dev/urandom >"$T/body"
echo old >"$T/d/old"
start tftpd "$BIN/tftpd-lite/tftpd-lite" -u "$user" -v -c -t 3 "$T/d"
ready tftpd ready
start full "$BIN/tftpd-lite/tftpd-lite" -u "$user" -c -l :6969 "$T/full"
ready full ready
cd "$T" || exit 1

check 'tftp-hpa puts' sh -c "printf 'binary\nput body hpa\n' | tftp 127.0.0.1 && cmp body d/hpa"
check 'curl puts' sh -c "curl -s -T body tftp://127.0.0.1/curl && cmp body d/curl"
check 'busybox puts' sh -c "busybox tftp -p -l body -r bb -b 1400 127.0.0.1 && cmp body d/bb"
check 'text arrives as text' sh -c "printf 'a\nb\n' >t && printf 'ascii\nput t text\n' | tftp 127.0.0.1 && cmp t d/text"
check_not 'an existing file is refused' busybox tftp -p -l body -r old 127.0.0.1
check 'and stays what it was' grep -qx old d/old

PYTHONPATH=$SRC/tests/e2e PYTHONDONTWRITEBYTECODE=1 python3 - "$T" <<'EOF' || failed=1
import os, sys, time
from tftpd import *
T = sys.argv[1]
body = open(T + "/body", "rb").read()

def refused(code, f, *a, **k):
    try:
        f(*a, **k)
    except Refused as e:
        need(e.code == code, "error %d, not %d (%s)" % (e.code, code, e.text))
        return
    raise Bad("not refused")

def same(name):
    return open(T + "/d/" + name, "rb").read() == body

def names():
    "error 6, 1 and 2: exists, no such directory, not ours"
    for n in ("old", "/old", "sub/../old"): refused(6, Client().put, n, b"x")
    for n in ("nope/new", "../new", "old/new", "", "/"): refused(1, Client().put, n, b"x")
    need(not os.path.exists(T + "/new"), "outside")

def options():
    "blksize, windowsize and tsize"
    for i, o in enumerate(({"blksize": 1468}, {"blksize": 8192, "windowsize": 16}, {"tsize": len(body)}, {"windowsize": 3})):
        need(Client().put("o%d" % i, body, **o) == o and same("o%d" % i), "%s" % o)

def trailing_garbage():
    "garbage behind a whole request: taken without options"
    c = Client(); c.ask(request(WRQ, "garbage", blksize=1468) + b"\xff\x12garb"); need(c.recv()[:2] == (ACK, 0), "no ACK 0")
    c.send(data(1, b"x")); need(c.recv()[:2] == (ACK, 1), "no ACK 1")
    need(open(T + "/d/garbage", "rb").read() == b"x", "differs")

def wraps():
    "past 65535 blocks"
    Client().put("wrap", body * 2, blksize=8, windowsize=64)
    need(open(T + "/d/wrap", "rb").read() == body * 2, "differs")

def lost():
    "ACKs lost, DATA twice, a gap in a window"
    c = Client(); c.ask(request(WRQ, "lost", timeout=2)); c.recv(); c.send(data(1, body[:512])); need(c.recv()[1] == 1, "1")
    c.send(data(1, body[:512])); need(c.recv()[1] == 1, "again")
    c.send(data(3, b"x" * 512)); need(c.quiet(), "ACK of what was not due")
    c.send(data(2, b"end")); need(c.recv()[1] == 2, "2")
    c.send(data(2, b"end")); need(c.recv()[1] == 2, "last ACK again")
    need(open(T + "/d/lost", "rb").read() == body[:512] + b"end", "differs")
    c = Client(); c.ask(request(WRQ, "gap", windowsize=4, timeout=2)); c.recv()
    for n in (1, 3, 4): c.send(data(n, bytes([n]) * 512))
    need(c.recv()[1] == 1 and c.quiet(), "the gap is told once")
    for n in (2, 3, 4, 5): c.send(data(n, bytes([n]) * (512 if n < 5 else 9)))
    need(c.recv()[1] == 5, "after the gap")
    need(len(open(T + "/d/gap", "rb").read()) == 4 * 512 + 9, "length")

def repeated():
    "the same WRQ again belongs to the transfer it started"
    c = Client(); q = request(WRQ, "again", timeout=2); c.ask(q); c.recv()
    c.ask(q); need(c.recv()[0] == OACK, "not repeated")
    c.send(data(1, b"x" * 512)); need(c.recv()[1] == 1, "1")
    c.ask(q); need(c.quiet(), "reopened")
    c.send(data(2, b"y")); need(c.recv()[1] == 2, "2")
    need(os.path.getsize(T + "/d/again") == 513, "size")

def vanished():
    "a client that goes away leaves nothing"
    before = set(os.listdir(T + "/d"))
    for end in (lambda c: c.send(error(0, "stop")), lambda c: c.s.close()):
        c = Client(); c.ask(request(WRQ, "half")); c.recv(); c.send(data(1, b"x" * 512)); c.recv()
        need(set(os.listdir(T + "/d")) == before, "a name before the end"); end(c)
    end = time.monotonic() + 30                         # -t 3: both are over when the log says so
    while open(T + "/tftpd.log").read().count('write "half" ') < 2 and time.monotonic() < end: time.sleep(0.1)
    need(time.monotonic() < end, "not given up")
    need(set(os.listdir(T + "/d")) == before, "%s" % (set(os.listdir(T + "/d")) - before))

def race():
    "two at once with one name: one is whole, the other error 6"
    a, b = Client(), Client()
    for c in (a, b): c.ask(request(WRQ, "race")); c.recv()
    a.send(data(1, b"a")); a.recv(); b.send(data(1, b"b"))
    refused(6, b.recv)
    need(open(T + "/d/race", "rb").read() == b"a", "differs")

def disk_full():
    "a full disk is error 3, before it starts when the size is told"
    refused(3, Client(port=6969).put, "big", body, tsize=len(body))
    refused(3, Client(port=6969).put, "big", body)
    need(os.listdir(T + "/full") == [], "%s" % os.listdir(T + "/full"))
    Client(port=6969).put("fits", body[:30000])
    need(os.path.getsize(T + "/full/fits") == 30000, "after it")

run([names, options, trailing_garbage, wraps, lost, repeated, vanished, race, disk_full])
EOF
# without /proc an unnamed file cannot get its name: the way NFS goes
mkdir "$T/aside" && chmod 777 "$T/aside"
start aside env ASAN_OPTIONS=detect_leaks=0 unshare -m sh -c "umount -l /proc; exec '$BIN/tftpd-lite/tftpd-lite' -u $user -c -l :6970 '$T/aside'"
ready aside ready
printf 'mode octet\nput body whole\n' | tftp 127.0.0.1 6970 >/dev/null
check 'without unnamed files, too' cmp body aside/whole
(printf 'mode octet\nput body whole\n' | tftp 127.0.0.1 6970) >"$T/said" 2>&1
check 'and not over another file' grep -q 'File exists' "$T/said"
check 'nothing else is there' test "$(ls -A "$T/aside")" = whole
stop aside

check 'an upload is logged' grep -Eq 'write "hpa" done bytes=300000 ' "$T/tftpd.log"
check 'so is a refusal' grep -q 'write "old" refused error=6 (File exists)' "$T/tftpd.log"
stop tftpd
check 'nothing but whole files' sh -c "! ls -A '$T/d' | grep -q '^\\.'"
check 'files belong to the user it became' sh -c "[ \$(stat -c %U '$T/d/hpa') = nobody ] || [ \$(stat -c %u '$T/d/hpa') = \$(id -u) ]"
umount "$T/full" 2>/dev/null || { stop full; umount "$T/full"; }

# ---- files that are there
mkdir "$T/again" "$T/again/roots" && chmod 777 "$T/again"
for n in mine roots/open roots/shut roots/long; do echo old >"$T/again/$n"; done
chmod 666 "$T/again/roots/open" "$T/again/roots/long" && head -c 400000 /dev/zero >"$T/again/roots/long"
put() { busybox tftp -p -l body -r "$2" 127.0.0.1:"$1"; }
puts() { put "$1" "$2" && cmp body "again/$2"; }
start again "$BIN/tftpd-lite/tftpd-lite" -u "$user" -c -l :6971 "$T/again"
start replace "$BIN/tftpd-lite/tftpd-lite" -u "$user" -c -o -l :6972 "$T/again"
ready again ready
ready replace ready
if [ "$user" != root ]; then
	check 'mode 0666 in a directory of root: copied over' puts 6971 roots/open
	check 'a longer one is cut' puts 6971 roots/long
	check 'it is still the file that root made' test "$(stat -c '%U %a' again/roots/open)" = 'root 666'
	check_not 'one that may not be written to stays' put 6972 roots/shut
	check 'as it was' grep -qx old again/roots/shut
	PYTHONPATH=$SRC/tests/e2e PYTHONDONTWRITEBYTECODE=1 python3 - "$T" <<'EOF' || failed=1
import sys
from tftpd import *
T = sys.argv[1]
def broken():
    "a broken upload changes nothing"
    before = open(T + "/again/roots/open", "rb").read()
    c = Client("127.0.0.1", 6971); c.ask(request(WRQ, "roots/open")); c.recv()
    c.send(data(1, b"x" * 512)); need(c.recv()[:2] == (ACK, 1), "ACK 1"); c.send(error(0))
    Client("127.0.0.1", 6971).put("roots/long", b"whole")
    need(open(T + "/again/roots/open", "rb").read() == before, "changed")
    need(open(T + "/again/roots/long", "rb").read() == b"whole", "not whole")
run([broken])
EOF
	chown "$user" again/mine
fi
check_not 'without -o a file stays' put 6971 mine
check 'with it, it is replaced' puts 6972 mine
check 'the next night, too' puts 6972 mine
check 'nothing is left beside them' test -z "$(find again -name '.upload*')"
check 'no call was refused' test "$(cat "$T"/*.log | grep -c 'this program does not make it')" -eq 0
check_rc 2 '-o alone' "$BIN/tftpd-lite/tftpd-lite" -o "$T/again"
finish
