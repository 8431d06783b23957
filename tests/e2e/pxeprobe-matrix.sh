# shellcheck shell=sh disable=SC2154
# What pxeprobe-matrix.t is made of.
#   loaders             the loaders of $T/loader, one directory each; those that cannot be had are left out
#   number_cells FILE   $T/cells: NUMBER MAC LOADER DEPTH SERVER FORM SIADDR PERSONA VERDICT FAULT ADDRESS
#   grow LOADER DEPTH   the TFTP directory of a machine: that loader so many directories deep
#   serve_SERVER        starts it, with all of its cells
#   judge SERVER PERSONA   what $T/report says of these cells, each beside what the file says

OTHER=$SRC/build/loaders/13/usr/lib

# add NAME BOOTFILE FILE...: a loader that there is, and what lies beside it
add() {
	add_name=$1
	[ -e "$3" ] || return 0
	mkdir -p "$T/loader/$add_name"
	echo "$2" >"$T/loader/$add_name.file"
	shift 2
	cp -rL "$@" "$T/loader/$add_name/"
}

loaders() {
	loaders_bios=/usr/lib/syslinux/modules/bios
	mkdir -p "$T/loader" "$T/made"
	add pxelinux6 pxelinux.0 /usr/lib/PXELINUX/pxelinux.0 $loaders_bios/ldlinux.c32
	add lpxelinux lpxelinux.0 /usr/lib/PXELINUX/lpxelinux.0 $loaders_bios/ldlinux.c32
	# Of these two no file can be had: the present one with the version that they say.
	for loaders_v in 4.06 3.86; do
		sed "s/PXELINUX 6\.04 PXE/PXELINUX $loaders_v PXE/" /usr/lib/PXELINUX/pxelinux.0 >"$T/made/pxelinux.0"
		add "pxelinux${loaders_v%%.*}" pxelinux.0 "$T/made/pxelinux.0"
	done
	add syslinux-efi syslinux.efi /usr/lib/SYSLINUX.EFI/efi64/syslinux.efi /usr/lib/syslinux/modules/efi64/ldlinux.e64
	cp /usr/lib/shim/shimx64.efi.signed "$T/made/shimx64.efi"
	cp /usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed "$T/made/grubx64.efi"
	add debian12 shimx64.efi "$T/made/shimx64.efi" "$T/made/grubx64.efi"
	if [ -d "$OTHER" ]; then
		cp "$OTHER/shim/shimx64.efi.signed" "$T/made/shimx64.efi"
		cp "$OTHER/grub/x86_64-efi-signed/grubnetx64.efi.signed" "$T/made/grubx64.efi"
		add debian13 shimx64.efi "$T/made/shimx64.efi" "$T/made/grubx64.efi"
	fi
	loaders_modules='normal linux tftp net efinet configfile test echo regexp'
	# shellcheck disable=SC2086 # words
	grub-mkimage -O x86_64-efi -p /grub -o "$T/made/grubnet.efi" $loaders_modules
	add grub-mkimage grubnet.efi "$T/made/grubnet.efi"
	# shellcheck disable=SC2086
	grub-mkimage -O x86_64-efi -p /EFI/redhat -o "$T/made/grubx64.efi" $loaders_modules
	printf 'fw_path\0blksize' >>"$T/made/grubx64.efi"
	add grub-fw-path grubx64.efi "$T/made/grubx64.efi"
	cp /usr/lib/shim/shimx64.efi.signed "$T/made/shimx64.efi"
	add redhat shimx64.efi "$T/made/shimx64.efi" "$T/made/grubx64.efi"
	for loaders_cpu in x86_64-efi i386-pc; do
		[ -d "/usr/lib/grub/$loaders_cpu" ] || continue
		grub-mknetdir --net-directory="$T/made" --subdir=grub -d "/usr/lib/grub/$loaders_cpu" >/dev/null 2>&1
	done
	add grub-mknetdir core.efi "$T/made/grub/x86_64-efi/core.efi"
	add grub-core-alone core.efi "$T/made/grub/x86_64-efi/core.efi"
	add grub-bios core.0 "$T/made/grub/i386-pc/core.0"
	add ipxe2019 undionly.kpxe /usr/lib/ipxe/undionly.kpxe
	add ipxe2019-efi ipxe.efi /usr/lib/ipxe/ipxe.efi
	add ipxe2025 undionly.kpxe "$OTHER/ipxe/undionly.kpxe"
	add ipxe2025-efi ipxe.efi "$OTHER/ipxe/ipxe.efi"
}

