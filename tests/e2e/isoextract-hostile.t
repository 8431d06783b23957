#!/bin/sh
# isoextract on what is broken or means harm: names and links that lead
# outside, images that are cut, damaged or none at all, a full disk, signals.
# shellcheck disable=SC2016 # $1 is for the inner sh
. "$(dirname "$0")/../lib.sh"
need xorriso genisoimage python3

iso=$BIN/isoextract/isoextract

# clean NAME DIR: no temporary file beneath it
clean() {
	if [ -z "$(find "$2" -name '.isoextract.*' 2>/dev/null)" ]; then ok "$1"; else not_ok "$1"; fi
}

# ---- names and links that lead outside ------------------------------------------
mkdir "$T/in"
cat >"$T/make.py" <<'PY'
import io, sys, tarfile
out = sys.argv[1]
def tar(name, *members):
    with tarfile.open(f'{out}/{name}.tar', 'w', format=tarfile.GNU_FORMAT) as t:
        for kind, path, extra in members + (('f', 'good', b'good\n'),):
            i = tarfile.TarInfo(path)
            i.mode, i.mtime = 0o6777, 1000000000
            if kind == 'f':
                i.size = len(extra)
                t.addfile(i, io.BytesIO(extra))
                continue
            i.type = {'s': tarfile.SYMTYPE, 'h': tarfile.LNKTYPE, 'd': tarfile.DIRTYPE,
                      'c': tarfile.CHRTYPE, 'p': tarfile.FIFOTYPE}[kind]
            i.linkname = extra or ''
            t.addfile(i)
bad = b'bad\n'
tar('dotdot', ('f', '../evil', bad), ('f', 'a/../../evil', bad), ('d', '..', None))
tar('absolute', ('f', '/tmp/isoextract-evil', bad), ('f', f'{out}/evil', bad))
tar('symlink', ('s', 'out', '..'), ('f', 'out/evil', bad), ('s', 'abs', out), ('f', 'abs/evil', bad))
tar('symlink-twice', ('d', 'd/e', None), ('s', 'd/e/a', '../..'), ('s', 'd/e/l', 'a/../..'), ('f', 'd/e/l/evil', bad))
tar('symlink-inside', ('d', 'd', None), ('s', 'l', 'd'), ('f', 'l/through', bad))
tar('hardlink', ('h', 'h', '../secret'), ('h', 'h2', f'{out}/secret'))
tar('hardlink-through', ('s', 's', f'{out}/secret'), ('h', 'h', 's'), ('f', 'h', bad))
tar('devices', ('c', 'null', None), ('p', 'fifo', None))
tar('setid', ('f', 'suid', bad), ('d', 'dir', None))
tar('over', ('s', 'x', 'good'), ('f', 'x', bad))
tar('name', ('f', 'n' * 300, bad), ('f', 'new\nline\033[2J', bad), ('f', 'back\\..\\..\\slash', bad))
PY
python3 "$T/make.py" "$T/in"
echo secret >"$T/in/secret"
mkdir "$T/to"
for kind in dotdot absolute symlink symlink-twice hardlink; do
	d=$T/to/$kind/in
	mkdir -p "$d"
	check_rc 1 "$kind: refused" "$iso" -C "$d" "$T/in/$kind.tar"
	said "$kind: with the reason" 'leads outside'
	check "$kind: the good file is there" cmp -s "$d/good" - <<-EOF
	good
	EOF
	check "$kind: nothing beside the directory" sh -c '[ "$(ls "$1")" = in ] && [ "$(ls "$2" | grep -cv -e tar -e secret)" = 0 ]' - "$T/to/$kind" "$T/in"
done
check '-l lists them as well' "$iso" -l "$T/in/dotdot.tar"
cp "$T/out" "$T/list"
check 'as they are archived' grep -qx 'file path=../evil unsafe=yes' "$T/list"
check 'directories too' grep -qx 'dir path=\.\./* unsafe=yes' "$T/list"
check_not 'good ones without that word' grep -q 'path=good.*unsafe' "$T/list"
check '-lj too' "$iso" -lj "$T/in/absolute.tar"
cp "$T/out" "$T/list"
check 'in JSON' grep -q '"path":"/tmp/isoextract-evil","unsafe":"yes"' "$T/list"
check_not 'nothing in /tmp' test -e /tmp/isoextract-evil
check 'the secret is untouched' grep -qx secret "$T/in/secret"
check 'the secret has one name' test "$(stat -c %h "$T/in/secret")" = 1

