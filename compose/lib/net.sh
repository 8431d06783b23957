# shellcheck shell=sh disable=SC2154
# The network to serve, for pxe-up.  Sets iface, address, bits; proxy; subnet.

# Ports below 1024 and raw frames need root, even if only a user namespace's.
net_may_serve() {
	[ "$(id -u)" -eq 0 ] || wrong "ports 67, 69 and 80 need root: run it with sudo (-n checks without root)"
}

net_list() {
	net_family=4
	! net6_only || net_family=6
	ip -$net_family -o addr show scope global 2>/dev/null | awk '{ print $2, $4 }'
}

# Seconds to wait for the interface and its address: at the start of a host either
# may be late, but a person who made a typo should see it at once.
net_patience=${notify:+10}
net_patience=${net_patience:-0}

# net_choose IFACE: the given interface, or the only candidate.
net_choose() {
	iface=$1
	if [ -z "$iface" ]; then
		net_list >"$work/ifaces"
		case $(cut -d ' ' -f 1 "$work/ifaces" | sort -u | wc -l) in
		0) wrong "no interface here has an IPv$net_family address; give one to the interface to serve: ip addr add $(net_example) dev IFACE" ;;
		1) iface=$(cut -d ' ' -f 1 "$work/ifaces" | head -n 1) ;;
		*) wrong "which interface? -i one of: $(awk '{ printf "%s%s (%s)", sep, $1, $2; sep = ", " }' "$work/ifaces")" ;;
		esac
	fi
	net_tries=$net_patience
	until net_up; do
		[ "$net_tries" -gt 0 ] || failed "$net_why"
		[ "$net_tries" -lt "$net_patience" ] || say "$net_why; waiting for that"
		net_tries=$((net_tries - 1))
		sleep 1
	done
	case $(ip -o link show dev "$iface") in
	*NO-CARRIER*) warn "nothing is plugged into $iface yet (no carrier)" ;;
	esac
}

net_example() {
	if net6_only; then echo fd00:77::1/64; else echo 192.168.77.1/24; fi
}

