#!/bin/sh
# pxe-up -6 only: a site without IPv4, over HTTP and over HTTPS; and both families with -T.
# shellcheck disable=SC2016,SC2317,SC2154 # nothing is to expand here; check calls functions; start sets pid_up
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build # it is scripts that are tested, and they start hundreds of processes
# shellcheck source=tests/e2e/site.sh
. "$(dirname "$0")/site.sh"
need xorriso openssl curl
need_nobody
ip link add br0 type bridge forward_delay 0 && ip link set br0 up
host client
image a
boots6() {
	on client "$BIN/pxeprobe/pxeprobe" -i eth0 -k "$1" -m 52:54:00:00:00:06 -t 8 >"$T/boots6" 2>"$T/boots6.err" || { cat "$T/boots6" "$T/boots6.err" >&2; return 1; }
}

up_ready() { wait_for 200 grep -q '^pxe-up: ready' "$T/up.log" || { sed 's/^/# /' "$T/up.log" && not_ok 'pxe-up gets ready'; }; }

check_rc 2 'without an address' "$up" -6 only -n -s "$state" "$T/a.iso"
said '... it says which' 'no interface here has an IPv6 address'
ip addr add fd00:77::1/64 dev br0 nodad
wait_for 30 sh -c 'ip -6 -o addr show dev br0 scope link -tentative | grep -q inet6'
check_rc 0 'all is checked' "$up" -6 only -n -s "$state" "$T/a.iso"
said '... and it says what would be' 'would serve 1 image on br0 (fd00:77::1) as its DHCP server'
check_rc 2 'another word is an image' "$up" -6 onyl -n -s "$state" "$T/a.iso"

start up "$up" -6 only -s "$state" -t 0 "$T/a.iso"
up_ready
check 'it is remembered' grep -qx 'site .*ip6=only' "$state/site"
check_not 'no line of IPv4' grep -q '^subnet [0-9.]*/' "$state/rules"
check_not 'no server of IPv4' pgrep -f "dhcpd-pxe .*$state/rules"
check 'the menu goes by IPv6' grep -q 'fd00:77::1' "$state/www/boot.ipxe"
for persona in ipxe-v6 http-x64-v6 efi-x64-v6; do
	check "$persona boots" boots6 $persona
	check '... its kernel by IPv6' grep -q 'what=kernel .*\[fd00:77::1\]/*a/debian-installer/amd64/linux' "$T/boots6"
done
echo 'subnet fd00:77::/64 range=fd00:77::nonsense' >"$state/rules.d/20.rules"
check 'a fault in a line of IPv6 is named' wait_for 30 grep -q '20.rules:1: .*fd00:77::nonsense' "$T/up.log"
check '... and all stays as it was' wait_for 30 grep -q 'the site stays as it was\|the rules stay as they were' "$T/up.log"
rm "$state/rules.d/20.rules"
stop up
echo 'site mode=server' >>"$state/site"
check 'without a word it is the same' "$up" -n -s "$state"
said '... still without IPv4' 'on br0 (fd00:77::1)'

# ---- HTTPS ---------------------------------------------------------------------------------
if command -v stunnel4 >/dev/null || command -v stunnel >/dev/null; then
	trusts() { on client curl -s -m 30 --cacert "$state/tls/ca.pem" -o "$T/got" "$@"; }
	https() {
		check "$1: the menu over IPv6 and TLS" trusts 'https://[fd00:77::1]/boot.ipxe'
		check '... is the menu' cmp -s "$T/got" "$state/www/boot.ipxe"
		check '... of a client that httpd-boot knows' wait_for 30 grep -q '^httpd-boot: .*fd00:77::.* get "/boot.ipxe" 200' "$T/up.log"
		check 'the rules have https' grep -q '^boot client=http .*file=https://{server}/' "$state/rules"
	}
	start up "$up" -T -s "$state" -t 0
	up_ready
	ip -n client addr add fd00:77::9/64 dev eth0 nodad
	https 'only IPv6'
	stop up
	ip addr add 10.77.0.1/24 dev br0
	ip -n client addr add 10.77.0.9/24 dev eth0
	start up "$up" -6 -T -s "$state" -t 0
	up_ready
	check 'both families again' grep -qx 'site .*ip6=yes' "$state/site"
	https 'both'
	check 'the same over IPv4' trusts https://10.77.0.1/boot.ipxe
	check 'a machine of IPv4 boots over http' loads client 52:54:00:00:00:07 '10.77.0.1/a/debian-installer'
	check 'one of IPv6 too' boots6 ipxe-v6
	stop up
	check_rc 0 'written for the service' "$up" -w -s "$state"
	start up "$up" -W -s "$state"
	up_ready
	https '-W'
	stop up
else skip 'no stunnel'; fi
finish
