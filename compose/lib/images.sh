# shellcheck shell=sh disable=SC2154
# Images for pxe-up.  Under STATEDIR each has its tree in www/NAME, what
# `isoextract -b` says about it in images/NAME.facts, and where it came from in
# images/NAME.stamp.  The stamp is written last, so that an interrupted
# extraction is repeated.
#
# $work/images lists the images to serve: NAME, "new" or "kept", SOURCE,
# separated by tabs.

tab=$(printf '\t')

# images_look SOURCE...: finds out how each boots; writes nothing to STATEDIR.
images_look() {
	: >"$work/images"
	: >"$work/refused"
	for image; do
		image_look "$image"
	done
	[ $# -gt 0 ] || images_kept
	[ -s "$work/images" ] || wrong "$(cat "$work/refused")"
	while IFS= read -r refused; do
		warn "$refused"
	done <"$work/refused"
}

# Without images on the command line: all that earlier runs extracted.
images_kept() {
	for stamp in "$state"/images/*.stamp; do
		name=$(basename "$stamp" .stamp)
		[ -f "$stamp" ] && [ -d "$state/www/$name" ] || continue
		cp "$state/images/$name.facts" "$work/$name.facts" || exit 3
		printf '%s\tkept\t%s\n' "$name" "$(head -n 1 "$stamp")" >>"$work/images"
	done
	[ -s "$work/images" ] || wrong "which image? $state holds none yet; try: pxe-up -i IFACE debian.iso"
}

image_look() {
	image=$1
	image_source "$image"
	image_name "$image"
	if [ -f "$state/images/$name.stamp" ] && image_stamp "$image" | cmp -s - "$state/images/$name.stamp" && [ -d "$state/www/$name" ]; then
		cp "$state/images/$name.facts" "$work/$name.facts" || exit 3
		printf '%s\tkept\t%s\n' "$name" "$image" >>"$work/images"
		return
	fi
	"$tool_isoextract" ${profiles:+-P "$profiles"} -b "$image" >"$work/$name.facts" 2>"$work/why"
	image_rc=$?
	case $image_rc in
	0 | 1) ;;
	2) wrong "$(image_why)" ;;
	*) failed "$(image_why)" ;;
	esac
	grep -q '^boot ' "$work/$name.facts" || netboot_look "$name" "$image" || {
		image_unfit "$image"
		return
	}
	printf '%s\tnew\t%s\n' "$name" "$image" >>"$work/images"
}

# Checks a source; sets image to the URL, or to the file's absolute path.
image_source() {
	case $1 in
	-) wrong "an image from standard input cannot be read twice; give its file or URL" ;;
	*"$tab"* | *"
"*) wrong "an image's name contains a tab or a newline; rename it" ;;
	http://* | https://* | ftp://*) ;;
	*)
		[ -e "$1" ] || wrong "$1 does not exist"
		[ -f "$1" ] && [ -r "$1" ] || [ -b "$1" ] || wrong "$1 is not a file or disc that can be read"
		image=$(readlink -f "$1") ;;
	esac
}

# Sets name, the image's directory: its file's name, numbered if another image
# has that one.
image_name() {
	stem=$(basename "${1%%\?*}" | sed 's/\.[Ii][Ss][Oo]$//; s/[^A-Za-z0-9._+-]/-/g; s/^[.-]*//')
	case $stem in
	'' | grub | EFI | boot | pxelinux.cfg | debian-installer) stem=image$stem ;;
	esac
	name=$stem
	number=1
	while image_taken "$1"; do
		number=$((number + 1))
		name=$stem-$number
	done
}

image_taken() {
	if grep -q "^$name$tab" "$work/images"; then
		return 0
	elif [ -f "$state/images/$name.stamp" ]; then
		[ "$(head -n 1 "$state/images/$name.stamp")" != "$1" ]
	else
		[ -e "$state/www/$name" ]
	fi
}

# The stamp: the source and, for a file, its size and time.
image_stamp() {
	printf '%s\n' "$1"
	[ ! -e "$1" ] || stat -L -c '%s %Y' "$1"
}

# Prints isoextract's last message without the tool's name; the ones before it
# go to standard error.
image_why() {
	sed '$d' "$work/why" >&2
	image_said=$(sed -n '$s/^isoextract: //p' "$work/why")
	case $image_said in
	"$image: "*) printf '%s\n' "$image_said" ;;
	'')
		if printf 'room\n' 2>/dev/null >"$work/room"; then
			printf '%s\n' "$image: isoextract failed without a message (exit $image_rc)"
		else
			printf '%s\n' "$image: nothing can be written to $work: is ${TMPDIR:-/tmp} full? TMPDIR names another directory"
		fi ;;
	*) printf '%s\n' "$image: $image_said" ;;
	esac
}

# The image is left out; if none is left, that ends it.
image_unfit() {
	image_lacks "$1" >>"$work/refused"
}

