#!/bin/sh
# UEFI x64, HTTP Boot: Debian's signed shim, which fetches a GRUB over HTTP,
# which fetches its menu, kernel and initrd over HTTP.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"

lab http-x64
SHIM=/usr/lib/shim/shimx64.efi.signed
# shellcheck disable=SC2015 # skipped unless both are there
[ -r "$SHIM" ] && [ -r /usr/lib/grub/x86_64-efi/http.mod ] || {
	skip "$(basename "$0"): no $SHIM or no GRUB modules here"
	exit 0
}
need grub-mkimage
installer amd64
up -e 'boot client=http arch=efi-x64 file=http://{server}/shimx64.efi.signed' "$T/deb.iso"

# Debian's signed GRUB has no network after HTTP Boot: one that asks for itself.
cat >"$T/embedded.cfg" <<'CFG'
net_bootp
set root=http,10.77.0.1
set prefix=(http,10.77.0.1)/grub
configfile (http,10.77.0.1)/grub/grub.cfg
CFG
cp "$SHIM" "$T/state/www/"
grub-mkimage -O x86_64-efi -p /grub -c "$T/embedded.cfg" -o "$T/state/www/grubx64.efi" \
	efinet http net normal configfile linux echo test serial terminal sleep minicmd reboot boot all_video || exit 1
chmod 644 "$T/state/www"/*.efi "$T/state/www/shimx64.efi.signed"

boots 'UEFI x64, HTTP Boot: shim, GRUB, kernel and initrd, all over HTTP' http-x64 'BOOT_IMAGE='
served 'the firmware asked for the size of shim first' '^httpd-boot: .*head "/shimx64.efi.signed" 200'
served 'and took it by its type, the suffix says nothing' '^httpd-boot: .*get "/shimx64.efi.signed" 200'
served 'shim fetched GRUB' '^httpd-boot: .*get "/.*grubx64\.efi" 200'
served 'GRUB its menu' '^httpd-boot: .*get "/grub/grub\.cfg" 200'
served 'and the initrd' '^httpd-boot: .*get "/deb/.*initrd\.gz" 20[06]'
unserved 'nothing came over TFTP' '^tftpd-lite: .*(shim|grub|linux|initrd)'
finish
