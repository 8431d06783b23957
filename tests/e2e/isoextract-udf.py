"""UDF images for the tests, from a description: block size, partitions, forms.

usage: isoextract-udf.py OUT [option=value]...
  block=2048 kind=plain|metadata|sparable|virtual  efe=0|1  ads=embedded|short|long|extended
  strategy=4|4096  big=BYTES (of a sparse file)  tree=DIR  evil=NAME
ECMA-167 (3rd edition) and UDF 2.60; section numbers are ECMA-167's.
"""
import os
import struct
import sys

opt = dict(block='2048', kind='plain', efe='0', ads='short', strategy='4', big='0', tree='', evil='')
out = sys.argv[1]
opt.update(a.split('=', 1) for a in sys.argv[2:])
BS = int(opt['block'])
START = 320 if BS >= 2048 else 1280          # of the partition, blocks
PACKET = 8
EVIL = opt['evil']


def crc(data):
    c = 0
    for b in data:
        c ^= b << 8
        for _ in range(8):
            c = (c << 1 ^ 0x1021 if c & 0x8000 else c << 1) & 0xffff
    return c


def tag(ident, location, body):              # 3/7.2
    h = bytearray(struct.pack('<HHBBHHHI', ident, 3, 0, 0, 1, crc(body), len(body), location))
    h[4] = (sum(h) - h[4]) & 255
    return bytes(h) + body


def regid(name):
    return b'\0' + name.encode().ljust(23, b'\0') + bytes(8)


def dstring(s, n):
    return (b'\x08' + s.encode()).ljust(n - 1, b'\0') + bytes([len(s) + 1])


def stamp():                                 # 2020-02-03 04:05:06 at +60 minutes
    return struct.pack('<HhBBBBBBBB', 1 << 12 | 60, 2020, 2, 3, 4, 5, 6, 0, 0, 0)


def name16(s):
    try:
        return b'\x08' + s.encode('latin-1')
    except UnicodeEncodeError:
        return b'\x10' + s.encode('utf-16-be')