check_rc 1 'a file through a link' "$iso" -C "$T/to/si" "$T/in/symlink-inside.tar"
check_not 'is not written' test -e "$T/to/si/d/through"
check_rc 1 'a hard link to a link' "$iso" -C "$T/to/ht" "$T/in/hardlink-through.tar"
check 'makes no way out' sh -c '! grep -q secret "$1/h" "$1/s" 2>/dev/null' - "$T/to/ht"
check 'devices are left out' "$iso" -C "$T/to/dev" "$T/in/devices.tar"
check 'only the file is there' test "$(ls "$T/to/dev")" = good
check 'set-id bits are gone' "$iso" -C "$T/to/setid" "$T/in/setid.tar"
check 'from files and directories' test "$(stat -c %a "$T/to/setid/suid" "$T/to/setid/dir" | tr '\n' ' ')" = '755 755 '
check 'a file over a link' "$iso" -f -C "$T/to/over" "$T/in/over.tar"
check 'takes its place' test ! -L "$T/to/over/x"
check 'and leaves what it led to' grep -qx good "$T/to/over/good"
check_rc 1 'a name that is too long' "$iso" -C "$T/to/name" "$T/in/name.tar"
said 'is reported' 'is too long'
check 'names with odd bytes' test -e "$T/to/name/back\\..\\..\\slash"
"$iso" -l "$T/in/name.tar" >"$T/list"
check 'are quoted in the list' grep -q 'path="new\\nline\\x1b\[2J"' "$T/list"

# ---- images that are cut or damaged --------------------------------------------
mkdir "$T/tree"
for n in 1 2 3 4 5 6; do head -c 400000 /dev/urandom >"$T/tree/file$n"; done
xorriso -as mkisofs -quiet -R -o "$T/whole.iso" "$T/tree" 2>/dev/null
head -c $(($(stat -c %s "$T/whole.iso") / 2)) "$T/whole.iso" >"$T/half.iso"
check_rc 3 'an image cut in half' "$iso" -C "$T/half" "$T/half.iso"
said 'names the member' 'cannot read "file[1-6]"'
said 'and how much is there' 'truncated: [0-9]* of its [0-9]* bytes'
check 'complete files stay' cmp "$T/tree/file1" "$T/half/file1"
check 'nothing incomplete has a final name' sh -c 'for f in "$1"/*; do cmp "$f" "$2/${f##*/}" || exit 1; done' - "$T/half" "$T/tree"
clean 'and no temporary one' "$T/half"
cat "$T/half.iso" >"$T/cat"
check_rc 3 'the same from a pipe' sh -c 'cat "$1" | "$2" -C "$3" -' - "$T/half.iso" "$iso" "$T/half2"
check 'complete files stay' cmp "$T/tree/file1" "$T/half2/file1"
check_rc 3 'and found by -n' "$iso" -n "$T/half.iso"
check 'the rest later' "$iso" -C "$T/half" "$T/whole.iso"
check 'is all of it' diff -r "$T/tree" "$T/half"
for n in 0 1 100 32767 32768 33000 36000 40000 60000; do
	head -c "$n" "$T/whole.iso" >"$T/cut"
	"$iso" -C "$T/cut$n" "$T/cut" >"$T/o" 2>"$T/e"
	rc=$?
	case $rc in
	1 | 3) ok "cut after $n bytes: exit $rc" ;;
	*) not_ok "cut after $n bytes: exit $rc" ;;
	esac
	[ -s "$T/e" ] || not_ok "cut after $n bytes: a reason"
	[ -z "$(find "$T/cut$n" -type f 2>/dev/null)" ] || not_ok "cut after $n bytes: no files"
done
# Bytes turned over in the descriptors and directories.
python3 - "$T" "$iso" <<'PY' >"$T/flips" 2>&1
import random, subprocess, sys, os, shutil
t, iso = sys.argv[1:]
whole = open(f'{t}/whole.iso', 'rb').read()
random.seed(7)
for n in range(60):
    d = bytearray(whole[:200000])
    for _ in range(random.randint(1, 8)):
        d[random.randrange(32768, 60000)] = random.randrange(256)
    open(f'{t}/flip', 'wb').write(d)
    p = subprocess.run([iso, '-C', f'{t}/flipped/in', f'{t}/flip'], capture_output=True, timeout=60)
    if p.returncode not in (0, 1, 3) or os.listdir(f'{t}/flipped' if os.path.exists(f'{t}/flipped') else '/proc/self/task') not in ([], ['in'], os.listdir('/proc/self/task')):
        print(n, p.returncode, p.stderr[-600:].decode(errors='replace'))
    shutil.rmtree(f'{t}/flipped', ignore_errors=True)
PY
check 'sixty damaged images: no crash' test ! -s "$T/flips"

