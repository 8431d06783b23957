#!/bin/sh
# pxe-up -T: https for those that can, stunnel and the certificates; remembered, turned
# off and on while it runs.
# shellcheck disable=SC2016,SC2154 # nothing is to expand here; start sets pid_up
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
need xorriso curl openssl stunnel4 ss
need_nobody
# shellcheck source=tests/e2e/site.sh
. "$SRC/tests/e2e/site.sh"
lan
host client 10.77.0.9/24
image deb-12
server
edk2() {
	on client curl -s -m 60 --noproxy '*' --tls-max 1.2 --ciphers AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA256:AES128-SHA256:AES256-SHA:AES128-SHA \
		--cacert "$state/tls/ca.pem" "$@"
}
plain() { on client curl -s -m 60 --noproxy '*' "$@"; }
listens() { ss -H -l -t -n 'sport = :443' | grep -q '10\.77\.0\.1:443'; }
not_listens() { ! listens; }

# ---- pxe-menu -s
menu() { printf 'boot name=A arch=x86_64 kernel=linux initrd=initrd.gz\nmachine mac=52-54-00-12-34-56\n' | "$SRC/compose/pxe-menu" "$@" "$T/menu"; }
mkdir "$T/menu"
check 'pxe-menu -s' menu -s -u http://10.77.0.1:8080
check 'a script that goes on over https' grep -qx 'set secure yes' "$T/menu/secure.ipxe"
check 'the menu does, too' grep -qxF 'isset ${secure} && set base https://10.77.0.1 ||' "$T/menu/boot.ipxe"
check 'and that of a machine' grep -qxF 'isset ${secure} && set base https://10.77.0.1 ||' "$T/menu/m/52-54-00-12-34-56.ipxe"
check 'whatever the address' menu -s -u 'http://[fd00::1]/x'
check 'IPv6' grep -qxF 'isset ${secure} && set base https://[fd00::1]/x ||' "$T/menu/boot.ipxe"
check 'the server that said so' menu -s
check 'its own word' grep -qxF 'isset ${secure} && set base https://${server} ||' "$T/menu/boot.ipxe"
check 'without -s' menu
check_not 'none of it' grep -rq secure "$T/menu"

# ---- what is missing
mkdir "$T/bin"
for d in /usr/sbin /usr/bin /sbin /bin; do
	for f in "$d"/*; do
		case ${f##*/} in
		stunnel*) ;;
		*) [ -e "$T/bin/${f##*/}" ] || ln -s "$f" "$T/bin/" ;;
		esac
	done
done
check_rc 2 'without stunnel: no start' env PATH="$T/bin" sh -c 'for d in /usr/sbin /sbin; do mount --bind "$1" $d; done 2>/dev/null; shift; exec "$@"' sh "$T/bin" "$up" -T -s "$state" "$T/deb-12.iso"
said 'says what to install' '^pxe-up: https (-T, tls=yes) takes stunnel, which is not installed here: apt-get install stunnel4'
check_not 'and nothing is remembered' grep -q tls= "$state/site"

# ---- served
start up "$up" -T -i br0 -s "$state" "$T/deb-12.iso"
ready up '^pxe-up: ready'
check 'stunnel is ready before' sh -c "sed '/^pxe-up: ready/q' '$T/up.log' | grep -q '^stunnel: ready: TLS on 10.77.0.1:443'"
check 'the site remembers' grep -q '^site.* tls=yes' "$state/site"
check 'HTTP Boot over https' grep -qx 'boot client=http arch=efi-x64 file=https://{server}/ipxe.efi' "$state/rules"
check 'iPXE that cannot, over http' grep -qx 'boot client=ipxe file=http://{server}/boot.ipxe' "$state/rules"
check 'the certificate is for the address' openssl verify -verify_ip 10.77.0.1 -CAfile "$state/tls/ca.pem" "$state/tls/server.pem"
check 'its key is not served' test "$(plain -o /dev/null -w '%{http_code}' --path-as-is http://10.77.0.1/../tls/server.key)" = 404
check 'nor for others to read' test "$(stat -c %a "$state/tls/server.key")" = 600
check 'a client with the ciphers of EDK2' sh -c 'echo "$1" | grep -q "^#!ipxe"' sh "$(edk2 https://10.77.0.1/boot.ipxe)"
check 'the log has its address' wait_for 30 grep -q '^httpd-boot: 10\.77\.0\.9:[0-9]* get "/boot.ipxe" 200' "$T/up.log"
check 'and so have the events' wait_for 30 grep -q '^sent path=/boot.ipxe to=10\.77\.0\.9 ' "$state/events"
check 'http as ever' sh -c 'echo "$1" | grep -q "^#!ipxe"' sh "$(plain http://10.77.0.1/boot.ipxe)"
check 'a header that a client makes up is refused' test "$(plain -o /dev/null -w '%{http_code}' --haproxy-protocol http://10.77.0.1/boot.ipxe)" = 400
check 'stunnel is not root' test "$(ps -o user= -p "$(pid_in "$state/pids.br0" stunnel)")" = nobody
check_not 'and says nothing of each connection' grep -q '^stunnel: .*accepted' "$T/up.log"
marks=$(cd "$state/tls" && sha256sum server.pem ca.pem)

