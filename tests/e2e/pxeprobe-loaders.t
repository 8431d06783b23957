#!/bin/sh
# shellcheck disable=SC2016
# Loaders of several makes in directories of their own, menus that wait, files that
# arrive and are not what they should be; and what cannot be followed.
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
. "$SRC/tests/e2e/pxeprobe-servers.sh"
need dhcpd grub-mkimage
lan
host c
tree
# put FILE: standard input takes its place at once
put() { cat >"$T/new" && chmod a+r "$T/new" && mv "$T/new" "$T/tftp/$1"; }
pxelinux() { put pxelinux.cfg/default; }
start tftpd "$BIN/tftpd-lite/tftpd-lite" "$T/tftp"
ready tftpd ready

# shim takes its directory from the header, where a server puts the name there.
mkdir -p "$T/tftp/deb/x"
cp "$T/tftp/shimx64.efi" "$T/tftp/deb/x/"
mv "$T/tftp/grubx64.efi" "$T/tftp/deb/x/"
isc 'next-server 10.77.0.1; filename "deb/x/shimx64.efi";'
boots 'shim two directories deep, named in the header' -k efi-x64
check 'asks beside itself' reported 'what=second .*file=tftp://10.77.0.1/deb/x/grubx64.efi bytes'
isc 'next-server 10.77.0.1; option bootfile-name "deb/x/shimx64.efi";'
fault loader-missing -k efi-x64
check 'named in option 67 alone, it asks at the root' reported '10.77.0.1/grubx64.efi: '
mv "$T/tftp/deb/x/grubx64.efi" "$T/tftp/"
boots 'and finds it there' -k efi-x64

# Red Hat's GRUB looks in the boot file's directory first, then in its prefix.
mkdir -p "$T/tftp/rhel9/images"
printf 'normal\n' >"$T/embedded"
grub-mkimage -O x86_64-efi -p /EFI/redhat -o "$T/rh.efi" normal linux tftp net efinet configfile test echo regexp
printf 'fw_path\0blksize' >>"$T/rh.efi"
cp "$T/rh.efi" "$T/tftp/rhel9/grubx64.efi"
cp "$T/tftp/shimx64.efi" "$T/tftp/rhel9/"
cp "$T/tftp/linux" "$T/tftp/rhel9/images/vmlinuz"
# Names without a '/' are relative to what the server serves.
put rhel9/grub.cfg <<'END'
set timeout=5
function load { linux $1 quiet
 initrd initrd.gz }
menuentry 'RHEL' { load rhel9/images/vmlinuz }
END
isc 'next-server 10.77.0.1; filename "rhel9/shimx64.efi";'
boots "a GRUB with fw_path: grub.cfg beside the boot file" -k efi-x64
check 'the MAC address is tried there first' reported 'what=config .*10.77.0.1/rhel9/grub.cfg-01-02-50-58-.* error="not found"|what=config .*10.77.0.1//rhel9/grub.cfg-01-'
rm "$T/tftp/rhel9/grub.cfg"
fault config-missing -k efi-x64
check 'both places are named' reported 'GRUB looks in .tftp,10.77.0.1./rhel9 and .tftp,10.77.0.1./EFI/redhat'

# Foreman's grub.cfg makes the name of the machine's own one with regexp.
put rhel9/grub.cfg <<'END'
set timeout=5
regexp --set=1:m1 --set=2:m2 --set=3:m3 --set=4:m4 --set=5:m5 --set=6:m6 '^([0-9a-f]{1,2})\:([0-9a-f]{1,2})\:([0-9a-f]{1,2})\:([0-9a-f]{1,2})\:([0-9a-f]{1,2})\:([0-9a-f]{1,2})' "$net_default_mac"
mac=${m1}-${m2}-${m3}-${m4}-${m5}-${m6}
for d in none rhel9; do if [ -s /$d/own-$mac ]; then source /$d/own-$mac; fi; done
END
printf 'menuentry x {\n linux /linux\n initrd /initrd.gz\n}\n' >"$T/tftp/rhel9/own-02-11-22-33-44-55"
chmod a+r "$T/tftp/rhel9/"*
boots 'a menu of the machine itself, by regexp' -k efi-x64 -m 02:11:22:33:44:55
printf 'menuentry x {\n linux /linux\n}\n' | put rhel9/grub.cfg
unknown 'GRUB without a timeout waits for a key' 'waits for a key; its default entry: kernel and 0 initrd' -k efi-x64
warning waits-for-key -k efi-x64
probe -k efi-x64 -W
check "which -W makes an exit status" test $? -eq 1

# PXELINUX 4 is in one part.
isc 'next-server 10.77.0.1; filename "old/pxelinux.0";'
mkdir -p "$T/tftp/old/pxelinux.cfg"
sed 's/PXELINUX 6\.04 PXE/PXELINUX 4.06 PXE/' "$T/tftp/pxelinux.0" >"$T/tftp/old/pxelinux.0"
printf 'default l\nlabel l\n kernel ::linux\n append initrd=::initrd.gz\n' | put old/pxelinux.cfg/default
boots 'PXELINUX 4 needs no ldlinux.c32' -k bios
sed 's/PXELINUX 6\.04 PXE/PXELINUX 5.10 PXE/' "$T/tftp/pxelinux.0" >"$T/tftp/old/pxelinux.0"
fault loader-missing -k bios

