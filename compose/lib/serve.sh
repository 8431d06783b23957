# shellcheck shell=sh disable=SC2154
# The daemons, for pxe-up: starts them, merges their logs, follows the site as it
# changes, and stops them all when one that machines need ends, or on a signal.

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
	serve_alone
	[ "$site_mode" != proxy ] && ! grep -q '^subnet .* proxy' "$state/rules" || proxy=1
	net_subnet
	net6_look
	net6_kept
	images_look
	images_records
	machines_load
	rules_check "$state/rules" || exit 2
	serve
}

# One event of the daemon each line, in the stream of its log.
serve_tell='while IFS= read -r line; do printf "@ %s\n" "$line"; done'

serve() {
	mkfifo "$work/events" || failed "cannot make a pipe in $work"
	# Open for reading and writing, so that neither side waits for the other.
	exec 9<>"$work/events"
	running=
	serve_logs=
	serve_reader=
	serve_ticker=
	serve_page=
	serve_user=
	serving=$(serve_what)
	serve_failed='' serve_news='' serve_pause=0 serve_left=0 serve_now=0 serve_next=0 serve_newer=-newer
	# A file that takes another's place may be older: what is new is when it did (of which
	# busybox knows nothing).
	! find / -prune -cnewer / >/dev/null 2>&1 || serve_newer=-cnewer
	once_watch
	: >"$work/stamp"
	serve_paths
	serve_there=$serve_here
	serve_sources
	[ -e "$work/windows" ] || windows_images >"$work/windows"
	date +%s >"$work/now"
	exec 4<"$state/www"
	serve_self
	trap 'trap "" INT TERM; say "ended: $(serve_counts)"; serve_stop; exit 0' INT TERM
	trap 'echo hup >&9' HUP
	# What passes on our log may be killed.
	trap : PIPE
	set --
	[ ! -d "$state/inbox" ] || set -- -p "$state/inbox"
	serve_start tftpd-lite "$tool_tftpd_lite" -x "$serve_tell" ${address:+-l "$address:69"} ${address6:+-l "[$address6]:69"} "$state/www"
	serve_count=2
	[ -z "$address6" ] || set -- "$@" -l "[$address6]:80"
	if tls_wanted; then
		set -- "$@" -l "$(tls_inner):80" -H 127.0.0.1
		serve_count=3
	fi
	serve_start httpd-boot "$tool_httpd_boot" "$@" -x "$serve_tell" ${address:+-l "$address:80"} "$state/www"
	! tls_wanted || serve_start stunnel "$tool_stunnel" "$state/tls/stunnel.conf"
	serve_wait_ready $serve_count
	# Last: from its first answer on, machines ask the other two.
	if ! net6_only; then
		serve_start dhcpd-pxe "$tool_dhcpd_pxe" -x "$serve_tell" -f "$state/rules" -l "$leases"
		serve_wait_ready 1
	fi
	serve_six
	windows_server
	serve_ready="$(images_count) on $iface (${address:-$address6}) $(net_mode_text)"
	printf 'start at=%s interface=%s\n' "$(cat "$work/now")" "$iface" >>"$state/events"
	say "ready: $serve_ready; Ctrl-C ends it"
	serve_notify
	serve_look
	while :; do
		serve_event
		case $event in
		ended) serve_gone_by_itself ;;
		hup) serve_follow site ;;
		tick) serve_look ;;
		esac
	done
}

# What of the site takes a new start when it changes.
serve_what() { printf '%s\n' "$iface ${site_mode:-auto} ${site_tls:-no} ${site_ip6:-no}"; }

# dhcpd6-pxe by the rules of the site, or, without IPv6 there, for one thing: the iPXE of
# network cards waits 15 seconds for a router advertisement, and an empty one ends that.
# None is sent where a router is heard.
serve_six() {
	if [ "$address6" ]; then
		# as the user whose directory both lease files are in
		! id -u _dhcpd-pxe >/dev/null 2>&1 || serve_user=_dhcpd-pxe
		serve_start dhcpd6-pxe "$tool_dhcpd6_pxe" ${serve_user:+-u "$serve_user"} -x "$serve_tell" -i "$iface" -f "$state/rules" -l "${leases}6"
		serve_wait_ready 1
		return
	fi
	[ "$tool_dhcpd6_pxe" ] && [ "$(cat "/proc/sys/net/ipv6/conf/$iface/disable_ipv6" 2>/dev/null)" = 0 ] || return 0
	! rules_has ra || return 0
	serve_start dhcpd6-pxe "$tool_dhcpd6_pxe" -i "$iface" -e 'ra none'
}

