# shellcheck shell=sh disable=SC2154
# The machines of the lab: a run of them, what is counted, and the table.  Sourced by lab.

servers_died=0
crowd_heading() {
	printf '%-7s %-8s %8s %8s %8s %8s %8s %8s %8s  %s\n' killed host machines booted restarts seconds lost 'half s' '99 % s' 'an image, over and over'
}

# Where a quarter of the machines each boot: BIOS and UEFI over TFTP, then iPXE over HTTP;
# UEFI HTTP Boot; and iPXE in the card, behind the relay.
crowds='pc1:bios pc2:efi-x64 pc3:http-x64 rack:ipxe'

# storms: starts them; each run has machines of its own
storms() {
	run_no=$((${run_no:-0} + 1)) storm_no=0 storm_pids=''
	for crowd in $crowds; do
		storm_no=$((storm_no + 1))
		on "${crowd%:*}" "$pxeprobe" -i eth0 -k "${crowd#*:}" -R 100 \
			-n "$(((machines + 4 - storm_no) / 4))" -c "$(((at_once + 3) / 4))" \
			-m "$(printf '02:50:%02x:%02x:00:00' $run_no $storm_no)" >"$dir/run/${crowd%:*}" 2>"$dir/run/${crowd%:*}.err" </dev/null &
		storm_pids="$storm_pids $!"
	done
}
storms_run() {
	# shellcheck disable=SC2086 # words
	for pid in $storm_pids; do kill -0 $pid 2>/dev/null && return; done
	return 1
}
# begun PERCENT: so many machines of each crowd have been told what to boot, more than the
# one that looks alone what there is
begun() {
	awk -v first="$events_before" -v least="$((machines * $1 / 400))" -v crowds="$storm_no" '
	FNR > first && $1 == "boot" && !seen[$2]++ { n[substr($2, 1, 15)]++ }
	END { for (each in n) if (n[each] > 1 && n[each] >= least) enough++; exit enough < crowds }' "$dir/events"
}
until_begun() {
	until begun "$1" || ! storms_run; do sleep 0.2; done
}
# dead_for SECONDS: or until the storms have ended
dead_for() {
	dead_end=$(($(date +%s) + $1))
	while storms_run && [ "$(date +%s)" -lt $dead_end ]; do sleep 0.2; done
}

# One client that loads an image through the shared address, without end.
watch_images() {
	: >"$dir/run/watch"
	while :; do
		got=$(on watch curl -sf --max-time 20 "http://$vip/image" -o "$dir/watch/image" && sha256sum <"$dir/watch/image")
		case $got in "$sum") printf 'whole\n' ;; '') printf 'broken\n' ;; *) printf 'MIXED\n' ;; esac >>"$dir/run/watch"
		sleep 0.2
	done
}

