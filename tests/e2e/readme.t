#!/bin/sh
# README.md, "By hand": its lines, as they stand there, on a host that has nothing but
# the boot network; then the line for another machine, which says that it would boot.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=compose/lib/machine.sh
. "$SRC/compose/lib/machine.sh"
need xorriso
need_nobody
installer=$(machine_installer amd64)
for file in /usr/lib/ipxe/ipxe.efi /usr/lib/ipxe/undionly.kpxe "$installer/debian-installer/amd64/linux"; do
	[ -r "$file" ] || {
		skip "$(basename "$0"): no $file here (packages ipxe, debian-installer-*-netboot-amd64)"
		exit 0
	}
done

# by_hand N: the N-th block of commands after "By hand"
by_hand() {
	awk -v want="$1" '/^By hand/ { on = 1 } /^## / { on = 0 } on && /^```$/ { inside = 0 } inside { print } on && /^```sh$/ { inside = ++n == want }' "$SRC/README.md"
}
by_hand 1 >"$T/server"
by_hand 2 >"$T/other"
check 'the commands are in the README' test "$(grep -c . "$T/server")" -gt 8 -a "$(grep -c . "$T/other")" -eq 1

# What such a host has: the tools in its PATH, an image, an interface.
mkdir "$T/bin" "$T/srv" "$T/var" "$T/work" && chmod 755 "$T/srv" "$T/var"
for tool in dhcpd-pxe dhcpd6-pxe tftpd-lite httpd-boot isoextract pxeprobe; do ln -s "$BIN/$tool/$tool" "$T/bin/"; done
ln -s "$SRC/compose/pxe-menu" "$T/bin/"
mount -t tmpfs none /usr/local/share && mkdir /usr/local/share/pxe-tools &&
	ln -s "$SRC/isoextract/profiles" /usr/local/share/pxe-tools/ || exit 1
mount --bind "$T/srv" /srv && mount --bind "$T/var" /var/lib || exit 1
mkdir -p "$T/tree/debian-installer/amd64" "$T/tree/.disk"
cp "$installer/debian-installer/amd64/linux" "$T/tree/debian-installer/amd64/linux"
echo initrd | gzip >"$T/tree/debian-installer/amd64/initrd.gz"
echo 'Debian test' >"$T/tree/.disk/info"
xorriso -as mkisofs -quiet -R -o "$T/work/debian.iso" "$T/tree" 2>/dev/null
ip netns add other && ip link add eth1 type veth peer name eth0 netns other &&
	ip -n other link set lo up && ip -n other link set eth0 up || exit 1

cd "$T/work" || exit 1
PATH=$T/bin:$PATH
echo wait >>"$T/server"
start server sh -e "$T/server"
for daemon in tftpd-lite httpd-boot dhcpd-pxe; do ready server "^$daemon: ready"; done
check 'another machine says that it would boot' ip netns exec other sh -e "$T/other"
cp "$T/out" "$T/verdicts"
for persona in bios efi-x64 http-x64; do
	check "$persona: with the image's kernel" grep -q "^verdict persona=$persona .*boots=yes" "$T/verdicts"
done
check_not 'without a word of complaint' grep -E '^(isoextract|pxe-menu): |warning|cannot' "$T/server.log"
# shellcheck disable=SC2154 # pid_server comes from start
pkill -P "$pid_server" # its daemons
finish
