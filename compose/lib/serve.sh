# shellcheck shell=sh disable=SC2154
# The three daemons, for pxe-up: starts them, shows their logs as one, stops
# them all when one ends or when told to.

# The rules file.  Lines given with -e come first: the first match wins.
rules_print() {
	echo '# Made by pxe-up(8), anew whenever it starts.  The lines are explained in dhcpd-pxe.rules(5).'
	[ -z "$rules" ] || printf '%s' "$rules"
	rules_has interface || echo "interface $iface"
	rules_has subnet || echo "$subnet"
	loaders_rules
}

# A line of that kind among those given with -e.
rules_has() {
	case $rules in
	"$1 "* | *"
$1 "*) return 0 ;;
	*) return 1 ;;
	esac
}

# Every fault is in what -e said, or in the tool; both are worth a look.
rules_check() {
	"$tool_dhcpd_pxe" -n -f "$1" >"$work/why" 2>&1 && return
	cat "$work/why" >&2
	wrong "dhcpd-pxe does not take these rules; what -e says comes first in them:
$(sed 's/^/    /' "$1")"
}

serve() {
	mkfifo "$work/events" || failed "cannot make a pipe in $work"
	# Read and write, so that neither side ever waits for the other to open it.
	exec 9<>"$work/events"
	running=
	serve_reader=
	trap 'serve_stop; exit 0' INT TERM HUP
	serve_start tftpd-lite "$tool_tftpd_lite" -l "$address:69" "$state/www"
	serve_start httpd-boot "$tool_httpd_boot" -l "$address:80" "$state/www"
	serve_wait_ready 2
	# Last: from its first answer on, machines ask the other two.
	serve_start dhcpd-pxe "$tool_dhcpd_pxe" -f "$state/rules" -l "$state/leases"
	serve_wait_ready 1
	say "ready: $(images_count) on $iface ($address) $(net_mode_text); Ctrl-C ends it"
	serve_event
	serve_died
}

# serve_start NAME COMMAND...
serve_start() {
	serve_name=$1
	shift
	mkfifo "$work/$serve_name" || failed "cannot make a pipe in $work"
	# Both ends are open before either process starts: one that is ended early
	# leaves nobody waiting.  The daemon alone then holds the writing one, so its
	# end is the end of the log.
	exec 8<>"$work/$serve_name" 7<"$work/$serve_name" 6>"$work/$serve_name" 8>&-
	# (exec, as dash keeps copies of what it redirects for a function.)
	(
		exec <&7 6>&- 7<&-
		serve_log "$serve_name"
	) &
	(
		exec "$@" >&6 2>&1 </dev/null 6>&- 7<&- 9>&-
	) &
	running="$running $serve_name:$!"
	exec 6>&- 7<&-
}

# Passes a daemon's log on, and says on fd 9 when it is ready and when it ended.
# A Ctrl-C reaches this process too; it must outlive the daemon.
serve_log() {
	trap '' INT TERM HUP
	last=
	while IFS= read -r line; do
		case $line in
		"$1: ready"*) echo "ready $1" >&9 ;;
		"$1: "*) ;;
		*) line="$1: $line" ;;
		esac
		printf '%s\n' "$line" >&2
		last=$line
	done
	printf '%s\n' "${last#"$1: "}" >"$work/$1.last"
	echo "ended $1" >&9
}

# Waits for the next event; sets event and event_name.  The reader is a child,
# as only wait is broken off by a signal.
serve_event() {
	{ read -r event <&9 && echo "$event" >"$work/event"; } &
	serve_reader=$!
	wait $serve_reader
	read -r event event_name <"$work/event"
}

serve_wait_ready() {
	serve_missing=$1
	while [ "$serve_missing" -gt 0 ]; do
		serve_event
		[ "$event" = ready ] || serve_died
		serve_missing=$((serve_missing - 1))
	done
}

# One of them has ended by itself: its last words are in the log above.
serve_died() {
	for each in $running; do
		[ "${each%:*}" = "$event_name" ] || continue
		wait "${each#*:}"
		serve_status=$?
	done
	serve_stop
	failed "$event_name ended by itself (exit ${serve_status:-?}): $(cat "$work/$event_name.last"); the others are stopped"
}

serve_stop() {
	trap '' INT TERM HUP
	for each in $running; do
		kill "${each#*:}" 2>/dev/null
	done
	kill "$serve_reader" 2>/dev/null
	# The log readers end with their daemons.
	wait
}
