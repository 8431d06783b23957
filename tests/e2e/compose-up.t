#!/bin/sh
# pxe-up: what it writes and starts, how it ends, and one sentence for each
# thing that can be wrong before that.
# shellcheck disable=SC2016,SC2317,SC2154 # nothing is to expand here; check calls functions; start sets pid_up
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build # it is scripts that are tested, and they start hundreds of processes
need xorriso curl dnsmasq ss
need_nobody

TMPDIR=$T
export TMPDIR
up=$SRC/compose/pxe-up
state=$T/state
lan
host client 10.77.0.9/24

# The smallest image: a kernel is recognised by its first bytes and its place.
mkdir -p "$T/tree/debian-installer/amd64" "$T/tree/.disk"
python3 - "$T/tree/debian-installer/amd64/linux" <<'END'
import sys
k = bytearray(20000)
k[0x1fe:0x200] = b"\x55\xaa"; k[0x202:0x206] = b"HdrS"; k[0x206:0x208] = b"\x0f\x02"; k[0x211] = 1; k[0x236:0x238] = b"\x03\x00"
open(sys.argv[1], "wb").write(k)
END
echo initrd | gzip >"$T/tree/debian-installer/amd64/initrd.gz"
echo 'Debian test' >"$T/tree/.disk/info"
xorriso -as mkisofs -quiet -R -o "$T/deb 12.iso" "$T/tree" 2>/dev/null
xorriso -as mkisofs -quiet -R -o "$T/empty.iso" "$T/tree/.disk" 2>/dev/null
head -c 60000 "$T/deb 12.iso" >"$T/half.iso"
head -c 100000 /dev/urandom >"$T/random.iso"

# says CODE NAME PATTERN ARGS...: pxe-up ends with CODE and one line that fits
says() {
	says_code=$1 says_name=$2 says_pattern=$3
	shift 3
	check_rc "$says_code" "$says_name" timeout 120 "$up" -s "$state" "$@"
	cp "$T/err" "$T/said"
	check "... and says what to do" grep -qE "^pxe-up: .*$says_pattern" "$T/said" || cat "$T/said"
}
says 3 'no such interface' 'no interface eth9 here; there are: .*br0' -i eth9 "$T/deb 12.iso"
ip link add v9 type veth peer name w9
says 3 'no address' 'v9 has no IPv4 address; .*ip addr add' -i v9 "$T/deb 12.iso"
ip addr add 10.9.0.1/24 dev v9
says 3 'interface down' 'v9 is down; .*ip link set v9 up' -i v9 "$T/deb 12.iso"
says 2 'several interfaces' 'which interface\? -i one of: .*br0 \(10.77.0.1/24\)' "$T/deb 12.iso"
ip addr del 10.9.0.1/24 dev v9
ip addr add 10.9.0.1/32 dev v9 && ip link set v9 up
says 2 'no room for another' 'no other machine fits' -i v9 "$T/deb 12.iso"
ip link del v9
says 2 'no such image' '/none.iso does not exist' -p "$T/none.iso"
says 2 'no image at all' 'which image\?' -p
says 2 'an image from a pipe' 'cannot be read twice' -p -
says 2 'no kernel in it' 'empty.iso: (no kernel|nothing in it)' -p "$T/empty.iso"
says 2 'not an image' 'random.iso: ' -p "$T/random.iso"
says 3 'half an image' 'half.iso: ' -p "$T/half.iso"
says 2 'a rule with a fault' 'does not accept these rules' -p -w -e 'boot arhc=bios file=x' "$T/deb 12.iso"
says 2 'seconds that are none' '-t x: not a number of seconds' -t x "$T/deb 12.iso"
check_rc 2 'an unknown option' "$up" -z
said '... is named' '^pxe-up: there is no option -z; pxe-up --help'
check_rc 2 'an option without its value' "$up" -i
said '... is named' '^pxe-up: -i needs a value'
mkdir "$T/small-tmp" && mount -t tmpfs -o size=64k none "$T/small-tmp"
head -c 48k /dev/zero >"$T/small-tmp/x"
dd if=/dev/zero of="$T/small-tmp/y" bs=4k 2>/dev/null
TMPDIR=$T/small-tmp says 3 'a full TMPDIR' 'is .*/small-tmp full' -p "$T/deb 12.iso"
umount "$T/small-tmp"
check_not 'nothing is left running' pgrep -f "$state/www"

