#!/bin/sh
# A site: what was said stays said, what is edited takes effect while it runs, and
# what is broken is named and changes nothing.
# shellcheck disable=SC2016,SC2317,SC2154 # nothing is to expand here; check calls functions; start sets pid_up
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build # it is scripts that are tested, and they start hundreds of processes
# shellcheck source=tests/e2e/site.sh
. "$(dirname "$0")/site.sh"
need xorriso curl ss
need_nobody
lan
host client
for name in a b c; do image $name; done
mkdir "$T/empty" && echo x >"$T/empty/x" && xorriso -as mkisofs -quiet -R -o "$T/empty.iso" "$T/empty" 2>/dev/null

# ---- options are remembered -----------------------------------------------------------
server
check_rc 0 'options given' "$up" -w -i br0 -s "$state" -t 3 -k 'a="b c"' -e 'deny host=unknown' -e 'boot mac=52:54:00:00:00:99 file=own.efi' "$T/a.iso"
said '... are said' "^pxe-up: $state/site: seconds=3"
for line in 'site interface=br0' 'site seconds=3' 'site args="a=\"b c\""' 'rule text="deny host=unknown"' 'image name=a'; do
	check "site: $line" grep -qxF "$line" "$state/site"
done
cp "$state/rules" "$T/rules.before" && cp "$state/www/boot.ipxe" "$T/menu.before"
check_rc 0 'without options' "$up" -w -s "$state"
check 'the rules are the same' wait_for 30 cmp "$T/rules.before" "$state/rules"
check 'the allow-list as well' grep -qx 'deny host=unknown' "$state/rules"
check 'the menu is the same' wait_for 30 cmp "$T/menu.before" "$state/www/boot.ipxe"
check_rc 0 'a second image' "$up" -w -s "$state" "$T/b.iso"
check '... comes after the first' test "$(sed -n 's/^image name=//p' "$state/site" | tr '\n' ' ')" = 'a b '
check '... in the menu too' sh -c 'sed -n "s/.*item \(system-[a-z]*\) .*/\1/p" "$1" | tr "\n" " " | grep -qx "system-a system-b "' - "$state/www/boot.ipxe"
check_rc 2 'a rule that is wrong' "$up" -w -s "$state" -e 'boot arhc=bios file=x'
check_not '... is not remembered' grep -q arhc "$state/site"
check_rc 2 'an image that cannot be booted' pxe_image add "$T/empty.iso"
check_rc 0 'beside others' "$up" -w -s "$state" "$T/none.iso" "$T/empty.iso" "$T/c.iso"
said '... is named' 'none.iso does not exist'
check '... and keeps none of them away' wait_for 30 grep -q 'System c' "$state/www/boot.ipxe"
sed -i '/deny/d' "$state/site"

# ---- it follows while it runs ---------------------------------------------------------
start up "$up" -s "$state"
check 'it is served' wait_for 120 logged '^pxe-up: ready'
check 'an image is served as it is' on client sh -c 'ip addr add 10.77.0.9/24 dev eth0; curl -sf http://10.77.0.1/a/.disk/info | grep -qx "System a"'
check_not 'and was not extracted' test -e "$state/www/a/.disk"
check 'it is a link' test "$(stat -c %i "$T/a.iso")" = "$(stat -c %i "$state/www/a.iso")"
check 'rm' pxe_image rm b
check_not 'frees the room' ls "$state/www/b.iso" "$state/www/b.extents" "$state/images/b.facts"
check 'and it is gone from the menus' wait_for 30 not_in_file www/boot.ipxe 'System b'
check 'add' pxe_image add "$T/b.iso"
check 'and it is there again, at the end' wait_for 30 in_file www/boot.ipxe 'System b'
check '... and loads' on client curl -sf http://10.77.0.1/b/debian-installer/amd64/initrd.gz -o /dev/null
check 'a default' pxe_image default b
check '... is followed' wait_for 30 in_file www/pxelinux.cfg/default '^DEFAULT system-b'
check_rc 1 'a default that there is not' pxe_image default z
check 'ls' sh -c '"$@" >"$0" && grep -q "^image name=b .*way=link .* default " "$0" && test "$(wc -l <"$0")" = 3' "$T/ls" "$SRC/compose/pxe-image" -s "$state" ls
check 'ls, as JSON' sh -c '"$@" | python3 -c "import json, sys; assert [json.loads(x)[\"name\"] for x in sys.stdin] == [\"a\", \"c\", \"b\"]"' - "$SRC/compose/pxe-image" -j -s "$state" ls
check 'rm of the default' pxe_image rm "$T/b.iso"
check_not '... takes the default away' grep -q default= "$state/site"
check 'an edit of the site' sed -i 's/seconds=3/seconds=7/' "$state/site"
check '... is followed' wait_for 30 in_file www/boot.ipxe 'timeout 7000'
check 'a rule of your own' sh -c 'echo "boot mac=52:54:00:00:00:98 file=mine.efi" >"$1/rules.d/10.rules"' - "$state"
check '... is followed' wait_for 30 logged 'dhcpd-pxe: rules read again'
check '... before the others' sh -c 'sed -n "/mine.efi/q;p" "$1" | grep -q "boot client" && exit 1; grep -q mine.efi "$1"' - "$state/rules"

