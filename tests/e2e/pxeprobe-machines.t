#!/bin/sh
# Each machine by the name that each program has for it: iPXE's ${buildarch}, GRUB's
# $grub_cpu, the file that shim starts.  A script that leads on by that name arrives
# only where the name is right.
# shellcheck disable=SC2016
. "$(dirname "$0")/../lib.sh"
need python3

# persona, -a, machine, PE type, ${buildarch}, $grub_cpu, suffix of UEFI's names
machines='efi-x64 - efi-x64 8664 x86_64 x86_64 x64
efi-ia32 - efi-ia32 014c i386 i386 ia32
efi-arm64 - efi-arm64 aa64 arm64 arm64 aa64
efi-arm32 - efi-arm32 01c2 arm32 arm arm
efi-riscv64 - efi-riscv64 5064 riscv64 riscv64 riscv64
efi-x64 efi-loong64 efi-loong64 6264 loong64 loongarch64 loongarch64
uboot uboot-arm32 efi-arm32 01c2 arm32 arm arm
uboot - efi-arm64 aa64 arm64 arm64 aa64'

mkdir -p "$T/www" "$T/state"
echo "$machines" | python3 -c '
import struct, sys
def program(pe_type, marker):
    b = bytearray(4096)
    b[0:2] = b"MZ"
    b[0x3c:0x40] = struct.pack("<I", 0x80)
    b[0x80:0x98] = b"PE\0\0" + struct.pack("<HHIIIHH", pe_type, 0, 0, 0, 0, 240, 0)
    b[0x98:0x9a] = struct.pack("<H", 0x20b)
    b[0xdc:0xde] = struct.pack("<H", 10)
    b[0x400:0x400 + len(marker)] = marker
    return bytes(b)
def grub(config):
    body = struct.pack("<II", 2, 8 + len(config)) + config
    return b"mimg" + struct.pack("<IIIII", 0, 24, 0, 24 + len(body), 0) + body
for line in sys.stdin:
    _, _, machine, pe, build, cpu, suffix = line.split()
    pe = int(pe, 16)
    def put(name, data):
        with open(f"{sys.argv[1]}/{name}", "wb") as f:
            f.write(data)
    put(f"ipxe-{machine}.efi", program(pe, b"iPXE initialising devices"))
    put(f"next-{build}.ipxe", b"#!ipxe\nexit\n")
    put(f"shim-{machine}.efi", program(pe, b"UEFI SHIM\n$Version: 15.8"))
    put(f"grub{suffix}.efi", program(pe, grub(b"configfile /menu-${grub_cpu}-${grub_platform}.cfg\n") + b"%s/command.lst"))
    put(f"menu-{cpu}-efi.cfg", b"exit\n")
' "$T/www"
printf '#!ipxe\nchain next-${buildarch}.ipxe\n' >"$T/www/boot.ipxe"
chmod -R a+rX "$T"

lan
host c
start tftp "$BIN/tftpd-lite/tftpd-lite" -u root "$T/www"
ready tftp ready

# serve KIND: dhcpd-pxe names KIND-MACHINE.efi for each machine
serve() {
	stop dhcp
	kind=$1
	set -- -u root -i br0 -l "$T/state/leases" -e 'subnet 10.77.0.0/24 range=10.77.0.50-10.77.0.99 probe=off' \
		-e 'boot client=ipxe file=boot.ipxe'
	for m in $(echo "$machines" | cut -d' ' -f3 | sort -u); do
		set -- "$@" -e "boot arch=$m file=$kind-$m.efi"
	done
	start dhcp "$BIN/dhcpd-pxe/dhcpd-pxe" "$@"
	ready dhcp 'ready: br0'
}

# arrives WHAT FILE PERSONA ARCH
arrives() {
	what=$1 file=$2
	if [ "$4" = - ]; then set -- -k "$3"; else set -- -k "$3" -a "$4"; fi
	on c timeout 60 "$BIN/pxeprobe/pxeprobe" -i eth0 "$@" >"$T/report" 2>&1
	if grep -qF "/$file bytes=" "$T/report"; then ok "$what"; else
		sed 's/^/# /' "$T/report"
		not_ok "$what"
	fi
}

serve ipxe
while read -r persona arch _ _ build _ _; do
	arrives "$persona ($arch): iPXE's \${buildarch} is $build" "next-$build.ipxe" "$persona" "$arch" </dev/null
done <<EOT
$machines
EOT

serve shim
while read -r persona arch _ _ _ cpu suffix; do
	arrives "$persona ($arch): shim starts grub$suffix.efi, whose cpu is $cpu" "menu-$cpu-efi.cfg" "$persona" "$arch" </dev/null
done <<EOT
$machines
EOT
finish
