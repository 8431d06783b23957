# Boot files, menus, options and all the rest of dnsmasq's configuration, for pxe-import.

# ---- boot -------------------------------------------------------------------

# dhcp-boot=[tag:...,]FILE[,NAME[,ADDRESS]].  Those for iPXE (turn 1) come before the items
# of a menu, which come before the others (turn 2).
function dnsmasq_boots(turn,    pass, k, cond, server, at) {
	for (pass = 1; pass <= 2; pass++)
		for (k = Kept["boot"] + 0; k > 0; k--) {
			dnsmasq_args(Kept_value["boot", k])
			at = Kept_at["boot", k]
			if ((Tags != "") != (pass == 1))
				continue
			cond = tags_cond(Tags)
			if (cond_is_ipxe(cond) != (turn == 1))
				continue
			if (cond == "F") {
				note("boot", at, "dhcp-boot=" Kept_value["boot", k] ": no line sets these tags")
				continue
			}
			server = Arg[3] != "" ? Arg[3] : Arg[2]
			if (server == "0.0.0.0")
				server = ""
			cand("file", cond, Arg[1] == "" ? "-" : Arg[1], at)
			cand("server", cond, server, at)
			if (Arg[2] != "" && Arg[3] != "" && Arg[2] != Arg[3])
				cand_sname(cond, Arg[2], at)
		}
}

function cond_is_ipxe(cond,    A, n) {
	n = split(cond, A, "\n")
	for (; n > 0; n--)
		if (A[n] !~ /(^|\t)(client=ipxe|user-class=\*?iPXE)/)
			return 0
	return 1
}

# pxe-service=[tag:...,]CSA,TEXT[,FILE|TYPE[,SERVER]]
function dnsmasq_services(    k, at, n, i, prompt, per, arch) {
	n = split("0 x86PC|1 PC98|2 IA64_EFI|3 Alpha|4 Arc_x86|5 Intel_Lean_Client|6 IA32_EFI|7 x86-64_EFI|7 X86-64_EFI|8 Xscale_EFI|9 BC_EFI|10 ARM32_EFI|11 ARM64_EFI", Csa_list, "|")
	for (i = 1; i <= n; i++) {
		split(Csa_list[i], Csa_pair, " ")
		Csa[toupper(Csa_pair[2])] = Csa_pair[1]
	}
	for (k = 1; k <= Kept["pxe-service"] + 0; k++) {
		dnsmasq_args(Kept_value["pxe-service", k])
		arch = (toupper(Arg[1]) in Csa) ? Csa[toupper(Arg[1])] : Arg[1]
		Service_arch[k] = arch ~ /^[0-9]+$/ ? arch : ""
		Service_cond[k] = tags_cond(Tags)
	}
	dnsmasq_prompts()
	for (k = 1; k <= Kept["pxe-service"] + 0; k++)
		dnsmasq_service(k, Kept_at["pxe-service", k])
}

function dnsmasq_prompts(    k, at, A, n, i, text) {
	for (k = 1; k <= Kept["pxe-prompt"] + 0; k++) {
		dnsmasq_args(Kept_value["pxe-prompt", k])
		at = Kept_at["pxe-prompt", k]
		if (!Kept["pxe-service"]) {
			remark("menu", at, "pxe-prompt without a pxe-service")
			continue
		}
		Prompted = 1
		n = split(cond_merge(tags_cond(Tags)), A, "\n")
		for (i = 1; i <= n; i++) {
			text = cond_text(A[i])
			if (Unsaid != "" || A[i] == "F")
				note("menu", at, "pxe-prompt=" Kept_value["pxe-prompt", k])
			else
				rule("menu", at, "menu" text " prompt=" quoted(Arg[1]) " timeout=" (Args > 1 ? Arg[2] + 0 : 255))
		}
	}
}

# Another item that the same client would see, the first one; 0: none.
function dnsmasq_beside(k,    i) {
	for (i = 1; i <= Kept["pxe-service"]; i++)
		if (i != k && Service_arch[i] == Service_arch[k] && cond_and(Service_cond[i], Service_cond[k]) != "F")
			return i
	return 0
}

