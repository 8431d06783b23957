#!/bin/sh
# The shipped files of compose/tls, each started as it is but for paths and users: what
# EDK2 can speak, what iPXE and programs of today can, and who is logged as the client.
# shellcheck disable=SC2154,SC2015 # pid_* and user come from lib.sh
. "$(dirname "$0")/../lib.sh"
need curl openssl
httpd=$BIN/httpd-boot/httpd-boot
W=$T/www C=$T/ca
mkdir -m 755 "$W" "$T/box" "$T/log"
chmod 777 "$T/box" "$T/log"
echo hello >"$W/a"
head -c 3000000 /dev/urandom >"$W/big"
lan
host a 10.77.0.7/24
ip -6 addr add fd77::1/64 dev br0 nodad && ip -n a -6 addr add fd77::7/64 dev eth0 nodad
"$SRC/compose/pxe-ca" -q "$C" boot.lan 10.77.0.1 fd77::1 2>"$T/err" || {
	sed 's/^/# /' "$T/err"
	not_ok 'pxe-ca makes the certificates'
	exit 1
}

# EDK2's list (MdeModulePkg, TlsCipherSuites), with its numbers in IANA's registry:
# 009f 009e 006b 0067 0039 0033 009d 009c 003d 003c 0035 002f.
edk2=DHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-SHA256:DHE-RSA-AES128-SHA256:DHE-RSA-AES256-SHA:DHE-RSA-AES128-SHA
edk2=$edk2:AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA256:AES128-SHA256:AES256-SHA:AES128-SHA
# as WHO URL [ARGS]: asks as a client of that kind does
as() {
	as_who=$1 as_url=$2
	shift 2
	case $as_who in
	edk2) set -- --tls-max 1.2 --ciphers $edk2 "$@" ;;
	ipxe) set -- --tls-max 1.2 --ciphers ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256 "$@" ;;
	*) set -- --tlsv1.3 "$@" ;;
	esac
	on a curl -sS -m 120 --noproxy '*' --cacert "$C/ca.pem" "$@" "$as_url"
}

# fitted FILE: the shipped file with this test's paths, and no user but those there are.
fitted() {
	stream=/usr/lib/nginx/modules/ngx_stream_module.so
	[ -e $stream ] || stream=$SRC/build/peers/root$stream
	sed "s|/var/lib/pxe-tools/tls|$C|; s|/usr/sbin/httpd-boot|$httpd|; s|/srv/http-boot|-u $user -p $T/box -a $T/log/access $W|
		s|/usr/lib/nginx/modules/ngx_stream_module.so|$stream|; s|^pid /run|pid $T|
		s/stunnel4$\|www-data/$user/; s/^\(	user \|user = \)[a-z_\"]*$/\1QQ/; /^[	]*group/d; /^setgid/d; s/QQ/\"$user\"/" "$SRC/compose/tls/$1" >"$T/$1"
	case $1 in
	haproxy.cfg) sed -i 's/"//g' "$T/$1" ;;
	nginx.conf) sed -i "s/^user $user;/user $user $(id -gn "$user");/" "$T/$1" ;;
	esac
}