# ---- no images at all ------------------------------------------------------------
head -c 100000 /dev/urandom >"$T/noise"
check_rc 1 'noise is no image' "$iso" -C "$T/x" "$T/noise"
said 'it says so' 'neither an image nor a package'
: >"$T/nothing"
check_rc 1 'an empty file is none' "$iso" -C "$T/x" "$T/nothing"
said 'it says so' 'empty'
echo 'not an image' >"$T/text"
for how in -l -n -b "-C $T/x"; do
	for none in noise text nothing; do
		# shellcheck disable=SC2086 # -C and its directory
		check_rc 1 "$none with ${how%% *}" "$iso" $how -P "$SRC/isoextract/profiles" "$T/$none"
		said 'it says so' 'neither an image nor a package\|empty'
	done
done
check 'no directory was made for them' test ! -e "$T/x"
check_rc 2 'a missing file' "$iso" "$T/missing"
said 'it says why' 'No such file'
check_rc 2 'a directory has no sum' "$iso" -c -C "$T/notmade" "$T/tree"
check_rc 2 'no SOURCE' "$iso"
check_rc 2 'a wrong option' "$iso" -z
python3 - "$T/udf" <<'PY'
import sys
d = bytearray(300 * 2048)
for n, name in enumerate((b'BEA01', b'NSR02', b'TEA01')):
    d[(16 + n) * 2048:(16 + n) * 2048 + 7] = b'\0' + name + b'\1'
open(sys.argv[1], 'wb').write(d)
PY
check_rc 3 'UDF without descriptors' "$iso" -l "$T/udf"
said 'is named' 'damaged image.*UDF'
check_rc 3 'the same from a pipe' sh -c 'cat "$2" | "$1" -l -' - "$iso" "$T/udf"
said 'is named there too' 'damaged image.*UDF'

# ---- a full disk, a signal ----------------------------------------------------------
mkdir "$T/small"
if mount -t tmpfs -o size=1m none "$T/small" 2>/dev/null; then
	check_rc 3 'a full disk' "$iso" -C "$T/small/d" "$T/whole.iso"
	said 'it says so' 'No space left'
	clean 'no temporary file is left' "$T/small"
	check 'what has its name is whole' sh -c 'for f in "$1"/*; do cmp "$f" "$2/${f##*/}" || exit 1; done' - "$T/small/d" "$T/tree"
	umount "$T/small"
	# 100 MB of zeros in some 15 KB
	python3 -c '
import io, lzma, sys, tarfile
class Zeros(io.RawIOBase):
    def readable(self): return True
    def readinto(self, b):
        b[:] = bytes(len(b))
        return len(b)
with tarfile.open(sys.argv[1], "w:xz", preset=0) as t:
    for name, size in ("good", 5), ("bomb", 100000000):
        i = tarfile.TarInfo(name)
        i.size = size
        t.addfile(i, io.BufferedReader(Zeros(), 1 << 20))' "$T/bomb.tar.xz"
	check 'a bomb is small' test "$(stat -c %s "$T/bomb.tar.xz")" -lt 100000
	mount -t tmpfs -o size=1m none "$T/small"
	check_rc 3 'where it has no room' "$iso" -C "$T/small/d" "$T/bomb.tar.xz"
	said 'is named' 'cannot write "bomb": No space left'
	check 'what is complete stays, and nothing else' test "$(ls -A "$T/small/d")" = good
	umount "$T/small"
	mount -t tmpfs -o size=1m,ro none "$T/small"
	check_rc 3 'a directory that is read-only' "$iso" -C "$T/small/d" "$T/whole.iso"
	said 'it says so' 'cannot write into .*/small/d: Read-only file system'
	umount "$T/small"
else
	skip 'a full disk: no tmpfs can be mounted here'
fi
check_rc 3 'a file where the directory should be' "$iso" -C "$T/whole.iso" "$T/whole.iso"
said 'it says so' 'cannot write into .*/whole.iso: Not a directory'
mkfifo "$T/slow"
exec 9<>"$T/slow"
"$iso" -C "$T/stopped" - <"$T/slow" >"$T/o" 2>"$T/e" 9<&- &
pid=$!
head -c 900000 "$T/whole.iso" >&9
wait_for 5 test -e "$T/stopped/file1"
kill -INT "$pid"
wait "$pid"
rc=$?
exec 9<&-
if [ "$rc" -eq 3 ]; then ok 'a signal ends it with 3'; else not_ok "a signal ends it with 3, not $rc"; fi
clean 'its temporary file is gone' "$T/stopped"
check 'what is complete stays' cmp "$T/tree/file1" "$T/stopped/file1"
finish
