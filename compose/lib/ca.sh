# shellcheck shell=sh disable=SC2154
# What pxe-ca(1) does, step by step.  New files are made in a directory of their own
# beneath DIR, looked at, and renamed only then: a full disk leaves what there was.

ca_bits=3072          # firmware of 2026 refuses 2048 (edk2#12651)
ca_days=7300          # of the CA: machines are told of it by hand
ca_early=172800       # clocks of machines that keep local time, or no good one
ca_epoch=1767225600   # 2026-01-01: a clock before that was never set

# ca_openssl WHAT ARGS...: its reason becomes part of our sentence.
ca_openssl() {
	ca_what=$1
	shift
	openssl "$@" >"$work/out" 2>"$work/why" </dev/null || failed "$dir: cannot make $ca_what: openssl: $(ca_why)"
}
ca_why() {
	sed -n 's/^.*:error:[^:]*:[^:]*:[^:]*://; s/:[^:]*\.c:.*//; /./p' "$work/why" | tail -n 1
}

ca_begin() {
	command -v openssl >/dev/null || failed "openssl is not installed; it makes keys and certificates (apt-get install openssl)"
	now=$(date +%s)
	[ "$now" -ge $ca_epoch ] || failed "the clock says $(date -u +%Y-%m-%d): set it first, or no machine with a clock takes the certificates"
	umask 077
	if [ ! -e "$dir" ] && [ -z "$check_only" ]; then
		(umask 022 && mkdir -p "$dir") 2>/dev/null || failed "cannot make the directory $dir"
	fi
	[ -d "$dir" ] || wrong "$dir: there is no such directory"
	[ "$(id -u)" != 0 ] || [ "$(stat -c %u "$dir")" = 0 ] || wrong "$dir belongs to user $(stat -c %U "$dir"), who could exchange what root writes there: run pxe-ca as that user, or chown it"
	[ -z "$check_only" ] || [ -e "$dir/server.pem" ] || { say "$dir: there is no certificate yet"; exit 1; }
	tidy() { rm -rf "${work:-}" "${new:-}"; }
	make_work
	[ "$check_only" ] && return
	new=$(mktemp -d "$dir/.new-XXXXXX" 2>/dev/null) || failed "cannot write to $dir; $(ca_room)"
	! command -v flock >/dev/null || { exec 9>"$dir/.lock" && flock 9; } 2>/dev/null || failed "cannot write to $dir; $(ca_room)"
}

ca_room() {
	df -h -P "$dir" 2>/dev/null | awk 'NR == 2 { print "is there room? " $4 " free on " $6 }'
}

