#!/usr/bin/env python3
"""httpd-slow-disk.py DIR MOUNTPOINT MS FLAG [BAD]: the files of DIR as a FUSE
file system (linux/fuse.h) that takes MS milliseconds for each read, one after
another, while the file FLAG exists, and says so on stdout.  Names and sizes come
at once.  Byte BAD of a file cannot be read, and the name "broken" cannot be
looked up."""
import ctypes, os, queue, signal, stat, struct, sys, threading, time

LOOKUP, FORGET, GETATTR, OPEN, READ, RELEASE, FLUSH, INIT, INTERRUPT, BATCH_FORGET = 1, 2, 3, 14, 15, 18, 25, 26, 36, 42
ENOENT, EIO, ENOSYS = 2, 5, 38
ROOT = 1
CACHED_S = 3600

directory, mountpoint, delay, flag = sys.argv[1], sys.argv[2], int(sys.argv[3]) / 1000, sys.argv[4]
bad = int(sys.argv[5]) if len(sys.argv) > 5 else -1
names = sorted(os.listdir(directory))
files = [open(os.path.join(directory, name), "rb") for name in names]
reads = queue.Queue()
fuse = os.open("/dev/fuse", os.O_RDWR)


def mount():
    libc = ctypes.CDLL(None, use_errno=True)
    options = f"fd={fuse},rootmode=40000,user_id=0,group_id=0,allow_other"
    if libc.mount(b"slow", mountpoint.encode(), b"fuse", 1, options.encode()) < 0:
        raise SystemExit("mount: " + os.strerror(ctypes.get_errno()))


def attr(node):
    if node == ROOT:
        mode, size, mtime = stat.S_IFDIR | 0o755, 0, 0
    else:
        st = os.fstat(files[node - 2].fileno())
        mode, size, mtime = stat.S_IFREG | 0o644, st.st_size, int(st.st_mtime)
    return struct.pack("<6Q10I", node, size, size // 512, mtime, mtime, mtime, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


def reply(unique, data=b"", error=0):
    try:
        os.write(fuse, struct.pack("<IiQ", 16 + len(data), -error, unique) + data)
    except FileNotFoundError:
        pass  # nobody waits for it any more


def disk():
    while True:
        unique, node, pos, size = reads.get()
        if os.path.exists(flag):
            print("read", flush=True)
            time.sleep(delay)
        if pos <= bad < pos + size:
            reply(unique, error=EIO)
        else:
            reply(unique, os.pread(files[node - 2].fileno(), size, pos))


def lookup(unique, name):
    if name == "broken":
        return reply(unique, error=EIO)
    if name not in names:
        return reply(unique, error=ENOENT)
    node = names.index(name) + 2
    return reply(unique, struct.pack("<4Q2I", node, 0, CACHED_S, CACHED_S, 0, 0) + attr(node))


def serve(op, unique, node, body):
    if op == INIT:
        _, minor, ahead, _ = struct.unpack_from("<4I", body)
        reply(unique, struct.pack("<4I2H2I2HI28x", 7, min(minor, 31), ahead, 1, 16, 12, 4096, 1, 0, 0, 0))
    elif op == LOOKUP:
        lookup(unique, body.rstrip(b"\0").decode())
    elif op == GETATTR:
        reply(unique, struct.pack("<Q2I", CACHED_S, 0, 0) + attr(node))
    elif op == OPEN:
        reply(unique, struct.pack("<Q2I", node, 0, 0))
    elif op == READ:
        _, pos, size = struct.unpack_from("<2QI", body)
        reads.put((unique, node, pos, size))
    elif op in (RELEASE, FLUSH):
        reply(unique)
    elif op not in (FORGET, BATCH_FORGET, INTERRUPT):
        reply(unique, error=ENOSYS)


mount()
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
threading.Thread(target=disk, daemon=True).start()
print("mounted", flush=True)
while True:
    try:
        request = os.read(fuse, 1 << 18)
    except OSError:
        break  # unmounted
    _, op, unique, node = struct.unpack_from("<2I2Q", request)
    serve(op, unique, node, request[40:])
