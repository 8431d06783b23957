#!/bin/sh
# httpd-boot with many clients: 1000 connections kept alive, more than -c
# allows, clients paced by -r, downloads at once with two workers; small files
# beside large ones; what the kernel holds back of an answer.
. "$(dirname "$0")/../lib.sh"
need curl python3
H=$BIN/httpd-boot/httpd-boot
W=$T/www
mkdir -p "$W"
echo hello >"$W/a"
head -c 1000000 /dev/urandom >"$W/image"

start web hold tcp:127.0.0.1:80 -- "$H" -u "$user" -j 2 "$W"
ready web 'ready:'
check "1000 connections kept alive, each asked three times" python3 - <<'PY'
import socket
REQ = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
conns = [socket.create_connection(("127.0.0.1", 80)) for _ in range(1000)]
for c in conns:
    c.settimeout(60)
for _ in range(3):
    for c in conns:
        c.sendall(REQ)
    for c in conns:
        got = b""
        while not got.endswith(b"\r\n\r\nhello\n"):
            more = c.recv(4096)
            assert more, got
            got += more
        assert got.startswith(b"HTTP/1.1 200 OK\r\n")
PY
check "100 downloads at once" python3 - "$W/image" <<'PY'
import selectors, socket, sys
want = open(sys.argv[1], "rb").read()
sel = selectors.DefaultSelector()
for _ in range(100):
    c = socket.create_connection(("127.0.0.1", 80))
    c.sendall(b"GET /image HTTP/1.0\r\n\r\n")
    sel.register(c, selectors.EVENT_READ, bytearray())
left = 100
while left:
    ready = sel.select(20)
    assert ready
    for key, _ in ready:
        got = key.fileobj.recv(262144)
        key.data.extend(got)
        if not got:
            assert key.data.split(b"\r\n\r\n", 1)[1] == want
            sel.unregister(key.fileobj)
            left -= 1
PY
check "the log is not flooded" test "$(wc -l <"$T/web.log")" -lt 1000
stop web

# A client that takes as fast as the server gives never makes it wait: only turns
# of bounded length let others in.
truncate -s 400M "$W/huge"
start one hold tcp:127.0.0.1:80 -- "$H" -u "$user" "$W"
ready one 'ready:'
check "downloads at full speed do not starve small files, nor each other" python3 - <<'PY'
import mmap, os, socket, time
SIZE = 400 << 20
done = mmap.mmap(-1, 2)      # how far each download is, in percent
def dial(path):
    c = socket.create_connection(("127.0.0.1", 80))
    c.settimeout(60)
    c.sendall(b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % path)
    return c
def download(i):    # MSG_TRUNC: thrown away by the kernel, so the server is the slower one
    c, got = dial(b"/huge"), 0
    while got < SIZE:
        n = len(c.recv(1 << 20, socket.MSG_TRUNC))
        assert n
        got += n
        done[i] = got * 100 // SIZE
children, other, answers = set(), None, 0
for i in range(2):
    pid = os.fork()
    if pid == 0:
        download(i)
        os._exit(0)
    children.add(pid)
