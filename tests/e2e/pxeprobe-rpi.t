#!/bin/sh
# pxeprobe as a Raspberry Pi: the words in option 43 count, no boot file's name.
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
lan
host c
mkdir -p "$T/tftp/33445566"
head -c 300000 /dev/zero >"$T/tftp/start4.elf"
echo 'arm_64bit=1' >"$T/tftp/config.txt"
head -c 5000 /dev/zero >"$T/tftp/kernel8.img"
chmod -R a+rX "$T/tftp"
serial='-U 52506934-1430-0000-a1b2-c3d433445566'

printf 'subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.99\nboot arch=rpi file=start4.elf\n' >"$T/rules"
start dhcpd "$BIN/dhcpd-pxe/dhcpd-pxe" -i br0 -f "$T/rules" -l "$T/pi-leases"
ready dhcpd 'ready'
start tftpd "$BIN/tftpd-lite/tftpd-lite" "$T/tftp"
ready tftpd 'ready'
# shellcheck disable=SC2086 # -U and its value
boots 'with our own servers' -k rpi $serial
check 'its own directory is asked first' reported 'what=bootfile .*file=.*33445566/start4.elf .*error="not found"'
check 'then the root' reported 'what=bootfile .*file=.*10.77.0.1/start4.elf bytes=300000'
check 'and its configuration' reported 'what=look .*config.txt bytes='
cp "$T/tftp/start4.elf" "$T/tftp/33445566/start.elf"
# shellcheck disable=SC2086
unknown 'a directory of its own, without a kernel' 'no kernel is where it looks' -k rpi $serial
head -c 5000 /dev/zero >"$T/tftp/33445566/mine.img"
printf 'arm_64bit=1\r\nkernel=mine.img\r\n' >"$T/tftp/33445566/config.txt"
# shellcheck disable=SC2086
boots 'a directory of its own' -k rpi $serial
check 'is enough' reported '^verdict .*33445566/start.elf arrives whole'
rm "$T/tftp/start4.elf" "$T/tftp/33445566/start.elf"
fault bootfile-not-found -k rpi
stop dhcpd
stop tftpd

echo x >"$T/tftp/bootcode.bin"
dns --pxe-service='0,Raspberry Pi Boot   ' --log-dhcp
boots 'dnsmasq: a menu entry with blanks behind it' -k rpi
check 'no option 60 in the REQUEST' test "$(grep -c 'vendor class: PXEClient:Arch:00000:UNDI:002001' "$T/dns.log")" -eq "$(grep -c DHCPDISCOVER "$T/dns.log")"
dns --dhcp-option=43,'Raspberry Pi Boot'
boots 'dnsmasq: the words alone' -k rpi
dns --dhcp-boot=start4.elf
fault no-boot-info -k rpi
check 'and what is missing' reported 'Raspberry Pi Boot'
says 1 'no storm of machines that do not boot' 'no-boot-info' on c "$PXEPROBE" -i eth0 -k rpi -n 2
finish
