#!/bin/sh
# Web servers set up wrongly for UEFI HTTP Boot and for GRUB, and the keys of https:
# nginx, python's http.server, busybox httpd.  Each fault has its name.
# shellcheck disable=SC2154 # start sets pid_NAME
. "$(dirname "$0")/../lib.sh"
. "$SRC/tests/e2e/pxeprobe.sh"
. "$SRC/tests/e2e/pxeprobe-servers.sh"
need nginx openssl busybox grub-mkimage
lan
host c
tree
cp "$T/tftp/ipxe.efi" "$T/tftp/BOOTX64.EFI"
printf '#!ipxe\nkernel linux initrd=initrd.gz\ninitrd initrd.gz\nboot\n' >"$T/tftp/http.ipxe"

# key NAME ARGS...: a key and its self-signed certificate
key() {
	openssl req -x509 -nodes -keyout "$T/$1.key" -out "$T/$1.crt" -days 30 -subj /CN=10.77.0.1 \
		-addext subjectAltName=IP:10.77.0.1 -newkey "$2" ${3:+-pkeyopt "$3"} 2>"$T/openssl" || cat "$T/openssl"
}
# tls CERTIFICATE [DIRECTIVES [CIPHERS]]
tls() { web "listen 10.77.0.1:443 ssl; ssl_certificate $T/$1.crt; ssl_certificate_key $T/$1.key; ssl_ciphers ${3:-DEFAULT}:@SECLEVEL=0; ${2:-}"; }
boot_from() {
	boot_from_file=$1
	shift
	dns --dhcp-match=set:http,93,16 --dhcp-userclass=set:ipxe,iPXE --dhcp-option-force=tag:http,60,HTTPClient \
		--dhcp-boot=tag:ipxe,http://10.77.0.1/http.ipxe --dhcp-boot="tag:http,tag:!ipxe,$boot_from_file" "$@"
}

web ''
boot_from http://10.77.0.1/ipxe.efi
boots 'nginx: HTTP Boot, iPXE, a script, kernel and initrd' -k http-x64
web 'location = /ipxe.efi { return 301 /other/ipxe.efi; }'
fault http-redirect -k http-x64
web 'location = /ipxe.efi { deny all; }'
fault http-status -k http-x64
check 'and which' reported 'answers 403'
web 'ssi on; ssi_types *;'
boot_from http://10.77.0.1/shimx64.efi
fault http-chunked -k http-x64
web 'ssi on; ssi_types *; chunked_transfer_encoding off;'
fault http-no-length -k http-x64
# Its table knows nothing of EFI (nginx's own has no efi either), and the name ends in capitals.
web 'types { }'
boot_from http://10.77.0.1/BOOTX64.EFI
fault http-type -k http-x64
boot_from http://10.77.0.1/nothere.efi
fault http-status -k http-x64
boot_from http://boot.example/ipxe.efi
fault uri-needs-dns -k http-x64 -t 2
# Names: from the DNS server of option 6, the second one where the first is silent.
start names dnsmasq -d --conf-file=/dev/null -u root -p 53 -i br0 --no-resolv --no-hosts --address=/boot.example/10.77.0.1 --local=/example/
ready names 'started, version'
named() { boot_from "http://boot.example/$1" "--dhcp-option=6,$2"; }
named ipxe.efi 10.77.0.1
boots 'a web server by its name' -k http-x64
check 'which DNS knew' reported 'what=bootfile .*from=10.77.0.1 .*file=http://boot.example/ipxe.efi'
named ipxe.efi 10.77.0.98,10.77.0.1
boots 'a DNS server that is not there, and one that is' -k http-x64
dns --dhcp-match=set:http,93,16 --dhcp-option-force=tag:http,60,HTTPClient --dhcp-option=6,10.77.0.1 \
	--dhcp-boot=tag:http,http://other.example/ipxe.efi
fault uri-needs-dns -k http-x64 -t 2
check 'a name that DNS does not know is said' reported 'uri-needs-dns .*other.example'
stop names
stop web
boot_from http://10.77.0.1/ipxe.efi
fault http-no-answer -k http-x64 -t 2
check 'which says that the port is closed' reported 'http-no-answer .*10.77.0.1 is there, but nothing listens on that TCP port'
boot_from http://10.77.0.99/ipxe.efi
fault http-no-answer -k http-x64 -t 2
check 'or that nobody is there' reported 'http-no-answer .*nobody answers ARP for 10.77.0.99'
boot_from http://10.77.0.1/ipxe.efi
start plain python3 -u -m http.server -d "$T/tftp" -b 10.77.0.1 80
ready plain 'Serving HTTP'
fault http-1.0 -k http-x64
stop plain
start busybox busybox httpd -f -p 10.77.0.1:80 -h "$T/tftp"
wait_for 10 grep -q '01004D0A:0050' /proc/net/tcp
boots 'busybox httpd, of HTTP/1.1' -k http-x64
# A server that hangs: the kernel takes its connections, and that is all.
kill -STOP "$pid_busybox"
fault http-no-answer -k http-x64 -t 2
check 'which says that no answer came' reported 'http-no-answer .*no answer in time'
kill -CONT "$pid_busybox"
stop busybox

