# shellcheck shell=sh disable=SC2154
# Images whose own kernels cannot use a network, and which are the mirror that another
# kernel wants: Debian's netinst and DVD images.  Its `netboot' records say which
# kernel and initrd; they come, in this order, from an archive beside the image
# (NAME.netboot.tar.gz, netboot.tar.gz), from the package of the network installer, or
# from the mirror.  The installer's modules in the image are for one kernel: another
# is not taken.
#
# $work/netboot lists what was found: NAME, directory, kernel, initrd, separated by
# tabs.

netboot_packages=${netboot_packages:-/usr/lib/debian-installer/images}

# netboot_look NAME SOURCE: finds the kernels that $work/NAME.facts lacks, and turns
# their records into `boot' records.  False where none was found; $work/NAME.lack says why.
netboot_look() {
	rm -f "$work/$1.lack" "$work/$1.netboot"
	facts_awk 'facts_parse($0, F) > 0 && F[""] == "netboot" {
		print F["kernel"] "\t" F["initrd"] "\t" F["linux"] "," "\t" F["package"] "\t" F["from"] "\t" NR "\t" F["name"] "\t" F["note"] }' "$work/$1.facts" |
		sed "s/$tab$tab/$tab-$tab/g; s/$tab$tab/$tab-$tab/g" >"$work/netboot.wanted"
	while IFS=$tab read -r netboot_kernel netboot_initrd netboot_linux netboot_package netboot_from netboot_line netboot_name netboot_note; do
		netboot_tries=
		if netboot_find "$1" "$2" <&3; then
			say "$1: kernel and initrd of $netboot_label (Linux $netboot_has); the image is their mirror"
			printf '%s\t%s\t%s\t%s\n' "$1" "$netboot_dir" "$netboot_kernel" "$netboot_initrd" >>"$work/netboot"
			sed -n "${netboot_line}{s/^netboot /boot /; s| kernel=| kernel=netboot/|; s| initrd=| initrd=netboot/|; s/ linux=[^ ]*/ linux=$netboot_has/; s/ package=[^ ]*//; s/ from=[^ ]*//; s/ note=.*//; p;}" "$work/$1.facts" >>"$work/$1.netboot"
		else
			printf '%s\n' "$netboot_name $netboot_note$netboot_tries" >>"$work/$1.lack"
		fi
	done 3<&0 <"$work/netboot.wanted"
	[ -s "$work/$1.netboot" ] || return
	cat "$work/$1.facts" >>"$work/$1.netboot" && mv "$work/$1.netboot" "$work/$1.facts"
}

# Sets netboot_dir, netboot_label and netboot_has.
netboot_find() {
	netboot_place=$work/netboot-$1/$netboot_line
	if [ -f "$2" ]; then
		for netboot_tar in "${2%.[Ii][Ss][Oo]}".netboot.tar.gz "$(dirname "$2")/netboot.tar.gz"; do
			[ -f "$netboot_tar" ] && netboot_unpack "$netboot_tar" && netboot_fits "$netboot_place" "$netboot_tar" && return
		done
	fi
	netboot_arch=${netboot_package##*-} netboot_release=${netboot_package#debian-installer-}
	netboot_installed=$netboot_packages/${netboot_release%%-*}/$netboot_arch/text
	[ ! -f "$netboot_installed/$netboot_kernel" ] || ! netboot_fits "$netboot_installed" "$netboot_package" || return 0
	[ "$netboot_from" != - ] && netboot_unpack "$netboot_from" && netboot_fits "$netboot_place" "$netboot_from"
}

# netboot_unpack ARCHIVE: kernel and initrd of an archive, to $netboot_place.
netboot_unpack() {
	rm -rf "$netboot_place"
	mkdir -p "$netboot_place" && "$tool_isoextract" -f -q -C "$netboot_place" "$1" "$netboot_kernel" "$netboot_initrd" >"$work/why" 2>&1 </dev/null && return
	netboot_tries="$netboot_tries; $1: $(sed -n '$s/^isoextract: //p' "$work/why")"
	return 1
}

# netboot_fits DIRECTORY LABEL: is its kernel the one that the image has modules for?
netboot_fits() {
	netboot_dir=$1
	netboot_label=$2
	"$tool_isoextract" -b ${profiles:+-P "$profiles"} "$1/$netboot_kernel" >"$work/kernel" 2>/dev/null </dev/null
	netboot_has=$(facts_awk 'facts_parse($0, F) > 0 && F["kind"] == "kernel" { print F["version"]; exit }' "$work/kernel")
	case ,$netboot_linux in
	,,*) return ;;
	*",${netboot_has:-?},"*) return ;;
	esac
	netboot_tries="$netboot_tries; $2 has Linux ${netboot_has:-of an unknown version}, and the modules in the image are for ${netboot_linux%,}"
	return 1
}

# netboot_put NAME DIRECTORY: puts what was found for an image into its directory.
netboot_put() {
	[ -f "$work/netboot" ] || return 0
	while IFS=$tab read -r netboot_of netboot_dir netboot_kernel netboot_initrd; do
		[ "$netboot_of" = "$1" ] || continue
		mkdir -p "$2/netboot/$(dirname "$netboot_kernel")" &&
			cp "$netboot_dir/$netboot_kernel" "$2/netboot/$netboot_kernel" &&
			cp "$netboot_dir/$netboot_initrd" "$2/netboot/$netboot_initrd" && chmod -R u+w,a+rX "$2/netboot" || return
	done <"$work/netboot"
}
