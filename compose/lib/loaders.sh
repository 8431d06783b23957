# shellcheck shell=sh disable=SC2154
# Boot loaders for pxe-up, and the rules that hand them out: iPXE if this host
# has it, because it fetches everything over HTTP; else PXELINUX, or shim and
# GRUB.  With -S, and for machines without an iPXE, the image's own signed shim
# and GRUB.

# machine_called RECORD KEY: prints another program's name for a machine, given by
# its name in boot records (lib/machines.facts): its name in rules, the suffix of
# its UEFI programs (efi), GRUB's cpu (grub) ...
machine_called() { eval "printf '%s\n' \"\${called_$1_$2:-}\""; }
eval "$(facts_awk 'facts_parse($0, F) > 0 && F["record"] ~ /^[a-z0-9_]+$/ {
	n = split("name efi grub", key, " ")
	for (i = 1; i <= n; i++)
		if (F[key[i]] ~ /^[a-z0-9_-]+$/) print "called_" F["record"] "_" key[i] "=" F[key[i]] }' "$machines")"

# Prints the first of these files that exists.
host_file() {
	for host_it; do
		[ -r "$host_it" ] || continue
		printf '%s\n' "$host_it"
		return
	done
	return 1
}

# loaders_ipxe MACHINE: iPXE for it on this host (Debian, Fedora, Arch, SUSE).
loaders_ipxe() {
	case $1 in
	bios) host_file /usr/lib/ipxe/undionly.kpxe /usr/share/ipxe/undionly.kpxe ;;
	x86_64) host_file /usr/lib/ipxe/ipxe.efi /usr/share/ipxe/ipxe-x86_64.efi /usr/share/ipxe/x86_64/ipxe.efi \
		/usr/share/ipxe/ipxe.efi /usr/share/ipxe/ipxe-snponly-x86_64.efi ;;
	arm64) host_file /usr/lib/ipxe/ipxe-arm64.efi /usr/share/ipxe/ipxe-arm64.efi /usr/share/ipxe/arm64-efi/snponly.efi \
		/usr/share/ipxe/arm64-efi/ipxe.efi ;;
	esac
}

loaders_pxelinux() {
	host_file /usr/lib/PXELINUX/lpxelinux.0 /usr/share/syslinux/lpxelinux.0 /usr/lib/syslinux/bios/lpxelinux.0
}

# loaders_image KIND ARCH: prints the first loader of that kind in the images, as
# a path below www.
loaders_image() {
	facts_awk 'facts_parse($0, F) > 0 && F[""] == "loader" && F["kind"] == kind && F["arch"] == arch && F["path"] !~ /^\[boot\]|[[:cntrl:]]/ {
			print F["dir"] "/" F["path"]; found = 1; exit } END { exit !found }' kind="$1" arch="$2" "$work/records"
}

# loaders_pairs ARCH: SHIM, tab, GRUB for each GRUB of an image that has a shim too.
loaders_pairs() {
	facts_awk 'facts_parse($0, F) > 0 && F[""] == "loader" && F["arch"] == arch && F["path"] !~ /^\[boot\]|[[:cntrl:]]/ {
			if (F["kind"] == "shim" && !(F["dir"] in shim)) shim[F["dir"]] = F["dir"] "/" F["path"]
			if (F["kind"] == "grub") { grub[++n] = F["dir"] "/" F["path"]; dir[n] = F["dir"] } }
		END { for (i = 1; i <= n; i++) if (dir[i] in shim) print shim[dir[i]] "\t" grub[i] }' arch="$1" "$work/records"
}

# loaders_refused SHIM GRUB: prints the components of GRUB that are too old for the level
# that the shim sets ("grub,4 where grub,5 is asked for"); fails when there are none.
loaders_refused() {
	[ -e "$state/www/$1" ] && [ -e "$state/www/$2" ] || return
	printf '%s\n' "$(loaders_fact "$state/www/$1" level)" "$(loaders_fact "$state/www/$2" sbat)" | awk '
		NR == 1 { for (i = 1; i <= NF; i++) { split($i, level, ","); least[level[1]] = level[2] } }
		NR == 2 { for (i = 1; i <= NF; i++) { split($i, has, ","); if (has[1] in least && has[2] + 0 < least[has[1]] + 0) {
			printf "%s%s where %s,%s is asked for", sep, $i, has[1], least[has[1]]; sep = ", " } } }
		END { if (sep) print ""; exit !sep }'
}

