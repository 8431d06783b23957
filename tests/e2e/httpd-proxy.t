#!/bin/sh
# httpd-boot -H: the PROXY protocol from those who may, and from those who may not; whose
# address counts from then on; slow, cut and wrong headers.
# shellcheck disable=SC2154,SC2034 # pid_* come from start, failed is read by finish
. "$(dirname "$0")/../lib.sh"
need curl python3
httpd=$BIN/httpd-boot/httpd-boot
W=$T/www
mkdir "$W"
mkdir -m 777 "$T/box"
echo page >"$W/page"
head -c 400000 /dev/urandom >"$W/big"
cat >"$T/events" <<EOF
while read -r line; do echo "\$line" >>"$T/told"; done
EOF
: >"$T/told"
chmod 666 "$T/told"

check_rc 2 '-H takes addresses' "$httpd" -n -H localhost "$W"
said 'and says so' '-H localhost: not an address or a network'
check_rc 2 'without bits behind the network' "$httpd" -n -H 10.0.0.1/8 "$W"
check_rc 0 'several' "$httpd" -n -u "$user" -H 127.0.0.1 -H 10.0.0.0/8 -H ::1 -H fd00::/8 "$W"

mkdir -m 777 "$T/log"
start web hold tcp:127.0.0.1:80 'tcp:[::1]:80' -- "$httpd" -u "$user" -v -t 3 -H 127.0.0.1 -H ::1 -p "$T/box" -x "sh $T/events" -a "$T/log/access" -M "$T/log/numbers" "$W"
ready web ready:
# Whoever connects from 127.0.0.1 is believed, from 127.0.0.9 not.
check 'curl --haproxy-protocol' test "$(curl -s --haproxy-protocol http://127.0.0.1/page)" = page
check 'which is refused where it is not believed' test "$(curl -s -o /dev/null -w '%{http_code}' --interface 127.0.0.9 --haproxy-protocol http://127.0.0.1/page)" = 400
check 'and the log says why' wait_for 30 grep -q '127\.0\.0\.9:[0-9]* sent "PROXY TCP4 127\.0\.0\.9 .*" refused why="a PROXY header, and -H does not name this address"' "$T/web.log"
check 'others need none' test "$(curl -s --interface 127.0.0.9 http://127.0.0.1/page)" = page
check 'those that are believed must send one' test "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1/page)" = 400
check 'the log says so' wait_for 30 grep -q '127\.0\.0\.1:[0-9]* sent "GET /page .*" refused why="no PROXY header, which -H expects from this address"' "$T/web.log"
check 'over IPv6' test "$(curl -s --haproxy-protocol 'http://[::1]/page')" = page

python3 - <<'EOF' || failed=1
import socket, struct, sys, time
SIG = b"\r\n\r\n\0\r\nQUIT\n"
GET = b"GET /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
good = True
def say(name, fine):
    global good
    good &= fine
    print(("ok - " if fine else "not ok - ") + name, flush=True)
def answer(s):
    out = b""
    s.settimeout(120)
    while True:
        try: d = s.recv(65536)
        except ConnectionResetError: return out
        if not d: return out
        out += d
def ask(*pieces, wait=0, source="127.0.0.1", host="127.0.0.1"):
    s = socket.create_connection((host, 80), source_address=(source, 0))
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for p in pieces:
        s.sendall(p)
        if wait: time.sleep(wait)
    return answer(s)
def status(out): return out.split(b" ")[1:2] == [b"200"] and out.endswith(b"page\n")
def v2(body, kind, command=0x21): return SIG + struct.pack("!BBH", command, kind, len(body)) + body
def four(a, port): return socket.inet_aton(a) + socket.inet_aton("10.77.0.1") + struct.pack("!HH", port, 443)
six = socket.inet_pton(socket.AF_INET6, "2001:db8::5") + socket.inet_pton(socket.AF_INET6, "::1") + struct.pack("!HH", 6, 443)

