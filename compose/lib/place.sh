# shellcheck shell=sh disable=SC2154
# What machines load of an image, put into www.  An image that is a file is served as
# it is: www/NAME.iso, or NAME.img of a disk, is a link to it, a mount of it or a copy, and www/NAME.extents
# says which of its bytes are which file beneath /NAME/ (isoextract -x).  Only what
# does not lie in one piece, and what is read here, is extracted to www/NAME.  A URL (but
# one that is fetched whole, fetch.sh), a directory, a disc, and with -C everything, is extracted.

# Places `image` as `name`, and records it.
image_place() {
	part=$state/www/.$name.part
	[ ! -e "$part" ] && [ ! -e "$part.extents" ] || rm -rf "$part" "$part.extents"
	image_remove_placed "$name"
	image_wanted
	image_way=extracted image_file=$image
	if [ -e "$work/$name.fetch" ] && ! image_fetch; then
		return 1
	fi
	# (A share is of files.)
	if [ -f "$image_file" ] && [ -z "$extract" ] && ! image_was windows && image_serve; then
		image_way=served
	else
		image_extract || { image_clean; return 1; }
	fi
	if ! netboot_put "$name" "$part"; then
		image_clean
		image_bad 3 "cannot write to $state; $(images_room)"
		return
	fi
	image_embed || { image_clean; return 1; }
	if mv "$part" "$state/www/$name" && { [ $image_way != served ] || mv -f "$part.extents" "$state/www/$name.extents"; }; then
		image_record && image_fetched_whole && return
	fi
	image_clean
	image_bad 3 "cannot write to $state; $(images_room)"
}

# Leaves nothing half, but keeps what was fetched.
image_clean() {
	rm -rf "$part" "$part.extents"
	if [ "${place_how:-}" = fetched ] && [ -e "$image_file" ]; then
		mv -f "$image_file" "$fetch_part"
		image_file=$fetch_part place_how=
	fi
	image_remove_placed "$name"
}

# What fetching needed is not needed any more.
image_fetched_whole() {
	[ "$image_file" = "$image" ] || rm -f "$fetch_part" "$fetch_from"
}

# Takes what www has of an image away.
image_remove_placed() {
	for placed in "$state/images/$1.facts" "$state/www/$1.extents" "$state/www/$1.iso.cpio"; do
		[ ! -e "$placed" ] || rm -f "$placed"
	done
	image_remove_bootiso "$1"
	image_unmount "$state/www/$1.iso"
	image_unmount "$state/www/$1.img"
	[ ! -e "$state/www/$1" ] || rm -rf "${state:?}/www/$1"
}

# What bootiso.sh made of it, but not an image that somebody called so.
image_remove_bootiso() {
	[ -e "$state/images/$1-boot.facts" ] || [ ! -e "$state/www/$1-boot.iso" ] || rm -f "$state/www/$1-boot.iso"
}

# A file that an image is mounted on, or a copy.
image_unmount() {
	[ -e "$1" ] || return 0
	if image_mounted "$1"; then
		umount "$1" 2>/dev/null || umount -l "$1" || warn "$1 is still mounted"
	fi
	rm -f "$1"
}

image_mounted() {
	awk -v at="$(printf '%s\n' "$1" | sed 's/\\/\\\\134/g; s/ /\\\\040/g')" '$5 == at { found = 1 } END { exit !found }' /proc/self/mountinfo 2>/dev/null
}

# Writes images/NAME.facts: the last step.
image_record() {
	{
		printf 'image name=%s source=%s size=%s mtime=%s way=%s%s\n' "$name" "$image_word" "${image_stamp% *}" "${image_stamp#* }" $image_way "${place_how:+ how=$place_how}" &&
			cat "$work/$name.facts"
	} >"$state/images/$name.facts.new" && has_room "$state/images" && mv -f "$state/images/$name.facts.new" "$state/images/$name.facts" && return
	rm -f "$state/images/$name.facts.new"
	return 1
}

