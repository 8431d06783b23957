#!/bin/sh
# isoextract on images as others make them: what is read from a file, where the
# file system is walked, is what libarchive reads from a pipe; zisofs, files
# over 4 GiB, deep trees, relaxed names, hybrid images, real ones.
# shellcheck disable=SC2016 # $1 is for the inner sh
. "$(dirname "$0")/../lib.sh"
need xorriso genisoimage mkzftree python3 bsdtar grub-mkrescue

iso=$BIN/isoextract/isoextract
tree=$T/tree

# same NAME IMAGE: the same list, and for a small one the same files, either way
same() {
	"$iso" -l "$2" 2>"$T/err" | sed 's/ same=.*//' | sort >"$T/walked"
	# shellcheck disable=SC2002 # a pipe it shall be
	cat "$2" | "$iso" -l - 2>>"$T/err" | sed 's/ same=.*//' | sort >"$T/piped"
	if [ -s "$T/walked" ] && [ ! -s "$T/err" ] && cmp -s "$T/walked" "$T/piped"; then ok "$1"; else
		{ cat "$T/err" && diff "$T/walked" "$T/piped"; } | head -n 20 | sed 's/^/# /'
		not_ok "$1"
	fi
}

mkdir -p "$tree/boot/grub" "$tree/a/b/c/d/e/f/g/h/i/j" "$tree/many" "$tree/empty"
head -c 300000 /dev/urandom >"$tree/boot/vmlinuz"
yes 'a text that repeats itself' | head -c 200000 >"$tree/boot/text"
: >"$tree/boot/grub/none"
echo deep >"$tree/a/b/c/d/e/f/g/h/i/j/file.with.dots"
ln -s ../boot/vmlinuz "$tree/a/link"
ln "$tree/boot/vmlinuz" "$tree/many/again"
echo x >"$tree/$(printf '%0250d' 7)"
echo x >"$tree/ünï cødé.txt"
mkfifo "$tree/fifo"
i=0
while [ $i -lt 300 ]; do
	echo $i >"$tree/many/name-$(printf '%055d' $i)"
	i=$((i + 1))
done

# ---- walked or piped ---------------------------------------------------------------
mk() { # NAME OPTIONS...: an image of the tree, by genisoimage
	mk_name=$1
	shift
	genisoimage -quiet -input-charset utf-8 "$@" -o "$T/$mk_name.iso" "$tree" 2>"$T/err" || cat "$T/err"
}
mk rock -R
same 'Rock Ridge of genisoimage, with directories moved up' "$T/rock.iso"
mk deep -R -D
same 'deep directories left where they are' "$T/deep.iso"
rm "$tree/$(printf '%0250d' 7)"
mk joliet -J -joliet-long -D
same 'Joliet alone' "$T/joliet.iso"
mk rj -R -J -joliet-long
same 'Rock Ridge beside Joliet' "$T/rj.iso"
mk relaxed -l -D -relaxed-filenames -allow-lowercase -allow-multidot -N
same 'relaxed names' "$T/relaxed.iso"
mk plain -D -iso-level 1
same 'plain ISO 9660' "$T/plain.iso"
ln -s "$(printf '%0250d/' 0 1 2)$(printf '%0100d' 4)" "$tree/a/long" # which genisoimage cannot do
xorriso -as mkisofs -quiet -R -J -hfsplus -o "$T/xorriso.iso" "$tree" 2>/dev/null
same 'xorriso, with HFS+ in the same image' "$T/xorriso.iso"
for image in rock rj xorriso; do
	rm -rf "$T/out.d"
	check "all of $image" "$iso" -q -C "$T/out.d" "$T/$image.iso"
	diff -r --no-dereference -x fifo -x '0*7' -x long "$tree" "$T/out.d" >"$T/diff" 2>&1
	check 'the same files' test ! -s "$T/diff"
done

check 'a link of several entries' test "$(readlink "$T/out.d/a/long")" = "$(readlink "$tree/a/long")"

# ---- zisofs ----------------------------------------------------------------------------
rm "$tree/a/long"
mkzftree "$tree" "$T/ztree" 2>/dev/null
genisoimage -quiet -R -z -o "$T/z.iso" "$T/ztree" 2>/dev/null
check 'zisofs' "$iso" -q -C "$T/z" "$T/z.iso"
check 'comes out as it was' cmp "$tree/boot/text" "$T/z/boot/text"
check 'and is smaller in the image' test "$(stat -c %s "$T/z.iso")" -lt "$(stat -c %s "$T/rock.iso")"
check 'one of them' "$iso" -q -C "$T/z1" "$T/z.iso" boot/text
check 'all its bytes' cmp "$tree/boot/text" "$T/z1/boot/text"

