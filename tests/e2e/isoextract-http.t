#!/bin/sh
# What web servers answer to isoextract: passwords, redirections that do not last,
# refusals, busy ones, wrong parts, files that change, proxies.
# shellcheck disable=SC2016 # $1 is awk's
. "$(dirname "$0")/../lib.sh"
need xorriso python3

iso=$BIN/isoextract/isoextract
U=http://127.0.0.1

# unsaid NAME PATTERN: what it wrote nowhere, although it wrote something
unsaid() {
	if grep -q -e "$2" "$T/err" "$T/out" || ! grep -q . "$T/err" "$T/out"; then
		sed 's/^/# /' "$T/err"
		not_ok "$1"
	else ok "$1"; fi
}

mkdir -p "$T/tree/boot" "$T/tree/pool" "$T/www" "$T/home"
n=0
while [ $n -lt 900 ]; do # directories that do not fit into the first piece that is fetched
	n=$((n + 1))
	: >"$T/tree/pool/package-with-a-name-$n"
done
for n in 1 2 3 4 5 6 7 8; do head -c 1500000 /dev/urandom >"$T/tree/part$n"; done
head -c 2000000 /dev/urandom >"$T/tree/boot/vmlinuz"
xorriso -as mkisofs -quiet -R -V SERVED -o "$T/www/i.iso" "$T/tree" 2>/dev/null
: >"$T/www/empty.iso"

