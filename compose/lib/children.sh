# shellcheck shell=sh disable=SC2154
# The processes of pxe-up: its daemons are started, their logs passed on line by line,
# and what they do comes as events, one after the other; in the end all are stopped.
# `running` holds NAME:PID of each.  serve.sh hears of the events that a daemon tells of
# (serve_told) and of its end (serve_gone_by_itself).

# Before the first of them: events come by fd 9.
child_begin() {
	mkfifo "$work/events" || failed "cannot make a pipe in $work"
	# Open for reading and writing, so that neither side waits for the other.
	exec 9<>"$work/events"
	running='' child_logs='' child_reader='' child_ticker=''
}

# child_start NAME COMMAND...
child_start() {
	child_name=$1
	shift
	mkfifo "$work/$child_name" || failed "cannot make a pipe in $work"
	# Then only the daemon holds the write end: the log ends when it does.
	exec 8<>"$work/$child_name" 6>"$work/$child_name"
	child_listen "$child_name"
	(
		# Its log is the journal, by way of us: with its priorities.
		[ -z "$journal" ] || JOURNAL_STREAM=$(stat -L -c %d:%i "$work/$child_name")
		exec "$@" >&6 2>&1 </dev/null 6>&- 9>&- 5>&- 4<&-
	) &
	running="$running $child_name:$!"
	child_note
	exec 6>&-
}

# child_listen NAME: starts the reader of a daemon's log.  Both ends are open before that,
# so that neither waits for one that died early.
child_listen() {
	exec 8<>"$work/$1" 7<"$work/$1" 8>&-
	# (exec, because dash keeps copies of what it redirects for a function.)
	(
		exec <&7 6>&- 7<&- 4<&- 2>&5
		child_log "$1"
	) &
	child_logs="$child_logs $1:$!"
	exec 7<&-
}

# Passes on a daemon's log, and reports on fd 9 when it is ready and when it has
# ended.  Ctrl-C reaches this process too, but it must outlive the daemon.
child_log() {
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
		"@ "*)
			serve_told "$1" "${line#@ }"
			continue ;;
		esac
		if [ "$1" = stunnel ]; then
			tls_log
			[ "$line" ] || continue
		fi
		case $line in
		ready*) printf '%s\n' "ready $1" >&9 ;;
		esac
		printf '%s%s%s: %s\n' "$child_wipe" "$level" "$1" "$line" >&2
		last=$line
	done
	printf '%s\n' "$last" >"$work/$1.last"
	printf '%s\n' "ended $1" >&9
}

# What this process says goes through a pipe as well from now on, so that a log that
# nobody reads keeps it from nothing.
child_self() {
	child_wipe=
	[ ! -t 2 ] || [ "$journal" ] || child_wipe=$(printf '\r\033[K')
	mkfifo "$work/self" || failed "cannot make a pipe in $work"
	exec 8<>"$work/self" 7<"$work/self" 6>"$work/self" 8>&- 5>&2
	(
		exec <&7 6>&- 7<&- 2>&5
		trap '' INT TERM HUP
		while IFS= read -r line; do
			case $line in
			'status '*) printf '%s%s\r' "$child_wipe" "${line#status }" >&2 ;;
			*) printf '%s%s\n' "$child_wipe" "$line" >&2 ;;
			esac
		done
	) &
	child_said=$!
	exec 2>&6 6>&- 7<&-
}

# Back to where the log goes; what was said before is written, if anybody reads it.
child_unself() {
	exec 2>&5
	child_gone "$child_said" 20
}

# Once a second, unless the last time has not been seen yet.  Ends with pxe-up.
child_clock() {
	trap - INT TERM HUP
	while kill -0 $$ 2>/dev/null; do
		sleep 1
		date +%s 2>/dev/null >"$work/now.new" && mv -f "$work/now.new" "$work/now"
		[ -s "$work/ticked" ] || { printf '1\n' 2>/dev/null >"$work/ticked"; echo tick >&9; }
	done
}

