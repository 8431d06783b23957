# shellcheck shell=sh disable=SC2154
# Installations that are to be done once.  once/MAC says what became of one:
#
#   fetched at=1790000000 path=debian/initrd.gz    the machine has loaded its initrd
#   done at=1790000000 how=inbox|fetched|hand      it is installed: the local disk
#
# A machine whose answers say so is done when it sends a word to /in/done; another
# one when its initrd was sent whole and it did not ask for a menu again for `settle'
# minutes.  An address alone says nothing: a machine that dies on its way is offered
# its installation again.

# The address that a machine had when it fetched its own menu: $work/addr/ADDRESS.
# once_sent DAEMON RECORD: an event of tftpd-lite or httpd-boot.  Runs in the process
# that reads the daemon's log, and starts no other but when something happens.
once_sent() {
	once_path=${2#*path=} once_path=${once_path%% *}
	once_to=${2#* to=} once_to=${once_to%% *}
	case $2 in
	*' whole=yes'*) ;;
	*) return 0 ;;
	esac
	case $once_path in
	*/m/*.ipxe | m/*.ipxe) once_asked "${once_path##*/}" ;;
	*pxelinux.cfg/01-*) once_asked "${once_path##*/01-}" ;;
	*grub.cfg-01-*) once_asked "${once_path##*/grub.cfg-01-}" ;;
	*/m/*.cfg | m/*.cfg)
		once_path=${once_path##*/}
		once_asked "$(printf '%s\n' "$once_path" | tr : -)" ;;
	*) once_loaded ;;
	esac
}

# once_asked MAC[.SUFFIX]: a machine asks what to boot, so that nothing of it is done.
once_asked() {
	once_mac=${1%%.*}
	case $once_mac in
	[0-9a-f][0-9a-f]-[0-9a-f][0-9a-f]-[0-9a-f][0-9a-f]-[0-9a-f][0-9a-f]-[0-9a-f][0-9a-f]-[0-9a-f][0-9a-f]) ;;
	*) return 0 ;;
	esac
	case $once_to in
	*[!0-9.:a-fA-F]* | '') ;;
	*) printf '%s\n' "$once_mac" >"$work/addr/$once_to" ;;
	esac
	once_said=
	[ ! -r "$state/once/$once_mac" ] || read -r once_said <"$state/once/$once_mac"
	rm -f "$work/pending/$once_mac"
	case $once_said in
	fetched*) rm -f "$state/once/$once_mac" && say "$once_mac asks for its menu again: its installation did not get to its end" ;;
	esac
}

# once_booted RECORD: an event of dhcpd-pxe.  Firmware that asks again, later than the
# rest of the same start could, was not installed.
once_booted() {
	once_to=
	case $1 in
	'boot '*client=pxe* | 'boot '*client=http* | 'boot '*client=bootp*) ;;
	*) return 0 ;;
	esac
	once_mac=${1#*mac=} once_mac=${once_mac%% *}
	[ -d "$state/once" ] || return 0
	once_mac=$(printf '%s\n' "$once_mac" | tr : -)
	once_said=
	[ ! -r "$state/once/$once_mac" ] || read -r once_said <"$state/once/$once_mac"
	case $once_said in
	fetched*)
		once_at=${once_said#*at=}
		[ $(($(date +%s) - ${once_at%% *})) -lt 5 ] || once_asked "$once_mac" ;;
	esac
}

# A file has come whole to a machine: was it the initrd of what it is to install?
once_loaded() {
	[ -r "$work/addr/$once_to" ] && read -r once_mac <"$work/addr/$once_to" && [ -r "$work/waits/$once_mac" ] || return 0
	[ ! -e "$state/once/$once_mac" ] && [ ! -e "$work/pending/$once_mac" ] || return 0
	while IFS= read -r once_initrd; do
		[ "$once_initrd" = "${once_path#/}" ] || continue
		once_line="fetched at=$(date +%s) path=$once_initrd"
		once_write "$once_mac" "$once_line" || printf '%s\n' "$once_line" >"$work/pending/$once_mac"
		return
	done <"$work/waits/$once_mac"
}

# once_write MAC LINE: that becomes once/MAC, on disk, whatever happens now.  False, and
# all is as it was, where there is no room.
once_write() {
	if mkdir -p "$state/once" 2>/dev/null && printf '%s\n' "$2" 2>/dev/null >"$state/once/.$1.new"; then
		sync "$state/once/.$1.new" 2>/dev/null
		mv -f "$state/once/.$1.new" "$state/once/$1" && { sync "$state/once" 2>/dev/null || :; } && return
	fi
	rm -f "$state/once/.$1.new"
	return 1
}

# once_done MAC HOW WHY: false where that cannot be written down yet.
once_done() {
	if once_write "$1" "done at=$(date +%s) how=$2"; then
		once_local "$1"
		once_warned=
		say "$1 is installed ($3): from now on it boots its local disk; pxe-machine again $1 installs it anew"
		return
	fi
	[ "${once_warned:-}" ] || warn "$1 is installed ($3), which cannot be written to $state/once, and is tried again; $(images_room)"
	once_warned=1
	once_local "$1"
	return 1
}

