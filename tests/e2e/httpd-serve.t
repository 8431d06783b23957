#!/bin/sh
# httpd-boot's files: types, listings, links, large, replaced and shortened
# files, with curl, wget and busybox wget as clients.
. "$(dirname "$0")/../lib.sh"
need curl wget busybox python3
U=http://127.0.0.1
W=$T/www

mkdir -p "$W/EFI/BOOT" "$W/.disk" "$W/site" "$W/odd" "$W/empty" "$T/wwwelse"
printf 'MZ not really' >"$W/EFI/BOOT/BOOTX64.EFI"
python3 - "$W/loader" "$W/shimx64.efi.signed" <<'PY'
import struct, sys
pe = bytearray(512)
pe[0:2] = b"MZ"
pe[0x3c:0x40] = struct.pack("<I", 0x80)
pe[0x80:0x98] = b"PE\0\0" + struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, 240, 0)
pe[0x98:0x9a] = struct.pack("<H", 0x20b)
pe[0x98 + 68:0x98 + 70] = struct.pack("<H", 10)
for name in sys.argv[1:]:
    open(name, "wb").write(pe)
PY
echo '#!ipxe' >"$W/boot.ipxe"
echo 'set timeout=5' >"$W/grub.cfg"
echo 'lang en_US' >"$W/a.ks"
echo 'd-i x' >"$W/preseed.cfg"
echo disc >"$W/.disk/info"
echo '[general]' >"$W/.treeinfo"
: >"$W/netinst.iso"
: >"$W/BOOT.IMG"
printf 'caf\351\n' >"$W/latin.cfg"
truncate -s 100000 "$W/netboot" && printf CD001 | dd of="$W/netboot" bs=1 seek=32769 conv=notrunc 2>/dev/null
: >"$W/data.unknown"
echo '<p>index' >"$W/site/index.html"
echo secret >"$T/wwwelse/secret"
echo '%w' >"$W/odd/100%.txt"
echo 1 >"$W/odd/a b&c<d>\"e'.txt"
echo 2 >"$W/odd/привет 你好"
echo 3 >"$W/odd/$(printf 'new\nline')"
echo 4 >"$W/odd/q?x=1#y;z"
echo 5 >"$W/odd/http:x"
ln -s ../boot.ipxe "$W/odd/inside"
ln -s "$W/boot.ipxe" "$W/odd/inside-absolute"
ln -s ../../wwwelse/secret "$W/odd/outside"
ln -s "$T/wwwelse/secret" "$W/odd/outside-absolute"
ln -s nowhere "$W/odd/broken"
mkfifo "$W/odd/fifo"
truncate -s 5G "$W/large"
printf 'end' | dd of="$W/large" bs=1 seek=5368709117 conv=notrunc 2>/dev/null
head -c 3000000 /dev/urandom >"$W/image"
echo no >"$W/unreadable"
mkdir -p "$W/locked" "$W/nested/index.html"
echo no >"$W/locked/index.html"
chmod 000 "$W/unreadable" "$W/locked/index.html"

start web hold tcp:127.0.0.1:80 tcp:127.0.0.1:81 -- "$BIN/httpd-boot/httpd-boot" -u "$user" "$W"
ready web 'ready:'

# ---- types ------------------------------------------------------------------
type_is() {
	check "type of $1" test "$(curl -sI "$U/$1" | tr -d '\r' | sed -n 's/^Content-Type: //p')" = "$2"
}
type_is EFI/BOOT/BOOTX64.EFI application/efi
type_is loader application/efi
type_is shimx64.efi.signed application/efi
type_is netinst.iso application/vnd.efi-iso
type_is BOOT.IMG application/vnd.efi-img
type_is boot.ipxe 'text/plain; charset=utf-8'
type_is grub.cfg 'text/plain; charset=utf-8'
type_is a.ks 'text/plain; charset=utf-8'
type_is preseed.cfg 'text/plain; charset=utf-8'
type_is .treeinfo 'text/plain; charset=utf-8'
type_is data.unknown application/octet-stream
type_is site/ 'text/html; charset=utf-8'
type_is latin.cfg text/plain
type_is netboot application/vnd.efi-iso