small = dial(b"/a")
assert small.recv(4096)
while children:
    small.sendall(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
    assert small.recv(4096)
    answers += 1
    pid, status = os.waitpid(-1, os.WNOHANG)
    if pid:
        assert status == 0
        children.remove(pid)
        if other is None:
            other = min(done[:])
    time.sleep(0.002)
# No matter of milliseconds, which depend on what else the machine does.
print("small files meanwhile: %d; one download was at %d %% when the other ended" % (answers, other))
assert answers > 20 and other > 30
PY
sed 's/^/# /' "$T/out"
stop one

start few hold tcp:127.0.0.1:80 -- "$H" -u "$user" -c 5 -j 2 "$W"
ready few 'ready:'
check "the sixth of -c 5: 503, Retry-After, then closed; and room again" python3 - <<'PY'
import socket, time
REQ = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
def ask(c):
    c.settimeout(60)
    c.sendall(REQ)
    return c.recv(4096)
conns = [socket.create_connection(("127.0.0.1", 80)) for _ in range(5)]
assert all(ask(c).startswith(b"HTTP/1.1 200 ") for c in conns)
sixth = socket.create_connection(("127.0.0.1", 80))
reply = ask(sixth)
assert reply.startswith(b"HTTP/1.1 503 Service Unavailable\r\n"), reply
assert b"\r\nRetry-After: 5\r\n" in reply and b"\r\nConnection: close\r\n" in reply
assert sixth.recv(100) == b""
assert all(ask(c).startswith(b"HTTP/1.1 200 ") for c in conns)
conns.pop().close()
for _ in range(100):
    if ask(socket.create_connection(("127.0.0.1", 80))).startswith(b"HTTP/1.1 200 "):
        break
    time.sleep(0.05)
else:
    raise SystemExit("no room")
PY
check "which the log says" grep -q 'connect busy: all connections are taken' "$T/few.log"
stop few

start poor sh -c "ulimit -n 24; exec '$H' -u $user -l 127.0.0.1:80 '$W'"
ready poor 'connections=6'
check "few open files: as many as fit, the others are told to come back" python3 - <<'PY'
import socket
conns = []
for i in range(12):
    c = socket.create_connection(("127.0.0.1", 80))
    c.settimeout(60)
    c.sendall(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
    assert c.recv(4096).startswith(b"HTTP/1.1 200 " if i < 6 else b"HTTP/1.1 503 "), i
    conns.append(c)
PY
stop poor

mkdir "$W/many"
python3 -c 'import sys
for i in range(10000): open(sys.argv[1] + "/" + "n" * 240 + str(i), "w")' "$W/many"
start pages hold tcp:127.0.0.1:80 -- "$H" -u "$user" "$W"
ready pages 'ready:'
check "listings that nobody takes do not fill the memory" python3 - <<'PY'
import socket, time
REQ = b"GET /many/ HTTP/1.1\r\nHost: x\r\n\r\n"
def ask():
    c = socket.socket()
    c.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    c.settimeout(60)
    c.connect(("127.0.0.1", 80))
    c.sendall(REQ)
    return c, c.recv(2000)
first = ask()
size = int(first[1].split(b"Content-Length: ")[1].split(b"\r")[0])
taken, refused = size, 0
conns = [first[0]]
while taken < 100 << 20:
    c, reply = ask()
    conns.append(c)
    if reply.startswith(b"HTTP/1.1 503 "):
        refused += 1
        assert b"\r\nRetry-After: " in reply
        break
    taken += size
assert refused and taken > 50 << 20, taken
conns[-1].sendall(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
assert b" 200 OK" in conns[-1].recv(2000)
for c in conns:
    c.close()
for _ in range(100):
    if ask()[1].startswith(b"HTTP/1.1 200 "):
        break
    time.sleep(0.05)
else:
    raise SystemExit("no room")
PY
stop pages
rm -r "$W/many"

check "downloads of one file share its descriptor, and the last closes it" python3 - "$H" "$user" "$W" <<'PY'
import os, socket, subprocess, sys, time
with open(sys.argv[3] + "/long", "wb") as f:
    f.truncate(64 << 20)
def link(path):
    try:
        return os.readlink(path)
    except FileNotFoundError:                         # closed by now
        return ""
def until_open(n):
    for _ in range(200):
        links = [link(e.path) for e in os.scandir(f"/proc/{p.pid}/fd")]
        if sum(name.endswith("/long") for name in links) == n:
            return
        time.sleep(0.05)
    raise SystemExit(f"{n} wanted: {links}")
l = socket.create_server(("127.0.0.1", 80))
p = subprocess.Popen([sys.argv[1], "-u", sys.argv[2], sys.argv[3]], stdin=l)
conns = [socket.create_connection(("127.0.0.1", 80)) for _ in range(20)]
for c in conns:
    c.sendall(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
for c in conns:
    assert c.recv(15).startswith(b"HTTP/1.1 200")
until_open(1)
while len(conns) > 1:
    conns.pop().close()
until_open(1)
left, c = 64 << 20, conns[0]
while left > 0:
    left -= len(c.recv(1 << 20))
until_open(0)
c.sendall(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
p.terminate()
assert p.wait(10) == 0
PY

# The control is the connection's own: the way to a client may choose it (ip route, congctl).
check "with BBR little waits in the kernel, with another control what it likes" python3 - "$H" "$user" "$W" <<'PY'
import os, re, socket, subprocess, sys, time
with open(sys.argv[3] + "/long", "wb") as f:
    f.truncate(64 << 20)
def unsent():
    text = subprocess.run(["ss", "-Htin", "sport", "=", ":80"], capture_output=True, text=True, check=True).stdout
    return [(m[1], int(m[2])) for m in re.finditer(r"^\s+(?:ts |sack )*(\w+) .*notsent:(\d+)", text, re.M)]
def waiting(control):
    """Bytes that wait unsent for a client that does not read, when there are no more from one look to the next."""
    route = "ip route replace table local local 127.0.0.1 dev lo proto kernel scope host src 127.0.0.1 congctl"
    if subprocess.run([*route.split(), control], stderr=subprocess.DEVNULL).returncode:
        return None                                   # not in this kernel, or not for us
    l = socket.create_server(("127.0.0.1", 80))
    p = subprocess.Popen([sys.argv[1], "-u", sys.argv[2], sys.argv[3]], stdin=l)
    with socket.create_connection(("127.0.0.1", 80)) as c:
        c.sendall(b"GET /long HTTP/1.0\r\n\r\n")
        last, now = None, []
        for _ in range(100):
            time.sleep(0.1)
            last, now = now, unsent()
            if now and now == last:
                break
        else:
            raise SystemExit(f"{control}: {last}, then {now}")
    p.terminate()
    assert p.wait(60) == 0
    l.close()
    assert now[0][0] == control, now
    return now[0][1]
got = {control: waiting(control) for control in ("bbr", "cubic", "reno")}
print(got)
assert any(got.values())
assert all((n < 700000) == (control == "bbr") for control, n in got.items() if n is not None)
PY
sed 's/^/# /' "$T/out"
rm -f "$W/long"

# Without BBR a large answer is corked: its end must not wait for the kernel to lose patience.
check "nothing of a large answer is kept back at its end" python3 - "$H" "$user" "$W" <<'PY'
import os, socket, subprocess, sys, time
body = os.urandom(3 << 20) + b"end"
with open(sys.argv[3] + "/large", "wb") as f:
    f.write(body)
l = socket.socket()
l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
l.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"reno")
l.bind(("127.0.0.1", 80))
l.listen()
p = subprocess.Popen([sys.argv[1], "-u", sys.argv[2], sys.argv[3]], stdin=l)
took = []
with socket.create_connection(("127.0.0.1", 80)) as c:
    for _ in range(8):
        got = b""
        c.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        while b"\r\n\r\n" not in got or len(got) < got.index(b"\r\n\r\n") + 4 + len(body):
            begun = time.monotonic()
            got += c.recv(1 << 20)
        took.append(time.monotonic() - begun) # for the last bytes, however slow the others were
        assert got.endswith(b"\r\n\r\n" + body)
p.terminate()
assert p.wait(10) == 0
print(["%.3f" % s for s in took])
assert min(took) < 0.15          # the kernel's patience is 0.2 s
PY
sed 's/^/# /' "$T/out"

lan
host other 10.77.0.2/24
host third 10.77.0.3/24
if awk '/^Max open files/ { exit !($5 == "unlimited" || $5 >= 10000) }' /proc/self/limits; then
	start most hold tcp:10.77.0.1:80 -- "$H" -u "$user" -c 1024 -j 2 "$W"
	ready most 'connections=1024'
	cat >"$T/greedy.py" <<'PY'
# Takes connections until one is refused, says how many it has, and keeps them.
import resource, socket, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (6000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
conns = []
while True:
    c = socket.create_connection(("10.77.0.1", 80))
    c.settimeout(60)
    c.sendall(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
    if c.recv(4096)[:12] != b"HTTP/1.1 200":
        break
    conns.append(c)
print("has", len(conns), flush=True)
sys.stdin.read()
PY
	mkfifo "$T/enough"
	python3 "$T/greedy.py" <"$T/enough" >"$T/first.log" 2>&1 &
	on other python3 "$T/greedy.py" <"$T/enough" >"$T/second.log" 2>&1 &
	exec 9>"$T/enough"
	wait_for 20 grep -q has "$T/first.log"
	wait_for 20 grep -q has "$T/second.log"
	# shellcheck disable=SC2016 # awk's own fields
	check "two greedy addresses leave some of many connections" awk '
		{ n += $2 } $2 > 768 { bad = 1 } END { exit !(NR == 2 && n > 768 && n <= 992 && !bad) }' "$T/first.log" "$T/second.log"
	check "and a third one is served" test "$(on third curl -s http://10.77.0.1/a)" = hello
	exec 9>&-
	check "the log tells an address that has its share" grep -q 'connect busy: its address has its share' "$T/most.log"
	stop most
else
	skip "the limit of open files is too low for thousands of connections"
fi

start slow hold tcp:127.0.0.1:80 -- "$H" -u "$user" -r 500k -j 2 "$W"
ready slow 'ready:'
seconds() { # BYTES-A-SECOND-EXPECTED URL...
	python3 - "$@" <<'PY'
import subprocess, sys, time
start = time.time()
jobs = [subprocess.Popen(["curl", "-s", "-o", "/dev/null", "-w", "%{size_download}", u], stdout=subprocess.PIPE) for u in sys.argv[2:]]
total = sum(int(j.communicate()[0]) for j in jobs)
rate = total / (time.time() - start)
print(total, rate)
sys.exit(not (total == 1000000 * len(jobs) and 0.3 < rate / int(sys.argv[1]) < 1.25))
PY
}
check "-r paces a client" seconds 512000 http://127.0.0.1/image
check "over all of its connections" seconds 512000 http://127.0.0.1/image http://127.0.0.1/image
check "small files go out at once" test "$(curl -s http://127.0.0.1/a)" = hello
stop slow
start each "$H" -u "$user" -r 500k "$W"
ready each 'ready:'
on other curl -s -o /dev/null -w '%{time_total}\n' http://10.77.0.1/image >"$T/other" &
other=$!
check "each client has its own" seconds 512000 http://127.0.0.1/image
wait $other
# shellcheck disable=SC2016
check "at the same time" awk '{ exit !($1 < 3.5) }' "$T/other"
finish
