# shellcheck shell=sh disable=SC2154
# What pxe-up, pxe-image and pxe-machine share: how they speak, the tools and
# where everything lies.  They set `self`, their name, and `here`, their directory.
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
umask 022
tab=$(printf '\t')
newline='
'

version=@VERSION@
[ "$version" != "@""VERSION@" ] || version=$(sed -n 's/^VERSION *= *//p' "$here/../Makefile" 2>/dev/null)

# Under systemd each line says how important it is (sd-daemon(3)): 3 an error, 4 a
# warning, 6 what is normal.
journal=
[ "${JOURNAL_STREAM:-}" ] && [ "$(stat -L -c %d:%i /dev/fd/2 2>/dev/null)" = "$JOURNAL_STREAM" ] && journal=1
say_as() {
	say_level=$1
	shift
	if [ "$journal" ]; then
		printf '%s: %s\n' "$self" "$*" | sed "s/^/<$say_level>/" >&2
	else
		printf '%s: %s\n' "$self" "$*" >&2
	fi
}
say() { say_as 6 "$*"; }
warn() { say_as 4 "$*"; }
wrong() { say_as 3 "$*"; exit 2; }
failed() { say_as 3 "$*"; exit 3; }

# Finds the tools in the build tree ($BIN names another one), beside this script
# or in PATH.  Sets tool_dhcpd_pxe and so on.
find_tools() {
	for tool; do
		find_tool "$tool"
		[ "$path" ] || failed "$tool is neither beside $here/$self nor in PATH; build it (make) or install it (make install)"
	done
	# A build elsewhere does not find the profiles in the source tree.
	profiles=
	[ -z "${BIN:-}" ] || [ ! -d "$here/../isoextract/profiles" ] || profiles=$here/../isoextract/profiles
}

# find_tool NAME: sets tool_NAME, and path, to "" if there is none.
find_tool() {
	for path in "${BIN:-$here/..}/$1/$1" "$here/$1" "$here/../bin/$1" "$here/../sbin/$1" ''; do
		[ -f "$path" ] && [ -x "$path" ] && break
	done
	[ "$path" ] || path=$(command -v "$1")
	case $1 in
	*-*) eval "tool_${1%-*}_${1#*-}=\$path" ;;
	*) eval "tool_$1=\$path" ;;
	esac
}

# absolute PATH: the same from every directory.
absolute() {
	case $1 in
	/*) printf '%s\n' "$1" ;;
	*) printf '%s\n' "$PWD/$1" ;;
	esac
}

# Sets work, which `tidy` removes.
make_work() {
	work=$(mktemp -d) || failed "cannot make a temporary directory; is ${TMPDIR:-/tmp} full?"
	trap tidy EXIT
	trap 'exit 3' HUP INT TERM
	work_full="nothing can be written to $work: is ${TMPDIR:-/tmp} full?"
	printf 'room\n' 2>/dev/null >"$work/room" || failed "$work_full TMPDIR names another directory"
}

# facts_awk PROGRAM [FILE...]
facts_lib=$(cat "$lib/facts.awk")
facts_awk() {
	facts_program=$1
	shift
	awk "$facts_lib
$facts_program" "$@"
}

# facts_set FILE RECORD KEY [VALUE]: FILE with that key of that record set, or
# without it; what else is there stays as it was written, comments too.
facts_set() {
	[ -e "$1" ] || : >"$1" || failed "cannot write $1"
	FACTS_VALUE=${4-} awk -v record="$2" -v key="$3" -v drop="$((4 - $#))" -f "$lib/facts.awk" -f "$lib/facts-set.awk" "$1" 2>/dev/null >"$1.new"
	written "$1"
}

# written FILE, just behind the command that wrote FILE.new: takes its place, if it is
# whole.  Whatever went wrong, FILE stays as it was.
written() {
	[ $? -eq 0 ] && has_room "${1%/*}" && replace "$1.new" "$1" && return
	rm -f "$1.new"
	failed "cannot write $1, which stays as it was; $(images_room)"
}

# replace NEW OLD: by renaming; nothing happens where they are the same.  OLD may
# be a link to a file elsewhere, which is replaced there.
replace() {
	if [ -e "$2" ] && cmp -s "$1" "$2"; then
		rm -f "$1"
	elif [ -L "$2" ]; then
		replace_to=$(readlink -f "$2") && cp "$1" "$replace_to.new" && mv -f "$replace_to.new" "$replace_to" && rm -f "$1" && return
		rm -f "$replace_to.new"
		return 1
	else
		mv -f "$1" "$2"
	fi
}

# keep FILE NAME: STATEDIR/last/NAME becomes a copy of what is in force, for the day when
# that is edited badly.
keep() {
	[ ! -e "$state/last/$2" ] || ! cmp -s "$1" "$state/last/$2" || return 0
	{ [ -d "$state/last" ] || mkdir -p "$state/last"; } && cp "$1" "$state/last/$2.new" 2>/dev/null && replace "$state/last/$2.new" "$state/last/$2" && return
	rm -f "$state/last/$2.new"
	warn "cannot write $state/last/$2; $(images_room)"
}

# True if a directory has room for a file of some size, which not every awk and cp says
# of what it wrote.
has_room() {
	printf '%65536s' '' 2>/dev/null >"$1/.room"
	room_rc=$?
	rm -f "$1/.room"
	return $room_rc
}

images_room() {
	df -h -P "$state" | awk 'NR == 2 { print "is there room? " $4 " free on " $6 }'
}