# ---- what is broken ---------------------------------------------------------------------
cp "$state/rules" "$T/rules.before"
echo 'boot mac=52:54:00:00:00:97 fiel=x' >"$state/rules.d/20.rules"
check 'a rule with a fault is named with its file and line' wait_for 30 logged "rules.d/20.rules:1: "
check 'and changes nothing' wait_for 30 cmp "$T/rules.before" "$state/rules"
cp "$state/site" "$T/site.good"
echo 'site secnods=5' >>"$state/site"
check 'a setting that is none, too' wait_for 30 logged "$state/site:[0-9]*: key \"secnods\""
echo 'site title="no end' >>"$state/site"
check '... and a quote without an end' wait_for 30 logged "$state/site:[0-9]*: not a facts line"
check 'what was there before stays' wait_for 30 in_file www/boot.ipxe 'timeout 7000'
check 'and is served' on client curl -sf http://10.77.0.1/boot.ipxe -o /dev/null
check 'after a restart, too' stop up
start up "$up" -s "$state"
check 'it is served' wait_for 120 logged '^pxe-up: ready'
check '... with a sentence' logged 'is broken: what it said before stays in force'
check '... and the old rules' wait_for 30 cmp "$T/rules.before" "$state/rules"
rm "$state/rules.d/20.rules"
cp "$T/site.good" "$state/site"
sed -i 's/seconds=7/seconds=4/' "$state/site"
check 'mended' wait_for 30 in_file www/boot.ipxe 'timeout 4000'

# ---- its own servers ----------------------------------------------------------------------
check_rc 3 'a second one' timeout 120 "$up" -s "$state"
said '... is not needed' 'on br0 already (process [0-9]*)'
sed -i 's/mode=server/mode=auto/' "$state/site"
check 'another mode: it starts anew' wait_for 30 logged 'starting anew'
check '... and is ready again' wait_for 60 sh -c 'test "$(grep -c "^pxe-up: ready" "$1")" = 2' - "$T/up.log"
check_rc 0 '-w beside it' timeout 120 "$up" -w -s "$state"
check 'its own dhcpd-pxe makes it no proxy' wait_for 30 grep -q '^subnet 10.77.0.0/24 range=' "$state/rules"
stop up
cp "$state/rules" "$T/etc.rules"
start units "$BIN/dhcpd-pxe/dhcpd-pxe" -f "$T/etc.rules" -l "$T/units.leases"
ready units ready
check_rc 0 'nor does one with a copy of its rules' timeout 120 "$up" -w -s "$state"
check '... which stay' wait_for 30 cmp "$T/etc.rules" "$state/rules"
stop units
sed -i 's/mode=auto/mode=server/' "$state/site"

# ---- what was killed ------------------------------------------------------------------------
start up "$up" -s "$state"
check 'it is served' wait_for 120 logged '^pxe-up: ready'
kill -KILL "$pid_up"
wait "$pid_up" 2>/dev/null
check 'it was killed: its daemons are still there' pgrep -f "$state/www" -o
start up "$up" -s "$state"
check 'the next one takes their place' check 'it is served' wait_for 120 logged '^pxe-up: ready'
check '... and says so' logged 'was left behind by a pxe-up that was killed'

