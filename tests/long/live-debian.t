#!/bin/sh
# A real Debian live image: built with live-build from Debian's packages, extracted
# and served by pxe-up, booted in an emulated machine to its login prompt.
# shellcheck disable=SC2016 # $1 and $2 are for the build's shell
SRC=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/long/build.sh
. "$SRC/tests/long/build.sh"

if [ -z "${IN_NETNS:-}" ]; then
	build_start lb
	mkdir -p "$LIVE/config/package-lists"
	echo 'live-boot live-config live-config-systemd systemd-sysv' >"$LIVE/config/package-lists/live.list.chroot"
	build 'live-build builds an image' live-image-amd64.iso 'lb config noauto --mode debian --distribution "$1" \
		--architectures amd64 --linux-flavours amd64 --archive-areas main \
		--mirror-bootstrap "$2" --mirror-chroot "$2" --mirror-binary "$2" --security false --updates false --backports false \
		--apt-recommends false --apt-indices false --debian-installer none --memtest none --win32-loader false \
		--firmware-chroot false --firmware-binary false --cache false --binary-images iso --bootloaders grub-efi \
		--chroot-filesystem squashfs --chroot-squashfs-compression-type lz4 --debootstrap-options --variant=minbase
		lb build'
	mv "$LIVE/live-image-amd64.iso" "$LIVE/debian-live.iso"
	rm -rf "$LIVE/chroot" "$LIVE/binary" "$LIVE/cache"
fi

# shellcheck source=tests/long/live.sh
. "$SRC/tests/long/live.sh"
lab bios
"$BIN/isoextract/isoextract" -b -P "$SRC/isoextract/profiles" "$LIVE/debian-live.iso" >"$T/facts"
check 'it says how it boots' grep -qE '^boot name="Debian GNU/Linux [^"]*" family=debian-live arch=x86_64 kernel=live/vmlinuz-[^ ]* initrd=live/initrd.img-[^ ]* args="boot=live components fetch=\{base\}/live/filesystem.squashfs" needs=live/filesystem.squashfs ' "$T/facts"
check 'its loaders, and which are signed' grep -q '^loader path=EFI/boot/bootx64.efi arch=x86_64 signed=yes kind=shim ' "$T/facts"
# live-config would log its user in; a prompt is what a person sees.
prompts 'from the card to the login prompt' "$LIVE/debian-live.iso" 'console=ttyS0 noautologin' debian
size=$(sed -n 's|^file path=live/filesystem.squashfs .*size=\([0-9]*\) .*|\1|p' "$T/state/www/debian-live.extents")
served 'its root file system came over HTTP, whole' "^httpd-boot: .*/live/filesystem.squashfs\" 200 bytes=$size "
finish
