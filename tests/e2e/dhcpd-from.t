#!/bin/sh
# COMING FROM in dhcpd-pxe.rules(5): every line given there for one of dnsmasq
# or dhcpd.conf is a good rule, and does what that one did.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd.sh
. "$SRC/tests/e2e/dhcpd.sh"
need python3 ip
lan
host pc
dhcpd=$BIN/dhcpd-pxe/dhcpd-pxe

# The rules of one part of the section, as its page has them.
rules_of() {
	awk -v part="$1" '/^\.Sh/ { in_it = 0; on = /COMING FROM/ } /^\.Ss/ { in_it = on && $2 == part } in_it && sub(/^\.Dl /, "")' \
		"$SRC/man/dhcpd-pxe.rules.5"
}
for part in dnsmasq dhcpd.conf; do
	rules_of $part >"$T/$part"
	check "$part: there are rules" test "$(wc -l <"$T/$part")" -ge 10
	while read -r rule; do
		case $rule in
		subnet*) check "$part: $rule" "$dhcpd" -n -e "$rule" ;;
		*) check "$part: $rule" "$dhcpd" -n -e 'subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.59' -e "$rule" ;;
		esac
	done <"$T/$part"
done

# serve PART SUBNET...: that part's boot and option lines under this subnet line
serve() {
	serve_part=$1
	shift
	stop server
	rm -f "$T/leases"
	{
		echo "$*"
		grep -E "^($serve_lines) " "$T/$serve_part"
	} >"$T/rules"
	start server "$dhcpd" -u root -i br0 -f "$T/rules" -l "$T/leases"
	ready server ready
}
asking=from=10.77.0.1
boots() { # WHO FILE ARGS...
	boots_who=$1 boots_file=$2
	shift 2
	check "$boots_who asks" ask "$@"
	check "$boots_who boots $boots_file" has "file=$boots_file" "opt67=$(hex "$boots_file")00"
}
line() { grep "^$2" "$T/$1" | sed -n "${3:-1}p"; }

serve_lines='boot|option|host'
serve dnsmasq "$(line dnsmasq subnet)"
boots 'dnsmasq: iPXE' http://10.77.0.1/boot.ipxe persona=ipxe
check 'dnsmasq: router, name server, lease, 209 and 175.8' has opt3=0a4d00fe opt6=0a4d00fd opt51=00000e10 "opt209=$(hex pxelinux.cfg/default)"
check 'dnsmasq: 175.8' grep -q '^opt175=.*080101' "$T/reply"
boots 'dnsmasq: UEFI x64' shimx64.efi persona=edk2
boots 'dnsmasq: UEFI arm64' bootaa64.efi persona=edk2-arm64
boots 'dnsmasq: HTTP Boot' http://10.77.0.1/ipxe.efi persona=http
check 'dnsmasq: HTTPClient is said' has "opt60=$(hex HTTPClient)"
boots 'dnsmasq: BIOS' pxelinux.0 persona=bios
check 'dnsmasq: from another server' has siaddr=10.77.0.5
boots 'dnsmasq: the host line' pxelinux.0 persona=bios mac=52:54:00:19:93:5b
check 'dnsmasq: its address and name' has yiaddr=10.77.0.31 "opt12=$(hex node1)"

serve_lines=menu
serve dnsmasq "$(line dnsmasq subnet 2)"
check 'dnsmasq: a BIOS ROM sees the menu' ask persona=bios yiaddr=0.0.0.0
check 'dnsmasq: its entries and prompt' grep -q "^opt43=.*$(hex Install).*$(hex Disk).*" "$T/reply"
check 'dnsmasq: its prompt' grep -q "^opt43=.*0a$(printf %02x 5)0a$(hex Menu)" "$T/reply"

serve_lines='deny|host'
serve dnsmasq "$(line dnsmasq subnet) probe=off"
answered='persona=bios mac=52:54:00:19:93:5b'
check 'dnsmasq: who is not known gets nothing, who is gets an address' unanswered persona=bios

serve_lines='boot|option|host'
serve dhcpd.conf "$(line dhcpd.conf subnet)"
boots 'dhcpd.conf: iPXE' http://10.77.0.1/boot.ipxe persona=ipxe
check 'dhcpd.conf: router, lease, 209 and 42' has opt3=0a4d00fe opt51=00000258 "opt209=$(hex pxelinux.cfg/default)" opt42=0a4d0009
boots 'dhcpd.conf: UEFI x64' shimx64.efi persona=edk2
boots 'dhcpd.conf: HTTP Boot' http://10.77.0.1/ipxe.efi persona=http
boots 'dhcpd.conf: the rest' pxelinux.0 persona=bios
check 'dhcpd.conf: from another server' has siaddr=10.77.0.5
check 'dhcpd.conf: the host line' ask persona=plain mac=52:54:00:19:93:5b
check 'dhcpd.conf: its address' has yiaddr=10.77.0.31
serve dhcpd.conf "$(line dhcpd.conf subnet 2)"
check 'dhcpd.conf: authoritative' ask persona=plain type=request 50=ip:10.1.1.1
check 'dhcpd.conf: says no to an address of another network' has opt53=06
serve dhcpd.conf "$(line dhcpd.conf subnet 3)"
check 'dhcpd.conf: dynamic BOOTP' ask persona=bootp
check 'dhcpd.conf: gets an address' has yiaddr=10.77.0.50
finish