# ca_names NAME|ADDRESS...: writes subjectAltName to $work/san; without any, what the
# certificate has.
ca_names() {
	san=
	for ca_name; do
		case $ca_name in
		*[!0-9A-Fa-f:.]*:* | *:*[!0-9A-Fa-f:.]*) wrong "$ca_name: an address alone, without port and brackets" ;;
		*:*) san=$san,IP:$ca_name ;;
		'' | *[!A-Za-z0-9.*_-]* | .* | -* | *..*) wrong "$ca_name: neither a name nor an address" ;;
		*[!0-9.]*) san=$san,DNS:$ca_name ;;
		*) san=$san,IP:$ca_name ;;
		esac
		[ "$san" != "${san#,*,}" ] || ca_first=$ca_name
	done
	san=${san#,}
	if [ "$san" ]; then
		ca_asked=$san
		san=$(ca_san_canonical "$san") || wrong "not an address: $(printf '%s\n' "$ca_asked" | sed 's/DNS:[^,]*,*//g; s/IP://g; s/,/ /g')"
	else
		san=$(ca_san "$dir/server.pem") || wrong "$dir: which names and addresses is the certificate to be for? They stand in URLs: pxe-ca $dir boot.example.org 10.0.0.1"
		ca_first=${san%%,*}
		ca_first=${ca_first#*:}
	fi
}

# ca_san CERTIFICATE: as the configuration of openssl has them.
ca_san() {
	openssl x509 -noout -ext subjectAltName -in "$1" 2>/dev/null </dev/null | sed -n 's/IP Address:/IP:/g; s/ //g; s/^\(\(DNS\|IP\):.*\)/\1/p' | grep .
}

# The same list however addresses are written; the key is for this question only.
ca_san_canonical() {
	ca_config server "$1" >"$work/cnf"
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -config "$work/cnf" 2>/dev/null </dev/null |
		openssl req -noout -text 2>/dev/null | sed -n 's/IP Address:/IP:/g; s/ //g; s/^\(\(DNS\|IP\):.*\)/\1/p' | grep .
}

# ca_config server|authority [SUBJECTALTNAME]: what openssl is to make.
ca_config() {
	printf '%s\n' '[req]' 'distinguished_name = d' 'prompt = no' 'string_mask = utf8only' "req_extensions = $1" '[d]'
	case $1 in
	authority) printf '%s\n' "CN = $ca_title" ;;
	*) printf 'CN = %.64s\n' "$ca_first" ;;
	esac
	printf '%s\n' '[ca]' 'default_ca = a' '[authority]' 'basicConstraints = critical, CA:TRUE' 'keyUsage = critical, keyCertSign, cRLSign' \
		'subjectKeyIdentifier = hash' '[server]' 'basicConstraints = critical, CA:FALSE' \
		'keyUsage = critical, digitalSignature, keyEncipherment' 'extendedKeyUsage = serverAuth' 'subjectKeyIdentifier = hash'
	[ "$1" = authority ] || printf '%s\n' "subjectAltName = $2"
	# unique_subject: a certificate may be renewed
	printf '%s\n' '[a]' "database = $work/index" 'rand_serial = yes' "new_certs_dir = $work" 'unique_subject = no' \
		'default_md = sha256' 'policy = p' 'copy_extensions = copy' 'x509_extensions = x' '[p]' 'commonName = supplied' '[x]'
	[ "$1" = authority ] || printf '%s\n' 'authorityKeyIdentifier = keyid'
}

# ca_sign WHAT NAME UNTIL ARGS...: a certificate for NAME.csr, from a while ago to UNTIL
# (seconds since 1970).
ca_sign() {
	ca_thing=$1 ca_name=$2 ca_until=$3
	shift 3
	: >"$work/index"
	ca_openssl "$ca_thing" ca -batch -notext -config "$work/cnf" -in "$work/$ca_name.csr" -out "$new/$ca_name.pem" \
		-startdate "$(ca_time $((now - ca_early)))" -enddate "$(ca_time "$ca_until")" "$@"
}

# GeneralizedTime: a year has four digits.
ca_time() { date -u -d "@$1" +%Y%m%d%H%M%SZ; }
ca_day() { date -u -d "@$1" +%Y-%m-%d; }

# ca_until FILE, ca_since FILE: when a certificate ends or begins, in seconds since
# 1970.  openssl says it as "Nov 30 12:00:00 2036 GMT".
ca_until() { openssl x509 -noout -enddate -in "$1" 2>/dev/null </dev/null | ca_seconds; }
ca_since() { openssl x509 -noout -startdate -in "$1" 2>/dev/null </dev/null | ca_seconds; }
ca_seconds() {
	awk '{ sub(/^[^=]*=/, ""); split($3, t, ":")
		m = (index("JanFebMarAprMayJunJulAugSepOctNovDec", $1) + 2) / 3; y = $4
		if (m <= 2) { y--; m += 12 }
		days = 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * m - 457) / 5) + $2 - 719469
		printf "%.0f\n", days * 86400 + t[1] * 3600 + t[2] * 60 + t[3] }'
}

# ca_pair CERTIFICATE KEY: do they belong together?
ca_pair() {
	ca_public=$(openssl x509 -noout -pubkey -in "$1" 2>"$work/why" </dev/null) && [ "$ca_public" ] &&
		[ "$ca_public" = "$(openssl pkey -pubout -in "$2" 2>"$work/why" </dev/null)" ]
}

# ca_sound CERTIFICATE KEY: and is the certificate from our CA?
ca_sound() {
	ca_pair "$1" "$2" && openssl verify -no_check_time -CAfile "$ca_from/ca.pem" "$1" >/dev/null 2>&1 </dev/null
}

