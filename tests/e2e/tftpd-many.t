#!/bin/sh
# Many at once: 500 transfers in one process, whole and verified, with and
# without loss, on ports of their own, in a range, on one port; descriptors and
# memory come back; an address that never answers gets little.
# shellcheck disable=SC2154,SC2034 # pid_* come from start, failed is read by finish
. "$(dirname "$0")/../lib.sh"
need python3
mkdir "$T/d" && head -c 150000 /dev/urandom >"$T/d/a" && head -c 99840 /dev/urandom >"$T/d/b"
start own "$BIN/tftpd-lite/tftpd-lite" -u "$user" -l 127.0.0.1:6901 -t 5 "$T/d"
start range "$BIN/tftpd-lite/tftpd-lite" -u "$user" -l 127.0.0.1:6902 -P 50000-50003 "$T/d"
start single "$BIN/tftpd-lite/tftpd-lite" -u "$user" -l 127.0.0.1:6903 -s "$T/d"
start held "$BIN/tftpd-lite/tftpd-lite" -u "$user" -l 127.0.0.1:6904 -s "$T/d"
for s in own range single held; do ready $s ready; done

cat >"$T/many.py" <<'EOF'
import hashlib, os, random, selectors, signal, socket, sys, time
sys.path.insert(0, sys.argv[1] + "/tests/e2e"); sys.dont_write_bytecode = True
from tftpd import *
d, pids = sys.argv[2], [int(p) for p in sys.argv[3:]]
files = {n: open(d + "/" + n, "rb").read() for n in "ab"}
r = random.Random(3)

class Reader:
    """One of many: never blocks, asks again after 0.5 s of silence."""
    def __init__(self, port, name, loss, window):
        self.s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); self.s.setblocking(False)
        self.port, self.name, self.loss = port, name, loss
        self.window, self.expect, self.since, self.tid, self.out, self.done = window, 1, 0, None, [], False
        self.last = request(RRQ, name, blksize=1468, windowsize=window); self.send(self.last)
    def send(self, p):
        self.last, self.at = p, time.monotonic()
        if r.random() >= self.loss: self.s.sendto(p, self.tid or ("127.0.0.1", self.port))
    def input(self):
        p, who = self.s.recvfrom(2000)
        if r.random() < self.loss: return
        self.tid = self.tid or who; need(who == self.tid, "from %s and %s" % (self.tid, who))
        op, n = struct.unpack("!HH", p[:4])
        if op == OACK:
            need(parse_oack(p) == {"blksize": 1468, "windowsize": self.window}, "OACK")
            if not self.out: self.send(ack(0))
            return
        need(op == DATA, "op %d: %r" % (op, p[:60]))
        if n != self.expect:
            if n == self.expect - 1: self.send(ack(n))      # our ACK got lost
            return
        self.out.append(p[4:]); self.since += 1; self.done = len(p) < 1472
        if self.done or self.since == self.window: self.send(ack(n)); self.since = 0
        self.expect += 1
    def idle(self, now):
        if now - self.at > 0.5:
            if self.tid and self.out: self.last = ack(self.expect - 1); self.since = 0
            self.send(self.last)

def fetch(port, n, loss=0, window=1, limit=150):
    sel, end, tick = selectors.DefaultSelector(), time.monotonic() + limit, 0
    all = [Reader(port, "ab"[i % 2], loss, window) for i in range(n)]
    for c in all: sel.register(c.s, selectors.EVENT_READ, c)
    left = n
    while left and time.monotonic() < end:
        for key, _ in sel.select(0.1):
            key.data.input()
            if key.data.done: sel.unregister(key.data.s); left -= 1
        if time.monotonic() - tick > 0.1:
            tick = time.monotonic()
            for c in all:
                if not c.done: c.idle(tick)
    need(left == 0, "%d of %d not done" % (left, n))
    for c in all:
        need(b"".join(c.out) == files[c.name], "bytes differ"); c.s.close()

def fds(pid): return len(os.listdir("/proc/%d/fd" % pid))

def own():
    "500 at once, each whole"
    fetch(6901, 500)
def windows():
    "200 at once with windows of 8"
    fetch(6901, 200, window=8)
def ranged():
    "500 at once over 4 ports"
    fetch(6902, 500)
def single():
    "500 at once over one port"
    fetch(6903, 500, window=4)
def lossy():
    "300 at once from one address, 5 % lost in both directions"
    fetch(6901, 300, loss=0.05)