function dnsmasq_service(k, at,    arch, file, server, cond, A, n, i, text, what) {
	dnsmasq_args(Kept_value["pxe-service", k])
	arch = Service_arch[k]
	file = Arg[3]
	server = Arg[4]
	if (arch == "") {
		note("menu", at, "pxe-service=" Kept_value["pxe-service", k] ": no such architecture")
		return
	}
	cond = cond_and(cond_and(tags_cond(Tags), "arch=" arch), "vendor=PXEClient*")
	if (file ~ /^[0-9]+$/ && file + 0 > 0) {
		note("menu", at, "the boot server type " file " of \"" Arg[2] "\"; name its file: menu item= file=")
		return
	}
	if (file != "" && file != "0" && file !~ /\.[^\/]*$/)
		file = file ".0"
	if (cond == "F") {
		note("menu", at, "pxe-service=" Kept_value["pxe-service", k] ": no line sets these tags")
		return
	}
	# One item and no prompt: no menu is seen.  UEFI shows none in a proxy subnet.
	n = dnsmasq_beside(k)
	if (file != "" && file != "0" && ((!n && !(Prompted && arch == 0)) || arch >= 2)) {
		if (n && n < k)
			note("menu", at, "the menu item \"" Arg[2] "\": UEFI machines boot the first one")
		else {
			cond = cond_and(tags_cond(Tags), "arch=" arch)
			cand("file", cond, file, at)
			cand("server", cond, server, at)
		}
		return
	}
	if (server != "" && !is_ip(server)) {
		note("menu", at, "the server " server " by its name")
		server = ""
	}
	n = split(cond_merge(cond_and(tags_cond(Tags), "arch=" arch)), A, "\n")
	for (i = 1; i <= n; i++) {
		text = cond_text(A[i])
		what = "menu" text " item=" quoted(Arg[2]) (file == "" || file == "0" ? " local" : " file=" quoted(file) (server == "" ? "" : " server=" server))
		if (Unsaid != "")
			note("menu", at, what " for " Unsaid)
		else
			rule("menu", at, what)
	}
}

# dhcp-reply-delay=[tag:...,]SECONDS
function dnsmasq_delays(    k, at) {
	for (k = 1; k <= Kept["dhcp-reply-delay"] + 0; k++) {
		dnsmasq_args(Kept_value["dhcp-reply-delay", k])
		at = Kept_at["dhcp-reply-delay", k]
		if (Tags == "" && Cands["file"] > 0 && Arg[1] <= 10)
			Boot_delay = Arg[1]
		else
			note("boot", at, "dhcp-reply-delay=" Kept_value["dhcp-reply-delay", k] "; delay= of a boot line is the like")
	}
}

# ---- options ----------------------------------------------------------------

function dnsmasq_options(    pass, k, at) {
	for (pass = 1; pass <= 3; pass++)
		for (k = Kept["option"] + 0; k > 0; k--) {
			dnsmasq_args(Kept_value["option", k])
			at = Kept_at["option", k]
			dnsmasq_old_tags()
			if (dnsmasq_pass(Tags) == pass)
				dnsmasq_option(k, at)
		}
	dnsmasq_defaults()
}

# The old way to write tags: words in front.
function dnsmasq_old_tags(    i) {
	for (i = 1; i < Args && !Arg_quoted[i] && Arg[i] !~ /:/ && dnsmasq_code(Arg[i]) == ""; i++)
		Tags = Tags (Tags == "" ? "" : ",") Arg[i]
	Old_tags = i - 1
}

# In which turn an option counts: with tags, with tags of a range, without.
function dnsmasq_pass(tags,    T, n) {
	n = split(tags, T, ",")
	if (!n)
		return 3
	for (; n > 0; n--)
		if (T[n] in Context_tag)
			return 2
	return 1
}

function dnsmasq_option(k, at,    i, cond, code, sub_, vendor, value, v) {
	i = 1
	sub_ = vendor = ""
	v = Kept_value["option", k]
	while (i <= Old_tags)
		i++
	cond = tags_cond(Tags)
	for (; Arg[i] ~ /^(encap|vendor|vi-encap|option6|cnf):/ && Arg[i] !~ /^option:/; i++) {
		if (Arg[i] ~ /^encap:/)
			sub_ = substr(Arg[i], 7)
		else if (Arg[i] ~ /^vendor:/) {
			vendor = substr(Arg[i], 8)
			sub_ = "43"
		} else {
			note("option", at, "dhcp-option=" v (Arg[i] ~ /^option6/ ? " (DHCPv6)" : ""))
			return
		}
	}
	code = dnsmasq_code(Arg[i])
	if (code == "") {
		note("option", at, "dhcp-option=" v ": no such option is known")
		return
	}
	if (cond == "F") {
		note("option", at, "dhcp-option=" v ": no line sets these tags")
		return
	}
	if (vendor != "")
		cond = cond_and(cond, dnsmasq_vendor(vendor))
	if (sub_ != "")
		code = sub_ "." code
	if (Kept_force[k])
		Forced[(sub_ == "" ? code : sub_)]
	if (option_is_own(code) && code == 51) {
		note("option", at, "dhcp-option=" v ": the lease time is lease= of a subnet line")
		return
	}
	value = Args < i + 1 ? "" : dnsmasq_value(code, i + 1)
	cand("opt:" code, cond, value, at)
}