# Sets address and bits, "" without IPv4; false when something is missing that may come, with
# net_why.
net_up() {
	net_why=
	net_link=$(ip -o link show dev "$iface" 2>/dev/null)
	address=
	net6_only || address=$(ip -4 -o addr show dev "$iface" scope global 2>/dev/null | awk '{ print $4; exit }')
	if [ -z "$net_link" ]; then
		net_why="there is no interface $iface here; there are: $(ip -o link show | awk -F ': ' '$2 != "lo" { sub(/@.*/, "", $2); printf "%s%s", sep, $2; sep = ", " }')"
	elif [ -z "$address" ] && ! net6_only; then
		net_why="$iface has no IPv4 address; give it one: ip addr add 192.168.77.1/24 dev $iface"
	else
		case $net_link in
		*,UP* | *\<UP*) ;;
		*) net_why="$iface is down; start it: ip link set $iface up" ;;
		esac
	fi
	bits=${address#*/}
	address=${address%/*}
	[ -z "$net_why" ]
}

# Before answering anyone: does another server hand out addresses here?  Two of
# them on one network make a fault that takes days to find.
net_mode() {
	! net6_only || return 0
	if [ "$proxy" ] || [ "$site_mode" = proxy ]; then
		proxy=1
		net_subnet
		return
	fi
	[ "$site_mode" != server ] || return 0
	if [ "$(id -u)" -ne 0 ]; then
		say "not root: cannot look for another DHCP server on $iface"
		return 0
	fi
	say "looking for another DHCP server on $iface"
	other=$(net_own_server)
	[ -n "$other" ] || net_ask
	[ "$other" ] || return 0
	if rules_has "$rules_subnet4"; then
		warn "WARNING: $other hands out addresses on $iface as well; the subnet line of the site stays in force"
	else
		proxy=1
		net_subnet
		say "$other hands out the addresses on $iface: only telling machines what to boot (proxy)"
	fi
}

# A DHCP server on this host does not hear our probe, but it holds port 67 on
# this interface or on all of them (for example libvirt's dnsmasq on virbr0).
# When in doubt it is left alone: no server is better than two.  A dhcpd-pxe that
# has our own rules is no stranger.
net_own_server() {
	net_port_67 | while IFS=$tab read -r net_pid net_text; do
		! net_is_ours "$net_pid" || continue
		printf '%s\n' "$net_text"
		break
	done
}

# net_is_ours PID: a dhcpd-pxe with this site's rules, or a copy of them.
net_is_ours() {
	net_rules=$(tr '\0' '\n' 2>/dev/null <"/proc/$1/cmdline" | awk '
		NR == 1 && !/(^|\/)dhcpd-pxe$/ { exit }
		NR == 1 { file = "/etc/dhcpd-pxe/rules" }
		/^-f./ { file = substr($0, 3) }
		before == "-f" { file = $0 }
		{ before = $0 }
		END { print file }')
	[ "$net_rules" ] && { [ "$net_rules" = "$state/rules" ] || cmp -s "$net_rules" "$state/rules"; }
}

# Each DHCP server on this host that would answer on the interface: its process, tab,
# what to call it.
net_port_67() {
	ss -H -l -u -n -p 'sport = :67' 2>/dev/null | awk -v iface="$iface" -v address="$address" '
	{
		where = $4
		sub(/:[0-9]+$/, "", where)
		if (where != "0.0.0.0" && where != "*" && where != "0.0.0.0%" iface && where != address && where != address "%" iface)
			next
		name = match($0, /\(\("[^"]*"/) ? substr($0, RSTART + 3, RLENGTH - 4) : "a DHCP server"
		pid = match($0, /pid=[0-9]+/) ? substr($0, RSTART + 4, RLENGTH - 4) : 0
		print pid "\t" name " on this host" (where == address || index(where, "%") ? "" : " (it holds port 67 on every interface; if it does not serve this one, give a subnet line with -e)")
	}'
}

# Sets other to the server that offers pxeprobe an address, if there is one.
net_ask() {
	# 5 s: dnsmasq checks for 3 s that an address is free before it offers it.
	"$tool_pxeprobe" -i "$iface" -k bios -t 5 >"$work/probe" 2>"$work/probe.err" &
	probe=$!
	other=
	while [ -z "$other" ] && kill -0 "$probe" 2>/dev/null; do
		sleep 0.1
		other=$(net_offer)
	done
	kill "$probe" 2>/dev/null
	wait "$probe"
	probe_rc=$?
	# The last lines may have been written after the last look.
	other=${other:-$(net_offer)}
	if [ -z "$other" ] && [ "$probe_rc" -gt 1 ]; then
		failed "cannot look for another DHCP server on $iface: $(sed -n '$p' "$work/probe.err"); -p skips this"
	fi
}

# Prints the server that has offered pxeprobe an address.
net_offer() {
	facts_awk 'facts_parse($0, F) > 0 && F[""] == "step" && F["what"] == "offer" && F["kind"] != "proxy" && F["from"] != own { print F["from"]; exit }' own="$address" "$work/probe"
}

net_mode_text() {
	if [ "$proxy" ] || { net6_only && [ "$net6_beside" ]; }; then
		echo "beside the DHCP server there"
	else
		echo "as its DHCP server"
	fi
}

# Sets subnet, the rules' subnet line.  A server leases the upper half of the
# network except our own address and the router's; router and name servers are
# this host's.
net_subnet() {
	subnet=
	! net6_only || return 0
	net_router=$(ip -4 route show default dev "$iface" | awk '{ for (i = 1; i < NF; i++) if ($i == "via") { print $(i + 1); exit } }')
	# A host that forwards packets is the router itself.
	if [ -z "$net_router" ] && [ "$(cat /proc/sys/net/ipv4/ip_forward 2>/dev/null)" = 1 ] && [ "$(ip -4 route show default)" ]; then
		net_router=$address
	fi
	net_dns=$(net_nameservers)
	subnet=$(awk -v address="$address" -v bits="$bits" -v router="$net_router" -v dns="$net_dns" -v proxy="$proxy" -f "$lib/subnet.awk") ||
		wrong "$iface has $address/$bits: no other machine fits into that network; give it a larger one, such as 192.168.77.1/24"
}

# systemd-resolved hides the real ones behind 127.0.0.53.
net_nameservers() {
	for file in /etc/resolv.conf /run/systemd/resolve/resolv.conf; do
		found=$(awk '$1 == "nameserver" && $2 ~ /^[0-9.]+$/ && $2 !~ /^127\./ { printf "%s%s", sep, $2; sep = "," }' "$file" 2>/dev/null)
		[ -z "$found" ] || break
	done
	printf '%s\n' "$found"
}
