# shellcheck shell=sh disable=SC2034,SC2154
# Sourced after lab.sh by tests/firmware/persona-*.t, which hold a persona of
# pxeprobe against the firmware that it plays: both boot from the same server,
# and what they ask for is compared, option by option.
#
#   served_tree             $T/tftp: loaders, menus, a kernel, an initrd
#   dns ARGS...             dnsmasq as DHCP and TFTP server; web: httpd-boot
#   real WAY ERE            the firmware, until a line of a server's log matches
#   same NAME PERSONA       pxeprobe asks what the firmware asked, from first to last
#   begins NAME PERSONA N   the same for the first N requests

need tcpdump dnsmasq python3
MAC=52:54:00:12:34:56

served_tree() {
	tree_x64=$(machine_installer amd64)/debian-installer/amd64 && tree_arm64=$(machine_installer arm64)/debian-installer/arm64 || {
		skip "$(basename "$0"): no packages debian-installer-*-netboot-amd64 and -arm64 here"
		exit 0
	}
	mkdir -p "$T/tftp/pxelinux.cfg" "$T/tftp/grub" "$T/tftp/debian-installer/arm64/grub"
	cp /usr/lib/PXELINUX/pxelinux.0 /usr/lib/ipxe/ipxe.efi /usr/lib/syslinux/modules/bios/ldlinux.c32 "$T/tftp/"
	cp "$tree_x64/linux" "$T/tftp/linux"
	cp "$tree_arm64/bootnetaa64.efi" "$T/tftp/shimaa64.efi"
	cp "$tree_arm64/grubaa64.efi" "$T/tftp/"
	cp "$tree_arm64/linux" "$T/tftp/linux-arm64"
	cp /usr/lib/shim/shimx64.efi.signed "$T/tftp/shimx64.efi"
	cp /usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed "$T/tftp/grubx64.efi"
	head -c 200000 /dev/urandom | gzip >"$T/tftp/initrd.gz"
	echo 'no program' >"$T/tftp/text"
	printf 'default l\nlabel l\n kernel linux\n append initrd=initrd.gz quiet\n' >"$T/tftp/pxelinux.cfg/default"
	tree_entry='set timeout=0\nmenuentry "x" {\n linux /%s quiet\n initrd /initrd.gz\n}\n'
	# shellcheck disable=SC2059 # that is the format
	printf "$tree_entry" linux >"$T/tftp/grub/grub.cfg"
	# shellcheck disable=SC2059
	printf "$tree_entry" linux-arm64 >"$T/tftp/debian-installer/arm64/grub/grub.cfg"
	chmod -R a+rX "$T/tftp" "$T"
}

dns() {
	: >"$T/leases"
	start dns dnsmasq -d -p 0 --conf-file=/dev/null -u root --no-ping --dhcp-leasefile="$T/leases" \
		--enable-tftp --tftp-root="$T/tftp" --dhcp-range=10.77.0.50,10.77.0.99 "$@"
	ready dns 'TFTP root'
}
web() { start web hold tcp:10.77.0.1:80 -- "$BIN/httpd-boot/httpd-boot" -v "$T/tftp"; }

# What a client sends, without the bulk of the files.
ASKING='(udp and (port 67 or port 68 or port 4011 or dst port 69 or udp[8:2] = 5)) or tcp dst port 80'
# capture FILE COMMAND...: that, on br0, while it runs
capture() {
	capture_file=$1
	shift
	start tcpdump tcpdump --immediate-mode -i br0 -s 0 -U -w "$capture_file" "$ASKING"
	ready tcpdump listening
	"$@"
	stop tcpdump
}

asked_for() { cat "$T/dns.log" "$T/web.log" 2>/dev/null | grep -qE "$1"; }
asked_or_gone() { asked_for "$1" || ! kill -0 "$machine_pid" 2>/dev/null; }