check_rc 0 '-n checks' "$up" -n -p -s "$T/other" "$T/deb 12.iso"
check_not '... and writes nothing' test -e "$T/other"
check_rc 0 '-w writes' "$up" -w -p -s "$state" "$T/deb 12.iso"
check 'the image is served as it is' grep -q '^file path=.disk/info ' "$state/www/deb-12.extents"
check_not '... and not extracted' test -e "$state/www/deb-12/.disk/info"
check 'a menu' grep -q 'kernel ${base}/deb-12/debian-installer/amd64/linux' "$state/www/boot.ipxe"
check 'proxy rules' grep -qx 'subnet 10.77.0.0/24 proxy' "$state/rules"
before=$(stat -c %Z "$state/www/deb-12.extents")
check_rc 0 'the same image again' "$up" -w -p -s "$state" "$T/deb 12.iso"
check '... is no work' test "$before" = "$(stat -c %Z "$state/www/deb-12.extents")"
mkdir "$T/b" && cp "$T/deb 12.iso" "$T/b/deb-12.iso"
check_rc 0 'another image of that name' "$up" -w -p -s "$state" "$T/deb 12.iso" "$T/b/deb-12.iso"
check '... gets its own directory' test -f "$state/www/deb-12-2.extents"
check_rc 0 '-C' "$up" -C -w -p -s "$state" "$T/deb 12.iso"
check '... extracts the tree, hidden files too' test -f "$state/www/deb-12/.disk/info"
check_not '... and keeps no image' test -e "$state/www/deb-12.iso"

state=$T/server
check_rc 0 'as server' "$up" -w -s "$state" -t 0 -k 'a=b' -e 'boot mac=52:54:00:00:00:01 file=own.efi' "$T/deb 12.iso"
check 'leases from the upper half' grep -qE '^subnet 10.77.0.0/24 range=10.77.0.128-10.77.0.254( |$)' "$state/rules"
check 'rules given come first' test "$(sed -n 2p "$state/rules")" = 'boot mac=52:54:00:00:00:01 file=own.efi'
check_rc 0 'an own subnet line' "$up" -w -s "$state" -e 'subnet 10.77.0.0/24 range=10.77.0.40-10.77.0.41' "$T/deb 12.iso"
check '... stands alone' test "$(grep -c ^subnet "$state/rules")" = 1

# A DHCP server on this very host, as libvirt's is: it never hears a probe from here.
own_server() {
	start own dnsmasq -k --log-facility=- --conf-file=/dev/null --port=0 --user=root --dhcp-range="$1" --dhcp-leasefile="$T/own.leases" "$2" --bind-interfaces
	ready own 'sockets bound exclusively'
}
own_server 10.77.0.50,10.77.0.60 --interface=br0
state=$T/beside
check_rc 0 'beside a DHCP server on this host' "$up" -w -s "$state" "$T/deb 12.iso"
said '... which is found' 'dnsmasq on this host hands out the addresses on br0'
check '... and left to it' grep -qx 'subnet 10.77.0.0/24 proxy' "$state/rules"
stop own
ip link add other0 type veth peer name other1 && ip addr add 10.99.0.1/24 dev other0 && ip link set other0 up
own_server 10.99.0.50,10.99.0.60 --interface=other0
check_rc 0 'beside one for another network' "$up" -w -s "$state" -i br0 "$T/deb 12.iso"
check '... which is left out' grep -q '^subnet 10.77.0.0/24 range=' "$state/rules"
stop own
ip link del other0

