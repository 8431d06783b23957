#!/bin/sh
# isoextract on UDF: every kind of partition, entry and extent, images of
# genisoimage and mkudffs, files over 4 GiB, what is damaged or means harm, and
# little of it read from a server.
# shellcheck disable=SC2016 # $1 is for the inner sh
. "$(dirname "$0")/../lib.sh"
need genisoimage mkudffs python3

iso=$BIN/isoextract/isoextract
make_udf() { python3 "$SRC/tests/e2e/isoextract-udf.py" "$@"; }

tree=$T/tree
mkdir -p "$tree/boot/grub" "$tree/sources" "$tree/deep/a/b/c" "$tree/many"
head -c 300001 /dev/urandom >"$tree/boot/vmlinuz"
head -c 2000000 /dev/urandom >"$tree/sources/boot.wim"
echo 'menuentry' >"$tree/boot/grub/grub.cfg"
: >"$tree/empty"
ln -s boot/vmlinuz "$tree/kernel"
ln -s ../../boot "$tree/deep/a/up"
ln "$tree/boot/vmlinuz" "$tree/deep/vmlinuz"
echo deep >"$tree/deep/a/b/c/file"
echo x >"$tree/ünï €.txt"
i=0
while [ $i -lt 150 ]; do
	echo $i >"$tree/many/a file with a longer name $i"
	i=$((i + 1))
done

# ---- every form ------------------------------------------------------------------
for how in 'kind=plain ads=short' 'kind=plain ads=long block=512' 'kind=plain ads=embedded efe=1 block=4096' \
	'kind=plain ads=extended strategy=4096' 'kind=metadata ads=short efe=1' 'kind=metadata ads=embedded block=512' \
	'kind=metadata ads=long strategy=4096' 'kind=sparable ads=short' 'kind=sparable ads=embedded block=1024' \
	'kind=virtual ads=short' 'kind=virtual ads=long efe=1' 'kind=metadata evil=mirror' 'evil=reserve' 'evil=continued'; do
	# shellcheck disable=SC2086 # several words
	make_udf "$T/u.img" tree="$tree" $how
	rm -rf "$T/u"
	"$iso" -C "$T/u" "$T/u.img" >"$T/out" 2>"$T/err"
	if [ ! -s "$T/err" ] && diff -r --no-dereference "$tree" "$T/u" >"$T/out" 2>&1; then ok "$how"; else
		sed 's/^/# /' "$T/err" "$T/out" | head -n 20
		not_ok "$how"
	fi
done
check 'times' test "$(stat -c %Y "$T/u/boot/vmlinuz")" = 1580699106
check 'hard links' test "$(stat -c %i "$T/u/boot/vmlinuz")" = "$(stat -c %i "$T/u/deep/vmlinuz")"
check 'readable for a server' test "$(stat -c %a "$T/u/boot/grub/grub.cfg")" = 644
check 'the same command again' "$iso" -v -C "$T/u" "$T/u.img"
check_not 'writes nothing' grep -q wrote "$T/err"
make_udf "$T/u.img" tree="$tree" evil=hole
check 'holes' "$iso" -C "$T/hole" "$T/u.img" boot
check 'are zeros' sh -c '{ head -c 2048 /dev/zero; cat "$1"; head -c 2048 /dev/zero; } | cmp - "$2"' - "$tree/boot/vmlinuz" "$T/hole/boot/vmlinuz"

# ---- what passes by only once is kept in a file without a name ---------------------------
fifo=$T/fifo
mkfifo "$fifo"
# piped ARGUMENT...: $T/u.img through a pipe
piped() {
	cat "$T/u.img" >"$fifo" &
	"$iso" "$@" - <"$fifo"
	piped_rc=$?
	wait "$!"
	return "$piped_rc"
}
make_udf "$T/u.img" tree="$tree" kind=metadata
sum=$(sha256sum "$T/u.img" | cut -d ' ' -f 1)
mkdir "$T/tmp"
TMPDIR=$T/tmp
export TMPDIR
check 'from a pipe' piped -C "$T/piped"
check 'is the same' diff -r --no-dereference "$tree" "$T/piped"
check 'from a pipe, with its sum' piped -s "$sum" -C "$T/piped-s"
check 'is the same, too' diff -r --no-dereference "$tree" "$T/piped-s"
check_rc 1 'from a pipe, with a wrong sum' piped -s "$(echo "$sum" | tr 0-9a-f 1-9a-f0)" -C "$T/piped-w"
check 'leaves nothing' test ! -e "$T/piped-w"
for how in gzip bzip2 xz zstd lz4; do
	command -v $how >/dev/null || continue
	$how -1 -c <"$T/u.img" >"$T/u.$how"
	check "$how" "$iso" -C "$T/c-$how" "$T/u.$how"
	check 'is the same' diff -r --no-dereference "$tree" "$T/c-$how"
