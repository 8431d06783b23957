#!/bin/sh
# pxe-ca: what it makes, what it makes anew and what it leaves alone; clocks, damage,
# a full disk.
# shellcheck disable=SC2154
. "$(dirname "$0")/../lib.sh"
need openssl python3
ca() { "$SRC/compose/pxe-ca" "$@"; }
D=$T/ca
# Fingerprints of what is there, to see what has changed.
marks() { (cd "$D" && sha256sum ca.pem ca.key server.pem server.key | cut -c 1-16 | tr '\n' ' '); }
changed() { # CA SERVER-KEY CERTIFICATE: "same" or "new" each, since $before
	marks | awk -v before="$before" -v want="$*" '{ split(before, b)
		got = ($1 == b[1] && $2 == b[2] ? "same" : "new") " " ($4 == b[4] ? "same" : "new") " " ($3 == b[3] ? "same" : "new")
		if (got != want) print got; exit got != want }'
}
# Which fields a certificate has: text IN FILE
text() { openssl x509 -noout -text -in "$1"; }

check_rc 0 '--help' ca --help
check_rc 2 'a directory is needed' ca
check_rc 2 'and names' ca "$D"
said 'says which' 'which names and addresses is the certificate to be for'
for bad in '10.77.0' 10.77.0.1:443 '[fd00::1]' 'a b' '' 'x/y' -x; do
	check_rc 2 "no name: \"$bad\"" ca "$D" boot.lan "$bad"
done
check_rc 2 'no number of days' ca -d 0 "$D" x
check_rc 2 '-n and -r' ca -n -r "$D" x
check 'nothing was made by that' test -z "$(find "$D" -type f ! -name .lock 2>/dev/null)"
rm -rf "$D"
check_rc 2 '-n: no directory' ca -n "$D" x

check_rc 0 'a CA and a certificate' ca "$D" boot.lan 10.77.0.1 fd77::1
said 'it says what to give machines' 'a new CA.*cacerts.bin for QEMU, ca.der for a setup screen, ca.pem for iPXE'
check 'keys are for their owner alone' test "$(cd "$D" && stat -c %a ca.key server.key combined.pem | sort -u)" = 600
check 'the rest for all' test "$(cd "$D" && stat -c %a . ca.pem ca.der cacerts.bin server.pem | tr '\n' ' ')" = '755 644 644 644 644 '
check 'nothing else is left' test "$(cd "$D" && find . -type f | LC_ALL=C sort | tr -d / | tr '\n' ' ')" = '..lock .ca.der .ca.key .ca.pem .cacerts.bin .combined.pem .server.key .server.pem '
check 'the chain' openssl verify -x509_strict -purpose sslserver -verify_hostname boot.lan -CAfile "$D/ca.pem" "$D/server.pem"
check 'addresses count' openssl verify -purpose sslserver -verify_ip 10.77.0.1 -CAfile "$D/ca.pem" "$D/server.pem"
check 'those of IPv6 too' openssl verify -purpose sslserver -verify_ip fd77::1 -CAfile "$D/ca.pem" "$D/server.pem"
text "$D/server.pem" >"$T/text"
check 'RSA of 3072 bits' grep -q 'Public-Key: (3072 bit)' "$T/text"
check 'which may encipher keys: static RSA' grep -q 'Key Encipherment' "$T/text"
check 'server only' grep -q 'TLS Web Server Authentication' "$T/text"
check 'no CA' grep -q 'CA:FALSE' "$T/text"
check 'good for machines in local time: a day ago' openssl verify -attime $(($(date +%s) - 86400)) -CAfile "$D/ca.pem" "$D/server.pem"
check 'the list for fw_cfg' python3 - "$D" <<'EOF'
import struct, sys, uuid
d = sys.argv[1]
b = open(d + "/cacerts.bin", "rb").read()
der = open(d + "/ca.der", "rb").read()
assert uuid.UUID(bytes_le=b[:16]) == uuid.UUID("a5c059a1-94e4-4aa7-87b5-ab155c2bf072")
size, header, one = struct.unpack("<III", b[16:28])
assert size == len(b) and header == 0 and one == 16 + len(der) and b[44:] == der
EOF
openssl x509 -outform DER -in "$D/ca.pem" -out "$T/der"
check 'ca.der is ca.pem' cmp "$T/der" "$D/ca.der"

# ---- called again
before=$(marks)
check_rc 0 'again, without names' ca "$D"
check 'nothing changes' changed same same same
check_rc 0 'again, addresses written otherwise' ca "$D" boot.lan 10.77.0.1 fd77:0:0::0001
check 'nothing changes' changed same same same
check_rc 0 '-n: all is well' ca -n "$D"
check_rc 0 '-q is quiet' ca -q "$D"
check 'indeed' test ! -s "$T/err"
check_rc 1 '-n: another address' ca -n "$D" boot.lan 10.77.0.2
said 'says for whom it is' 'is to be made anew: it is for boot.lan 10.77.0.1 FD77'
check '-n changes nothing' changed same same same
check_rc 0 'another address' ca "$D" boot.lan 10.77.0.2
check 'a new certificate, and nothing else' changed same same new
check 'for that' openssl verify -verify_ip 10.77.0.2 -CAfile "$D/ca.pem" "$D/server.pem"
check_not 'and not for the old one' openssl verify -verify_ip 10.77.0.1 -CAfile "$D/ca.pem" "$D/server.pem"
check 'combined.pem follows' sh -c "cat '$D/server.pem' '$D/server.key' | cmp - '$D/combined.pem'"
before=$(marks)
(ca -q "$D" one.lan & ca -q "$D" two.lan & wait) 2>"$T/both"
check 'two at once leave a whole one' openssl verify -CAfile "$D/ca.pem" "$D/server.pem"
check 'and its key' sh -c "cat '$D/server.pem' '$D/server.key' | cmp - '$D/combined.pem'"
ca -q "$D" boot.lan 10.77.0.2

