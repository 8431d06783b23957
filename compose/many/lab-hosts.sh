# shellcheck shell=sh disable=SC2154
# The hosts of the lab, as namespaces: what runs on each, how it is started, killed and
# brought back.  Sourced by lab, which sets the variables of its options, here and dir.
#
#   10.77.0.0/16  boot1 boot2 boot3   dhcpd-pxe and tftpd-lite     .11 .12 .13
#                 origin1 origin2     httpd-boot                   .21 .22
#                 cache1 cache2       nginx, keepalived            .31 .32, one of them .30
#                 kea1 kea2           with -a kea                  .41 .42
#                 relay               dhcrelay, and the router     .51, 10.78.0.1 in the rack
#                 watch               curl, over and over          .90
#                 pc1 pc2 pc3         machines (pxeprobe)
#   10.78.0.0/16  rack                machines behind the relay
# tool NAME: of the build, or the one that is installed
tool() {
	for tool in "${BIN:-$here/../..}/$1/$1" "$(command -v "$1")"; do [ -f "$tool" ] && [ -x "$tool" ] && break; done
	printf '%s\n' "$tool"
}
dhcpd=$(tool dhcpd-pxe) tftpd=$(tool tftpd-lite) httpd=$(tool httpd-boot) pxeprobe=$(tool pxeprobe)
for tool in "$dhcpd" "$tftpd" "$httpd" "$pxeprobe"; do [ "$tool" ] || wrong 'the tools are neither built (make) nor installed'; done
vip=10.77.0.30
hooks=$(for d in /usr/lib/*/kea/hooks "$here"/../../build/peers/root/usr/lib/*/kea/hooks; do [ -d "$d" ] && printf '%s\n' "$d" && break; done)
who=nobody

on() { ip netns exec "$@"; }

# host NAME BRIDGE [ADDRESS]
host() {
	ip netns add "$1" && ip link add "$1" type veth peer name eth0 netns "$1" && ip link set "$1" master "$2" up &&
		ip -n "$1" link set lo up && ip -n "$1" link set eth0 up && mkdir -p "$dir/$1" || return 1
	[ -z "${3:-}" ] || { ip -n "$1" addr add "$3/16" dev eth0 && ip -n "$1" route add default via 10.77.0.51; }
}

hosts_make() {
	mount -t tmpfs none /run && mkdir -p /run/netns "$dir/log" && ip link set lo up || exit 3
	for bridge in core rack; do ip link add br-$bridge type bridge forward_delay 0 && ip link set br-$bridge up || exit 3; done
	for n in 1 2 3; do host boot$n br-core 10.77.0.1$n || exit 3; done
	for n in 1 2; do
		host origin$n br-core 10.77.0.2$n && host cache$n br-core 10.77.0.3$n && host kea$n br-core 10.77.0.4$n || exit 3
	done
	host relay br-core 10.77.0.51 2>/dev/null
	ip link add relay1 type veth peer name eth1 netns relay && ip link set relay1 master br-rack up &&
		ip -n relay addr add 10.77.0.1/16 dev eth0 && ip -n relay addr add 10.78.0.1/16 dev eth1 && ip -n relay link set eth1 up &&
		on relay sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward' || exit 3
	host watch br-core 10.77.0.90 && host rack br-rack || exit 3
	for n in 1 2 3; do host pc$n br-core || exit 3; done
	[ "$loss" = 0 ] || for each in boot1 boot2 boot3 origin1 origin2 cache1 cache2 kea1 kea2 relay; do
		on $each nft -f - <<-END || exit 3
			table ip lossy {
				chain in { type filter hook input priority 0; iif eth0 numgen random mod 100 < $loss drop; }
				chain out { type filter hook output priority 0; oif eth0 numgen random mod 100 < $loss drop; }
			}
		END
	done
}

