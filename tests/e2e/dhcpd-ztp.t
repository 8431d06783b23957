#!/bin/sh
# Telephones and switches that set themselves up, with the options that theirs send and
# read: 66 (Snom, Yealink, Polycom), 67 and 239 (Arista, SONiC, ONIE, Cumulus, Dell), 43
# and 150 (Junos); and server= by name.
# shellcheck disable=SC2154 # pid_NAME comes from start
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd.sh
. "$SRC/tests/e2e/dhcpd.sh"
need python3 ip
lan
host pc
# a name that resolves, on any machine
printf '127.0.0.1 localhost\n10.77.0.9 prov.example.net\n' >"$T/etc-hosts"
mount --bind "$T/etc-hosts" /etc/hosts
cat >"$T/rules" <<'EOF'
subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.99 probe=off lease=10m
boot vendor=snom* server=http://10.77.0.5/snom
boot vendor=yealink server=prov.example.net
boot vendor=Polycom-* server=unknown.invalid
boot vendor=Arista* file=http://{server}/ztp/arista.sh server=10.77.0.5
boot vendor=onie_vendor:* file=http://{server}/onie-installer
boot user-class=SONiC-ZTP file=http://prov.example.net/sonic.json
boot vendor=Juniper* server=10.77.0.9 file=junos.conf
boot client=bootp file=a.0 server=prov.example.net
boot mac=52:54:00:00:00:77 server=10.77.0.7
boot arch=bios file={server}/a.0 server=prov.example.net
option 67 vendor=snom* text=settings.php?mac={mac-}
option 239 vendor=cumulus-linux* text=http://{server}/cumulus-ztp.sh
option 239 user-class=SONiC-ZTP text=http://prov.example.net/sonic-ztp.py
option 67 vendor=Dell* text=http://10.77.0.5/os10.bin
option 240 vendor=Dell* text=http://10.77.0.5/post.sh
option 43.0 vendor=Juniper* text=junos-22.tgz
option 43.1 vendor=Juniper* text=host.conf
option 43.3 vendor=Juniper* text=http
option 150 vendor=Juniper* ip={server}
EOF
start dhcpd "$BIN/dhcpd-pxe/dhcpd-pxe" -v -u "$user" -i br0 -f "$T/rules" -l "$T/leases"
ready dhcpd ready:
logged() { wait_for 5 grep -q -e "$1" "$T/dhcpd.log"; }
thing() { ask persona=plain 12=none "$@"; }

check "Snom" thing 60=snom-D785 55=hex:0103060f2a424378
check "the server is a URL, the file a name with the MAC address" has "opt66=$(hex http://10.77.0.5/snom)" siaddr=10.77.0.1 file= \
	"opt67=$(hex "settings.php?mac=$(on pc cat /sys/class/net/eth0/address | tr : -)")"
check "Yealink" thing 60=yealink 55=hex:0103060f2a2b4278
check "the server is a name; who reads siaddr gets its address; no file" has "opt66=$(hex prov.example.net)" siaddr=10.77.0.9 file=
check "no option 67, nor 43" hasnt opt67= opt43=
check "Polycom" thing 60=Polycom-VVX500 55=hex:0103060f2a4278a0
check "a name that is not found is sent all the same, siaddr stays ours" has "opt66=$(hex unknown.invalid)" siaddr=10.77.0.1
check "the log says which" logged 'server=unknown.invalid: no address was found for it'
check_not "and only that one" grep 'server=prov.example.net: no address' "$T/dhcpd.log"
check "Arista" thing '60=Arista;DCS-7050QX;01.00;JPE14080459' 55=hex:0103060f4243
check "a URL" has "opt67=$(hex http://10.77.0.5/ztp/arista.sh)00" file=http://10.77.0.5/ztp/arista.sh siaddr=10.77.0.5
check "ONIE" thing 60=onie_vendor:x86_64-accton_as5712_54x-r0 55=hex:0103060c0f2a4243727d
check "a URL of ours" has "opt67=$(hex http://10.77.0.1/onie-installer)00"
check "SONiC" thing "77=hex:09$(hex SONiC-ZTP)" 55=hex:0103060f43efefe1
check "67 and 239" has "opt67=$(hex http://prov.example.net/sonic.json)00" "opt239=$(hex http://prov.example.net/sonic-ztp.py)"
check "Cumulus" thing '60=cumulus-linux x86_64' 55=hex:0103060c0fef
check "239" has "opt239=$(hex http://10.77.0.1/cumulus-ztp.sh)"
check "without a boot line for it" hasnt opt67= opt66=
check "Dell" thing '60=Dell Networking OS10' 55=hex:0103060f43f0
check "67 and 240" has "opt67=$(hex http://10.77.0.5/os10.bin)" "opt240=$(hex http://10.77.0.5/post.sh)"
check "Junos" thing 60=Juniper-qfx5100-48s-6q 55=hex:01030f062b424396
check "43.0, 43.1 and 43.3 without PXE's end mark, 150, 66 and 67" has \
	"opt43=000c$(hex junos-22.tgz)0109$(hex host.conf)0304$(hex http)" opt150=0a4d0009 opt66="$(hex 10.77.0.9)" "opt67=$(hex junos.conf)00"

# -- server= for machines that boot
check "a ROM: {server} is the name" ask persona=bios
check "siaddr its address" has file=prov.example.net/a.0 siaddr=10.77.0.9 "opt66=$(hex prov.example.net)"
check "a machine that is sent the server alone" ask persona=bios mac=52:54:00:00:00:77
check "has no file" has siaddr=10.77.0.7 "opt66=$(hex 10.77.0.7)" file=
check "nor option 67" hasnt opt67=
check "one that takes it" ask persona=bios mac=52:54:00:00:00:78 type=request 50=ip:10.77.0.60 54=ip:10.77.0.1
check "is logged with the server as it was given" logged 'boot mac=52:54:00:00:00:78 .* file="prov.example.net/a.0" via=server server=prov.example.net'

# -- a name that comes with a reload
sed -i 's/^boot vendor=yealink.*/boot vendor=yealink server=new.example.net/' "$T/rules"
kill -HUP "$pid_dhcpd"
check "a new name is looked up at the next start, and the log says so" logged 'server=new.example.net: its address is looked up at the next start'
check "Yealink again" thing 60=yealink
check "is sent it" has "opt66=$(hex new.example.net)" siaddr=10.77.0.1
check "a ROM again" ask persona=bios
check "names that were known stay so" has siaddr=10.77.0.9
stop dhcpd

# -- names in machines' own files; the server alone beside another server
mkdir "$T/hosts.d"
mac=$(on pc cat /sys/class/net/eth0/address)
echo 'boot file=a.0 server=prov.example.net' >"$T/hosts.d/$(echo "$mac" | tr : -)"
start dhcpd2 "$BIN/dhcpd-pxe/dhcpd-pxe" -v -u "$user" -i br0 -e 'subnet 10.77.0.0/24 proxy' -e "hosts $T/hosts.d" \
	-e 'boot server=10.77.0.9' -l "$T/never"
ready dhcpd2 ready:
check "a machine with a file of its own" ask persona=bios
check "gets the address of the name in it" has siaddr=10.77.0.9 file=a.0
# shellcheck disable=SC2034 # read by unanswered
answered="persona=bios mac=$mac"
check "a proxy sends no server without a file" unanswered persona=bios mac=52:54:00:00:00:09
check "but to a Raspberry Pi, which knows the names" ask persona=rpi mac=dc:a6:32:00:00:01
check "its server" has siaddr=10.77.0.9 file=
stop dhcpd2
finish
