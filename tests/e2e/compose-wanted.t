#!/bin/sh
# What pxe-up extracts: what an image's records name, and all where they do not say; and
# no image is fetched from a URL whose system needs it whole.
# shellcheck disable=SC2016,SC2034,SC2154 # $10 is for awk; isoextract-trees.sh uses what is set here
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build # it is scripts that are tested, and they start hundreds of processes
need xorriso python3

TMPDIR=$T
export TMPDIR
iso=$BIN/isoextract/isoextract
profiles=$SRC/isoextract/profiles
trees=$T/trees
mkdir "$trees"
. "$SRC/tests/e2e/isoextract-trees.sh"
lan
up() { timeout 120 "$SRC/compose/pxe-up" -p -w -s "$T/state" "$@"; }
www=$T/state/www

tree ubuntu
put k64 casper/vmlinuz
put i casper/initrd
put pool pool/main/a/a.deb casper/minimal.squashfs
put shim EFI/boot/bootx64.efi
put 'Ubuntu 24.04.4 LTS "Noble Numbat" - Release amd64 (20260210)' .disk/info
facts 'Ubuntu 24.04.4 LTS amd64'
tree live
put k64 live/vmlinuz-6.1.0-9-amd64
put i live/initrd.img-6.1.0-9-amd64 live/filesystem.squashfs
ln -s vmlinuz-6.1.0-9-amd64 "$D/live/vmlinuz"
ln -s initrd.img-6.1.0-9-amd64 "$D/live/initrd.img"
put pool 'pool/[1].deb'
put 'Debian GNU/Linux Live 12' .disk/info
facts 'd-live 12.5.0 st amd64'
tree other
put k64 'some/vm[1]linuz'
put pool pool/a.deb
facts OTHER

head -c 20000000 /dev/urandom >"$trees/ubuntu/pool/large.deb"
mkdir "$T/web"
xorriso -as mkisofs -quiet -R -V 'Ubuntu 24.04.4 LTS amd64' -o "$T/web/ubuntu.iso" "$trees/ubuntu" 2>/dev/null
cp "$trees/live.iso" "$trees/other.iso" "$T/web"
start web hold tcp:10.77.0.1:8080 -- "$BIN/httpd-boot/httpd-boot" -a "$T/access.log" "$T/web"
ready web .
at=http://10.77.0.1:8080
sent() { awk 'index($0, "/ubuntu.iso ") { n += $10 } END { print n + 0 }' "$T/access.log"; }
check_rc 0 'an image at a URL whose system loads it whole' up -n $at/ubuntu.iso
said '... is said' "ubuntu: its system loads the whole image, so that all of $at/ubuntu.iso is fetched"
check '... before much of it was fetched' test "$(sent)" -lt 5000000
size=$(wc -c <"$T/web/ubuntu.iso")
(cd "$T/web" && sha256sum ubuntu.iso >SHA256SUMS)
: >"$T/access.log"
check 'it is fetched whole' up $at/ubuntu.iso
check '... and once' test "$(sent)" -lt $((size + 5000000))
check '... and served as it is' cmp "$T/web/ubuntu.iso" "$www/ubuntu.iso"
check '... with what lies where' grep -q '^file .*path=casper/vmlinuz' "$www/ubuntu.extents"
check '... and is in the menus' grep -q 'url=.*/ubuntu.iso' "$www/boot.ipxe"
check_not '... and nothing of it is left over' ls "$T/state/images/ubuntu.part" "$T/state/images/ubuntu.from"
: >"$T/access.log"
check 'the next start' up
check '... fetches nothing' test "$(sent)" -eq 0 -a -s "$www/ubuntu.iso"
"$SRC/compose/pxe-image" -s "$T/state" rm ubuntu 2>/dev/null
head -c 12000000 "$T/web/ubuntu.iso" >"$T/state/images/ubuntu.part"
echo $at/ubuntu.iso >"$T/state/images/ubuntu.from"
: >"$T/access.log"
check 'one that was interrupted' up $at/ubuntu.iso
check '... is whole' cmp "$T/web/ubuntu.iso" "$www/ubuntu.iso"
check '... and what had come was not fetched again' test "$(sent)" -lt $((size - 7000000))
"$SRC/compose/pxe-image" -s "$T/state" rm ubuntu 2>/dev/null
head -c 1000 "$T/web/live.iso" >"$T/state/images/ubuntu.part"
echo $at/live.iso >"$T/state/images/ubuntu.from"
check 'what came from elsewhere is no beginning' up $at/ubuntu.iso
check '... of it' cmp "$T/web/ubuntu.iso" "$www/ubuntu.iso"
"$SRC/compose/pxe-image" -s "$T/state" rm ubuntu 2>/dev/null
echo x >"$T/state/images/other.part"
check_rc 0 'pxe-image rm of one that never came whole' "$SRC/compose/pxe-image" -s "$T/state" rm other
check_not '... frees its room' test -e "$T/state/images/other.part"
sed -i 's/^../00/' "$T/web/SHA256SUMS"
check_rc 3 'a sum that differs' up $at/ubuntu.iso
said '... is named' "ubuntu.iso: its SHA-256 is [0-9a-f]*, and $at/SHA256SUMS says 00"
check_not '... and nothing is kept' ls "$www/ubuntu.iso" "$T/state/images/ubuntu.part" "$T/state/images/ubuntu.facts"
rm "$T/web/SHA256SUMS"
check 'without a sum' up -C $at/ubuntu.iso
said '... that is said' 'ubuntu: no SHA-256 stands beside'
check 'extracted, the image is there too' cmp "$T/web/ubuntu.iso" "$www/ubuntu.iso"
check '... and its files' test -s "$www/ubuntu/casper/vmlinuz"
rm -rf "$T/state"
check 'one that is needed in part' up $at/live.iso
check 'its kernel, which is a link, is there' cmp "$trees/live/live/vmlinuz" "$www/live/live/vmlinuz"
check 'with what it needs, and what says what it is' test -s "$www/live/live/filesystem.squashfs" -a -s "$www/live/.disk/info"
check 'of an unknown system' up $at/other.iso
check 'all is extracted' test -s "$www/other/pool/a.deb" -a -s "$www/other/some/vm[1]linuz"
rm -rf "$T/state"
rm "$trees/live/live/vmlinuz" "$trees/live/live/initrd.img" "$T/web/live.iso"
xorriso -as mkisofs -quiet -R -V 'd-live 12.5.0 st amd64' -o "$T/web/live.iso" "$trees/live" 2>/dev/null
check 'one without links' up $at/live.iso
check 'has its kernel' cmp "$trees/live/live/vmlinuz-6.1.0-9-amd64" "$www/live/live/vmlinuz-6.1.0-9-amd64"
check 'with what it needs' test -s "$www/live/live/filesystem.squashfs" -a -s "$www/live/.disk/info"
check_not 'and without the rest' test -e "$www/live/pool"
check 'all of it where that is wanted' up -C $at/live.iso
check 'the rest too' test -s "$www/live/pool/[1].deb"
stop web
finish
