#!/bin/sh
# A boot that works, seen in part: what a capture does not show did not fail.
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
lan
host c
tree
printf '#!ipxe\nkernel http://10.77.0.1/linux\ninitrd http://10.77.0.1/initrd.gz\nboot\n' >"$T/tftp/web.ipxe"
start web hold tcp:10.77.0.1:80 -- "$BIN/httpd-boot/httpd-boot" "$T/tftp"

cat >"$T/view.py" <<'END'
"""usage: view.py IN.pcapng OUT.pcap VIEW [NUMBER]: a part of what pxeprobe -o wrote."""
import struct, sys

source, out, view = sys.argv[1:4]
number = int(sys.argv[4]) if len(sys.argv) > 4 else 0
data, at, frames = open(source, "rb").read(), 0, []
while at + 12 <= len(data):
    kind, size = struct.unpack(">II", data[at:at + 8])
    if kind == 6:
        high, low, have = struct.unpack(">III", data[at + 12:at + 24])
        frames.append((high << 32 | low, data[at + 28:at + 28 + have]))
    at += size


def ports(frame):
    if frame[12:14] != b"\x08\0" or frame[23] not in (6, 17):
        return ()
    start = 14 + (frame[14] & 15) * 4
    return struct.unpack(">HH", frame[start:start + 4])


def is_release(frame):
    return 67 in ports(frame) and b"\x35\x01\x07" in frame


cut = len(frames[0][1]) + 10**6
if view == "ports":  # port 67 or 68 or 69
    frames = [f for f in frames if {67, 68, 69} & set(ports(f[1]))]
elif view == "part":  # ends after so many percent
    frames = [f for f in frames if not is_release(f[1])][:len(frames) * number // 100]
elif view == "snap":
    frames = [f for f in frames if not is_release(f[1])]
    cut = number
with open(out, "wb") as f:
    f.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
    for time, frame in frames:
        time = time // 1000 if time > 10**17 else time
        shown = frame if {67, 68} & set(ports(frame)) and view != "snap" else frame[:cut]
        f.write(struct.pack("<IIII", time // 10**6, time % 10**6, len(shown), len(frame)) + shown)
END

# seen NAME FILE VIEW [NUMBER]: this much of the boot in FILE is no failure.
seen() {
	seen_name=$1
	shift
	python3 "$T/view.py" "$1" "$T/part.pcap" "$2" ${3:+"$3"} || not_ok "$seen_name: the view"
	if "$PXEPROBE" -r "$T/part.pcap" >"$T/report" 2>"$T/errors" && ! reported 'severity=error' &&
		{ reported '^verdict .*boots=(unknown|yes)' || [ "$2" = snap ]; }; then
		ok "$seen_name"
	else
		show
		not_ok "$seen_name"
	fi
}

dns --dhcp-match=set:bios,option:client-arch,0 --dhcp-userclass=set:ipxe,iPXE --dhcp-boot=tag:ipxe,web.ipxe \
	--dhcp-boot=tag:bios,tag:!ipxe,pxelinux.0 --dhcp-boot=tag:!bios,shimx64.efi
for persona in bios efi-x64 ipxe; do
	boots "$persona boots" -k $persona -o "$T/$persona.pcapng"
	seen "$persona: ports 67 to 69 alone" "$T/$persona.pcapng" ports
	for percent in 10 25 50 75 95; do
		seen "$persona: $percent % of it" "$T/$persona.pcapng" part $percent
	done
	seen "$persona: 96 bytes of each packet" "$T/$persona.pcapng" snap 96
	seen "$persona: 60 bytes of each packet" "$T/$persona.pcapng" snap 60
done

# What does fail is seen in a part, too: the machine asks again and again.
mv "$T/tftp/linux" "$T/tftp/linux.away"
probe -k ipxe -o "$T/gone.pcapng"
python3 "$T/view.py" "$T/gone.pcapng" "$T/part.pcap" snap 120
says 1 'a 404 in packets that are cut off' 'kernel-missing.*status 404' "$PXEPROBE" -r "$T/part.pcap"
finish
