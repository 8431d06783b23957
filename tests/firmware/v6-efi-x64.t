#!/bin/sh
# UEFI x64 over IPv6, by dhcpd6-pxe, tftpd-lite and httpd-boot alone: PXE, then HTTP
# Boot; each loads iPXE, which asks again and fetches its script and the kernel.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"

lab efi-x64-v6
installer amd64
[ -r /usr/lib/ipxe/snponly.efi ] || {
	skip "$(basename "$0"): no package ipxe here"
	exit 0
}
ip addr add fd00:77::1/64 dev br0 nodad
mkdir -p "$T/www" "$T/pxe_up"
cp /usr/lib/ipxe/snponly.efi "$T/www/ipxe.efi"
cp "$T/tree/debian-installer/amd64/linux" "$T/tree/debian-installer/amd64/initrd.gz" "$T/www"
cat >"$T/www/boot.ipxe" <<'END'
#!ipxe
kernel http://[fd00:77::1]/linux initrd=initrd.gz console=ttyS0 from=pxe-up
initrd http://[fd00:77::1]/initrd.gz
boot
END
chmod -R a+rX "$T/www"
start tftpd "$BIN/tftpd-lite/tftpd-lite" -v -l '[fd00:77::1]:69' "$T/www"
start httpd "$BIN/httpd-boot/httpd-boot" -v -l '[fd00:77::1]:80' "$T/www"
start pxe_up "$BIN/dhcpd6-pxe/dhcpd6-pxe" -u root -v -i br0 -l "$T/leases" \
	-e "subnet fd00:77::/64 range=fd00:77::1000-fd00:77::1fff lease=10m ${mode:=}" -e 'ra prefix=fd00:77::/64' \
	-e 'boot client=ipxe file=http://{server}/boot.ipxe' -e 'boot client=http file=http://{server}/ipxe.efi' \
	-e 'boot client=pxe arch=efi-x64 file=ipxe.efi'
ready pxe_up 'ready: br0'
ready tftpd ready
ready httpd ready
boots 'UEFI x64, PXE over IPv6: iPXE, its script, the kernel' efi-x64-v6
check 'iPXE came over TFTP' grep -q 'ipxe\.efi' "$T/tftpd.log"
served 'firmware was told so by its class' '^dhcpd6-pxe: boot mac=52:54:00:12:34:56 arch=efi-x64 client=pxe rule=.* file=tftp://\[fd00:77::1\]/ipxe\.efi'
served 'and iPXE by its own' '^dhcpd6-pxe: boot .*client=ipxe .*file=http://\[fd00:77::1\]/boot\.ipxe'
served 'what it gave back was taken' '^dhcpd6-pxe: 52:54:00:12:34:56 release '
boots 'UEFI x64, HTTP Boot over IPv6' http-x64-v6
check 'iPXE came over HTTP' grep -q 'ipxe\.efi' "$T/httpd.log"
served 'firmware was told so by its class' '^dhcpd6-pxe: boot mac=52:54:00:12:34:56 arch=efi-x64 client=http .*file=http://\[fd00:77::1\]/ipxe\.efi'
finish
