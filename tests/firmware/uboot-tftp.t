#!/bin/sh
# U-Boot (arm64, under QEMU) fetches a file from tftpd-lite at its prompt: its
# own request (timeout and blksize 1468), checked by a CRC it works out itself.
# shellcheck disable=SC2154,SC2034 # pid_* come from start, failed is read by finish
. "$(dirname "$0")/../lib.sh"
uboot=/usr/lib/u-boot/qemu_arm64/u-boot.bin
need qemu-system-aarch64 python3
[ -f $uboot ] || {
	skip 'no U-Boot here (package u-boot-qemu)'
	exit 0
}
[ -c /dev/net/tun ] || {
	skip 'no /dev/net/tun here'
	exit 0
}
lan
ip tuntap add tap0 mode tap && ip link set tap0 master br0 up
mkdir "$T/d" && head -c 3000000 /dev/urandom >"$T/d/kernel"
# shellcheck disable=SC2086 # may be nothing
start tftpd "$BIN/tftpd-lite/tftpd-lite" -u "$user" -l 10.77.0.1:69 "$T/d"
ready tftpd ready

cat >"$T/console.py" <<'PY'
"""Types at U-Boot's prompt: console.py SECONDS UBOOT LINE...; its console goes to stdout."""
import os, select, subprocess, sys, time
end, uboot, lines = time.monotonic() + int(sys.argv[1]), sys.argv[2], sys.argv[3:]
qemu = subprocess.Popen(["qemu-system-aarch64", "-M", "virt", "-accel", "tcg", "-cpu", "cortex-a57", "-m", "256", "-bios", uboot,
    "-display", "none", "-monitor", "none", "-serial", "stdio", "-no-reboot",
    "-netdev", "tap,id=n0,ifname=tap0,script=no,downscript=no",
    "-device", "virtio-net-pci,netdev=n0,mac=52:54:00:12:34:56,romfile="],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE)
seen, at = b"", 0
def until(*words):
    global at
    while not any(w in seen[at:] for w in words):
        if time.monotonic() > end or qemu.poll() is not None:
            raise SystemExit("U-Boot did not get to %r" % (words,))
        if not take(0.2) and b"Hit any key" in words: pass
    at = len(seen)
def take(seconds):
    global seen
    if not select.select([qemu.stdout], [], [], seconds)[0]: return False
    more = os.read(qemu.stdout.fileno(), 4096)
    seen += more
    sys.stdout.write(more.decode("latin-1")); sys.stdout.flush()
    return bool(more)
def type_line(line):
    qemu.stdin.write(line.encode() + b"\n"); qemu.stdin.flush()
try:
    until(b"Hit any key")
    type_line("")
    until(b"=> ")
    for line in lines:
        type_line(line)
        until(b"\n=> ", b"\r=> ")
finally:
    qemu.kill(); qemu.wait()
PY
crc=$(python3 -c "import sys, zlib; print('%08x' % zlib.crc32(open(sys.argv[1], 'rb').read()))" "$T/d/kernel")
check 'U-Boot comes up, and takes what it is told' timeout 120 python3 "$T/console.py" 100 $uboot \
	'setenv autoload no' 'setenv ipaddr 10.77.0.2' 'setenv netmask 255.255.255.0' 'setenv serverip 10.77.0.1' \
	'tftpboot 0x42000000 kernel' 'crc32 0x42000000 0x2dc6c0' 'tftpboot 0x42000000 nothing.here'
cp "$T/out" "$T/console"
check 'tftpboot: every byte' grep -aq "$crc" "$T/console"
check 'with its options' grep -Eq 'read "kernel" done bytes=3000000 blksize=1468 (tsize=3000000 )?timeout=[0-9]+ resent=' "$T/tftpd.log"
check 'what is not there is told at once' grep -aq "TFTP error: .*(1)" "$T/console"
finish