number_cells() {
	: >"$T/cells"
	number_n=0
	while read -r server form siaddr depth loader persona verdict fault _; do
		case $server in '' | '#'*) continue ;; esac
		number_n=$((number_n + 1))
		if [ ! -d "$T/loader/$loader" ]; then
			skip "cell $number_n: no $loader here"
			continue
		fi
		printf '%s %s %s %s %s %s %s %s %s %s %s\n' $number_n \
			"$(printf '02:50:58:01:%02x:%02x' $((number_n / 256)) $((number_n % 256)))" \
			"$loader" "$depth" "$server" "$form" "$siaddr" "$persona" "$verdict" "$fault" \
			"10.77.$((1 + number_n / 200)).$((1 + number_n % 200))" >>"$T/cells"
	done <"$1"
}

at_depth() { # 2: one/two/
	case $1 in 0) ;; 1) echo one/ ;; *) echo one/two/ ;; esac
}

# The menus as somebody would put them who has read that loader's manual, and a kernel.
grow() {
	grow_at=$T/each/t/$1-$2
	grow_in=$grow_at/$(at_depth "$2")
	mkdir -p "$grow_in" "$grow_at/grub"
	cp -r "$T/loader/$1/." "$grow_in"
	cp "$T/tftp/linux" "$T/tftp/initrd.gz" "$grow_at"
	case $1 in
	*linux*)
		mkdir -p "$grow_in/pxelinux.cfg"
		printf 'default l\nlabel l\n kernel ::linux\n append initrd=::initrd.gz\n' >"$grow_in/pxelinux.cfg/default" ;;
	ipxe*) printf '#!ipxe\nkernel linux initrd=initrd.gz\ninitrd initrd.gz\nboot\n' >"$grow_at/boot.ipxe" ;;
	redhat | grub-fw-path) grow_menu >"$grow_in/grub.cfg" ;;
	*) grow_menu >"$grow_at/grub/grub.cfg" ;;
	esac
	case $1 in
	grub-mknetdir) cp -r "$T/made/grub/x86_64-efi" "$grow_at/grub/" ;;
	grub-bios) cp -r "$T/made/grub/i386-pc" "$grow_at/grub/" ;;
	esac
}
grow_menu() { printf 'set timeout=5\nmenuentry x {\n linux /linux quiet\n initrd /initrd.gz\n}\n'; }

# of SERVER COMMAND: that with $mac $file $form $siaddr $n $address of each of its cells
of() {
	of_server=$1 of_do=$2
	awk -v s="$of_server" '$5 == s' "$T/cells" >"$T/of"
	while read -r n mac loader depth _ form siaddr _ _ _ address; do
		file=$(at_depth "$depth")$(cat "$T/loader/$loader.file")
		"$of_do"
	done <"$T/of"
}

# dnsmasq: option 67 where the client lists it, else the header.
dnsmasq_cell() {
	echo "dhcp-host=$mac,set:c$n,$address"
	echo "dhcp-boot=tag:c$n,tag:!ipxe,$file"
	echo "dhcp-boot=tag:c$n,tag:ipxe,boot.ipxe"
	[ "$form" != both ] || echo "dhcp-option-force=tag:c$n,tag:!ipxe,67,$file"
}
serve_dnsmasq() {
	of dnsmasq dnsmasq_cell >"$T/dns.conf"
	dns_cells
}
serve_dnsmasq_no_override() {
	echo dhcp-no-override >"$T/dns.conf"
	of dnsmasq-no-override dnsmasq_cell >>"$T/dns.conf"
	dns_cells
}
dns_cells() {
	: >"$T/leases"
	start dns dnsmasq -d -p 0 -C "$T/dns.conf" -u root --no-ping --dhcp-leasefile="$T/leases" -i br0 \
		--dhcp-range=10.77.0.0,static,255.255.0.0 --dhcp-userclass=set:ipxe,iPXE
	ready dns 'DHCP, static leases'
}

isc_cell() {
	isc_boot=
	case $form in header | both) isc_boot="filename \"$file\";" ;; esac
	case $form in 67 | both) isc_boot="$isc_boot option bootfile-name \"$file\";" ;; esac
	[ "$siaddr" != yes ] || echo "host c$n { hardware ethernet $mac; fixed-address $address; next-server 10.77.0.1;"
	[ "$siaddr" = yes ] || echo "host c$n { hardware ethernet $mac; fixed-address $address; option tftp-server-name \"10.77.0.1\";"
	echo "if exists user-class { filename \"boot.ipxe\"; } else { $isc_boot } }"
}
serve_isc() {
	isc_whole "subnet 10.77.0.0 netmask 255.255.0.0 { } $(of isc isc_cell)"
}