# Secure Boot: the image's own GRUB, unless it only reads discs.
signed=/usr/lib/grub/x86_64-efi-signed
if [ -d $signed ] && [ -r /usr/lib/shim/shimx64.efi.signed ]; then
	mkdir -p "$T/tree/EFI/boot"
	cp /usr/lib/shim/shimx64.efi.signed "$T/tree/EFI/boot/bootx64.efi"
	for kind in gcdx64 grubnetx64; do
		cp $signed/$kind.efi.signed "$T/tree/EFI/boot/grubx64.efi"
		xorriso -as mkisofs -quiet -R -o "$T/$kind.iso" "$T/tree" 2>/dev/null
		check_rc 0 "-S with an image that has $kind" "$up" -S -w -p -s "$T/$kind" "$T/$kind.iso"
	done
	check 'a GRUB for the network is used' test "$(readlink "$T/grubnetx64/www/grubx64.efi")" = grubnetx64/EFI/boot/grubx64.efi
	check 'a GRUB for discs is not' cmp -s $signed/grubnetx64.efi.signed "$T/gcdx64/www/grubx64.efi"
	check 'the menu lies at its prefix' test -f "$T/grubnetx64/www/grub/grub.cfg" -a ! -L "$T/grubnetx64/www/grub/grub.cfg"
	# The installer's GRUB has another one.
	cp $signed/grubnetx64-installer.efi.signed "$T/tree/EFI/boot/grubx64.efi"
	xorriso -as mkisofs -quiet -R -o "$T/installer.iso" "$T/tree" 2>/dev/null
	check_rc 0 '-S with the GRUB of an installer' "$up" -S -w -p -s "$T/installer" "$T/installer.iso"
	check 'the menu is linked from there' cmp "$T/installer/www/debian-installer/amd64/grub/grub.cfg" "$T/installer/www/grub/grub.cfg"
	check 'shim is handed out' grep -qx 'boot arch=efi-x64 file=shimx64.efi' "$T/gcdx64/rules"
	rm -r "$T/tree/EFI"
else
	skip 'no signed GRUB and shim here'
fi

# A disk that is full.
mkdir "$T/small" && mount -t tmpfs -o size=16k none "$T/small"
# Files for the initial RAM disk: the image itself (Proxmox), one of its files
# (Void); a kernel that does not boot beside one that does (NixOS, memtest86+).
mkdir -p "$T/pve/boot" "$T/void/boot" "$T/void/LiveOS" "$T/nix/boot"
for to in pve/boot/linux26 void/boot/vmlinuz nix/boot/bzImage nix/boot/memtest.bin; do cp "$T/tree/debian-installer/amd64/linux" "$T/$to"; done
for to in pve/boot/initrd.img void/boot/initrd nix/boot/initrd void/LiveOS/squashfs.img nix/nix-store.squashfs; do echo "$to" >"$T/$to"; done
for each in pve void nix; do
	[ $each = void ] && label=VOID_LIVE || label=$each
	xorriso -as mkisofs -quiet -R -V "$label" -o "$T/$each.iso" "$T/$each" 2>/dev/null
done
check_rc 0 'files for the initial RAM disk' "$up" -w -p -s "$T/embed" "$T/pve.iso" "$T/void.iso"
mkdir "$T/packed"
check 'the image is packed as a cpio archive' sh -c 'cd "$1" && cpio -i --quiet <"$2" && cmp proxmox.iso "$3"' - "$T/packed" "$T/embed/www/pve.iso.cpio" "$T/pve.iso"
check 'so is a file of it' sh -c 'cd "$1" && cpio -i --quiet <"$2" && grep -qx void/LiveOS/squashfs.img squashfs.img' - "$T/packed" "$T/embed/www/void/LiveOS/squashfs.img.cpio"
check 'which the menus load first' grep -qx '	INITRD void/LiveOS/squashfs.img.cpio,void/boot/initrd' "$T/embed/www/pxelinux.cfg/default"
check_rc 0 'what does not boot' "$up" -w -p -s "$T/embed" "$T/nix.iso"
said '... is said, with why' '^pxe-up: NixOS is not in the menus: the first stage'

check_rc 3 'a full disk' "$up" -C -w -p -s "$T/small" "$T/deb 12.iso"
said '... is said' '^pxe-up: cannot write .*stays as it was; is there room? .* free on '
check_not '... and leaves nothing half' ls "$T/small/www/deb-12" "$T/small/www/.deb-12.part"