# dhcpd6-pxe may end, where machines only wait longer without it, and smbd.
serve_gone_by_itself() {
	case $event_name,$address6 in
	dhcpd6-pxe, | smbd,*) ;;
	*) serve_died ;;
	esac
	running=$(printf '%s\n' "$running" | sed "s/ $event_name:[0-9]*//")
	serve_logs=$(printf '%s\n' "$serve_logs" | sed "s/ $event_name:[0-9]*//")
	rm -f "$work/$event_name"
	if [ "$event_name" = smbd ]; then
		warn "smbd ended by itself: $(cat "$work/smbd.last"); Windows' setup finds no share"
		return
	fi
	warn "dhcpd6-pxe ended by itself: $(cat "$work/dhcpd6-pxe.last"); iPXE on network cards may wait 15 s longer"
}

# serve_born PID: prints when a process was started, which tells it from another one of
# that number; false where there is none.
serve_born() {
	read -r serve_stat 2>/dev/null <"/proc/$1/stat" || return
	# shellcheck disable=SC2086 # words; the name of the program is before them
	set -- ${serve_stat##*) }
	printf '%s\n' "${20}"
}

# A pxe-up that was killed has left its daemons behind; one that runs is not disturbed.
serve_alone() {
	serve_pids=$state/pids.$iface
	[ -r "$serve_pids" ] || return 0
	while IFS=: read -r serve_name serve_pid serve_at; do
		[ "$(serve_born "$serve_pid")" = "${serve_at:-?}" ] && [ "$serve_pid" != $$ ] || continue
		[ "$serve_name" != pxe-up ] ||
			failed "pxe-up serves $state on $iface already (process $serve_pid), and follows what changes there"
		warn "$serve_name (process $serve_pid) was left behind by a pxe-up that was killed: it is ended"
		kill "$serve_pid"
		serve_gone "$serve_pid" 50
	done <"$serve_pids"
	rm -f "$serve_pids"
}

# Writes down who serves: NAME:PID:TIME of its start.
serve_note() {
	for serve_it in "pxe-up:$$" $running; do
		printf '%s:%s\n' "$serve_it" "$(serve_born "${serve_it#*:}")"
	done >"$serve_pids" || warn "cannot write $serve_pids; $(images_room)"
}

# serve_gone PID TENTHS: waits so long for the end of a process, and then ends it.
serve_gone() {
	serve_ticks=0
	while kill -0 "$1" 2>/dev/null && [ $serve_ticks -lt "$2" ]; do
		sleep 0.1
		serve_ticks=$((serve_ticks + 1))
	done
	kill -KILL "$1" 2>/dev/null
}

# serve_end PID...: asks children to end, until they have: a shell loses the signal that
# comes before a child of its has put off the traps that it was born with.
serve_end() {
	while :; do
		serve_rest=
		for each; do ! kill "$each" 2>/dev/null || serve_rest="$serve_rest $each"; done
		[ "$serve_rest" ] || break
		# shellcheck disable=SC2086 # one word each
		set -- $serve_rest
		sleep 0.1
	done
}

# Once a second, unless the last time has not been seen yet.  Ends with pxe-up.
serve_clock() {
	trap - INT TERM HUP
	while kill -0 $$ 2>/dev/null; do
		sleep 1
		date +%s 2>/dev/null >"$work/now.new" && mv -f "$work/now.new" "$work/now"
		[ -s "$work/ticked" ] || { printf '1\n' 2>/dev/null >"$work/ticked"; echo tick >&9; }
	done
}

# Sets serve_here to the site's files and directories that there are: git takes away a
# directory that is empty.
serve_paths() {
	serve_here=
	for serve_it in site images rules.d machines answers drivers; do
		[ ! -e "$state/$serve_it" ] || serve_here="$serve_here $serve_it"
	done
}

# Has something changed: of the site, in the inbox, or with time?
serve_look() {
	true >"$work/ticked"
	serve_tended
	serve_was=$serve_now
	read -r serve_now 2>/dev/null <"$work/now" || serve_now=$serve_was
	[ "$serve_now" -ge "$serve_was" ] || touch "$work/stamp" # the clock was set back
	serve_changed
	if [ "$serve_todo" ]; then
		serve_follow "$serve_todo"
	elif [ "$serve_failed" ]; then
		serve_retry
	fi
	! once_look || serve_news=1
	[ -z "$serve_news" ] || [ "$serve_now" -lt "$serve_next" ] || serve_follow machines
	serve_status
	serve_board
	serve_trim
	tls_daily
}

# Sets serve_todo to what is to be followed: site, machines, or nothing.
serve_changed() {
	serve_todo=
	serve_paths
	true >"$work/stamp.new"
	if [ "$serve_here" != "$serve_there" ] || serve_image_changed; then
		serve_todo=site
		return
	fi
	find -L "$state/site" "$state/images" "$state/rules.d" "$state/drivers" "$state/machines" "$state/answers" "$state/once" \
		$serve_newer "$work/stamp" ! -name '.*' ! -name '*.new' >"$work/newer" 2>/dev/null
	[ -s "$work/newer" ] || return 0
	if grep -qxF -e "$state/site" -e "$state/images" -e "$state/rules.d" -e "$state/drivers" "$work/newer" || grep -qF -e "$state/images/" -e "$state/rules.d/" -e "$state/drivers/" "$work/newer"; then
		serve_todo=site
	elif grep -qvF -e "$state/once" "$work/newer"; then
		serve_todo=machines
	elif serve_once_edited; then
		serve_news=1
	fi
}

# The files that images came from, and what is the same file in www, or shall be.
serve_sources() {
	for serve_it in "$state"/images/*.facts; do
		[ ! -f "$serve_it" ] || printf '%s\0' "$serve_it"
	done | xargs -0 -r sed -n '/^image /p' | facts_awk 'facts_parse($0, F) > 0 && F["source"] ~ /^\// {
		print F["source"] "\t" (F["how"] ~ /^(link|bind)$/ ? www "/" F["name"] : "") }' www="$state/www" | while IFS=$tab read -r image serve_same; do
		[ -z "$serve_same" ] || [ ! -e "$serve_same.img" ] || serve_same=$serve_same.img
		case $serve_same in
		'' | *.img) ;;
		*) serve_same=$serve_same.iso ;;
		esac
		printf '%s\t%s\n' "$image" "$serve_same"
	done >"$work/sources"
}

# True if an image is another one now: its file was written to, or another took its
# place.  One that is still written to is waited for.
serve_image_changed() {
	while IFS=$tab read -r image serve_same; do
		[ -f "$image" ] || continue
		[ "$image" -nt "$work/stamp" ] || { [ "$serve_same" ] && [ ! "$image" -ef "$serve_same" ]; } || continue
		[ $((serve_now - $(stat -L -c %Y "$image"))) -lt 5 ] || return 0
	done <"$work/sources"
	return 1
}

# Follows a change.  What came while it was read is seen at the next look.
serve_follow() {
	serve_paths
	serve_there=$serve_here serve_failed='' serve_news=
	for serve_it in images records machines; do
		cp "$work/$serve_it" "$work/$serve_it.before" 2>/dev/null || {
			serve_put_off "$1" "$work_full"
			return
		}
	done
	mv -f "$work/stamp.new" "$work/stamp" 2>/dev/null || true >"$work/stamp"
	if (apply_changes "$1"); then
		serve_pause=0
		while read -r serve_it; do
			case $serve_it in
			rules)
				serve_signal dhcpd-pxe HUP
				[ -z "$address6" ] || serve_signal dhcpd6-pxe HUP ;;
			again) serve_again 'the interface or the mode has changed' ;;
			retry) serve_put_off "$1" '' ;;
			share) windows_server ;;
			esac
		done <"$work/todo"
		serve_sources
		say "the site has changed: $(images_count), $(awk 'END { print NR (NR == 1 ? " machine" : " machines") }' "$work/machines")"
	else
		serve_rc=$?
		for serve_it in images records machines; do
			mv -f "$work/$serve_it.before" "$work/$serve_it"
		done
		[ $serve_rc -ne 3 ] || serve_put_off "$1" ''
		say_as 3 "the site stays as it was until that is mended"
	fi
	# What many machines bring is gathered, for as long as this took.
	read -r serve_next 2>/dev/null <"$work/now" || serve_next=$serve_now
	serve_next=$((serve_next + (serve_next - serve_now < 10 ? serve_next - serve_now : 10)))
}

# serve_put_off WHAT WHY: it is tried again, when there is room, and not all the time.
serve_put_off() {
	[ "$serve_pause" -ne 0 ] || [ -z "$2" ] || warn "$2"
	serve_failed=$1
	serve_pause=$((serve_pause * 2))
	[ $serve_pause -ge 5 ] || serve_pause=5
	[ $serve_pause -le 300 ] || serve_pause=300
	serve_left=$serve_pause
}

serve_retry() {
	serve_left=$((serve_left - 1))
	[ $serve_left -le 0 ] || return 0
	serve_left=5
	has_room "$state" && has_room "$work" && serve_follow "$serve_failed"
}

# Looks after those who work here: www may be another directory now, and a process that
# passes on what is said, or tells the time, may have been killed.
serve_tended() {
	[ "$state/www" -ef "/proc/$$/fd/4" ] || serve_again "$state/www is another directory now"
	[ -d "$state/inbox" ] || { inbox_make; serve_again "$state/inbox was taken away"; }
	for serve_it in $running; do
		kill -0 "${serve_it#*:}" 2>/dev/null && continue
		event_name=${serve_it%%:*}
		serve_gone_by_itself
	done
	for serve_it in $serve_logs; do
		kill -0 "${serve_it#*:}" 2>/dev/null && continue
		serve_logs=$(printf '%s\n' "$serve_logs" | sed "s/ $serve_it//")
		warn "what passed on the log of ${serve_it%%:*} was killed: it is started again"
		serve_listen "${serve_it%%:*}"
	done
	kill -0 "$serve_said" 2>/dev/null || {
		exec 2>&5
		rm -f "$work/self"
		serve_self
		warn 'what passed on this log was killed: it is started again'
	}
}

# True if somebody else than this process has changed once/ (pxe-machine): a machine
# of which we think otherwise.
serve_once_edited() {
	facts_awk 'facts_parse($0, F) > 0 && F[""] == "machine" && F["state"] ~ /^(waiting|installing|done)$/ {
		from = once "/" F["mac"]
		is = "waiting"
		if ((getline line < from) > 0)
			is = line ~ /^done/ ? "done" : "installing"
		close(from)
		if ((is == "done") != (F["state"] == "done")) { found = 1; exit }
	} END { exit !found }' once="$state/once" "$work/machines"
}

# serve_again WHY: starts anew, as the same process.
serve_again() {
	say "$1: starting anew"
	serve_stop
	rm -rf "$work" "$serve_pids"
	set -- -s "$state" -l "$leases"
	[ -z "$given_iface" ] || set -- "$@" -i "$given_iface"
	[ -z "$written" ] || set -- "$@" -W
	[ -z "$notify" ] || export NOTIFY_SOCKET="$notify"
	trap - EXIT
	exec 4<&- 5>&- 9>&-
	exec "$here/pxe-up" "$@"
}

serve_signal() {
	for each in $running; do
		[ "${each%:*}" != "$1" ] || kill -"$2" "${each#*:}"
	done
}

# An event of a daemon, in the process that reads its log: kept for whoever wants to
# know what happens here (events), and looked at for installations.
serve_told() {
	read -r serve_now <"$work/now"
	case $2 in
	'sent '*) once_sent "$1" "$2" ;;
	'boot '*) once_booted "$2" ;;
	'inbox '*) echo tick >&9 ;;
	'put '*) once_unkept "$2" ;;
	esac
	if printf '%s at=%s tool=%s\n' "$2" "$serve_now" "$1" 2>/dev/null >>"$state/events"; then
		[ -z "${serve_full:-}" ] || say "$state/events is written again"
		serve_full=
	elif [ -z "${serve_full:-}" ]; then
		serve_full=1
		warn "cannot write $state/events, which pxe-status reads; $(images_room)"
	fi
}

# Keeps the file of events from growing for ever.
serve_trim() {
	[ -z "$(find "$state/events" -size +8192k 2>/dev/null)" ] || mv -f "$state/events" "$state/events.old"
}

# serve_newer FILE PATH...: is one of these younger than the file, or that not there?
serve_newer() {
	[ -e "$1" ] || return 0
	serve_than=$1
	shift
	[ "$(find "$@" -newer "$serve_than" 2>/dev/null)" ]
}

# On a terminal: a line about what goes on, below the log.
serve_status() {
	[ "$serve_wipe" ] || return 0
	serve_newer "$work/counted" "$state/events" || return 0
	: >"$work/counted"
	printf 'status %s\n' "$(serve_counts)" >&2
}

# The page that says what each machine does (pxe-status), made anew when something has
# happened, by one process at a time.
serve_board() {
	[ -z "$serve_page" ] || ! kill -0 "$serve_page" 2>/dev/null || return 0
	serve_newer "$state/www/status/index.html" "$state/events" "$state/once" || return 0
	"$here/pxe-status" -s "$state" >/dev/null 2>&1 </dev/null 5>&- 9>&- &
	serve_page=$!
}

# What was done since the start.
serve_counts() {
	facts_awk 'facts_parse($0, F) <= 0 { next }
	F[""] == "start" { split("", seen); asked = files = bytes = machines = 0 }
	F[""] == "boot" && !(F["mac"] in seen) { seen[F["mac"]] = 1; machines++ }
	F[""] == "sent" && F["whole"] == "yes" { files++ }
	F[""] == "sent" { bytes += F["bytes"] }
	F[""] == "inbox" { words++ }
	END { printf "%d machines asked, %d files sent, %.1f MB%s\n", machines, files, bytes / 1000000, words ? ", " words " words in the inbox" : "" }' "$state/events" 2>/dev/null
}

# What this process says goes through a pipe as well from now on, so that a log that
# nobody reads keeps it from nothing.
serve_self() {
	serve_wipe=
	[ ! -t 2 ] || [ "$journal" ] || serve_wipe=$(printf '\r\033[K')
	mkfifo "$work/self" || failed "cannot make a pipe in $work"
	exec 8<>"$work/self" 7<"$work/self" 6>"$work/self" 8>&- 5>&2
	(
		exec <&7 6>&- 7<&- 2>&5
		trap '' INT TERM HUP
		while IFS= read -r line; do
			case $line in
			'status '*) printf '%s%s\r' "$serve_wipe" "${line#status }" >&2 ;;
			*) printf '%s%s\n' "$serve_wipe" "$line" >&2 ;;
			esac
		done
	) &
	serve_said=$!
	exec 2>&6 6>&- 7<&-
}

# Back to where the log goes; what was said before is written, if anybody reads it.
serve_unself() {
	exec 2>&5
	serve_gone "$serve_said" 20
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
	# Then only the daemon holds the write end: the log ends when it does.
	exec 8<>"$work/$serve_name" 6>"$work/$serve_name"
	serve_listen "$serve_name"
	(
		# Its log is the journal, by way of us: with its priorities.
		[ -z "$journal" ] || JOURNAL_STREAM=$(stat -L -c %d:%i "$work/$serve_name")
		exec "$@" >&6 2>&1 </dev/null 6>&- 9>&- 5>&- 4<&-
	) &
	running="$running $serve_name:$!"
	serve_note
	exec 6>&-
}

# serve_listen NAME: starts the reader of a daemon's log.  Both ends are open before that,
# so that neither waits for one that died early.
serve_listen() {
	exec 8<>"$work/$1" 7<"$work/$1" 8>&-
	# (exec, because dash keeps copies of what it redirects for a function.)
	(
		exec <&7 6>&- 7<&- 4<&- 2>&5
		serve_log "$1"
	) &
	serve_logs="$serve_logs $1:$!"
	exec 7<&-
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
		printf '%s%s%s: %s\n' "$serve_wipe" "$level" "$1" "$line" >&2
		last=$line
	done
	printf '%s\n' "$last" >"$work/$1.last"
	printf '%s\n' "ended $1" >&9
}

# Waits for the next event; sets event and event_name.  The reader is a child
# process, because a trap runs at once only during wait; one that it interrupts goes
# on waiting.  Its exit status says what came most, so that a full disk stops nothing.
serve_event() {
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
	serve_reader=$!
	while :; do
		[ "$serve_ticker" ] && kill -0 "$serve_ticker" 2>/dev/null || { serve_clock & serve_ticker=$!; }
		trap : CHLD # of the clock's end
		wait $serve_reader
		serve_rc=$?
		trap - CHLD
		[ $serve_rc -gt 128 ] && kill -0 $serve_reader 2>/dev/null || break
	done
	event='' event_name=''
	case $serve_rc in
	11) event=tick ;;
	12) event=hup ;;
	*) read -r event event_name <"$work/event" || : ;;
	esac
}

serve_wait_ready() {
	serve_missing=$1
	while [ "$serve_missing" -gt 0 ]; do
		serve_event
		case $event in
		ready) serve_missing=$((serve_missing - 1)) ;;
		ended) serve_gone_by_itself ;;
		esac
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
	# shellcheck disable=SC2046,SC2086 # one word each
	serve_end $serve_reader $serve_ticker $(for each in $running; do printf '%s\n' "${each#*:}"; done)
	# The log readers end with their daemons, but not on a terminal that is stopped.
	serve_ticks=0
	until serve_logs_ended || [ "$serve_ticks" -ge 20 ]; do
		sleep 0.1
		serve_ticks=$((serve_ticks + 1))
	done
	for each in $serve_logs; do kill -KILL "${each#*:}" 2>/dev/null; done
	serve_unself
	wait
	rm -f "$serve_pids"
	trap - INT TERM HUP
}

serve_logs_ended() {
	for each in $running; do
		[ -e "$work/${each%:*}.last" ] || return 1
	done
}
