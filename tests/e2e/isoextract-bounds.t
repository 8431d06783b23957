#!/bin/sh
# isoextract on images that hold little and ask for much: numbers that stand for work,
# circles, a library that does not come back, a server that drips.  Each ends, and a
# signal ends any of them at once.
. "$(dirname "$0")/../lib.sh"
need genisoimage python3 prlimit

iso=$BIN/isoextract/isoextract
cat >"$T/make.py" <<'PY'
"""sparable OUT: a UDF image whose file entries claim extents of 1 GiB in a partition
with 57 bad packets.  circle IN OUT: the Rock Ridge entries of the file with the long
name continue in themselves, and one says that the file is compressed."""
import struct
import sys

B = 512


def crc(b):
    c = 0
    for x in b:
        c ^= x << 8
        for _ in range(8):
            c = (c << 1 ^ 0x1021) & 65535 if c & 0x8000 else c << 1
    return c


def block(ident, place, body):                     # a descriptor with its tag, ECMA-167 3/7.2
    body = body[:B - 16].ljust(B - 16, b'\0')
    t = bytearray(struct.pack('<HHBBHHHI', ident, 2, 0, 0, 0, crc(body), len(body), place))
    t[4] = sum(t) & 255
    return bytes(t) + body


def put(body, *fields):
    b = bytearray(B)
    for at, bytes_ in fields:                      # places as the standard counts them
        b[at:at + len(bytes_)] = bytes_
    return bytes(b[16:])


def long_ad(n, at):
    return struct.pack('<IIH6x', n, at, 0)


