#!/bin/sh
# UEFI x64, HTTPS Boot: pxe-up -T with stunnel, whose CA the firmware is given by fw_cfg;
# then ipxe.efi and the menu.  A machine that was given another CA boots nothing.
# shellcheck source=tests/firmware/lab.sh
. "$(dirname "$0")/lab.sh"

lab https-x64
need stunnel4 openssl
installer amd64
up -T "$T/deb.iso"
machine_cacerts=$T/state/tls/cacerts.bin
boots 'UEFI x64, HTTPS Boot: ipxe.efi over TLS, then boot.ipxe' https-x64
served 'the firmware asked for ipxe.efi behind stunnel, with its own address' '^httpd-boot: 10\.77\.0\.[0-9]+:[0-9]+ get "/ipxe\.efi" 200'
check 'by https' grep -qx 'boot client=http arch=efi-x64 file=https://{server}/ipxe.efi' "$T/state/rules"
unserved 'nothing came over TFTP' '^tftpd-lite: .*(ipxe|linux|initrd)'

"$SRC/compose/pxe-ca" -q "$T/other" 10.77.0.1
# shellcheck disable=SC2034 # for machine_start
machine_cacerts=$T/other/cacerts.bin
fetched=$(grep -c '^httpd-boot: ' "$T/pxe_up.log")
shows 'a machine with another CA gets nothing' https-x64 512 $BOOT_SECONDS 'Could not retrieve NBP file size'
check 'and asked for nothing' test "$fetched" = "$(grep -c '^httpd-boot: ' "$T/pxe_up.log")"
finish
