#!/bin/sh
# isoextract -b: the layouts of isoextract-layouts.txt, each as an image: exactly those
# records, so that no kernel is called bootable that is not.
# shellcheck disable=SC2034,SC2086 # rc and the parts' words are the trees'
. "$(dirname "$0")/../lib.sh"
ordinary_build # it is profiles that are tested, by hundreds of processes
need xorriso python3
iso=$BIN/isoextract/isoextract
profiles=$SRC/isoextract/profiles
. "$SRC/tests/e2e/isoextract-trees.sh"

# Without what names and describes them; of a netboot record the kernel says enough.
bare() {
	sed -e '/^loader /d' -e 's/^\([a-z]*\) name=\("[^"]*"\|[^ ]*\)/\1/' \
		-e 's/ \(arch\|version\|linux\|note\|why\|answers\)=\("\([^"\\]\|\\.\)*"\|[^ ]*\)//g' \
		-e 's/^\(netboot .*kernel=[^ ]*\).*/\1/'
}
mkdir "$T/l"
python3 "$SRC/tests/e2e/isoextract-layouts.py" "$SRC/tests/e2e/isoextract-layouts.txt" "$T/part" "$T/l" >"$T/names"
check 'there are layouts' test -s "$T/names"
tab=$(printf '\t')
while IFS=$tab read -r name volume; do
	D=$T/l/$name
	xorriso -as mkisofs -quiet -R -V "$volume" -o "$D.iso" "$D" 2>/dev/null
	"$iso" -b -P "$profiles" "$D.iso" 2>"$D.err" | bare >"$D.got"
	check "$name" diff "$D.want" "$D.got"
	rm "$D.iso"
done <"$T/names"
for profile in "$profiles"/*; do
	family=$(sed -n 's/^family \([^ ]*\).*/\1/p' "$profile")
	check "there is a layout of $family" grep -q "^> .*family=$family " "$SRC/tests/e2e/isoextract-layouts.txt"
	check '... and its profile says when and with what it was checked' grep -qE '^# (Last checked 20|Tried with|Written with)' "$profile"
done

# A name is once in an image, and says what people call the system.
names() {
	tree "$1"
	name=$1
	put k64 ${3:-boot/vmlinuz}
	put i ${4:-boot/full.cz altinst}
	facts "$2"
	got=$(sed -n 's/^[a-z]* name=\("\([^"]*\)"\|\([^ ]*\)\) .*/\2\3/p' "$D.facts" | head -n 1)
	if [ "$got" = "$5" ]; then ok "\"$2\" is called $5"; else not_ok "\"$2\" is called $5, not $got"; fi
}
names alt 'ALT Workstation' '' '' 'ALT Workstation (install)'
names slax Slax slax/boot/vmlinuz slax/boot/initrfs.img Slax
names live1 Q4OS-CD live/vmlinuz 'live/initrd.img live/filesystem.squashfs' Q4OS-CD
names live2 'SparkyLinux 8' live/vmlinuz 'live/initrd.img live/filesystem.squashfs' 'SparkyLinux 8'
names under GARUDA_BIRD boot/vmlinuz-x86_64 'boot/initramfs-x86_64.img garuda/x86_64/rootfs.sfs' 'GARUDA BIRD'
names leap Install-Leap-16.0-x86_64 boot/x86_64/loader/linux 'boot/x86_64/loader/initrd LiveOS/squashfs.img' 'openSUSE Leap 16.0'
names windows CCCOMA_X64FRE_EN-US_DV9 sources/boot.wim 'boot/bcd boot/boot.sdi bootmgr' 'Windows, consumer editions (EN-US)'
finish
