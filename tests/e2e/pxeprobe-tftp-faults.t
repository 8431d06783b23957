#!/bin/sh
# TFTP servers set up wrongly, and networks that eat their packets: each fault has its name.
# shellcheck disable=SC2119,SC2154 # hpa needs no arguments; start sets pid_NAME
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
. "$SRC/tests/e2e/pxeprobe-servers.sh"
need iptables in.tftpd kea-dhcp4
lan
ip addr add 10.77.0.2/24 dev br0
host c
tree
: >"$T/tftp/empty.0"

dns --dhcp-boot=nothere.0
fault bootfile-not-found -k bios
dns --dhcp-boot=empty.0
fault bootfile-empty -k bios
# A narrow place that drops what is too long without a word: the port of the bridge.
dns --dhcp-boot=pxelinux.0
ip link set br0 mtu 1400 # once set by hand, it does not follow its ports
ip link set br0 mtu 1500
ip link set vc mtu 1400
fault blksize-over-mtu -k bios -t 2
ip link set vc mtu 1500
# A stateful firewall that lets port 69 through and not the ports that answer.
iptables -A OUTPUT -p udp -m multiport ! --sports 67,69 -j DROP
fault tftp-no-answer -k bios -t 2
check 'which says that all is silent' reported '10.77.0.1 port 69 stays silent'
iptables -F OUTPUT
# NAT, or a host with two addresses that answers from its first.
iptables -t nat -A POSTROUTING -p udp -s 10.77.0.2 -j SNAT --to-source 10.77.0.1
dns --dhcp-boot=pxelinux.0,,10.77.0.2
fault wrong-source -k bios -t 2
check 'from where' reported 'asked 10.77.0.2, answered by 10.77.0.1'
iptables -t nat -F POSTROUTING
dns --dhcp-boot=pxelinux.0,,10.77.0.77
fault tftp-no-answer -k bios -t 2
check 'which says that nobody is there' reported 'nobody answers ARP'

# A server that hangs in the middle of a file, on a link of 2 MB a second.
tc qdisc add dev vc root tbf rate 16mbit burst 20kb latency 50ms
truncate -s 20M "$T/tftp/initrd.gz"
dns --dhcp-boot=pxelinux.0
start hanging ip netns exec c "$PXEPROBE" -i eth0 -k bios -t 2
ready hanging 'what=kernel'
kill -STOP "$pid_dns"
wait "$pid_hanging"
check 'a server that hangs: exit 1' test $? -eq 1
kill -CONT "$pid_dns"
cp "$T/hanging.log" "$T/report"
check 'tftp-no-answer (a server that hangs)' reported '^fault name=tftp-no-answer severity=error .*initrd.gz: 10.77.0.1 fell silent after [0-9]+ bytes'
stop dns
tc qdisc del dev vc root

kea '"boot-file-name": "pxelinux.0", "next-server": "10.77.0.1"'
fault tftp-no-answer -k bios -t 2
check 'which says that the port is closed' reported '10.77.0.1 is there, but nothing listens on UDP port 69'
hpa
chmod 600 "$T/tftp/pxelinux.0"
fault tftp-error -k bios
check 'and why' reported 'error 2, File must have global read permissions'
chmod 644 "$T/tftp/pxelinux.0"
kea '"boot-file-name": "ipxe.efi", "next-server": "10.77.0.1"'
hpa -r tsize
fault tftp-no-tsize -k efi-x64
hpa -r tsize -r blksize
fault tftp-no-oack -k efi-x64
finish
