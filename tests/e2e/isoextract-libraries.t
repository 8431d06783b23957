#!/bin/sh
# What isoextract loads, and when: an image in a file needs neither libarchive nor
# libcurl; what needs one that is missing says so, before anything is written.
. "$(dirname "$0")/../lib.sh"
need xorriso unshare gzip

iso=$BIN/isoextract/isoextract
mkdir -p "$T/tree/boot"
echo kernel >"$T/tree/boot/vmlinuz"
xorriso -as mkisofs -quiet -r -J -o "$T/a.iso" "$T/tree" 2>/dev/null
gzip -k "$T/a.iso"
tar -C "$T/tree" -cf "$T/a.tar" boot
cd "$T" || exit 1

# Where the build found them.
: >empty
loads=$(find "$SRC/build" -name loads -path '*isoextract/loads' | head -n 1)
if [ -z "$loads" ] || ! ldd "$loads" >libraries 2>/dev/null || ! grep -q 'libcurl.*=> /' libraries; then
	skip 'no libraries to hide'
	finish
fi
# without NAMES COMMAND...: with an empty file in the place of each of these libraries
without() {
	files=$(sed -n -E "s/.*=> (.*($1)[^ ]*) .*/\1/p" libraries)
	shift
	# shellcheck disable=SC2016 # the arguments are for the inner sh
	unshare -m sh -c 'for file in $1; do mount --bind empty "$(readlink -f "$file")" || exit 99; done
	shift
	exec "$@"' - "$files" "$@"
}
both='libarchive|libcurl'
check 'an image in a file is listed without them' without "$both" "$iso" -l a.iso
check 'and extracted' without "$both" "$iso" -C made a.iso boot/vmlinuz
check 'all of it' cmp tree/boot/vmlinuz made/boot/vmlinuz
check 'its extents are shown' without "$both" "$iso" -x a.iso
check_rc 1 'and how it boots is looked for' without "$both" "$iso" -b -P "$SRC/isoextract/profiles/debian-installer" a.iso
needs_archive='^isoextract: libarchive, which reads archives, compressed images and pipes, cannot be loaded: .*libarchive'
for what in a.tar a.iso.gz; do
	check_rc 3 "$what needs libarchive" without libarchive "$iso" -C none "$what"
	said '... and says so' "$needs_archive"
done
# shellcheck disable=SC2016
check_rc 3 'a pipe, too' without libarchive sh -c 'cat a.iso | "$1" -C none -' - "$iso"
said '... and says so' "$needs_archive"
check_rc 3 'a URL needs libcurl' without libcurl "$iso" -C none http://127.0.0.1:1/a.iso
said '... and says so' '^isoextract: libcurl, which fetches URLs, cannot be loaded: .*libcurl'
check_not 'no directory is left' test -e none
check 'with libarchive the archive is read' without libcurl "$iso" -C made2 a.tar
check 'all of it' cmp tree/boot/vmlinuz made2/boot/vmlinuz
finish
