# DHCP options by the names that dnsmasq, dhcpd.conf and Kea have for them, and
# their values in the form that a line of dhcpd-pxe takes.

function options_begin() {
	# code, type, names; the type is that of dhcpd-pxe's own table
	options_add("1 ip netmask subnet-mask|2 u32 time-offset|3 ip router routers|4 ip time-servers time-server")
	options_add("5 ip ien116-name-servers name-servers|6 ip dns-server domain-name-servers|7 ip log-server log-servers")
	options_add("8 ip cookie-servers|9 ip lpr-server lpr-servers|10 ip impress-servers|11 ip resource-location-servers")
	options_add("12 text hostname host-name|13 u16 boot-file-size boot-size|14 text merit-dump|15 text domain-name")
	options_add("16 ip swap-server|17 text root-path|18 text extension-path extensions-path|19 u8 ip-forward-enable ip-forwarding")
	options_add("20 u8 non-local-source-routing|21 pairs policy-filter|22 u16 max-datagram-reassembly max-dgram-reassembly")
	options_add("23 u8 default-ttl default-ip-ttl|24 u32 path-mtu-aging-timeout|25 u16 path-mtu-plateau-table|26 u16 mtu interface-mtu")
	options_add("27 u8 all-subnets-local|28 ip broadcast broadcast-address|29 u8 perform-mask-discovery|30 u8 mask-supplier")
	options_add("31 u8 router-discovery|32 ip router-solicitation-address|33 pairs static-route static-routes|34 u8 trailer-encapsulation")
	options_add("35 u32 arp-timeout arp-cache-timeout|36 u8 ethernet-encap ieee802-3-encapsulation ieee802-3-encaps|37 u8 tcp-ttl default-tcp-ttl")
	options_add("38 u32 tcp-keepalive tcp-keepalive-interval|39 u8 tcp-keepalive-garbage|40 text nis-domain|41 ip nis-server nis-servers")
	options_add("42 ip ntp-server ntp-servers|43 - vendor-encap vendor-encapsulated-options|44 ip netbios-ns netbios-name-servers")
	options_add("45 ip netbios-dd netbios-dd-server|46 u8 netbios-nodetype netbios-node-type|47 text netbios-scope|48 ip x-windows-fs font-servers")
	options_add("49 ip x-windows-dm x-display-manager|50 ip requested-address dhcp-requested-address|51 u32 lease-time dhcp-lease-time")
	options_add("52 u8 option-overload dhcp-option-overload|53 u8 message-type dhcp-message-type|54 ip server-identifier server-id dhcp-server-identifier")
	options_add("55 hex parameter-request parameter-request-list dhcp-parameter-request-list|56 text message dhcp-message|57 u16 max-message-size dhcp-max-message-size")
	options_add("58 u32 T1 renewal-time dhcp-renewal-time|59 u32 T2 rebinding-time dhcp-rebinding-time")
	options_add("60 text vendor-class vendor-class-identifier|61 hex client-id client-identifier dhcp-client-identifier|62 text nwip-domain nwip-domain-name")
	options_add("64 text nis+-domain nisplus-domain nisplus-domain-name|65 ip nis+-server nisplus-servers|66 text tftp-server tftp-server-name")
	options_add("67 text bootfile-name boot-file-name|68 ip mobile-ip-home mobile-ip-home-agent|69 ip smtp-server|70 ip pop3-server pop-server")
	options_add("71 ip nntp-server|72 ip www-server|73 ip finger-server|74 ip irc-server|75 ip streettalk-server|76 ip streettalk-directory-assistance-server streettalk-directory-assistance")
	options_add("77 text user-class user-class-id|78 hex slp-directory-agent directory-agent|79 hex slp-service-scope service-scope|80 hex rapid-commit")
	options_add("81 hex FQDN fqdn|82 hex agent-info relay-agent dhcp-agent-options|85 ip nds-servers|86 text nds-tree-name|87 text nds-context")
	options_add("88 names bcms-controller-names|89 ip bcms-controller-address bcms-controller-addrs|91 hex client-last-transaction-time client-last-txn|92 ip associated-ip")
	options_add("93 arch client-arch pxe-system-type client-system client-system-architecture architecture-type|94 hex client-interface-id pxe-interface-id client-ndi")
	options_add("97 hex client-machine-id pxe-client-id uuid-guid")
	options_add("98 text uap-servers|100 text pcode posix-timezone|101 text tcode tzdb-timezone|108 u32 ipv6-only-preferred v6-only-preferred")
	options_add("112 ip netinfo-server-address|113 text netinfo-server-tag|114 text v4-captive-portal default-url|116 u8 auto-config|117 u16 name-service-search")
	options_add("118 ip subnet-selection|119 names domain-search|120 hex sip-server sip-servers")
	options_add("121 routes classless-static-route classless-static-routes rfc3442-classless-static-routes|124 hex vendor-class-vi vivco-suboptions")
	options_add("125 hex vendor-id-encap vivso-suboptions|136 ip pana-agent|137 text v4-lost|138 ip capwap-ac-v4|141 names sip-ua-cs-domains|150 ips tftp-server-address")
	options_add("160 text captive-portal-old|175 - ipxe-encap-opts|208 u32 pxelinux.magic|209 text config-file pxelinux.configfile loader-configfile")
	options_add("210 text path-prefix pxelinux.pathprefix loader-pathprefix|211 u32 reboot-time pxelinux.reboottime loader-reboottime")
	options_add("249 routes ms-classless-static-routes|252 text wpad")
	# iPXE's features, and what else is in option 175
	options_add_ipxe("pxe-ext 16|iscsi 17|aoe 18|http 19|https 20|tftp 21|ftp 22|dns 23|bzimage 24|multiboot 25|slam 26|srp 27|nbi 32|pxe 33|elf 34|comboot 35|efi 36|fcoe 37")
	options_add_ipxe("vlan 38|menu 39|sdi 40|nfs 41")
}

