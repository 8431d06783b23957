#!/bin/sh
# isoextract's sources that are no discs: disks' images with FAT partitions (by MBR, by
# GPT, without a table), and directories.
# shellcheck disable=SC2016 # $1 is for the inner sh
. "$(dirname "$0")/../lib.sh"
need mformat mcopy python3 xz

iso=$BIN/isoextract/isoextract
export MTOOLS_SKIP_CHECK=1 LC_ALL=C.UTF-8 # mtools' names are of the locale

# ---- what they hold -----------------------------------------------------------------
long='a long directory name'
mkdir -p "$T/tree/EFI/BOOT" "$T/tree/$long/öäü 日本"
head -c 300000 /dev/urandom >"$T/tree/EFI/BOOT/BOOTX64.EFI"
head -c 70001 /dev/urandom >"$T/tree/$long/öäü 日本/file with spaces.txt"
: >"$T/tree/empty"
# more names than fit into one cluster
for i in 1 2 3 4 5 6 7 8 9; do
	for k in 0 1 2 3 4 5 6 7 8 9; do echo $i$k >"$T/tree/$long/number-$i$k.conf"; done
done

# table.py FILE SIZE KIND PARTITION...: a disk's table of TYPE:FIRST:SECTORS
cat >"$T/table.py" <<'PY'
import struct, sys
name, size, kind = sys.argv[1], int(sys.argv[2]), sys.argv[3]
parts = [p.split(':') for p in sys.argv[4:]]
parts = [(t, int(first), int(n)) for t, first, n in parts]
ESP = bytes.fromhex('28732ac11ff8d211ba4b00a0c93ec93b')
OTHER = bytes.fromhex('a2a0d0ebe5b9334487c068b6b72699c7')
mbr = bytearray(512)
if kind != 'plain':
    mbr[:200] = b'\xfa' + b'\x90' * 199  # a program