# A kernel and an initrd as far as a loader looks at them, iPXE as Debian has it, and an
# image that one client loads again and again.
site_make() {
	for n in 1 2 3; do mkdir -p "$dir/boot$n/tftp" "$dir/boot$n/machines" && chmod 777 "$dir/boot$n"; done
	mkdir -p "$dir/origin1/www"
	{ head -c 497 /dev/zero; printf '\004'; head -c 12 /dev/zero; printf '\125\252'; head -c 2 /dev/zero
	  printf 'HdrS\017\002'; head -c 9 /dev/zero; printf '\001'; head -c 36 /dev/zero; printf '\001\000'
	  head -c 700000 /dev/urandom; } >"$dir/origin1/www/linux"
	{ printf '\037\213\010'; head -c 1500000 /dev/urandom; } >"$dir/origin1/www/initrd.gz"
	head -c 5000000 /dev/urandom >"$dir/origin1/www/image"
	printf '#!ipxe\nkernel linux initrd=initrd.gz\ninitrd initrd.gz\nboot\n' >"$dir/origin1/www/boot.ipxe"
	cp /usr/lib/ipxe/ipxe.efi "$dir/origin1/www/"
	for n in 1 2 3; do cp /usr/lib/ipxe/undionly.kpxe /usr/lib/ipxe/ipxe.efi "$dir/boot$n/tftp/"; done
	chmod -R a+rX "$dir"
	cp -a "$dir/origin1/www" "$dir/origin2/"
	chmod 777 "$dir/origin1" "$dir/origin2"
	# shellcheck disable=SC2034 # lab-crowd.sh
	sum=$(sha256sum <"$dir/origin1/www/image")
}

# fill TEMPLATE WORD=VALUE...: the template with @WORD@ replaced
fill() {
	fill_from=$here/$1
	shift
	for pair; do printf 's~@%s@~%s~g\n' "${pair%%=*}" "${pair#*=}"; done >"$dir/fill.sed"
	sed -f "$dir/fill.sed" "$fill_from"
}