# Serving, with what STATEDIR holds.
start up "$up" -i br0 -s "$state"
wait_for 20 grep -q '^pxe-up: ready' "$T/up.log"
check 'serves over HTTP' on client curl -sf http://10.77.0.1/deb-12/.disk/info
check 'serves over TFTP' on client curl -sf tftp://10.77.0.1/pxelinux.cfg/default
check 'none of them is root' test -z "$(pgrep -u root -f -- "-l 10.77.0.1:(69|80)|-f $state/rules")"
check_rc 3 'a second one of the same site' timeout 120 "$up" -p -i br0 -s "$state"
said '... is not needed' 'serves .* on br0 already (process [0-9]*)'
# One in ten hung: what it had just started did not hear that it is to end.
another_site() {
	for each in 1 2 3 4 5 6; do
		timeout 120 "$up" -p -i br0 -s "$T/embed"
		another_rc=$?
		[ "$another_rc" -eq 3 ] || break
	done
	return "$another_rc"
}
check_rc 3 'one of another site, each time' another_site
cp "$T/err" "$T/said"
check '... says which port is taken' grep -qE '^pxe-up: (tftpd-lite|httpd-boot) ended by itself .*10.77.0.1:(69|80)' "$T/said"
check 'iPXE need not wait for an IPv6 router' wait_for 30 grep -q '^dhcpd6-pxe: ready' "$T/up.log"
kill -KILL "$(pid_in "$state/pids.br0" dhcpd6-pxe)"
check '... and what only spares time may end' wait_for 30 grep -q '^pxe-up: dhcpd6-pxe ended by itself' "$T/up.log"
check 'the first one goes on' on client curl -sf http://10.77.0.1/deb-12/.disk/info
stop up
check 'SIGTERM: ends well' test $? -eq 0
check_not 'nothing is left running' pgrep -f "10.77.0.1:|$state/rules"

start up "$up" -p -i br0 -s "$state"
wait_for 20 grep -q '^pxe-up: ready' "$T/up.log"
kill -KILL "$(pid_in "$state/pids.br0" httpd-boot)"
wait "$pid_up"
check 'one of them dies: exit 3' test $? -eq 3
check '... it says which' grep -q '^pxe-up: httpd-boot ended by itself' "$T/up.log"
check_not '... and stops the others' pgrep -f "10.77.0.1:|$state/rules"

# Ctrl-C reaches all processes of the terminal at once: a process group here.
# interrupted LINE ARGS...: once pxe-up has written LINE
interrupted() {
	interrupted_line=$1
	shift
	python3 - "$interrupted_line" "$up" -i br0 -s "$state" "$@" >"$T/int.log" 2>&1 <<'END' &
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.SIG_DFL)    # sh ignores it for what runs in the background
pid = os.spawnvp(os.P_NOWAIT, "setsid", ["setsid"] + sys.argv[2:])
log = os.readlink("/proc/self/fd/1")
for _ in range(200):
    if "pxe-up: " + sys.argv[1] in open(log).read(): break
    time.sleep(0.1)
os.killpg(pid, signal.SIGINT)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
	wait $!
}
interrupted ready -p
check 'Ctrl-C: ends well' test $? -eq 0
check_not 'nothing is left running' pgrep -f "10.77.0.1:|$state/rules"
sed -i '/mode=/d' "$state/site"
interrupted 'looking for another DHCP server'
check 'Ctrl-C before it is ready: ends well, too' test $? -eq 0
check_not '... and was not ready' grep -q '^pxe-up: ready' "$T/int.log"
gone() { ! pgrep -f "pxeprobe|$state/rules" >/dev/null; }
check '... and leaves nothing running' wait_for 10 gone # which ends by the same signal

# A log that nobody reads any more: a stopped terminal, a pager.
cat >"$T/unread.py" <<'PY'
import os, select, subprocess, sys, time
r, w = os.pipe()
p = subprocess.Popen(sys.argv[1:], stderr=w, stdin=subprocess.DEVNULL)
said = b''
while b'pxe-up: ready' not in said:
    assert select.select([r], [], [], 60)[0], said
    said += os.read(r, 4096)
os.set_blocking(w, False)
try:
    while True:
        os.write(w, b'x' * 4096)
except BlockingIOError:
    os.set_blocking(w, True)
subprocess.run(['curl', '-s', '-o', '/dev/null', 'http://10.77.0.1/none'], timeout=60)
p.terminate()
p.wait(60)
PY
check 'its log is not read any more: it still ends when told to' python3 "$T/unread.py" "$up" -p -s "$T/unread" -i br0 "$T/deb 12.iso"
check_not '... and leaves nothing running' pgrep -f "$T/unread/www"
finish