# ---- files over 4 GiB ------------------------------------------------------------------
mkdir "$T/small"
echo placeholder >"$T/small/zzz.img"
cp "$tree/boot/vmlinuz" "$T/small/"
xorriso -as mkisofs -quiet -R -o "$T/big.iso" "$T/small" 2>/dev/null
python3 "$SRC/tests/e2e/isoextract-big.py" "$T/big.iso" ZZZ.IMG 9000000000
"$iso" -l "$T/big.iso" >"$T/list"
check 'a file of 9 GB in three extents' grep -q '^file path=zzz.img size=9000000000 ' "$T/list"
check 'bsdtar says the same' sh -c 'bsdtar -tvf "$1" | grep -q " 9000000000 .*zzz.img"' - "$T/big.iso"
check 'is extracted' "$iso" -q -C "$T/big" "$T/big.iso"
check 'its size' test "$(stat -c %s "$T/big/zzz.img")" = 9000000000
check 'its first and last bytes' test "$(head -c 11 "$T/big/zzz.img")$(tail -c 10 "$T/big/zzz.img")" = 'first byteslast bytes'
rm -rf "$T/big"

# ---- images that people have -----------------------------------------------------------
memtest=/usr/lib/memtest86+/memtest86+x64.iso
[ -f "$memtest" ] || memtest=$SRC/build/peers/root$memtest
for image in /usr/lib/ipxe/ipxe.iso "$memtest" /usr/lib/grub-rescue/grub-rescue-cdrom.iso; do
	name=$(basename "$image")
	[ -f "$image" ] || {
		skip "$name is not here"
		continue
	}
	same "$name" "$image"
	check "$name, extracted" "$iso" -q -C "$T/real/$name" "$image"
	check 'with its boot image' test -s "$T/real/$name/[boot]/0-bios.img"
	check 'twice' "$iso" -q -C "$T/real/$name" "$image"
done
if [ -f "$memtest" ]; then
	check '-b of memtest86+' "$iso" -b -P "$SRC/isoextract/profiles" "$memtest"
	cp "$T/out" "$T/list"
	check 'its kernel' grep -q '^boot .*family=memtest86plus' "$T/list"
fi
grub-mkrescue -o "$T/rescue.iso" "$T/small" >"$T/grub" 2>&1
same 'a hybrid image of grub-mkrescue' "$T/rescue.iso"
"$iso" -l "$T/rescue.iso" >"$T/list"
check 'with boot images for BIOS and UEFI' sh -c 'grep -q "boot\]/0-bios.img" "$1" && grep -q "boot\]/1-efi.img" "$1"' - "$T/list"
check 'the one for UEFI is a FAT file system' sh -c '"$1" -q -C "$2" "$3" "[boot]/1-efi.img" && [ "$(tail -c +511 "$2/[boot]/1-efi.img" | head -c 2 | od -An -tx1)" = " 55 aa" ]' - "$iso" "$T/efi" "$T/rescue.iso"
dd if="$T/rescue.iso" of="$T/stick" bs=1M conv=sparse status=none
truncate -s +5M "$T/stick"
check 'on a stick that is longer' "$iso" -q -C "$T/stick.d" "$T/stick" vmlinuz
check 'the same file' cmp "$T/small/vmlinuz" "$T/stick.d/vmlinuz"

# ---- only what is needed is read ---------------------------------------------------------
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	ASAN_OPTIONS=detect_leaks=0 strace -f -e trace=pread64,read,lseek -P "$T/rock.iso" -o "$T/calls" "$iso" -q -C "$T/one" "$T/rock.iso" boot/vmlinuz
	check 'one file is found with a few reads' test "$(grep -c pread "$T/calls")" -le 8
else
	skip 'no strace here'
fi
check 'no temporary file is left' test -z "$(find "$T" -name '.isoextract.*')"
# Holes.
mkdir "$T/holes"
truncate -s 1M "$T/holes/full"
printf a >"$T/holes/part" && truncate -s 1M "$T/holes/part"
for form in gnu posix; do
	tar -S --format=$form -C "$T" -cf "$T/holes.$form.tar" holes
	check "$form tar with holes" "$iso" -C "$T/holes.$form" "$T/holes.$form.tar"
	check 'the same' diff -r "$T/holes" "$T/holes.$form/holes"
done
finish
