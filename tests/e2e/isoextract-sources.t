#!/bin/sh
# isoextract's sources: packages, other archives, URLs by ranges (with the bytes
# counted, with connections that break, without ranges), and sums of the whole.
# shellcheck disable=SC2016 # $1 is for the inner sh
. "$(dirname "$0")/../lib.sh"
need xorriso python3 ar xz zstd

iso=$BIN/isoextract/isoextract

# ---- packages ---------------------------------------------------------------------
mkdir -p "$T/pkg/usr/lib/shim" "$T/pkg/etc"
echo 'a loader' >"$T/pkg/usr/lib/shim/shimx64.efi"
echo 'a setting' >"$T/pkg/etc/setting"
ln -s ../usr/lib/shim "$T/pkg/etc/inside"
chmod 600 "$T/pkg/usr/lib/shim/shimx64.efi"
echo 2.0 >"$T/debian-binary"
: >"$T/control"
tar -C "$T" -cJf "$T/control.tar.xz" ./control
for c in xz zst gz; do
	tar -C "$T/pkg" -caf "$T/data.tar.$c" .
	rm -f "$T/p.deb"
	(cd "$T" && ar rc p.deb debian-binary control.tar.xz "data.tar.$c" 2>/dev/null)
	check "a .deb ($c) by pattern" "$iso" -C "$T/deb$c" "$T/p.deb" '*/shimx64.efi'
	check 'that file alone' test "$(cd "$T/deb$c" && find . -type f)" = ./usr/lib/shim/shimx64.efi
	check 'readable at once' test "$(stat -c %a "$T/deb$c/usr/lib/shim/shimx64.efi")" = 644
done
check 'a .deb from a pipe' sh -c '"$1" -C "$2" - <"$3"' - "$iso" "$T/debpipe" "$T/p.deb"
check 'all of its files' cmp "$T/pkg/etc/setting" "$T/debpipe/etc/setting"
head -c $(($(stat -c %s "$T/p.deb") - 100)) "$T/p.deb" >"$T/cut.deb"
check_rc 3 'a .deb cut short' "$iso" -C "$T/debcut" "$T/cut.deb"

# The smallest RPM: lead, signature header, header, then a compressed cpio.
cat >"$T/rpm.py" <<'PY'
import struct, sys, gzip
def header():
    return b'\x8e\xad\xe8\x01' + bytes(4) + struct.pack('>II', 1, 4) + struct.pack('>IIII', 1000, 6, 0, 1) + b'x\0\0\0'
def cpio(name, data, mode):
    name = name.encode() + b'\0'
    h = b'070701' + b''.join(b'%08x' % n for n in (1, mode, 0, 0, 1, 1000000000, len(data), 0, 0, 0, 0, len(name), 0)) + name
    h += bytes(-len(h) % 4)
    return h + data + bytes(-len(data) % 4)
lead = b'\xed\xab\xee\xdb\x03\0' + bytes(90)
sig = header()
sig += bytes(-len(sig) % 8)
body = cpio('./boot/efi/EFI/fedora/shimx64.efi', b'an rpm loader\n', 0o100700) + cpio('TRAILER!!!', b'', 0)
open(sys.argv[1], 'wb').write(lead + sig + header() + gzip.compress(body))
PY
python3 "$T/rpm.py" "$T/p.rpm"
check 'an .rpm by pattern' "$iso" -C "$T/rpm" "$T/p.rpm" '*/shimx64.efi'
check 'its file' grep -qx 'an rpm loader' "$T/rpm/boot/efi/EFI/fedora/shimx64.efi"
tar -C "$T/pkg" -cf "$T/p.tar" etc/setting
xz -k "$T/p.tar"
check 'a .tar.xz' "$iso" -C "$T/txz" "$T/p.tar.xz"
check 'its file' cmp "$T/pkg/etc/setting" "$T/txz/etc/setting"
python3 -m zipfile -c "$T/p.zip" "$T/pkg/etc/setting"
check 'a .zip' "$iso" -C "$T/zip" "$T/p.zip"
check 'its file' cmp "$T/pkg/etc/setting" "$T/zip/setting"

