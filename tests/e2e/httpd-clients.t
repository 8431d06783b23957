#!/bin/sh
# httpd-boot with what reads whole trees: apt, and the walk that Anaconda and
# dnf make.  (curl and wget are in httpd-serve.t, firmware in tests/firmware.)
. "$(dirname "$0")/../lib.sh"
need curl python3
W=$T/www
U=http://127.0.0.1
unset http_proxy HTTP_PROXY
mkdir -p "$W/debian" "$W/fedora" "$T/log"
[ "$user" = root ] || chown "$user" "$T/log"
start web hold tcp:127.0.0.1:80 -- "$BIN/httpd-boot/httpd-boot" -u "$user" -a "$T/log/access" "$W"
ready web 'ready:'
logged() { check "$1" wait_for 5 grep -qE "$2" "$T/log/access"; }

# ---- apt -----------------------------------------------------------------------
packages() { # makes the archive with version $1 (1 or 2) of its package
	rm -rf "$T/deb" && mkdir -p "$T/deb/DEBIAN" "$T/deb/usr/share/boot-test" "$W/debian/pool" "$W/debian/dists/stable/main/binary-amd64"
	head -c 300000 /dev/urandom >"$T/deb/usr/share/boot-test/data"
	printf '%s\n' 'Package: boot-test' "Version: $1" 'Architecture: all' 'Maintainer: nobody <nobody@example.org>' \
		'Description: a package to be fetched' >"$T/deb/DEBIAN/control"
	deb=pool/boot-test_$1_all.deb
	dpkg-deb -Zgzip -b "$T/deb" "$W/debian/$deb" >"$T/out" 2>&1 || return 1
	(
		cd "$W/debian" || exit
		{
			cat "$T/deb/DEBIAN/control"
			printf '%s\n' "Filename: $deb" "Size: $(stat -c %s "$deb")" "SHA256: $(sha256sum <"$deb" | cut -d' ' -f1)" ''
		} >dists/stable/main/binary-amd64/Packages
		cd dists/stable || exit
		printf '%s\n' 'Suite: stable' 'Codename: stable' 'Components: main' 'Architectures: amd64' \
			"Date: $(date -Ru | sed 's/+0000/UTC/')" 'SHA256:' \
			" $(sha256sum <main/binary-amd64/Packages | cut -d' ' -f1) $(stat -c %s main/binary-amd64/Packages) main/binary-amd64/Packages" >Release
	)
	# dates that differ, and not of this second, which would be too weak for If-Range
	find "$W/debian" -type f -exec touch -d "$((3 - $1)) hours ago" {} +
	chmod -R a+rX "$W"
}
if command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
	mkdir -p "$T/apt/state/lists/partial" "$T/apt/cache/archives/partial" "$T/apt/etc/parts"
	: >"$T/apt/status"
	echo "deb [trusted=yes] $U/debian stable main" >"$T/apt/sources"
	cat >"$T/apt/conf" <<-CONF
		Dir::State "$T/apt/state"; Dir::State::status "$T/apt/status"; Dir::Cache "$T/apt/cache"; Dir::Log "$T/apt";
		Dir::Etc::SourceList "$T/apt/sources"; Dir::Etc::SourceParts "$T/apt/etc/parts"; Dir::Etc::Parts "$T/apt/etc/parts";
		Dir::Etc::Main "/dev/null"; Dir::Etc::Preferences "/dev/null"; Dir::Etc::PreferencesParts "$T/apt/etc/parts";
		Dir::Etc::TrustedParts "$T/apt/etc/parts"; APT::Sandbox::User "root"; APT::Architecture "amd64";
		APT::Architectures "amd64"; Acquire::Languages "none"; Acquire::http::Proxy "DIRECT";
	CONF
	apt() { APT_CONFIG=$T/apt/conf timeout 300 apt-get -q "$@"; }
	check "an archive for apt" packages 1
	check "apt-get update" apt update
	check "apt-get download" sh -c "cd '$T' && APT_CONFIG='$T/apt/conf' apt-get -q download boot-test && cmp boot-test_1_all.deb '$W/debian/pool/boot-test_1_all.deb'"
	check "update again: nothing new" sh -c "APT_CONFIG='$T/apt/conf' apt-get -q update | grep -q '^Hit:.* stable'"
	logged "which was a 304" '"GET /debian/dists/stable/(In)?Release HTTP/1.1" 304 '
	check "a new version" packages 2
	check "is seen" apt update
	head -c 100000 "$W/debian/pool/boot-test_2_all.deb" >"$T/apt/cache/archives/partial/boot-test_2_all.deb"
	touch -r "$W/debian/pool/boot-test_2_all.deb" "$T/apt/cache/archives/partial/boot-test_2_all.deb"
	check "a download that was cut off goes on" apt -y --download-only install boot-test
	check "and is whole" cmp "$T/apt/cache/archives/boot-test_2_all.deb" "$W/debian/pool/boot-test_2_all.deb"
	logged "which was a 206" '"GET /debian/pool/boot-test_2_all.deb HTTP/1.1" 206 '