image_lacks() {
	if [ -s "$work/$name.lack" ]; then
		printf '%s\n' "$1: $(head -n 1 "$work/$name.lack")"
		return
	fi
	why=$(facts_awk 'facts_parse($0, F) > 0 && F[""] == "unfit" { print F["why"]; exit }' "$work/$name.facts")
	[ "$why" ] || ! [ -s "$work/why" ] || { image_why; return; }
	printf '%s\n' "$1: nothing in it can boot over a network: ${why:-it has no kernel; isoextract -l lists its files}"
}

facts_awk() {
	facts_program=$1
	shift
	awk "$(cat "$lib/facts.awk")
$facts_program" "$@"
}

images_room() {
	df -h -P "$state" | awk 'NR == 2 { print "is there room? " $4 " free on " $6 }'
}

images_count() {
	awk 'END { print NR (NR == 1 ? " image" : " images") }' "$work/images"
}

# Extracts the new images to www, each completely or not at all.
images_extract() {
	while IFS=$tab read -r name how image; do
		if [ "$how" = kept ]; then
			say "$name: already extracted"
			continue
		fi
		say "$name: extracting $image"
		part=$state/www/.$name.part
		rm -rf "$part"
		mkdir "$part" && "$tool_isoextract" -C "$part" "$image" <&3 ||
			failed "$image could not be extracted to $state/www; $(images_room)"
		rm -rf "$state/www/$name" "$state/www/$name.iso" "$state/www/$name.iso.cpio" "$state/images/$name.stamp"
		netboot_put "$name" "$part" || failed "cannot write to $state; $(images_room)"
		image_itself
		image_embed
		mv "$part" "$state/www/$name" && cp "$work/$name.facts" "$state/images/$name.facts" &&
			image_stamp "$image" >"$state/images/$name.stamp" || failed "cannot write to $state"
	done 3<&0 <"$work/images"
	part=
}

# Some live systems load the whole image, so it is served as well.
image_itself() {
	grep -qE '^boot .* image=yes( |$)' "$work/$name.facts" || return 0
	image_here
	# A hard link, if the daemons may read the file as it is.
	[ "$(find "$image" -perm -o=r)" ] && ln "$image" "$state/www/$name.iso" 2>/dev/null && return
	cp "$image" "$state/www/$name.iso" && chmod 644 "$state/www/$name.iso" ||
		failed "$image could not be copied to $state/www; $(images_room)"
}

image_here() {
	[ -f "$image" ] || failed "$image: its system loads the whole image, which must be a local file; download it first"
}

# Some kernels find a file only in their initial RAM disk: puts a cpio archive of
# it, to be loaded with the initrd, beside it.
image_embed() {
	facts_awk 'facts_parse($0, F) > 0 && F[""] == "boot" && F["embed"] != "" { gsub(/,/, "\n", F["embed"]); print F["embed"] }' \
		"$work/$name.facts" | sort -u >"$work/embed"
	while IFS= read -r embed; do
		case ${embed%@*} in
		'{iso}')
			image_here
			embed_from=$image
			embed_to=$state/www/$name.iso.cpio ;;
		*)
			embed_from=$part/${embed%@*}
			embed_to=$embed_from.cpio ;;
		esac
		say "$name: packing ${embed##*@} for the initial RAM disk"
		image_pack "$embed_from" "${embed##*@}" "$embed_to" ||
			failed "$embed_from could not be packed to $embed_to (at most 4 GiB fit); $(images_room)"
	done <"$work/embed"
}

# image_pack FILE NAME ARCHIVE
image_pack() {
	rm -rf "$work/pack"
	mkdir -p "$work/pack/$(dirname "$2")" && ln -s "$1" "$work/pack/$2" &&
		(cd "$work/pack" && printf '%s\n' "$2" | cpio -o -H newc -L --quiet) >"$3" && chmod 644 "$3"
}

# One menu for all images, in the order of the command line.
menus_write() {
	while IFS=$tab read -r name how image; do
		sed -n "s/^boot /boot dir=$name /p" "$work/$name.facts"
	done <"$work/images" >"$work/boot"
	"$tool_pxe_menu" -t "$seconds" -k "$kernel_args" -u "http://$address" "$state/www" <"$work/boot" || exit
	facts_awk 'facts_parse($0, F) > 0 && F["note"] != "" { print F["name"] ": " F["note"] }' "$work/boot" >"$work/notes"
	while IFS=$tab read -r name how image; do
		facts_awk 'facts_parse($0, F) > 0 && F[""] == "unfit" { print F["name"] " is not in the menus: " F["why"] }' "$work/$name.facts" >>"$work/notes"
	done <"$work/images"
	while IFS= read -r note; do
		say "$note"
	done <"$work/notes"
	say "menus: $(facts_awk 'facts_parse($0, F) > 0 { printf "%s%s", sep, F["name"] == "" ? F["kernel"] : F["name"]; sep = "; " }' "$work/boot")"
}