done
check_rc 0 'gzip, from a pipe, with its sum' sh -c 'cat "$2" | "$1" -s "$3" -C "$4" -' - "$iso" "$T/u.gzip" \
	"$(sha256sum <"$T/u.gzip" | cut -d' ' -f1)" "$T/c-pipe"
check 'is the same' diff -r --no-dereference "$tree" "$T/c-pipe"
check_rc 1 'gzip, from a pipe, with a wrong sum' sh -c 'cat "$2" | "$1" -s "$3" -C "$4" -' - "$iso" "$T/u.gzip" "$sum" "$T/c-wrong"
check 'leaves nothing' test ! -e "$T/c-wrong"
head -c 100000 "$T/u.gzip" >"$T/cut.gz"
check_rc 3 'gzip, cut' "$iso" -C "$T/c-cut" "$T/cut.gz"
said 'says so' 'cut.gz: cannot read it: truncated gzip input'
check 'keeps nothing' test -z "$(ls -A "$T/tmp")"
TMPDIR=$T/none
check_rc 3 'nowhere to keep it' piped -C "$T/piped-n"
said 'says what to do' 'set TMPDIR to another directory'
if mkdir "$T/tight" && mount -t tmpfs -o size=1m none "$T/tight" 2>/dev/null; then
	TMPDIR=$T/tight
	check_rc 3 'no room to keep it' piped -C "$T/piped-n"
	said 'says why' 'No space left.*TMPDIR'
	check 'and gives the room back' test "$(df --output=used "$T/tight" | tail -n 1)" -eq 0
	umount "$T/tight"
fi
unset TMPDIR

# ---- by pattern, listed, as something that boots -------------------------------------
make_udf "$T/u.img" tree="$tree" kind=metadata
"$iso" -l "$T/u.img" >"$T/list"
check 'a list' grep -q '^file path="ünï €.txt" size=2 mode=0644 mtime=2020-02-03T03:05:06Z' "$T/list"
check 'with links' grep -qx 'link path=deep/a/up to=../../boot' "$T/list"
check 'by pattern' "$iso" -C "$T/p" "$T/u.img" '*.wim' 'deep/a/b'
check 'these alone' test "$(cd "$T/p" && find . -type f | sort | tr '\n' ' ')" = './deep/a/b/c/file ./sources/boot.wim '
check_rc 1 'a pattern that fits nothing' "$iso" -C "$T/p" "$T/u.img" none
mkdir "$T/bootable"
for f in /usr/lib/ipxe/ipxe.lkrn /boot/ipxe.lkrn; do [ ! -f "$f" ] || cp "$f" "$T/bootable/ipxe.lkrn"; done
make_udf "$T/b.img" tree="$T/bootable"
check '-b finds kernels in UDF' "$iso" -b -P "$SRC/isoextract/profiles" "$T/b.img"
cp "$T/out" "$T/list"
check 'by their first bytes' grep -q 'kernel=ipxe.lkrn' "$T/list"

# ---- images of others ------------------------------------------------------------------
genisoimage -quiet -input-charset utf-8 -udf -allow-limited-size -o "$T/bridge.iso" "$tree" 2>/dev/null
check 'ISO 9660 and UDF in one' "$iso" -C "$T/bridge" "$T/bridge.iso"
check 'whole names' cmp "$tree/many/a file with a longer name 7" "$T/bridge/many/a file with a longer name 7"
check 'from one that is no file system of this machine' cmp "$tree/ünï €.txt" "$T/bridge/ünï €.txt"
genisoimage -quiet -input-charset utf-8 -udf -R -o "$T/both.iso" "$tree" 2>/dev/null
check 'with Rock Ridge too' "$iso" -C "$T/both" "$T/both.iso"
check 'its links are there' diff -r --no-dereference "$tree" "$T/both"
# As Windows media are: one README in ISO 9660, the rest in UDF alone.
mkdir "$T/hidden"
cp -R "$tree/sources" "$T/hidden/"
echo 'This disc contains a "UDF" file system.' >"$T/hidden/readme.txt"
genisoimage -quiet -udf -hide sources -o "$T/win.iso" "$T/hidden" 2>/dev/null
"$iso" -l "$T/win.iso" >"$T/list"
check 'what ISO 9660 hides' grep -q '^file path=sources/boot.wim size=2000000 ' "$T/list"
for m in 'hd 1.02' 'hd 2.01' 'dvd 2.01' 'dvdram 1.50' 'cdrw 1.50' 'cdrw 2.01' 'dvdrw 2.01' 'cdr 1.50' 'cdr 2.01' 'bdr 2.50' 'bdr 2.60'; do
	rm -f "$T/m.img"
	truncate -s 20M "$T/m.img"
	mkudffs -m "${m% *}" -r "${m#* }" "$T/m.img" >"$T/mkudffs" 2>&1
	end=$(sed -n 's/^vatblock=//p' "$T/mkudffs")
	[ -z "$end" ] || truncate -s $(((end + 1) * 2048)) "$T/m.img"
	check "mkudffs, $m" "$iso" -n "$T/m.img"