# ---- images that change, and go -----------------------------------------------------------
rm "$T/a.iso"
check 'SIGHUP' kill -HUP "$pid_up"
check '... reads it at once' wait_for 30 logged 'the site has changed'
check 'an image whose file is gone is served from the link' on client curl -sf http://10.77.0.1/a/.disk/info -o /dev/null
image d && mv "$T/d.iso" "$T/c.iso"
touch "$state/site"
check 'one that has changed is read anew' wait_for 30 in_file www/boot.ipxe 'System d'
check '... and served' on client sh -c 'curl -sf http://10.77.0.1/c/.disk/info | grep -qx "System d"'
stop up
check 'the summary' logged '^pxe-up: ended: .* files sent'

# ---- other file systems -----------------------------------------------------------------
mkdir "$T/other" && mount -t tmpfs none "$T/other" && image e && mv "$T/e.iso" "$T/other/"
check 'an image on another file system' pxe_image add "$T/other/e.iso"
check '... is mounted' wait_for 30 grep -q "way=served how=bind" "$state/images/e.facts"
check '... and there' wait_for 30 cmp "$T/other/e.iso" "$state/www/e.iso"
umount "$state/www/e.iso"
check_rc 0 'after a restart of the host' "$up" -w -s "$state"
check '... it is mounted again' wait_for 30 cmp "$T/other/e.iso" "$state/www/e.iso"
umount "$state/www/e.iso"
mv "$T/other/e.iso" "$T/other/e.away"
check_rc 0 'its file is away' "$up" -w -s "$state"
said '... which is said' 'e: .*/e.iso is not there any more'
check '... and it keeps its place' grep -qx 'image name=e' "$state/site"
mv "$T/other/e.away" "$T/other/e.iso"
check_rc 0 'it is back' "$up" -w -s "$state"
check '... and served' wait_for 30 cmp "$T/other/e.iso" "$state/www/e.iso"
chmod 600 "$T/other/e.iso" && touch "$T/other/e.iso"
check_rc 0 'one that only root may read' "$up" -w -s "$state"
check '... is copied' wait_for 30 grep -q "way=served how=copy" "$state/images/e.facts"
check 'rm' pxe_image rm e
check_not '... takes all of it away' grep -q "$state/www/e.iso" /proc/self/mountinfo

# ---- no discs -----------------------------------------------------------------------------
python3 - "$T/stick.img" <<'PY'
import struct, sys
mbr = bytearray(b'\xfa' * 400 + bytes(112))
struct.pack_into('<BBBBBBBBII', mbr, 446, 0x80, 0, 0, 0, 0x83, 0, 0, 0, 2048, 2048)
mbr[510:] = b'\x55\xaa'
with open(sys.argv[1], 'wb') as f:
    f.truncate(2 << 20)
    f.write(mbr)
PY
check 'a disk of which nothing can be read but that it boots' pxe_image add "$T/stick.img"
check '... is served as a disk' wait_for 30 cmp "$T/stick.img" "$state/www/stick.img"
check_rc 0 'served' "$up" -w -s "$state"
check '... and its entry bears its name' grep -q 'item .* stick (unknown system)' "$state/www/boot.ipxe"
check '... and has memdisk start it as a disk' grep -q '^kernel ${base}/memdisk raw ' "$state/www/boot.ipxe"
check 'rm' pxe_image rm stick
check_not '... takes it away' test -e "$state/www/stick.img"
image u && mkdir "$T/unpacked" && "$BIN/isoextract/isoextract" -q -C "$T/unpacked" "$T/u.iso"
check 'a directory' pxe_image add "$T/unpacked"
check '... is known for what it is' grep -q '^boot .*family=debian' "$state/images/unpacked.facts"
check '... and copied' cmp "$T/unpacked/debian-installer/amd64/initrd.gz" "$state/www/unpacked/debian-installer/amd64/initrd.gz"
check 'rm' pxe_image rm unpacked
check '... leaves the directory' test -d "$T/unpacked/debian-installer"

# ---- many -------------------------------------------------------------------------------
for name in f g h i j k l m; do image $name; done
check 'ten images' pxe_image add "$T"/[f-m].iso
check_rc 0 'served' "$up" -w -s "$state"
check 'all of them' test "$(grep -c '^kernel ' "$state/www/boot.ipxe")" = 10
finish
