# shellcheck shell=sh disable=SC2154
# The three daemons, for pxe-up: starts them, merges their logs, and stops them
# all when one ends or on a signal.

# The rules file.  Lines given with -e come first: the first match wins.
rules_print() {
	echo '# Made by pxe-up(8) at each start.  dhcpd-pxe.rules(5) explains the lines.'
	[ -z "$rules" ] || printf '%s' "$rules"
	rules_has interface || printf '%s\n' "interface $iface"
	rules_has subnet || printf '%s\n' "$subnet"
	loaders_rules
}

# True if -e gave a line of that kind.
rules_has() {
	case $rules in
	"$1 "* | *"
$1 "*) return 0 ;;
	*) return 1 ;;
	esac
}

# A fault is in a line given with -e or in pxe-up itself: shows all the lines.
rules_check() {
	"$tool_dhcpd_pxe" -n -f "$1" >"$work/why" 2>&1 && return
	cat "$work/why" >&2
	wrong "dhcpd-pxe does not accept these rules; those given with -e come first:
$(sed 's/^/    /' "$1")"
}

# -W: nothing but the daemons; what takes more rights has been done by -w.
serve_written() {
	[ "$check_only$write_only" = '' ] && [ $# -eq 0 ] || wrong '-W serves what -w has written: neither -n, -w nor an image goes with it'
	serve_status=$(cat "$state/written" 2>/dev/null)
	case $serve_status in
	0) ;;
	'') wrong "-W: $state has nothing to serve yet; run pxe-up -w first" ;;
	2) wrong '-W: nothing to serve; pxe-up -w has said why' ;;
	*) failed '-W: nothing to serve; pxe-up -w has said why' ;;
	esac
	net_may_serve
	net_choose "$iface"
	! grep -q '^subnet .* proxy' "$state/rules" || proxy=1
	images_look
	rules_check "$state/rules"
	serve
}

serve() {
	mkfifo "$work/events" || failed "cannot make a pipe in $work"
	# Open for reading and writing, so that neither side waits for the other.
	exec 9<>"$work/events"
	running=
	serve_logs=
	serve_reader=
	trap 'serve_stop; exit 0' INT TERM HUP
	serve_start tftpd-lite "$tool_tftpd_lite" -l "$address:69" "$state/www"
	serve_start httpd-boot "$tool_httpd_boot" -l "$address:80" "$state/www"
	serve_wait_ready 2
	# Last: from its first answer on, machines ask the other two.
	serve_start dhcpd-pxe "$tool_dhcpd_pxe" -f "$state/rules" -l "$leases"
	serve_wait_ready 1
	serve_ready="$(images_count) on $iface ($address) $(net_mode_text)"
	say "ready: $serve_ready; Ctrl-C ends it"
	serve_notify
	serve_event
	serve_died
}

# Tells the service manager.
serve_notify() {
	[ "$notify" ] || return 0
	NOTIFY_SOCKET=$notify systemd-notify --ready --status="$serve_ready" || warn 'cannot tell the service manager that all is ready (systemd-notify)'
}

# serve_start NAME COMMAND...
serve_start() {
	serve_name=$1
	shift
	mkfifo "$work/$serve_name" || failed "cannot make a pipe in $work"
	# Both ends are open before either process starts, so that neither waits for
	# one that died early.  Then only the daemon holds the write end: the log ends
	# when it does.
	exec 8<>"$work/$serve_name" 7<"$work/$serve_name" 6>"$work/$serve_name" 8>&-
	# (exec, because dash keeps copies of what it redirects for a function.)
	(
		exec <&7 6>&- 7<&-
		serve_log "$serve_name"
	) &
	serve_logs="$serve_logs $!"
	(
		# Its log is the journal, by way of us: with its priorities.
		[ -z "$journal" ] || JOURNAL_STREAM=$(stat -L -c %d:%i "$work/$serve_name")
		exec "$@" >&6 2>&1 </dev/null 6>&- 7<&- 9>&-
	) &
	running="$running $serve_name:$!"
	exec 6>&- 7<&-
}

# Passes on a daemon's log, and reports on fd 9 when it is ready and when it has
# ended.  Ctrl-C reaches this process too, but it must outlive the daemon.
serve_log() {
	trap '' INT TERM HUP
	last=
	while IFS= read -r line; do
		level=
		case $line in
		"<"[0-7]">"*)
			level=${line%"${line#???}"}
			line=${line#???} ;;
		"$1: "*) line=${line#"$1: "} ;;
		esac
		case $line in
		ready*) printf '%s\n' "ready $1" >&9 ;;
		esac
		printf '%s%s: %s\n' "$level" "$1" "$line" >&2
		last=$line
	done
	printf '%s\n' "$last" >"$work/$1.last"
	printf '%s\n' "ended $1" >&9
}

# Waits for the next event; sets event and event_name.  The reader is a child
# process, because a trap runs at once only during wait.
serve_event() {
	{ read -r event <&9 && printf '%s\n' "$event" >"$work/event"; } &
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

# One of them has ended by itself: its last line says why.
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
	for each in $running; do wait "${each#*:}"; done
	# The log readers end with their daemons, but not on a terminal that is stopped.
	serve_ticks=0
	until serve_logs_ended || [ "$serve_ticks" -ge 20 ]; do
		sleep 0.1
		serve_ticks=$((serve_ticks + 1))
	done
	# shellcheck disable=SC2086
	kill -KILL $serve_logs 2>/dev/null
	wait
	trap - INT TERM HUP
}

serve_logs_ended() {
	for each in $running; do
		[ -e "$work/${each%:*}.last" ] || return 1
	done
}
