#!/bin/sh
# compose/ under every awk that systems have: what is written is the same to the byte.
# shellcheck disable=SC2016,SC2317,SC2154 # nothing is to expand here; check calls functions
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build # it is scripts that are tested, and they start hundreds of processes
# shellcheck source=tests/e2e/site.sh
. "$(dirname "$0")/site.sh"
need xorriso busybox mawk
lan
for name in a b; do image $name; done

# use NAME COMMAND...: that is awk from now on.
used=
use() {
	used="$used $1"
	mkdir -p "$T/bin.$1"
	awk=$1
	shift
	printf '#!/bin/sh\nexec %s "$@"\n' "$*" >"$T/bin.$awk/awk"
	chmod 755 "$T/bin.$awk/awk"
}
# under COMMAND...: with the awk in use before all others.
under() { PATH=$T/bin.$awk:$PATH "$@"; }

site() {
	state=$T/site.$awk
	mkdir -p "$state/machines"
	echo 'site mode=server title="Wörld" default=b' >"$state/site"
	under "$up" -w -s "$state" -k 'console=ttyS0,115200 x="a b"' -e 'deny mac=52:54:00:00:00:66' "$T/a.iso" "$T/b.iso" || return
	cp -r "$SRC/compose/answers/debian" "$state/answers/web"
	under pxe_machine set 52:54:00:00:00:01 image=b once answers=web name=web1 addr=10.77.0.31 'args=a\x41="q b" m={mac}' &&
		under pxe_machine set 52:54:00:00:00:02 image=a always &&
		under pxe_image default a && under "$up" -w -s "$state" || return
	mkdir -p "$state/told"
	printf '%s\n' "start at=1 interface=br0" "lease ip=10.77.0.31 mac=52:54:00:00:00:01 at=$(date +%s) tool=dhcpd-pxe" >"$state/events"
	under pxe_machine -j ls >"$state/told/machines" && under pxe_image ls >"$state/told/images" &&
		under "$SRC/compose/pxe-status" -j -s "$state" | sed 's/"\(since\|last\)":[0-9]*//g' >"$state/told/status"
}


# What differs from one directory to the other by its name alone.
plain() {
	(cd "$1" && find rules site machines www/boot.ipxe www/m www/grub www/pxelinux.cfg www/answers told last -type f | sort | while IFS= read -r plain_it; do
		echo "== $plain_it"
		cat "$plain_it"
	done) | sed "s|$1|STATE|g"
}

use mawk mawk
check 'a site, with mawk' site
plain "$state" >"$T/plain.mawk"
check '... of many files' test "$(grep -c '^== ' "$T/plain.mawk")" -ge 15
cp "$state/rules" "$T/rules.mawk"
for other in 'busybox busybox awk' 'gawk gawk --posix' 'bwk original-awk'; do
	command -v "${other#* }" >/dev/null || command -v "$(printf '%s\n' "$other" | cut -d ' ' -f 2)" >/dev/null || {
		skip "no ${other#* } here"
		continue
	}
	# shellcheck disable=SC2086
	use $other
	check "a site, with ${other#* }" site
	plain "$state" >"$T/plain.$awk"
	check '... is the same' diff "$T/plain.mawk" "$T/plain.$awk"
done

# ---- what has no site: every program is at least understood -----------------------------
# Where one is read after others, those are its libraries.
with() {
	case ${1##*/} in
	facts.awk | text.awk | ascii.awk | subnet.awk) ;;
	subnet6.awk) echo "-f $SRC/compose/lib/text.awk -f $1" ;;
	menu*.awk) for with_it in facts text ascii menu-ipxe menu-pxelinux menu-grub menu-mboot menu; do echo "-f $SRC/compose/lib/$with_it.awk"; done ;;
	import*.awk) echo whole ;;
	answers.awk) echo "-f $SRC/compose/lib/facts.awk -f $SRC/compose/lib/text.awk -f $1" ;;
	*) echo "-f $SRC/compose/lib/facts.awk -f $1" ;;
	esac
}
understood() {
	for it in "$SRC"/compose/lib/*.awk; do
		files=$(with "$it")
		[ "$files" != whole ] || continue
		# shellcheck disable=SC2086
		under awk -v address=10.0.0.1 -v bits=24 ${files:--f "$it"} </dev/null >"$T/awk.out" 2>"$T/awk.err"
		! grep -iE 'syntax|unexpected|undefined|not defined|parse' "$T/awk.err" || { echo "$it"; return 1; }
	done
}
for awk in $used; do
	check "every program is understood by $awk" understood
done
subnet() { under awk -v address=172.16.9.1 -v bits="$1" -v router=172.16.9.2 -v dns=9.9.9.9 -v proxy= -f "$SRC/compose/lib/subnet.awk"; }
for awk in $used; do
	check "a network of 20 bits, by $awk" sh -c 'test "$1" = "subnet 172.16.0.0/20 range=172.16.9.3-172.16.15.254 router=172.16.9.2 dns=9.9.9.9"' - "$(subnet 20)"
	check_not '... and one without room' subnet 31
done
finish