# ---- an image to fetch ------------------------------------------------------------------
mkdir -p "$T/tree/boot"
for n in 1 2 3 4 5 6 7 8; do head -c 1500000 /dev/urandom >"$T/tree/big$n"; done
head -c 2000000 /dev/urandom >"$T/tree/boot/vmlinuz"
head -c 3000000 /dev/urandom >"$T/tree/boot/initrd"
mkdir "$T/www"
xorriso -as mkisofs -quiet -R -V FETCH -o "$T/www/i.iso" "$T/tree" 2>/dev/null
gzip -1 -c "$T/www/i.iso" >"$T/www/i.iso.gz"

mkdir "$T/bootable"
cp "$T/tree/boot/vmlinuz" "$T/bootable/linux"
cp "$T/tree/boot/initrd" "$T/bootable/initrd.gz"
xorriso -as mkisofs -quiet -R -V BOOT -o "$T/www/b.iso" "$T/bootable" 2>/dev/null

# A server with ranges that counts what it sends; /break/ ends connections
# early; /plain/ has no ranges; /change/ has another ETag each time.
cat >"$T/server.py" <<'PY'
import http.server, os, re, sys
root, log = sys.argv[1:]
n = 0
class H(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def log_message(self, *a): pass
    def do_GET(self):
        global n
        n += 1
        way, _, name = self.path.strip('/').rpartition('/')
        try:
            data = open(os.path.join(root, os.path.basename(name)), 'rb').read()
        except OSError:
            self.send_error(404)
            return
        m = re.match(r'bytes=(\d+)-(\d+)$', self.headers.get('Range', '')) if way != 'plain' else None
        self.send_response(206 if m else 200)
        self.send_header('ETag', '"%d"' % (n if way == 'change' else 1))
        part = data
        if m:
            part = data[int(m[1]):int(m[2]) + 1]
            self.send_header('Content-Range', 'bytes %s-%d/%d' % (m[1], int(m[1]) + len(part) - 1, len(data)))
        self.send_header('Content-Length', str(len(part)))
        self.end_headers()
        if way == 'break' and len(part) > 100000:
            part = part[:len(part) * 2 // 3]
            self.close_connection = True
        with open(log, 'a') as f:
            print(len(part), file=f)
        try:
            self.wfile.write(part)
        except OSError:
            self.close_connection = True
s = http.server.ThreadingHTTPServer(('127.0.0.1', 80), H)
print('ready', flush=True)
s.serve_forever()
PY
start web python3 "$T/server.py" "$T/www" "$T/sent"
ready web ready
U=http://127.0.0.1

check 'two files out of an image at a URL' "$iso" -C "$T/u1" $U/i.iso boot/vmlinuz boot/initrd
check 'the right ones' diff -r "$T/tree/boot" "$T/u1/boot"
sent=$(awk '{ n += $1 } END { print n }' "$T/sent") requests=$(wc -l <"$T/sent")
wanted=$((5000000 * 102 / 100 + 2097152))
if [ "$sent" -le $wanted ] && [ "$requests" -le 12 ]; then
	ok "with $sent bytes in $requests requests of $(stat -c %s "$T/www/i.iso")"
else
	not_ok "with $sent bytes in $requests requests, more than $wanted in 12"
fi
check 'all of it' "$iso" -C "$T/u2" $U/i.iso
check 'the same' diff -r "$T/tree" "$T/u2"
check 'a list' "$iso" -l $U/i.iso
check '-b of an image at a URL' "$iso" -b -P "$SRC/isoextract/profiles" $U/b.iso
check 'connections that break are taken up again' "$iso" -C "$T/u3" $U/break/i.iso
check 'the same' diff -r "$T/tree" "$T/u3"
check_rc 3 'a server without ranges' "$iso" -C "$T/u4" $U/plain/i.iso
said 'says what to do' 'no ranges.*-f'
check '-f streams' "$iso" -f -C "$T/u4" $U/plain/i.iso
check 'the same' diff -r "$T/tree" "$T/u4"
check 'a compressed image, streamed' "$iso" -f -C "$T/u5" $U/plain/i.iso.gz boot
check 'the same' diff -r "$T/tree/boot" "$T/u5/boot"
check 'a compressed image, by ranges' "$iso" -C "$T/u7" $U/i.iso.gz boot
check 'the same' diff -r "$T/tree/boot" "$T/u7/boot"
ln "$T/pkg/etc/setting" "$T/pkg/etc/second"
tar -C "$T/pkg" -czf "$T/links.tgz" etc/second etc/setting
check 'the second name of a file, of what is compressed' "$iso" -C "$T/links" "$T/links.tgz" etc/setting
check 'has its bytes' cmp "$T/pkg/etc/setting" "$T/links/etc/setting"
rm "$T/pkg/etc/second"
check_rc 3 'a file that changes meanwhile' "$iso" -C "$T/u6" $U/change/i.iso
said 'is found out' 'changed'
check_rc 2 'a URL that is not there' "$iso" -l $U/missing.iso
said 'says so' '404'
check_rc 3 'a server that is not there' "$iso" -l http://127.0.0.1:9/i.iso

# The part of FTP that a client with REST needs (RFC 959, 2428, 3659).
cat >"$T/ftp.py" <<'PY'
import os, socketserver, socket, sys
root, log = sys.argv[1:]
class H(socketserver.StreamRequestHandler):
    def say(self, s): self.wfile.write(s.encode() + b'\r\n')
    def handle(self):
        self.say('220 ready')
        at, data = 0, None
        for line in self.rfile:
            verb, _, arg = line.decode().strip().partition(' ')
            path = os.path.join(root, os.path.basename(arg))
            if verb == 'EPSV':
                data = socket.create_server(('127.0.0.1', 0))
                self.say('229 here (|||%d|)' % data.getsockname()[1])
            elif verb == 'SIZE' and os.path.isfile(path): self.say('213 %d' % os.path.getsize(path))
            elif verb == 'REST':
                at = int(arg)
                self.say('350 from there')
            elif verb == 'RETR' and os.path.isfile(path):
                self.say('150 coming')
                c, _ = data.accept()
                n = 0
                with open(path, 'rb') as f:
                    f.seek(at)
                    try:
                        while b := f.read(65536):
                            c.sendall(b)
                            n += len(b)
                        end = '226 done'
                    except OSError:
                        end = '426 broken'
                c.close()
                data.close()
                at = 0
                open(log, 'a').write('%d\n' % n)
                try: self.say(end)
                except OSError: return
            elif verb in ('SIZE', 'RETR'): self.say('550 no such file')
            elif verb == 'USER': self.say('331 and?')
            elif verb == 'PWD': self.say('257 "/"')
            elif verb == 'QUIT': return self.say('221 bye')
            else: self.say('200 fine' if verb in ('PASS', 'TYPE') else '250 fine' if verb == 'CWD' else '502 what')
class S(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
s = S(('127.0.0.1', 21), H)
print('ready', flush=True)
s.serve_forever()
PY
start ftp python3 "$T/ftp.py" "$T/www" "$T/ftp.sent"
ready ftp ready
check 'FTP' "$iso" -C "$T/f1" ftp://127.0.0.1/i.iso boot
check 'the right files' diff -r "$T/tree/boot" "$T/f1/boot"
check_rc 2 'an FTP URL that is not there' "$iso" -l ftp://127.0.0.1/missing.iso

# ---- sums ----------------------------------------------------------------------------------
sum=$(sha256sum <"$T/www/i.iso" | cut -d' ' -f1)
wrong=$(echo wrong | sha256sum | cut -d' ' -f1)
check '-s of a file' "$iso" -s "$sum" -C "$T/s1" "$T/www/i.iso" boot
check '-s of a pipe' sh -c '"$1" -s "$2" -C "$3" - <"$4"' - "$iso" "$sum" "$T/s2" "$T/www/i.iso"
check 'all is there' diff -r "$T/tree" "$T/s2"
check '-s of a URL' "$iso" -s "$sum" -C "$T/s3" $U/i.iso
check 'all is there' diff -r "$T/tree" "$T/s3"
check_rc 1 'a wrong sum' "$iso" -s "$wrong" -C "$T/s4" "$T/www/i.iso"
said 'shows the right one' "$sum"
mkdir -p "$T/s5"
check_rc 1 'a wrong sum, from a pipe' sh -c '"$1" -s "$2" -C "$3" - <"$4"' - "$iso" "$wrong" "$T/s5" "$T/www/i.iso"
check 'nothing is kept' test -z "$(find "$T/s4" "$T/s5" -type f 2>/dev/null)"
check_rc 1 'a wrong sum, -b' "$iso" -b -s "$wrong" "$T/www/b.iso"
check 'nothing is said of how it boots' test ! -s "$T/out"
check_rc 1 'the same from a pipe' sh -c '"$1" -b -s "$2" - <"$3"' - "$iso" "$wrong" "$T/www/b.iso"
check 'nothing is said there' test ! -s "$T/out"
printf '%s  other.iso\n%s *i.iso\n' "$wrong" "$sum" >"$T/SHA256SUMS"
check '-s @FILE' "$iso" -s "@$T/SHA256SUMS" -n "$T/www/i.iso"
printf 'SHA256 (i.iso) = %s\nSHA256 (z.iso) = %s\n' "$sum" "$wrong" >"$T/BSD"
check '-s @FILE as BSD writes them' "$iso" -s "@$T/BSD" -n $U/i.iso
check_rc 2 'a list without it' "$iso" -s "@$T/SHA256SUMS" -n "$T/www/i.iso.gz"
check_rc 2 'no sum at all' "$iso" -s xyz -n "$T/www/i.iso"
check 'a pipe with a hard link, held back' sh -c 'tar -C "$2" -cf - . | "$1" -s "$(tar -C "$2" -cf - . | sha256sum | cut -d" " -f1)" -C "$3" -' - "$iso" "$T/pkg" "$T/s6"
check 'all is there' cmp "$T/pkg/etc/setting" "$T/s6/etc/setting"

# What implantisomd5 does: the MD5 sum of all but the last SKIPSECTORS sectors,
# with blanks in "application use", where the sum is then written.
cat >"$T/implant.py" <<'PY'
import hashlib, sys
d = bytearray(open(sys.argv[1], 'rb').read())
size = int.from_bytes(d[32768 + 80:32768 + 84], 'little') * 2048
app = slice(32768 + 883, 32768 + 883 + 512)
d[app] = b' ' * 512
s = 'ISO MD5SUM = %s;SKIPSECTORS = 15;RHLISOSTATUS=1;FRAGMENT SUMS = 0;FRAGMENT COUNT = 20;THIS IS NOT THE SAME AS RUNNING MD5SUM ON THIS ISO!!' % hashlib.md5(d[:size - 15 * 2048]).hexdigest()
d[app] = s.encode().ljust(512)
open(sys.argv[1], 'wb').write(d)
PY
check_rc 1 '-c without a sum inside' "$iso" -c -n "$T/www/i.iso"
said 'says so' 'no sum is implanted'
cp "$T/www/i.iso" "$T/www/m.iso"
python3 "$T/implant.py" "$T/www/m.iso"
check '-c of a file' "$iso" -c -n "$T/www/m.iso"
check '-c of a pipe, extracting' sh -c '"$1" -c -C "$2" - <"$3"' - "$iso" "$T/c1" "$T/www/m.iso"
check 'all is there' diff -r "$T/tree" "$T/c1"
printf X | dd of="$T/www/m.iso" bs=1 seek=3000000 conv=notrunc status=none
check_rc 1 '-c of a damaged file' "$iso" -c -C "$T/c2" "$T/www/m.iso"
said 'says so' 'damaged'
check_rc 1 '-c of a damaged pipe' sh -c '"$1" -c -C "$2" - <"$3"' - "$iso" "$T/c2" "$T/www/m.iso"
check 'nothing is kept' test -z "$(find "$T/c2" -type f 2>/dev/null)"
check 'no temporary file is left' test -z "$(find "$T" -name '.isoextract.*')"
finish
