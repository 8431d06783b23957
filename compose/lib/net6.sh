# shellcheck shell=sh disable=SC2154
# IPv6 on the interface that is served, for pxe-up -6.  Sets address6 and subnet6, the
# rules' lines.

# Beside IPv4 (yes), without it (only), or not at all.
net6_wanted() { [ "${given_six:-${site_ip6:-no}}" != no ]; }
net6_only() { [ "${given_six:-$site_ip6}" = only ]; }

# This host in a URL.
net6_host() {
	if net6_only; then printf '[%s]\n' "$address6"; else printf '%s\n' "$address"; fi
}

# Sets net6_why when it fails.
net6_find() {
	address6=
	net6_wanted || return 0
	net6_why='IPv6 (-6, ip6=yes) takes dhcpd6-pxe, which is neither beside pxe-up nor in PATH'
	[ "$tool_dhcpd6_pxe" ] || return
	net6_bits=$(ip -6 -o addr show dev "$iface" scope global 2>/dev/null | awk '
		/ (temporary|deprecated|tentative|dadfailed) / { next }
		/ dynamic / { if (!made) made = $4; next }
		!given { given = $4 }
		END { print given ? given : made }')
	net6_why="$iface has no IPv6 address; give it one: ip addr add fd00:77::1/64 dev $iface"
	[ "$net6_bits" ] || return
	address6=${net6_bits%/*}
	net6_bits=${net6_bits#*/}
	net6_why="$iface has $address6/$net6_bits: IPv6 is served in networks of 64 to 108 bits"
	[ "$net6_bits" -ge 64 ] && [ "$net6_bits" -le 108 ]
}

net6_look() { net6_find || wrong "$net6_why"; }

# Beside a router, or another DHCPv6 server, machines that boot are told what, with an
# address for that; without any, this is the network's server.
net6_subnet() {
	subnet6=
	net6_wanted || return 0
	net6_beside=
	if [ "$proxy" ] || [ "$site_mode" = proxy ]; then
		net6_beside=' netboot'
	elif [ "$site_mode" != server ] && [ "$(id -u)" -eq 0 ]; then
		say "looking for IPv6 routers and DHCPv6 servers on $iface"
		net6_other=$(net6_ask)
		[ -z "$net6_other" ] || net6_beside=' netboot'
		[ -z "$net6_other" ] || say "$net6_other is there for IPv6: only telling machines what to boot"
	fi
	subnet6=$(awk -v address="$address6" -v bits="$net6_bits" -v beside="$net6_beside" -f "$lib/text.awk" -f "$lib/subnet6.awk") ||
		wrong "$address6: not an IPv6 address that can be served"
}

# Prints the router or server that answers a machine which starts.
net6_ask() {
	"$tool_pxeprobe" -i "$iface" -k ipxe-v6 -t 4 2>/dev/null | facts_awk 'facts_parse($0, F) > 0 && F[""] == "step" && F["what"] ~ /^(router|advertise)$/ { print F["from"]; exit }'
}

# The mode that was found stays that of the site that is served: what the rules say.
net6_kept() {
	subnet6=$(sed -n '/^subnet [^ ]*:/p; /^ra prefix=/p' "$state/rules")
	net6_beside=
	case $subnet6 in *' netboot '*) net6_beside=' netboot' ;; esac
}