def sparable(out):
    start, files, ads = 300, 400, (B - 176) // 8
    le32 = struct.Struct('<I').pack
    image = {256: block(2, 256, put(0, (16, struct.pack('<IIII', 16 * B, 260, 16 * B, 260)))),
             260: block(5, 260, put(0, (188, struct.pack('<II', start, 0xffffffff - start)))),
             262: block(8, 262, b'')}
    table = b'\2\x40' + bytes(2) + b'\0*UDF Sparable Partition'.ljust(32, b'\0') + struct.pack('<HHH', 1, 0, 32)
    table = (table + b'\1\0' + le32(B) + le32(290)).ljust(64, b'\0')
    image[261] = block(6, 261, put(0, (212, le32(B)), (248, long_ad(B, 0)), (264, le32(64) + le32(1)), (440, table)))
    spares = (B - 56) // 8
    image[290] = (bytes(48) + struct.pack('<HHI', spares, 0, 0) +
                  b''.join(struct.pack('<II', 64 * (k + 100), 400) for k in range(spares))).ljust(B, b'\0')
    image[start] = block(256, 0, put(0, (400, long_ad(B, 1))))

    def entry(kind, size, ads):
        return block(261, 0, put(0, (20, struct.pack('<H', 4)), (27, bytes([kind])), (44, le32(0x14a5)),
                                 (56, struct.pack('<Q', size)), (168, le32(0) + le32(len(ads))), (176, ads)))
    names = b''
    for i in range(files):
        name = b'\x08f%d' % i
        body = struct.pack('<HBB', 1, 0, len(name)) + long_ad(B, 100 + i) + struct.pack('<H', 0) + name
        names += block(257, 0, body)[:(38 + len(name) + 3) & ~3]
        image[start + 100 + i] = entry(5, ads * 0x3ffffe00, struct.pack('<II', 0x3ffffe00, 0) * ads)
    image[start + 1] = entry(4, len(names), struct.pack('<II', len(names), 100 + files))
    for j in range(0, len(names), B):
        image[start + 100 + files + j // B] = names[j:j + B].ljust(B, b'\0')
    data = bytearray((max(image) + 1) * B)
    for at, x in image.items():
        data[at * B:at * B + B] = x
    for j, name in enumerate((b'BEA01', b'NSR02', b'TEA01')):
        data[32768 + 2048 * j:32768 + 2048 * j + 7] = b'\0' + name + b'\1'
    open(out, 'wb').write(data)


def circle(source, out):
    d = bytearray(open(source, 'rb').read())
    for at in range(0, len(d), 2048):
        for pos in range(at, at + 2048 - 28):
            if d[pos:pos + 4] != b'CE\x1c\1' or d[pos + 4:pos + 8] != d[pos + 8:pos + 12][::-1]:
                continue
            where, offset, n = (struct.unpack_from('<I', d, pos + 4 + 8 * k)[0] for k in range(3))
            area = where * 2048 + offset
            if n < 60 or area + n > len(d):
                continue
            # one field of the continuation, then the way back to its own start
            d[area:area + n] = (b'ZF\x10\1pz\4\x0f' + bytes(8) + d[pos:pos + 28]).ljust(n, b'\0')
    open(out, 'wb').write(d)


globals()[sys.argv[1]](*sys.argv[2:])
PY

# within SECONDS NAME COMMAND...: it ends by itself, in that time of processor
within() {
	within_s=$1 within_name=$2
	shift 2
	if prlimit "--cpu=$within_s" "$@" >"$T/out" 2>"$T/err" || [ $? -lt 4 ]; then ok "$within_name"; else
		head -c 500 "$T/err"
		not_ok "$within_name"
	fi
}

# ---- numbers that stand for work ---------------------------------------------------
python3 "$T/make.py" sparable "$T/sparable.iso"
check 'an image of less than 500 KB' test "$(stat -c %s "$T/sparable.iso")" -lt 500000
within 2 'extents of 16 TB through bad packets: listed' "$iso" -l "$T/sparable.iso"
within 2 'and read as far as they are there' "$iso" -n "$T/sparable.iso"
said 'which is said' 'the image ends before it does'
within 4 'how it boots' "$iso" -b "$T/sparable.iso"

# ---- circles -----------------------------------------------------------------------
mkdir "$T/in"
long=$(printf '%0200d' 7)
echo data >"$T/in/$long"
echo good >"$T/in/good"
genisoimage -quiet -R -o "$T/long.iso" "$T/in" 2>/dev/null
python3 "$T/make.py" circle "$T/long.iso" "$T/circle.iso"
check_not 'continuations in a circle' cmp -s "$T/long.iso" "$T/circle.iso"
within 2 'are found' "$iso" -C "$T/circle" "$T/circle.iso"
said 'and said' 'Rock Ridge entries lead in a circle'
check 'the other file is there' grep -qx good "$T/circle/good"
# From a pipe only libarchive reads it, which follows the circle for ever.
# shellcheck disable=SC2016 # $1 is for the inner sh
within 9 'a library that does not come back' sh -c 'cat "$1" | "$2" -C "$3" -' - "$T/circle.iso" "$iso" "$T/piped"
said 'is ended' 'no progress in 5 s of work'
check 'nothing unfinished stays' test -z "$(find "$T/piped" -name '.isoextract.*' 2>/dev/null)"

# ---- signals -----------------------------------------------------------------------
# ended NAME SIGNAL COMMAND...: (standard input: $ended_in) within 2 s, busy machines included, with exit code 3
ended() {
	ended_name=$1 ended_signal=$2
	shift 2
	"$@" >"$T/out" 2>"$T/err" <"${ended_in:-/dev/null}" &
	ended_pid=$!
	# shellcheck disable=SC2016 # $14 and $15 are for awk
	wait_for 30 awk '$14 + $15 > 20 { found = 1 } END { exit !found }' "/proc/$ended_pid/stat"
	ended_from=$(date +%s%N)
	kill "-$ended_signal" "$ended_pid"
	wait "$ended_pid"
	ended_rc=$?
	ended_ms=$((($(date +%s%N) - ended_from) / 1000000))
	if [ $ended_rc -eq 3 ] && [ $ended_ms -lt 2000 ]; then ok "$ended_name"; else
		not_ok "$ended_name (exit $ended_rc after $ended_ms ms)"
	fi
}
mkfifo "$T/fifo"
for signal in INT TERM; do
	cat "$T/circle.iso" >"$T/fifo" &
	ended_in=$T/fifo
	ended "SIG$signal ends it inside a library" $signal "$iso" -l -
	ended_in=
	said 'which is said' interrupted
	wait
done
python3 - "$T/bomb.tar.gz" <<'PY'
import sys, tarfile, zlib
i = tarfile.TarInfo('zeros')
i.size = 20 << 30
z = zlib.compressobj(9, wbits=31)
with open(sys.argv[1], 'wb') as f:
    f.write(z.compress(i.tobuf()))
    for n in range(1 << 11):
        f.write(z.compress(bytes(1 << 20)))
PY
ended 'and a member that unpacks to much' TERM "$iso" -n "$T/bomb.tar.gz"
finish