# ---- directories ----------------------------------------------------------------
check "index.html is served" test "$(curl -s "$U/site")" = '<p>index'
check "an index needs no slash" test "$(curl -s -o "$T/list" -w '%{http_code} %{num_redirects}' "$U/site")" = '200 0'
check "a listing does: its links are relative" test "$(curl -s -o "$T/list" -w '%{http_code} %{redirect_url}' "$U/odd")" = "301 $U/odd/"
check "what was asked besides stays" test "$(curl -s -o /dev/null -w '%{redirect_url}' "$U/odd?json")" = "$U/odd/?json"
check "nobody is sent to another host" test "$(curl -s -o /dev/null -w '%{redirect_url}' --path-as-is "$U//odd")" = "$U/odd/"
check "the listing" curl -sf -L -o "$T/list" "$U/odd"
check "the listing is complete and sorted" python3 - "$T/list" <<'PY'
import html.parser, sys, urllib.parse
class P(html.parser.HTMLParser):
    hrefs, texts, inside = [], [], False
    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.hrefs.append(dict(attrs)["href"]); self.inside = True; self.texts.append("")
    def handle_endtag(self, tag):
        self.inside &= tag != "a"
    def handle_data(self, data):
        if self.inside:
            self.texts[-1] += data
p = P()
p.feed(open(sys.argv[1], encoding="utf-8").read())
names = ["100%.txt", "a b&c<d>\"e'.txt", "http:x", "inside", "inside-absolute", "new\nline", "q?x=1#y;z", "привет 你好"]
want = ["../", "../"] + names
got = [urllib.parse.unquote(h) for h in p.hrefs]
print(got, p.texts)
assert got == want
assert p.texts == ["/", "../"] + [n.replace("\n", "?") for n in names]
PY
check "its links work" python3 - "$U" "$T/list" "$W" <<'PY'
import re, sys, urllib.request, urllib.parse, html
u, page, www = sys.argv[1:]
for href in re.findall(r'href="([^"]*)"', open(page, encoding="utf-8").read())[2:]:
    body = urllib.request.urlopen(urllib.parse.urljoin(u + "/odd/", html.unescape(href))).read()
    assert body == open(www + "/odd/" + urllib.parse.unquote(href), "rb").read(), href
PY
curl -s "$U/" >"$T/list"
check "hidden names are listed" grep -q 'href="\.disk/"' "$T/list"
check "sizes and dates" grep -q '<a href="image">image</a></td><td title="3000000 bytes">2\.9 MiB</td><td>[0-9-]* [0-9:]*</td>' "$T/list"
check "of large files" grep -q 'title="5368709120 bytes">5\.0 GiB<' "$T/list"
check "and of empty ones" grep -q 'title="0 bytes">0 B<' "$T/list"
check "no way up from the root" sh -c "! grep -q '\.\./' '$T/list'"
order() { curl -s "$U/empty/$1" | sed -n 's|^<tr><td><a href="\([^."]*\)".*|\1|p' | tr '\n' ' '; }
touch -d 2020-01-01 "$W/empty/f10" "$W/empty/f9"
printf x >"$W/empty/f10"
touch -d 2019-01-01 "$W/empty/f10"
check "numbers in names are numbers" test "$(order '')" = 'f9 f10 '
check "by date" test "$(order '?C=M')" = 'f10 f9 '
check "by size, the largest first" test "$(order '?C=S;O=D')$(order '?C=-S')" = 'f10 f9 f10 f9 '
rm "$W/empty/f9" "$W/empty/f10"
json() { curl -s "$@" | python3 -c 'import json, sys; print([(e["name"], e["type"], e.get("size")) for e in json.load(sys.stdin)])'; }
check "JSON where it is preferred" test "$(json -H 'Accept: application/json, text/html;q=0.9' "$U/EFI/")" = "[('BOOT', 'directory', None)]"
check "and for people" test "$(json "$U/site/../EFI/BOOT/?json")" = "[('BOOTX64.EFI', 'file', 13)]"
check "all names are JSON" json "$U/odd/?json"
check "a browser gets the page" test "$(curl -s -H 'Accept: text/html,application/json;q=0.9,*/*;q=0.8' "$U/EFI/" | head -c 9)" = '<!DOCTYPE'
check "a tree with wget -r" sh -c "cd '$T' && wget -q -r -nH -P tree -X /odd,/locked -R large,unreadable,image '$U/' && cmp tree/.disk/info '$W/.disk/info' &&
	cmp tree/EFI/BOOT/BOOTX64.EFI '$W/EFI/BOOT/BOOTX64.EFI'"
