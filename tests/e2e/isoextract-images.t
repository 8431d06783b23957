#!/bin/sh
# isoextract on ISO images: Rock Ridge, Joliet alone, neither; whole and by
# pattern; from a file and from a pipe; the same command twice; what stands in
# the way.
# shellcheck disable=SC2016 # $1 is for the inner sh
. "$(dirname "$0")/../lib.sh"
need xorriso genisoimage

iso=$BIN/isoextract/isoextract
tree=$T/tree

mkdir -p "$tree/.disk" "$tree/boot/grub" "$tree/pool/a/b/c" "$tree/empty"
echo 'Some System 1.0' >"$tree/.disk/info"
head -c 300000 /dev/urandom >"$tree/boot/vmlinuz"
head -c 1500000 /dev/urandom >"$tree/boot/initrd.img"
: >"$tree/boot/grub/none"
echo one >"$tree/pool/a/b/c/one two.txt"
echo x >"$tree/pool/ünï.txt"
ln "$tree/boot/vmlinuz" "$tree/pool/vmlinuz"
ln -s boot/vmlinuz "$tree/kernel"
ln -s . "$tree/self"
ln -s ../../boot "$tree/pool/a/up"
chmod 700 "$tree/boot/grub"
chmod 4711 "$tree/boot/initrd.img"
chmod 400 "$tree/.disk/info"
touch -d '2020-02-03 04:05:06 UTC' "$tree/boot/vmlinuz" "$tree/pool/a"

xorriso -as mkisofs -quiet -R -J -V ROCK -o "$T/rr.iso" "$tree" 2>/dev/null
genisoimage -quiet -input-charset utf-8 -J -joliet-long -hide-rr-moved -V JOLIET -o "$T/joliet.iso" "$tree" 2>/dev/null
genisoimage -quiet -V PLAIN -o "$T/plain.iso" "$tree" 2>/dev/null

# ---- listing
check 'a list' "$iso" -l "$T/rr.iso"
cp "$T/out" "$T/list"
check 'it has files with size, mode and time' \
	grep -q '^file path=boot/vmlinuz size=300000 mode=0644 mtime=2020-02-03T04:05:06Z' "$T/list"
check 'it has directories' grep -qx 'dir path=pool/a/b' "$T/list"
check 'it has links' grep -qx 'link path=pool/a/up to=../../boot' "$T/list"
check 'it quotes' grep -q '^file path="pool/a/b/c/one two.txt" size=4 ' "$T/list"
check 'it has hidden files' grep -q '^file path=.disk/info ' "$T/list"
"$iso" -lj "$T/rr.iso" >"$T/json"
check 'and as JSON lines' python3 -c '
import json, sys
r = [json.loads(line) for line in open(sys.argv[1])]
f = {m["path"]: m for m in r}
assert f["boot/vmlinuz"]["record"] == "file" and f["pool/a/b/c/one two.txt"]["record"] == "file", r
assert "pool/ünï.txt" in f, list(f)' "$T/json"
"$iso" -l "$T/rr.iso" 'boot/*' >"$T/list"
check 'a list of what is picked' sh -c '! grep -q path=pool "$1" && grep -q boot/vmlinuz "$1"' - "$T/list"
check 'and nothing was written' test ! -e boot

# ---- everything
check 'everything, from a file' "$iso" -C "$T/rr" "$T/rr.iso"
check 'the same files' diff -r --no-dereference "$tree" "$T/rr"
check 'the same links' test "$(readlink "$T/rr/pool/a/up")$(readlink "$T/rr/self")" = ../../boot.
check 'readable for a server' test "$(stat -c %a "$T/rr/boot/grub")-$(stat -c %a "$T/rr/.disk/info")" = 755-644
check 'without set-id bits' test "$(stat -c %a "$T/rr/boot/initrd.img")" = 755
check 'times of files and directories' test "$(stat -c %Y "$T/rr/boot/vmlinuz")-$(stat -c %Y "$T/rr/pool/a")" = 1580702706-1580702706
check 'hard links' test "$(stat -c %i "$T/rr/boot/vmlinuz")" = "$(stat -c %i "$T/rr/pool/vmlinuz")"

mkfifo "$T/rr.fifo"
cp "$T/rr.iso" "$T/rr.fifo" &
"$iso" -C "$T/pipe" - <"$T/rr.fifo" 2>"$T/err"
check 'everything, from a pipe' diff -r --no-dereference "$tree" "$T/pipe"
check 'and no word about it' test ! -s "$T/err"