function dnsmasq_all(i, re,    ok) {
	for (ok = i <= Args; i <= Args; i++)
		if (Arg[i] !~ re)
			ok = 0
	return ok
}

# A value has the option's own type, or the one that it looks like.
function dnsmasq_value(code, i,    type, k, v, out) {
	type = code ~ /\./ ? "" : Opt_type[code]
	v = dnsmasq_rest(i)
	if (type == "text" || Arg_quoted[i])
		return option_value(code, "text", v)
	if (type == "names")
		return option_value(code, "names", v)
	if (type == "routes" && Arg[i] !~ /^[0-9a-fA-F]+:/)
		return dnsmasq_routes(code, i)
	if (dnsmasq_all(i, "^[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+$"))
		return dnsmasq_own(option_value(code, "ip", v))
	if (type ~ /^u/ && dnsmasq_all(i, "^-?[0-9]+$"))
		return option_value(code, type, v)
	if (dnsmasq_all(i, "^[0-9]+[bsi]?$")) {
		k = Arg[i] ~ /b$/ ? "u8" : Arg[i] ~ /s$/ ? "u16" : Arg[i] ~ /i$/ ? "u32" : dnsmasq_size(i)
		gsub(/[bsi]/, "", v)
		return option_value(code, k, v)
	}
	if (Args == i && v ~ /^[0-9a-fA-F*][0-9a-fA-F*]?(:[0-9a-fA-F*][0-9a-fA-F*]?)+$/ && v !~ /\*/)
		return option_value(code, "hex", hex_pairs(v))
	return option_value(code, "text", v)
}

function dnsmasq_size(i,    max) {
	for (max = 0; i <= Args; i++)
		if (Arg[i] + 0 > max)
			max = Arg[i] + 0
	return max > 65535 ? "u32" : max > 255 ? "u16" : "u8"
}

# 0.0.0.0 is the server itself.
function dnsmasq_own(v) {
	if (v ~ /^ip=/)
		while (v ~ /[=,]0\.0\.0\.0(,|$)/) {
			sub(/=0\.0\.0\.0/, "={server}", v)
			sub(/,0\.0\.0\.0/, ",{server}", v)
		}
	return v
}