# crowd_run KILL: the run, and its line; fails when a machine did not boot
crowd_run() {
	rm -rf "$dir/run" && mkdir "$dir/run" && killed=-
	events_before=$(wc -l <"$dir/events")
	watch_images &
	watch_pid=$!
	storms
	case $1,$addresses in dhcp,* | boot,share | proxy,share) servers_died=1 ;; esac
	if [ "$1" != none ]; then
		until_begun 25
		kill_it "$1"
		dead_for "$back_s"
		bring_back "$1" >"$dir/run/back" 2>&1 || printf '%s\n' "$self: $killed did not come back; see $dir/log" >&2
	fi
	# shellcheck disable=SC2086 # words
	wait $storm_pids
	kill $watch_pid 2>/dev/null
	wait $watch_pid 2>/dev/null
	[ -z "$keep" ] || cp -r "$dir/run" "$dir/run-$run_no-$1"
	crowd_line "$1"
}
count() { grep -c "^$1\$" "$dir/run/watch"; }
# crowd_line KILL: from the storms' reports
crowd_line() {
	cat "$dir/run/pc1" "$dir/run/pc2" "$dir/run/pc3" "$dir/run/rack" | awk -v kill="$1" -v host="$killed" -v machines="$machines" \
		-v base="${base:-0}" -v images="$(count whole) whole, $(count broken) broken, $(count MIXED) mixed" '
	function value(key,   i) { for (i = 2; i <= NF; i++) if (index($i, key "=") == 1) return substr($i, length(key) + 2) + 0; return 0 }
	$1 == "step" && / what=restart / { restarts += value("count") }
	$1 == "step" && / what=whole / { if (value("p50") > half) half = value("p50"); if (value("p99") > most) most = value("p99") }
	$1 == "verdict" && match($0, /[0-9]+ of [0-9]+ machines booted in [0-9.]+/) {
		split(substr($0, RSTART, RLENGTH), word, " ")
		booted += word[1]
		if (word[7] > seconds) seconds = word[7]
	}
	END {
		printf "%-7s %-8s %8d %8d %8d %8.1f %8s %8.1f %8.1f  %s\n", kill, host, machines, booted, restarts, seconds,
			kill == "none" || !base ? "-" : sprintf("%.1f", seconds - base), half / 1000, most / 1000, images
		exit booted != machines || images !~ / 0 mixed/
	}' >"$dir/run/line"
	line_rc=$?
	cat "$dir/run/line"
	[ "$1" != none ] || base=$(awk '{ print $6 }' "$dir/run/line")
	[ $line_rc -eq 0 ] || for crowd in $crowds; do
		grep '^fault .*severity=error' "$dir/run/${crowd%:*}" | sed "s/^/# $crowd: /" | cut -c1-300
	done
	return $line_rc
}

# ---- after all runs ---------------------------------------------------------------

# leases: "take ADDRESS MAC" and "free ADDRESS", as they came
leases() {
	if [ "$addresses" = share ]; then
		sed -n 's/^lease mac=\([^ ]*\) ip=\([^ ]*\) .*/take \2 \1/p; s/^release .* ip=\([^ ]*\) .*/free \1/p' "$dir/events"
	elif [ "$store" = postgresql ]; then
		for each in kea1 kea2; do
			psql -At -F ' ' -h "$dir/pg" -U postgres -d $each -c "select 'take', '0.0.0.0'::inet + address, encode(hwaddr, 'hex') from lease4 where state = 0"
		done
	else
		# of each server by itself: its partner's file has the same leases
		for each in kea1 kea2; do
			awk -F , 'FNR > 1 { print ($4 > 0 && $10 == 0 ? "take " $1 " " $2 : "free " $1) }' "$dir/$each/leases.csv"
			echo next
		done
	fi
}
# An address that one machine has and another gets is one too many.  So is a second one
# for a machine that has not given the first back, unless a server died that might have
# taken it back; or two Kea balance the load, by the client identifier, which iPXE has and
# the ROM before it has not.
crowd_totals() {
	case $addresses,$mode in kea,load-balancing) servers_died=1 ;; esac
	leases | awk -v died="$servers_died" '
	$1 == "next" { for (a in owner) delete owner[a]; for (m in holds) delete holds[m] }
	$1 == "free" { if ($2 in owner) holds[owner[$2]]--; delete owner[$2] }
	$1 == "take" {
		if ($2 in owner && owner[$2] != $3) { twice++; holds[owner[$2]]-- }
		if (owner[$2] != $3 && ++holds[$3] == 2 && !($3 in both)) { both[$3]; two++ }
		owner[$2] = $3
		if (!(($2, $3) in had)) { had[$2, $3]; if (++addresses[$3] == 2) moved++ }
		if (addresses[$3] == 1 && !($3 in machine)) { machine[$3]; machines++ }
	}
	END {
		printf "addresses: %d machines, %d had two one after the other, %d two at once, %d addresses were given twice\n", machines, moved, two, twice
		exit twice > 0 || (two > 0 && !died)
	}'
	totals_rc=$?
	sleep 6 # the daemons write their numbers every 5 s
	from_origins=$(cat "$dir"/origin?/web.prom | awk '$1 == "httpd_boot_bytes_total" { n += $2 } END { print n + 0 }')
	files=$(cat "$dir"/origin1/www/* | wc -c)
	printf '%s\n' "origins since they last started: $from_origins bytes sent, of files of $files bytes"
	return $totals_rc
}