say("v1", status(ask(b"PROXY TCP4 10.9.0.1 10.77.0.1 4001 443\r\n" + GET)))
say("v1 over IPv6", status(ask(b"PROXY TCP6 2001:db8::1 2001:db8::2 4002 443\r\n" + GET)))
say("v1 UNKNOWN: the front's own address", status(ask(b"PROXY UNKNOWN\r\n" + GET)))
say("v2", status(ask(v2(four("10.9.0.3", 4003), 0x11) + GET)))
say("v2 with TLVs", status(ask(v2(four("10.9.0.4", 4004) + b"\x04\0\x03xyz\x03\0\x04\1\2\3\4", 0x11) + GET)))
say("v2 with as many as there can be", status(ask(v2(four("10.9.0.5", 4005) + b"\x04\xff\xf0" + b"x" * 65000, 0x11), GET)))
say("v2 over IPv6", status(ask(v2(six, 0x21) + GET)))
say("v2 LOCAL", status(ask(v2(b"", 0, 0x20) + GET)))
say("v2 on ::1", status(ask(v2(four("10.9.0.6", 4006), 0x11) + GET, source="::1", host="::1")))
head = v2(four("10.9.0.7", 4007) + b"\x04\0\x03xyz", 0x11)
say("a byte at a time", status(ask(*[bytes([b]) for b in head + GET], wait=0.001)))
line = b"PROXY TCP4 10.9.0.8 10.77.0.1 4008 443\r\n"
say("a line a byte at a time", status(ask(*[bytes([b]) for b in line + GET], wait=0.001)))
say("several requests of a connection", ask(b"PROXY TCP4 10.9.0.9 10.77.0.1 4009 443\r\n" + GET.replace(b"Connection: close\r\n", b"") * 2 + GET).count(b"200 OK") == 3)
say("a second header is no request", b" 400 " in ask(line + line + GET))
say("malformed", b" 400 " in ask(b"PROXY TCP4 10.9.0.300 10.77.0.1 1 2\r\n" + GET))
say("malformed v2", b" 400 " in ask(v2(b"xx", 0x11) + GET))
say("v2 from one who is not believed", b" 400 " in ask(v2(four("10.9.0.10", 1), 0x11) + GET, source="127.0.0.9"))
s = socket.create_connection(("127.0.0.1", 80))
s.close()
say("a front that only looks whether we are there", True)
s = socket.create_connection(("127.0.0.1", 80))
t = time.monotonic()
say("silence ends", answer(s) == b"" and time.monotonic() - t > 2)
t = time.monotonic()
out = ask(line[:20])
say("half a header ends with 408", b" 408 " in out and time.monotonic() - t > 2)
s = socket.create_connection(("127.0.0.1", 80))
s.sendall(v2(four("10.9.0.11", 1) + b"x" * 1000, 0x11)[:500])
t = time.monotonic()
try:
    for i in range(400):  # a byte now and then does not make it last
        s.sendall(b"x")
        time.sleep(0.1)
except OSError:
    pass
say("so does one that drips", i < 399)
sys.exit(not good)
EOF
for a in 10.9.0.1:4001 '\[2001:db8::1\]:4002' 127.0.0.1:[0-9]* 10.9.0.3:4003 10.9.0.4:4004 10.9.0.5:4005 '\[2001:db8::5\]:6' 10.9.0.6:4006 10.9.0.7:4007 10.9.0.8:4008; do
	check "the log has $a" wait_for 30 grep -q " $a get \"/page\" 200" "$T/web.log"
