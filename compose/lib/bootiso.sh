# shellcheck shell=sh disable=SC2154
# www/NAME-boot.iso for Secure Boot over HTTP Boot, where a GRUB speaks no HTTP: the
# image's own shim and disc GRUB (its El Torito image), our menu, kernel and initrd.
# Firmware takes it as a RAM disk, and GRUB reads the rest from there.

# bootiso_make ARCH: from the first image that has what it takes; its name goes to
# $work/bootiso.ARCH.
bootiso_make() {
	rm -f "$work/bootiso.$1"
	if [ -z "$own_chain" ]; then
		while IFS=$tab read -r bootiso_name bootiso_unused; do
			image_remove_bootiso "$bootiso_name"
		done <"$work/images"
		return
	fi
	! loaders_http "$1" || return 0
	loaders_pairs "$1" >"$work/bootiso.pairs"
	while IFS=$tab read -r bootiso_name bootiso_unused bootiso_source; do
		bootiso_fits "$1" || continue
		if ! command -v xorriso >/dev/null; then
			say "$bootiso_name: xorriso makes a RAM disk for Secure Boot over HTTP Boot, and is not installed: apt-get install xorriso"
			return
		fi
		bootiso_build "$1" </dev/null || continue
		printf '%s\n' "$bootiso_name-boot.iso" >"$work/bootiso.$1"
		say "$bootiso_name-boot.iso ($(($(wc -c <"$state/www/$bootiso_name-boot.iso") / 1000000)) MB) is what HTTP Boot gets: a RAM disk that Secure Boot takes"
		return
	done <"$work/images"
}

# An image of the Debian family, whose GRUB looks for /.disk/info and /boot/grub/grub.cfg
# wherever it is, with a shim that takes its GRUB.
bootiso_fits() {
	facts_awk 'facts_parse($0, F) > 0 && F[""] == "boot" && F["dir"] == dir && F["arch"] == arch && F["way"] == "" { found = 1 }
		END { exit !found }' dir="$bootiso_name" arch="$1" "$work/records" || return
	bootiso_pair=$(grep "^$bootiso_name/" "$work/bootiso.pairs" | head -n 1)
	[ "$bootiso_pair" ] && [ ! -e "$state/images/$bootiso_name-boot.facts" ] && ! loaders_refused "${bootiso_pair%%"$tab"*}" "${bootiso_pair#*"$tab"}" >/dev/null || return
	"$tool_isoextract" -l "$bootiso_source" .disk/info '[[]boot]/*efi*' 2>/dev/null </dev/null >"$work/bootiso.has"
	grep -q 'path=.disk/info' "$work/bootiso.has" && grep -q 'path=\[boot\]' "$work/bootiso.has"
}

bootiso_build() {
	bootiso_tree=$work/bootiso
	rm -rf "$bootiso_tree" "$work/bootiso.boot"
	mkdir -p "$bootiso_tree/boot/grub" "$work/bootiso.boot"
	grep '^boot ' "$work/records" | facts_awk 'facts_parse($0, F) > 0 && F["dir"] == dir && F["arch"] == arch && F["way"] == ""' dir="$bootiso_name" arch="$1" >"$work/bootiso.records"
	facts_awk 'facts_parse($0, F) > 0 { n = split(F["kernel"] "," F["initrd"], part, ","); for (i = 1; i <= n; i++) if (part[i] != "") print part[i] }' "$work/bootiso.records" |
		sort -u >"$work/bootiso.files"
	"$tool_isoextract" -q -C "$bootiso_tree" "$bootiso_source" .disk/info 2>"$work/why" &&
		"$tool_isoextract" -q -C "$work/bootiso.boot" "$bootiso_source" '[[]boot]/*efi*' 2>"$work/why" &&
		bootiso_files &&
		mv "$(find "$work/bootiso.boot" -type f | head -n 1)" "$bootiso_tree/boot/grub/efi.img" &&
		bootiso_menu &&
		xorriso -as mkisofs -quiet -R -V NETBOOT -o "$state/www/.$bootiso_name-boot.iso" -eltorito-alt-boot -e boot/grub/efi.img -no-emul-boot "$bootiso_tree" 2>"$work/why" &&
		mv -f "$state/www/.$bootiso_name-boot.iso" "$state/www/$bootiso_name-boot.iso" && rm -rf "$bootiso_tree" && return
	warn "cannot make $bootiso_name-boot.iso: $(sed -n '$p' "$work/why"); $(images_room)"
	rm -rf "$bootiso_tree" "$state/www/.$bootiso_name-boot.iso"
	return 1
}

# Kernels and initrds: those that lie in www are not always the image's own.
bootiso_files() {
	while IFS= read -r bootiso_file; do
		if [ -f "$state/www/$bootiso_name/$bootiso_file" ]; then
			mkdir -p "$bootiso_tree/$bootiso_name/$(dirname "$bootiso_file")" &&
				cp "$state/www/$bootiso_name/$bootiso_file" "$bootiso_tree/$bootiso_name/$bootiso_file" || return
		else
			"$tool_isoextract" -q -C "$bootiso_tree/$bootiso_name" "$bootiso_source" "$bootiso_file" 2>"$work/why" </dev/null || return
		fi
	done <"$work/bootiso.files"
}

# The menu of this image alone, in the place where a disc has it.
bootiso_menu() {
	mkdir "$work/bootiso.menu" 2>/dev/null
	"$tool_pxe_menu" -t "$seconds" -k "$kernel_args" -T "$site_title" -u "http://$(net6_host)" "$work/bootiso.menu" <"$work/bootiso.records" >/dev/null 2>"$work/why" &&
		mv "$work/bootiso.menu/grub/grub.cfg" "$bootiso_tree/boot/grub/grub.cfg" && rm -rf "$work/bootiso.menu"
}