check "a part of it" sh -c "cd '$T' && wget -q -r -np -nH -P part '$U/EFI/' && cmp part/EFI/BOOT/BOOTX64.EFI '$W/EFI/BOOT/BOOTX64.EFI'"
for i in $(seq 3000); do : >"$W/empty/file$i"; done
check "3000 names" test "$(curl -s "$U/empty/" | grep -c 'href="file')" -eq 3000

# ---- what is not to be had ---------------------------------------------------
status() { curl -s -o /dev/null -w '%{http_code}' --path-as-is "$U$1"; }
status_is() { check "$1 is $2" test "$(status "$1")" = "$2"; }
status_is /odd/inside 200
status_is /odd/inside-absolute 200
status_is /odd/outside 404
status_is /odd/outside-absolute 404
# (an address of its own: a busy client's lines are left out)
status_from() { curl -s -o /dev/null -w '%{http_code}' --interface 127.0.0.7 "$U$1"; }
check 'and a link that leads out, asked by another' test "$(status_from /odd/outside)" = 404
ready web 'get "/odd/outside[a-z-]*" 404 why="a link leads out of the directory: .*" link=".*wwwelse/secret"'
status_is "/$(printf 'a%.0s' $(seq 4500))" 404
status_is /odd/broken 404
status_is /odd/fifo 404
status_is /../wwwelse/secret 404
status_is /odd/../../wwwelse/secret 404
status_is /EFI/../boot.ipxe 200
[ "$user" = root ] || status_is /unreadable 403
[ "$user" = root ] || status_is /locked/ 403
status_is /nested/ 200

# ---- other clients ------------------------------------------------------------
check "busybox wget" sh -c "busybox wget -q -O '$T/got' '$U/image' && cmp '$T/got' '$W/image'"
check "busybox wget -c goes on" sh -c "head -c 1000 '$W/image' >'$T/half' && cd '$T' && busybox wget -q -c -O half '$U/image' && cmp half '$W/image'"
check "curl -C - goes on" sh -c "head -c 2000000 '$W/image' >'$T/half' && curl -s -C - -o '$T/half' '$U/image' && cmp '$T/half' '$W/image'"
check "curl -z: not sent again" test "$(curl -s -z "$W/image" -o /dev/null -w '%{http_code}' "$U/image")" = 304
check "HTTP/1.0" sh -c "curl -s -0 '$U/image' | cmp - '$W/image'"
check "the other socket handed over" sh -c "curl -s http://127.0.0.1:81/image | cmp - '$W/image'"

# ---- large, replaced, shortened ------------------------------------------------
check "size over 4 GiB" test "$(curl -sI "$U/large" | tr -d '\r' | sed -n 's/^Content-Length: //p')" = 5368709120
check "its last bytes" test "$(curl -s -r -3 "$U/large")" = end
check "a piece beyond 4 GiB" test "$(curl -s -r 5368709116-5368709117 "$U/large" | od -An -tx1 | tr -d ' ')" = 0065
check "across 4 GiB" test "$(curl -s -r 4290000000-4310000000 "$U/large" | wc -c)" = 20000001

