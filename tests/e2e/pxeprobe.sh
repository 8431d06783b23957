# shellcheck shell=sh disable=SC2016,SC2119,SC2120
# What the pxeprobe-*.t files share; sourced after lib.sh.
#   tree               a TFTP directory in $T/tftp: real loaders, a small kernel and initrd
#   dns ARGS...        dnsmasq as DHCP and TFTP server on br0
#   probe ARGS...      pxeprobe on host c; its lines in $T/report
#   reported 'ERE'         one of those lines matches
PXEPROBE=$BIN/pxeprobe/pxeprobe
need dnsmasq python3

tree() {
	mkdir -p "$T/tftp/pxelinux.cfg" "$T/tftp/grub"
	for f in /usr/lib/PXELINUX/pxelinux.0 /usr/lib/PXELINUX/lpxelinux.0 /usr/lib/ipxe/undionly.kpxe \
		/usr/lib/ipxe/ipxe.efi /usr/lib/syslinux/modules/bios/ldlinux.c32; do
		[ -e "$f" ] || {
			skip "no $f here"
			exit 0
		}
		cp "$f" "$T/tftp/"
	done
	cp /usr/lib/shim/shimx64.efi.signed "$T/tftp/shimx64.efi"
	cp /usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed "$T/tftp/grubx64.efi"
	# The first bytes of a bzImage (Linux boot protocol 2.15), and some weight.
	python3 - "$T/tftp" <<-'EOF'
		import struct, sys
		k = bytearray(700000)
		k[0x1f1] = 4
		k[0x1fe:0x200] = b"\x55\xaa"
		k[0x202:0x206] = b"HdrS"
		k[0x206:0x208] = struct.pack("<H", 0x20f)
		k[0x211] = 1
		k[0x236:0x238] = struct.pack("<H", 1)
		open(sys.argv[1] + "/linux", "wb").write(k)
		open(sys.argv[1] + "/initrd.gz", "wb").write(b"\x1f\x8b\x08" + bytes(300000))
	EOF
	printf 'default l\nlabel l\n kernel linux\n append initrd=initrd.gz quiet\n' >"$T/tftp/pxelinux.cfg/default"
	printf 'set default=x\nset timeout=5\nmenuentry "bad" {\n linux /none\n}\nmenuentry "good" --id x {\n linux /linux quiet\n initrd /initrd.gz\n}\n' >"$T/tftp/grub/grub.cfg"
	printf '#!ipxe\nset base tftp://${next-server}\nkernel ${base}/linux initrd=initrd.gz\ninitrd ${base}/initrd.gz\nboot\n' >"$T/tftp/boot.ipxe"
	chmod -R a+rX "$T/tftp"
}

dns() {
	stop dns
	: >"$T/leases"
	start dns dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/leases" \
		--enable-tftp --tftp-root="$T/tftp" --dhcp-range=10.77.0.50,10.77.0.99 "$@"
	ready dns 'TFTP root'
}

probe() {
	timeout 300 ip netns exec c "$PXEPROBE" -i eth0 "$@" >"$T/report" 2>"$T/errors"
	rc=$?
	if grep -q -e 'Sanitizer' -e 'runtime error' "$T/errors"; then
		sed 's/^/# /' "$T/errors"
		not_ok "clean under the sanitizers"
	fi
	return $rc
}
reported() { grep -q -E -e "$1" "$T/report"; }
show() { sed 's/^/# /' "$T/report" "$T/errors"; }

# boots NAME ARGS...: exit 0, a verdict yes, no error among the faults.
boots() {
	boots_name=$1
	shift
	if probe "$@" && reported '^verdict .*boots=yes' && ! reported 'severity=error'; then ok "$boots_name"; else
		show
		not_ok "$boots_name"
	fi
}
# unknown NAME ERE ARGS...: exit 0, a verdict unknown that says this, no error.
unknown() {
	unknown_name=$1 unknown_ere=$2
	shift 2
	if probe "$@" && reported "^verdict .*boots=unknown .*$unknown_ere" && ! reported 'severity=error'; then
		ok "$unknown_name"
	else
		show
		not_ok "$unknown_name"
	fi
}
# fault NAME ARGS...: exit 1 and this fault as an error.
fault() {
	fault_name=$1
	shift
	probe "$@"
	rc=$?
	if [ $rc -eq 1 ] && reported "^fault name=$fault_name severity=error" && reported '^verdict .*boots=no'; then
		ok "$fault_name"
	else
		show
		not_ok "$fault_name (exit $rc)"
	fi
}
# warning NAME ARGS...: the fault as a warning, whatever the verdict.
warning() {
	warning_name=$1
	shift
	probe "$@"
	if reported "^fault name=$warning_name severity=warning"; then ok "$warning_name, a warning"; else
		show
		not_ok "$warning_name, a warning"
	fi
}
# says RC NAME ERE COMMAND...: exits RC, with this on stdout or stderr.
says() {
	says_want=$1 says_name=$2 says_ere=$3
	shift 3
	"$@" >"$T/said" 2>&1
	says_rc=$?
	if [ $says_rc -eq "$says_want" ] && grep -q -E -e "$says_ere" "$T/said"; then ok "$says_name"; else
		sed 's/^/# /' "$T/said"
		not_ok "$says_name (exit $says_rc)"
	fi
}