# ---- a clock of our own: seconds from now
mkdir "$T/clock"
cat >"$T/clock/date" <<'EOF'
#!/bin/sh
[ "$*" = +%s ] || PATH=${PATH#*:} exec date "$@"
echo $(($(PATH=${PATH#*:} date +%s) + AHEAD))
EOF
chmod 755 "$T/clock/date"
later() { AHEAD=$(($1 * 86400)) PATH=$T/clock:$PATH "$SRC/compose/pxe-ca" "$D"; }
before=$(marks)
check_rc 0 'after 480 days of 730' later 480
check 'nothing changes' changed same same same
check_rc 0 'after 490' later 490
said 'it is renewed, and said' 'server.pem is new: it is good until 20.* only; whoever uses it must be told'
check 'and nothing else' changed same same new
check 'for as long again' test "$(openssl x509 -noout -checkend $((1200 * 86400)) -in "$D/server.pem")" = 'Certificate will not expire'
before=$(marks)
check_rc 0 'back to today: a certificate of the future is made anew' later 0
check 'it alone' changed same same new
check_rc 0 'after ten years' later 3650
check_rc 0 'short before the CA ends' later 7200
said 'which is said in time' 'ca.pem ends soon: pxe-ca -r'
check 'no certificate outlives its CA' openssl verify -attime $(($(date +%s) + 7299 * 86400)) -CAfile "$D/ca.pem" "$D/server.pem"
before=$(marks)
check_rc 2 'a CA that has ended' later 7400
said 'what to do' 'ca.pem was good until 20.*make a new CA with pxe-ca -r'
check 'nothing is touched' changed same same same
check_rc 3 'a clock that was never set' later -20000
said 'says so' 'the clock says .*: set it first'
ca -q "$D"

# ---- damage
before=$(marks)
echo x >"$D/server.key"
check_rc 0 'a damaged key of the server' ca "$D"
said 'is replaced, and said' 'server.pem is new: it or its key is damaged'
check 'the CA stays' changed same new new
before=$(marks)
: >"$D/server.pem"
check_rc 2 'an empty certificate: its names are gone' ca "$D"
check_rc 0 'with names' ca "$D" boot.lan 10.77.0.2
check 'the key stays' changed same same new
rm "$D/cacerts.bin" "$D/ca.der" "$D/combined.pem"
before=$(marks)
check_rc 0 'other forms that were deleted' ca "$D"
check 'come back' test -s "$D/cacerts.bin" -a -s "$D/ca.der" -a -s "$D/combined.pem"
check 'and that is all' changed same same same
cp "$D/ca.key" "$T/ca.key"
echo x >"$D/ca.key"
before=$(marks)
check_rc 2 'a damaged key of the CA' ca "$D"
said 'is not replaced' 'ca.pem and ca.key are damaged, or do not belong together. Put it right, or make a new CA with pxe-ca -r'
check 'nothing is touched' changed same same same
rm "$D/ca.key"
check_rc 2 'a missing one' ca "$D"
said 'neither' 'ca.key is missing'
cp "$T/ca.key" "$D/ca.key"

# ---- a full disk: every size of room, until there is enough
before=$(marks)
mkdir "$T/full"
mount -t tmpfs -o size=64k,mode=755 none "$T/full"
cp "$D"/*.* "$T/full"
D=$T/full
dd if=/dev/zero of="$D/filler" bs=1024 count=200 2>/dev/null
for room in 0 4 8 12 16; do
	truncate -s $((($(stat -c %s "$D/filler") / 4096 - room / 4) * 4096)) "$D/filler" 2>/dev/null
	ca "$D" full.lan 2>"$T/full.err"
	rc=$?
	[ $rc -ne 0 ] || break
	check "full: exit 3" test "$rc" -eq 3
	check 'full: all is as it was' changed same same same
	check 'full: it says so' grep -qE 'is there room|openssl' "$T/full.err"
	check 'full: nothing is left lying about' test -z "$(find "$D" -name '.new-*')"
done
check 'with room it works' test "$rc" -eq 0
D=$T/ca

# ---- another CA
before=$(marks)
check_rc 0 '-r' ca -r "$D"
check 'all is new' changed new new new
check 'for the same names' openssl verify -verify_ip 10.77.0.2 -CAfile "$D/ca.pem" "$D/server.pem"

# ---- other shells and whoever owns the directory
for shell in dash 'busybox sh'; do
	command -v "${shell% *}" >/dev/null || continue
	# shellcheck disable=SC2086 # two words
	check_rc 0 "$shell" $shell "$SRC/compose/pxe-ca" "$T/${shell% *}" boot.lan 10.77.0.1
done
if [ "$user" = nobody ]; then
	mkdir "$T/theirs" && chown nobody "$T/theirs"
	check_rc 2 'root does not write where another user could exchange it' ca "$T/theirs" x.lan
	said 'says who' 'theirs belongs to user nobody'
else skip 'no nobody in this namespace'; fi
finish
