#!/bin/sh
# pxe-up with an image that is a mirror without a kernel for it (Debian's netinst): the
# kernel and initrd of the network installer from beside the image, from the package,
# from a URL; one of another version is refused, and with it no more than that image.
# shellcheck disable=SC2016,SC2034,SC2154 # $x is for awk; netboot.sh uses what is set here
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build # it is scripts that are tested, and they start hundreds of processes
need xorriso python3 tar

TMPDIR=$T
export TMPDIR
up=$SRC/compose/pxe-up
iso=$BIN/isoextract/isoextract
profiles=$SRC/isoextract/profiles
trees=$T/trees
mkdir "$trees"
. "$SRC/tests/e2e/isoextract-trees.sh"
lan

# netinst NAME VERSION: an image in the shape of debian-12.x.0-amd64-netinst.iso, whose
# modules are for that kernel
netinst() {
	tree "$1"
	put k64 install.amd/vmlinuz
	put i install.amd/initrd.gz
	put packages dists/bookworm/main/debian-installer/binary-amd64/Packages.gz dists/bookworm/Release
	put udeb "pool/main/l/linux-signed-amd64/kernel-image-$2-di_6.1.1-1_amd64.udeb" "pool/main/l/linux-signed-amd64/nic-modules-$2-di_6.1.1-1_amd64.udeb"
	put 'Debian GNU/Linux 12.5.0 "Bookworm" - Official amd64 NETINST with firmware 20240210-11:27' .disk/info
	facts 'Debian 12.5.0 amd64 n'
}
netinst fits 6.1.0-9-amd64
netinst other 6.1.0-18-amd64
expect 'unfit name="Debian GNU/Linux 12.5.0 Bookworm (CD installer)" family=debian-installer arch=x86_64 kernel=install.amd/vmlinuz why="the initrd of a CD or DVD image looks for a CD drive and cannot install over a network; with the kernel and initrd of mini.iso or netboot.tar.gz of the same release (dists/CODENAME/main/installer-ARCH/current/images/netboot/netboot.tar.gz of a mirror) the extracted image can be the mirror, if its kernel udebs are of that kernel'"'"'s version"'
mirror='mirror/country=manual mirror/protocol=http mirror/http/hostname={server} mirror/http/directory={path} mirror/http/proxy= mirror/suite=bookworm debian-installer/allow_unauthenticated=true apt-setup/services-select= netcfg/no_default_route=true'
expect "netboot name=\"Debian GNU/Linux 12.5.0 Bookworm (network installer)\" family=debian-installer arch=x86_64 kernel=debian-installer/amd64/linux initrd=debian-installer/amd64/initrd.gz args=\"$mirror\" needs=dists/*,pool/* version=12.5.0 linux=6.1.0-18-amd64 package=debian-installer-12-netboot-amd64 from=https://deb.debian.org/debian/dists/bookworm/main/installer-amd64/current/images/netboot/netboot.tar.gz note=\"needs the kernel and initrd of the network installer of the same release: apt-get install debian-installer-12-netboot-amd64, or beside the image netboot.tar.gz from https://deb.debian.org/debian/dists/bookworm/main/installer-amd64/current/images/netboot/\""
count netboot 1
check 'how it boots is an answer of no' test "$rc" -eq 1
said=$D.err
check 'which names what it takes' grep -q 'the netboot lines say with which' "$said"

# The files of the network installer.
mkdir -p "$T/netboot/debian-installer/amd64" "$T/none"
cp "$T/part/k64" "$T/netboot/debian-installer/amd64/linux"
cp "$T/part/i" "$T/netboot/debian-installer/amd64/initrd.gz"
up() { netboot_packages=${packages:-$T/none} timeout 120 "$up" -p -w -s "$T/state" "$@"; }
menu="kernel /*fits/netboot/debian-installer/amd64/linux"

check_rc 2 'without them' up "$trees/fits.iso"
said '... it says what gets them' 'fits.iso: Debian .* needs the kernel and initrd .*: apt-get install debian-installer-12-netboot-amd64, or beside the image netboot.tar.gz from https://deb.debian.org/'
check_not 'and nothing is written' test -e "$T/state/www/fits"