done

# ---- large files -----------------------------------------------------------------------
make_udf "$T/big.img" tree="$tree" big=5000000000
check 'a file over 4 GiB, of several extents' "$iso" -C "$T/big" "$T/big.img" big
check 'its size' test "$(stat -c %s "$T/big/big")" = 5000000000
check 'its first and last bytes' test "$(head -c 11 "$T/big/big")$(tail -c 10 "$T/big/big")" = 'first byteslast bytes'
check 'its holes are holes' test "$(stat -c %b "$T/big/big")" -lt 100000
rm -rf "$T/big" "$T/big.img"

# ---- damage and harm --------------------------------------------------------------------
for evil in 'lying-size shorter' 'outside outside' 'circle end'; do
	make_udf "$T/u.img" tree="$tree" evil="${evil% *}"
	rm -rf "$T/u"
	check_rc 3 "${evil% *}" "$iso" -C "$T/u" "$T/u.img"
	said 'the file is named, with the reason' "cannot read \"\(boot\|deep\)/vmlinuz\".*${evil#* }"
	check 'the others are there' cmp "$tree/sources/boot.wim" "$T/u/sources/boot.wim"
	check_not 'it is not' test -e "$T/u/boot/vmlinuz" -o -e "$T/u/deep/vmlinuz"
done
make_udf "$T/u.img" tree="$tree" evil=loop
check_rc 3 'a directory inside itself' timeout 20 "$iso" -C "$T/loop" "$T/u.img"
said 'is named' 'directory /loop is damaged'
check 'everything else is there' diff -r --no-dereference -x loop "$tree" "$T/loop"
make_udf "$T/u.img" tree="$tree" evil=pointers
check_rc 3 'descriptors that point at themselves' timeout 120 "$iso" -l "$T/u.img"
make_udf "$T/u.img" tree="$tree" evil=missing-entry
check_rc 3 'a name without a file' "$iso" -C "$T/miss" "$T/u.img"
said 'is named' '"nowhere"'
make_udf "$T/u.img" tree="$tree" evil=bad-link
check_rc 3 'a link whose entry is damaged' "$iso" -l "$T/u.img"
cp "$T/out" "$T/list"
said 'is named' '/torn is damaged'
check 'the sound link before it has its target' grep -qx 'link path=sound to=boot/vmlinuz' "$T/list"
check_not 'the damaged one not that one'"'"'s' grep 'path=torn to=boot' "$T/list"
check_rc 3 'the rest is extracted' "$iso" -C "$T/torn" "$T/u.img"
check 'with the sound link' test "$(readlink "$T/torn/sound")" = boot/vmlinuz
check 'without the damaged one' test ! -L "$T/torn/torn" -a ! -e "$T/torn/torn"
make_udf "$T/u.img" tree="$tree" evil=cut-name
check_rc 3 'a directory that is cut' "$iso" -l "$T/u.img"
said 'is named' 'directory / is damaged'
mkdir -p "$T/in/to"
make_udf "$T/u.img" tree="$tree" evil=names
check_rc 1 'names that lead outside' "$iso" -C "$T/in/to" "$T/u.img"
make_udf "$T/u.img" tree="$tree" evil=links
check_rc 1 'links that lead outside' "$iso" -C "$T/in/to" "$T/u.img"
check 'nothing is outside' test "$(ls -A "$T/in")" = to
check 'and no link' test ! -L "$T/in/to/out"
head -c $(($(stat -c %s "$T/win.iso") - 1000000)) "$T/win.iso" >"$T/cut.img"
check_rc 3 'an image that is cut' "$iso" -C "$T/cutout" "$T/cut.img"
said 'the member is named' 'cannot read "sources/boot.wim": the image ends'
check_not 'and not there' test -e "$T/cutout/sources/boot.wim"
check 'no temporary file is left' test -z "$(find "$T" -name '.isoextract.*')"
finish
