#!/bin/sh
# Firmware over IPv6: networks that boot it (dnsmasq as router, DHCPv6 and TFTP server,
# httpd-boot), and each fault, by a real server that is set up wrongly or, where none can
# be, a small one of our own.
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
lan
host c
tree
ip -6 addr add fd00:77::1/64 dev br0 nodad 2>/dev/null || {
	skip 'no IPv6 here'
	exit 0
}
printf '#!ipxe\nkernel http://[fd00:77::1]/linux initrd=initrd.gz\ninitrd http://[fd00:77::1]/initrd.gz\nboot\n' >"$T/tftp/six.ipxe"
printf '#!ipxe\nkernel linux initrd=initrd.gz\ninitrd initrd.gz\nboot\n' >"$T/tftp/beside.ipxe"
chmod a+r "$T/tftp"/*.ipxe
start tftp hold 'udp:[::]:69' -- "$BIN/tftpd-lite/tftpd-lite" "$T/tftp"
start web hold 'tcp:[::]:80' -- "$BIN/httpd-boot/httpd-boot" "$T/tftp"
SIX='tftp://[fd00:77::1]'

# dns6 ARGS...: dnsmasq for IPv6; six KEY=VALUE...: the small server.
dns6() {
	stop dns
	: >"$T/leases"
	start dns dnsmasq -d -p "${port53:-0}" --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/leases" --log-dhcp \
		--dhcp-vendorclass=set:pxe,enterprise:343,PXEClient --dhcp-vendorclass=set:http,enterprise:343,HTTPClient \
		--dhcp-userclass=set:ipxe,iPXE "$@"
	ready dns 'DHCPv6'
}
six() {
	stop dns
	stop six
	start six python3 "$SRC/tests/e2e/pxeprobe-dhcp6.py" br0 "$@"
	ready six ready
}
# fault FAULT NAME ARGS...: an error; warning: the same as one.
finds() {
	finds_severity=$1 finds_fault=$2 finds_name=$3
	shift 3
	probe "$@"
	if reported "^fault name=$finds_fault severity=$finds_severity"; then ok "$finds_name"; else
		show
		not_ok "$finds_name"
	fi
}
fault() { finds error "$@"; }
warning() { finds warning "$@"; }

range=--dhcp-range=fd00:77::100,fd00:77::1ff,64,1h
dns6 --enable-ra $range "--dhcp-option=tag:ipxe,option6:59,http://[fd00:77::1]/six.ipxe" \
	"--dhcp-option=tag:pxe,tag:!ipxe,option6:59,$SIX/ipxe.efi"
boots 'UEFI PXE: ipxe.efi over TFTP, a second round, a script and a kernel over HTTP' -k efi-x64-v6
check 'the IP stack asked first, and did not say that it boots' reported 'what=solicit by=stack$'
check 'its lease was given back before the file' reported 'n=[0-8] what=release .*answered=1'
check 'the file came over TFTP, by the address in brackets' \
	reported 'what=bootfile from=fd00:77::1 .*file=tftp://\[fd00:77::1\]/ipxe.efi bytes=[0-9]{6} .*window 4'
check 'iPXE asked again as iPXE' reported 'what=solicit by=boot .*user-class=iPXE'
check 'the kernel came over HTTP' reported 'what=kernel .*file=http://\[fd00:77::1\]/linux bytes=700000 .*200"'
check_not 'nothing is left leased' grep -q 'fd00:' "$T/leases"
boots 'iPXE in the card' -k ipxe-v6
check 'which does not ask twice' test "$(grep -c what=solicit "$T/report")" -eq 1
check_not 'an arm64 machine is not sent x64 code' probe -k efi-arm64-v6
check 'and that is said' reported 'name=wrong-machine severity=error'
check_rc 2 'a relay agent is played of IPv4 alone' on c "$PXEPROBE" -i eth0 -k efi-x64-v6 -g
said 'and that is said' '-g: '

# shim and GRUB by the directory of the URL
dns6 --enable-ra $range "--dhcp-option=tag:pxe,option6:59,$SIX/shimx64.efi"
boots 'shim, GRUB and its menu over TFTP' -k efi-x64-v6
check 'GRUB came from beside shim' reported 'what=second .*tftp://\[fd00:77::1\]/.*grubx64.efi'

# a name, and a DNS server that knows its address
port53=53
dns6 --enable-ra $range --address=/boot.example/fd00:77::1 '--dhcp-option=option6:dns-server,[fd00:77::1]' \
	'--dhcp-option=tag:pxe,option6:59,tftp://boot.example/shimx64.efi'
boots 'a name that the DNS server of the lease knows' -k efi-x64-v6
port53=0
dns6 --enable-ra $range '--dhcp-option=tag:pxe,option6:59,tftp://boot.example/shimx64.efi'
fault uri-needs-dns 'a name without a DNS server' -k efi-x64-v6 -t 4

# beside dnsmasq as a router and server that knows nothing of booting
stop dns
host r
ip -n r -6 addr add fd00:77::2/64 dev eth0 nodad
start router on r dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/leases" --enable-ra $range
ready router 'DHCPv6'
start ours "$BIN/dhcpd6-pxe/dhcpd6-pxe" -u "$user" -i br0 -l "$T/leases6" -e 'subnet fd00:77::/64 netboot range=fd00:77::5000-fd00:77::50ff' \
	-e 'boot client=ipxe file=http://{server}/beside.ipxe' -e 'boot client=http file=http://{server}/ipxe.efi' \
	-e 'boot client=pxe arch=efi-x64 file=shimx64.efi' -e 'boot client=pxe arch=efi-arm64 file=missing.efi'
ready ours ready
probe -k efi-x64-v6,http-x64-v6,efi-arm64-v6
check 'dhcpd6-pxe beside another server: UEFI PXE, shim and GRUB' reported '^verdict persona=efi-x64-v6 boots=yes'
check 'HTTP Boot has its file over HTTP' reported 'http-x64-v6 .*what=bootfile .*file=http://\[fd00:77::1\]/ipxe.efi bytes=[0-9]{6}'
check 'a file that is not there' reported '^fault name=bootfile-not-found severity=error persona=efi-arm64-v6'
check_not 'every lease was given back as it was taken' grep 'no such lease' "$T/ours.log"
stop ours
stop router

# HTTP Boot: the class in the reply
dns6_http="--dhcp-option=tag:http,option6:59,http://[fd00:77::1]/ipxe.efi"
dns6 --enable-ra $range "$dns6_http"
fault class16-missing 'no class in the reply' -k http-x64-v6 -t 4
check 'so it does not boot' reported '^verdict .*boots=no'

# no router
dns6 $range "--dhcp-option=tag:pxe,option6:59,$SIX/shimx64.efi"
warning no-ra 'no router: UEFI boots on its own link all the same' -k efi-x64-v6
check 'the verdict is yes' reported '^verdict .*boots=yes'
fault no-ra 'no router: iPXE does not' -k ipxe-v6

# stateless: addresses by SLAAC, the rest by DHCPv6
dns6 --enable-ra --dhcp-range=fd00:77::,ra-stateless "--dhcp-option=option6:59,http://[fd00:77::1]/six.ipxe"
fault ra-stateless 'M=0: firmware wants an address from DHCPv6' -k efi-x64-v6 -t 4
boots 'M=0 O=1: iPXE makes its own, and asks for information' -k ipxe-v6
check 'INFORMATION-REQUEST' reported 'what=information-request '

# nothing left in the range: the IP stack has the one address
dns6 --enable-ra --dhcp-range=fd00:77::100,fd00:77::100,64,1h "--dhcp-option=tag:pxe,option6:59,$SIX/shimx64.efi"
fault no-address 'an answer without an address' -k efi-x64-v6 -t 4
dns6 --enable-ra $range
fault no-boot-info 'a server that knows nothing of booting' -k efi-x64-v6 -t 4

# what EDK2 chokes on
dns6 --enable-ra $range "--dhcp-option=tag:pxe,option6:59,$SIX/shimx64.efi" \
	--dhcp-option=tag:pxe,option6:60,00:05:68:65:6c:6c:6f
fault option60-in-reply 'parameters in the reply' -k efi-x64-v6 -t 4
dns6 --enable-ra $range "--dhcp-option=tag:pxe,option6:59,http://[fd00:77::1]/shimx64.efi"
fault uri-unfit 'an http URL to PXE' -k efi-x64-v6 -t 4

# what no server at hand does
six ra=MOL/fd00:77:: addr=fd00:77::500 "pxe=$SIX/shimx64.efi" nul=yes
warning url-nul 'a NUL behind the URL' -k efi-x64-v6
six ra=MOL/fd00:77:: addr=fd00:77::500 "pxe=$SIX/shimx64.efi" release=no
warning release-unanswered 'RELEASE is not answered' -k efi-x64-v6 -t 4
check 'it was repeated' test "$(grep -c 'got 8 ' "$T/six.log")" -ge 4
check 'and it boots all the same' reported '^verdict .*boots=yes'
ip -6 addr add fd00:99::1/64 dev br0 nodad
six ra=MOLR/fd00:77:: addr=fd00:99::500 'pxe=tftp://[fd00:99::1]/shimx64.efi'
warning wrong-prefix 'an address that is not of this link' -k efi-x64-v6
six ra=MOL/fd00:77:: addr=fd00:77::500 'pxe=tftp://[fd00:55::1]/shimx64.efi'
fault address-outside 'a server beyond the link, and no router to it' -k efi-x64-v6 -t 4
six ra=MOL/fd00:77:: addr=fd00:77::500 "pxe=$SIX/shimx64.efi" sum=0
fault bad-checksum 'UDP checksum 0' -k efi-x64-v6 -t 4
check 'which is named' reported 'name=bad-checksum .*it is 0, which IPv6 does not allow'

# a router that promises DHCPv6, and a relay on it that drops what it is asked
six ra=MOL/fd00:77:: relay=drops
fault dhcpv6-silent 'M=1, and nobody answers' -k efi-x64-v6 -t 3
stop six
fault no-answer 'nobody at all' -k efi-x64-v6 -t 3
finish