cold() { # out of the page cache, where there is a disk
	sync "$W/image" && dd if="$W/image" iflag=nocache count=0 2>/dev/null
}
cold
check "a file that is not in memory" sh -c "curl -s '$U/image' | cmp - '$W/image'"
cold
check "the end of one" sh -c "curl -s -r 2900000- '$U/image' | cmp -i 0:2900000 - '$W/image'"
cold
check "pieces of one" sh -c "curl -s -r 0-0,1500000-1600000,2999990- -o '$T/pieces' -w '%{http_code}' '$U/image' | grep -q 206 &&
	test \$(wc -c <'$T/pieces') -gt 100000"

check "a file replaced while it is sent: the old one to its end" python3 - "$W" <<'PY'
import os, socket, sys
w = sys.argv[1]
old = os.urandom(40000000)
open(w + "/swap", "wb").write(old)
s = socket.create_connection(("127.0.0.1", 80))
s.sendall(b"GET /swap HTTP/1.1\r\nHost: x\r\n\r\n")
f = s.makefile("rb")
while f.readline() != b"\r\n":
    pass
first = f.read(1000)
open(w + "/swap.new", "wb").write(b"new")
os.rename(w + "/swap.new", w + "/swap")
assert first + f.read(len(old) - 1000) == old
s.sendall(b"GET /swap HTTP/1.1\r\nHost: x\r\n\r\n")
while f.readline() != b"\r\n":
    pass
assert f.read(3) == b"new"
PY
check "a file cut short while it is sent: the connection ends, nothing made up" python3 - "$W" <<'PY'
import os, socket, sys
w = sys.argv[1]
old = os.urandom(40000000)
open(w + "/cut", "wb").write(old)
s = socket.create_connection(("127.0.0.1", 80))
s.sendall(b"GET /cut HTTP/1.1\r\nHost: x\r\n\r\n")
f = s.makefile("rb")
while f.readline() != b"\r\n":
    pass
got = f.read(1000)
os.truncate(w + "/cut", 20000000)
got += f.read()
assert len(got) < len(old) and got[:20000000] == old[:len(got)][:20000000], len(got)
PY
check "which the log says" wait_for 5 grep -q 'get "/cut" cut off bytes=.* why="the file has become shorter"$' "$T/web.log"
for n in 1 2; do
	printf 'version %s' $n >"$W/changing"
	check "a changed file is seen at once ($n)" test "$(curl -s "$U/changing")" = "version $n"
done
check "a new name is seen at once" sh -c "curl -s -o /dev/null '$U/later'; echo now >'$W/later'; test \"\$(curl -s '$U/later')\" = now"
check "a removed one too" sh -c "rm '$W/later'; test \"\$(curl -s -o /dev/null -w '%{http_code}' '$U/later')\" = 404"
stop web

# ---- -L, and types of this machine -------------------------------------------------------------------------
if [ -f /etc/mime.types ]; then
	printf 'application/x-test\tunknown\ntext/x-other\tEFI\n' >"$T/mime"
	mount --bind "$T/mime" /etc/mime.types
fi
start bare hold tcp:127.0.0.1:80 -- "$BIN/httpd-boot/httpd-boot" -L -u "$user" "$W"
ready bare 'ready:'
status_is /odd/ 403
status_is / 403
# kept alive: what was read before leaves an errno behind
check "a directory called index.html is no index" test "$(curl -s -o /dev/null -o /dev/null -w '%{http_code} ' "$U/boot.ipxe" "$U/nested/")" = '200 403 '
status_is /site/ 200
status_is /nowhere/ 404
status_is /boot.ipxe 200
if [ -f /etc/mime.types ]; then
	type_is data.unknown application/x-test
	type_is EFI/BOOT/BOOTX64.EFI application/efi
else skip "no /etc/mime.types here"; fi
finish
