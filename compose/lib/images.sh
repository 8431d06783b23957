# shellcheck shell=sh disable=SC2154
# The images of a site.  Under STATEDIR, images/NAME.facts says where an image came
# from (an `image' record) and how it boots (what `isoextract -b` says); place.sh puts
# what machines load of it into www.  The facts are written last, so that what was
# interrupted is repeated.
#
# $work/images lists the images to serve, in the order of the menus: NAME, "new" or
# "kept", SOURCE, separated by tabs.  An image that cannot be served is said and left
# out; the others are served.

# images_look SOURCE...: those that the site has, and these; finds out how each boots,
# and writes nothing to STATEDIR.
images_look() {
	: >"$work/images"
	image_list=$newline
	images_status=0
	images_known
	for image; do
		image_look "$image" || images_status=$image_status
	done
	[ -s "$work/images" ] || [ $images_status -eq 0 ] || exit $images_status
	[ -s "$work/images" ] || wrong "which image? $state holds none yet; try: pxe-up -i IFACE debian.iso"
}

# The names of the site's images: those that it names, in its order, then others that
# there are, as after a copy from another host.
images_names() {
	{
		cat "$work/site.images"
		for facts in "$state"/images/*.facts; do
			[ ! -e "$facts" ] || { facts=${facts##*/}; printf '%s\n' "${facts%.facts}"; }
		done
	} | awk '!seen[$0]++'
}

# The images of the site, each as it was, or anew if its file has changed.
images_known() {
	images_names >"$work/known"
	[ -s "$work/known" ] || return 0
	images_compare >"$work/compared"
	while IFS=$tab read -r name how image; do
		case $how in
		kept)
			if ! cp "$state/images/$name.facts" "$work/$name.facts" 2>/dev/null; then
				# Taken out meanwhile?
				[ -e "$state/images/$name.facts" ] || continue
				failed "cannot copy $state/images/$name.facts to $work; $work_full"
			fi ;;
		new) image_facts <&3 || { images_status=$image_status; continue; } ;;
		gone)
			image_bad 2 "$name: $image is not there any more, and neither is what was served of it; put it back, or take the image out (pxe-image rm $name)" ||
				images_status=$image_status
			continue ;;
		*)
			image_bad 2 "$state/site names the image $name, of which there is no images/$name.facts; add it (pxe-image add), or take it out (pxe-image rm $name)" ||
				images_status=$image_status
			continue ;;
		esac
		printf '%s\t%s\t%s\n' "$name" "$how" "$image" >>"$work/images"
		image_list=$image_list$name$tab$image$newline
	done 3<&0 <"$work/compared"
}

# Prints for each name in $work/known, separated by tabs, the name, whether the image
# is kept, new, gone or unknown, and its source.  An image is kept that is what it was,
# and is there to be served; one whose source is gone lives on as long as www has it.
images_compare() {
	: >"$work/recorded"
	while IFS= read -r name; do
		[ ! -r "$state/images/$name.facts" ] || sed -n '/^image /{p;q;}' "$state/images/$name.facts"
	done <"$work/known" | facts_awk 'facts_parse($0, F) > 0 { print F["name"] "\t" F["size"] " " F["mtime"] "\t" F["way"] "\t" F["source"] }' >"$work/recorded"
	while IFS=$tab read -r name image_was image_way image; do
		for there in "$image" "$state/www/$name".iso "$state/www/$name".img "$state/www/$name".extents "$state/www/$name"; do
			printf '%s\0' "$there"
		done
	done <"$work/recorded" | xargs -0 stat -L -c '%n	%s %Y' 2>/dev/null >"$work/there"
	awk -F "$tab" -v www="$state/www/" -v OFS="$tab" '
	FILENAME ~ /\/there$/ { is[$1] = $2; next }
	FILENAME ~ /\/recorded$/ { was[$1] = $2; way[$1] = $3; from[$1] = $4; next }
	!($1 in was) { print $1, "unknown", ""; next }
	{
		same = !(from[$1] in is) || is[from[$1]] == was[$1]
		there = way[$1] == "served" ? (is[www $1 ".iso"] == was[$1] || is[www $1 ".img"] == was[$1]) && (www $1 ".extents") in is : (www $1) in is
		# (in parentheses, for busybox)
		print $1, (same && there ? "kept" : from[$1] in is || from[$1] ~ /^(http|https|ftp):/ ? "new" : "gone"), from[$1]
	}' "$work/there" "$work/recorded" "$work/known"
}

# Sets image_from, image_size, image_mtime and image_way to what a file of facts says.
image_recorded() {
	IFS=$tab read -r image_size image_mtime image_way image_from <<EOF
$(facts_awk 'facts_parse($0, F) > 0 && F[""] == "image" { print (F["size"] == "" ? "-" : F["size"]) "\t" (F["mtime"] == "" ? "-" : F["mtime"]) "\t" (F["way"] == "" ? "-" : F["way"]) "\t" F["source"]; exit }' "$1")
EOF
}

# An image of the command line.
image_look() {
	image=$1
	image_source "$image" || return
	image_name "$image"
	if image_listed; then
		[ "$extract" ] || return 0
		image_facts || return
		awk -F "$tab" -v name="$name" '$1 != name' "$work/images" >"$work/images.new" && mv "$work/images.new" "$work/images"
	else
		image_facts || return
		image_list=$image_list$name$tab$image$newline
	fi
	printf '%s\tnew\t%s\n' "$name" "$image" >>"$work/images"
}

