# shellcheck shell=sh
# Real firmware in QEMU, sourced by the demo and by tests/firmware/lab.sh.
# Plain emulation, unless machine_accel says kvm: on many machines that have
# /dev/kvm, firmware does not run on it (machine_kvm finds out).
machine_accel=tcg

# machine_lacks WAY: prints a file or program that WAY needs and this host does
# not have; fails when nothing is missing.
machine_lacks() {
	case $1 in
	bios) set -- qemu-system-x86_64 ;;
	efi-x64* | http-x64* | https-x64) set -- qemu-system-x86_64 /usr/share/OVMF/OVMF_CODE_4M.fd /usr/share/OVMF/OVMF_VARS_4M.fd ;;
	secure-x64) set -- qemu-system-x86_64 /usr/share/OVMF/OVMF_CODE_4M.secboot.fd /usr/share/OVMF/OVMF_VARS_4M.ms.fd ;;
	efi-arm64 | http-arm64) set -- qemu-system-aarch64 /usr/share/AAVMF/AAVMF_CODE.fd /usr/share/AAVMF/AAVMF_VARS.fd ;;
	esac
	for lacks_it; do
		command -v "$lacks_it" >/dev/null 2>&1 || [ -r "$lacks_it" ] || {
			printf '%s\n' "$lacks_it"
			return 0
		}
	done
	return 1
}

# machine_kvm DIR: true if firmware runs with KVM here: SeaBIOS says its name on
# its debug port within 10 s.
machine_kvm() {
	[ -w /dev/kvm ] && [ "$(uname -m)" = x86_64 ] || return
	qemu-system-x86_64 -machine q35 -accel kvm -m 64 -nodefaults -no-user-config -display none -monitor none \
		-chardev "file,id=said,path=$1/kvm" -device isa-debugcon,iobase=0x402,chardev=said >/dev/null 2>&1 </dev/null &
	kvm_pid=$! kvm_left=100
	until grep -aqs SeaBIOS "$1/kvm"; do
		kvm_left=$((kvm_left - 1))
		[ $kvm_left -gt 0 ] && kill -0 $kvm_pid 2>/dev/null || break
		sleep 0.1
	done
	kill $kvm_pid 2>/dev/null
	wait $kvm_pid 2>/dev/null
	grep -aqs SeaBIOS "$1/kvm"
}

# machine_installer ARCH: the newest Debian installer for networks that this host
# has (package debian-installer-VERSION-netboot-ARCH).
machine_installer() {
	for installer_dir in $(printf '%s\n' /usr/lib/debian-installer/images/*/"$1"/text | sort -r -V); do
		[ -r "$installer_dir/debian-installer/$1/initrd.gz" ] || continue
		printf '%s\n' "$installer_dir"
		return
	done
	return 1
}

# machine_start WAY MAC TAP MEGABYTES DIR: starts a machine whose network card
# is the tap device TAP; its serial console goes to DIR/serial.  Sets
# machine_pid.
#
#   bios       SeaBIOS; the card's ROM is iPXE
#   efi-x64    OVMF's own PXE (no ROM on the card)
#   http-x64   the same with PXE switched off, so that HTTP Boot comes first
#   secure-x64 the same as http-x64 with Secure Boot on
#   https-x64  the same, trusting the CAs in $machine_cacerts (pxe-ca's cacerts.bin)
#   efi-x64-v6, http-x64-v6  the same over IPv6: PXE alone; HTTP Boot, which tries IPv4 first
#   efi-arm64  AAVMF's own PXE
#   http-arm64 the same with PXE switched off
machine_start() {
	machine_dir=$5
	machine_card=virtio-net-pci,netdev=n0,mac=$2,bootindex=0
	set -- "$1" "$3" -m "$4" -accel $machine_accel -nodefaults -no-user-config -no-reboot -display none -monitor none \
		-serial "file:$machine_dir/serial" -netdev "tap,id=n0,ifname=$3,script=no,downscript=no"
	case $1 in
	bios) machine_bios "$@" ;;
	efi-x64) machine_ovmf "$@" ;;
	efi-x64-v6) machine_ovmf "$@" -fw_cfg name=opt/org.tianocore/IPv4PXESupport,string=n ;;
	http-x64 | http-x64-v6) machine_ovmf "$@" -fw_cfg name=opt/org.tianocore/IPv4PXESupport,string=n \
		-fw_cfg name=opt/org.tianocore/IPv6PXESupport,string=n ;;
	secure-x64) machine_secure "$@" -fw_cfg name=opt/org.tianocore/IPv4PXESupport,string=n \
		-fw_cfg name=opt/org.tianocore/IPv6PXESupport,string=n ;;
	https-x64) machine_ovmf "$@" -fw_cfg name=opt/org.tianocore/IPv4PXESupport,string=n \
		-fw_cfg name=opt/org.tianocore/IPv6PXESupport,string=n -fw_cfg "name=etc/edk2/https/cacerts,file=$machine_cacerts" ;;
	efi-arm64) machine_aavmf "$@" ;;
	http-arm64) machine_aavmf "$@" -fw_cfg name=opt/org.tianocore/IPv4PXESupport,string=n \
		-fw_cfg name=opt/org.tianocore/IPv6PXESupport,string=n ;;
	esac
	machine_pid=$!
}

machine_bios() {
	shift 2
	qemu-system-x86_64 -machine q35 -device VGA -device "$machine_card" "$@" >"$machine_dir/qemu" 2>&1 </dev/null &
}

# OVMF offers no network boot on a machine without a random number generator,
# hence virtio-rng.
machine_ovmf() {
	shift 2
	cp /usr/share/OVMF/OVMF_VARS_4M.fd "$machine_dir/vars" && chmod u+w "$machine_dir/vars"
	qemu-system-x86_64 -machine q35 -device VGA -device "$machine_card,romfile=" -device virtio-rng-pci \
		-drive if=pflash,format=raw,unit=0,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd \
		-drive if=pflash,format=raw,unit=1,file="$machine_dir/vars" "$@" >"$machine_dir/qemu" 2>&1 </dev/null &
}

# The keys of Microsoft, under which distributions' shims are signed, are in VARS; only
# the firmware in SMM may change them.
machine_secure() {
	shift 2
	cp /usr/share/OVMF/OVMF_VARS_4M.ms.fd "$machine_dir/vars" && chmod u+w "$machine_dir/vars"
	qemu-system-x86_64 -machine q35,smm=on -global driver=cfi.pflash01,property=secure,value=on -device VGA \
		-device "$machine_card,romfile=" -device virtio-rng-pci \
		-drive if=pflash,format=raw,unit=0,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.secboot.fd \
		-drive if=pflash,format=raw,unit=1,file="$machine_dir/vars" "$@" >"$machine_dir/qemu" 2>&1 </dev/null &
}

# AAVMF of 2025 shows no network boot without random numbers before it connects
# virtio-rng: the CPU must have them (RNDR), which the emulated Cortexes have not.
# Plain pointer authentication would take most of the time.
machine_aavmf() {
	shift 2
	cp /usr/share/AAVMF/AAVMF_VARS.fd "$machine_dir/vars" && chmod u+w "$machine_dir/vars"
	qemu-system-aarch64 -machine virt -cpu max,pauth-impdef=on -device "$machine_card,romfile=" -device virtio-rng-pci \
		-drive if=pflash,format=raw,unit=0,readonly=on,file=/usr/share/AAVMF/AAVMF_CODE.fd \
		-drive if=pflash,format=raw,unit=1,file="$machine_dir/vars" "$@" >"$machine_dir/qemu" 2>&1 </dev/null &
}