# "10.8.0.0/16,10.0.0.2": dnsmasq takes a network without a / as an address of its own.
function dnsmasq_routes(code, i,    out) {
	out = ""
	for (; i < Args; i += 2)
		out = out (out == "" ? "" : ",") (Arg[i] ~ /\// ? Arg[i] : Arg[i] "/32") "," Arg[i + 1]
	return option_value(code, "routes", out)
}

# What dnsmasq sends of itself: its own address as router and, with DNS, as name server; its domain.
function dnsmasq_defaults(    at, i, own) {
	at = File ":1"
	for (i = 1; i <= Subnets; i++) {
		if (Sub_words[i] ~ /proxy/)
			continue
		own = own_address(Sub_net[i])
		if (!dnsmasq_for_all("opt:3"))
			dnsmasq_default(3, Sub_net[i], own, at)
		if (!dnsmasq_for_all("opt:6") && Port != "0")
			dnsmasq_default(6, Sub_net[i], own, at)
	}
	if (Domain != "" && Domain != "#")
		cand("opt:15", "T", "text=" Domain, Domain_at)
}

# The address of this machine in a network, or "".
function own_address(net,    i, W) {
	for (i = 1; i <= Own_nets; i++) {
		split(Own_net[i], W, "/")
		if (net_within(W[1] "/32", net))
			return W[1]
	}
	return ""
}

function dnsmasq_for_all(setting,    k) {
	for (k = 1; k <= Cands[setting] + 0; k++)
		if (Cand_cond[setting, k] == "T")
			return 1
	return 0
}

function dnsmasq_default(code, net, own, at) {
	cand("opt:" code, "subnet=" net, own == "" ? "ip={server}" : "ip=" own, at)
	if (own == "" && Server_elsewhere())
		assume("option", at, "dnsmasq names itself in option " code "; {server} is the boot line's server, if it names another")
}

function Server_elsewhere(    k) {
	for (k = 1; k <= Cands["server"] + 0; k++)
		if (Cand_value["server", k] != "")
			return 1
	return 0
}

# ---- everything else --------------------------------------------------------

# Names of what a boot server has no part in: nothing is lost, its DNS, and the rest.
function dnsmasq_sets() {
	set_add("passed", "bind-interfaces bind-dynamic log-dhcp log-queries log-async log-facility log-debug user group pid-file no-daemon")
	set_add("passed", "keep-in-foreground quiet-dhcp quiet-dhcp6 quiet-ra quiet-tftp no-resolv no-poll no-hosts strict-order all-servers")
	set_add("passed", "cache-size no-negcache domain-needed bogus-priv expand-hosts filterwin2k stop-dns-rebind rebind-localhost-ok")
	set_add("passed", "localise-queries trust-anchor neg-ttl local-ttl conntrack dhcp-generate-names dhcp-fqdn dhcp-ttl test edns-packet-max")
	set_add("passed", "dns-forward-max min-port max-port clear-on-reload local-service read-ethers leasefile-ro script-arp dhcp-pxe-vendor")
	set_add("dns", "address server local host-record cname mx-host srv-host txt-record ptr-record addn-hosts hostsdir resolv-file")
	set_add("dns", "synth-domain rev-server interface-name")
	set_add("other", "except-interface no-dhcp-interface listen-address shared-network dhcp-relay dhcp-alternate-port dhcp-proxy")
	set_add("other", "dhcp-ignore-names dhcp-client-update dhcp-split-relay dhcp-duid bridge-interface dhcp-scriptuser enable-ra ra-param")
	set_add("other", "dhcp-lease-max no-dhcpv4-interface no-dhcpv6-interface")
}

function dnsmasq_other(name, value, at,    said) {
	said = name (value == "" ? "" : "=" value)
	if (name == "enable-tftp" || name == "tftp-root" || name ~ /^tftp-/)
		dnsmasq_tftp(name, value, at)
	else if (name == "dhcp-leasefile" || name == "dhcp-lease-file")
		remark("top", at, "leases: dhcpd-pxe -l " value " (the format is the same)")
	else if (name == "dhcp-script" || name == "dhcp-luascript")
		note("rest", at, said "; dhcpd-pxe -x COMMAND writes its events to one command")
	else if (name == "dhcp-lease-max")
		note("subnet", at, said "; max-leases= of a subnet line is the like")
	else if (name ~ /^(interface|dhcp-authoritative|dhcp-ignore-clid|no-ping|domain|dhcp-sequential-ip|dhcp-no-override|dhcp-rapid-commit)$/)
		;
	else if ((name == "port" && value == "0") || (name == "except-interface" && value == "lo"))
		;
	else if (in_set("passed", name) || name ~ /^dnssec/) {
		if (name == "read-ethers" || name == "leasefile-ro" || name == "dhcp-generate-names" || (name == "dhcp-pxe-vendor" && value != "PXEClient"))
			note("rest", at, said)
		else
			remark("rest", at, said ": nothing to carry over")
	} else if (in_set("dns", name) || in_set("other", name) || name ~ /^auth-/)
		note("rest", at, said dnsmasq_why(name))
	else
		note("rest", at, said)
}

function dnsmasq_why(name) {
	if (in_set("dns", name) || name ~ /^auth-/)
		return " (DNS)"
	if (name ~ /interface|listen-address/)
		return "; name the interfaces to serve in interface lines"
	if (name == "enable-ra" || name == "ra-param")
		return " (IPv6)"
	return ""
}

# The TFTP server's part is another program's here.
function dnsmasq_tftp(name, value, at) {
	Tftp[name] = value
	Tftp_at[++Tftps] = at
	if (name == "tftp-unique-root")
		note("top", at, name (value == "" ? "" : "=" value) "; a map of tftpd-lite (-m) can put {ip} or {mac} in front of names")
	else if (name == "tftp-root" && value ~ /,/)
		note("top", at, "tftp-root=" value " for one interface; start a tftpd-lite there with -l")
}

function dnsmasq_tftp_line(    line, root) {
	if (!("enable-tftp" in Tftp) && !("tftp-root" in Tftp))
		return
	root = Tftp["tftp-root"]
	sub(/,.*/, "", root)
	line = "tftpd-lite"
	if ("tftp-lowercase" in Tftp)
		line = line " -i"
	if ("tftp-no-blocksize" in Tftp)
		line = line " -b 512"
	else if (Tftp["tftp-mtu"] > 0)
		line = line " -b " (Tftp["tftp-mtu"] - 32)
	if ("tftp-single-port" in Tftp)
		line = line " -s"
	if ("tftp-port-range" in Tftp) {
		root = root
		gsub(/,/, "-", Tftp["tftp-port-range"])
		line = line " -P " Tftp["tftp-port-range"]
	}
	put("top", "# TFTP: " line " " (root == "" ? "/" : root))
}