# Modules name the libraries that they need.
isc 'next-server 10.77.0.1; filename "pxelinux.0";'
cp /usr/lib/syslinux/modules/bios/menu.c32 "$T/tftp/"
printf 'ui menu.c32\ntimeout 50\nlabel l\n kernel linux\n initrd initrd.gz\n' | pxelinux
fault loader-missing -k bios
check 'libutil.c32, says menu.c32' reported 'libutil.c32, which menu.c32 needs'
cp /usr/lib/syslinux/modules/bios/lib*.c32 /usr/lib/syslinux/modules/bios/mboot.c32 /usr/lib/syslinux/modules/bios/hdt.c32 "$T/tftp/"
boots 'with its libraries' -k bios
printf 'ui menu.c32\nlabel l\n kernel linux\n initrd initrd.gz\n' | pxelinux
unknown 'a menu without TIMEOUT' 'waits for a key' -k bios
printf '\270\377\114\315\041' | put menu.c32
fault file-damaged -k bios
printf 'default mboot.c32 -c boot.cfg\n' | pxelinux
fault config-missing -k bios
printf 'kernel=linux\nmodules=initrd.gz --- nothere\n' | put boot.cfg
fault loader-missing -k bios
printf 'kernel=linux\nmodules=initrd.gz --- linux\n' | put boot.cfg
boots 'mboot.c32, and the modules of its boot.cfg' -k bios
printf 'default hdt.c32\n' | pxelinux
unknown 'a module whose doings are its own' 'hdt.c32 runs' -k bios

# What arrives is looked at.
printf 'default linux initrd=initrd.gz\n' | pxelinux
boots 'a kernel and an initrd' -k bios
cp "$T/tftp/linux" "$T/linux"
cp "$T/tftp/initrd.gz" "$T/initrd.gz"
echo 'Please log in.' | put linux
fault kernel-refused -k bios
python3 -c 'import struct,sys
k = bytearray(open(sys.argv[1], "rb").read()); k[0x1f4:0x1f8] = struct.pack("<I", 0x20000)
sys.stdout.buffer.write(k)' "$T/linux" | put linux
fault kernel-refused -k bios
check 'cut short' reported 'it is cut short: 700000 bytes of 2'
put linux <"$T/linux"
echo 'Not found' | put initrd.gz
fault initrd-refused -k bios
python3 -c 'import sys
sys.stdout.buffer.write(b"\x1f\x8b\x08" + b"ab\r\n" * 5000)' | put initrd.gz
fault initrd-refused -k bios
check 'converted on its way' reported 'CR LF'
put initrd.gz <"$T/initrd.gz"
head -c 100000 "$T/tftp/ipxe.efi" | put half.efi
isc 'next-server 10.77.0.1; filename "half.efi";'
fault file-damaged -k efi-x64
head -c 100000 /dev/urandom | put unknown.0
isc 'next-server 10.77.0.1; filename "unknown.0";'
unknown 'a program that is not known' 'what it loads next is not known' -k bios
warning not-followed -k bios

# iPXE with a script inside, which its own DHCP does not get to: compressed, as BIOS machines load it.
ipxe_with() {
	python3 - "$1" <<-'EOF' | put script.kpxe
		import lzma, os, sys
		body = os.urandom(70000) + b"#!ipxe\0" + sys.argv[1].encode() + b"\0"
		packed = lzma.compress(body, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1, "lc": 2, "lp": 0, "pb": 0}])
		sys.stdout.buffer.write(b"\xea\x05\0\xc0\x07" + b"PXE->EB:\x01" * 3 + b"\1" * 700 + packed)
	EOF
}
isc 'next-server 10.77.0.1; filename "script.kpxe";'
ipxe_with '#!ipxe
dhcp
kernel linux initrd=initrd.gz
initrd initrd.gz
boot
'
boots 'iPXE with a script inside, to a BIOS ROM' -k bios
boots 'and to iPXE' -k ipxe
head -c 80000 /dev/urandom | cat "$T/tftp/script.kpxe" - | head -c 700 | put script.kpxe
unknown 'one that cannot be read' 'cannot be read out of the file' -k ipxe
isc 'next-server 10.77.0.1; filename "undionly.kpxe";'
fault ipxe-loop -k ipxe
stop isc

# Without a router only the leased network is in reach, whoever names a server.
isc_whole 'subnet 10.77.0.0 netmask 255.255.255.0 { range 10.77.0.50 10.77.0.99; next-server 10.77.0.1; filename "boot.ipxe"; }'
printf '#!ipxe\nkernel http://10.99.0.7/linux || goto failed\nboot\n:failed\nshell\n' | put boot.ipxe
fault address-outside -k ipxe
# An unknown command is an ordinary failure; net0 is the DHCP server's.
printf '#!ipxe\nfrobnicate || goto next\nshell\n:next\nmd5sum linux ||\nkernel tftp://${next-server}/linux && initrd initrd.gz && boot || shell\n' | put boot.ipxe
boots 'what iPXE does not know is caught' -k ipxe
printf '#!ipxe\nset platform efi\nkernel linux initrd=other.img\ninitrd initrd.gz\nboot\n' | put boot.ipxe
fault script-error -k ipxe
check 'an initrd= that names no image, on UEFI' reported 'say initrd=other.img, and no such image'
printf '#!ipxe\nmenu\nitem a A\nchoose t && goto ${t}\n:a\nkernel linux\nboot\n' | put boot.ipxe
unknown 'choose without a timeout' 'waits for a key' -k ipxe
printf '#!ipxe\n:again\nsleep 5\ndhcp && goto again\n' | put boot.ipxe
unknown 'a script that goes round' 'runs in circles' -k ipxe
finish