# Serves the image as it is.  False, and nothing is there, where that cannot be.
image_serve() {
	image_put || return
	mkdir "$part" && (cd "$state/www" && "$tool_isoextract" -q -x -C ".$name.part" "${place_to##*/}") >"$part.extents" 2>"$work/why" </dev/null
	if [ $? -le 1 ] && { image_was whole || grep -q '^file ' "$part.extents"; } && image_parts; then
		say "$name: served from $image ($place_text)"
		return 0
	fi
	image_clean
	place_how=
	return 1
}

# image_was WORD: is that what NAME.is says?  An image that starts whole need have
# nothing that is to be had by name.
image_was() {
	case $image_is in
	*" $1 "*) ;;
	*) return 1 ;;
	esac
}

# Puts the image beneath www: a hard link, if the daemons may read the file as it is,
# a mount of it, or a copy.
image_put() {
	place_to=$state/www/$name.iso
	! image_was disk || place_to=$state/www/$name.img
	place_how='' image_readable=''
	case $image_mode in
	*[4567]) image_readable=1 ;;
	esac
	if [ "$image_file" != "$image" ]; then
		mv -f "$image_file" "$place_to" || return
		image_file=$place_to place_how=fetched place_text='fetched whole'
		image_stamp=$(stat -L -c '%s %Y' "$place_to")
	elif [ "$image_readable" ] && ln "$image" "$place_to" 2>/dev/null; then
		place_how=link place_text='a hard link'
	elif [ "$image_readable" ] && : >"$place_to" && mount --bind "$image" "$place_to" 2>/dev/null; then
		place_how=bind place_text='mounted'
		mount -o remount,bind,ro "$place_to" 2>/dev/null
	elif cp -p "$image" "$place_to" 2>/dev/null && chmod 644 "$place_to"; then
		place_how=copy place_text='a copy'
	else
		rm -f "$place_to"
		return 1
	fi
}

# What is read here, and not only served.
image_parts() {
	[ -s "$work/$name.parts" ] || return 0
	set --
	while IFS= read -r place_part; do set -- "$@" "$place_part"; done <"$work/$name.parts"
	"$tool_isoextract" -q -C "$part" "$image_file" "$@" >"$work/why" 2>&1 </dev/null
	[ $? -le 1 ]
}

image_extract() {
	say "$name: extracting $image"
	rm -rf "$part"
	mkdir "$part" && image_unpack "$image_file" "$part" || {
		image_bad 3 "$image could not be extracted to $state/www; $(images_room)"
		return
	}
	image_itself
}

# Some live systems load the whole image, so it is served as well.
image_itself() {
	image_was loaded || return 0
	image_local || return
	image_put || image_bad 3 "$image could not be copied to $state/www; $(images_room)"
}

image_local() {
	[ -f "$image_file" ] || image_bad 2 "$image: its system loads the whole image, which must be a local file; download it first"
}

# Some kernels find a file only in their initial RAM disk: puts a cpio archive of
# it, to be loaded with the initrd, beside it.
image_embed() {
	while IFS= read -r embed; do
		case ${embed%@*} in
		'{iso}')
			image_local || return
			embed_from=$image_file
			embed_to=$state/www/$name.iso.cpio ;;
		*)
			embed_from=$part/${embed%@*}
			embed_to=$embed_from.cpio ;;
		esac
		say "$name: packing ${embed##*@} for the initial RAM disk"
		image_pack "$embed_from" "${embed##*@}" "$embed_to" || {
			image_bad 3 "$embed_from could not be packed to $embed_to (at most 4 GiB fit); $(images_room)"
			return
		}
	done <"$work/$name.embed"
}

# image_pack FILE NAME ARCHIVE
image_pack() {
	rm -rf "$work/pack"
	mkdir -p "$work/pack/$(dirname "$2")" && ln -s "$1" "$work/pack/$2" &&
		(cd "$work/pack" && printf '%s\n' "$2" | cpio -o -H newc -L --quiet) >"$3" && chmod 644 "$3"
}
