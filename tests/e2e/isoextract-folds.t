#!/bin/sh
# isoextract into a file system that takes A for a and cannot hold every name,
# as memory sticks and Windows disks are.
. "$(dirname "$0")/../lib.sh"
need xorriso python3 lowntfs-3g mkntfs

iso=$BIN/isoextract/isoextract
truncate -s 20M "$T/disk"
mkntfs -q -F "$T/disk" >"$T/out" 2>&1
mkdir "$T/folding"
if ! lowntfs-3g -o ignore_case,windows_names "$T/disk" "$T/folding" 2>"$T/err"; then
	skip 'no FUSE file system can be mounted here'
	finish
fi
python3 - "$T/t.tar" <<'PY'
import io, sys, tarfile
with tarfile.open(sys.argv[1], 'w', format=tarfile.GNU_FORMAT) as t:
    for name in ('Boot/vmlinuz', 'Boot/VMLINUZ', 'boot/initrd', 'what?', 'x\udcffy', 'plain'):
        i = tarfile.TarInfo(name)
        i.size = len(name)
        i.mtime = 1000000000
        t.addfile(i, io.BytesIO(b'.' * len(name)))
PY
check_rc 1 'names are left out: exit 1' "$iso" -C "$T/folding/d" "$T/t.tar"
said 'the other case of a name' "VMLINUZ.*differs from another name only in case.*left out"
said 'a name with a question mark' 'what?.*cannot hold this name: left out'
said 'a name that is no UTF-8' 'x\\xffy.*cannot hold this name: left out'
check 'and nothing else' test "$(wc -l <"$T/err")" -eq 3
check 'the rest is there' test "$(cd "$T/folding/d" && find . -type f | sort | tr '\n' ' ')" = './boot/initrd ./boot/vmlinuz ./plain '
check 'the first of two cases' test "$(stat -c %s "$T/folding/d/boot/vmlinuz")" = 12
fusermount -u "$T/folding" 2>/dev/null || umount "$T/folding"
finish
