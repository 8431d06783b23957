#!/bin/sh
# pxe-status: what the machines of a site do, as a table, JSON and a page; from made-up events,
# and with pxeprobe as the machines of a pxe-up.
# shellcheck disable=SC2016 # nothing is to expand here
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build # it is scripts that are tested, and they start hundreds of processes
# shellcheck source=tests/e2e/site.sh
. "$(dirname "$0")/site.sh"
need xorriso curl python3
need_nobody
status=$SRC/compose/pxe-status
lan
host m1

# ---- made-up events ----------------------------------------------------------------------
made=$T/made
mkdir -p "$made/images" "$made/machines" "$made/once"
echo 'boot name="Debian <13> \"x\"" family=debian kernel=linux initrd=initrd.gz' >"$made/images/deb.facts"
echo 'image=deb once name=web1' >"$made/machines/52-54-00-00-00-01"
echo 'image=deb once' >"$made/machines/52-54-00-00-00-03"
echo 'done at=1 how=inbox' >"$made/once/52-54-00-00-00-03"
now=$(date +%s)
at() { printf '%s' $((now - $1)); }
cat >"$made/events" <<EVENTS
start at=$(at 100) interface=br0
boot mac=52:54:00:00:00:09 arch=bios client=pxe file=x at=$(at 100000) tool=dhcpd-pxe
boot mac=52:54:00:00:00:01 arch=efi-x64 client=pxe rule=rules:7 file="shimx64.efi" at=$(at 90) tool=dhcpd-pxe
lease mac=52:54:00:00:00:01 ip=10.77.0.128 name=bootstrap arch=efi-x64 client=pxe at=$(at 89) tool=dhcpd-pxe
sent path=shimx64.efi to=10.77.0.128 bytes=800000 ms=9 whole=yes at=$(at 80) tool=tftpd-lite
sent path=deb/linux to=10.77.0.128 bytes=8000000 ms=9 whole=yes at=$(at 70) tool=tftpd-lite
sent path=/deb/initrd.gz to=10.77.0.128 bytes=30000 ms=9 whole=no at=$(at 60) tool=httpd-boot
lease mac=52:54:00:00:00:04 ip=10.77.0.131 arch=efi-x64 client=pxe at=$(at 50) tool=dhcpd-pxe
boot mac=52:54:00:00:00:04 arch=efi-x64 client=pxe file=x at=$(at 50) tool=dhcpd-pxe
sent path=/deb/linux to=10.77.0.131 bytes=100 ms=9 whole=yes at=$(at 49) tool=httpd-boot
sent path=/deb/initrd.gz to=10.77.0.131 bytes=100 ms=9 whole=yes at=$(at 48) tool=httpd-boot
lease mac=52:54:00:00:00:04 ip=10.77.0.131 client=other name=installer at=$(at 40) tool=dhcpd-pxe
full mac=52:54:00:00:00:02 why="no address is free: <all> are used" at=$(at 30) tool=dhcpd-pxe
sent path=/m/52-54-00-00-00-05.ipxe to=10.77.0.132 bytes=600 ms=9 whole=yes at=$(at 20) tool=httpd-boot
sent path="bad
EVENTS
check_rc 0 'made-up events' "$status" -s "$made"
cp "$T/out" "$T/table"
row() { grep -q -E -e "$1" "$T/table"; }
check 'a transfer that broke off: the stage before it' row '^web1 +10\.77\.0\.128 +efi-x64 +deb +kernel +[0-9]+ (s|min) +8830 kB$'
check '... is said' row '^ +! deb/initrd\.gz: the transfer ended after 30000 bytes, before its end$'
check 'what asks for an address after its initrd runs' row '^installer +10\.77\.0\.131 +efi-x64 +deb +running '
check 'no address: why' row '^ +! no address is free: <all> are used$'
check 'by its own menu, without a lease' row '^52-54-00-00-00-05 +10\.77\.0\.132 .* loader '
check 'what the site knows counts' row '^52-54-00-00-00-03 .* done '
check 'yesterday is over' sh -c '! grep -q 00-09 "$1"' - "$T/table"
check 'a sum' row '^5 machines, 1 done$'
check_rc 0 'JSON lines' "$status" -j -s "$made"
cp "$T/out" "$T/json"
check 'that are JSON' python3 -c 'import json, sys
seen = [json.loads(line) for line in open(sys.argv[1])]
web1 = [s for s in seen if s.get("name") == "web1"][0]
assert web1["mac"] == "52-54-00-00-00-01" and web1["bytes"] == 8830000 and web1["stage"] == "kernel"
assert [s for s in seen if s["record"] == "image"][0]["name"] == "Debian <13> \"x\""' "$T/json"
page=$made/www/status/index.html
check 'a page' test -s "$page"
check 'in which a name is text' grep -q 'Debian &lt;13&gt; &quot;x&quot;' "$page"
check '... and a fault' grep -q 'no address is free: &lt;all&gt; are used' "$page"
check 'that is well formed' python3 -c 'import sys, html.parser
class P(html.parser.HTMLParser):
    stack = []
    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "rect"): self.stack.append(tag)
    def handle_endtag(self, tag):
        if tag != "rect": assert self.stack.pop() == tag, tag
p = P(); p.feed(open(sys.argv[1]).read()); assert not p.stack' "$page"
mkdir "$T/bin"
for awk in mawk 'busybox awk'; do
	command -v "${awk%% *}" >/dev/null || continue
	printf '#!/bin/sh\nexec %s "$@"\n' "$(command -v "${awk%% *}") ${awk#"${awk%% *}"}" >"$T/bin/awk" && chmod +x "$T/bin/awk"
	PATH=$T/bin:$PATH "$status" -j -s "$made" >"$T/json.again"
	check "the same from $awk" cmp "$T/json.again" "$T/json"
done
check_rc 3 'no site' "$status" -s "$T/none"
said '... is said' 'there is no site in'
check_rc 2 'an option that is none' "$status" -x
mkdir "$T/empty"
check_rc 0 'an empty site' "$status" -s "$T/empty"
cp "$T/out" "$T/table"
check '... is said, too' row '^no machine was seen in the last 24 hours$'

# ---- a pxe-up ------------------------------------------------------------------------------
for name in a b; do image $name; done
server
check_rc 0 'a site' "$up" -w -s "$state" -i br0 "$T/a.iso" "$T/b.iso"
check 'a machine' pxe_machine set 52:54:00:00:00:01 image=b once name=web1 addr=10.77.0.31
start up "$up" -s "$state"
ready up '^pxe-up: ready'
board() { curl -s -m 5 http://10.77.0.1/status/ | grep -q -E -e "$1"; }
in_table() { "$status" -s "$state" | grep -q -E -e "$1"; }
check 'the page is served' wait_for 60 board '<h1>What boots here</h1>'
check 'a machine boots' loads m1 52:54:00:00:00:01 /b/debian-installer/amd64/linux
check 'the table has it' wait_for 60 in_table '^web1 +10\.77\.0\.31 +[a-z0-9-]+ +b +(initrd|installing) '
check 'and the page' wait_for 60 board '<th scope="row">web1 .*10\.77\.0\.31.*>b<.*>(initrd|installing)<'
check 'done' pxe_machine 'done' 52:54:00:00:00:01
check '... in the page' wait_for 60 board 'class="still"><th scope="row">web1 .*>done<'
check_rc 0 'on a terminal: until Ctrl-C' python3 "$SRC/tests/e2e/pxeprobe-screen.py" 24x80 'wait=^MACHINE .*SENT' 'wait=^web1 ' key=C-c end -- "$status" -s "$state"
finish