# loaders_signed ARCH: SHIM, tab, GRUB of that machine, both of one image and as names
# below www, or both of this host with a leading slash.  Kept until loaders_write.
loaders_signed() {
	[ -e "$work/signed.$1" ] || loaders_choose "$1" >"$work/signed.$1"
	cat "$work/signed.$1"
	[ -s "$work/signed.$1" ]
}

loaders_choose() {
	loaders_pairs "$1" >"$work/pairs"
	while IFS=$tab read -r signed_shim signed_grub; do
		loaders_networks "$signed_grub" && ! loaders_refused "$signed_shim" "$signed_grub" >/dev/null || continue
		printf '%s\t%s\n' "$signed_shim" "$signed_grub"
		return
	done <"$work/pairs"
	signed_suffix=$(machine_called "$1" efi)
	signed_shim=$(host_file "/usr/lib/shim/shim$signed_suffix.efi.signed") &&
		signed_grub=$(host_file "/usr/lib/grub/$(machine_called "$1" grub)-efi-signed/grubnet$signed_suffix.efi.signed") &&
		printf '%s\t%s\n' "$signed_shim" "$signed_grub"
}

# loaders_fact FILE KEY...: what isoextract knows about a boot program, a line for each.
loaders_fact() {
	fact_of=$1
	shift
	"$tool_isoextract" -b "$fact_of" 2>/dev/null |
		facts_awk 'facts_parse($0, F) > 0 && F[""] == "loader" { n = split(keys, key, " "); for (i = 1; i <= n; i++) print F[key[i]] }' keys="$*"
}

# True if a GRUB can load over a network, which the GRUB for discs of many images
# cannot.  One that is not extracted yet may.
loaders_networks() {
	[ ! -e "$state/www/$1" ] || [ "$(loaders_fact "$state/www/$1" network)" != no ]
}