# ---- off and on again, by editing
sed 's/ tls=yes/ tls=no/' "$state/site" >"$T/site" && cp "$T/site" "$state/site"
check 'tls=no: starts anew without it' wait_for 60 grep -q 'starting anew' "$T/up.log"
check 'and is ready again' wait_for 60 sh -c "[ \$(grep -c '^pxe-up: ready' '$T/up.log') -eq 2 ]"
check 'nobody listens there any more' wait_for 30 not_listens
check 'the rules follow' grep -qx 'boot client=http arch=efi-x64 file=http://{server}/ipxe.efi' "$state/rules"
sed 's/ tls=no/ tls=yes/' "$state/site" >"$T/site" && cp "$T/site" "$state/site"
check 'tls=yes' wait_for 60 sh -c "[ \$(grep -c '^pxe-up: ready' '$T/up.log') -eq 3 ]"
check 'the same certificate' test "$marks" = "$(cd "$state/tls" && sha256sum server.pem ca.pem)"
check 'works' sh -c 'echo "$1" | grep -q "^#!ipxe"' sh "$(edk2 https://10.77.0.1/boot.ipxe)"
stop up
check 'SIGTERM ends it' test $? -eq 0
check 'stunnel, too' wait_for 30 not_listens

# ---- the second week
"$SRC/compose/pxe-ca" -q "$state/tls" boot.lan 10.77.0.1
marks=$(cd "$state/tls" && sha256sum server.pem ca.pem)
check_rc 0 'without -T: as before' "$up" -w -i br0 -s "$state"
check 'names that somebody added stay' test "$marks" = "$(cd "$state/tls" && sha256sum server.pem ca.pem)"
ip addr flush dev br0
ip addr add 10.77.0.2/24 dev br0
check_rc 0 'another address' "$up" -w -i br0 -s "$state"
check 'a certificate for it' openssl verify -verify_ip 10.77.0.2 -CAfile "$state/tls/ca.pem" "$state/tls/server.pem"
check 'from the same CA' test "$(echo "$marks" | grep ca.pem)" = "$(cd "$state/tls" && sha256sum ca.pem)"
ip addr flush dev br0
ip addr add 10.77.0.1/24 dev br0
echo x >"$state/tls/ca.key"
check_rc 2 'a damaged CA' "$up" -w -i br0 -s "$state"
said 'is said' 'ca.pem and ca.key are damaged'
rm -rf "$state/tls"
check_rc 0 'a deleted one is made anew' "$up" -w -i br0 -s "$state"

# ---- an iPXE that knows the firmware's list
if [ -r /usr/lib/ipxe/ipxe.efi ]; then
	{
		cat /usr/lib/ipxe/ipxe.efi
		printf 'T\0l\0s\0C\0a\0C\0e\0r\0t\0i\0f\0i\0c\0a\0t\0e\0'
	} >"$T/ipxe.efi"
	mount --bind "$T/ipxe.efi" /usr/lib/ipxe/ipxe.efi
	check_rc 0 'with an iPXE of 2025' "$up" -w -i br0 -s "$state"
	check 'it goes on over https' grep -qx 'boot client=ipxe ipxe=https arch=efi-x64 file=https://{server}/secure.ipxe' "$state/rules"
	check 'before the line for others' sh -c "sed '/file=http:..{server}.boot.ipxe/q' '$state/rules' | grep -q secure.ipxe"
	check 'with the menu for it' test -s "$state/www/secure.ipxe"
	umount /usr/lib/ipxe/ipxe.efi
else skip 'no ipxe.efi here'; fi

# ---- a certificate that is old, of a service that nobody restarts
old() {
	mkdir "$T/ca" && : >"$T/ca/index" && echo 77 >"$T/ca/serial" && echo 'subjectAltName=IP:10.77.0.1' >"$T/ca/san"
	printf '[ca]\ndefault_ca=x\n[x]\ndatabase=%s/index\nserial=%s/serial\nnew_certs_dir=%s\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n' \
		"$T/ca" "$T/ca" "$T/ca" >"$T/ca/cnf"
	openssl req -new -key "$state/tls/server.key" -subj /CN=10.77.0.1 -out "$T/ca/csr" &&
		openssl ca -batch -notext -config "$T/ca/cnf" -cert "$state/tls/ca.pem" -keyfile "$state/tls/ca.key" -in "$T/ca/csr" -extfile "$T/ca/san" \
			-startdate "$(date -u -d '-90 days' +%Y%m%d%H%M%SZ)" -enddate "$(date -u -d '+3 days' +%Y%m%d%H%M%SZ)" -out "$T/ca/old" &&
		cat "$T/ca/old" >"$state/tls/server.pem"
}
check_rc 0 'written for the service' "$up" -w -i br0 -s "$state"
check 'a certificate that is over in three days' old
start up env tls_next=0 "$up" -W -i br0 -s "$state" # it looks at once, and not in a day
check '-W renews it' wait_for 120 openssl x509 -noout -checkend 8640000 -in "$state/tls/server.pem"
check 'and starts anew with it' wait_for 120 sh -c "grep -q 'starting anew' '$T/up.log' && sed '1,/starting anew/d' '$T/up.log' | grep -q '^pxe-up: ready'"
check 'machines get it' sh -c 'echo "$1" | grep -q "^#!ipxe"' sh "$(edk2 https://10.77.0.1/boot.ipxe)"
stop up

# ---- stunnel that dies
start up "$up" -i br0 -s "$state"
wait_for 200 grep -q '^pxe-up: ready' "$T/up.log"
kill -9 "$(pid_in "$state/pids.br0" stunnel)"
check 'stunnel ends: so do all' wait_for 60 grep -q 'stunnel ended by itself' "$T/up.log"
finish