# True if an image of that name is to be served already; sets image_here, its source.
image_listed() {
	image_here=
	case $image_list in
	*"$newline$name$tab"*) ;;
	*) return 1 ;;
	esac
	image_here=${image_list#*"$newline$name$tab"}
	image_here=${image_here%%"$newline"*}
}

# image_bad CODE SENTENCE: why this image is not served.
image_bad() {
	image_status=$1
	shift
	say_as 3 "$*"
	return 1
}

# Writes $work/NAME.facts of `image`.
image_facts() {
	image_said=$("$tool_isoextract" ${profiles:+-P "$profiles"} -b "$image" 2>"$work/why" </dev/null)
	image_rc=$?
	printf '%s' "$image_said${image_said:+$newline}" 2>/dev/null >"$work/$name.facts" || image_rc=3
	case $image_rc in
	0 | 1) ;;
	2) image_bad 2 "$(image_why)" || return ;;
	*) image_bad 3 "$(image_why)" || return ;;
	esac
	case $newline$image_said in
	*"${newline}boot "*) ;;
	*) netboot_look "$name" "$image" || image_bad 2 "$(image_unfit)" || return ;;
	esac
	image_remote || image_bad 2 "$image: $remote_why"
}

# Checks a source; sets image to the URL, or to the file's absolute path.
image_source() {
	case $1 in
	-) image_bad 2 "an image from standard input cannot be read twice; give its file or URL" ;;
	*"$tab"* | *"
"*) image_bad 2 "an image's name contains a tab or a newline; rename it" ;;
	http://* | https://* | ftp://*) ;;
	*)
		if [ ! -e "$1" ]; then
			image_bad 2 "$1 does not exist"
		elif [ -f "$1" ] && [ -r "$1" ] || [ -b "$1" ] || { [ -d "$1" ] && [ -x "$1" ]; }; then
			image=$(readlink -f "$1")
		else
			image_bad 2 "$1 is not a file, directory or disc that can be read"
		fi ;;
	esac
}

# Sets name, the image's directory: its file's name, numbered if another image
# has that one.
image_name() {
	stem=${image%%\?*}
	stem=${stem##*/}
	case $stem in
	*.[Ii][Ss][Oo] | *.[Ii][Mm][Gg]) stem=${stem%.*} ;;
	esac
	case $stem in
	'' | [.-]* | *[!A-Za-z0-9._+-]* | *.[Ii][Ss][Oo] | *.[Ii][Mm][Gg])
		stem=$(basename "${image%%\?*}" | sed 's/\.[Ii][Ss][Oo]$//; s/\.[Ii][Mm][Gg]$//; s/[^A-Za-z0-9._+-]/-/g; s/^[.-]*//') ;;
	esac
	case $stem in
	'' | grub | EFI | boot | pxelinux.cfg | debian-installer | m | answers | setup | status | in | local | none) stem=image$stem ;;
	esac
	name=$stem
	number=1
	while image_taken; do
		number=$((number + 1))
		name=$stem-$number
	done
}

# True if another image has that name.
image_taken() {
	if ! image_listed && [ -f "$state/images/$name.facts" ]; then
		image_recorded "$state/images/$name.facts"
		image_here=$image_from
	fi
	if [ "$image_here" ]; then
		[ "$image_here" != "$image" ]
	else
		[ -e "$state/www/$name" ]
	fi
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
			printf '%s\n' "$image: $work_full TMPDIR names another directory"
		fi ;;
	*) printf '%s\n' "$image: $image_said" ;;
	esac
}

# The sentence of the image's profile, or else what isoextract said.
image_unfit() {
	if [ -s "$work/$name.lack" ]; then
		printf '%s\n' "$image: $(head -n 1 "$work/$name.lack")"
		return
	fi
	unfit=$(facts_awk 'facts_parse($0, F) > 0 && F[""] == "unfit" && F["why"] != "" { print F["name"] ": " F["why"]; exit }' "$work/$name.facts")
	if [ "$unfit" ]; then
		printf '%s\n' "$image: nothing in it can boot over a network: $unfit"
	elif [ -s "$work/why" ]; then
		image_why
	else
		printf '%s\n' "$image: nothing in it can boot over a network: it has no kernel; isoextract -l lists its files"
	fi
}

images_count() {
	awk 'END { print NR (NR == 1 ? " image" : " images") }' "$work/images"
}

# Puts the new images into www, each completely or not at all, and gathers what is
# known of all in $work/records, each record with the directory of its image.
images_place() {
	mkdir -p "$state/www" "$state/images" || failed "cannot write to $state; run as root, or choose another directory with -s"
	: >"$work/placed"
	images_status=0
	images_wanted
	while IFS=$tab read -r name how image; do
		if [ "$how" = new ] && ! image_place <&3; then
			images_status=$image_status
			continue
		fi
		printf '%s\t%s\t%s\n' "$name" "$how" "$image" >>"$work/placed"
	done 3<&0 <"$work/images"
	part=
	mv "$work/placed" "$work/images"
	[ -s "$work/images" ] || exit $images_status
}

images_records() {
	while IFS=$tab read -r name how image; do
		printf '%s\0' "$work/$name.facts"
	done <"$work/images" | images_tagged >"$work/records"
}

# The records of files DIR.facts, each with its directory.  Reads the files' names, a NUL
# behind each.
images_tagged() {
	xargs -0 awk '/^[a-z]+ / { dir = FILENAME; sub(/.*\//, "", dir); sub(/\.facts$/, "", dir); sub(/ /, " dir=" dir " "); print }'
}