function options_add(list,    L, W, n, m, i, k) {
	n = split(list, L, "|")
	for (i = 1; i <= n; i++) {
		m = split(L[i], W, " ")
		Opt_type[W[1]] = W[2]
		for (k = 3; k <= m; k++)
			Opt_code[W[k]] = W[1]
	}
}

function options_add_ipxe(list,    L, W, n, i) {
	n = split(list, L, "|")
	for (i = 1; i <= n; i++) {
		split(L[i], W, " ")
		Ipxe_code[W[1]] = W[2]
		Ipxe_name[W[2]] = W[1]
	}
}

function ipxe_feature(name) {
	return (name in Ipxe_code) ? Ipxe_code[name] : name
}

# Options that the protocol sets itself.
function option_is_own(code) {
	return code ~ /^(50|51|52|53|54|55|57|61|82|93|97)$/
}

# A value in the form for this option: kind is text, ip, u8, u16, u32 (lists with
# commas), hex, names, or routes; "?..." is one that cannot be said, and why.
function option_value(code, kind, data,    type, h) {
	type = Opt_type[code]
	if (option_is_own(code))
		return "?it is the protocol's own"
	if (kind == "text" && is_template_wrong(data))
		return "hex=" bytes_of(data)
	if (kind == "text" && (type == "" || type == "-" || type == "text" || type == "ips"))
		return "text=" data
	if (kind == "ip" && (type == "" || type == "-" || type == "ip" || type == "ips" || type == "pairs"))
		return "ip=" data
	if (kind ~ /^u/ && data !~ /-/ && (type == "" || type == "-" || type == kind))
		return kind "=" data
	if (kind == "names" || (kind == "text" && type == "names"))
		return type == "names" && code == 119 ? "text=" data : "hex=" names_hex(data)
	if (kind == "routes")
		return type == "routes" ? "text=" data : "hex=" routes_hex(data)
	h = value_hex(kind, data)
	if (type ~ /^(text|ip|ips|pairs|u8|u16|u32)$/)
		return value_nice(type, h)
	return "hex=" h
}

# The bytes of a value.
function value_hex(kind, data,    V, n, i, out) {
	if (kind == "hex")
		return data
	if (kind == "text")
		return bytes_of(data)
	n = split(data, V, ",")
	out = ""
	for (i = 1; i <= n; i++)
		out = out (kind == "ip" ? ip_hex(V[i]) : number_hex(V[i], substr(kind, 2) / 8))
	return out
}

# Bytes in the option's own form, or as they are.
function value_nice(type, h,    out, i, size) {
	if (type == "text")
		return is_text(h) && !is_template_wrong(text_of(h)) ? "text=" text_of(h) : "hex=" h
	size = type ~ /^(ip|ips|pairs|u32)$/ ? 8 : type == "u16" ? 4 : 2
	if (h == "" || length(h) % size)
		return "hex=" h
	out = ""
	for (i = 1; i < length(h); i += size)
		out = out (i > 1 ? "," : "") (type ~ /^u/ ? sprintf("%.0f", hex_value(substr(h, i, size))) : ip_text(hex_value(substr(h, i, 8))))
	return (type ~ /^u/ ? type : "ip") "=" out
}

# RFC 3397, without compression.
function names_hex(list,    V, n, i, L, m, k, out) {
	n = split(list, V, ",")
	out = ""
	for (i = 1; i <= n; i++) {
		m = split(V[i], L, ".")
		for (k = 1; k <= m; k++)
			if (L[k] != "")
				out = out sprintf("%02x", length(L[k])) bytes_of(L[k])
		out = out "00"
	}
	return out
}

# RFC 3442: "10.8.0.0/16,10.0.0.2,..."
function routes_hex(list,    V, n, i, W, out) {
	n = split(list, V, ",")
	out = ""
	for (i = 1; i < n; i += 2) {
		split(V[i], W, "/")
		out = out sprintf("%02x", W[2]) substr(ip_hex(W[1]), 1, int((W[2] + 7) / 8) * 2) ip_hex(V[i + 1])
	}
	return out
}

# ---- matches ----------------------------------------------------------------

# The match for an option (or CODE.SUB) whose bytes are, begin with, end with or
# hold these: how is "is", "begins", "ends" or "holds".
function match_option(code, how, h,    value, text) {
	if (how == "is" && code == 93 && length(h) == 4)
		return "arch=" hex_value(h)
	if (how == "is" && code == 97 && length(h) == 34 && h ~ /^00/) {
		h = substr(h, 3)
		return "uuid=" substr(h, 1, 8) "-" substr(h, 9, 4) "-" substr(h, 13, 4) "-" substr(h, 17, 4) "-" substr(h, 21)
	}
	if (h == "" && how != "is")
		return match_exists(code)
	text = is_text(h) && h !~ /^21/ && text_of(h) !~ /\*/ && !(h ~ /^6865783a/)
	value = text ? text_of(h) : h
	if (how == "begins" || how == "holds")
		value = value "*"
	if (how == "ends" || how == "holds")
		value = "*" value
	if (text && code == 60)
		return "vendor=" value
	if (text && code == 77)
		return "user-class=" value
	return "opt=" code ":" (text ? "" : "hex:") value
}

function match_exists(code,    C) {
	if (code == 175)
		return "client=ipxe"
	if (code == 60 || code == 77)
		return (code == 60 ? "vendor" : "user-class") "=*"
	split(code, C, ".")
	if (C[1] == 175 && C[2] in Ipxe_name)
		return "ipxe=" Ipxe_name[C[2]]
	return "opt=" code ":*"
}