# The machine's menus become those of any machine that boots its local disk, and its
# answers go: at once, and also where there is no room for menus of its own.
once_local() {
	rm -rf "$state/www/answers/$1"
	# One whose disk is elsewhere has a menu that says where.
	! once_file=$(machine_path "$1") || ! grep -q '^\(.*[[:blank:]]\)\{0,1\}root=' "$once_file" || return 0
	[ -e "$state/www/m/local.ipxe" ] || return 0
	ln -sf local.ipxe "$state/www/m/$1.ipxe" && ln -sf local.cfg "$state/www/m/$(printf '%s\n' "$1" | tr - :).cfg" &&
		ln -sf 01-local "$state/www/pxelinux.cfg/01-$1" && ln -sf grub.cfg-01-local "$state/www/grub/grub.cfg-01-$1"
} 2>/dev/null

# The initrds, a line each, of what each machine is to install that cannot say itself
# when it is done: $work/waits/MAC.
once_watch() {
	rm -rf "$work/waits" && mkdir -p "$work/waits" "$work/addr" "$work/words" "$work/pending"
	facts_awk 'facts_parse($0, F) <= 0 { next }
	F[""] == "boot" {
		n = split(F["initrd"] == "" ? F["kernel"] : F["initrd"], part, ",")
		initrds[F["dir"]] = initrds[F["dir"]] F["dir"] "/" part[n] "\n"
	}
	F[""] == "machine" && F["state"] ~ /^(waiting|installing)$/ && F["says"] == "" {
		to = waits "/" F["mac"]
		printf "%s", initrds[F["image"]] > to
		close(to)
	}' waits="$work/waits" "$work/records" "$work/machines"
}

# What came into the inbox, and whose time is over.  True if something has changed:
# $work/news names the machines.
once_look() {
	: >"$work/news"
	for once_it in "$state"/inbox/*-done* "$work"/words/*-done*; do
		[ -f "$once_it" ] && once_word "$once_it"
	done
	for once_it in "$work"/pending/*; do
		[ -f "$once_it" ] && read -r once_line <"$once_it" && once_write "${once_it##*/}" "$once_line" && rm -f "$once_it"
	done
	for once_it in "$state"/once/*; do
		[ -f "$once_it" ] || continue
		once_over
		break
	done
	[ -s "$work/news" ]
}

# once_unkept RECORD: httpd-boot had no room for a word: $work/words has its name.
once_unkept() {
	case $1 in
	*' path=/in/done'*' whole=no'*) ;;
	*) return 0 ;;
	esac
	once_path=${1#* path=/in/} once_path=${once_path%% *}
	once_from=${1#* from=} once_from=${once_from%% *}
	case $once_path$once_from in
	*[!A-Za-z0-9.:_-]* | ?????????????????????????????????????????????????????????????????????*) return 0 ;;
	esac
	true >"$work/words/Z-$once_from-$once_path"
	echo tick >&9
}

# once_word FILE: TIME-ADDRESS-done, or with the machine's MAC address behind it.
once_word() {
	once_name=${1##*/} once_name=${once_name#*Z-}
	once_from=${once_name%%-done*}
	once_name=${once_name#*-done}
	once_mac=$(mac_of "$(printf '%s\n' "${once_name#[-_]}" | tr _ - | cut -c 1-17)") || once_mac=$(once_whose "$once_from")
	if [ -z "$once_mac" ]; then
		warn "$once_from says that it is done, and no machine is known by that address: send it to /in/done-MAC"
	elif ! grep -q "^machine mac=$once_mac .*state=\(waiting\|installing\) " "$work/machines"; then
		say "$once_mac says that it is done; it is not to be installed once"
	elif once_done "$once_mac" inbox 'it says so'; then
		printf '%s\n' "$once_mac" >>"$work/news"
	else
		return 0
	fi
	# Kept, for whoever wants to know what it said.
	mkdir -p "$state/taken" 2>/dev/null && mv -f "$1" "$state/taken/${1##*/}" 2>/dev/null || rm -f "$1"
}

# once_whose ADDRESS: by the menu that it fetched, its lease, or the neighbour table.
once_whose() {
	if [ -r "$work/addr/$1" ]; then
		cat "$work/addr/$1"
		return
	fi
	once_mac=$(awk -v addr="$1" '$3 == addr { mac = $2 } END { gsub(/:/, "-", mac); print mac }' "$leases" 2>/dev/null)
	[ "$once_mac" ] || once_mac=$(ip neigh show "$1" 2>/dev/null | awk '{ for (i = 1; i < NF; i++) if ($i == "lladdr") { gsub(/:/, "-", $(i + 1)); print $(i + 1); exit } }')
	[ -z "$once_mac" ] || mac_of "$once_mac"
}

# Machines whose initrd was fetched long enough ago.
once_over() {
	facts_awk 'facts_parse($0, F) <= 0 { next }
	FILENAME == machines { settles[F["mac"]] = F["settle"] == "" ? settle : F["settle"]; next }
	F[""] == "fetched" {
		mac = FILENAME
		sub(/.*\//, "", mac)
		if (mac in settles && now - F["at"] >= settles[mac] * 60)
			print mac "\t" settles[mac]
	}' machines="$work/machines" settle="${site_settle:-10}" now="$(date +%s)" "$work/machines" "$state"/once/* >"$work/over"
	while IFS=$tab read -r once_mac once_minutes; do
		once_done "$once_mac" fetched "its initrd was sent, and it did not ask again for $once_minutes minutes" || continue
		printf '%s\n' "$once_mac" >>"$work/news"
	done <"$work/over"
}
