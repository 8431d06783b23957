# shellcheck shell=sh disable=SC2154
# HTTPS for pxe-up -T: stunnel(8) in front of httpd-boot, which learns from it who the
# client is (PROXY protocol), and pxe-ca(1)'s certificates in STATEDIR/tls.

# Where httpd-boot hears stunnel: on the loopback, but not where others may serve, and
# an address for each interface that is served.
tls_inner() {
	if [ "$address" ]; then
		printf '127.%s\n' "${address#*.}"
	else
		printf '%s\n' "$address6" | cksum | awk '{ printf "127.6.%d.%d\n", int($1 / 256) % 256, $1 % 254 + 1 }'
	fi
}

tls_wanted() { [ "$given_tls" ] || [ "$site_tls" = yes ]; }

# Finds what it takes: a site that is to speak TLS does not go without.  Sets tls_why
# when it fails.
tls_find() {
	tls_wanted || return 0
	tls_why='https (-T, tls=yes) takes stunnel, which is not installed here: apt-get install stunnel4'
	tool_stunnel=$(command -v stunnel4 || command -v stunnel) || return
	tls_why='https (-T, tls=yes) takes openssl, which makes the certificates and is not installed here: apt-get install openssl'
	command -v openssl >/dev/null || return
	find_tools pxe-ca
}
tls_look() { tls_find || wrong "$tls_why"; }

# tls_scheme: of the URLs that HTTP Boot clients get.
tls_scheme() {
	if tls_wanted; then echo https; else echo http; fi
}

# tls_covers ADDRESS...: is the certificate for all of these?
tls_covers() {
	for tls_address; do
		openssl verify -no_check_time -verify_ip "$tls_address" -CAfile "$state/tls/ca.pem" "$state/tls/server.pem" >/dev/null 2>&1 </dev/null || return
	done
}

# Certificates for the addresses, and stunnel's file.  Names that somebody gave the
# certificate by hand stay as long as the addresses are among them.
tls_make() {
	tls_wanted || return 0
	set -- ${address:+"$address"} ${address6:+"$address6"}
	! tls_covers "$@" || set --
	"$tool_pxe_ca" "$state/tls" "$@"
	tls_status=$?
	[ $tls_status -eq 0 ] || { say_as 3 'https: no certificate (above)'; exit $tls_status; }
	tls_conf >"$state/tls/stunnel.new" && replace "$state/tls/stunnel.new" "$state/tls/stunnel.conf" || failed "cannot write $state/tls/stunnel.conf; $(images_room)"
}

# EDK2 knows TLS 1.2 without elliptic curves: the ciphers of compose/tls/stunnel.conf.
tls_conf() {
	cat <<EOF
; Made by pxe-up(8): TLS for $iface.
foreground = yes
pid =
debug = notice
$([ "$(id -u)" -ne 0 ] || printf 'setuid = nobody\nsetgid = %s\n' "$(id -gn nobody)")
cert = $state/tls/server.pem
key = $state/tls/server.key
sslVersionMin = TLSv1.2
options = CIPHER_SERVER_PREFERENCE
ciphers = ECDHE+AESGCM:ECDHE+CHACHA20:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-SHA256:DHE-RSA-AES128-SHA256:AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA256:AES128-SHA256:AES256-SHA:AES128-SHA
EOF
	[ -z "$address" ] || cat <<EOF
[https]
accept = $address:443
connect = $(tls_inner):80
protocol = proxy
EOF
	[ -z "$address6" ] || cat <<EOF
[https6]
accept = $address6:443
connect = $(tls_inner):80
protocol = proxy
EOF
}

# What stunnel says, in the words of the others: "ready", warnings and errors.
tls_log() {
	case $line in
	*'LOG5[ui]: Configuration successful') line="ready: TLS on $(net6_host):443" ;;
	*LOG[0-4]'['*) line=${line#*]: } ;;
	*) line= ;;
	esac
}

# Once a day: is a certificate to be renewed?  As a service (-W) we may have no right to
# write there: whoever started us is told.
tls_daily() {
	tls_wanted || return 0
	read -r tls_now <"$work/now"
	tls_next=${tls_next:-$((tls_now + 86400))}
	[ "$tls_now" -ge "$tls_next" ] || return 0
	tls_next=$((tls_now + 86400))
	! "$tool_pxe_ca" -n -q "$state/tls" || return 0
	if [ "$written" ] && ! "$tool_pxe_ca" -q "$state/tls"; then
		warn "the certificate is to be renewed: restart this service"
	else
		serve_again "the certificate is to be renewed"
	fi
}
