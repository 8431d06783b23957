#!/bin/sh
# An image served as it is: both servers read files out of it by its map; the disk comes
# first; an image that has changed is not served.
# shellcheck disable=SC2154 # pid_* come from start
. "$(dirname "$0")/../lib.sh"
need curl python3
need_nobody
W=$T/www
mkdir "$W" "$W/iso" "$W/deb"
head -c 3000000 /dev/urandom >"$W/iso/a b.iso"
printf 'lang en_US caf\303\251\n' | dd of="$W/iso/a b.iso" bs=1 seek=500000 conv=notrunc 2>/dev/null
{ head -c 32769 /dev/zero && printf CD001; } | dd of="$W/iso/a b.iso" bs=4096 seek=150 conv=notrunc 2>/dev/null
touch -d @1700000000 "$W/iso/a b.iso"
cat >"$W/deb.extents" <<'EOF'
image file="iso/a b.iso" size=3000000 mtime=1700000000
file path=install/vmlinuz at=1000 size=400000 mtime=1600000000
file path=install/initrd.gz at=401000 size=7
file path=install/a.ks at=500000 size=17
file path=install/empty at=3000000 size=0
file path=big at=1000000 size=2000000
file path=odd at=1 size=2
file path=iso9660/disc at=614400 size=40000
file path=iso9660/cut at=614400 size=32773
link path=debian to=.
link path=latest to=install/vmlinuz
extract path=pool/odd.deb
EOF
echo disk >"$W/deb/odd"
part() { tail -c +$(($1 + 1)) "$W/iso/a b.iso" | head -c "$2"; }
part 1000 400000 >"$T/vmlinuz"
part 1000000 2000000 >"$T/big"
U=http://127.0.0.1
start web hold tcp:127.0.0.1:80 -- "$BIN/httpd-boot/httpd-boot" -u "$user" "$W"
start tftpd hold udp:127.0.0.1:69 -- "$BIN/tftpd-lite/tftpd-lite" -u "$user" "$W"
ready web ready:
ready tftpd ready
check 'the map is read at the start' grep -q 'deb.extents: 10 files of "iso/a b.iso"' "$T/web.log"

