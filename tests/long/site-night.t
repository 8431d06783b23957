#!/bin/sh
# A night: MACHINES (500) are installed, each once.  They start fifty at a time; one in ten
# dies on its way and is offered its installation again; each that said that it is done
# starts its local disk from then on, also when it comes back at once.
# shellcheck disable=SC2016,SC2317,SC2154 # nothing is to expand here; check calls functions; start sets pid_up
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
ordinary_build # it is scripts that are tested, and they start thousands of processes
# shellcheck source=tests/e2e/site.sh
. "$SRC/tests/e2e/site.sh"
# shellcheck source=tests/long/site.sh
. "$SRC/tests/long/site.sh"
need xorriso curl
need_nobody
lan
ip addr del 10.77.0.1/24 dev br0
ip addr add 10.77.0.1/21 dev br0
host m1 10.77.0.9/21
image a
: >"$T/ledger"
machines=${MACHINES:-500} wave=50
cpu() { awk '{ sub(/.*\) /, ""); print ($12 + $13 + $14 + $15) / 100 }' "/proc/$pid_up/stat"; }

server
mkdir -p "$state/machines" "$state/answers"
cp -r "$SRC/compose/answers/debian" "$state/answers/web"
macs 1 "$machines" >"$T/all"
while read -r m; do echo "image=a answers=web once name=n$m" >"$state/machines/$m"; done <"$T/all"
check_rc 0 'a site' "$up" -w -i br0 -s "$state" "$T/a.iso"
start up "$up" -s "$state"
check 'it is served' wait_for 300 logged '^pxe-up: ready'
[ "$failed" -eq 0 ] || finish
begin=$(date +%s)
from=1
while [ $from -le "$machines" ]; do
	macs $from $((from + wave - 1 < machines ? from + wave - 1 : machines)) >"$T/wave"
	visit m1 "$T/wave" >"$T/did"
	# One in ten dies, and is there again with the next.
	awk 'NR % 10 == 3 { print $1 }' "$T/did" >"$T/died"
	awk 'NR % 10 != 3 && $2 == "install" { print $1 }' "$T/did" >"$T/finish"
	says_done m1 "$T/finish" >>"$T/unheard"
	sed 's/^/done /' "$T/finish" >>"$T/ledger"
	wait_for 120 has_count 'done' "$(grep -c '^done ' "$T/ledger")" || not_ok "wave of $from: all that said so are done"
	visit m1 "$T/wave" >"$T/back"
	cat "$T/died" >"$T/finish"
	says_done m1 "$T/finish" >>"$T/unheard"
	sed 's/^/done /' "$T/finish" >>"$T/ledger"
	from=$((from + wave))
done
check 'all are done' wait_for 300 has_count 'done' "$machines"
seconds=$(($(date +%s) - begin))
echo "# $machines machines in $seconds s; pxe-up took $(cpu) s of CPU; followed the site $(grep -c 'the site has changed' "$T/up.log") times"
check 'everybody was heard' test ! -s "$T/unheard"
check 'each was installed' test "$(awk '$2 == "install" { print $1 }' "$T/ledger" | sort -u | wc -l)" = "$machines"
check 'one in ten twice, for it had died, and nobody else' test "$(awk '$2 == "install" { n[$1]++ } END { for (m in n) if (n[m] > 1) t++; print t + 0 }' "$T/ledger")" = "$((machines / 10))"
check_not 'nobody after it was done' twice
visit m1 "$T/all" >"$T/morning"
check 'in the morning all start their local disks' test "$(grep -c ' local$' "$T/morning")" = "$machines"
check 'nobody found nothing' test "$(grep -c ' nothing$' "$T/ledger")" = 0
check 'no answers are left' test -z "$(find "$state/www/answers" -name preseed.cfg)"
stop up
finish