kea_cell() {
	kea_id=0x$(echo "$mac" | tr -d :)
	kea_next=
	kea_option='{ "name": "tftp-server-name", "data": "10.77.0.1" }'
	[ "$siaddr" != yes ] || kea_next='"next-server": "10.77.0.1",' kea_option=
	kea_file=
	case $form in header | both) kea_file="\"boot-file-name\": \"$file\"," ;; esac
	case $form in 67 | both) kea_option="$kea_option${kea_option:+,} { \"name\": \"boot-file-name\", \"data\": \"$file\" }" ;; esac
	cat <<-END
		{ "name": "c$n", "test": "pkt4.mac == $kea_id and not option[77].exists", $kea_next $kea_file
		  "option-data": [ $kea_option ] },
		{ "name": "i$n", "test": "pkt4.mac == $kea_id and option[77].exists", $kea_next "boot-file-name": "boot.ipxe" },
	END
}
kea_host() { echo "{ \"hw-address\": \"$mac\", \"ip-address\": \"$address\" },"; }
serve_kea() {
	kea_hosts=$(of kea kea_host)
	kea_classes=$(of kea kea_cell)
	kea "\"reservations\": [ ${kea_hosts%,} ]" "\"client-classes\": [ ${kea_classes%,} ]" 10.77.0.0/16
}

pxe_cell() {
	[ "$of_server" != dhcpd-pxe ] || echo "host mac=$mac addr=$address"
	echo "boot mac=$mac client=ipxe file=boot.ipxe"
	echo "boot mac=$mac file=$file"
}
pxe_rules() {
	start dhcpd "$BIN/dhcpd-pxe/dhcpd-pxe" -u "$user" -f "$T/rules" -l "$T/leases.pxe"
	ready dhcpd 'ready: br0'
}
serve_dhcpd_pxe() {
	{
		echo 'subnet 10.77.0.0/16 range=10.77.0.20-10.77.0.250'
		of dhcpd-pxe pxe_cell
	} >"$T/rules"
	pxe_rules
}

# Addresses from one that knows nothing of booting.
address_cell() { echo "dhcp-host=$mac,$address"; }
addresses() {
	: >"$T/leases"
	of "$1" address_cell >"$T/dns.conf"
	start dns ip netns exec a dnsmasq -d -p 0 -C "$T/dns.conf" -u root --no-ping --dhcp-leasefile="$T/leases" \
		--dhcp-range=10.77.0.0,static,255.255.0.0
	ready dns 'DHCP, static leases'
}
serve_dhcpd_pxe_proxy() {
	addresses dhcpd-pxe-proxy
	{
		echo 'subnet 10.77.0.0/16 proxy'
		of dhcpd-pxe-proxy pxe_cell
	} >"$T/rules"
	pxe_rules
}
proxy_cell() {
	echo "dhcp-mac=set:c$n,$mac"
	for proxy_arch in x86PC X86-64_EFI; do
		echo "pxe-service=tag:c$n,tag:!ipxe,$proxy_arch,Boot,$file"
		echo "pxe-service=tag:c$n,tag:ipxe,$proxy_arch,Boot,boot.ipxe"
	done
}
serve_dnsmasq_proxy() {
	addresses dnsmasq-proxy
	of dnsmasq-proxy proxy_cell >"$T/proxy.conf"
	start proxy dnsmasq -d -p 0 -C "$T/proxy.conf" -u root -i br0 --dhcp-range=10.77.0.0,proxy,255.255.0.0 \
		--dhcp-userclass=set:ipxe,iPXE
	ready proxy 'DHCP, proxy'
}

judge() {
	awk -v s="$1" -v p="$2" '
		function field(key,    v) {
			if (!match($0, "(^| )" key "=[^ ]*"))
				return ""
			v = substr($0, RSTART, RLENGTH)
			sub(/^[^=]*=/, "", v)
			return v
		}
		FNR == NR && /^fault / { faults[field("machine")] = faults[field("machine")] " " field("name") ":" field("severity") }
		FNR == NR && /^verdict / {
			got[field("machine")] = field("boots")
			text[field("machine")] = $0
		}
		FNR < NR && $5 == s && $8 == p {
			right = got[$2] == $9 && ($10 == "-" || index(faults[$2] ":", " " $10 ":"))
			if ($9 == "yes" && index(faults[$2], ":error"))
				right = 0
			name = "cell " $1 ": " s ", " $6 ($7 == "yes" ? "" : " without siaddr") ", " $3 " " $4 " deep, " p ": " $9 ($10 == "-" ? "" : ", " $10)
			if (!right)
				print "# " text[$2] " faults:" faults[$2]
			print (right ? "ok - " : "not ok - ") name
		}' "$T/report" "$T/cells" >"$T/judged"
	cat "$T/judged"
	# shellcheck disable=SC2034 # finish reads it
	! grep -q '^not ok' "$T/judged" || failed=1
}
