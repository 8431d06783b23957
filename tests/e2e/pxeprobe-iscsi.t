#!/bin/sh
# iSCSI disks: of a root path alone, hooked in before a boot file, in a script; and what is wrong
# with them.  The target is Debian's tgt.
# shellcheck disable=SC2119,SC2154 # hpa needs no arguments; pid_tgtd is of lib.sh
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
. "$SRC/tests/e2e/pxeprobe-servers.sh"
need dhcpd tgtd tgtadm in.tftpd
lan
host c
tree
iqn=iqn.2026-01.example:disk1
tgt() { tgtadm --lld iscsi "$@" >"$T/out" 2>&1 || { sed 's/^/# /' "$T/out" && not_ok "tgtadm $*"; }; }
truncate -s 8M "$T/disk1" && cp "$T/disk1" "$T/disk2"
printf '\125\252' | dd of="$T/disk1" bs=1 seek=510 conv=notrunc 2>"$T/out"
start tgtd tgtd -f --iscsi portal=10.77.0.1:3260
wait_for 10 tgtadm --lld iscsi --op show --mode sys
tgt --op new --mode target --tid 1 -T $iqn
tgt --op new --mode logicalunit --tid 1 --lun 1 -b "$T/disk1"
tgt --op new --mode logicalunit --tid 1 --lun 2 -b "$T/disk2"
tgt --op bind --mode target --tid 1 -I ALL
hpa
root() { isc "next-server 10.77.0.1; option root-path \"iscsi:$1\"; ${2:-}"; }
script() { cat >"$T/new" && chmod a+r "$T/new" && mv "$T/new" "$T/tftp/boot.ipxe"; }

root "10.77.0.1:::1:$iqn"
unknown 'a root path and no boot file: the disk is there' "boots from a disk: iscsi:10.77.0.1:::1:$iqn is there; what is on it" -k ipxe
check 'its size, and that it was looked at' reported '^step .*what=disk from=10.77.0.1 .*lun=1 size=8388608'
root "10.77.0.1::3260:0001-0000-0000-0000:$iqn"
unknown 'the LUN in full, the port named' 'is there; what is on it' -k ipxe
root "10.77.0.1:::2:$iqn"
unknown 'an empty disk' 'its first block is no boot sector' -k ipxe
# What tgt calls LUN 0 is its controller.
root "10.77.0.1::::$iqn"
fault iscsi-no-lun -k ipxe
check 'LUN 0, because none is named' reported 'iscsi-no-lun .*its LUN 0 is no disk'
root "10.77.0.1:::7:$iqn"
fault iscsi-no-lun -k ipxe
check 'a LUN that is not there' reported 'iscsi-no-lun .*(no LUN 7|LUN 7 is no disk)'
root "10.77.0.1:::1:$iqn.other"
fault iscsi-no-lun -k ipxe
check 'a target that is not there' reported "iscsi-no-lun .*there is no target $iqn.other"
root "//10.77.0.1/$iqn"
fault iscsi-no-lun -k ipxe
check 'a root path of another form' reported 'iscsi-no-lun .*has not the form'
root "10.77.0.1::3261:1:$iqn"
fault iscsi-no-lun -k ipxe
check 'a port where nobody listens' reported 'iscsi-no-lun .*port 3261: Connection refused'
root "10.77.0.77:::1:$iqn"
fault iscsi-no-lun -k ipxe -t 2
check 'a server that is not there' reported 'iscsi-no-lun .*ARP for 10.77.0.77'

# With a boot file: the disk comes first.  Other firmware, and a root path of NFS, are not concerned.
root "10.77.0.1:::1:$iqn" 'filename "boot.ipxe";'
boots 'a disk and a script' -k ipxe
check 'the disk first' sh -c "grep -n 'what=disk' '$T/report' | grep -q . && sed '/what=disk/q' '$T/report' | grep -c 'what=bootfile' | grep -qx 0"
root "10.77.0.1:::7:$iqn" 'filename "boot.ipxe";'
fault iscsi-no-lun -k ipxe
isc "next-server 10.77.0.1; option root-path \"iscsi:10.77.0.1:::7:$iqn\"; filename \"pxelinux.0\";"
boots 'a BIOS ROM does not read it' -k bios
isc 'next-server 10.77.0.1; option root-path "10.77.0.1:/srv/nfs"; filename "boot.ipxe";'
boots 'the root path of NFS' -k ipxe

# In scripts.
isc 'next-server 10.77.0.1; filename "boot.ipxe";'
printf '#!ipxe\nsanboot iscsi:10.77.0.1:::1:%s\n' $iqn | script
unknown 'sanboot' 'line 2 boots from a disk' -k ipxe
printf '#!ipxe\nsanboot iscsi:10.77.0.1:::9:%s\n' $iqn | script
fault iscsi-no-lun -k ipxe
printf '#!ipxe\nsanboot iscsi:10.77.0.1:::9:%s ||\nsanhook --drive 0x80 iscsi:10.77.0.1:::1:%s\nkernel linux initrd=initrd.gz\ninitrd initrd.gz\nboot\n' $iqn $iqn | script
boots 'sanboot that fails and is caught, sanhook and a kernel' -k ipxe
check 'the failure is a warning' reported 'name=iscsi-no-lun severity=warning'

# Who may not, and who must say a password.
tgt --op unbind --mode target --tid 1 -I ALL
tgt --op bind --mode target --tid 1 -I 10.77.0.200
fault iscsi-no-lun -k ipxe
printf '#!ipxe\nsanboot iscsi:10.77.0.1:::1:%s\n' $iqn | script
fault iscsi-no-lun -k ipxe
tgt --op bind --mode target --tid 1 -I ALL
tgt --op new --mode account --user someone --password verysecret12
tgt --op bind --mode account --tid 1 --user someone
unknown 'a target with a password' 'wants a name and a password' -k ipxe
# It stays as long as it has a target.
kill -KILL "$pid_tgtd"
finish