answers() { as edk2 https://10.77.0.1/a -o /dev/null; }

fetched_whole() { rm -f "$T/got" && as edk2 https://10.77.0.1/big -o "$T/got" && cmp "$W/big" "$T/got"; }

# front NAME FILE COMMAND...: the checks that all of them must pass
front() {
	name=$1 file=$2
	command -v "$3" >/dev/null || {
		skip "$1: no $3 here"
		return
	}
	[ "$1" != nginx ] || [ -e /usr/lib/nginx/modules/ngx_stream_module.so ] || [ -e "$SRC/build/peers/root/usr/lib/nginx/modules/ngx_stream_module.so" ] || {
		skip "$1: no libnginx-mod-stream here"
		return
	}
	shift 2
	fitted "$file"
	: >"$T/log/access"
	chmod 666 "$T/log/access"
	[ "$name" = stunnel-inetd ] || {
		start web "$httpd" -v -u "$user" -H 127.0.0.1 -p "$T/box" -a "$T/log/access" -l 127.0.0.1:80 "$W"
		ready web ready:
	}
	start front "$@"
	wait_for 30 answers || sed 's/^/# /' "$T/front.log" | tail
	check "$name: EDK2's ciphers" test "$(as edk2 https://10.77.0.1/a)" = hello
	check "$name: HEAD" test "$(as edk2 https://10.77.0.1/a -I | tr -d '\r' | sed -n 's/^Content-Length: //p')" = 6
	check "$name: several requests of a connection" test "$(as edk2 https://10.77.0.1/a https://10.77.0.1/a https://10.77.0.1/none -o /dev/null -o /dev/null -o /dev/null -w '%{http_code} %{num_connects} ')" = '200 1 404 0 200 0 '
	check "$name: iPXE's" test "$(as ipxe https://10.77.0.1/a)" = hello
	check "$name: TLS 1.3" test "$(as today https://10.77.0.1/a)" = hello
	check "$name: by name" test "$(as edk2 https://boot.lan/a --resolve boot.lan:443:10.77.0.1)" = hello
	check_rc 60 "$name: by a name that the certificate has not" as edk2 https://other.lan/a --resolve other.lan:443:10.77.0.1
	check "$name: IPv6" test "$(as edk2 'https://[fd77::1]/a')" = hello
	check "$name: a file" fetched_whole
	check "$name: a part of it" test "$(as edk2 https://10.77.0.1/big -r 1000000-1999999 | cksum)" = "$(tail -c +1000001 "$W/big" | head -c 1000000 | cksum)"
	check_rc 35 "$name: the modern set refuses EDK2" as edk2 https://10.77.0.1:8443/a
	check "$name: and takes iPXE" test "$(as ipxe https://10.77.0.1:8443/a)" = hello
	check "$name: and TLS 1.3" test "$(as today https://10.77.0.1:8443/a)" = hello
	check "$name: an upload" test "$(as edk2 https://10.77.0.1/in/done -d ok -o /dev/null -w '%{http_code}')" = 201
	check "$name: kept under its client's address" wait_for 30 sh -c "ls '$T'/box/*-10.77.0.7-done"
	check "$name: who is in the access log" wait_for 30 grep -q '^10\.77\.0\.7 .*"GET /a HTTP/1.1" 200 6 ' "$T/log/access"
	check "$name: over IPv6 as well" wait_for 30 grep -q '^fd77::7 .*"GET /a HTTP/1.1" 200 6 ' "$T/log/access"
	check_not "$name: and nobody else" grep -v -e '^10\.77\.0\.7 ' -e '^fd77::7 ' "$T/log/access"
	[ "$name" = stunnel-inetd ] || check "$name: in the log" grep -q ' 10\.77\.0\.7:[0-9]* get "/a" 200' "$T/web.log"
	stop front
	rm -f "$T"/box/*
	[ "$name" = stunnel-inetd ] || stop web
}

front stunnel-inetd stunnel-inetd.conf stunnel4 "$T/stunnel-inetd.conf"
front stunnel stunnel.conf stunnel4 "$T/stunnel.conf"
front haproxy haproxy.cfg haproxy -f "$T/haproxy.cfg"
front nginx nginx.conf nginx -g 'daemon off;' -c "$T/nginx.conf"
front hitch hitch.conf hitch --config "$T/hitch.conf"

# ---- a certificate on an elliptic curve: fine for iPXE, nothing for EDK2
if command -v stunnel4 >/dev/null; then
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$T/ec.key" -out "$T/ec.pem" -days 30 \
		-subj /CN=x -addext subjectAltName=IP:10.77.0.1 2>/dev/null
	sed -i "s|^cert = .*|cert = $T/ec.pem|; s|^key = .*|key = $T/ec.key|" "$T/stunnel-inetd.conf"
	start front stunnel4 "$T/stunnel-inetd.conf"
	ecdsa() { as "$1" https://10.77.0.1/a --cacert "$T/ec.pem"; }
	check 'an ECDSA certificate: programs of today take it' wait_for 30 ecdsa today
	check_rc 35 'EDK2 does not' ecdsa edk2
	stop front
fi
finish
