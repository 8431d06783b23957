#!/bin/sh
# isoextract and disks: an image that is one, an image on one with a bad place, and
# a directory in which a run before left its temporary file because it was killed.
# shellcheck disable=SC2016 # for the inner sh
. "$(dirname "$0")/../lib.sh"
need xorriso python3

iso=$BIN/isoextract/isoextract
mkdir -p "$T/tree/pool" "$T/store" "$T/disk"
for n in 1 2 3 4 5 6 7 8 9; do head -c 400000 /dev/urandom >"$T/tree/pool/file$n"; done
head -c 3000000 /dev/urandom >"$T/tree/vmlinuz"
xorriso -as mkisofs -quiet -R -V DISK -o "$T/store/i.iso" "$T/tree" 2>/dev/null

# ---- killed, and run again as the same process number ------------------------------------
mkfifo "$T/slow"
export iso T
alone() { unshare --pid --fork --kill-child --mount-proc timeout 120 sh -c "$1"; }
check 'killed in the middle of a file' alone 'exec 9<>"$T/slow"
	"$iso" -C "$T/again" - <"$T/slow" 9<&- &
	head -c 1000000 "$T/store/i.iso" >&9
	until [ "$(find "$T/again" -name ".isoextract.*" 2>/dev/null)" ]; do sleep 0.02; done
	kill -9 $!'
check 'its temporary file is left' test "$(find "$T/again" -name '.isoextract.*' | wc -l)" -eq 1
check 'the next one writes all' alone '"$iso" -C "$T/again" - <"$T/store/i.iso" & wait $!'
find "$T/again" -name '.isoextract.*' -exec rm {} +
check 'as it should be' diff -r "$T/tree" "$T/again"

# ---- a block device ---------------------------------------------------------------
truncate -s %2048 "$T/store/i.iso"
if loop=$(losetup -r -f --show "$T/store/i.iso" 2>/dev/null); then
	check 'a block device' "$iso" -C "$T/device" "$loop"
	check 'is the same' diff -r "$T/tree" "$T/device"
	losetup -d "$loop"
else
	skip 'a block device: losetup cannot make one here'
fi

# ---- a bad place -------------------------------------------------------------------
[ -c /dev/fuse ] || {
	skip 'a bad place of a disk: no /dev/fuse here'
	finish
}
bad=$(python3 -c 'import sys; d = open(sys.argv[1], "rb").read(); print(d.index(open(sys.argv[2], "rb").read(64)) + 200000)' \
	"$T/store/i.iso" "$T/tree/pool/file4")
start disk python3 "$SRC/tests/e2e/httpd-slow-disk.py" "$T/store" "$T/disk" 0 "$T/never" "$bad"
wait_for 10 grep -q . "$T/disk.log"
grep -q mounted "$T/disk.log" || {
	skip "a bad place of a disk: no FUSE here: $(tail -n 1 "$T/disk.log")"
	finish
}
check_rc 3 'a file with a bad place' "$iso" -C "$T/bad" "$T/disk/i.iso"
said 'is named, with the reason' 'cannot read "pool/file4": Input/output error'
check 'and it alone' test "$(grep -c . "$T/err")" -eq 1
rm "$T/tree/pool/file4"
check 'all others are there' diff -r "$T/tree" "$T/bad"
check_rc 3 'found by -n as well' "$iso" -n "$T/disk/i.iso"
said 'is named' 'cannot read "pool/file4": Input/output error'
umount "$T/disk"
finish
