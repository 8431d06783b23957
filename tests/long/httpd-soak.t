#!/bin/sh
# httpd-boot under long load: ten thousand idle connections, clients
# that send or read nothing while others download, and a million requests of
# all kinds without growth.
. "$(dirname "$0")/../lib.sh"
need curl python3
H=$BIN/httpd-boot/httpd-boot
LOAD=$SRC/build/obj/tests/bench/httpd-boot/load
W=$T/www
mkdir -p "$W/dir" "$T/log"
[ "$user" = root ] || chown "$user" "$T/log"
echo hello >"$W/a"
head -c 4096 /dev/urandom >"$W/small"
head -c 100000 /dev/urandom >"$W/middle"
head -c 20000000 /dev/urandom >"$W/image"
for i in $(seq 50); do : >"$W/dir/file$i"; done
touch -d '1 hour ago' "$W"/*

workers() { cat "/proc/$1/task/$1/children"; }
# KiB in memory, and descriptors open, of a server with all its workers
resident() {
	for resident_pid in $1 $(workers "$1"); do sed -n 's/^VmRSS:\s*\([0-9]*\) kB/\1/p' "/proc/$resident_pid/status"; done |
		awk '{ n += $1 } END { print n }'
}
descriptors() {
	for descriptors_pid in $1 $(workers "$1"); do ls "/proc/$descriptors_pid/fd"; done | wc -l
}
pid() { eval "echo \$pid_$1"; }

# ---- idle ----------------------------------------------------------------------
if awk '/^Max open files/ { exit !($5 == "unlimited" || $5 >= 20000) }' /proc/self/limits; then
	start idle hold tcp:127.0.0.1:80 -- "$H" -u "$user" -j 2 -t 20 "$W"
	ready idle 'ready:'
	cat >"$T/idle.py" <<'PY'
# 10,000 connections that asked once; says so, and when the server has closed all
import resource, select, socket, time
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
poll, conns = select.epoll(), {}
for i in range(10000):
    c = socket.create_connection(("127.0.0.1", 80), source_address=(f"127.0.0.{i % 4 + 2}", 0))
    c.sendall(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
    conns[c.fileno()] = c
for c in conns.values():
    c.settimeout(20)
    assert c.recv(4096).startswith(b"HTTP/1.1 200 ")
    poll.register(c, select.EPOLLIN)
print("idle", flush=True)
end = time.time() + 60
while conns and time.time() < end:
    for fd, _ in poll.poll(1):
        assert conns[fd].recv(100) == b""
        poll.unregister(fd)
        conns.pop(fd).close()
print("closed" if not conns else f"{len(conns)} left", flush=True)
PY
	python3 "$T/idle.py" >"$T/idle.out" 2>&1 &
	check "10,000 connections, each asked once" wait_for 60 grep -q idle "$T/idle.out"
	kib=$(resident "$(pid idle)")
	echo "# resident: $kib KiB"
	check "are held within 32 MiB" test "$kib" -le 32768
	check "others are served meanwhile" "$LOAD" -c 4 -n 40 127.0.0.1 80 /image
	check "they are closed when -t is over" wait_for 60 grep -q closed "$T/idle.out"
	stop idle
else
	skip "the limit of open files is too low for 10,000 connections"
fi

# ---- clients that hold on ----------------------------------------------------------
start web hold tcp:127.0.0.1:80 -- "$H" -u "$user" -j 2 -t 8 "$W"
ready web 'ready:'
cat >"$T/slow.py" <<'PY'
# 300 that send a byte a second, 300 that ask and never read; says when all were dropped
import select, socket, time
def dial(text):
    c = socket.socket()
    c.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    c.connect(("127.0.0.1", 80))
    c.sendall(text)
    return c
senders = [dial(b"G") for _ in range(300)]
takers = [dial(b"GET /image HTTP/1.1\r\nHost: x\r\n\r\n") for _ in range(300)]
print("begun", flush=True)
start, rest = time.time(), b"ET /a HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 100
for i in range(len(rest)):
    time.sleep(1)
    for c in list(senders):
        try:
            c.sendall(rest[i:i + 1])
            if select.select([c], [], [], 0)[0]:    # 408, or closed
                senders.remove(c)
        except OSError:
            senders.remove(c)
    if not senders:
        break
print("senders dropped after", round(time.time() - start), flush=True)
def cut(c):
    got = 0
    c.settimeout(10)
    try:
        while (more := len(c.recv(1 << 20))):
            got += more
    except OSError:
        pass
    return got < 20000000
time.sleep(max(0, 25 - (time.time() - start)))
print("takers dropped" if all(cut(c) for c in takers) else "takers were served", flush=True)
PY
speed() { "$LOAD" -c 8 -n 200 127.0.0.1 80 /image | awk '{ print $2 }'; }
for _ in 1 2 3; do speed; done | sort -n | sed -n 2p >"$T/alone"
python3 "$T/slow.py" >"$T/slow.out" 2>&1 &
wait_for 30 grep -q begun "$T/slow.out"
for _ in 1 2 3; do speed; done | sort -n | sed -n 2p >"$T/beside"
echo "# GiB a second: $(cat "$T/alone") alone, $(cat "$T/beside") beside the slow ones"
check "others are served at full speed beside 600 that hold on" awk -v a="$(cat "$T/alone")" -v b="$(cat "$T/beside")" 'BEGIN { exit !(b > a * 0.7) }'
check "a byte a second: dropped by deadline" wait_for 90 grep -q 'senders dropped after \([5-9]\|1[0-9]\)$' "$T/slow.out"
check "never reading: dropped by deadline" wait_for 90 grep -q 'takers dropped' "$T/slow.out"
sed 's/^/# /' "$T/slow.out"
stop web

# ---- a million requests ---------------------------------------------------------------
start soak hold tcp:127.0.0.1:80 -- "$H" -u "$user" -j 2 -a "$T/log/access" "$W"
ready soak 'ready:'
cat >"$T/soak.py" <<'PY'
# soak.py REQUESTS: all kinds, in a row over connections that come and go
import random, socket, sys
random.seed(5)
W = sys.argv[1]
files = {n: open(f"{W}/{n}", "rb").read() for n in ("a", "small", "middle")}
H = "Host: x\r\n"
def req(line, headers=""):
    return f"{line} HTTP/1.1\r\n{H}{headers}\r\n".encode()
plain = [(req("GET /small"), 200, files["small"]), (req("GET /a"), 200, files["a"]), (req("HEAD /middle"), 200, b"")]
kinds = plain * 8 + [
    (req("GET /middle"), 200, files["middle"]),
    (req("GET /middle", "Range: bytes=5-1004\r\n"), 206, files["middle"][5:1005]),
    (req("GET /small", "Range: bytes=0-0,100-199,-5\r\n"), 206, None),
    (req("GET /small", "If-Modified-Since: Sat, 01 Jan 2050 00:00:00 GMT\r\n"), 304, b""),
    (req("GET /small", 'If-Match: "x"\r\n'), 412, None),
    (req("GET /small", "Range: bytes=9999-\r\n"), 416, None),
    (req("GET /nothing/there"), 404, None),
    (req("GET /../../etc/passwd"), 404, None),
    (req("GET /dir/"), 200, None),
    (req("POST /a", "Content-Length: 10\r\n") + b"0123456789", 405, None),
    (req("DELETE /a"), 405, None),
]
def dial():
    c = socket.create_connection(("127.0.0.1", 80))
    c.settimeout(60)
    return c
def exchange(c, batch):
    c.sendall(b"".join(text for text, _, _ in batch))
    f = c.makefile("rb")
    for text, status, content in batch:
        line = f.readline()
        assert line[:12] == b"HTTP/1.1 %d" % status, (text, line)
        length = 0
        while (line := f.readline()) != b"\r\n":
            if line.startswith(b"Content-Length: "):
                length = int(line[16:])
        body = f.read(length) if status != 304 and not text.startswith(b"HEAD") else b""
        assert content is None or body == content, text
def abuse():
    c = dial()
    c.sendall(random.choice([b"GET /image HTTP/1.1\r\nHost: x\r\n\r\n", b"nonsense\r\n\r\n", b"GET /a HTTP/1.1\r\n", b"\x16\x03\x01", b""]))
    c.settimeout(0.01)
    try:
        c.recv(100)
    except TimeoutError:    # what is not a whole request is not answered soon
        pass
    c.close()
left = int(sys.argv[2])
conns = [dial() for _ in range(32)]
while left > 0:
    i = random.randrange(32)
    if random.random() < 0.02:
        conns[i].close()
        conns[i] = dial()
        abuse()
    batch = random.choices(kinds, k=random.choice((1, 10, 100)))
    exchange(conns[i], batch)
    left -= len(batch)
PY
p=$(pid soak)
check "the first 100,000 requests" python3 "$T/soak.py" "$W" 100000
wait_for 20 sh -c "! ss -Htn state established sport = :80 | grep -q ."
kib=$(resident "$p") fds=$(descriptors "$p")
for i in 1 2 3; do
	check "300,000 more" timeout 1500 python3 "$T/soak.py" "$W" 300000
	mv "$T/log/access" "$T/log/access.$i" && kill -HUP "$p"
	wait_for 10 test -e "$T/log/access"
done
wait_for 20 sh -c "! ss -Htn state established sport = :80 | grep -q ."
echo "# resident: $kib KiB after 100,000, $(resident "$p") after 1,000,000; descriptors: $fds, $(descriptors "$p")"
check "no growth in memory" test "$(resident "$p")" -le $((kib + 512))
check "nor in descriptors" test "$(descriptors "$p")" -le "$fds"
check "every request is in the access log" test "$(cat "$T"/log/access* | wc -l)" -ge 1000000
check_not "no worker died" grep -q 'starting another' "$T/soak.log"
stop soak
check "exit 0" test $? -eq 0
finish
