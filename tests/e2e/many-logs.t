#!/bin/sh
# A syslog relay keeps what the daemons say apart by machine (compose/many/rsyslog.conf).
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/pxeprobe.sh
. "$SRC/tests/e2e/pxeprobe.sh"
need rsyslogd logger
modules=$(for d in "$SRC"/build/peers/root/usr/lib/*/rsyslog /usr/lib/*/rsyslog /usr/lib64/rsyslog; do [ -d "$d" ] && printf '%s\n' "$d" && break; done)
lan
host c
tree
printf '#!ipxe\nkernel linux initrd=initrd.gz\ninitrd initrd.gz\nboot\n' >"$T/tftp/boot.ipxe"
start dhcp "$BIN/dhcpd-pxe/dhcpd-pxe" -u root -i br0 -l "$T/leases" -x "cat >>$T/events" -e 'subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.90 probe=off' \
	-e 'boot client=ipxe file=http://{server}/boot.ipxe' -e 'boot arch=bios file=undionly.kpxe'
start tftp hold udp:10.77.0.1:69 -- "$BIN/tftpd-lite/tftpd-lite" -u "$user" -v "$T/tftp"
start web hold tcp:10.77.0.1:80 -- "$BIN/httpd-boot/httpd-boot" -u "$user" -v "$T/tftp"
for each in dhcp tftp web; do ready $each ready: || { finish; }; done
for n in 1 2; do boots "machine $n boots" -k bios -m 02:50:58:00:00:0$n; done
for each in dhcp tftp web; do stop $each; done

mkdir "$T/machines"
{
	printf 'module(load="imuxsock" SysSock.Use="off")\ninput(type="imuxsock" Socket="%s")\n' "$T/syslog"
	sed "s|@DIR@|$T/machines|" "$SRC/compose/many/rsyslog.conf"
} >"$T/rsyslog.conf"
check 'rsyslogd takes the file' rsyslogd -N1 -f "$T/rsyslog.conf" -M "$modules" 2>/dev/null
start relay rsyslogd -n -i "$T/relay.pid" -f "$T/rsyslog.conf" -M "$modules"
wait_for 30 test -S "$T/syslog"
says() { sed "s/^$1: //" | logger -u "$T/syslog" -t "$1"; }
says dhcpd-pxe <"$T/dhcp.log"
says dhcpd-pxe <"$T/events"
says tftpd-lite <"$T/tftp.log"
says httpd-boot <"$T/web.log"
echo 'boot mac=02:50:58:00:00:03 arch=bios file="../../x mac=02:50:58:00:00:04 "' | says dhcpd-pxe
echo 'something of 10.77.0.99 mac=02:50:58:00:00:09' | says other
echo 'get mac=../../../x ip=10.77.0.1/../x' | says httpd-boot
echo 'boot mac=02:50:58:00:00:05 the last' | says dhcpd-pxe
check 'all of it has come' wait_for 30 grep -qs 'the last' "$T/machines/02:50:58:00:00:05.log"
for n in 1 2; do
	mac=02:50:58:00:00:0$n
	log=$T/machines/$mac.log
	ip=$(sed -n 's/.*lease mac=.* ip=\([0-9.]*\) .*/\1/p' "$log" | head -n 1)
	check "machine $n: what it was told to boot" grep -q "boot mac=$mac arch=bios client=pxe .*undionly.kpxe" "$log"
	check "machine $n: nothing of the other" test "$(grep -c "mac=$mac" "$log")" -eq "$(wc -l <"$log")"
	check "machine $n: its address" grep -q "lease mac=$mac " "$T/machines/$ip.log"
	check "machine $n: what it loaded over TFTP" grep -q 'tftpd-lite: .*undionly.kpxe' "$T/machines/$ip.log"
	check "machine $n: what it loaded over HTTP" grep -q 'httpd-boot: .*initrd.gz' "$T/machines/$ip.log"
done
check 'what a client sends names no file' test ! -e "$T/machines/02:50:58:00:00:04.log"
names() { find "$T" -name '*.log' -path '*machines*' | sed 's|.*/||' | grep -cvE '^(([0-9a-f]{2}:){5}[0-9a-f]{2}|10\.77\.0\.[5-9][0-9])\.log$'; }
check 'nor does another program' test "$(names)" -eq 0 -a ! -e "$T/machines/10.77.0.99.log"
stop relay
finish