# run HOST NAME COMMAND...: there, in the background, with a log
run() {
	run_host=$1 run_name=$2
	shift 2
	on "$run_host" "$@" >>"$dir/log/$run_host-$run_name" 2>&1 </dev/null &
	printf '%s\n' $! >"$dir/$run_host/$run_name.pid"
}
until_true() {
	until_end=$(($(date +%s) + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -le $until_end ] || return 1
		sleep 0.1
	done
}
until_said() { until_true 60 grep -q -e "$3" "$dir/log/$1-$2" || { printf '%s\n' "$self: $1: no \"$3\" from $2" >&2; return 1; }; }

# ---- what runs where -----------------------------------------------------------

start_dhcp() { # HOST
	: >"$dir/log/$1-dhcp"
	case $addresses,$1 in
	share,boot[12]) fill share.rules ETC="$dir/$1" K="${1#boot}" >"$dir/$1/rules" ;;
	*) fill proxy.rules ETC="$dir/$1" >"$dir/$1/rules" ;;
	esac
	fill boot.rules HTTP=$vip MACHINES="$dir/$1/machines" >"$dir/$1/boot.rules"
	run "$1" dhcp "$dhcpd" -i eth0 -f "$dir/$1/rules" -l "$dir/$1/leases" -M "$dir/$1/dhcp.prom" \
		-u root -x "cat >>$dir/events"
	until_said "$1" dhcp ready:
}
start_tftp() { # HOST
	: >"$dir/log/$1-tftp"
	run "$1" tftp "$tftpd" -u $who -M "$dir/$1/tftp.prom" "$dir/$1/tftp"
	until_said "$1" tftp ready:
}
start_origin() { # HOST
	: >"$dir/log/$1-web"
	run "$1" web "$httpd" -E -u $who -M "$dir/$1/web.prom" "$dir/$1/www"
	until_said "$1" web ready:
}
start_nginx() { # HOST
	mkdir -p "$dir/$1/cache" && chown $who "$dir/$1/cache"
	fill nginx-cache.conf DIR="$dir/$1" SIZE=1g USER="$who $(id -gn $who)" ORIGINS='server 10.77.0.21:80 max_fails=1 fail_timeout=2s; server 10.77.0.22:80 max_fails=1 fail_timeout=2s;' >"$dir/$1/nginx.conf"
	run "$1" nginx nginx -c "$dir/$1/nginx.conf" -p "$dir/$1" -g 'daemon off;'
	until_true 60 on "$1" "$here/pxe-health" http 127.0.0.1 boot.ipxe
}
start_keepalived() { # HOST
	cache_n=${1#cache}
	fill keepalived.conf IFACE=eth0 SELF="10.77.0.3$cache_n" PEER="10.77.0.3$((3 - cache_n))" VIP=$vip PREFIX=16 ID=30 \
		PRIORITY="$((200 - 50 * cache_n))" USER=root CHECK="$here/pxe-health http 127.0.0.1 boot.ipxe" >"$dir/$1/keepalived.conf"
	run "$1" keepalived keepalived -n -l -D -f "$dir/$1/keepalived.conf" -p "$dir/$1/ka.pid" -r "$dir/$1/vrrp.pid" -c "$dir/$1/checkers.pid"
}
start_cache() { start_nginx "$1" && start_keepalived "$1"; }
pools() { # NETWORK
	case $mode in
	hot-standby) printf '%s\n' "[ { \"pool\": \"10.$1.16.0-10.$1.79.255\" } ]" ;;
	*) printf '%s\n' "[ { \"pool\": \"10.$1.16.0-10.$1.47.255\", \"client-class\": \"HA_kea1\" }, { \"pool\": \"10.$1.48.0-10.$1.79.255\", \"client-class\": \"HA_kea2\" } ]" ;;
	esac
}
start_kea() { # HOST
	set -- "$1" 1000 2000 500 0
	[ "$times" = fast ] || set -- "$1" 10000 60000 10000 10
	kea_leases="{ \"type\": \"memfile\", \"persist\": true, \"name\": \"$dir/$1/leases.csv\", \"lfc-interval\": 0 }"
	[ "$store" = memfile ] || kea_leases="{ \"type\": \"postgresql\", \"name\": \"$1\", \"user\": \"postgres\", \"host\": \"$dir/pg\" }"
	kea_role2=secondary
	[ "$mode" = load-balancing ] || kea_role2=standby
	fill kea-dhcp4.conf THIS="$1" IP1=10.77.0.41 IP2=10.77.0.42 IFACE=eth0 MODE="$mode" ROLE2=$kea_role2 HOOKS="$hooks" LEASES="$kea_leases" \
		POOLS1="$(pools 77)" POOLS2="$(pools 78)" HEARTBEAT="$2" RESPONSE="$3" ACK="$4" UNACKED="$5" >"$dir/$1/kea.conf"
	run "$1" kea env KEA_PIDFILE_DIR="$dir/$1" KEA_LOCKFILE_DIR="$dir/$1" kea-dhcp4 -c "$dir/$1/kea.conf"
	until_said "$1" kea DHCP4_STARTED
}
# A database for each of them, as they would have on hosts of their own.
start_postgres() {
	for pg in "$(command -v postgres)" /usr/lib/postgresql/*/bin/postgres; do [ -x "$pg" ] && break; done
	pg=$(dirname "$(readlink -f "$pg")")
	schema=$(for f in /usr/share/kea/scripts/pgsql "$here"/../../build/peers/root/usr/share/kea/scripts/pgsql; do [ -d "$f" ] && printf '%s\n' "$f/dhcpdb_create.pgsql" && break; done)
	{ [ -x "$pg/initdb" ] && [ -r "$schema" ]; } || wrong 'needs postgres, and dhcpdb_create.pgsql of kea-admin'
	mkdir -p "$dir/pg" && chown postgres "$dir/pg" && cd "$dir/pg" || return 1
	runuser -u postgres -- "$pg/initdb" -D "$dir/pg/data" -A trust >"$dir/log/initdb" 2>&1 || return 1
	runuser -u postgres -- "$pg/postgres" -D "$dir/pg/data" -k "$dir/pg" -c listen_addresses= >"$dir/log/postgres" 2>&1 &
	until_true 60 psql -h "$dir/pg" -U postgres -c 'select 1' || return 1
	for each in kea1 kea2; do
		createdb -h "$dir/pg" -U postgres $each && psql -q -h "$dir/pg" -U postgres -d $each -f "$schema" >"$dir/log/schema" 2>&1 || return 1
	done
}
start_relay() {
	relay_servers='10.77.0.11 10.77.0.12'
	[ "$addresses" = share ] || relay_servers="10.77.0.41 10.77.0.42 $relay_servers 10.77.0.13"
	# shellcheck disable=SC2086 # words
	run relay dhcrelay dhcrelay -4 -d -id eth1 -iu eth0 $relay_servers
	until_said relay dhcrelay 'Sending on'
}

hosts_start() {
	: >"$dir/events"
	chmod 666 "$dir/events"
	for each in boot1 boot2 boot3; do
		[ "$addresses,$each" = share,boot3 ] || start_dhcp $each || return 1
		start_tftp $each || return 1
	done
	for each in origin1 origin2; do start_origin $each || return 1; done
	for each in cache1 cache2; do start_cache $each || return 1; done
	if [ "$addresses" = kea ]; then
		[ "$store" = memfile ] || start_postgres || return 1
		for each in kea1 kea2; do start_kea $each || return 1; done
		case $mode in hot-standby) paired=HOT-STANDBY ;; *) paired=LOAD-BALANCING ;; esac
		for each in kea1 kea2; do until_said $each kea "HA_STATE_TRANSITION.* to $paired" || return 1; done
	fi
	start_relay && until_true 60 has_vip
}
has_vip() { on watch "$here/pxe-health" http $vip boot.ipxe; }

# ---- killed, and brought back ---------------------------------------------------

# kill_program HOST NAME: at once, with all that it has started
kill_program() {
	program_pid=$(cat "$dir/$1/$2.pid")
	# shellcheck disable=SC2046 # words
	kill -9 "$program_pid" $(pgrep -P "$program_pid") 2>/dev/null
	wait "$program_pid" 2>/dev/null
}
# As if somebody pulled the plug: the wire is dead, and nothing of it lives.
kill_host() {
	ip link set "$1" down
	for each in "$dir/$1"/*.pid; do
		each=${each##*/}
		case $each in ka.pid | vrrp.pid | checkers.pid | nginx.pid) ;; *) kill_program "$1" "${each%.pid}" ;; esac
	done
	ip -n "$1" addr del $vip/16 dev eth0 2>/dev/null
	rm -f "$dir/$1"/*.pid
}
victim() { # WHAT: the host that is meant
	case $1 in
	dhcp) [ "$addresses" = share ] && echo boot1 || echo kea1 ;;
	boot) [ "$addresses" = share ] && echo boot2 || echo boot1 ;;
	tftp | proxy) echo boot1 ;;
	origin) echo origin1 ;;
	cache | nginx) ip -n cache1 -4 addr show dev eth0 | grep -q "inet $vip/" && echo cache1 || echo cache2 ;;
	esac
}
kill_it() { # WHAT
	killed=$(victim "$1")
	case $1 in
	tftp | nginx) kill_program "$killed" "$1" ;;
	proxy) kill_program "$killed" dhcp ;;
	*) kill_host "$killed" ;;
	esac
}
bring_back() { # WHAT
	case $1 in
	tftp | proxy | nginx) ;;
	*) ip link set "$killed" up; ip -n "$killed" route replace default via 10.77.0.51 ;;
	esac
	case $1 in
	proxy) start_dhcp "$killed" ;;
	nginx) start_nginx "$killed" ;;
	tftp) start_tftp "$killed" ;;
	origin) start_origin "$killed" ;;
	cache) start_cache "$killed" ;;
	dhcp | boot)
		case $killed in
		kea*) start_kea "$killed" ;;
		*) start_dhcp "$killed" && start_tftp "$killed" ;;
		esac ;;
	esac
}