got() { curl -sf -m 30 "$@" | cmp - "$want"; }
want=$T/vmlinuz
check 'HTTP' got $U/deb/install/vmlinuz
check 'TFTP' got tftp://127.0.0.1/deb/install/vmlinuz
check 'TFTP, large blocks' got --tftp-blksize 9000 tftp://127.0.0.1/deb/install/vmlinuz
check 'by a link' got $U/deb/latest
check 'by a directory that is one' got $U/deb/debian/debian/install/vmlinuz
check 'TFTP, by a link' got tftp://127.0.0.1/deb/debian/latest
want=$T/big
check 'to the end of the image' got $U/deb/big
check 'TFTP, to the end of the image' got tftp://127.0.0.1/deb/big
part 1100 50000 >"$T/range" && want=$T/range
check 'a range' got -r 100-50099 $U/deb/install/vmlinuz
check 'several' sh -c "curl -s -r 0-9,399990-399999 $U/deb/install/vmlinuz | grep -ac 'Content-Range: bytes .*/400000' | grep -qx 2"
head -c 10 "$T/vmlinuz" >"$T/two" && tail -c 10 "$T/vmlinuz" >>"$T/two"
check 'and their bytes' python3 - "$T" <<'EOF'
import email, sys, urllib.request
r = urllib.request.urlopen(urllib.request.Request("http://127.0.0.1/deb/install/vmlinuz", headers={"Range": "bytes=0-9,399990-399999"}))
m = email.message_from_bytes(b"Content-Type: " + r.headers["Content-Type"].encode() + b"\r\n\r\n" + r.read())
assert b"".join(p.get_payload(decode=True) for p in m.get_payload()) == open(sys.argv[1] + "/two", "rb").read()
EOF
headers() { curl -sI "$U/$1" | tr -d '\r'; }
type_of() { headers "$1" | sed -n 's/^Content-Type: //p'; }
check 'HEAD' test "$(headers deb/install/vmlinuz | grep -c -e '^Content-Length: 400000$' -e '^Last-Modified: Sun, 13 Sep 2020')" -eq 2
check 'a type, and a charset' test "$(type_of deb/install/a.ks)" = 'text/plain; charset=utf-8'
check 'an image within it is one by its content' test "$(type_of deb/iso9660/disc)" = application/vnd.efi-iso
check 'what lies behind a file does not count' test "$(type_of deb/iso9660/cut)" = application/octet-stream
check 'an empty file' test "$(curl -s -w '%{http_code}' $U/deb/install/empty)" = 200
etag=$(headers deb/big | sed -n 's/^ETag: //p')
check 'not sent again' test "$(curl -s -o /dev/null -w '%{http_code}' -H "If-None-Match: $etag" $U/deb/big)" = 304
check 'what exists on disk comes first' test "$(curl -s $U/deb/odd)" = disk
check 'over TFTP, too' test "$(curl -s tftp://127.0.0.1/deb/odd)" = disk
names() { curl -s "$U/$1?json" | python3 -c 'import json, sys; print(*[e["name"] + ("/" if e["type"] == "directory" else ":%d" % e["size"]) for e in json.load(sys.stdin)])'; }
check 'a listing of both' test "$(names deb/)" = 'big:2000000 debian/ install/ iso9660/ latest:400000 odd:5'
check 'of the image alone' test "$(names deb/install/)" = 'a.ks:17 empty:0 initrd.gz:7 vmlinuz:400000'
check 'its URL ends in a slash' test "$(curl -s -o /dev/null -w '%{redirect_url}' $U/deb/install)" = $U/deb/install/
status() { curl -s -o /dev/null -w '%{http_code}' --path-as-is "$U/$1"; }
for p in deb/install/vmlinu deb/install/vmlinuz/ deb/pool/odd.deb deb/../../etc/passwd nothing/x; do
	check "404: $p" test "$(status $p)" = 404
done

# ---- maps and images that change
printf 'image file=iso/x size=1 mtime=1\nfile path=a at=1 size=1\n' >"$W/bad.extents"
check 'a faulty map is passed over' test "$(status bad/a)" = 404
ready web 'bad.extents:2: it lies behind the image.s end; the map is left out'
sed 's/path=install/path=new/' "$W/deb.extents" >"$W/.deb" && mv "$W/.deb" "$W/more.extents"
want=$T/vmlinuz
check 'a new map is read when a look-up misses' got $U/more/new/vmlinuz
check 'over TFTP, too' got tftp://127.0.0.1/more/new/vmlinuz
touch -d @1700000001 "$W/iso/a b.iso"
check 'an image that has changed is 503' test "$(status deb/big)" = 503
ready web 'deb.extents: the image "iso/a b.iso" has changed since the map was made; nothing of it is served'
check_not 'and no bytes over TFTP' curl -s -m 10 -o "$T/none" tftp://127.0.0.1/deb/big
ready tftpd 'deb.extents: the image "iso/a b.iso" has changed'
check 'what is on disk goes on' test "$(curl -s $U/deb/odd)" = disk
sed 's/mtime=1700000000/mtime=1700000001/' "$W/deb.extents" >"$W/.deb" && mv "$W/.deb" "$W/deb.extents"
want=$T/big
check 'a map that was made anew is read by itself' wait_for 30 got $U/deb/big
rm "$W/more.extents"
kill -HUP "$pid_web" "$pid_tftpd"
gone() { test "$(status more/new/vmlinuz)" = 404; }
check 'a map that is gone, after SIGHUP' wait_for 30 gone
check 'no call was refused' test "$(cat "$T/web.log" "$T/tftpd.log" | grep -c 'this program does not make it')" -eq 0
stop web
stop tftpd
start fenced "$SRC/tests/without-landlock" "$BIN/httpd-boot/httpd-boot" -l 127.0.0.1:80 -j 2 -u "$user" "$W"
ready fenced ready:
check 'with chroot and workers' got $U/deb/big
stop fenced
finish
