#!/bin/sh
# HTTP servers that are wrong for UEFI HTTP Boot: each fault has its name.
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
lan
host c
tree

u=http://10.77.0.1
wrong 60=HTTPClient file=$u/ipxe.efi nohttp=1
fault http-no-answer -k http-x64 -t 2
wrong 60=HTTPClient file=$u/nothere.efi http=good
fault http-status -k http-x64 -t 2
wrong 60=HTTPClient file=$u/ipxe.efi http=status
fault http-status -k http-x64 -t 2
wrong 60=HTTPClient file=$u/ipxe.efi http=redirect
fault http-redirect -k http-x64 -t 2
wrong 60=HTTPClient file=$u/ipxe.efi http=1.0
fault http-1.0 -k http-x64 -t 2
wrong 60=HTTPClient file=$u/ipxe.efi http=nolength
fault http-no-length -k http-x64 -t 2
cp "$T/tftp/ipxe.efi" "$T/tftp/BOOTX64.EFI"
wrong 60=HTTPClient file=$u/BOOTX64.EFI http=good
fault http-type -k http-x64 -t 2
wrong 60=HTTPClient file=$u/shimx64.efi http=good
fault grub-no-network -k http-x64 -t 2
wrong 60=HTTPClient file=$u/shimx64.efi http=chunked
fault http-chunked -k http-x64 -t 2
finish