class Disc:
    def __init__(self):
        self.f = open(out, 'w+b')
        self.data = 64                       # next block of file data, in the partition
        self.meta = []                       # metadata blocks, in order
        self.vat = []
        self.end = 0

    def put(self, block, data):
        self.f.seek(block * BS)
        self.f.write(data)
        self.end = max(self.end, block + (len(data) + BS - 1) // BS)

    def alloc_data(self, data, size=None):
        at, n = self.data, ((size or len(data)) + BS - 1) // BS
        self.put(START + at, data)
        self.data += n
        self.end = max(self.end, START + at + n)
        return at

    def entry_ref(self):                     # partition that entries and directories are in
        return 1 if opt['kind'] in ('metadata', 'virtual') else 0

    def new_entry(self):
        """A place for a file entry: its logical block."""
        n = 2 if opt['strategy'] == '4096' else 1
        if opt['kind'] == 'metadata':
            at = len(self.meta)
            self.meta += [b''] * n
            return at
        at = self.data
        self.data += n
        if opt['kind'] == 'virtual':
            self.vat.append(at)
            return len(self.vat) - 1
        return at

    def put_entry(self, at, make):
        """make(location) gives the block's bytes."""
        if opt['kind'] == 'metadata':
            self.meta[at] = make(at)
            return
        real = self.vat[at] if opt['kind'] == 'virtual' else at
        self.put(START + real, make(at))


d = Disc()


def extents(at, size, part):
    """Allocation descriptors of contiguous bytes; an extent has 30 bits."""
    most = (1 << 30) - BS
    form = opt['ads'] if opt['ads'] != 'embedded' else 'short'
    if part != d.entry_ref() and form == 'short':
        form = 'long'
    ads = b''
    while size > 0:
        n = min(size, most)
        if form == 'short':
            ads += struct.pack('<II', n, at)
        elif form == 'long':
            ads += struct.pack('<IIH6x', n, at, part)
        else:
            ads += struct.pack('<IIIIH2x', n, n, n, at, part)
        at += n // BS
        size -= n
    return ads, {'short': 0, 'long': 1, 'extended': 2}[form]


def file_entry(where, kind, size, ads, form, mode=0o755, links=1):
    perm = sum((mode >> (3 * w) & 7) << (5 * w) for w in range(3))

    def make(location):
        icb = struct.pack('<IHHHBBIHH', 0, int(opt['strategy']), 0, 2 if opt['strategy'] == '4096' else 1, 0, kind, 0, 0, form)
        b = icb + struct.pack('<IIIHBBIQ', 0, 0, perm, links, 0, 0, 0, size)
        if opt['efe'] == '1':
            b += struct.pack('<Q', size)
        b += struct.pack('<Q', (size + BS - 1) // BS) + stamp() + stamp()
        if opt['efe'] == '1':
            b += stamp()
        b += stamp() + struct.pack('<I', 1)
        if opt['efe'] == '1':
            b += bytes(4)
        b += bytes(16)
        if opt['efe'] == '1':
            b += bytes(16)
        b += regid('*pxe-tools test') + struct.pack('<QII', 16, 0, len(ads)) + ads
        return tag(266 if opt['efe'] == '1' else 261, location, b)
    if opt['strategy'] == '4096':
        # An old, wrong entry, an indirect one behind it, the right one elsewhere.
        newer = d.new_entry()
        d.put_entry(newer, make)
        if opt['kind'] == 'metadata':
            d.meta[where + 1] = tag(259, where + 1, bytes(20) + struct.pack('<IIH6x', BS, newer, d.entry_ref()))
        else:
            d.put(START + where + 1, tag(259, where + 1, bytes(20) + struct.pack('<IIH6x', BS, newer, d.entry_ref())))
        stale = make(where)
        d.put_entry(where, lambda location: tag(261, location, stale[16:56] + struct.pack('<Q', 0) + stale[64:]))
        return
    d.put_entry(where, make)


def embed(size):
    return opt['ads'] == 'embedded' and size <= BS - 216


def add_file(path, where, size, reader, mode, links, kind=5):
    if embed(size):
        file_entry(where, kind, size, reader(), 3, mode, links)
        return
    data = reader()
    if size > 1 << 28:                       # sparse: its first and last bytes
        at = d.alloc_data(data[0], size)
        d.f.seek((START + at) * BS + size - len(data[1]))
        d.f.write(data[1])
        d.end = max(d.end, START + d.data)
    else:
        at = d.alloc_data(data) if size else 0
    ads, form = extents(at, size, 0)
    if EVIL == 'lying-size' and path == 'boot/vmlinuz':
        size = 1 << 50
    if EVIL == 'outside' and path == 'boot/vmlinuz':
        ads = struct.pack('<II', size, 0xfffffff0)
        form = 0
    if EVIL == 'circle' and path == 'boot/vmlinuz':
        where_aed = d.alloc_data(b'')
        d.data += 1
        d.put(START + where_aed, tag(258, where_aed, struct.pack('<II', 0, 8) + struct.pack('<II', 3 << 30 | BS, where_aed)))
        ads, form = struct.pack('<II', 3 << 30 | BS, where_aed), 0
    if EVIL == 'continued' and path == 'boot/vmlinuz':   # honest: the list goes on in a block
        where_aed = d.alloc_data(b'')
        d.data += 1
        half = size // 2 // BS * BS
        rest = struct.pack('<II', size - half, at + half // BS)
        d.put(START + where_aed, tag(258, where_aed, struct.pack('<II', 0, 8) + rest))
        ads, form = struct.pack('<II', half, at) + struct.pack('<II', 3 << 30 | BS, where_aed), 0
    if EVIL == 'hole' and path == 'boot/vmlinuz':        # honest: a hole in front, one at the end
        ads = struct.pack('<II', 2 << 30 | BS, 0) + ads + struct.pack('<II', 1 << 30 | BS, 0)
        form, size = 0, size + 2 * BS
    file_entry(where, kind, size, ads, form, mode, links)


def fid(name, where, flags=0):               # 4/14.4
    n = name16(name) if name else b''
    b = struct.pack('<HBBIIHHIH', 1, flags, len(n), BS, where, d.entry_ref(), 0, 16, 0) + n
    f = tag(257, 0, b)
    return f + bytes(-len(f) % 4)


def link_bytes(target):                      # 4/14.16
    b = b'\2\0\0\0' if target.startswith('/') else b''
    for p in target.split('/'):
        if p == '..':
            b += b'\3\0\0\0'
        elif p == '.':
            b += b'\4\0\0\0'
        elif p:
            b += struct.pack('<BBH', 5, len(name16(p)), 0) + name16(p)
    return b


seen = {}


def add_dir(path, where, parent):
    names = fid('', parent, 10)
    inside = sorted(os.listdir(os.path.join(opt['tree'], path))) if opt['tree'] else []
    for n in inside:
        p = os.path.join(path, n) if path else n
        full = os.path.join(opt['tree'], p)
        st = os.lstat(full)
        key = (st.st_dev, st.st_ino)
        if key in seen:
            names += fid(n, seen[key])
            continue
        at = d.new_entry()
        if os.path.isdir(full) and not os.path.islink(full):
            names += fid(n, at, 2)
            add_dir(p, at, where)
            continue
        seen[key] = at
        names += fid(n, at)
        if os.path.islink(full):
            b = link_bytes(os.readlink(full))
            add_file(p, at, len(b), lambda b=b: b, 0o777, 1, 12)
        else:
            add_file(p, at, st.st_size, lambda f=full: open(f, 'rb').read(), st.st_mode, st.st_nlink)
    if path == '':
        names += fid('deleted', 0, 4)
        if int(opt['big']):
            at = d.new_entry()
            names += fid('big', at)
            add_file('big', at, int(opt['big']), lambda: (b'first bytes', b'last bytes'), 0o644, 1)
        if EVIL == 'loop':
            names += fid('loop', where, 2)
        if EVIL == 'names':
            for n in ('..', 'a/b', '../evil', ''):
                at = d.new_entry()
                names += fid(n, at) if n else b''
                add_file('x', at, 4, lambda: b'evil', 0o644, 1)
        if EVIL == 'links':
            at = d.new_entry()
            names += fid('out', at)
            b = link_bytes('../outside')
            add_file('x', at, len(b), lambda: b, 0o777, 1, 12)
        if EVIL == 'bad-link':               # its bytes lie outside the partition; a sound one before it
            at = d.new_entry()
            names += fid('sound', at)
            b = link_bytes('boot/vmlinuz')
            add_file('x', at, len(b), lambda: b, 0o777, 1, 12)
            at = d.new_entry()
            names += fid('torn', at)
            file_entry(at, 12, 100, struct.pack('<II', 100, 0xffffff), 0)
        if EVIL == 'cut-name':
            names = names[:-7]
        if EVIL == 'missing-entry':
            names += fid('nowhere', 0x00ffffff)
    if embed(len(names)):
        file_entry(where, 4, len(names), names, 3, 0o755)
    elif opt['kind'] == 'metadata':
        at = len(d.meta)
        d.meta += [names[i:i + BS] for i in range(0, len(names), BS)]
        ads, form = extents(at, len(names), 1)
        file_entry(where, 4, len(names), ads, form)
    else:
        part = 0
        ads, form = extents(d.alloc_data(names), len(names), part)
        file_entry(where, 4, len(names), ads, form)


fsd_at = d.new_entry()
root_at = d.new_entry()
add_dir('', root_at, root_at)
fsd = stamp() + struct.pack('<HHIIII', 3, 3, 1, 1, 0, 0) + bytes(64) + dstring('SET', 128) + bytes(64) + bytes(32 * 3) + \
    struct.pack('<IIH6x', BS, root_at, d.entry_ref()) + regid('*OSTA UDF Compliant') + bytes(64)
d.put_entry(fsd_at, lambda location: tag(256, location, fsd))

maps = struct.pack('<BBHH', 1, 6, 1, 0)
named = lambda name, rest: struct.pack('<BBH', 2, 64, 0) + regid(name) + struct.pack('<HH', 1, 0) + rest.ljust(24, b'\0')
if opt['kind'] == 'metadata':
    # Two extents with a gap; the first is small, so that things cross.
    first = 3
    a = d.alloc_data(b''.join(m.ljust(BS, b'\0') for m in d.meta[:first]))
    d.data += 5
    b = d.alloc_data(b''.join(m.ljust(BS, b'\0') for m in d.meta[first:]))
    ads = struct.pack('<IIII', first * BS, a, (len(d.meta) - first) * BS, b)
    kept = dict(opt)
    opt.update(kind='plain', strategy='4', efe='1')
    broken = EVIL == 'mirror'                # honest: the mirror serves where the file is broken
    file_entry(8, 250, len(d.meta) * BS, ads, 0)
    file_entry(9, 251, len(d.meta) * BS, ads, 0)
    if broken:
        d.put(START + 8, bytes(BS))
    opt.update(kept)
    maps += named('*UDF Metadata Partition', struct.pack('<IIIIHB', 8, 9, 0xffffffff, 4, 2, 0))
if opt['kind'] == 'sparable':
    # The packet with the root directory is moved to the end, its own place wiped.
    packet = root_at // PACKET * PACKET
    d.f.seek((START + packet) * BS)
    moved = d.f.read(PACKET * BS)
    d.put(START + packet, b'\xee' * (PACKET * BS))
    to = (d.end // PACKET + 2) * PACKET
    d.put(to, moved)
    table = d.end + 1
    d.put(table, tag(0, table, regid('*UDF Sparing Table') + struct.pack('<HHI', 1, 0, 1) + struct.pack('<II', packet, to)))
    maps = named('*UDF Sparable Partition', struct.pack('<HBxII', PACKET, 1, BS, table))
if opt['kind'] == 'virtual':
    maps += named('*UDF Virtual Partition', b'')
n_maps = 1 if opt['kind'] in ('plain', 'sparable') else 2

vrs = [b'BEA01', b'NSR03' if opt['efe'] == '1' else b'NSR02', b'TEA01']
for i, v in enumerate(vrs):
    d.f.seek(32768 + 2048 * i)
    d.f.write((b'\0' + v + b'\1').ljust(2048, b'\0'))
partition_len = d.end - START + 8


def sequence(at):
    lv = struct.pack('<I', 1) + bytes(64) + dstring('UDF TEST', 128) + struct.pack('<I', BS) + regid('*OSTA UDF Compliant') + \
        struct.pack('<IIH6x', BS, fsd_at, d.entry_ref()) + struct.pack('<II', len(maps), n_maps) + bytes(32 + 128 + 8) + maps
    pd = struct.pack('<IHH', 2, 1, 0) + regid('+NSR02') + bytes(128) + struct.pack('<III', 1, START, partition_len) + bytes(32 + 128 + 156)
    if EVIL == 'pointers':
        d.put(at, tag(3, at, struct.pack('<III', 1, 16 * BS, at)))
        return
    pvd = struct.pack('<II', 0, 0) + dstring('UDF TEST', 32) + struct.pack('<HHHHII', 1, 1, 2, 2, 1, 1) + dstring('SET', 128) + \
        bytes(64 * 2 + 16 + 32) + stamp() + regid('*pxe-tools test') + bytes(64 + 4 + 2 + 22)
    d.put(at, tag(1, at, pvd))
    d.put(at + 1, tag(5, at + 1, pd))
    d.put(at + 2, tag(6, at + 2, lv))
    d.put(at + 3, tag(8, at + 3, bytes(496)))


main = START - 40
sequence(main)
if EVIL == 'reserve':
    d.put(main, bytes(4 * BS))
sequence(main + 16)
anchor = lambda at: tag(2, at, struct.pack('<IIII', 16 * BS, main, 16 * BS, main + 16) + bytes(480))
d.put(256, anchor(256))
if opt['kind'] == 'virtual':
    last = d.end + 4
    table = b''.join(struct.pack('<I', v) for v in d.vat)
    opt.update(kind='plain', strategy='4')
    at = d.alloc_data(table + regid('*UDF Virtual Alloc Tbl') + struct.pack('<I', 0xffffffff)) if opt['efe'] == '0' else \
        d.alloc_data(struct.pack('<HH', 152, 0) + bytes(148) + table)
    size = len(table) + (36 if opt['efe'] == '0' else 152)
    last = d.end - START
    file_entry(last, 0 if opt['efe'] == '0' else 248, size, struct.pack('<II', size, at), 0)
    d.f.truncate((START + last + 1) * BS)
else:
    last = d.end + 8
    d.put(last, anchor(last))
    d.f.truncate((last + 1) * BS)
