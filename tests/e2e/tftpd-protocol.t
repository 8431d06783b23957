#!/bin/sh
# Packet by packet: what RFC 1350, 2347, 2348, 2349, 7440 and RFC 1123, 4.2.3
# say, and what firmware does (uftpd's bugs 41, 43, 44, 45 among it).
# shellcheck disable=SC2154,SC2034 # pid_* come from start, failed is read by finish
. "$(dirname "$0")/../lib.sh"
need python3
mkdir "$T/d" && head -c 600000 /dev/urandom >"$T/d/big" && printf 'a\nb\r\nc' >"$T/d/text" &&
	head -c 1024 /dev/zero >"$T/d/full" && : >"$T/d/empty" && head -c 100 /dev/urandom >"$T/d/small"
ip addr add 127.0.0.9/8 dev lo
start tftpd "$BIN/tftpd-lite/tftpd-lite" -u "$user" -v "$T/d"
ready tftpd ready

PYTHONPATH=$SRC/tests/e2e PYTHONDONTWRITEBYTECODE=1 python3 - "$T/d" "$pid_tftpd" <<'EOF' || failed=1
import os, random, signal, socket, sys, time
from tftpd import *
d, pid = sys.argv[1], int(sys.argv[2])
big = open(d + "/big", "rb").read()

def refused(code, f, *a, **k):
    try:
        f(*a, **k)
    except Refused as e:
        need(e.code == code, "error %d, not %d (%s)" % (e.code, code, e.text))
        return e
    raise Bad("not refused")

def plain_read():
    "a read without options: DATA 1 at once, no OACK"
    c = Client(); c.ask(request(RRQ, "big"))
    need(c.recv()[:2] == (DATA, 1), "no DATA 1")
    need(c.tid[1] != 69, "answered from port 69")
    body, agreed = Client().get("big")
    need(body == big and agreed == {}, "bytes differ")

def sizes():
    "files of 0 bytes, of full blocks, of less"
    need(Client().get("empty")[0] == b"", "empty")
    need(Client().get("full")[0] == bytes(1024), "full")
    need(Client().get("full", blksize=1024)[0] == bytes(1024), "one full block")
    need(len(Client().get("small")[0]) == 100, "small")

def oack_exact():
    "the OACK names what was asked, nothing more, without padding (uftpd's bug 43)"
    for asked, want in (({"tsize": 0}, {"tsize": 600000}), ({"blksize": 1000}, {"blksize": 1000}),
                        ({"timeout": 3}, {"timeout": 3}), ({"windowsize": 9}, {"windowsize": 9}),
                        ({"BlkSize": 700, "rollover": 1, "multicast": ""}, {"blksize": 700}),
                        ({"blksize": 1468, "tsize": 0, "timeout": 1, "windowsize": 2},
                         {"blksize": 1468, "tsize": 600000, "timeout": 1, "windowsize": 2})):
        c = Client(); c.ask(request(RRQ, "big", **asked)); op, o, _ = c.recv()
        need(op == OACK and o == want, "%s: %s" % (asked, o)); c.send(error(0))
    c = Client(); c.ask(request(RRQ, "small", rollover=1))
    need(c.recv()[0] == DATA, "an OACK although nothing known was asked")

def bad_options():
    "option values their RFC refuses are error 8"
    for k, v in (("blksize", 7), ("blksize", "1k"), ("windowsize", 0), ("timeout", 0), ("timeout", 256), ("tsize", "x")):
        refused(8, Client().get, "small", **{k: v})

def large_blocks():
    "blksize up to 65464 where the MTU (of lo) carries it"
    body, o = Client().get("big", blksize=65464, tsize=0)
    need(body == big and o["blksize"] == 65464, "%s" % o)
    need(Client().get("big", blksize=65535)[1]["blksize"] == 65464, "above the maximum")

def windows():
    "windowsize, whole files"
    for w in (1, 2, 7, 16, 64):
        body, o = Client().get("big", blksize=1468, windowsize=w)
        need(body == big and o["windowsize"] == w, "window %d" % w)
    need(Client().get("big", windowsize=65535)[1]["windowsize"] == 64, "cap of the window")

def window_resumes():
    "a window is resumed from the last block acknowledged, a repeated ACK answered once"
    c = Client(); c.ask(request(RRQ, "big", windowsize=4, timeout=5)); c.recv(); c.send(ack(0))
    need([c.recv()[1] for _ in range(4)] == [1, 2, 3, 4], "first window")
    c.send(ack(2)); c.send(ack(2)); c.send(ack(2))
    need([c.recv()[1] for _ in range(4)] == [3, 4, 5, 6], "not resumed at 3")
    need(c.quiet(), "resumed twice")
    c.send(error(0))

