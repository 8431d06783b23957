#!/bin/sh
# An image in the shape of Debian's netinst: a BIOS machine boots the network installer
# of the package, which takes the image for its mirror, to the list of its parts.  The
# parts themselves are not made here.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/../firmware/lab.sh"

lab bios
from=$(machine_installer amd64) || {
	skip 'no package debian-installer-*-netboot-amd64 here'
	finish
}
release=${from%/amd64/text}
release=${release##*/}
kernel=$from/debian-installer/amd64/linux
linux=$("$BIN/isoextract/isoextract" -b "$kernel" | sed -n 's/.* version=\([^ ]*\).*/\1/p')
codename=$(sed -n 's/^Debian version: .*(\(.*\)).*/\1/p' "$from/version.info")

# The mirror: one udeb that every installation loads, and the lists that lead to it.
dist=$T/tree/dists/$codename
pool=pool/main/l/linux-signed-amd64
mkdir -p "$T/tree/install.amd" "$T/tree/.disk" "$dist/main/debian-installer/binary-amd64" "$T/tree/$pool" "$T/udeb"
cp "$kernel" "$T/tree/install.amd/vmlinuz"
echo none | gzip >"$T/tree/install.amd/initrd.gz"
echo "Debian GNU/Linux $release.0.0 \"$codename\" - Official amd64 NETINST with firmware 20260101-00:00" >"$T/tree/.disk/info"
udeb=$pool/kernel-image-$linux-di_1_amd64.udeb
(
	cd "$T/udeb" || exit
	echo 2.0 >debian-binary
	printf 'Package: kernel-image-%s-di\nVersion: 1\nArchitecture: amd64\n' "$linux" >control
	tar -cf - ./control | gzip >control.tar.gz
	tar -cf - -T /dev/null | gzip >data.tar.gz
	ar rc "$T/tree/$udeb" debian-binary control.tar.gz data.tar.gz
)
sum() { sha256sum "$1" | cut -d ' ' -f 1; }
{
	printf 'Package: kernel-image-%s-di\nVersion: 1\nArchitecture: amd64\nPriority: required\nKernel-Version: %s\n' "$linux" "$linux"
	printf 'Section: debian-installer\nInstalled-Size: 1\nFilename: %s\nSize: %s\nSHA256: %s\nDescription: made\n\n' \
		"$udeb" "$(stat -c %s "$T/tree/$udeb")" "$(sum "$T/tree/$udeb")"
} | gzip >"$dist/main/debian-installer/binary-amd64/Packages.gz"
packages=main/debian-installer/binary-amd64/Packages.gz
printf 'Origin: Debian\nSuite: stable\nCodename: %s\nArchitectures: amd64\nComponents: main\nSHA256:\n %s %s %s\n' "$codename" \
	"$(sum "$dist/$packages")" "$(stat -c %s "$dist/$packages")" "$packages" >"$dist/Release"
# By which the installer learns whether a mirror has its architecture.
mkdir -p "$dist/main/binary-amd64"
printf 'Archive: stable\nOrigin: Debian\nComponent: main\nArchitecture: amd64\n' >"$dist/main/binary-amd64/Release"
xorriso -as mkisofs -quiet -R -V "Debian $release amd64 n" -o "$T/netinst.iso" "$T/tree" 2>"$T/xorriso" || cat "$T/xorriso"

up -k 'console=ttyS0 from=pxe-up priority=critical locale=en_US keymap=us DEBIAN_FRONTEND=text netcfg/get_nameservers=10.77.0.1' "$T/netinst.iso"
check 'the kernel is that of the package' grep -q "^pxe-up: netinst: kernel and initrd of debian-installer-$release-netboot-amd64" "$T/pxe_up.log"
mkdir "$T/bios"
machine_start bios 52:54:00:12:34:56 tap0 1536 "$T/bios"
listed() { grep -qE '^httpd-boot: .*binary-amd64/Packages\.gz' "$T/pxe_up.log" || ! kill -0 "$machine_pid" 2>/dev/null; }
wait_for 2400 listed
served 'the machine takes the kernel' '^httpd-boot: .*netinst/netboot/debian-installer/amd64/linux'
served 'the installer asks the image for its release' "^httpd-boot: .*netinst/dists/$codename/Release"
served 'and for the list of its parts' '^httpd-boot: .*binary-amd64/Packages\.gz'
[ "$failed" = 0 ] || tail -c 3000 "$T/bios/serial" | tr -c '[:print:]\n' ' ' | sed 's/^/# serial: /'
kill "$machine_pid" 2>/dev/null
wait "$machine_pid" 2>/dev/null
finish
