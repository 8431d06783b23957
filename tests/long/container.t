#!/bin/sh
# The image of compose/container/Containerfile: made by podman from a debootstrap root,
# without a registry, and each tool in it with the rights that pxe-tools(7) names, and
# without them.  The network is the test's own; a machine that pxeprobe plays boots from it.
# shellcheck disable=SC2016,SC2154 # $1 is for the build's shell; start sets pid_alone
SRC=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/long/build.sh
. "$SRC/tests/long/build.sh"

# Not every runtime works in every place: the first that runs something, or none.
pod() { podman ${runtime:+--runtime "$runtime"} "$@"; }
if [ -z "${IN_NETNS:-}" ]; then
	build_start debootstrap podman
	# podman's capabilities as it ships them; its limits are above what may be set in some places.
	cat >"$LIVE/containers.conf" <<-'END'
		[containers]
		default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
		default_capabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "NET_BIND_SERVICE",
			"SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"]
	END
	printf '[storage]\ndriver = "overlay"\ngraphroot = "%s/storage"\nrunroot = "%s/run"\n' "$LIVE" "$LIVE" >"$LIVE/storage.conf"
	export CONTAINERS_CONF="$LIVE/containers.conf" CONTAINERS_STORAGE_CONF="$LIVE/storage.conf"
	build 'debootstrap makes a root' root/etc/debian_version 'debootstrap --variant=minbase "$1" root "$2"
		rm -rf root/var/cache/apt/archives/*.deb'
	tar -C "$LIVE/root" -c . | podman import -q - pxe-tools-base >/dev/null && rm -rf "$LIVE/root"
	for runtime in crun runc ''; do
		[ "$runtime" ] || build_skip 'podman runs no container here'
		pod run --rm --network host pxe-tools-base true >/dev/null 2>&1 && break
	done
	export runtime
	if pod build -q --network host --build-arg BASE=localhost/pxe-tools-base -t pxe-tools \
		-f "$SRC/compose/container/Containerfile" "$SRC" >"$LIVE/log" 2>&1 </dev/null; then
		echo 'ok - podman builds the image'
	else
		tail -n 30 "$LIVE/log" | sed 's/^/# /'
		echo 'not ok - podman builds the image'
		exit 1
	fi
fi

# shellcheck source=tests/lib.sh
. "$SRC/tests/lib.sh"
need podman xorriso python3
lan
host client

# container NAME 'OPTIONS' COMMAND...: one on the host's network, in the background
container() {
	name=$1 options=$2
	shift 2
	# shellcheck disable=SC2086 # options are words
	start "$name" podman ${runtime:+--runtime "$runtime"} run --rm --name "$name" --network host $options pxe-tools "$@"
}
ends() { # NAME: it stops when asked, within the time that podman gives it
	check "$1 ends when it is stopped" pod stop -t 5 "$1"
	eval "check_rc 0 '... in good order' wait \"\$pid_$1\"; pid_$1="
}
# on_client 'OPTIONS' COMMAND...: one on the machine's network, whose output is the check's
on_client() {
	options=$1
	shift
	# shellcheck disable=SC2086
	nsenter --net=/run/netns/client podman ${runtime:+--runtime "$runtime"} run --rm --network host $options pxe-tools "$@"
}

mkdir -p "$T/www" "$T/tree/debian-installer/amd64" "$T/tree/.disk"
python3 - "$T/tree/debian-installer/amd64/linux" <<'END'
import sys
k = bytearray(20000)
k[0x1fe:0x200] = b"\x55\xaa"; k[0x202:0x206] = b"HdrS"; k[0x206:0x208] = b"\x0f\x02"; k[0x211] = 1; k[0x236:0x238] = b"\x03\x00"
open(sys.argv[1], "wb").write(k)
END
echo initrd | gzip >"$T/tree/debian-installer/amd64/initrd.gz"
echo 'Debian test' >"$T/tree/.disk/info"
xorriso -as mkisofs -quiet -R -o "$T/www/deb.iso" "$T/tree" 2>/dev/null
chmod -R a+rX "$T"
play='--cap-add NET_RAW,NET_ADMIN,SYS_ADMIN --device /dev/net/tun'

# ---- each tool with the rights it needs, and without -------------------------------
check 'the image says what it is' sh -c "podman ${runtime:+--runtime $runtime} run --rm pxe-tools | grep -q '^usage: pxe-up '"
check 'isoextract needs nothing' on_client "-v $T/www:/iso:ro --cap-drop ALL" isoextract -b /iso/deb.iso
cp "$T/out" "$T/facts"
check '... and reads the image' grep -q '^boot name="Debian test" ' "$T/facts"
check_rc 3 'pxeprobe without rights' on_client '' pxeprobe -i eth0 -k bios
said '... names them' '--cap-add NET_RAW,NET_ADMIN'
check_rc 3 'pxeprobe without a tun device' on_client '--cap-add NET_RAW,NET_ADMIN,SYS_ADMIN' pxeprobe -i eth0 -k bios
said '... names it' '--device /dev/net/tun'
container plain '' dhcpd-pxe -i br0 -e 'subnet 10.77.0.0/24 range=10.77.0.30-10.77.0.40'
check 'dhcpd-pxe without CAP_NET_RAW serves' ready plain 'ready: br0'
check '... and says what it cannot' grep -q 'no right to send raw frames (CAP_NET_RAW)' "$T/plain.log"
ends plain
container tftp "-v $T/www:/srv/tftp:ro" tftpd-lite /srv/tftp
container http "-v $T/www:/srv/www:ro --user 1000:1000" httpd-boot -l :8080 /srv/www
ready tftp 'ready: serving' && ready http 'ready: '
check 'tftpd-lite needs nothing' sh -c "curl -m 60 -s tftp://10.77.0.1/deb.iso | cmp - $T/www/deb.iso"
check 'httpd-boot needs nothing, as an ordinary user' sh -c "curl -m 60 -s http://10.77.0.1:8080/deb.iso | cmp - $T/www/deb.iso"
ends tftp
ends http

# ---- pxe-up --------------------------------------------------------------------------
container alone "--cap-add NET_RAW -v $T/www:/iso:ro" pxe-up -i br0 /iso/deb.iso
check_rc 3 'pxe-up without a tun device ends' wait "$pid_alone"
check '... and says what to do' grep -q 'cannot look for another DHCP server .*--device /dev/net/tun; -p skips this' "$T/alone.log"
container proxy "--cap-add NET_RAW -v $T/www:/iso:ro" pxe-up -p -i br0 /iso/deb.iso
check 'pxe-up -p needs CAP_NET_RAW alone' ready proxy 'ready: 1 image on br0'
ends proxy
container up "$play -v $T/www:/iso:ro" pxe-up -i br0 /iso/deb.iso
check 'pxe-up' ready up 'ready: 1 image on br0'
check 'a machine boots from it' on_client "$play" pxeprobe -i eth0 -k bios
ends up

# ---- on a network of its own ---------------------------------------------------------
if pod run -d --name bridged -p 69:69/udp -v "$T/www:/srv/tftp:ro" pxe-tools tftpd-lite -s /srv/tftp >"$T/out" 2>&1; then
	ip -n client addr add 10.77.0.9/24 dev eth0
	fetched() { ip netns exec client curl -m 60 -s tftp://10.77.0.1/deb.iso | cmp -s - "$T/www/deb.iso"; }
	check 'tftpd-lite -s behind a published port' wait_for 30 fetched
	pod stop -t 5 bridged >/dev/null 2>&1
else
	sed 's/^/# /' "$T/out"
	skip 'podman makes no bridge here'
fi
finish
