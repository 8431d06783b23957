# shellcheck shell=sh disable=SC2154
# Other people's servers, as their owners set them up, for the pxeprobe-*.t
# files; sourced after pxeprobe.sh.  Each call takes the place of the one before.
#   kea 'SUBNET WORDS' 'GLOBAL WORDS' [NET]   Kea on br0: JSON members of its subnet, of the whole
#   isc 'STATEMENTS' ['GLOBAL ONES']    ISC dhcpd on br0: in its subnet, beside it
#   isc_whole 'CONFIGURATION'           the same with all of its configuration
#   hpa ARGS...                         tftpd-hpa
#   web 'DIRECTIVES'                    nginx on 10.77.0.1:80, in its server block

kea() {
	stop kea
	rm -f "$T"/kea.leases*
	cat >"$T/kea.json" <<-END
		{ "Dhcp4": { "interfaces-config": { "interfaces": [ "br0" ], "dhcp-socket-type": "raw" },
		  "lease-database": { "type": "memfile", "persist": false },
		  "loggers": [ { "name": "kea-dhcp4", "output_options": [ { "output": "stdout" } ], "severity": "INFO" } ],
		  ${2:+$2,}
		  "subnet4": [ { "id": 1, "subnet": "${3:-10.77.0.0/24}", "pools": [ { "pool": "10.77.0.50-10.77.0.99" } ] ${1:+, $1} } ] } }
	END
	start kea env KEA_PIDFILE_DIR="$T" KEA_LOCKFILE_DIR=none kea-dhcp4 -c "$T/kea.json"
	ready kea DHCP4_STARTED
}

isc() {
	isc_whole "${2:-}
		subnet 10.77.0.0 netmask 255.255.255.0 { range dynamic-bootp 10.77.0.50 10.77.0.99; $1 }"
}

isc_whole() {
	stop isc
	: >"$T/isc.leases"
	printf 'authoritative; ping-check false;\n%s\n' "$1" >"$T/isc.conf"
	start isc dhcpd -f -d -4 -cf "$T/isc.conf" -lf "$T/isc.leases" -pf "$T/isc.pid" br0
	ready isc 'Sending on'
}

hpa() {
	stop hpa
	start hpa in.tftpd -L -a 10.77.0.1:69 -u root -s "$@" "$T/tftp"
	wait_for 10 grep -q ':0045 ' /proc/net/udp
}

web() {
	stop web
	mkdir -p "$T/nginx"
	cat >"$T/nginx.conf" <<-END
		daemon off; pid $T/nginx/pid; user root; error_log stderr notice;
		events { }
		http { access_log off; default_type application/octet-stream; types { application/efi efi; }
		  client_body_temp_path $T/nginx/a; proxy_temp_path $T/nginx/b; fastcgi_temp_path $T/nginx/c;
		  uwsgi_temp_path $T/nginx/d; scgi_temp_path $T/nginx/e;
		  server { listen 10.77.0.1:80; root $T/tftp; $1 } }
	END
	start web nginx -c "$T/nginx.conf"
	ready web 'start worker process'
}