tar -C "$T/netboot" -czf "$trees/fits.netboot.tar.gz" .
tar -C "$T/netboot" -czf "$trees/netboot.tar.gz" .
check 'with the archive beside the image' up "$trees/fits.iso"
said '... it says so' 'fits: kernel and initrd of .*/fits.netboot.tar.gz (Linux 6.1.0-9-amd64); the image is their mirror'
grep -v "^$" "$T/err" >"$T/fits.said"
check_not "and nothing of the image's own kernel" grep -q 'is not in the menus' "$T/fits.said"
check 'they are served' sh -c 'cmp "$1/debian-installer/amd64/linux" "$2/debian-installer/amd64/linux" && cmp "$1/debian-installer/amd64/initrd.gz" "$2/debian-installer/amd64/initrd.gz"' - "$T/netboot" "$T/state/www/fits/netboot"
check 'beside the mirror' grep -q '^file path=dists/bookworm/Release ' "$T/state/www/fits.extents"
check 'the menu starts them' grep -q 'fits/netboot/debian-installer/amd64/linux' "$T/state/www/boot.ipxe"
check '... with this image as the mirror' grep -q 'mirror/http/hostname=10.77.0.1 mirror/http/directory=/fits ' "$T/state/www/boot.ipxe"
check 'in all menus' grep -q 'mirror/http/directory=/fits ' "$T/state/www/pxelinux.cfg/default" "$T/state/www/grub/grub.cfg"
rm -f "$trees"/*.tar.gz
check 'they stay when the archive is gone' up "$trees/fits.iso"
check '... in the menu' grep -q 'fits/netboot/debian-installer/amd64/linux' "$T/state/www/boot.ipxe"
rm -rf "$T/state"

tar -C "$T/netboot" -czf "$trees/netboot.tar.gz" .
check_rc 2 'a kernel of another version' up "$trees/other.iso"
said '... is not taken, and both are named' 'netboot.tar.gz has Linux 6.1.0-9-amd64, and the modules in the image are for 6.1.0-18-amd64'
check 'the other images are served' up "$trees/other.iso" "$trees/fits.iso"
said '... and the one that is not is named' 'other.iso: Debian .* and the modules in the image are for 6.1.0-18-amd64'
check '... and not in the menu' sh -c 'grep -q /fits/ "$1" && ! grep /other/ "$1"' - "$T/state/www/boot.ipxe"
rm -rf "$T/state" "$trees/netboot.tar.gz"

mkdir -p "$T/packages/12/amd64/text"
cp -r "$T/netboot/debian-installer" "$T/packages/12/amd64/text"
packages=$T/packages
check 'with the package' up "$trees/fits.iso"
said '... it says so' 'fits: kernel and initrd of debian-installer-12-netboot-amd64 (Linux 6.1.0-9-amd64)'
check 'they are served' cmp "$T/netboot/debian-installer/amd64/linux" "$T/state/www/fits/netboot/debian-installer/amd64/linux"

# ---- from a URL -------------------------------------------------------------------
mkdir "$T/web"
tar -C "$T/netboot" -czf "$T/web/netboot.tar.gz" .
start web hold tcp:10.77.0.1:8080 -- "$BIN/httpd-boot/httpd-boot" "$T/web"
ready web .
tab=$(printf '\t') work=$T/work tool_isoextract=$iso netboot_packages=$T/none
mkdir "$work"
say() { echo "$*"; }
facts_awk() {
	facts_program=$1
	shift
	awk "$(cat "$SRC/compose/lib/facts.awk")
$facts_program" "$@"
}
. "$SRC/compose/lib/netboot.sh"
sed 's|from=https://[^ ]*|from=http://10.77.0.1:8080/netboot.tar.gz|' "$trees/fits.facts" >"$work/fits.facts"
check 'from a URL' netboot_look fits http://10.77.0.1:8080/fits.iso
cp "$T/out" "$T/said"
check 'it says so' grep -q 'kernel and initrd of http://10.77.0.1:8080/netboot.tar.gz (Linux 6.1.0-9-amd64)' "$T/said"
check 'the record is that of a kernel in the image' grep -q '^boot name=.* kernel=netboot/debian-installer/amd64/linux initrd=netboot/debian-installer/amd64/initrd.gz args=.* version=12.5.0 linux=6.1.0-9-amd64$' "$work/fits.facts"
check 'and it is put there' netboot_put fits "$T/placed"
check 'whole' cmp "$T/netboot/debian-installer/amd64/initrd.gz" "$T/placed/netboot/debian-installer/amd64/initrd.gz"
sed 's|from=https://[^ ]*|from=http://10.77.0.1:8080/none.tar.gz|' "$trees/fits.facts" >"$work/fits.facts"
check_not 'one that is not there' netboot_look fits http://10.77.0.1:8080/fits.iso
check '... is said' grep -q 'apt-get install .*; http://10.77.0.1:8080/none.tar.gz: .*404' "$work/fits.lack"
stop web

# ---- the real package ---------------------------------------------------------------
if [ -f /usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64/linux ]; then
	real=$("$iso" -b /usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64/linux | sed -n 's/.* version=\([^ ]*\).*/\1/p')
	netinst real "$real"
	packages=/usr/lib/debian-installer/images
	check 'with the installed package' up "$trees/real.iso"
	check 'its kernel is served' cmp /usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64/linux "$T/state/www/real/netboot/debian-installer/amd64/linux"
	check 'and its initrd' cmp /usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64/initrd.gz "$T/state/www/real/netboot/debian-installer/amd64/initrd.gz"
else skip 'no debian-installer-12-netboot-amd64 here'; fi
finish
