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
check_rc 2 'an image at a URL whose system loads it whole' up $at/ubuntu.iso
said '... is refused, with what to do' "ubuntu.iso: its system loads the whole image, which must be a local file: wget $at/ubuntu.iso"
check 'before much of it was fetched' awk '{ n += $10 } END { exit !(NR > 0 && n < 5000000) }' "$T/access.log"
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