check 'Joliet alone' "$iso" -C "$T/joliet" "$T/joliet.iso"
check 'the same files by their long names' cmp "$tree/pool/a/b/c/one two.txt" "$T/joliet/pool/a/b/c/one two.txt"
check 'letters beyond ASCII too' cmp "$tree/pool/ünï.txt" "$T/joliet/pool/ünï.txt"
check 'hidden ones too' cmp "$tree/.disk/info" "$T/joliet/.disk/info"
check 'plain ISO 9660' "$iso" -C "$T/plain" "$T/plain.iso"
check 'the same bytes' cmp "$tree/boot/vmlinuz" "$T/plain/BOOT/VMLINUZ"

# ---- patterns
check 'a pattern' "$iso" -C "$T/p1" "$T/rr.iso" '*/vmlinuz'
check 'its * crosses /' test "$(cd "$T/p1" && find . -type f | sort | tr '\n' ' ')" = './boot/vmlinuz ./pool/vmlinuz '
check 'a directory is all beneath it' "$iso" -C "$T/p2" "$T/rr.iso" ./pool/a/
check 'and nothing else' test "$(cd "$T/p2" && find . -type f)" = './pool/a/b/c/one two.txt'
check 'two patterns, one with a leading /' "$iso" -C "$T/p3" "$T/rr.iso" /boot/vmlinuz .disk
check 'both are there' test -s "$T/p3/boot/vmlinuz" -a -s "$T/p3/.disk/info"
check 'a hard link whose data came under another name' "$iso" -C "$T/p4" "$T/rr.iso" pool/vmlinuz boot/grub
check 'one of them alone' cmp "$tree/boot/vmlinuz" "$T/p4/pool/vmlinuz"
check 'and not the other' test ! -e "$T/p4/boot/vmlinuz"
check 'the other way round' "$iso" -C "$T/p5" "$T/rr.iso" boot/vmlinuz
check 'that one' cmp "$tree/boot/vmlinuz" "$T/p5/boot/vmlinuz"
check_rc 1 'a pattern that fits nothing is an answer of no' "$iso" -C "$T/p6" "$T/rr.iso" boot/vmlinuz nowhere
said 'it is named' '"nowhere"'
check 'the others are extracted' test -s "$T/p6/boot/vmlinuz"

# ---- again, and things in the way
stat -c '%n %i %Z' "$T/rr/boot/vmlinuz" "$T/rr/.disk/info" "$T/rr/kernel" "$T/rr/pool/vmlinuz" >"$T/before"
check 'the same command again' "$iso" -C "$T/rr" "$T/rr.iso"
stat -c '%n %i %Z' "$T/rr/boot/vmlinuz" "$T/rr/.disk/info" "$T/rr/kernel" "$T/rr/pool/vmlinuz" >"$T/after"
check 'writes nothing' cmp "$T/before" "$T/after"
echo mine >"$T/rr/.disk/info"
rm "$T/rr/boot/initrd.img"
check_rc 1 'a file that differs stays' "$iso" -C "$T/rr" "$T/rr.iso"
said 'it is named, with what to do' '".disk/info".*-f'
check 'as it was' grep -qx mine "$T/rr/.disk/info"
check 'what was missing is there' cmp "$tree/boot/initrd.img" "$T/rr/boot/initrd.img"
check '-f replaces it' "$iso" -f -C "$T/rr" "$T/rr.iso"
check 'by the right one' cmp "$tree/.disk/info" "$T/rr/.disk/info"
mkdir -p "$T/way/boot/vmlinuz" "$T/elsewhere"
ln -s "$T/elsewhere" "$T/way/pool"
check_rc 1 'a directory in the place of a file, a link in that of a directory' "$iso" -f -C "$T/way" "$T/rr.iso"
said 'the directory is said' 'boot/vmlinuz'
said 'the link is said' 'symbolic link'
check 'the link was not followed' test -z "$(ls "$T/elsewhere")"
check 'the rest is there' cmp "$tree/boot/initrd.img" "$T/way/boot/initrd.img"