def given_back():
    "descriptors are given back"
    before = [fds(p) for p in pids]; fetch(6901, 100); fetch(6903, 100)
    end = time.monotonic() + 30
    while time.monotonic() < end and fds(pids[0]) > 10: time.sleep(0.1)
    need(fds(pids[0]) <= 10 and fds(pids[2]) <= 10, "%s then %s" % (before, [fds(p) for p in pids]))
def unanswered():
    "an address that never answers is paid back at most three times"
    c = Client(port=6901, bind=("127.0.0.77", 0)); c.ask(request(RRQ, "a")); end = time.time() + 8; got = []
    while time.time() < end:
        try: got.append(len(c.recv(0.5)[2]))
        except socket.timeout: pass
        except Refused as e: got.append(0)
    need(len(got) == 1 and max(got) <= 512, str(got))
def flood():
    "3000 forged requests: little is sent, others are served"
    def sent():
        udp = [l.split() for l in open("/proc/net/snmp") if l.startswith("Udp:")]
        return int(udp[1][udp[0].index("OutDatagrams")])
    before = sent()
    for i in range(3000):
        f = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); f.bind(("127.0.0.7", 0))
        f.sendto(request(RRQ, "a", tsize=0), ("127.0.0.1", 6901)); f.close()
        if i % 50 == 0: time.sleep(0.01)
    time.sleep(2)
    n = sent() - before - 3000                        # an OACK each, and one again while it is paid for
    need(n <= 6000, "%d datagrams" % n)
    need(Client(port=6901).get("a", blksize=1468)[0] == files["a"], "bytes differ")

def ask_all(port, n, name, host):
    all = []
    for i in range(n):
        c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); c.bind((host, 0)); c.setblocking(False)
        c.sendto(request(RRQ, name, blksize=1468), ("127.0.0.1", port)); all.append(c)
    return all
def hear(socks, limit, take):
    sel, end, left = selectors.DefaultSelector(), time.monotonic() + limit, len(socks)
    for c in socks: sel.register(c, selectors.EVENT_READ)
    while left and time.monotonic() < end:
        for key, _ in sel.select(0.1):
            p, who = key.fileobj.recvfrom(2000)
            if take(key.fileobj, p, who): sel.unregister(key.fileobj); left -= 1
    return left
def lab():
    "200 that begin at once behind one address: none has to ask again, not even where the first answer got lost"
    all = ask_all(6901, 200, "b", "127.0.0.9"); deaf = set(all[::5])
    def take(c, p, who):
        need(p[1] == OACK, "op %d" % p[1])
        if c in deaf: deaf.remove(c); return False
        c.sendto(error(0), who); return True
    left = hear(all, 30, take)
    need(left == 0, "%d of 200 heard nothing" % left)
    for c in all: c.close()
def held_up():
    "a server that was held up looks for answers before it sends again"
    all, tid = ask_all(6904, 300, "b", "127.0.0.1"), {}
    def first(c, p, who): c.sendto(ack(0), who); tid[c] = who; return True
    need(hear(all, 30, first) == 0, "no first answer")
    need(hear(all, 30, lambda c, p, who: p[1] == DATA) == 0, "no block 1")
    os.kill(pids[3], signal.SIGSTOP)
    for c in all:                                       # what was sent before
        try:
            while c.recv(2000): pass
        except BlockingIOError: c.sendto(ack(1), tid[c])
    time.sleep(1.5); os.kill(pids[3], signal.SIGCONT)    # past every deadline
    got = []
    need(hear(all, 30, lambda c, p, who: got.append(p[3]) or p[3] == 2) == 0, "no block 2")
    need(got.count(1) == 0, "%d were sent block 1 again" % got.count(1))
    for c in all: c.sendto(b"\0\5\0\0bye\0", tid[c]); c.close()

run([flood, lab, held_up, own, windows, ranged, single, lossy, unanswered, given_back])
EOF
python3 "$T/many.py" "$SRC" "$T/d" "$pid_own" "$pid_range" "$pid_single" "$pid_held" || failed=1
rss=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid_own/status")
case $(nm "$BIN/tftpd-lite/tftpd-lite" 2>/dev/null | grep -c __asan_init) in
0) check "500 transfers in less than 16 MiB ($rss KiB)" test "$rss" -lt 16384 ;;
*) skip 'memory: a sanitizer build' ;;
esac
stop own
check 'every one is in the log, or counted there' test "$(sed -n 's/.* \([0-9]*\) requests\? w[ae].* not shown.*/\1/p' "$T/own.log" | awk \
	-v "n=$(grep -c 'read "[ab]" done' "$T/own.log")" '{ n += $1 } END { print n }')" -ge 800
finish
