#!/bin/sh
# What pxeprobe says: the right cause in the right words, to the end and no further.
# shellcheck disable=SC2016,SC2154 # settings of iPXE; user is of lib.sh
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
. "$SRC/tests/e2e/pxeprobe-servers.sh"
need dhcpd
lan
host c
host a 10.77.0.2/24
tree
script() { cat >"$T/new" && chmod a+r "$T/new" && mv "$T/new" "$T/tftp/boot.ipxe"; }
start tftpd "$BIN/tftpd-lite/tftpd-lite" "$T/tftp"
ready tftpd ready

# ${next-server} behind a proxy is the DHCP server's, where that names one: dnsmasq itself does.
: >"$T/leases"
start far ip netns exec a dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/leases" \
	--dhcp-range=10.77.0.50,10.77.0.99
ready far 'DHCP, IP range'
start proxy "$BIN/dhcpd-pxe/dhcpd-pxe" -u "$user" -i br0 -e 'subnet 10.77.0.0/24 proxy' -e 'boot file=boot.ipxe'
ready proxy 'ready: br0'
printf '#!ipxe\nkernel tftp://${next-server}/linux initrd=initrd.gz\ninitrd tftp://${next-server}/initrd.gz\nboot\n' | script
fault tftp-no-answer -k ipxe -t 2
check "next-server is the DHCP server's, not the proxy's" reported 'tftp-no-answer .*tftp://10.77.0.2/linux'
printf '#!ipxe\nset s ${proxydhcp/next-server}\nkernel tftp://${s}/linux initrd=initrd.gz\ninitrd tftp://${s}/initrd.gz\nboot\n' | script
boots "the proxy's has a name of its own" -k ipxe
stop far
printf '#!ipxe\nkernel tftp://${next-server}/linux initrd=initrd.gz\ninitrd tftp://${next-server}/initrd.gz\nboot\n' | script
: >"$T/far.leases"
echo 'ping-check false; subnet 10.77.0.0 netmask 255.255.255.0 { range 10.77.0.50 10.77.0.99; }' >"$T/far.conf"
start far ip netns exec a dhcpd -f -d -4 -cf "$T/far.conf" -lf "$T/far.leases" -pf "$T/far.pid" eth0
ready far 'Sending on'
boots "and where the DHCP server names none, the proxy's counts" -k ipxe
stop far
stop proxy

# autoexec.ipxe of newer iPXE on EFI: at the root, wherever the program was, and before its own DHCP.
mkdir "$T/tftp/ip"
{
	cat "$T/tftp/ipxe.efi"
	printf 'autoexec.ipxe\0'
} >"$T/tftp/ip/newer.efi"
chmod -R a+rX "$T/tftp/ip"
autoexec() { cat >"$T/new" && chmod a+r "$T/new" && mv "$T/new" "$T/tftp/autoexec.ipxe"; }
isc 'next-server 10.77.0.1; if exists user-class { filename "boot.ipxe"; } else { filename "ip/newer.efi"; }'
printf '#!ipxe\nkernel linux initrd=initrd.gz\ninitrd initrd.gz\nboot\n' | script
boots 'iPXE without autoexec.ipxe' -k efi-x64
check 'has looked for it' reported 'what=look .*tftp://10.77.0.1/autoexec.ipxe error="not found"'
printf '#!ipxe\ndhcp\nkernel linux initrd=initrd.gz\ninitrd initrd.gz\nboot\n' | autoexec
boots 'iPXE with autoexec.ipxe' -k efi-x64
check_not 'runs nothing else' reported 'tftp://10.77.0.1/boot.ipxe'
check 'with an address that it has asked for itself' test "$(grep -c 'what=ack' "$T/report")" -eq 2
printf '#!ipxe\nkernel linux initrd=initrd.gz\nboot\n' | autoexec
fault script-error -k efi-x64
check 'before that it can load nothing' reported 'before it has an address; it must say .*dhcp'
rm "$T/tftp/autoexec.ipxe"
stop isc

# Options 66 and 67, and no siaddr: nobody is to be told to start a TFTP server where none was meant.
stop tftpd
ip addr add 10.77.0.9/24 dev br0
start tftpd hold udp:10.77.0.9:69 -- "$BIN/tftpd-lite/tftpd-lite" "$T/tftp"
isc 'option tftp-server-name "10.77.0.9"; option bootfile-name "ipxe.efi";'
for persona in bios efi-x64 ipxe; do
	fault siaddr-zero -k $persona -t 2
	check "and the verdict says so ($persona)" reported '^verdict .*text="the header.s next server address'
	check "what to do is to set next-server ($persona)" reported 'name=siaddr-zero severity=error .*fix="set next-server'
done
isc 'next-server 10.77.0.9; filename "shimx64.efi";'
rm "$T/tftp/grubx64.efi"
fault loader-missing -k efi-x64
check 'what shim lacks is no boot file' reported 'loader-missing .*text="a file that the boot loader needs'
isc 'next-server 10.77.0.9; if exists user-class { filename "boot.ipxe"; } else { filename "undionly.kpxe"; }'
printf '#!ipxe\n:again\nsleep 1\nkernel nothere || goto again\n' | script
probe -k bios -t 2
check_not 'a script that goes round is no iPXE loop' reported 'ipxe-loop'
printf '#!ipxe\ngoto nowhere\n' | script
fault script-error -k bios
check_not 'nor is one that fails' reported 'ipxe-loop'

# Seen from outside: the same script three times in a row is no iPXE that is sent iPXE.
printf '#!ipxe\nkernel nothere\nboot\n' | script
start watch "$PXEPROBE" -w -i br0
ready watch 'watching interface'
for _ in 1 2 3 4; do probe -k ipxe -t 2; done
stop watch
check_not 'a script that fails again and again, watched' grep -q 'ipxe-loop' "$T/watch.log"
stop tftpd
stop isc

# Writing that turns round what is read, in every kind of output.
turned=$(printf '\342\200\256')
dns --dhcp-boot="a${turned}b"
probe -k bios -t 2 -d "$T/turned.svg" -o "$T/turned.pcapng"
cp "$T/report" "$T/turned.facts"
probe -k bios -t 2 -j
cp "$T/report" "$T/turned.json"
probe -k bios -t 2 -d -
cp "$T/report" "$T/turned.text"
for output in facts json text svg; do
	check_not "no writing from right to left ($output)" grep -q "$turned" "$T/turned.$output"
done
check 'which JSON has as a number' grep -q 'a\\u202eb' "$T/turned.json"
stop dns

# A file without an end is given up at 12 times -t.
start drip python3 "$SRC/tests/e2e/pxeprobe-drip.py" 10.77.0.1
ready drip '^ready'
isc 'next-server 10.77.0.1; if exists user-class { filename "http://10.77.0.1/drip"; } else { filename "drip.0"; }'
probe -k bios,ipxe -t 1
check 'one that drips over TFTP' reported '^fault name=tftp-no-answer severity=error persona=bios .*no end in sight'
check 'one that drips over HTTP' reported '^fault name=http-no-answer severity=error persona=ipxe .*no end in sight'
check 'when -t says so' sh -c "grep -q 'what=bootfile .* ms=1[23][0-9][0-9][0-9] .*drip.0' '$T/report'"
isc 'next-server 10.77.0.1; filename "endless.0";'
probe -k bios -t 1
check 'one that only never ends' reported '^fault name=tftp-no-answer severity=error .*no end in sight'
finish