def losses():
    "one packet of ten lost: still whole, and quickly"
    r = random.Random(7); begin = time.time()
    lose = lambda n: r.random() < 0.1
    need(Client().get("big", blksize=8192, lose=lose)[0] == big, "lock-step")
    need(Client().get("big", blksize=1468, windowsize=8, lose=lose)[0] == big, "windows")
    need(time.time() - begin < 40, "took %.1f s" % (time.time() - begin))

def sorcerer():
    "late and repeated ACKs send nothing (the Sorcerer's Apprentice, uftpd's bug 44)"
    c = Client(); c.ask(request(RRQ, "big", timeout=5)); c.recv(); c.send(ack(0)); c.recv()
    c.send(ack(1)); need(c.recv()[1] == 2, "block 2")
    for n in (1, 1, 0, 5, 65535, 3): c.send(ack(n))
    need(c.quiet(), "answered")
    c.send(ack(2)); need(c.recv()[1] == 3, "block 3")
    c.send(error(0))

def wraps():
    "past 65535 blocks the number is 0 (uftpd's bug 45)"
    body, o = Client().get("big", blksize=8, windowsize=16)
    need(body == big and len(big) // 8 > 65536, "bytes differ")

def repeated_request():
    "the same request again belongs to the transfer it started (uftpd's bug 41)"
    c = Client(); q = request(RRQ, "big", timeout=5); c.ask(q); c.recv()
    c.ask(q); need(c.recv()[0] == OACK, "not repeated from the same port")
    c.send(ack(0)); need(c.recv()[1] == 1, "block 1"); c.send(ack(1)); need(c.recv()[1] == 2, "block 2")
    c.ask(q); need(c.quiet(), "started anew")
    c.send(error(0))

def another_request():
    "another request from the same port: the client has gone on"
    c = Client(); c.ask(request(RRQ, "big")); c.recv(); c.ask(request(RRQ, "small")); c.tid = None
    op, n, rest = c.recv()
    while rest == big[:512]:
        c.tid = None; op, n, rest = c.recv()
    need(n == 1 and len(rest) == 100, "not the new file"); c.send(ack(1))

def probe():
    "size probes ended by error 8 or 0 (EDK2), then the read from the same port"
    c = Client()
    for code in 50 * (8, 0):
        c.ask(request(RRQ, "big", tsize=0, blksize=1468)); op, o, _ = c.recv()
        need(o["tsize"] == 600000, "size"); c.send(error(code, "User aborted the transfer")); c.tid = None
    need(c.get("big", tsize=0, blksize=1468)[0] == big, "read after the probe")

def probe_left_behind():
    "the same request right behind the error is a new transfer"
    for _ in range(100):
        c = Client(); q = request(RRQ, "big", tsize=0); c.ask(q); c.recv()
        c.send(error(8)); c.ask(q); c.tid = None
        c.recv(); c.send(ack(0)); need(c.recv()[1] == 1, "block 1"); c.send(error(0))

def restart_behind_others():
    "... also where its end waits behind a queue of packets"
    # a client that takes a new socket at once may get the port of its last transfer
    c = Client(); q = request(RRQ, "small", tsize=0); c.ask(q); c.recv(); c.send(ack(0)); c.recv()
    os.kill(pid, signal.SIGSTOP)
    for _ in range(200): c.send(ack(0))
    c.send(ack(1)); c.ask(q); os.kill(pid, signal.SIGCONT); c.tid = None
    need(c.recv()[0] == OACK, "no new transfer"); c.send(error(0))

def not_found():
    "unknown names are error 1 at once"
    begin = time.time()
    for n in ("pxelinux.cfg/01-52-54-00-12-34-56", "nope", "/", "", "..", "../d/nope", "text/more", "x" * 400):
        refused(1, Client().get, n)
    need(time.time() - begin < 8, "slow")

def option_pairs():
    "an unknown option behind a known one"
    need(Client().get("small", blksize=1500, foo="bar")[1] == {"blksize": 1500}, "options")

def trailing_garbage():
    "garbage behind a whole request: served without options (Apple's Open Firmware; toybox' pull request 297)"
    small = open(d + "/small", "rb").read()
    for before, tail in (({}, b"\xff\x12garb"), ({}, b"tsize\0"), ({}, b"tsize\0" + b"0"), ({"tsize": 0}, b"xyz"),
                         ({"blksize": 1500}, b"foo"), ({"blksize": 1500}, b"foo\0"), ({"blksize": 7}, b"foo\0ba")):
        c = Client(); c.ask(request(RRQ, "small", **before) + tail)
        need(c.recv() == (DATA, 1, small), "%s %s" % (before, tail)); c.send(ack(1))
    c = Client(); c.ask(request(RRQ, "nope") + b"\xff\x12garb"); refused(1, c.recv)
    c = Client(); c.ask(request(WRQ, "new") + b"\xff\x12garb"); refused(2, c.recv)

def nothing_left():
    "requests that fail leave no process and no descriptor behind (uftpd's bugs 31, 32 and 41)"
    def fds(): return len(os.listdir("/proc/%d/fd" % pid))
    def children(): return [p for p in os.listdir("/proc") if p.isdigit() and
                            open("/proc/%s/stat" % p).read().rsplit(")", 1)[1].split()[1] == str(pid)]
    before = fds()
    for _ in range(30):
        refused(1, Client().get, "nope"); refused(2, Client().put, "new", b"x"); refused(8, Client().get, "small", blksize=7)
        c = Client(); q = request(RRQ, "big"); c.ask(q); c.recv(); c.ask(q); c.recv(); c.send(error(3))
    end = time.time() + 30
    while fds() > before and time.time() < end: time.sleep(0.05)
    need(fds() <= before and not children(), "%d descriptors, %d before; %s" % (fds(), before, children()))

def uploads_off():
    "uploads are error 2 without -c"
    refused(2, Client().put, "new", b"x")
    need(not os.path.exists(d + "/new"), "it is there")

def wrong_tid():
    "a stranger on a transfer's port gets error 5, the transfer goes on"
    c = Client(); c.ask(request(RRQ, "big")); c.recv()
    s = Client(); s.tid = c.tid; s.send(ack(1)); refused(5, s.recv)
    c.send(ack(1)); need(c.recv()[1] == 2, "disturbed"); c.send(error(0))
    s = Client(); s.ask(ack(1)); refused(5, s.recv)
    s = Client(); s.ask(data(1, b"x")); refused(5, s.recv)

def malformed():
    "nonsense is error 4, or nothing; the server goes on"
    for p in (b"", b"\0"): # an answer would be more than three times as long
        c = Client(); c.ask(p); need(c.quiet(), "%d bytes were answered" % len(p))
    for p in (b"\0\1", b"\0\1name", b"\0\1name\0octet", b"\0\1name\0octe\xff",
              b"\0\7xx", b"\xff" * 600, request(RRQ, "small", "mail"), b"\0\1" + b"a" * 3000 + b"\0octet\0"):
        c = Client(); c.ask(p); refused(4, c.recv)
    for p in (error(5), b"\0\5", b"\0\5\0"):
        c = Client(); c.ask(p); need(c.quiet(), "an error was answered")
    r = random.Random(1); c = Client()
    for _ in range(3000): c.ask(r.randbytes(r.randrange(1500)))
    need(Client().get("small")[0] == open(d + "/small", "rb").read(), "it no longer serves")

def strays():
    "what UDP may repeat or delay, and what says nothing, does not end a transfer"
    for p in (data(1, b"x"), b"\0\6", b"junk", request(RRQ, "big"), request(WRQ, "big"), b"\0\5", b"\0", b""):
        c = Client(); c.ask(request(RRQ, "big")); need(c.recv()[1] == 1, "block 1"); c.send(p); c.send(ack(1))
        got = c.recv()
        while got[:2] == (DATA, 1): got = c.recv()       # sent again meanwhile
        need(got[:2] == (DATA, 2), "%r: %s" % (p, got[:2])); c.send(error(0))

def netascii():
    "netascii: CR LF, CR NUL, without tsize"
    body, o = Client().get("text", mode="netascii", tsize=0, blksize=8)
    need(body == b"a\r\nb\r\0\r\nc" and o == {"blksize": 8}, "%r %s" % (body, o))
    need(Client().get("text", mode="NetASCII")[0] == b"a\r\nb\r\0\r\nc", "without options")
    need(Client().get("big", mode="octet", blksize=1024)[0] == big, "octet is untouched")

def source_address():
    "answers leave from the address that was asked"
    for host in ("127.0.0.1", "127.0.0.9", "::1"):
        c = Client(host); c.ask(request(RRQ, "small")); c.recv()
        need(c.tid[0] == host, "%s answered for %s" % (c.tid[0], host)); c.send(error(0))

def timeout_option():
    "the client's timeout is when the server sends again"
    c = Client(); c.ask(request(RRQ, "big", timeout=2)); c.recv(); begin = time.monotonic(); c.send(ack(0)); c.recv()
    need(c.recv()[1] == 1, "again"); took = time.monotonic() - begin
    need(took > 1.9, "%.2f s, as without the option" % took); c.send(error(0))

def only_client():
    "a client that is alone, and fast, keeps no other one waiting"
    c, other = Client(), Client()
    c.ask(request(RRQ, "big", blksize=8)); c.recv(); c.send(ack(0))
    for _ in range(1000): c.send(ack(c.recv()[1]))
    other.ask(request(RRQ, "small", tsize=0)); other.s.setblocking(False)
    for late in range(1000):                            # blocks, whatever time they take
        c.send(ack(c.recv()[1]))
        try: other.recv(); break
        except BlockingIOError: pass
    need(late < 500, "answered after %d blocks of the first" % late); c.send(error(0)); other.send(error(0))

run([only_client, plain_read, sizes, oack_exact, bad_options, large_blocks, windows, window_resumes, losses, sorcerer, wraps,
     repeated_request, another_request, probe, probe_left_behind, restart_behind_others, not_found, option_pairs, trailing_garbage, nothing_left, uploads_off, wrong_tid, malformed, strays, netascii,
     source_address, timeout_option])
EOF
# Blocks over the MTU, as -b orders: the kernel takes no batch of them, only one by one.
ip link set lo mtu 1000
start over "$BIN/tftpd-lite/tftpd-lite" -u "$user" -b 65464 -l 127.0.0.1:6969 "$T/d"
ready over ready
PYTHONPATH=$SRC/tests/e2e PYTHONDONTWRITEBYTECODE=1 python3 - "$T/d" <<'EOF' || failed=1
import sys
from tftpd import *
big = open(sys.argv[1] + "/big", "rb").read()

def over_mtu():
    "windows of blocks larger than the MTU arrive, in fragments"
    body, o = Client(port=6969).get("big", blksize=1468, windowsize=16)
    need(body == big and o == {"blksize": 1468, "windowsize": 16}, "%s" % o)

run([over_mtu])
EOF
stop over
start single "$BIN/tftpd-lite/tftpd-lite" -u "$user" -s -l 127.0.0.1:6970 "$T/d"
ready single ready
PYTHONPATH=$SRC/tests/e2e PYTHONDONTWRITEBYTECODE=1 python3 - <<'EOF' || failed=1
from tftpd import *

def strays():
    "... nor on the listening port (-s), where no client takes an ERROR for anything but the end"
    for p in (data(1, b"x"), b"\0\6", b"junk", b"\0\4", b"\0\5", b"\0\7ab", b"\0", b""):
        c = Client(port=6970); c.ask(request(RRQ, "big")); need(c.recv()[1] == 1, "block 1"); c.send(p); c.send(ack(1))
        got = c.recv()
        while got[:2] == (DATA, 1): got = c.recv()       # sent again meanwhile
        need(got[:2] == (DATA, 2), "%r: %s" % (p, got[:2])); c.send(error(0))

run([strays])
EOF
stop single
ip link set lo mtu 65536
check 'a probe is logged as one' grep -q 'read "big" probe .*error=8 message="User aborted' "$T/tftpd.log"
check 'a read is logged with its options' grep -Eq '^tftpd-lite: 127.0.0.1:[0-9]+ read "big" done bytes=600000 blksize=1468 windowsize=16 resent=[0-9]+ seconds=[0-9.]+ rate=' "$T/tftpd.log"
check '-v: what was asked, and from where' grep -Eq 'read "big" begins from=127.0.0.1:[0-9]+ asked: blksize=1468 windowsize=16' "$T/tftpd.log"
check '-v: that options were left out' grep -q 'served without options' "$T/tftpd.log"
check 'what is not there is logged as such' grep -q 'read "pxelinux.cfg/01-52-54-00-12-34-56" not-found' "$T/tftpd.log"
check 'nonsense is logged a few times only' sh -c "[ \$(grep -c malformed '$T/tftpd.log') -le 60 ]"
stop tftpd
check 'SIGTERM ends it with 0' test $? -eq 0
finish