# ---- boot images (El Torito)
mkdir "$T/bootable"
head -c 3000 /dev/urandom >"$T/bootable/bios.bin"
head -c 1000000 /dev/urandom >"$T/bootable/efi.img"
# A FAT file system says its size: 512 bytes a sector, 1000 of them.
printf '\000\002' | dd of="$T/bootable/efi.img" bs=1 seek=11 conv=notrunc status=none
printf '\350\003' | dd of="$T/bootable/efi.img" bs=1 seek=19 conv=notrunc status=none
printf '\125\252' | dd of="$T/bootable/efi.img" bs=1 seek=510 conv=notrunc status=none
xorriso -as mkisofs -quiet -R -V BOOTABLE -c boot.cat -b bios.bin -no-emul-boot -boot-load-size 4 -boot-info-table \
	-eltorito-alt-boot -e efi.img -no-emul-boot -o "$T/bootable.iso" "$T/bootable" 2>/dev/null
"$iso" -l "$T/bootable.iso" >"$T/list"
check 'boot images are listed, as long as they are' grep -qx 'file path=\[boot\]/0-bios.img size=3000 mode=0444' "$T/list"
check 'each' grep -qx 'file path=\[boot\]/1-efi.img size=512000 mode=0444' "$T/list"
check 'one of them' "$iso" -C "$T/b1" "$T/bootable.iso" '[boot]/1-efi.img'
check 'its bytes' cmp -n 512000 "$T/bootable/efi.img" "$T/b1/[boot]/1-efi.img"
check 'all of them' "$iso" -C "$T/b2" "$T/bootable.iso" '[boot]'
check 'and nothing else' test "$(cd "$T/b2" && find . -type f | sort | tr '\n' ' ')" = './[boot]/0-bios.img ./[boot]/1-efi.img '
check 'everything has them too' "$iso" -C "$T/b3" "$T/bootable.iso"
check 'with the boot information table in place' cmp "$T/b3/bios.bin" "$T/b3/[boot]/0-bios.img"
"$iso" -l "$T/bootable.iso" | sort >"$T/listed"
for packed in cat xz gzip; do
	$packed <"$T/bootable.iso" | "$iso" -l - | sort >"$T/listed.$packed"
	check "listed from a pipe as from a file ($packed)" cmp "$T/listed" "$T/listed.$packed"
done
check 'boot images among them' grep -q '^file path=\[boot\]/1-efi.img size=' "$T/listed.cat"
check 'one of them, from a pipe' sh -c 'cat "$2" | "$1" -C "$3" - "[boot]/1-efi.img"' - "$iso" "$T/bootable.iso" "$T/b4"
check 'its bytes are the same' cmp "$T/b1/[boot]/1-efi.img" "$T/b4/[boot]/1-efi.img"
gzip -1 -c "$T/bootable.iso" >"$T/bootable.iso.gz"
check 'one of them, out of what is compressed' "$iso" -C "$T/b6" "$T/bootable.iso.gz" '[boot]/1-efi.img'
check 'its bytes are the same' cmp "$T/b1/[boot]/1-efi.img" "$T/b6/[boot]/1-efi.img"
check 'twice does nothing' "$iso" -v -C "$T/b3" "$T/bootable.iso"
said 'boot images among it' '"\[boot\]/0-bios.img" is there already'
efi=$(python3 -c 'import sys; print(open(sys.argv[1], "rb").read().index(open(sys.argv[2], "rb").read(512)))' "$T/bootable.iso" "$T/bootable/efi.img")
head -c $((efi + 100000)) "$T/bootable.iso" >"$T/cut.iso"
check_rc 3 'a boot image that is cut' "$iso" -C "$T/b5" "$T/cut.iso" '[boot]'
said 'is named, with what is wrong' 'cannot read "\[boot\]/1-efi.img": the image ends before it does'
check 'the other one is there' test "$(cd "$T/b5" && find . -type f)" = './[boot]/0-bios.img'

# ---- names that differ in case
mkdir "$T/case"
echo one >"$T/case/README"
echo two >"$T/case/readme"
xorriso -as mkisofs -quiet -R -o "$T/case.iso" "$T/case" 2>/dev/null
check 'names that differ in case' "$iso" -C "$T/cased" "$T/case.iso"
said 'are mentioned' '1 names differ.*case'
check 'and both there' diff -r "$T/case" "$T/cased"

# ---- checking without writing
check '-n reads all and writes nothing' "$iso" -n -C "$T/none" "$T/rr.iso"
check 'not even the directory' test ! -e "$T/none"

check 'no temporary file is left anywhere' test -z "$(find "$T" -name '.isoextract.*')"
finish