else skip "no apt-get"; fi

# ---- a tree as Anaconda reads it ---------------------------------------------------
python3 - "$W/fedora" <<'PY'
import gzip, hashlib, os, sys
w = sys.argv[1]
os.makedirs(w + "/images/pxeboot"), os.makedirs(w + "/repodata"), os.makedirs(w + "/Packages/b")
def put(name, data):
    open(f"{w}/{name}", "wb").write(data)
    return hashlib.sha256(data).hexdigest()
sums = {n: put(n, os.urandom(size)) for n, size in
        {"images/pxeboot/vmlinuz": 400000, "images/pxeboot/initrd.img": 3000000, "images/install.img": 5000000}.items()}
put(".treeinfo", ("[general]\nfamily = Test\nversion = 1\narch = x86_64\n[stage2]\nmainimage = images/install.img\n"
    "[images-x86_64]\nkernel = images/pxeboot/vmlinuz\ninitrd = images/pxeboot/initrd.img\n[checksums]\n" +
    "".join(f"{n} = sha256:{s}\n" for n, s in sums.items())).encode())
rpm = put("Packages/b/base-1-1.noarch.rpm", os.urandom(200000))
primary = gzip.compress(f'<metadata packages="1"><location href="Packages/b/base-1-1.noarch.rpm"/><sum>{rpm}</sum></metadata>'.encode())
digest = put("repodata/primary.xml.gz", primary)
put("repodata/repomd.xml", f'<repomd><data type="primary"><location href="repodata/primary.xml.gz"/><checksum>{digest}</checksum></data></repomd>'.encode())
put("ks.cfg", b"lang en_US\nurl --url=http://127.0.0.1/fedora\n")
PY
chmod -R a+rX "$W"
check "a walk through an installer's tree" python3 - <<'PY'
import configparser, gzip, hashlib, http.client, re
c = http.client.HTTPConnection("127.0.0.1", timeout=60)
def ask(path, method="GET", status=200, **headers):
    # "//" where a base URL ended in "/", as the tools put them together
    c.request(method, "/fedora//" + path, headers={"User-Agent": "anaconda/38", "Accept": "*/*",
        **{k.replace("_", "-"): v for k, v in headers.items()}})
    r = c.getresponse()
    body = r.read()
    assert r.status == status and r.version == 11, (path, r.status)
    return body, r
def fetch(path):
    size = int(ask(path, "HEAD")[1].headers["Content-Length"])
    body, r = ask(path)
    assert len(body) == size
    return body
sha = lambda b: hashlib.sha256(b).hexdigest()
ks, r = ask("ks.cfg", X_Anaconda_Architecture="x86_64", X_Anaconda_System_Release="Test", X_RHN_Provisioning_MAC_0="eth0 52:54:00:12:34:56")
assert ks.startswith(b"lang") and r.headers["Content-Type"] == "text/plain; charset=utf-8"
ask("treeinfo", status=404)
tree = configparser.ConfigParser()
tree.read_string(fetch(".treeinfo").decode())
for name, want in tree["checksums"].items():
    assert "sha256:" + sha(fetch(name)) == want, name
# the image in pieces, as one whose connection was lost goes on
name = tree["stage2"]["mainimage"]
head = ask(name, "HEAD")[1].headers
whole = b""
while len(whole) < int(head["Content-Length"]):
    piece, r = ask(name, status=206, Range=f"bytes={len(whole)}-{len(whole) + 999999}", If_Range=head["ETag"])
    assert r.headers["ETag"] == head["ETag"]
    whole += piece
assert "sha256:" + sha(whole) == tree["checksums"][name]
ask(name, status=416, Range=f"bytes={len(whole)}-")
# chunks of a file, several in one request (librepo with zchunk)
body, r = ask(name, status=206, Range="bytes=0-99,1000000-1000099,-100")
mark = re.fullmatch(r"multipart/byteranges; boundary=(\S+)", r.headers["Content-Type"]).group(1)
parts = [p.split(b"\r\n\r\n", 1)[1] for p in body.split(b"\r\n--" + mark.encode())[1:-1]]
assert parts == [whole[:100], whole[1000000:1000100], whole[-100:]]
md = fetch("repodata/repomd.xml").decode()
primary = fetch(re.search('href="([^"]*)"', md).group(1))
assert sha(primary) in md
xml = gzip.decompress(primary).decode()
assert sha(fetch(re.search('href="([^"]*)"', xml).group(1))) in xml
etag = ask("repodata/repomd.xml")[1].headers["ETag"]
ask("repodata/repomd.xml", status=304, If_None_Match=etag)
PY
check "all of it over one connection" test "$(grep -c '"-" "anaconda/38"$' "$T/log/access")" -gt 20
check "the tree with curl, many at once" sh -c "cd '$T' && curl -sfZ --remote-name-all --parallel-max 8 \
	'$U/fedora/images/{install.img,pxeboot/vmlinuz,pxeboot/initrd.img}' && cmp install.img '$W/fedora/images/install.img' &&
	cmp initrd.img '$W/fedora/images/pxeboot/initrd.img'"
finish
