"""usage: extents-check.py MAP TREE: what the map says lies in the image is, byte for byte,
what extraction wrote into TREE, and together they are all of it.  Run beside the image."""
import os, shlex, sys

def records(path):
    for line in open(path, encoding='utf-8', errors='surrogateescape'):
        words = shlex.split(line, posix=True)
        yield words[0], dict(w.split('=', 1) for w in words[1:])

def unescape(name):
    out, raw = bytearray(), name.encode('utf-8', 'surrogateescape')
    i = 0
    while i < len(raw):
        if raw[i:i + 2] == b'\\x':
            out.append(int(raw[i + 2:i + 4], 16)); i += 4
        elif raw[i:i + 2] == b'\\n':
            out += b'\n'; i += 2
        else:
            out.append(raw[i]); i += 1
    return bytes(out)

image, seen, placed = None, set(), 0
tree = os.fsencode(sys.argv[2])
for word, key in records(sys.argv[1]):
    if word == 'image':
        image = open(key['file'], 'rb')
        st = os.stat(key['file'])
        assert int(key['size']) == st.st_size and int(key['mtime']) == int(st.st_mtime), key
        continue
    path = os.path.join(tree, unescape(key['path']))
    seen.add(path)
    if word == 'link':
        assert os.readlink(path) == unescape(key['to']), path
    elif word == 'extract':
        assert os.path.isfile(path), path
    else:
        assert word == 'file', word
        placed += 1
        image.seek(int(key['at']))
        with open(path, 'rb') as f:
            assert f.read() == image.read(int(key['size'])), path
        if 'mtime' in key:
            assert int(key['mtime']) == int(os.stat(path).st_mtime), path
there = {os.path.join(d, f) for d, dirs, files in os.walk(tree) for f in files} | \
    {os.path.join(d, f) for d, dirs, files in os.walk(tree) for f in dirs if os.path.islink(os.path.join(d, f))}
assert there == seen, (there ^ seen)
print(placed)