done
check 'a malformed one has a line' wait_for 30 grep -q '127\.0\.0\.1:[0-9]* sent "PROXY TCP4 10\.9\.0\.300 .*" refused why="a malformed PROXY header"' "$T/web.log"
check 'and v2 from one who is not believed' wait_for 30 grep -q '127\.0\.0\.9:[0-9]* sent .* refused why="a PROXY header, and -H does not name this address"' "$T/web.log"
check 'the access log, too' wait_for 30 grep -q '^10\.9\.0\.3 - - .*"GET /page HTTP/1\.1" 200 5 ' "$T/log/access"
check 'events' wait_for 30 grep -q '^sent path=/page to=10\.9\.0\.3 bytes=5 ' "$T/told"
post() { printf 'PROXY TCP4 10.9.1.1 10.77.0.1 1 443\r\nPOST /in/done HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok' | python3 -c 'import socket, sys
s = socket.create_connection(("127.0.0.1", 80)); s.sendall(sys.stdin.buffer.read()); print(s.recv(999).decode())'; }
check 'an upload' test "$(post | head -n 1 | tr -d '\r')" = 'HTTP/1.1 201 Created'
check 'kept under its client' test -f "$(echo "$T"/box/*-10.9.1.1-done)"
stop web
check 'ends with 0' test $? -eq 0

# ---- limits are each client's, not the front's -------------------------------
cat >"$T/limits.py" <<'EOF'
import socket, sys
def front(client, n):
    s = socket.create_connection(("127.0.0.1", 80))
    s.sendall(b"PROXY TCP4 %s 10.77.0.1 %d 443\r\n" % (client, n))
    return s
def get(s):
    s.settimeout(120)
    s.sendall(b"GET /page HTTP/1.1\r\nHost: x\r\n\r\n")
    return s.recv(999)
mine = [front(b"10.9.2.1", i + 1) for i in range(900)]
first = [get(s) for s in mine]
busy = sum(b" 503 " in f for f in first)
other = get(front(b"10.9.2.2", 1))
print("busy", busy, "other", other[:15])
# three quarters of 1024, and what two times shares cost; the other has room
sys.exit(not (100 < busy < 200 and b" 200 " in other))
EOF
start web hold tcp:127.0.0.1:80 -- "$httpd" -u "$user" -c 1024 -H 127.0.0.1 "$W"
ready web ready:
check 'a client behind the front has its share, another one gets in' python3 "$T/limits.py"
check 'the log names who had too much' grep -q '10\.9\.2\.1:[0-9]* connect busy: its address has its share' "$T/web.log"
stop web
start web hold tcp:127.0.0.1:80 -- "$httpd" -u "$user" -r 100k -H 127.0.0.1 "$W"
ready web ready:
# Two clients take as long as one, or else half of the time would be gone: 4 s each.
check 'the rate, too' python3 - <<'EOF'
import socket, sys, threading, time
def one(client):
    s = socket.create_connection(("127.0.0.1", 80))
    s.sendall(b"PROXY TCP4 %s 10.77.0.1 1 443\r\nGET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % client)
    n = 0
    while True:
        d = s.recv(65536)
        if not d: break
        n += len(d)
    took[client] = time.monotonic() - start
def all_of(clients):
    t = [threading.Thread(target=one, args=(c,)) for c in clients]
    [x.start() for x in t]; [x.join() for x in t]
took, start = {}, time.monotonic()
all_of([b"10.9.3.1", b"10.9.3.2", b"10.9.3.3", b"10.9.3.4"])
apart = max(took.values())
start = time.monotonic()
all_of([b"10.9.3.5"] * 4)
together = max(took.values())
print(apart, together)
sys.exit(not together > 2 * apart)
EOF
stop web

# ---- workers, and one connection as inetd hands it over ----------------------
start web hold tcp:127.0.0.1:80 -- "$httpd" -u "$user" -j 2 -H 127.0.0.1 "$W"
ready web ready:
check 'with workers' test "$(for _ in 1 2 3 4 5 6; do curl -s --haproxy-protocol http://127.0.0.1/page; done | sort | uniq -c | tr -s ' ')" = ' 6 page'
stop web
cat >"$T/inetd.py" <<'EOF'
import os, socket, subprocess, sys
l = socket.create_server(("127.0.0.1", 80))
c = socket.create_connection(("127.0.0.1", 80))
fd, _ = l.accept()
p = subprocess.Popen(sys.argv[1:], stdin=fd, stdout=fd, stderr=subprocess.DEVNULL)
fd.close()
c.sendall(b"PROXY TCP4 10.9.4.1 10.77.0.1 1 443\r\nGET /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
out = b""
while True:
    d = c.recv(999)
    if not d: break
    out += d
c.close()
sys.exit(not (p.wait(120) == 0 and out.endswith(b"page\n")))
EOF
rm -f "$T/log/access"
check 'one connection, as stunnel and inetd hand it over' python3 "$T/inetd.py" "$httpd" -u "$user" -H 127.0.0.1 -a "$T/log/access" "$W"
check 'its client is in the log' grep -q '^10\.9\.4\.1 ' "$T/log/access"
finish