# Waits for the next event; sets event and event_name.  The reader is a child
# process, because a trap runs at once only during wait; one that it interrupts goes
# on waiting.  Its exit status says what came most, so that a full disk stops nothing.
child_event() {
	true >"$work/event"
	{
		trap - HUP
		read -r event event_name <&9 || exit 1
		case $event in
		tick) exit 11 ;;
		hup) exit 12 ;;
		esac
		printf '%s\n' "$event $event_name" >"$work/event"
		exit 0
	} 2>/dev/null &
	child_reader=$!
	while :; do
		[ "$child_ticker" ] && kill -0 "$child_ticker" 2>/dev/null || { child_clock & child_ticker=$!; }
		trap : CHLD # of the clock's end
		wait $child_reader
		child_rc=$?
		trap - CHLD
		[ $child_rc -gt 128 ] && kill -0 $child_reader 2>/dev/null || break
	done
	event='' event_name=''
	case $child_rc in
	11) event=tick ;;
	12) event=hup ;;
	*) read -r event event_name <"$work/event" || : ;;
	esac
}

child_wait_ready() {
	child_missing=$1
	while [ "$child_missing" -gt 0 ]; do
		child_event
		case $event in
		ready) child_missing=$((child_missing - 1)) ;;
		ended) serve_gone_by_itself ;;
		esac
	done
}

# child_forget NAME: one that has ended, and whose place is taken by nobody.
child_forget() {
	running=$(printf '%s\n' "$running" | sed "s/ $1:[0-9]*//")
	child_logs=$(printf '%s\n' "$child_logs" | sed "s/ $1:[0-9]*//")
	rm -f "$work/$1"
}

# child_signal NAME SIGNAL
child_signal() {
	for each in $running; do
		[ "${each%:*}" != "$1" ] || kill -"$2" "${each#*:}"
	done
}

# child_end PID...: asks children to end, until they have: a shell loses the signal that
# comes before a child of its has put off the traps that it was born with.
child_end() {
	while :; do
		child_rest=
		for each; do ! kill "$each" 2>/dev/null || child_rest="$child_rest $each"; done
		[ "$child_rest" ] || break
		# shellcheck disable=SC2086 # one word each
		set -- $child_rest
		sleep 0.1
	done
}

# child_gone PID TENTHS: waits so long for the end of a process, and then ends it.
child_gone() {
	child_ticks=0
	while kill -0 "$1" 2>/dev/null && [ $child_ticks -lt "$2" ]; do
		sleep 0.1
		child_ticks=$((child_ticks + 1))
	done
	kill -KILL "$1" 2>/dev/null
}

child_stop() {
	trap '' INT TERM HUP
	# shellcheck disable=SC2046,SC2086 # one word each
	child_end $child_reader $child_ticker $(for each in $running; do printf '%s\n' "${each#*:}"; done)
	# The log readers end with their daemons, but not on a terminal that is stopped.
	child_ticks=0
	until child_logs_ended || [ "$child_ticks" -ge 20 ]; do
		sleep 0.1
		child_ticks=$((child_ticks + 1))
	done
	for each in $child_logs; do kill -KILL "${each#*:}" 2>/dev/null; done
	child_unself
	wait
	rm -f "$child_pids"
	trap - INT TERM HUP
}

child_logs_ended() {
	for each in $running; do
		[ -e "$work/${each%:*}.last" ] || return 1
	done
}

# child_born PID: prints when a process was started, which tells it from another one of
# that number; false where there is none.
child_born() {
	read -r child_stat 2>/dev/null <"/proc/$1/stat" || return
	# shellcheck disable=SC2086 # words; the name of the program is before them
	set -- ${child_stat##*) }
	printf '%s\n' "${20}"
}

# A pxe-up that was killed has left its daemons behind; one that runs is not disturbed.
child_alone() {
	child_pids=$state/pids.$iface
	[ -r "$child_pids" ] || return 0
	while IFS=: read -r child_name child_pid child_at; do
		[ "$(child_born "$child_pid")" = "${child_at:-?}" ] && [ "$child_pid" != $$ ] || continue
		[ "$child_name" != pxe-up ] ||
			failed "pxe-up serves $state on $iface already (process $child_pid), and follows what changes there"
		warn "$child_name (process $child_pid) was left behind by a pxe-up that was killed: it is ended"
		kill "$child_pid"
		child_gone "$child_pid" 50
	done <"$child_pids"
	rm -f "$child_pids"
}

# Writes down who serves: NAME:PID:TIME of its start.
child_note() {
	for child_it in "pxe-up:$$" $running; do
		printf '%s:%s\n' "$child_it" "$(child_born "${child_it#*:}")"
	done >"$child_pids" || warn "cannot write $child_pids; $(images_room)"
}
