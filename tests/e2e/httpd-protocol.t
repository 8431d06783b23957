#!/bin/sh
# httpd-boot on the wire: a table of raw requests with what must come back,
# requests in pieces and in one piece, and what a broken client gets.
. "$(dirname "$0")/../lib.sh"
need python3

mkdir -p "$T/www/sub" "$T/www/hidden/.disk"
printf 'hello\n' >"$T/www/a.txt"
touch -d '1 hour ago' "$T/www/a.txt"
head -c 300000 /dev/urandom >"$T/www/big"
printf 'x' >"$T/www/with space"
echo info >"$T/www/hidden/.disk/info"
: >"$T/www/empty"
start web hold tcp:127.0.0.1:80 -- "$BIN/httpd-boot/httpd-boot" -u "$user" -t 3 "$T/www"
ready web 'ready:'

cat >"$T/client.py" <<'PY'
import os, re, socket, sys, threading, time

WWW = sys.argv[1]
HOST = "Host: boot\r\n"
failed = False

def check(name, good, seen=""):
    global failed
    print(("ok - " if good else "not ok - ") + name, flush=True)
    if not good:
        failed = True
        print("# " + repr(seen)[:600], flush=True)

def dial():
    s = socket.create_connection(("127.0.0.1", 80))
    s.settimeout(60)
    return s

def read_reply(f, head_only=False):
    """One reply of a stream: status, headers in their case, content."""
    line = f.readline()
    if not line:
        return None, {}, b""
    assert line.endswith(b"\r\n"), line
    version, status = line.split()[:2]
    assert version == b"HTTP/1.1", line
    head = {}
    while (line := f.readline()) != b"\r\n":
        name, value = line.decode("latin1").rstrip("\r\n").split(": ", 1)
        head[name] = value
    status = int(status)
    if status == 100:
        return 100, head, b""
    body = b"" if head_only or status == 304 else f.read(int(head["Content-Length"]))
    return status, head, body

def ask(text, head_only=False, shut=False):
    if isinstance(text, str):
        text = text.encode("latin1")
    with dial() as s:
        s.sendall(text)
        if shut:
            s.shutdown(socket.SHUT_WR)
        f = s.makefile("rb")
        return read_reply(f, head_only)

def get(path="/a.txt", headers="", version="1.1", method="GET"):
    return ask(f"{method} {path} HTTP/{version}\r\n{HOST}{headers}Connection: close\r\n\r\n", method == "HEAD")

