"""Walks the blocks of a pcapng file and prints the comments of its frames: "N COMMENT",
N counted from 1.  Ends with an error where the file is not well formed."""
import struct, sys

data = open(sys.argv[1], "rb").read()
at, frame, order = 0, 0, ">"
while at < len(data):
    kind = struct.unpack(">I", data[at:at + 4])[0]
    if kind == 0x0A0D0D0A:
        order = ">" if data[at + 8:at + 12] == b"\x1a\x2b\x3c\x4d" else "<"
    kind, length = struct.unpack(order + "II", data[at:at + 8])
    body, tail = data[at + 8:at + length - 4], data[at + length - 4:at + length]
    assert length % 4 == 0 and struct.unpack(order + "I", tail)[0] == length, "a block's length"
    if kind == 6:
        frame += 1
        _, _, _, kept, _ = struct.unpack(order + "5I", body[:20])
        options = body[20 + (kept + 3) // 4 * 4:]
        while len(options) >= 4:
            code, n = struct.unpack(order + "HH", options[:4])
            if code == 1:
                print(frame, options[4:4 + n].decode().replace("\n", " / "))
            options = options[4 + (n + 3) // 4 * 4:]
    at += length
assert at == len(data)