uboot_start() {
	qemu-system-aarch64 -M virt -cpu cortex-a57 -m 512 -bios /usr/lib/u-boot/qemu_arm64/u-boot.bin -accel tcg \
		-nodefaults -no-user-config -no-reboot -display none -monitor none -serial "file:$T/m/serial" \
		-netdev tap,id=n0,ifname=tap0,script=no,downscript=no -device virtio-net-pci,netdev=n0,mac=$MAC,romfile= \
		>"$T/m/qemu" 2>&1 </dev/null &
	machine_pid=$!
}
slof_start() {
	qemu-system-ppc64 -M pseries,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off -m 512 -accel tcg \
		-boot n -nodefaults -no-user-config -no-reboot -display none -monitor none -serial "file:$T/m/serial" \
		-netdev tap,id=n0,ifname=tap0,script=no,downscript=no -device virtio-net-pci,netdev=n0,mac=$MAC,romfile= \
		>"$T/m/qemu" 2>&1 </dev/null &
	machine_pid=$!
}

run_real() {
	rm -rf "$T/m"
	mkdir "$T/m"
	case $1 in
	uboot) uboot_start ;;
	slof) slof_start ;;
	efi-arm64 | http-arm64) machine_start "$1" $MAC tap0 1024 "$T/m" ;;
	*) machine_start "$1" $MAC tap0 512 "$T/m" ;;
	esac
	wait_for "$BOOT_SECONDS" asked_or_gone "$2"
	if asked_for "$2"; then ok "the firmware gets there ($1)"; else
		tail -n 20 "$T/dns.log" | sed 's/^/# /'
		tail -c 1000 "$T/m/serial" | tr -c '[:print:]\n' ' ' | sed 's/^/# serial: /'
		not_ok "the firmware gets there ($1)"
	fi
	kill "$machine_pid" 2>/dev/null
	wait "$machine_pid" 2>/dev/null
}

real() { capture "$T/real.pcap" run_real "$@"; }

# The MAC address is the machine's own choice (U-Boot makes one up).
run_probe() {
	timeout 100 ip netns exec probe "$BIN/pxeprobe/pxeprobe" -i eth0 -k "$1" -m "$(sed -n 's/^MAC //p' "$T/real.all")" \
		-U 00000000-0000-0000-0000-000000000000 >"$T/report" 2>&1
}

ask_alike() {
	python3 "$SRC/tests/firmware/requests.py" "$T/real.pcap" >"$T/real.all"
	capture "$T/probe.pcap" run_probe "$1"
	python3 "$SRC/tests/firmware/requests.py" "$T/probe.pcap" >"$T/probe.all"
}

# What firmware of 2025 (Debian 13) does otherwise than that of 2022, which pxeprobe
# plays: EDK2's HTTP Boot has another byte in its option 55, one that nothing sets; GRUB
# 2.12 looks for lists of modules and no longer lists option 60; iPXE has further features,
# asks for a broadcast on EFI, and looks for autoexec.ipxe beside the file that started it.
later() {
	# shellcheck disable=SC1091
	[ "$(. /etc/os-release && echo "$VERSION_ID")" != 12 ] || return 0
	for later_file in "$T/real.txt" "$T/probe.txt"; do
		sed -E -e '/^RRQ [^ ]*\/(command|fs|crypto|terminal)\.lst /d' -e '/^GET [^ ]*\/autoexec\.ipxe /d' \
			-e 's/(55=[0-9a-f]*3c)..(4361 )/\1..\2/' -e 's/55=0103060f0c11123c/55=0103060f0c1112/' \
			-e '/77=69505845/ { s/ (bytes|flags)=[^ ]*//g; s/ 175=[^ ]*//; s/1a2a2b/1a2b/; }' "$later_file" >"$T/later"
		mv "$T/later" "$later_file"
	done
}

compare() { # NAME MIN
	later
	if [ "$(wc -l <"$T/real.txt")" -ge "$2" ] && diff "$T/real.txt" "$T/probe.txt" >"$T/diff"; then
		ok "$1: $(wc -l <"$T/real.txt") requests alike"
	else
		sed 's/^/# /' "$T/diff"
		sed 's/^/# report: /' "$T/report"
		not_ok "$1 (< the firmware, > pxeprobe)"
	fi
}

same() {
	ask_alike "$2"
	mv "$T/real.all" "$T/real.txt"
	mv "$T/probe.all" "$T/probe.txt"
	compare "$1" 3
}

begins() {
	ask_alike "$2"
	head -n "$3" "$T/real.all" >"$T/real.txt"
	head -n "$3" "$T/probe.all" >"$T/probe.txt"
	compare "$1" "$3"
}
