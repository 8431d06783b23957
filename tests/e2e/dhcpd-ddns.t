#!/bin/sh
# The manual's script for names in DNS, against BIND: the script is taken from the page.
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/dhcpd.sh
. "$SRC/tests/e2e/dhcpd.sh"
need python3 ip named nsupdate dig tsig-keygen mandoc
dhcpd=$BIN/dhcpd-pxe/dhcpd-pxe
lan
host pc
mkdir -m 777 "$T/z"
tsig-keygen k >"$T/key"
cat >"$T/named.conf" <<EOF
include "$T/key";
options { directory "$T/z"; listen-on { 127.0.0.1; }; listen-on-v6 { none; }; pid-file "$T/z/pid"; session-keyfile none; recursion no; };
controls { };
zone "example.net" { type primary; file "a"; allow-update { key k; }; };
zone "77.10.in-addr.arpa" { type primary; file "r"; allow-update { key k; }; };
EOF
for zone in a r; do
	# shellcheck disable=SC2016 # $TTL is the zone file's
	printf '$TTL 60\n@ IN SOA ns.example.net. h.example.net. 1 60 60 60 60\n@ IN NS ns.example.net.\n' >"$T/z/$zone"
done
echo 'ns IN A 127.0.0.1' >>"$T/z/a"
bs=$(printf '\b')
mandoc -Tascii -O width=400 "$SRC/man/dhcpd-pxe.8" | sed "s/.$bs//g" |
	sed -n '/#!\/bin\/sh/,/nsupdate -k/p' | sed "s/^ *//; s#/etc/dhcpd-pxe/ddns.key#$T/key#" >"$T/ddns"
chmod 755 "$T/ddns"
start named named -f -g -c "$T/named.conf"
ready named ' running$'
start dhcpd "$dhcpd" -u root -i br0 -l "$T/leases" -x "$T/ddns" -e 'subnet 10.77.0.0/24 range=10.77.0.31-10.77.0.39 probe=off'
ready dhcpd ready
name() { test "$(dig +short @127.0.0.1 "$@")" = "$want"; }
check "a machine with a name gets an address" ask persona=plain type=request mac=52:54:00:00:00:01 12=boot1 50=ip:10.77.0.31 54=ip:10.77.0.1
want=10.77.0.31
check "the zone has its name" wait_for 20 name boot1.example.net
want=boot1.example.net.
check "and its address" wait_for 20 name -x 10.77.0.31
ask send=1 type=release mac=52:54:00:00:00:01 ciaddr=10.77.0.31 54=ip:10.77.0.1
want=
check "released: the name is gone" wait_for 20 name boot1.example.net
check "and the address" wait_for 20 name -x 10.77.0.31
finish