# GRUB by HTTP Boot has no network; by PXE, with one of its own, it asks a web server.
web ''
boot_from http://10.77.0.1/shimx64.efi
made_grub() {
	grub-mkimage -O x86_64-efi -o "$T/new" -p /grub efinet net tftp normal configfile linux "$@"
	mv "$T/new" "$T/tftp/grubx64.efi"
}
made_grub
fault grub-without-http -k http-x64
# Over TFTP it has HTTP only in a module, which lies beside its others.
cp "$T/tftp/grub/grub.cfg" "$T/grub.cfg"
printf 'set timeout=1\nmenuentry a {\n linux (http,10.77.0.1)/linux\n initrd (http,10.77.0.1)/initrd.gz\n}\n' >"$T/tftp/grub/grub.cfg"
dns --dhcp-boot=shimx64.efi
fault grub-without-http -k efi-x64
mkdir -p "$T/tftp/grub/x86_64-efi" && cp /usr/lib/grub/x86_64-efi/http.mod "$T/tftp/grub/x86_64-efi/"
boots 'GRUB loads http.mod, and goes on over HTTP' -k efi-x64
rm -r "$T/tftp/grub/x86_64-efi"
printf 'set timeout=1\nset fallback=1\nmenuentry a {\n linux (http,10.77.0.1)/linux\n}\nmenuentry b {\n linux /linux\n initrd /initrd.gz\n}\n' >"$T/tftp/grub/grub.cfg"
boots 'GRUB falls back to what it can load' -k efi-x64
mv "$T/grub.cfg" "$T/tftp/grub/grub.cfg"
boot_from http://10.77.0.1/shimx64.efi
made_grub http
fault grub-no-network -k http-x64
signed=$SRC/build/loaders/13/usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed
if [ -e "$signed" ]; then
	cp "$signed" "$T/tftp/grubx64.efi"
	boots "Debian 13's signed GRUB has HTTP, and takes the firmware's" -k http-x64
	check 'its menu too' reported 'what=config .*file=http://10.77.0.1/grub/grub.cfg bytes'
else
	skip "Debian 13's signed GRUB is not here"
fi
printf 'net_bootp\nset root=(http,10.77.0.1)\nconfigfile (http,10.77.0.1)/grub/grub.cfg\n' >"$T/embedded.cfg"
grub-mkimage -O x86_64-efi -o "$T/tftp/net.efi" -c "$T/embedded.cfg" -p /grub efinet net tftp http normal configfile linux
dns --dhcp-boot=net.efi
boots 'GRUB with a network of its own, over HTTP' -k efi-x64
check 'the kernel too' reported 'what=kernel .*file=http://10.77.0.1/linux bytes=700000'
web 'location = /grub/grub.cfg { ssi on; ssi_types *; chunked_transfer_encoding off; add_header content-length 114; }'
fault http-header-case -k efi-x64

boot_from https://10.77.0.1/ipxe.efi
key weak rsa:1024
key middle rsa:2048
key strong rsa:3072
key curve ec ec_paramgen_curve:P-256
tls weak
fault tls-key -k http-x64
check 'and how long it is' reported '1024 bits'
tls middle
warning tls-key -k http-x64
check 'a warning keeps nobody from booting' reported '^verdict .*boots=yes'
check 'which firmware minds' reported 'edk2-stable202511 and later want 3072'
tls strong
boots 'an RSA key of 3072 bits' -k http-x64
check_not 'is not weak' reported 'name=tls-key'
warning tls-ca -k http-x64
tls curve
fault tls-cipher -k http-x64
tls strong 'ssl_protocols TLSv1.3;'
fault tls-version -k http-x64
tls strong 'ssl_protocols TLSv1 TLSv1.1;'
fault tls-version -k http-x64
tls strong '' ECDHE-RSA-AES256-GCM-SHA384
fault tls-cipher -k http-x64
web 'listen 10.77.0.1:443;'
fault http-no-answer -k http-x64
check 'where no TLS is' reported 'does not speak TLS'
# iPXE has other ciphers, and the same wishes otherwise.
dns --dhcp-boot=https://10.77.0.1/http.ipxe
tls strong '' ECDHE-RSA-AES256-GCM-SHA384
boots 'iPXE takes ECDHE' -k ipxe
tls strong 'ssl_protocols TLSv1.3;'
fault tls-version -k ipxe
tls curve
fault tls-cipher -k ipxe
# For whom the certificate is: an address must be in subjectAltName for UEFI firmware.
openssl req -x509 -nodes -keyout "$T/subject.key" -out "$T/subject.crt" -days 30 -subj /CN=10.77.0.1 -newkey rsa:3072 2>"$T/openssl"
openssl req -x509 -nodes -keyout "$T/other.key" -out "$T/other.crt" -days 30 -subj /CN=boot.example \
	-addext subjectAltName=DNS:boot.example,IP:10.77.0.10 -newkey rsa:3072 2>"$T/openssl"
tls other
fault tls-name -k ipxe
tls subject
boots 'iPXE takes an address as the subject' -k ipxe
boot_from https://10.77.0.1/ipxe.efi
fault tls-name -k http-x64
tls other
fault tls-name -k http-x64
finish
