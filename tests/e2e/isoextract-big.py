"""Makes a small ISO 9660 image with Rock Ridge large without writing much.

usage: isoextract-big.py IMAGE NAME BYTES
The file NAME (8.3, in the root directory, its last record) gets BYTES bytes, in
as many extents as that takes (ECMA-119 9.1.6: all but the last are flagged),
behind everything else.  Its first and last bytes say so, the rest is a hole.
"""
import struct
import sys

path, name, size = sys.argv[1], sys.argv[2].encode() + b';1', int(sys.argv[3])
f = open(path, 'r+b')
f.seek(0, 2)
end = (f.tell() + 2047) // 2048
f.seek(32768)
pvd = bytearray(f.read(2048))
root, length = struct.unpack_from('<I4xI', pvd, 158)
f.seek(root * 2048)
directory = bytearray(f.read(length))
at = 0
while directory[at] == 0 or directory[at + 33:at + 33 + len(name)] != name:
    at += directory[at] or 1
record = directory[at:at + directory[at]]
assert directory[at + len(record)] == 0, 'not the last record'
block, left = end, size
most = 0xfffff800
while left > 0:
    n = min(left, most)
    record[2:10] = struct.pack('<I', block) + struct.pack('>I', block)
    record[10:18] = struct.pack('<I', n) + struct.pack('>I', n)
    record[25] = 0x80 if n < left else 0
    directory[at:at + len(record)] = record
    at += len(record)
    block += n // 2048
    left -= n
f.seek(root * 2048)
f.write(directory[:length])
f.seek(end * 2048)
f.write(b'first bytes')
f.seek(end * 2048 + size - 10)
f.write(b'last bytes')
total = end + (size + 2047) // 2048
f.truncate(total * 2048)
pvd[80:88] = struct.pack('<I', total) + struct.pack('>I', total)
f.seek(32768)
f.write(pvd)
