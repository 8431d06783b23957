#!/bin/sh
# isoextract -x: what it says of where files lie is byte for byte what extraction gives, for
# images of every kind; and -C with -x writes exactly the rest.
# shellcheck disable=SC2016 # $1 is for the inner sh
. "$(dirname "$0")/../lib.sh"
need xorriso genisoimage python3

iso=$BIN/isoextract/isoextract
tree=$T/tree
mkdir -p "$tree/.disk" "$tree/boot/grub" "$tree/pool/a/b" "$tree/empty"
head -c 300001 /dev/urandom >"$tree/boot/vmlinuz"
head -c 1500000 /dev/urandom >"$tree/boot/initrd.img"
head -c 100000 /dev/zero >"$tree/boot/zeros"
: >"$tree/boot/grub/none"
echo one >"$tree/pool/a/b/one two \"q\".txt"
echo x >"$tree/pool/ünï.txt"
ln "$tree/boot/vmlinuz" "$tree/pool/vmlinuz"
ln -s boot/vmlinuz "$tree/kernel"
ln -s ../../boot "$tree/pool/a/up"
head -c 20000 /dev/urandom >"$T/boot.img"
cd "$T" || exit

# whole NAME N: its map, with at least N files in place, compared with what all of it
# extracts to
whole() {
	rm -rf "$T/all" "$T/rest"
	"$iso" -q -C "$T/all" "$1" '*' '[[]boot]' 2>"$T/err" || "$iso" -q -C "$T/all" "$1" 2>"$T/err" || sed 's/^/# /' "$T/err"
	"$iso" -x "$1" >"$T/map" 2>"$T/err"
	whole_n=$(python3 "$SRC/tests/e2e/extents-check.py" "$T/map" "$T/all" 2>>"$T/err")
	if [ ! -s "$T/err" ] && [ "$whole_n" -ge "$2" ]; then ok "$1: $whole_n in place"; else
		sed 's/^/# /' "$T/err" "$T/map" | head -n 30
		not_ok "$1: at least $2 in place"
	fi
	"$iso" -q -x -C "$T/rest" "$1" >"$T/map2" 2>"$T/err"
	check "$1: the same map with -C" cmp "$T/map" "$T/map2"
	check "$1: and just the rest is written" sh -c 'n=$(find "$1" -type f 2>/dev/null | wc -l); [ "$n" -eq "$(grep -c "^extract " "$2")" ]' - "$T/rest" "$T/map"
	[ ! -d "$T/rest" ] || check "$1: as extraction writes it" sh -c 'cd "$1" && find . -type f -exec cmp {} "$2/{}" \;' - "$T/rest" "$T/all"
}
xorriso -as mkisofs -quiet -R -J -V ROCK -o rr.iso "$tree" 2>/dev/null
whole rr.iso 7
check 'links are links' grep -qx 'link path=pool/a/up to=../../boot' "$T/map"
check 'the image comes first' grep -qx "image file=rr.iso size=$(stat -c %s rr.iso) mtime=$(stat -c %Y rr.iso)" "$T/map"
genisoimage -quiet -input-charset utf-8 -J -joliet-long -V JOLIET -o joliet.iso "$tree" 2>/dev/null
whole joliet.iso 7
genisoimage -quiet -V PLAIN -o plain.iso "$tree" 2>/dev/null
whole plain.iso 7
genisoimage -quiet -udf -R -V BRIDGE -o bridge.iso "$tree" 2>/dev/null
whole bridge.iso 7
cp boot.img "$tree/boot/eltorito.img"
xorriso -as mkisofs -quiet -R -b boot/eltorito.img -no-emul-boot -o boot.iso "$tree" 2>/dev/null
whole boot.iso 8
check 'boot images are there' grep -q '^file path=\[boot\]/0-bios.img at=' "$T/map"
rm "$tree/boot/eltorito.img"

# What does not lie there in one piece, or not as it is.
head -c 100000 /dev/urandom | base64 >"$tree/boot/text"
{ head -c 200000 /dev/zero; cat "$tree/boot/text"; head -c 200000 /dev/zero; } >"$tree/boot/middle"
for version in off on; do
	rm -f z.iso
	xorriso -outdev z.iso -zisofs level=9:by_magic=off:version_2=$version -map "$tree/boot" / -set_filter_r --zisofs / -- -commit >/dev/null 2>&1
	whole z.iso 1
	check "zisofs, version 2 $version: the same files" diff -r "$tree/boot" "$T/all"
done
for how in 'kind=plain ads=short' 'kind=plain ads=embedded efe=1' 'kind=plain ads=extended' 'kind=metadata ads=short efe=1' \
	'kind=sparable ads=short' 'kind=virtual ads=long' 'evil=hole'; do
	# shellcheck disable=SC2086 # several words
	python3 "$SRC/tests/e2e/isoextract-udf.py" u.img tree="$tree" $how
	whole u.img 0
done
tar -C "$tree" -cf some.tar .
whole some.tar 0
gzip -k rr.iso
whole rr.iso.gz 0
check 'of what a compressed image holds, all is to be extracted' sh -c 'grep -q "^extract " "$1" && ! grep -q "^file " "$1"' - "$T/map"

# Patterns; what is no file.
"$iso" -x rr.iso 'boot/*' >"$T/map"
check 'patterns pick' sh -c '[ "$(grep -c "^file" "$1")" -eq 4 ]' - "$T/map"
check_rc 1 'one that picks nothing' "$iso" -x rr.iso nothing
check_rc 2 'a pipe has no places' "$iso" -x -
check_rc 2 'nor has a URL' "$iso" -x http://10.0.0.1/a.iso
check_rc 2 'not with -l' "$iso" -x -l rr.iso

# Ten images at once, 5 GB each (in their holes): nothing but directories is read.
for n in 1 2 3 4 5 6 7 8 9 10; do
	cp rr.iso big$n.iso
	truncate -s 5G big$n.iso
done
start_ms=$(date +%s%3N)
for n in 1 2 3 4 5 6 7 8 9 10; do "$iso" -x big$n.iso >"$T/big.$n" 2>/dev/null; done
echo "# ten maps: $(($(date +%s%3N) - start_ms)) ms"
check 'ten big ones' sh -c '[ "$(cat "$1"/big.[0-9]* | grep -c "^file path=boot/vmlinuz ")" -eq 10 ]' - "$T"
finish