# ---- status by request ------------------------------------------------------
for name, request, want in [
    ("plain GET", "GET /a.txt HTTP/1.1\r\n" + HOST + "\r\n", 200),
    ("lines ended by LF alone", "GET /a.txt HTTP/1.1\nHost: x\n\n", 200),
    ("empty lines before the request", "\r\n\r\nGET /a.txt HTTP/1.1\r\n" + HOST + "\r\n", 200),
    ("HTTP/1.0 without Host", "GET /a.txt HTTP/1.0\r\n\r\n", 200),
    ("HTTP/1.1 without Host", "GET /a.txt HTTP/1.1\r\n\r\n", 400),
    ("Host with its port", "GET /a.txt HTTP/1.1\r\nHost: boot:8080\r\n\r\n", 200),
    ("Host without it, of an address", "GET /a.txt HTTP/1.1\r\nHost: [fe80::1]\r\n\r\n", 200),
    ("Host with another port", "GET /a.txt HTTP/1.1\r\nHost: 10.0.0.1:1\r\n\r\n", 200),
    ("Host of nothing", "GET /a.txt HTTP/1.1\r\nHost:\r\n\r\n", 200),
    ("Host with a path", "GET /a.txt HTTP/1.1\r\nHost: boot/x\r\n\r\n", 400),
    ("two Hosts", "GET /a.txt HTTP/1.1\r\n" + HOST + HOST + "\r\n", 400),
    ("absolute-form", "GET http://boot:8080/a.txt HTTP/1.1\r\n" + HOST + "\r\n", 200),
    ("absolute-form of https, name of any case", "GET HTTPS://boot/a.txt HTTP/1.1\r\n" + HOST + "\r\n", 200),
    ("absolute-form without a path", "GET http://boot HTTP/1.1\r\n" + HOST + "\r\n", 200),
    ("absolute-form of another scheme", "GET ftp://boot/a.txt HTTP/1.1\r\n" + HOST + "\r\n", 400),
    ("escapes", "GET /%61%2Etxt?x=%zz HTTP/1.1\r\n" + HOST + "\r\n", 200),
    ("escaped blank", "GET /with%20space HTTP/1.1\r\n" + HOST + "\r\n", 200),
    ("runs of slashes", "GET ///sub//..//a.txt HTTP/1.1\r\n" + HOST + "\r\n", 200),
    ("backslashes", "GET \\/a.txt HTTP/1.1\r\n" + HOST + "\r\n", 400),
    ("backslashes behind the first slash", "GET /hidden\\.disk\\info HTTP/1.1\r\n" + HOST + "\r\n", 200),
    ("hidden file", "GET /hidden/.disk/info HTTP/1.1\r\n" + HOST + "\r\n", 200),
    ("no such file", "GET /nope HTTP/1.1\r\n" + HOST + "\r\n", 404),
    ("file as a directory", "GET /a.txt/ HTTP/1.1\r\n" + HOST + "\r\n", 404),
    ("out by ..", "GET /../../../../etc/passwd HTTP/1.1\r\n" + HOST + "\r\n", 404),
    ("out by escaped ..", "GET /%2e%2e/%2e%2e%2f%2e%2e/etc/passwd HTTP/1.1\r\n" + HOST + "\r\n", 404),
    ("out by backslash ..", "GET /..\\..\\..\\etc\\passwd HTTP/1.1\r\n" + HOST + "\r\n", 404),
    ("escaped NUL", "GET /a.txt%00.efi HTTP/1.1\r\n" + HOST + "\r\n", 400),
    ("bad escape", "GET /%4 HTTP/1.1\r\n" + HOST + "\r\n", 400),
    ("blank in the target", "GET /with space HTTP/1.1\r\n" + HOST + "\r\n", 400),
    ("folded header", "GET /a.txt HTTP/1.1\r\n" + HOST + "X: a\r\n b\r\n\r\n", 400),
    ("blank before the colon", "GET /a.txt HTTP/1.1\r\n" + HOST + "X : a\r\n\r\n", 400),
    ("no version", "GET /a.txt\r\n\r\n", 400),
    ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    ("no HTTP", "hello\r\n", 400),
    ("POST", "POST /a.txt HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\nabc", 405),
    ("PUT told to wait", "PUT /a.txt HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n", 405),
    ("OPTIONS *", "OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n", 405),
    ("CONNECT", "CONNECT a:443 HTTP/1.1\r\n" + HOST + "\r\n", 405),
    ("lower case method", "get /a.txt HTTP/1.1\r\n" + HOST + "\r\n", 405),
    ("unknown expectation", "GET /a.txt HTTP/1.1\r\n" + HOST + "Expect: tea\r\n\r\n", 417),
    ("length that is no number", "GET / HTTP/1.1\r\n" + HOST + "Content-Length: 0x10\r\n\r\n", 400),
    ("coding that is not chunked", "GET / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: gzip\r\n\r\n", 501),
    ("two lengths", "GET /a.txt HTTP/1.1\r\n" + HOST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
    ("length and coding", "GET / HTTP/1.1\r\n" + HOST + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ("long target", "GET /" + "a" * 9000 + " HTTP/1.1\r\n" + HOST + "\r\n", 414),
    ("long target without end", "GET /" + "a" * 20000, 414),
    ("long headers", "GET / HTTP/1.1\r\n" + HOST + "X: " + "a" * 17000 + "\r\n\r\n", 431),
    ("many headers", "GET / HTTP/1.1\r\n" + HOST + "X: a\r\n" * 200 + "\r\n", 431),
    ("name longer than a file's can be", "GET /" + "a" * 300 + " HTTP/1.1\r\n" + HOST + "\r\n", 404),
]:
    reply = ask(request)
    check(f"{name}: {want}", reply[0] == want, reply)
    if want in (400, 405, 414, 431, 501, 505) and name not in ("POST", "OPTIONS *", "CONNECT", "lower case method"):
        check(f"{name}: the connection closes", reply[1].get("Connection") == "close", reply)

for size in (3, 65536):
    with dial() as c:
        c.sendall(("POST /a.txt HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n" % (HOST, size)).encode() + b"x" * size)
        c.sendall(("GET /a.txt HTTP/1.1\r\n%sConnection: close\r\n\r\n" % HOST).encode())
        f = c.makefile("rb")
        first, second = read_reply(f), read_reply(f)
    check(f"POST of {size} bytes: dropped, the connection stays", first[0] == 405 and "Connection" not in first[1] and second[0] == 200, (first, second))

s, h, b = get(method="DELETE")
check("405 says what is allowed", h.get("Allow") == "GET, HEAD", h)

# ---- the head ---------------------------------------------------------------
s, h, b = get()
check("content", b == b"hello\n", b)
check("canonical names", {"Date", "Content-Type", "Content-Length", "Accept-Ranges", "Last-Modified", "ETag"} <= set(h), h)
check("no chunking", "Transfer-Encoding" not in h, h)
check("strong ETag", re.fullmatch(r'"[0-9a-f-]+"', h["ETag"]), h)
etag, modified = h["ETag"], h["Last-Modified"]
for path in ("/a.txt", "/", "/nope", "/big", "/empty"):
    a, b = get(path), get(path, method="HEAD")
    a[1].pop("Date"), b[1].pop("Date")
    check(f"HEAD {path} is GET without content", (a[0], a[1]) == (b[0], b[1]), (a[:2], b[:2]))
s, h, b = get("/empty")
check("empty file", (s, h["Content-Length"], b) == (200, "0", b""), h)
s, h, b = ask("GET /a.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
check("HTTP/1.0 is kept alive when it asks", h.get("Connection") == "keep-alive", h)
s, h, b = ask("GET /a.txt HTTP/1.0\r\n\r\n")
check("HTTP/1.0 is closed otherwise", h.get("Connection") == "close", h)

# ---- ranges -----------------------------------------------------------------
big = open(WWW + "/big", "rb").read()
for value, want, span in [
    ("bytes=0-4", 206, (0, 4)), ("bytes=299990-", 206, (299990, 299999)), ("bytes=-5", 206, (299995, 299999)),
    ("bytes=0-", 206, (0, 299999)), ("bytes=5-1000000", 206, (5, 299999)), ("bytes=0-9,5-20", 206, (0, 20)),
    ("bytes=u-u", 200, None), ("bytes=9-5", 200, None), ("lines=1-2", 200, None),
    ("bytes=" + ",".join(f"{i * 10}-{i * 10}" for i in range(33)), 200, None),
]:
    s, h, b = get("/big", f"Range: {value}\r\n")
    good = s == want and b == (big if span is None else big[span[0]:span[1] + 1])
    if span:
        good = good and h["Content-Range"] == f"bytes {span[0]}-{span[1]}/300000"
    check(f"Range: {value[:40]}: {want}", good, (s, h))
s, h, b = get("/big", "Range: bytes=300000-\r\n")
check("range outside: 416 with the size", (s, h.get("Content-Range")) == (416, "bytes */300000"), (s, h))
s, h, b = get("/big", "Range: bytes=0-4\r\n", method="HEAD")
check("Range does not count for HEAD", (s, h["Content-Length"]) == (200, "300000"), (s, h))
s, h, b = get("/big", "Range: bytes=0-4\r\nRange: bytes=7-8\r\n")
check("two Range headers are none", s == 200, s)

def parts(body, boundary):
    out = []
    for part in body.split(b"\r\n--" + boundary.encode())[1:-1]:
        head, data = part[2:].split(b"\r\n\r\n", 1)
        head = dict(l.split(": ", 1) for l in head.decode().split("\r\n"))
        out.append((head["Content-Range"], head["Content-Type"], data))
    return out

s, h, b = get("/big", "Range: bytes=100-199,0-9,-10,250000-260000\r\n")
m = re.fullmatch(r"multipart/byteranges; boundary=(\S+)", h["Content-Type"])
got = parts(b, m.group(1)) if m else None
want = [(f"bytes {x}-{y}/300000", "application/octet-stream", big[x:y + 1])
        for x, y in ((100, 199), (0, 9), (299990, 299999), (250000, 260000))]
check("several ranges: multipart with each part", s == 206 and got == want, (s, h))
check("multipart ends properly", b.endswith(b"--" + m.group(1).encode() + b"--\r\n"), b[-60:])

# ---- conditions -------------------------------------------------------------
old = "Sat, 01 Jan 2000 00:00:00 GMT"
for name, headers, want in [
    ("If-None-Match same", f"If-None-Match: {etag}\r\n", 304),
    ("If-None-Match weak", f"If-None-Match: W/{etag}\r\n", 304),
    ("If-None-Match list", f'If-None-Match: "x", {etag}\r\n', 304),
    ("If-None-Match other", 'If-None-Match: "x"\r\n', 200),
    ("If-None-Match other beside a date", f'If-None-Match: "x"\r\nIf-Modified-Since: {modified}\r\n', 200),
    ("If-Modified-Since same", f"If-Modified-Since: {modified}\r\n", 304),
    ("If-Modified-Since old", f"If-Modified-Since: {old}\r\n", 200),
    ("If-Modified-Since nonsense", "If-Modified-Since: soon\r\n", 200),
    ("If-Match other", 'If-Match: "x"\r\n', 412),
    ("If-Match same", f"If-Match: {etag}\r\n", 200),
    ("If-Match any", "If-Match: *\r\n", 200),
    ("If-Match weak", f"If-Match: W/{etag}\r\n", 412),
    ("If-Match same beside an old date", f"If-Match: {etag}\r\nIf-Unmodified-Since: {old}\r\n", 200),
    ("If-Unmodified-Since old", f"If-Unmodified-Since: {old}\r\n", 412),
    ("If-Unmodified-Since same", f"If-Unmodified-Since: {modified}\r\n", 200),
    ("412 by date before 304", f"If-Unmodified-Since: {old}\r\nIf-None-Match: {etag}\r\n", 412),
    ("If-Range same", f"If-Range: {etag}\r\nRange: bytes=0-1\r\n", 206),
    ("If-Range other", 'If-Range: "x"\r\nRange: bytes=0-1\r\n', 200),
    ("If-Range date of the file", f"If-Range: {modified}\r\nRange: bytes=0-1\r\n", 206),
    ("If-Range other date", f"If-Range: {old}\r\nRange: bytes=0-1\r\n", 200),
    ("If-Range without Range", f"If-Range: {etag}\r\n", 200),
    ("304 before Range", f"If-None-Match: {etag}\r\nRange: bytes=0-1\r\n", 304),
    ("412 before 304", f'If-Match: "x"\r\nIf-None-Match: {etag}\r\n', 412),
]:
    s, h, b = get("/a.txt", headers)
    check(f"{name}: {want}", s == want, (s, h))
def tag_of(content, mtime_ns):
    """The ETag of /tagged, a new file with that content and time."""
    new = WWW + "/tagged.new"
    open(new, "w").write(content)
    os.utime(new, ns=(mtime_ns, mtime_ns))
    os.rename(new, WWW + "/tagged")
    return get("/tagged")[1]["ETag"]
t0 = 1700000000 * 10**9
first = tag_of("one", t0)
held = os.open(WWW + "/tagged", os.O_RDONLY)    # its inode is not given away
check("ETag: another file of that name, size and time", tag_of("two", t0) != first)
with open(WWW + "/tagged", "r+") as f:
    second = get("/tagged")[1]["ETag"]
    f.write("six")
os.utime(WWW + "/tagged", ns=(t0 + 1, t0 + 1))
check("ETag: a nanosecond later", get("/tagged")[1]["ETag"] != second)
with open(WWW + "/tagged", "a") as f:
    f.write("x")
os.utime(WWW + "/tagged", ns=(t0, t0))
check("ETag: another size", get("/tagged")[1]["ETag"] != second)
s, h, b = get("/nope", "If-None-Match: *\r\n")
check("conditions do not count where nothing is", s == 404, s)
s, h, b = get("/a.txt", f"If-None-Match: {etag}\r\n", method="HEAD")
check("304 for HEAD", s == 304 and h["ETag"] == etag and "Content-Length" not in h, (s, h))

# ---- streams ----------------------------------------------------------------
def stream(text, n, pieces=None, wait=0.0, gap=None):
    """Sends text (cut in pieces) and reads n replies from one connection."""
    with dial() as s:
        if pieces:
            for i in range(0, len(text), pieces):
                s.sendall(text[i:i + pieces])
                time.sleep(wait)
        else:
            s.sendall(text)
        f = s.makefile("rb")
        return [read_reply(f) for _ in range(n)] + [f.read(1) if gap else None]

one = ("GET /a.txt HTTP/1.1\r\n" + HOST + "\r\n").encode()
two = ("GET /big HTTP/1.1\r\n" + HOST + "\r\n").encode()
r = stream(one * 200 + two + one, 202)
check("200 pipelined requests, a large one behind them",
      all(x[0] == 200 for x in r[:202]) and r[200][2] == big and r[201][2] == b"hello\n", [x[0] for x in r[:202]][:5])
r = stream(one + two, 2, pieces=1, wait=0.001)
check("byte by byte", (r[0][2], r[1][2]) == (b"hello\n", big))
r = stream(one.replace(b"\r\n\r\n", b"\r\nContent-Length: 7\r\n\r\nGET / H") + one, 2)
check("content of a GET is dropped, not taken for a request", [x[0] for x in r[:2]] == [200, 200] and r[1][2] == b"hello\n", r)
r = stream(one.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nGET /\r\n0\r\n\r\n") + one, 1, gap=True)
check("chunked content: answered, then closed", (r[0][0], r[0][1].get("Connection"), r[1]) == (200, "close", b""), r)
r = stream(one.replace(b"\r\n\r\n", b"\r\nContent-Length: 100000000\r\n\r\n") + b"x" * 1000, 1, gap=True)
check("long content: answered, then closed", (r[0][0], r[1]) == (200, b""), r)
with dial() as s:
    f = s.makefile("rb")
    s.sendall(one.replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"))
    first = read_reply(f)
    s.sendall(b"12345" + one)
    check("Expect: 100, then the answer, then the next one",
          [first[0], read_reply(f)[0], read_reply(f)[0]] == [100, 200, 200], first)
with dial() as s:
    s.sendall(one.replace(b"\r\n\r\n", b"\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n"))
    check("Expect without content is not waited for", read_reply(s.makefile("rb"))[0] == 200)
check("a client that closed its side is answered", ask(one, shut=True)[0] == 200)
r = stream(one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") + one, 1, gap=True)
check("nothing after Connection: close", (r[0][0], r[1]) == (200, b""), r)
r = stream(b"GET /nope HTTP/1.1\r\n" + HOST.encode() + b"\r\n" + one, 2)
def sends_on_after_close():
    """While the answer to the last one is still under way."""
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.settimeout(60)
        s.connect(("127.0.0.1", 80))
        s.sendall(two.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        time.sleep(0.1)
        s.sendall(one)
        n = 0
        try:
            while (got := s.recv(65536)):
                n += len(got)
        except OSError as e:
            return repr(e)
        return n > 300000
check("a request sent after the last one does not take its answer away", sends_on_after_close() is True)
check("a 404 does not end the connection", [x[0] for x in r[:2]] == [404, 200], r)

# ---- deadlines (-t 3), side by side ----------------------------------------
def slow_head():
    with dial() as s:
        start, f = time.time(), s.makefile("rb")
        try:
            for c in one[:-2] + b"X: " + b"y" * 1000:
                s.sendall(bytes([c]))
                time.sleep(0.1)
        except OSError:
            pass
        check("a byte at a time: dropped after -t", 2 < time.time() - start < 60, time.time() - start)

def silent():
    with dial() as s:
        start = time.time()
        got = s.recv(100)
        check("silent: closed after -t", got == b"" and 2 < time.time() - start < 50, (got, time.time() - start))

def half_a_head():
    with dial() as s:
        s.sendall(one[:20])
        reply = read_reply(s.makefile("rb"))
        check("half a request: 408", reply[0] == 408, reply)

def half_a_body():
    for method, body in ("POST", b"408 Request Timeout\n"), ("HEAD", b""):
        with dial() as s:
            s.sendall(method.encode() + b" /a.txt HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")
            f = s.makefile("rb")
            reply = read_reply(f, head_only=True)
            rest = f.read()
            check(f"half of the content ({method}): 408", reply[0] == 408 and rest == body, (reply, rest))

def never_reads():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    s.connect(("127.0.0.1", 80))
    s.sendall(two * 60)
    time.sleep(8)
    s.settimeout(3)
    n = 0
    try:
        while (got := s.recv(65536)):
            n += len(got)
    except OSError:
        pass
    check("a client that never reads is dropped", n < 60 * 300000, n)

def reads_slowly():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    s.connect(("127.0.0.1", 80))
    s.sendall(two * 10 + one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    n, end, got = 0, time.time() + 7, b"x"
    while got:
        slowly = time.time() < end or not served.is_set()
        got = s.recv(4096 if slowly else 1 << 20)
        n += len(got)
        if slowly:
            time.sleep(0.02)
    check("a slow reader gets everything", n > 10 * 300000, n)

served = threading.Event()
threads = [threading.Thread(target=t) for t in (slow_head, silent, half_a_head, half_a_body, never_reads, reads_slowly)]
for t in threads:
    t.start()
time.sleep(0.5)
for _ in range(50):
    get("/big")
check("others are served meanwhile", threads[-1].is_alive())
served.set()
for t in threads:
    t.join()

# ---- random bytes -----------------------------------------------------------
import random
random.seed(7)
for i in range(200):
    with dial() as s:
        try:
            s.sendall(random.randbytes(random.randrange(1, 3000)) + (b"\r\n\r\n" if i % 2 else b""))
            s.shutdown(socket.SHUT_WR)
            while s.recv(65536):
                pass
        except OSError:
            pass
check("alive after random bytes", get()[0] == 200)
sys.exit(failed)
PY
python3 "$T/client.py" "$T/www" || failed=1
stop web
check "SIGTERM: exit 0" test $? -eq 0
check "a wrong request is in the log" grep -qF 'sent "GET /a.txt HTTP/1.1" refused why="no Host' "$T/web.log"
check "what it sent is escaped there" grep -qF 'sent "\xe4M\xa7' "$T/web.log"
check "faults are held back" test "$(grep -c refused "$T/web.log")" -lt 100
finish