# loaders_http ARCH: can the signed GRUB fetch its files over HTTP?
loaders_http() {
	http_pair=$(loaders_signed "$1") || return
	http_grub=${http_pair#*"$tab"}
	case $http_grub in
	/*) ;;
	*) http_grub=$state/www/$http_grub ;;
	esac
	[ "$(loaders_fact "$http_grub" http)" = yes ]
}

# Which machines the images have kernels for: x86_64 i386 arm64 ...
loaders_archs() {
	facts_awk 'facts_parse($0, F) > 0 && F[""] == "boot" { print F["arch"] }' "$work/records" | sort -u
}

# Prints the `boot` lines.  A client that is iPXE already gets the menu, never
# iPXE again.  With -S, HTTP Boot gets the signed chain where its GRUB speaks HTTP (2.12
# and later), over http since GRUB knows no TLS; else it gets iPXE, and firmware that
# refuses that under Secure Boot goes on to PXE.
loaders_rules() {
	loaders_rules_tls
	echo 'boot client=ipxe file=http://{server}/boot.ipxe'
	if loaders_ipxe bios >/dev/null; then
		echo 'boot arch=bios file=undionly.kpxe'
	elif loaders_pxelinux >/dev/null; then
		echo 'boot arch=bios file=lpxelinux.0'
		# It looks for a machine's own menu only where no option names one.
		[ ! -s "$work/machines" ] || echo 'option 209 arch=bios tag=menu text=http://{server}/pxelinux.cfg/01-{mac-}'
		echo 'option 209 arch=bios text=http://{server}/pxelinux.cfg/default'
		echo 'option 210 arch=bios text=http://{server}/'
	fi
	loaders_rules_efi x86_64 ipxe.efi
	loaders_rules_efi arm64 ipxe-arm64.efi
}

# iPXE on UEFI that takes the firmware's list of CAs: builds of 2025 and later, known by
# the name of the variable.  On BIOS it could trust ours only if it was built with it.
loaders_rules_tls() {
	tls_wanted || return 0
	for tls_arch in x86_64 arm64; do
		tls_ipxe=$(loaders_ipxe "$tls_arch") && tr -d '\000' <"$tls_ipxe" | grep -aq TlsCaCertificate || continue
		printf '%s\n' "boot client=ipxe ipxe=https arch=$(machine_called "$tls_arch" name) file=https://{server}/secure.ipxe"
	done
}

# loaders_rules_efi ARCH IPXE
loaders_rules_efi() {
	rules_arch=$(machine_called "$1" name)
	if [ "$own_chain" ] && loaders_http "$1"; then
		printf 'boot client=http arch=%s file=http://{server}/shim%s.efi\n' "$rules_arch" "$(machine_called "$1" efi)"
	elif [ "$own_chain" ] && [ -s "$work/bootiso.$1" ]; then
		printf 'boot client=http arch=%s file=%s://{server}/%s\n' "$rules_arch" "$(tls_scheme)" "$(cat "$work/bootiso.$1")"
	fi
	if loaders_ipxe "$1" >/dev/null; then
		printf '%s\n' "boot client=http arch=$rules_arch file=$(tls_scheme)://{server}/$2"
		if [ -z "$own_chain" ]; then
			printf '%s\n' "boot arch=$rules_arch file=$2"
			return
		fi
	fi
	if loaders_signed "$1" >/dev/null; then
		printf 'boot arch=%s file=shim%s.efi\n' "$rules_arch" "$(machine_called "$1" efi)"
	fi
}

# Puts the loaders into www, and warns about kernels that have none.
loaders_write() {
	rm -f "$work"/signed.*
	# Links into images that are gone.
	for host_it in "$state"/www/*.efi; do
		[ ! -L "$host_it" ] || [ -e "$host_it" ] || rm -f "$host_it"
	done
	loaders_copy_bios
	loaders_write_efi x86_64 ipxe.efi
	loaders_write_efi arm64 ipxe-arm64.efi
	for arch in $(loaders_archs); do
		case $arch in
		x86_64) pattern='arch=(bios|efi-x64) ' packages=ipxe ;;
		i386) pattern='arch=bios ' packages=ipxe ;;
		arm64) pattern='arch=efi-arm64 ' packages='an iPXE for arm64, or an image with shim and GRUB in it' ;;
		*) continue ;;
		esac
		loaders_rules | grep -qE "^boot .*$pattern" ||
			say "no boot loader here for $arch machines; install $packages"
	done
	loaders_wimboot
	[ -z "$own_chain" ] || loaders_rules | grep -q 'file=shim' ||
		wrong "-S: neither the images nor this host have a signed shim and a GRUB that loads over a network; apt-get install shim-signed grub-efi-amd64-signed"
}

# wimboot starts Windows.  No distribution's iPXE contains it: it is put beside an image,
# or into STATEDIR, and a copy that was put into www by hand stays.
loaders_wimboot() {
	grep -q '^boot .*with=wimboot' "$work/records" || return 0
	for letters in '' .arm64; do
		set -- "$state/wimboot$letters"
		while IFS=$tab read -r wimboot_name wimboot_how wimboot_image; do
			case $wimboot_image in
			/*) set -- "$@" "${wimboot_image%/*}/wimboot$letters" ;;
			esac
		done <"$work/images"
		wimboot=$(host_file "$@" /usr/lib/ipxe/wimboot$letters /usr/share/ipxe/wimboot$letters /usr/share/wimboot/wimboot$letters) || wimboot=
		loaders_copy "$wimboot" wimboot$letters
		loaders_wimboot_age "$state/www/wimboot$letters"
	done
}

# Setup of Windows 11 24H2 does not start by an older one.
loaders_wimboot_age() {
	wimboot_is=$(grep -aoE 'wimboot v[0-9]+\.[0-9]+' "$1" 2>/dev/null | head -n 1)
	case $wimboot_is in
	'wimboot v'[01].* | 'wimboot v2.'[0-8]) warn "$1 is $wimboot_is: Windows 11 (24H2) takes 2.9 or later, from https://github.com/ipxe/wimboot/releases" ;;
	esac
}

loaders_copy_bios() {
	loaders_copy "$(loaders_ipxe bios)" undionly.kpxe
	# For PXELINUX and GRUB, which can start a kernel.
	loaders_copy "$(host_file /usr/lib/ipxe/ipxe.lkrn /usr/share/ipxe/ipxe.lkrn)" ipxe.lkrn
	pxelinux=$(loaders_pxelinux) || return 0
	loaders_copy "$pxelinux" lpxelinux.0
	loaders_copy "${pxelinux%/*}/pxelinux.0" pxelinux.0
	loaders_copy "$(host_file /usr/lib/syslinux/memdisk /usr/share/syslinux/memdisk "${pxelinux%/*}/memdisk")" memdisk
	for part in ldlinux menu libutil libcom32 mboot; do
		loaders_copy "$(host_file /usr/lib/syslinux/modules/bios/$part.c32 "${pxelinux%/*}/$part.c32")" $part.c32
	done
}

# loaders_write_efi ARCH IPXE
loaders_write_efi() {
	suffix=$(machine_called "$1" efi)
	loaders_copy "$(loaders_ipxe "$1")" "$2"
	bootiso_make "$1"
	[ -z "$own_chain" ] || loaders_say "$1"
	chain=$(loaders_signed "$1") || return 0
	case $chain in
	/*) ! loaders_image grub "$1" >/dev/null || [ -z "$own_chain" ] ||
		say "the image's GRUB cannot load over a network: using this host's, ${chain#*"$tab"}" ;;
	esac
	loaders_copy "${chain%%"$tab"*}" "shim$suffix.efi"
	loaders_copy "${chain#*"$tab"}" "grub$suffix.efi"
	# The name that openSUSE's shim asks for.
	[ "$1" != x86_64 ] || loaders_copy "${chain#*"$tab"}" grub.efi
	loaders_menus "$state/www/grub$suffix.efi"
}

# loaders_say ARCH: what Secure Boot will meet.
loaders_say() {
	loaders_pairs "$1" >"$work/pairs"
	while IFS=$tab read -r said_shim said_grub; do
		said=$(loaders_refused "$said_shim" "$said_grub") || continue
		warn "$said_shim refuses $said_grub under Secure Boot (Security Violation): $said; it is passed over"
	done <"$work/pairs"
	said=$(loaders_signed "$1") || return 0
	said=${said#*"$tab"}
	loaders_http "$1" || [ -s "$work/bootiso.$1" ] || say "$said speaks no HTTP (GRUB 2.12 does): HTTP Boot gets iPXE, which Secure Boot refuses; PXE gets the signed chain"
}

# loaders_copy FILE NAME: a host's file is copied, an image's is linked to.
loaders_copy() {
	case $1 in
	'') return 0 ;;
	# (with the mode of a new file)
	/*) { [ -e "$state/www/$2" ] && cmp -s "$1" "$state/www/$2"; } || { cat "$1" >"$state/www/$2.new" && mv -f "$state/www/$2.new" "$state/www/$2"; } ;;
	*) ln -sf "$1" "$state/www/$2" ;;
	esac || failed "cannot write $state/www/$2; $(images_room)"
}

# loaders_menus GRUB: links the menu to where this GRUB looks for it: its prefix,
# chosen when it was built, and what its built-in configuration names.
loaders_menus() {
	ln -sf grub/grub.cfg "$state/www/grub.cfg"
	loaders_fact "$1" prefix config | {
		IFS= read -r prefix && printf '%s\n' "$prefix"
		grep -oE 'prefix=[^ ;]+|[^ ;=]+/grub\.cfg' | sed 's|^prefix=||; s|"||g; s|/grub\.cfg$||'
	} | sed 's|^([^)]*)||; s|//*|/|g; s|/$||' | grep -xE '(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+' | sort -u | while read -r prefix; do
		menu=$state/www$prefix/grub.cfg
		# The menu itself stays, and so does what an image has there.
		[ "$prefix" != /grub ] && { [ ! -e "$menu" ] || [ -L "$menu" ]; } || continue
		mkdir -p "${menu%/*}" && ln -sf "$(printf '%s\n' "$prefix" | sed 's|[^/]||g; s|/|../|g')grub/grub.cfg" "$menu"
	done
}
