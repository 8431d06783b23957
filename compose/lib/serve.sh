# shellcheck shell=sh disable=SC2154
# Serving a site, for pxe-up: starts the daemons (children.sh), follows the site as it
# changes (watch.sh), and ends when one that machines need does, or on a signal.

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
	child_alone
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
	child_begin
	serve_page='' serve_user=''
	serving=$(serve_what)
	serve_failed='' serve_news='' serve_pause=0 serve_left=0 serve_now=0 serve_next=0
	once_watch
	watch_begin
	[ -e "$work/windows" ] || windows_images >"$work/windows"
	date +%s >"$work/now"
	exec 4<"$state/www"
	child_self
	trap 'trap "" INT TERM; say "ended: $(serve_counts)"; child_stop; exit 0' INT TERM
	trap 'echo hup >&9' HUP
	# What passes on our log may be killed.
	trap : PIPE
	set --
	[ ! -d "$state/inbox" ] || set -- -p "$state/inbox"
	child_start tftpd-lite "$tool_tftpd_lite" -x "$serve_tell" ${address:+-l "$address:69"} ${address6:+-l "[$address6]:69"} "$state/www"
	serve_count=2
	[ -z "$address6" ] || set -- "$@" -l "[$address6]:80"
	if tls_wanted; then
		set -- "$@" -l "$(tls_inner):80" -H 127.0.0.1
		serve_count=3
	fi
	child_start httpd-boot "$tool_httpd_boot" "$@" -x "$serve_tell" ${address:+-l "$address:80"} "$state/www"
	! tls_wanted || child_start stunnel "$tool_stunnel" "$state/tls/stunnel.conf"
	child_wait_ready $serve_count
	# Last: from its first answer on, machines ask the other two.
	if ! net6_only; then
		child_start dhcpd-pxe "$tool_dhcpd_pxe" -x "$serve_tell" -f "$state/rules" -l "$leases"
		child_wait_ready 1
	fi
	serve_six
	windows_server
	serve_ready="$(images_count) on $iface (${address:-$address6}) $(net_mode_text)"
	printf 'start at=%s interface=%s\n' "$(cat "$work/now")" "$iface" >>"$state/events"
	say "ready: $serve_ready; Ctrl-C ends it"
	serve_notify
	serve_look
	while :; do
		child_event
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
		child_start dhcpd6-pxe "$tool_dhcpd6_pxe" ${serve_user:+-u "$serve_user"} -x "$serve_tell" -i "$iface" -f "$state/rules" -l "${leases}6"
		child_wait_ready 1
		return
	fi
	[ "$tool_dhcpd6_pxe" ] && [ "$(cat "/proc/sys/net/ipv6/conf/$iface/disable_ipv6" 2>/dev/null)" = 0 ] || return 0
	! rules_has ra || return 0
	child_start dhcpd6-pxe "$tool_dhcpd6_pxe" -i "$iface" -e 'ra none'
}

# dhcpd6-pxe may end, where machines only wait longer without it, and smbd.
serve_gone_by_itself() {
	case $event_name,$address6 in
	dhcpd6-pxe, | smbd,*) ;;
	*) serve_died ;;
	esac
	child_forget "$event_name"
	if [ "$event_name" = smbd ]; then
		warn "smbd ended by itself: $(cat "$work/smbd.last"); Windows' setup finds no share"
		return
	fi
	warn "dhcpd6-pxe ended by itself: $(cat "$work/dhcpd6-pxe.last"); iPXE on network cards may wait 15 s longer"
}

# Has something changed: of the site, in the inbox, or with time?
serve_look() {
	true >"$work/ticked"
	serve_tended
	serve_was=$serve_now
	read -r serve_now 2>/dev/null <"$work/now" || serve_now=$serve_was
	[ "$serve_now" -ge "$serve_was" ] || touch "$work/stamp" # the clock was set back
	watch_changed
	[ "$watch_todo" != once ] || watch_todo='' serve_news=1
	if [ "$watch_todo" ]; then
		serve_follow "$watch_todo"
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

# Follows a change.  What came while it was read is seen at the next look.
serve_follow() {
	watch_paths
	watch_there=$watch_here serve_failed='' serve_news=
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
				child_signal dhcpd-pxe HUP
				[ -z "$address6" ] || child_signal dhcpd6-pxe HUP ;;
			again) serve_again 'the interface or the mode has changed' ;;
			retry) serve_put_off "$1" '' ;;
			share) windows_server ;;
			esac
		done <"$work/todo"
		watch_sources
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
	for serve_it in $child_logs; do
		kill -0 "${serve_it#*:}" 2>/dev/null && continue
		child_logs=$(printf '%s\n' "$child_logs" | sed "s/ $serve_it//")
		warn "what passed on the log of ${serve_it%%:*} was killed: it is started again"
		child_listen "${serve_it%%:*}"
	done
	kill -0 "$child_said" 2>/dev/null || {
		exec 2>&5
		rm -f "$work/self"
		child_self
		warn 'what passed on this log was killed: it is started again'
	}
}

# serve_again WHY: starts anew, as the same process.
serve_again() {
	say "$1: starting anew"
	child_stop
	rm -rf "$work" "$child_pids"
	set -- -s "$state" -l "$leases"
	[ -z "$given_iface" ] || set -- "$@" -i "$given_iface"
	[ -z "$written" ] || set -- "$@" -W
	[ -z "$notify" ] || export NOTIFY_SOCKET="$notify"
	trap - EXIT
	exec 4<&- 5>&- 9>&-
	exec "$here/pxe-up" "$@"
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

# On a terminal: a line about what goes on, below the log.
serve_status() {
	[ "$child_wipe" ] || return 0
	watch_younger "$work/counted" "$state/events" || return 0
	: >"$work/counted"
	printf 'status %s\n' "$(serve_counts)" >&2
}

# The page that says what each machine does (pxe-status), made anew when something has
# happened, by one process at a time.
serve_board() {
	[ -z "$serve_page" ] || ! kill -0 "$serve_page" 2>/dev/null || return 0
	watch_younger "$state/www/status/index.html" "$state/events" "$state/once" || return 0
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

# Tells the service manager.
serve_notify() {
	[ "$notify" ] || return 0
	NOTIFY_SOCKET=$notify systemd-notify --ready --status="$serve_ready" || warn 'cannot tell the service manager that all is ready (systemd-notify)'
}

# One of them has ended by itself: its last line says why.
serve_died() {
	for each in $running; do
		[ "${each%:*}" = "$event_name" ] || continue
		wait "${each#*:}"
		serve_status=$?
	done
	child_stop
	failed "$event_name ended by itself (exit ${serve_status:-?}): $(cat "$work/$event_name.last"); the others are stopped"
}