# Sets ca_state: none, good, or a sentence that says what is wrong with the CA.
ca_look() {
	ca_state=good ca_from=$dir
	if [ ! -e "$dir/ca.pem" ] && [ ! -e "$dir/ca.key" ]; then
		ca_state=none
	elif ! ca_pair "$dir/ca.pem" "$dir/ca.key"; then
		for ca_file in ca.pem ca.key; do
			[ -s "$dir/$ca_file" ] || ca_state="$dir/$ca_file is missing"
		done
		[ "$ca_state" != good ] || ca_state="$dir/ca.pem and ca.key are damaged, or do not belong together"
	elif [ "$(ca_since "$dir/ca.pem")" -gt "$now" ]; then
		ca_state="$dir/ca.pem is good from $(ca_day "$(ca_since "$dir/ca.pem")") on only, and the clock says $(ca_day "$now"): is it set?"
	elif [ "$(ca_until "$dir/ca.pem")" -le "$now" ]; then
		ca_state="$dir/ca.pem was good until $(ca_day "$(ca_until "$dir/ca.pem")")"
	fi
}

# What is to be done about server.pem; nothing where it is good.
ca_due() {
	[ -e "$dir/server.pem" ] || { echo 'there is none yet'; return; }
	[ -z "$replace" ] || { echo 'the CA is another one'; return; }
	ca_pair "$dir/server.pem" "$dir/server.key" || { echo 'it or its key is damaged, or they do not belong together'; return; }
	ca_sound "$dir/server.pem" "$dir/server.key" || { echo 'it is not from this CA'; return; }
	due_until=$(ca_until "$dir/server.pem") due_since=$(ca_since "$dir/server.pem")
	if [ "$due_until" -le "$now" ]; then
		printf '%s\n' "it was good until $(ca_day "$due_until")"
	elif [ "$due_since" -gt "$now" ]; then
		printf '%s\n' "it is good from $(ca_day "$due_since") on only"
	elif [ $((due_until - now)) -lt $(((due_until - due_since) / 3)) ] && [ "$due_until" -lt "$(ca_until "$dir/ca.pem")" ]; then
		printf '%s\n' "it is good until $(ca_day "$due_until") only"
	elif [ "$(ca_san "$dir/server.pem")" != "$san" ]; then
		printf '%s\n' "it is for $(ca_san "$dir/server.pem" | sed 's/DNS://g; s/IP://g; s/,/ /g')"
	fi
}

ca_check() {
	ca_look
	case $ca_state in
	good) ;;
	none) say "$dir: there is no CA yet"; return 1 ;;
	*) say "$ca_state"; return 1 ;;
	esac
	ca_reason=$(ca_due) || exit
	[ -z "$ca_reason" ] || { say "$dir/server.pem is to be made anew: $ca_reason"; return 1; }
	[ "$quiet" ] || say "$dir/server.pem is good until $(ca_day "$(ca_until "$dir/server.pem")"), the CA until $(ca_day "$(ca_until "$dir/ca.pem")")"
}

# ---- making -----------------------------------------------------------------

# Firmware looks at no list of revoked certificates: what was trusted once is got rid
# of only by trusting another CA.
ca_authority() {
	ca_look
	case $ca_state,$replace in
	good,) return ;;
	none,*) [ ! -e "$dir/server.pem" ] || replace=1 ;;
	*,1) ;;
	*) wrong "$ca_state. Put it right, or make a new CA with pxe-ca -r $dir, which machines must then be given in place of the old one" ;;
	esac
	ca_from=$new
	ca_title="Network boot CA of $(uname -n | cut -c 1-30) $(ca_day "$now")"
	ca_config authority >"$work/cnf"
	ca_openssl 'the key of the CA' genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:$ca_bits -out "$new/ca.key"
	ca_openssl 'the CA' req -new -config "$work/cnf" -key "$new/ca.key" -out "$work/ca.csr"
	ca_sign 'the CA' ca $((now + ca_days * 86400)) -selfsign -keyfile "$new/ca.key"
	ca_pair "$new/ca.pem" "$new/ca.key" || failed "$dir: the new CA did not get to the disk; $(ca_room)"
	ca_news=1
}

