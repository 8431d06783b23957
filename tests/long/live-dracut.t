#!/bin/sh
# dracut's live images, from Debian's packages: in the form of Fedora's, whose root
# file system is fetched over HTTP (root=live:URL), and of Void's, whose root file
# system comes with the initial RAM disk (root=live:/FILE, embed=); both booted to
# the login prompt.
# shellcheck disable=SC2016 # $1 and $2 are for the build's shell
SRC=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/long/build.sh
. "$SRC/tests/long/build.sh"

if [ -z "${IN_NETNS:-}" ]; then
	build_start debootstrap mkfs.ext4 xorriso
	# network-legacy, because dracut's network for systemd-networkd never tells
	# livenet that it is up; the commands it needs come before dracut itself.
	build 'dracut makes a live system' void.iso 'export DEBIAN_FRONTEND=noninteractive
		debootstrap --variant=minbase "$1" root "$2"
		mount -t proc proc root/proc
		mount --bind /dev root/dev
		printf "#!/bin/sh\nexit 101\n" >root/usr/sbin/policy-rc.d
		chmod 755 root/usr/sbin/policy-rc.d
		mkdir -p root/etc/dracut.conf.d
		printf "%s\n" "hostonly=no" "compress=gzip" "add_dracutmodules+=\" dmsquash-live livenet network-legacy \"" \
			"omit_dracutmodules+=\" systemd-networkd systemd-resolved ifcfg crypt nvdimm overlay-root qemu-net \"" \
			>root/etc/dracut.conf.d/live.conf
		get() { chroot root apt-get install -q -y --no-install-recommends "$@"; }
		get systemd-sysv udev kmod curl iproute2 isc-dhcp-client procps iputils-arping gawk squashfs-tools e2fsprogs dmsetup
		get dracut dracut-network dracut-live linux-image-amd64
		echo live >root/etc/hostname
		rm -rf root/var/cache/apt/archives/*.deb root/var/lib/apt/lists/*_*
		mkdir -p fedora/images/pxeboot fedora/LiveOS void/boot void/LiveOS squash/LiveOS
		mv root/boot/initrd.img-* fedora/images/pxeboot/initrd.img
		mv root/boot/vmlinuz-* fedora/images/pxeboot/vmlinuz
		umount root/dev root/proc
		truncate -s $(($(du -sm root | cut -f 1) + 300))M squash/LiveOS/rootfs.img
		mkfs.ext4 -q -F -d root squash/LiveOS/rootfs.img
		mount --bind squash root/mnt
		chroot root mksquashfs /mnt /squashfs.img -comp lz4 -no-progress
		umount root/mnt
		mv root/squashfs.img fedora/LiveOS/
		ln fedora/LiveOS/squashfs.img void/LiveOS/
		ln fedora/images/pxeboot/vmlinuz void/boot/vmlinuz
		ln fedora/images/pxeboot/initrd.img void/boot/initrd
		xorriso -as mkisofs -quiet -R -V Fedora-X-Live-12-1 -o fedora.iso fedora
		xorriso -as mkisofs -quiet -R -V VOID_LIVE -o void.iso void'
	rm -rf "$LIVE/root" "$LIVE/squash" "$LIVE/fedora" "$LIVE/void"
fi

# shellcheck source=tests/long/live.sh
. "$SRC/tests/long/live.sh"
lab bios
prompts 'root=live:URL: to the login prompt' "$LIVE/fedora.iso" console=ttyS0 live
size=$(sed -n 's|^file path=LiveOS/squashfs.img .*size=\([0-9]*\) .*|\1|p' "$T/state/www/fedora.extents")
served 'the root file system came over HTTP, whole' "^httpd-boot: .*/LiveOS/squashfs.img\" 200 bytes=$size "
served 'by what the profile of Fedora says' '^pxe-up: menus: Fedora X Live 12 \(live\)'
prompts 'root=live:/squashfs.img: to the login prompt' "$LIVE/void.iso" console=ttyS0 live
served 'packed for the initial RAM disk' '^httpd-boot: .*/void/LiveOS/squashfs.img.cpio" 200 '
unserved 'and not fetched again' '^httpd-boot: .*/LiveOS/squashfs.img" '
finish