# The directory of a path says how the server behaves.
cat >"$T/server.py" <<'PY'
import base64, http.server, os, re, sys, time, urllib.parse
root, log = sys.argv[1:]
asked = {}
class H(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def log_message(self, *a): pass
    def refuse(self, status, *headers):
        self.send_response(status)
        for h in headers: self.send_header(*h)
        self.send_header('Content-Length', '0')
        self.end_headers()
    def do_HEAD(self): self.do_GET()
    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        way, _, name = url.path.strip('/').rpartition('/')
        n = asked[way] = asked.get(way, 0) + 1
        with open(log, 'a') as f:
            print('%.3f %s %s' % (time.time(), self.command, self.path), file=f)
        if way == 'auth' and self.headers.get('Authorization') != 'Basic ' + base64.b64encode(b'me:secret').decode():
            return self.refuse(401, ('WWW-Authenticate', 'Basic realm="x"'))
        if way in ('403', '404', '407', '500'): return self.refuse(int(way))
        if way == 'endless':
            self.send_response(404)
            self.send_header('Connection', 'close')
            self.end_headers()
            self.close_connection = True
            try:
                while True: self.wfile.write(bytes(65536))
            except OSError: return
        if way == 'loop': return self.refuse(302, ('Location', '/loop/' + name))
        if way == 'strange': return self.refuse(302, ('Location', 'file:///etc/passwd'))
        if way == 'away': return self.refuse(302, ('Location', '/signed%d/%s' % (n, name)))
        if way == 'authaway': way = 'auth'; return self.refuse(302, ('Location', '/auth/' + name))
        if way.startswith('signed') and n > 3: return self.refuse(403)
        if way == 'gone' and n > 1: return self.refuse(403)
        if way == 'busy' and n in (1, 3): return self.refuse(503 if n == 1 else 429, ('Retry-After', '1'))
        with open(os.path.join(root, urllib.parse.unquote(os.path.basename(name))), 'rb') as f: data = f.read()
        m = re.match(r'bytes=(\d+)-(\d+)$', self.headers.get('Range', ''))
        if not m: return self.whole(data)
        first, last = int(m[1]), min(int(m[2]), len(data) - 1)
        if first >= len(data): return self.refuse(416, ('Content-Range', 'bytes */%d' % len(data)))
        if way == 'more' and last < len(data) - 5000: last += 5000
        if way == 'other' and first > 0: first, last = first + 2048, last + 2048
        part = data[first:last + 1]
        self.send_response(206)
        size = len(data) + (2048 * n if way == 'grown' else 0)
        self.send_header('Content-Range', 'bytes %d-%d/%d' % (first, last, size))
        self.send_header('Content-Length', str(len(part)))
        if way == 'later': self.send_header('Last-Modified', 'Thu, 01 Jan 1970 00:00:%02d GMT' % n)
        self.end_headers()
        self.body(part)
    def whole(self, data):
        self.send_response(200)
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        self.body(data)
    def body(self, part):
        try:
            if self.command != 'HEAD': self.wfile.write(part)
        except OSError: self.close_connection = True
s = http.server.ThreadingHTTPServer(('127.0.0.1', 80), H)
print('ready', flush=True)
s.serve_forever()
PY
start web python3 "$T/server.py" "$T/www" "$T/asked"
ready web ready
HOME=$T/home
export HOME
unset http_proxy https_proxy ftp_proxy all_proxy no_proxy

# ---- who may have it -----------------------------------------------------------------
check_rc 2 'a password is needed' "$iso" -l $U/auth/i.iso
said 'says so' '401 (not allowed)'
check 'a password in the URL' "$iso" -q -C "$T/auth" http://me:secret@127.0.0.1/auth/i.iso boot
check 'the right file' cmp "$T/tree/boot/vmlinuz" "$T/auth/boot/vmlinuz"
check 'is kept when the server sends elsewhere' "$iso" -q -n http://me:secret@127.0.0.1/authaway/i.iso
check_rc 2 'a wrong one' "$iso" -l http://me:wrongsecret@127.0.0.1/auth/i.iso
unsaid 'is not shown' 'wrongsecret'
check_rc 1 'another complaint about that image' "$iso" -v -C "$T/auth" http://me:secret@127.0.0.1/auth/i.iso nowhere
said 'names it' 'http://127.0.0.1/auth/i.iso: no member matches'
unsaid 'without the password' secret
printf 'machine 127.0.0.1 login me password secret\n' >"$T/home/.netrc"
check 'a password in ~/.netrc' "$iso" -q -n $U/auth/i.iso boot
rm "$T/home/.netrc"

# ---- refusals, redirections ------------------------------------------------------------
for status in 403 404 407; do
	check_rc 2 "$status" "$iso" -C "$T/none" $U/$status/i.iso
	said 'says so' "the server answers $status ("
done
check_rc 3 'redirected for ever' "$iso" -l $U/loop/i.iso
said 'says so' 'redirects'
check_rc 3 'redirected to a file of this machine' "$iso" -l $U/strange/i.iso
unsaid 'is not read' root:
check 'an address that is good for three requests alone' "$iso" -q -C "$T/away" $U/away/i.iso
check 'the right files' diff -r "$T/tree" "$T/away"
check 'redirected once for each three' test "$(grep -c '/away/' "$T/asked")" -ge 2
check_rc 3 'refused in the middle' "$iso" -C "$T/none" $U/gone/i.iso
said 'says why' 'cannot read it: the server answers 403'
unsaid 'and calls nothing damaged' damaged
check_rc 1 'an empty file' "$iso" -l $U/empty.iso
said 'is said to be empty' 'it is empty'

# ---- answers that are not what was asked for -----------------------------------------------
: >"$T/asked"
check 'a busy server' "$iso" -q -n $U/busy/i.iso boot
check 'is left alone for as long as it asks' awk '/\/busy\// { if (n++ == 1 && $1 - last < 0.9) bad = 1; last = $1 } END { exit bad || n < 4 }' "$T/asked"
check 'more than was asked for' "$iso" -q -C "$T/more" $U/more/i.iso
check 'the right files' diff -r "$T/tree" "$T/more"
check_rc 3 'another part than was asked for' "$iso" -q -C "$T/other" $U/other/i.iso
said 'is found out' 'another part'
check_rc 3 'another size each time' "$iso" -q -C "$T/grown" $U/grown/i.iso
said 'is found out' 'has changed'
check_rc 3 'another date each time' "$iso" -q -C "$T/later" $U/later/i.iso
said 'is found out' 'has changed'
check 'nothing wrong is kept' test -z "$(find "$T/other" "$T/grown" "$T/later" -type f 2>/dev/null)"

# ---- a page without end ----------------------------------------------------------------
check_rc 2 'an error page without end is not waited for' timeout 60 "$iso" -q -n $U/endless/i.iso
said 'what the server said is' '404'

# ---- sums by name ----------------------------------------------------------------------
wrong=$(echo wrong | sha256sum | cut -d' ' -f1)
printf '%s  other.iso\n%s  i.iso\n' "$wrong" "$(sha256sum <"$T/www/i.iso" | cut -d' ' -f1)" >"$T/SHA256SUMS"
check '-s @FILE of a URL with a query' "$iso" -q -n -s "@$T/SHA256SUMS" "$U/i.iso?token=a/other.iso&x=1"
check 'of a URL with escapes' "$iso" -q -n -s "@$T/SHA256SUMS" "$U/%69.iso"
check_rc 2 'a name that is not in the list' "$iso" -q -n -s "@$T/SHA256SUMS" "$U/x.iso?i.iso"
check_rc 2 'a directory for a list' "$iso" -q -n -s "@$T" $U/i.iso
said 'says why' 'cannot read'

# ---- proxies ---------------------------------------------------------------------------
: >"$T/asked"
check 'http_proxy' env http_proxy=$U:80 "$iso" -q -C "$T/proxy" http://images.invalid/i.iso boot
check 'was asked' grep -q 'GET http://images.invalid/i.iso' "$T/asked"
check 'FTP by way of an HTTP proxy' env ftp_proxy=$U:80 "$iso" -q -C "$T/proxied" ftp://images.invalid/i.iso boot
check 'was asked' grep -q 'GET ftp://images.invalid/i.iso' "$T/asked"
check 'the right file' cmp "$T/tree/boot/vmlinuz" "$T/proxied/boot/vmlinuz"
check 'no_proxy' env http_proxy=http://127.0.0.1:9 no_proxy=127.0.0.1 "$iso" -q -n $U/i.iso boot
finish