ca_server() {
	ca_reason=$(ca_due) || exit
	server_from=$dir
	[ "$ca_reason" ] || return 0
	server_from=$new
	ca_config server "$san" >"$work/cnf"
	ca_key=$dir/server.key
	if [ "$replace" ] || ! openssl pkey -noout -in "$ca_key" 2>/dev/null </dev/null; then
		ca_key=$new/server.key
		ca_openssl "the server's key" genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:$ca_bits -out "$ca_key"
	fi
	ca_openssl "the server's certificate" req -new -config "$work/cnf" -key "$ca_key" -out "$work/server.csr"
	ca_end=$((now + days * 86400)) ca_last=$(ca_until "$ca_from/ca.pem")
	[ $ca_end -le "$ca_last" ] || ca_end=$ca_last
	ca_sign "the server's certificate" server "$ca_end" -cert "$ca_from/ca.pem" -keyfile "$ca_from/ca.key"
	ca_sound "$new/server.pem" "$ca_key" || failed "$dir: the new certificate did not get to the disk; $(ca_room)"
}

# ca_le32 NUMBER: four bytes, the lowest first.
ca_le32() {
	# shellcheck disable=SC2059 # octal escapes
	printf "$(printf '\\%03o\\%03o\\%03o\\%03o' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24 & 255)))"
}

# A list of one certificate each (UEFI 2.10, 32.4.1): EFI_CERT_X509_GUID, sizes of the
# list, of its header and of the one entry, and that entry, with the GUID of its owner.
ca_signature_list() {
	ca_size=$(wc -c <"$1")
	printf '\241\131\300\245\344\224\247\112\207\265\253\025\134\053\360\162'
	ca_le32 $((28 + 16 + ca_size))
	ca_le32 0
	ca_le32 $((16 + ca_size))
	printf '\166\072\203\015\136\361\112\114\230\053\331\160\056\102\275\303'
	cat "$1"
}

# The other forms follow from these files.
ca_forms() {
	ca_key=$dir/server.key
	[ ! -e "$new/server.key" ] || ca_key=$new/server.key
	ca_openssl 'ca.der' x509 -outform DER -in "$ca_from/ca.pem" -out "$new/ca.der"
	ca_signature_list "$new/ca.der" 2>/dev/null >"$new/cacerts.bin"
	cat "$server_from/server.pem" "$ca_key" 2>/dev/null >"$new/combined.pem"
	ca_formed || failed "$dir: what was written did not get to the disk; $(ca_room)"
	chmod 644 "$new/cacerts.bin" "$new/ca.der"
	for ca_file in ca.pem server.pem; do
		[ ! -e "$new/$ca_file" ] || chmod 644 "$new/$ca_file"
	done
}

ca_formed() {
	[ "$(wc -c <"$new/cacerts.bin")" = $((44 + $(wc -c <"$new/ca.der"))) ] && ca_sound "$new/combined.pem" "$new/combined.pem"
}

# Keys before what they belong to: whoever is interrupted between two of them is found
# out by the next call.
ca_finish() {
	sync "$new" 2>/dev/null || sync
	for ca_file in ca.key ca.pem ca.der cacerts.bin server.key server.pem combined.pem; do
		[ ! -e "$new/$ca_file" ] || replace "$new/$ca_file" "$dir/$ca_file" || failed "cannot write $dir/$ca_file; $(ca_room)"
	done
	chmod 600 "$dir/ca.key" "$dir/server.key" "$dir/combined.pem"
	[ -z "$quiet" ] || return 0
	[ -z "${ca_news:-}" ] || say "$dir: a new CA, which machines must be told to trust: cacerts.bin for QEMU, ca.der for a setup screen, ca.pem for iPXE (make ... TRUST=ca.pem)"
	[ -z "$ca_reason" ] || [ "${ca_news:-}" ] || say "$dir/server.pem is new: $ca_reason; whoever uses it must be told to read it again"
	say "$dir/server.pem: for $(ca_san "$dir/server.pem" | sed 's/DNS://g; s/IP://g; s/,/ /g'), until $(ca_day "$(ca_until "$dir/server.pem")"); the CA until $(ca_day "$(ca_until "$dir/ca.pem")")"
	[ "$(($(ca_until "$dir/ca.pem") - now))" -ge $((days * 86400)) ] ||
		warn "$dir/ca.pem ends soon: pxe-ca -r $dir makes a new one; give it to the machines in time"
}
