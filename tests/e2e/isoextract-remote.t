#!/bin/sh
# isoextract at a URL: nginx, our own server and one that breaks connections at
# random; the bytes and requests are counted by the servers.
# shellcheck disable=SC2016 # $1 is for the inner sh
. "$(dirname "$0")/../lib.sh"
need xorriso python3 nginx genisoimage

iso=$BIN/isoextract/isoextract
W=$T/www
mkdir -p "$W" "$T/tree/boot" "$T/tree/pool"
head -c 10000000 /dev/urandom >"$T/tree/boot/vmlinuz"
head -c 50000000 /dev/urandom >"$T/tree/boot/initrd"
echo placeholder >"$T/tree/zzz.img"
i=0
while [ $i -lt 1500 ]; do
	mkdir -p "$T/tree/pool/$((i / 3))"
	echo $i >"$T/tree/pool/$((i / 3))/package-$i.deb"
	i=$((i + 1))
done
xorriso -as mkisofs -quiet -R -J -V REMOTE -o "$W/i.iso" "$T/tree" 2>/dev/null
python3 "$SRC/tests/e2e/isoextract-big.py" "$W/i.iso" ZZZ.IMG 4000000000
python3 "$SRC/tests/e2e/isoextract-udf.py" "$W/u.iso" tree="$T/tree" kind=metadata big=4000000000
chmod -R a+rX "$T"
WANTED=$(((10000000 + 50000000) * 102 / 100 + 2097152))

# frugal NAME BYTES REQUESTS
frugal() {
	if [ "$2" -le $WANTED ] && [ "$3" -le 16 ]; then ok "$1: $2 bytes in $3 requests"; else
		not_ok "$1: $2 bytes in $3 requests, more than $WANTED in 16"
	fi
}

# ---- nginx ---------------------------------------------------------------------------
mkdir "$T/nginx"
cat >"$T/nginx.conf" <<EOF
daemon off;
master_process off;
error_log $T/nginx/error.log;
pid $T/nginx/pid;
events { }
http {
	log_format sent '\$body_bytes_sent \$status \$request';
	access_log $T/nginx/access.log sent;
	client_body_temp_path $T/nginx/1; proxy_temp_path $T/nginx/2; fastcgi_temp_path $T/nginx/3;
	uwsgi_temp_path $T/nginx/4; scgi_temp_path $T/nginx/5;
	server { listen 127.0.0.1:8080; root $W; location / { } }
	server { listen 127.0.0.1:8081; root $W; max_ranges 0; }
}
EOF
start nginx nginx -c "$T/nginx.conf"
wait_for 10 sh -c 'curl -s -o /dev/null http://127.0.0.1:8080/'
for image in i u; do
	: >"$T/nginx/access.log"
	check "nginx, $image.iso: kernel and initrd" "$iso" -q -C "$T/n$image" http://127.0.0.1:8080/$image.iso boot
	check 'the right ones' diff -r "$T/tree/boot" "$T/n$image/boot"
	# shellcheck disable=SC2046 # two numbers
	frugal "of $(stat -c %s "$W/$image.iso")" $(awk '{ n += $1 } END { print n, NR }' "$T/nginx/access.log")
	: >"$T/nginx/access.log"
	check 'the same again' "$iso" -q -C "$T/n$image" http://127.0.0.1:8080/$image.iso boot
	check 'fetches no data' test "$(awk '{ n += $1 } END { print n }' "$T/nginx/access.log")" -le 1048576
done
check_rc 3 'nginx without ranges' "$iso" -q -C "$T/nn" http://127.0.0.1:8081/i.iso boot
said 'says what to do' 'no ranges.*-f'
stop nginx

# ---- httpd-boot ------------------------------------------------------------------------
start web hold tcp:127.0.0.1:80 -- "$BIN/httpd-boot/httpd-boot" -a "$T/access.log" "$W"
ready web .
for image in i u; do
	: >"$T/access.log"
	check "httpd-boot, $image.iso: kernel and initrd" "$iso" -q -C "$T/h$image" http://127.0.0.1/$image.iso boot
	check 'the right ones' diff -r "$T/tree/boot" "$T/h$image/boot"
	# shellcheck disable=SC2046 # two numbers
	frugal 'little is sent' $(awk '{ n += $10 } END { print n, NR }' "$T/access.log")
done
: >"$T/access.log"
check 'many small files' "$iso" -q -C "$T/pool" http://127.0.0.1/i.iso pool
check 'the same ones' diff -r "$T/tree/pool" "$T/pool/pool"
check 'come in few requests' test "$(wc -l <"$T/access.log")" -le 40
check '-l' "$iso" -l http://127.0.0.1/u.iso
stop web

# ---- a server that breaks connections at random -------------------------------------------
cat >"$T/breaker.py" <<'PY'
import http.server, os, random, re, socket, struct, sys
root, log = sys.argv[1:]
random.seed(1)
class H(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def log_message(self, *a): pass
    def do_GET(self):
        with open(os.path.join(root, os.path.basename(self.path)), 'rb') as f:
            size = os.fstat(f.fileno()).st_size
            m = re.match(r'bytes=(\d+)-(\d+)$', self.headers['Range'])
            first, last = int(m[1]), min(int(m[2]), size - 1)
            f.seek(first)
            data = f.read(last - first + 1)
        how = random.choice(['whole', 'whole', 'short', 'short', 'reset', 'nothing', 'busy'])
        if how == 'nothing':
            self.close_connection = True
            return
        if how == 'busy':
            self.send_response(503)
            self.send_header('Content-Length', '0')
            self.end_headers()
            return
        self.send_response(206)
        self.send_header('Content-Range', 'bytes %d-%d/%d' % (first, last, size))
        self.send_header('Content-Length', str(len(data)))
        self.send_header('ETag', '"same"')
        self.end_headers()
        n = len(data) if how == 'whole' else random.randrange(len(data) + 1)
        try:
            self.wfile.write(data[:n])
        except OSError:
            pass
        with open(log, 'a') as f:
            print(n, how, file=f)
        if how == 'reset':
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        self.close_connection = how != 'whole'
s = http.server.ThreadingHTTPServer(('127.0.0.1', 8082), H)
print('ready', flush=True)
s.serve_forever()
PY
start breaker python3 "$T/breaker.py" "$W" "$T/broken"
ready breaker ready
for image in i u; do
	: >"$T/broken"
	check "connections that break, $image.iso" "$iso" -q -C "$T/b$image" http://127.0.0.1:8082/$image.iso boot/vmlinuz
	check 'the right files all the same' cmp "$T/tree/boot/vmlinuz" "$T/b$image/boot/vmlinuz"
	check 'some did break' grep -q -e short -e reset "$T/broken"
	# What lay in the sockets' buffers is lost with a connection.
	check 'what had come was kept' test "$(awk '{ n += $1 } END { print n }' "$T/broken")" -le 24000000
done
stop breaker
check_rc 3 'a server that is gone' "$iso" -q -C "$T/gone" http://127.0.0.1:8082/i.iso boot
check 'no temporary file is left' test -z "$(find "$T" -name '.isoextract.*')"
finish