with open(name, 'wb') as f:
    f.truncate(size)
    if kind.startswith('gpt'):
        sector = 4096 if kind == 'gpt4k' else 512
        struct.pack_into('<BBBBBBBBII', mbr, 446, 0, 0, 2, 0, 0xee, 255, 255, 255, 1, size // 512 - 1)
        head = b'EFI PART' + struct.pack('<IIIIQQQQ', 0x10000, 92, 0, 0, 1, size // sector - 1, 34, size // sector - 34)
        head += bytes(16) + struct.pack('<QIII', 2, 128, 128, 0)
        f.seek(sector); f.write(head)
        for i, (t, first, n) in enumerate(parts):
            f.seek(2 * sector + 128 * i)
            f.write((ESP if t == 'esp' else OTHER) + bytes([i + 1] * 16) + struct.pack('<QQQ', first, first + n - 1, 0))
    else:
        for i, (t, first, n) in enumerate(parts):
            struct.pack_into('<BBBBBBBBII', mbr, 446 + 16 * i, 0x80 if i == 0 else 0, 0, 0, 0, int(t, 16), 0, 0, 0, first, n)
    mbr[510:] = b'\x55\xaa'
    f.seek(0); f.write(mbr)
PY
table() { python3 "$T/table.py" "$@"; }

# fill IMAGE[@@OFFSET]: puts the tree there
fill() { mcopy -s -Q -i "$1" "$T/tree/EFI" "$T/tree/$long" "$T/tree/empty" :: || not_ok "mcopy $1"; }

# same NAME IMAGE: all of the tree comes out of it
same() {
	rm -rf "$T/out.d"
	check "$1" "$iso" -q -C "$T/out.d" "$2"
	check 'byte for byte' diff -r "$T/tree" "$T/out.d"
}

# boots NAME IMAGE: asks how it boots, for the checks that follow
boots() { check "$1" sh -c '"$1" -b "$2" >"$3"' - "$iso" "$2" "$T/boots"; }

# ---- FAT without a table ---------------------------------------------------------------
truncate -s 1474560 "$T/fat12.img"
mformat -i "$T/fat12.img" -f 1440 ::
truncate -s 40M "$T/fat16.img"
mformat -i "$T/fat16.img" -T 81920 -h 16 -s 63 ::
truncate -s 300M "$T/fat32.img"
mformat -i "$T/fat32.img" -F -T 614400 -h 64 -s 32 -v STICK ::
for kind in fat12 fat16 fat32; do
	fill "$T/$kind.img"
	same "$kind" "$T/$kind.img"
done
check 'a member of it' "$iso" -q -C "$T/one" "$T/fat32.img" 'EFI/BOOT/*.EFI'
check 'that alone' test "$(cd "$T/one" && find . -type f)" = ./EFI/BOOT/BOOTX64.EFI
check 'times are kept' sh -c '"$1" -l "$2" | grep -q "path=empty size=0 mode=0644 mtime=20[2-9][0-9]-"' - "$iso" "$T/fat32.img"
xz -k -0 "$T/fat16.img"
same 'compressed' "$T/fat16.img.xz"
check 'from a pipe' sh -c 'cat "$2" | "$1" -q -C "$3" -' - "$iso" "$T/fat12.img" "$T/pipe"
check 'all of it' diff -r "$T/tree" "$T/pipe"
check 'as extents' "$iso" -x "$T/fat32.img"
cp "$T/out" "$T/extents"
check 'where they lie' sh -c 'eval "$(sed -n "s/^file path=EFI.BOOT.BOOTX64.EFI \(at=[0-9]*\) size=300000 .*/\1/p" "$1")" &&
	tail -c +$((at + 1)) "$2" | head -c 300000 | cmp - "$3"' - "$T/extents" "$T/fat32.img" "$T/tree/EFI/BOOT/BOOTX64.EFI"
boots 'how it boots' "$T/fat32.img"
check 'UEFI machines from its loader, as a disk' grep -q '^boot name=STICK family=unknown arch=x86_64 kernel={img} .* way=httpdisk image=yes firmware=efi ' "$T/boots"
check_not 'not BIOS machines: what mformat wrote starts nothing' grep -q 'firmware=bios' "$T/boots"

# ---- tables --------------------------------------------------------------------------------
table "$T/mbr.img" 125829120 mbr 83:2048:2048 ef:4096:200000
mformat -i "$T/mbr.img@@2097152" -T 200000 -h 16 -s 63 ::
fill "$T/mbr.img@@2097152"
same 'MBR: the EFI partition' "$T/mbr.img"
boots 'how it boots' "$T/mbr.img"
check 'BIOS machines' grep -q '^boot .* arch=i386 kernel={img} .* way=memdisk image=yes firmware=bios ' "$T/boots"
check 'and UEFI machines' grep -q '^boot .* arch=x86_64 kernel={img} .* way=httpdisk image=yes firmware=efi ' "$T/boots"
check 'under one name: no machine sees both' sh -c '[ "$(grep -c "^boot name=unknown " "$1")" -eq 2 ]' - "$T/boots"

table "$T/gpt.img" 125829120 gpt data:2048:40960 esp:65536:100000
mformat -i "$T/gpt.img@@1048576" -T 40960 -h 16 -s 63 ::
mcopy -Q -i "$T/gpt.img@@1048576" "$T/tree/$long/number-11.conf" ::/other.conf
mformat -i "$T/gpt.img@@33554432" -T 100000 -h 16 -s 63 ::
fill "$T/gpt.img@@33554432"
mkdir -p "$T/both"
cp -a "$T/tree/." "$T/both"
mkdir "$T/both/1"
echo 11 >"$T/both/1/other.conf"
check 'GPT' "$iso" -q -C "$T/gpt" "$T/gpt.img"
check 'other partitions by number' diff -r "$T/both" "$T/gpt"
table "$T/gpt4k.img" 125829120 gpt4k esp:4096:20000
mformat -i "$T/gpt4k.img@@16777216" -T 160000 -h 16 -s 63 ::
fill "$T/gpt4k.img@@16777216"
same 'GPT of 4 KiB sectors' "$T/gpt4k.img"

# ---- what has nothing to read, or is damaged -----------------------------------------------
table "$T/ext.img" 10485760 mbr 83:2048:18000
boots 'another file system boots whole' "$T/ext.img"
check 'as a disk' grep -q 'kernel={img} .* firmware=bios ' "$T/boots"
check_rc 1 'its files are not to be had' "$iso" -C "$T/nothing" "$T/ext.img"
said 'and why' 'none has a file system that is read here: FAT'
check_not 'nothing is created' test -e "$T/nothing"
table "$T/plain.img" 10485760 plain 83:2048:18000
check_rc 1 'without a program it does not boot' "$iso" -b "$T/plain.img"
head -c 100000 "$T/fat16.img" >"$T/cut.img"
check_rc 3 'a disk that is cut short' "$iso" -q -C "$T/cutdir" "$T/cut.img"
# A chain of clusters that is a circle: the first FAT's entry of cluster N points at N.
python3 - "$T/fat16.img" "$T/loop.img" <<'PY'
import struct, sys
d = bytearray(open(sys.argv[1], 'rb').read())
size, per, reserved, fats, entries = struct.unpack_from('<HBHBH', d, 11)
table = reserved * size
for n in range(2, 1000):
    struct.pack_into('<H', d, table + 2 * n, n)
open(sys.argv[2], 'wb').write(d)
PY
check_rc 3 'circles of clusters end' timeout 60 "$iso" -q -C "$T/loopdir" "$T/loop.img"

# ---- directories -----------------------------------------------------------------------------
mkdir "$T/dir"
cp -a "$T/tree/." "$T/dir"
same 'a directory' "$T/dir"
ln -s EFI/BOOT "$T/dir/inside"
ln -s /etc/passwd "$T/dir/outside"
mkfifo "$T/dir/fifo"
check_rc 1 'links that lead outside' "$iso" -C "$T/links" "$T/dir"
said 'are left out' 'the symbolic link "outside" leads outside'
check 'others are kept' test "$(readlink "$T/links/inside")" = EFI/BOOT
check_not 'a FIFO is left out' test -e "$T/links/fifo"
check 'into itself, once' "$iso" -q -C "$T/dir/copy" "$T/dir" 'EFI/*'
check_not 'and no further' test -e "$T/dir/copy/copy"
check_rc 2 'a directory has no sum' "$iso" -c "$T/dir"
check_rc 2 'and no extents' "$iso" -x "$T/dir"
mkdir -p "$T/sys/boot"
python3 - "$T/sys/boot/vmlinuz" <<'PY'
import sys
k = bytearray(40000)
k[0x1f1] = 4
k[0x1fe:0x200] = b'\x55\xaa'
k[0x202:0x206] = b'HdrS'
k[0x206:0x208] = b'\x0f\x02'
k[0x20e:0x210] = b'\x00\x1e'
k[0x2000:0x2010] = b'6.1.0-9-amd64 ()'
open(sys.argv[1], 'wb').write(k)
PY
echo rd >"$T/sys/boot/initrd.img"
boots 'a kernel in a directory' "$T/sys"
check 'with its RAM disk, of an unknown system' grep -q '^boot .*family=unknown arch=[a-z0-9_]* kernel=boot/vmlinuz initrd=boot/initrd.img ' "$T/boots"

finish
