#include "rules/rules.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "num.h"

#define IP(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

static struct rules rules;

/* Reads rules that must be good; what is wrong with them is printed. */
static int
good_rules(const char *text)
{
	struct diag f = { 0 };
	int errors;

	rules_free(&rules);
	rules_read(&rules, "rules", text, strlen(text), &f);
	rules_finish(&rules, &f);
	for (size_t i = 0; i < f.n; i++)
		if (!f.line[i].warning)
			printf("# %s\n", f.line[i].text);
	errors = (int)f.errors;
	diag_free(&f);
	return errors;
}

/* One of everything. */
static const char all[] =
    "interface br1\n"
    "subnet 192.168.150.0/24 range=192.168.150.30-192.168.150.50,192.168.150.60-192.168.150.61 "
    "router=192.168.150.1 dns=192.168.150.1,1.1.1.1 domain=matrix.lan lease=10m\n"
    "subnet 10.9.0.0/16 proxy   # the rest is theirs\n"
    "subnet 10.8.0.0/16 authoritative tag=known range=10.8.0.2-10.8.0.9 bootp=dynamic lease=1h lease-min=5m "
    "lease-max=1d decline=2h max-leases=5 offers=3 probe=off\n"
    "# a comment\n"
    "\n"
    "host mac=52:54:00:19:93:5b,52-54-00-19-93-5C addr=192.168.150.31 name=bootstrap tag=known,blue\n"
    "host uuid=30c1a5e0-f1b2-c3d4-a5b6-c7d8e9f00112 name=second\n"
    "host client-id=01:02:03 tag=x\n"
    "deny host=unknown\n"
    "boot client=ipxe file=http://{server}/boot.ipxe\n"
    "boot arch=bios,7,efi-arm64 file=undionly.kpxe delay=2s\n"
    "boot mac=52:54:00:*,AA:bb:cc:dd:ee:ff uuid=30C1* vendor=\"PXE*Client \\\"x\\\"\" user-class=a* "
    "subnet=10.9.0.0/16 tag=known host=known circuit-id=port* file=\"a b\" server=192.168.150.2\n"
    "boot opt=60:Aruba* opt=\"!82.2:hex:00:01:*\" vendor=!Snom* name=lab* remote-id=*:2 circuit-id=!00:04* file=c\n"
    "boot ipxe=http,menu,50 arch=!bios mac=!52:54:00:* uuid=!30c1* tag=!a,b user-class=!x client=!bootp "
    "subnet=!10.9.0.0/16 file=d\n"
    "boot ipxe=!nfs opt=82.2:x\\\" file=e\n"
    "option 209 text=pxelinux.cfg/default\n"
    "option 119 text=a.example,b.c.example\n"
    "option 121 text=0.0.0.0/0,10.8.0.1,10.0.0.0/8,10.8.0.2\n"
    "option 42 ip=10.0.0.1,10.0.0.2 client=pxe,http\n"
    "option 175.8 u8=1\n"
    "option 26 u16=1500\n"
    "option 225 u32=30,4294967295\n"
    "option 25 u16=576,1500\n"
    "option 33 ip=10.1.0.0,10.8.0.1,10.2.0.0,10.8.0.2\n"
    "option 150 text=(nd)/menu.lst\n"
    "option 19 u8=1\n"
    "option 43 hex=06:01:08:ff\n"
    "option 224 hex=\"\"\n"
    "menu prompt=\"Press F8\" timeout=10\n"
    "menu item=Debian file=debian.0 server=10.0.0.1\n"
    "menu item=\"Local disk\" local\n"
    "subnet 10.11.0.0/16 range=10.11.0.9-10.11.0.99 broadcast=always key=mac\n"
    "option 43.0 text=junos.tgz\n"
    "option 66 text=http://{server}/ vendor=snom*\n"
    "option 150 ip={server},10.0.0.9 when=asked\n"
    "boot vendor=Polycom* server=prov.example.net\n"
    "boot vendor=yealink server=https://prov.example.net/y\n"
    "menu item=there file=x.0 server=prov\n"
    "interface enp*\n"
    "hosts /etc/dhcpd-pxe/hosts.d\n";

static bool
same_strings(const struct rule_strings *a, const struct rule_strings *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->item[i], b->item[i]) != 0)
			return false;
	return true;
}

static bool
same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool
same_bytes(const void *a, size_t an, const void *b, size_t bn)
{
	return an == bn && (an == 0 || memcmp(a, b, an) == 0);
}

static bool
same_pattern(const struct pattern *a, const struct pattern *b)
{
	return !a || !b ? a == b :
	                  strcmp(a->text, b->text) == 0 && a->fold == b->fold &&
	        same_bytes(a->symbol, a->symbols * 2, b->symbol, b->symbols * 2);
}

static bool
same_patterns(const struct patterns *a, const struct patterns *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!same_pattern(&a->item[i], &b->item[i]))
			return false;
	return true;
}

static bool
same_option(const struct rule_option *a, const struct rule_option *b)
{
	if (strcmp(a->key, b->key) != 0 || a->code != b->code || a->sub != b->sub || a->negated != b->negated ||
	    a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!same_pattern(&a->is[i], &b->is[i]))
			return false;
	return true;
}

static bool
same_match(const struct match *a, const struct match *b)
{
	if (a->archs != b->archs)
		return false;
	for (size_t i = 0; i < a->archs; i++)
		if (a->arch[i].code != b->arch[i].code || !same_text(a->arch[i].name, b->arch[i].name))
			return false;
	if (a->options != b->options)
		return false;
	for (size_t i = 0; i < a->options; i++)
		if (!same_option(&a->option[i], &b->option[i]))
			return false;
	return a->clients == b->clients && a->negated == b->negated && same_patterns(&a->mac, &b->mac) &&
	    same_patterns(&a->uuid, &b->uuid) && same_strings(&a->tag, &b->tag) &&
	    same_pattern(a->user_class, b->user_class) && a->ipxe == b->ipxe && a->has_net == b->has_net &&
	    a->net == b->net && a->prefix == b->prefix && a->known == b->known;
}

static bool
same_subnet(const struct subnet *a, const struct subnet *b)
{
	return a->net == b->net && a->prefix == b->prefix && a->proxy == b->proxy &&
	    a->authoritative == b->authoritative && a->bootp_dynamic == b->bootp_dynamic && a->lease_s == b->lease_s &&
	    a->lease_min_s == b->lease_min_s && a->lease_max_s == b->lease_max_s && a->decline_s == b->decline_s &&
	    a->max_leases == b->max_leases && a->offers == b->offers && a->probe_off == b->probe_off &&
	    a->broadcast == b->broadcast && a->key_mac == b->key_mac && same_text(a->domain, b->domain) &&
	    same_text(a->link, b->link) && a->share_k == b->share_k && a->share_n == b->share_n &&
	    a->delay_s == b->delay_s &&
	    same_bytes(a->range, a->ranges * sizeof(*a->range), b->range, b->ranges * sizeof(*b->range)) &&
	    same_bytes(a->router.addr, a->router.n * 4, b->router.addr, b->router.n * 4) &&
	    same_bytes(a->dns.addr, a->dns.n * 4, b->dns.addr, b->dns.n * 4);
}

static bool
same_server(const struct boot_server *a, const struct boot_server *b)
{
	return a->addr == b->addr && same_text(a->name, b->name);
}

static bool
same_rule(const struct rule *a, const struct rule *b)
{
	if (a->kind != b->kind || !same_match(a->match, b->match))
		return false;
	switch (a->kind) {
	case RULE_SUBNET:
		return same_subnet(a->subnet, b->subnet);
	case RULE_HOST:
		return same_bytes(a->host->mac, a->host->macs * 6, b->host->mac, b->host->macs * 6) &&
		    a->host->has_uuid == b->host->has_uuid && memcmp(a->host->uuid, b->host->uuid, 16) == 0 &&
		    same_bytes(a->host->id, a->host->id_len, b->host->id, b->host->id_len) &&
		    same_bytes(a->host->addrs.addr, a->host->addrs.n * 4, b->host->addrs.addr, b->host->addrs.n * 4) &&
		    same_text(a->host->name, b->host->name) && same_strings(&a->host->tag, &b->host->tag);
	case RULE_BOOT:
		return same_text(a->boot->file, b->boot->file) && same_server(&a->boot->server, &b->boot->server) &&
		    a->boot->delay_s == b->boot->delay_s && a->boot->url == b->boot->url;
	case RULE_OPTION:
		return a->option->code == b->option->code && a->option->asked == b->option->asked &&
		    a->option->sub == b->option->sub && a->option->has_sub == b->option->has_sub &&
		    a->option->value == b->option->value && same_text(a->option->text, b->option->text) &&
		    same_bytes(a->option->bytes, a->option->len, b->option->bytes, b->option->len);
	case RULE_MENU:
		return same_text(a->menu->prompt, b->menu->prompt) && same_text(a->menu->item, b->menu->item) &&
		    same_text(a->menu->file, b->menu->file) && same_server(&a->menu->server, &b->menu->server) &&
		    a->menu->timeout_s == b->menu->timeout_s;
	default:
		return same_text(a->interface, b->interface);
	}
}

static void
printed_rules_read_back_the_same(void)
{
	char text[8192] = "";
	size_t len = 0;
	struct rules again = { 0 };
	struct diag f = { 0 };

	CHECK_INT(good_rules(all), 0);
	CHECK_INT(rules.lines, 39);
	for (size_t i = 0; i < rules.lines; i++) {
		char *line = rules_text(&rules.line[i]);

		CHECK(line != NULL);
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s\n", line ? line : "");
		free(line);
	}
	rules_read(&again, "again", text, strlen(text), &f);
	rules_finish(&again, &f);
	for (size_t i = 0; i < f.n; i++)
		printf("# %s\n", f.line[i].text);
	CHECK_INT(f.errors, 0);
	CHECK_INT(again.lines, rules.lines);
	for (size_t i = 0; i < rules.lines && i < again.lines; i++)
		if (!same_rule(&rules.line[i], &again.line[i])) {
			CHECK(!"the same rule");
			printf("# line %zu\n", i + 1);
		}
	diag_free(&f);
	rules_free(&again);
}

static void
values_are_what_was_written(void)
{
	const struct subnet *s;
	const struct host *h;

	CHECK_INT(good_rules(all), 0);
	s = rules_line(&rules, RULE_SUBNET, 0)->subnet;
	CHECK_INT(s->net, IP(192, 168, 150, 0));
	CHECK_INT(s->prefix, 24);
	CHECK_INT(s->ranges, 2);
	CHECK_INT(s->range[1].high, IP(192, 168, 150, 61));
	CHECK_INT(s->lease_s, 600);
	CHECK(rules_line(&rules, RULE_SUBNET, 1)->subnet->proxy);
	CHECK_INT(rules_line(&rules, RULE_SUBNET, 1)->subnet->lease_s, 0);
	CHECK_INT(rules_line(&rules, RULE_SUBNET, 2)->subnet->lease_s, 3600);
	h = rules_line(&rules, RULE_HOST, 0)->host;
	CHECK_INT(h->macs, 2);
	CHECK_INT(h->mac[1][5], 0x5c);
	CHECK_STR(rules_line(&rules, RULE_BOOT, 2)->match->mac.item[1].text, "aa:bb:cc:dd:ee:ff");
	CHECK_INT(rules_line(&rules, RULE_BOOT, 0)->where.line, 11);
	CHECK(rules_line(&rules, RULE_BOOT, 0)->boot->http);
	CHECK_INT(rules_line(&rules, RULE_OPTION, 6)->option->len, 8);
}

/* Each line has one fault; the beginning of its message. */
static void
check_faults(const char *const bad[][2], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct rules r = { 0 };
		struct diag f = { 0 };

		rules_read(&r, "f", bad[i][0], strlen(bad[i][0]), &f);
		rules_finish(&r, &f);
		if (f.n < 1 || strncmp(f.line[0].text, bad[i][1], strlen(bad[i][1])) != 0) {
			CHECK(!"the fault it should be");
			printf("# %s: %s\n", bad[i][0], f.n ? f.line[0].text : "no fault");
		}
		CHECK_INT(f.errors, 1);
		diag_free(&f);
		rules_free(&r);
	}
}

static void
a_byte_order_mark_is_not_a_word(void)
{
	CHECK_INT(good_rules("\xef\xbb\xbfsubnet 10.77.0.0/24 proxy\nboot file=a\n"), 0);
	CHECK_INT(rules.n[RULE_SUBNET], 1);
}

static void
faults_name_file_line_and_key(void)
{
	static const char *const bad[][2] = {
		{ "subnet 10.0.0.0/24 range=10.0.0.9-10.0.1.9",
		    "f:1: range \"10.0.0.9-10.0.1.9\": 10.0.1.9 is outside" },
		{ "subnet 10.0.0.0/24 range=10.0.0.1", "f:1: range \"10.0.0.1\": not a range" },
		{ "subnet 10.0.0.0/24 router=10.0.1.1", "f:1: router \"10.0.1.1\": outside the subnet" },
		{ "subnet 10.0.0.0/24 range=10.0.0.5-10.0.0.9,",
		    "f:1: range \"10.0.0.5-10.0.0.9,\": an empty element" },
		{ "subnet 10.0.0.0/255.255.255.0", "f:1: subnet \"10.0.0.0/255.255.255.0\": write the netmask as /24" },
		{ "subnet 10.0.0.0", "f:1: subnet \"10.0.0.0\": not a network: it needs a mask" },
		{ "subnet 10.0.0.0/31", "f:1: subnet \"10.0.0.0/31\": a subnet has a mask of 1 to 30" },
		{ "subnet 10.0.0.0/24 lease=5", "f:1: lease \"5\": a lease lasts" },
		{ "subnet 10.0.0.0/24 domain=-x", "f:1: domain \"-x\": not a domain name" },
		{ "subnet range=10.0.0.1-10.0.0.2", "f:1: subnet \"\": which network?" },
		{ "host name=x", "f:1: host \"\": which one?" },
		{ "host mac=x", "f:1: mac \"x\": \"x\" is not a MAC address" },
		{ "host mac=52:54:00:00:00:01 boot=x", "f:1: boot \"x\": no such key" },
		{ "boot arch=7x file=a", "f:1: arch \"7x\": no such architecture \"7x\"" },
		{ "boot arch=65536 file=a", "f:1: arch \"65536\": no such architecture" },
		{ "boot client=pxe,x file=a", "f:1: client \"pxe,x\": no such client" },
		{ "boot file=a delay=11s", "f:1: delay \"11s\": not a time of at most 10 s" },
		{ "boot file=a uuid=12345", "f:1: uuid \"12345\": not a UUID" },
		{ "boot file=\"\"", "f:1: file \"\": empty" },
		{ "option 209.x u8=1", "f:1: option \"209.x\": a suboption is given by its number" },
		{ "option 26 u16=65536", "f:1: u16 \"65536\": not a number of 16 bits" },
		{ "option 26 u16=1500 u8=1", "f:1: u8 \"1\": the option has a value already" },
		{ "option 26 hex=abc", "f:1: hex \"abc\": not pairs of" },
		{ "option 82 text=x", "f:1: option \"82\": cannot be set: it is sent back as it came" },
		{ "option 175.0 u8=1", "f:1: option \"175.0\": a suboption is given by its number" },
		{ "option 3 ip={router}",
		    "f:1: ip \"{router}\": \"{router}\" is neither an IPv4 address nor {server}" },
		{ "option 3 ip=10.0.0.1 when=never", "f:1: when \"never\": either asked or always" },
		{ "subnet 10.0.0.0/24 broadcast=yes", "f:1: broadcast \"yes\": either always or asked" },
		{ "menu item=x timeout=256", "f:1: timeout \"256\": 0 to 254" },
		{ "=x", "f:1: " },
		{ "a=b", "f:1: a \"b\": a line begins with a word" },
		{ "boot file=\"\\q\"", "f:1: file \"\\\"\\\\q\\\"\": " },
		{ "boot arch=bios file=\"a b", "f:1: file \"\\\"a b\": " },
		{ "boot \"arch\"x file=a", "f:1: line \"\\\"arch\\\"x\": " },
		{ "menu item=x", "f:1: menu \"\": what does this item boot? file=, or the word local" },
		{ "menu item=x file=a local", "f:1: menu \"\": an item is either local" },
		{ "menu prompt=x local", "f:1: menu \"\": local goes with item=" },
		{ "subnet 10.0.0.0/24\nhost mac=52:54:00:00:00:01 addr=10.0.0.4\nhost uuid=30c1a5e0-f1b2-c3d4-a5b6-c7d8e9f00112 "
		  "addr=10.0.0.4",
		    "f:3: addr \"10.0.0.4\": already given at f:2" },
		{ "host mac=52:54:00:00:00:01\nhost mac=52:54:00:00:00:02,52-54-00-00-00-01",
		    "f:2: mac \"52:54:00:00:00:01\": already given at f:1" },
		{ "boot arch=0x10000 file=a", "f:1: arch \"0x10000\": no such architecture" },
		{ "boot arch=0x file=a", "f:1: arch \"0x\": no such architecture" },
	};

	check_faults(bad, sizeof(bad) / sizeof(bad[0]));
}

static void
servers_that_are_none(void)
{
	static const char *const bad[][2] = {
		{ "boot file=a server=10.0.0.300", "f:1: server \"10.0.0.300\": neither an address, nor a name" },
		{ "boot file=a server=0.0.0.0", "f:1: server \"0.0.0.0\": not an address that a server can have" },
		{ "boot file=a server=\"a b\"", "f:1: server \"a b\": neither" },
		{ "boot file=a server=://x", "f:1: server \"://x\": neither" },
		{ "menu item=a file=a server=-x", "f:1: server \"-x\": neither" },
		{ "menu prompt=a server=x", "f:1: menu \"\": file= and server= go with item=" },
		{ "boot client=pxe", "f:1: boot \"\": which file? file=; or the server alone: server=" },
		{ "boot server=10.0.0.1 chain", "f:1: chain \"\": it goes with file=" },
	};

	check_faults(bad, sizeof(bad) / sizeof(bad[0]));
}

static void
conditions_that_make_no_sense(void)
{
	static const char *const bad[][2] = {
		{ "boot arch=!x file=a", "f:1: arch \"!x\": no such architecture \"x\"" },
		{ "boot arch=! file=a", "f:1: arch \"!\": empty" },
		{ "boot client=!pxe,http,ipxe,bootp,other file=a",
		    "f:1: client \"!pxe,http,ipxe,bootp,other\": no client is left" },
		{ "boot vendor=! file=a", "f:1: vendor \"!\": empty" },
		{ "boot opt=60 file=a", "f:1: opt \"60\": not an option and what it must be, as in 60:PXEClient*" },
		{ "boot opt=60: file=a", "f:1: opt \"60:\": empty" },
		{ "boot opt=:x file=a", "f:1: opt \":x\": not an option" },
		{ "boot opt=255:x file=a", "f:1: opt \"255:x\": not an option" },
		{ "boot opt=82.0:x file=a", "f:1: opt \"82.0:x\": not an option" },
		{ "boot opt=123456789012345678:x file=a", "f:1: opt \"123456789012345678:x\": not an option" },
		{ "boot opt=60:hex:5 file=a", "f:1: opt \"60:hex:5\": not pairs of hexadecimal digits" },
		{ "boot ipxe=html file=a", "f:1: ipxe \"html\": iPXE has no feature \"html\"" },
		{ "boot ipxe=15 file=a", "f:1: ipxe \"15\": iPXE has no feature" },
	};

	check_faults(bad, sizeof(bad) / sizeof(bad[0]));
}

/* The message names what the line could have had. */
static void
keys_and_words_are_listed(void)
{
	static const char *const bad[][2] = {
		{ "boot file=x nxt=1",
		    "f:1: nxt \"1\": no such key; the keys of boot lines are client arch mac uuid vendor "
		    "user-class ipxe subnet tag host circuit-id remote-id name opt opt6 file server delay" },
		{ "host mac=52:54:00:00:00:01 file=x",
		    "f:1: file \"x\": not on this line; the keys of host lines are mac uuid "
		    "client-id duid addr name tag" },
		{ "deny file=x mac=52:*", "f:1: file \"x\": not on this line; the keys of deny lines are client" },
		{ "subnet 10.0.0.0/24 range", "f:1: subnet \"range\": it needs a value, without blanks: range=..." },
		{ "subnet 10.0.0.0/24 poxy",
		    "f:1: subnet \"poxy\": subnet lines have no such word, and keys are key=value; "
		    "the words are proxy and authoritative" },
		{ "interface eth0 eth1", "f:1: interface \"eth1\": interface lines have no such word" },
		{ "option router ip=10.0.0.1", "f:1: option \"router\": an option is given by its number, 1 to 254" },
		{ "menu item=x file=x timeout=5", "f:1: menu \"\": timeout= goes with prompt=" },
	};

	check_faults(bad, sizeof(bad) / sizeof(bad[0]));
}

/* What an option is by its RFC. */
static void
a_value_of_the_wrong_form_is_a_fault(void)
{
	static const char *const bad[][2] = {
		{ "option 3 u8=1",
		    "f:1: u8 \"1\": option 3 (routers) is a list of addresses, as in ip=10.0.0.1,10.0.0.2 (RFC 2132)" },
		{ "option 3 u8=x", "f:1: u8 \"x\": option 3 (routers) is a list of addresses" },
		{ "option 3 text=10.0.0.1", "f:1: text \"10.0.0.1\": option 3 (routers) is a list of addresses" },
		{ "option 3 u32=1", "f:1: u32 \"1\": option 3 (routers) is a list of addresses" },
		{ "option 1 ip=255.0.0.0,255.0.0.0",
		    "f:1: ip \"255.0.0.0,255.0.0.0\": option 1 (subnet mask) is one contiguous netmask" },
		{ "option 1 ip=255.255.250.0",
		    "f:1: ip \"255.255.250.0\": option 1 (subnet mask) is one contiguous netmask" },
		{ "option 12 u8=1", "f:1: u8 \"1\": option 12 (host name) is text, as in text=... (RFC 2132)" },
		{ "option 12.1 text=x", "f:1: option \"12.1\": it has no suboptions: option 12 (host name) is text" },
		{ "option 19 u8=2", "f:1: u8 \"2\": option 19 (IP forwarding) is 0 or 1" },
		{ "option 19 u8=1,1", "f:1: u8 \"1,1\": option 19 (IP forwarding) is 0 or 1" },
		{ "option 23 u8=0", "f:1: u8 \"0\": option 23 (time to live) is an 8-bit number of at least 1" },
		{ "option 25 u16=576,9",
		    "f:1: u16 \"576,9\": option 25 (path MTU plateaus) is a list of 16-bit numbers of at least 68" },
		{ "option 26 u8=200",
		    "f:1: u8 \"200\": option 26 (interface MTU) is a 16-bit number of at least 68, as in u16=1500" },
		{ "option 26 u16=1500,1400", "f:1: u16 \"1500,1400\": option 26 (interface MTU) is a 16-bit number" },
		{ "option 33 ip=10.0.0.1",
		    "f:1: ip \"10.0.0.1\": option 33 (static routes) is a list of pairs of addresses" },
		{ "option 42 text=ntp.example",
		    "f:1: text \"ntp.example\": option 42 (NTP servers) is a list of addresses" },
		{ "option 60 u16=1", "f:1: u16 \"1\": option 60 (vendor class) is text" },
		{ "option 119 ip=10.0.0.1",
		    "f:1: ip \"10.0.0.1\": option 119 (domain search list) is a list of domain names" },
		{ "option 121 ip=10.0.0.0,10.0.0.1",
		    "f:1: ip \"10.0.0.0,10.0.0.1\": option 121 (classless routes) is a list of networks" },
		{ "option 150 u8=1",
		    "f:1: u8 \"1\": option 150 (TFTP servers) is a list of addresses, as in ip=10.0.0.1,10.0.0.2 or text=... (RFC 5859)" },
		{ "option 175 u8=1",
		    "f:1: u8 \"1\": option 175 (iPXE) is a list of suboptions, as in option 175.8 u8=1" },
		{ "option 175.8 text=1", "f:1: text \"1\": option 175.8 (iPXE) is an 8-bit number, as in u8=1" },
		{ "option 175.81 u8=1", "f:1: u8 \"1\": option 175.81 (iPXE) is text" },
		{ "option 209 ip=10.0.0.1", "f:1: ip \"10.0.0.1\": option 209 (PXELINUX configuration file) is text" },
		{ "option 211 u16=60",
		    "f:1: u16 \"60\": option 211 (PXELINUX reboot time) is a 32-bit number, as in u32=60 (RFC 5071)" },
	};

	check_faults(bad, sizeof(bad) / sizeof(bad[0]));
}

static void
every_fault_is_listed(void)
{
	static const char text[] = "boot\nboot x=1\n\nsubnet 10.0.0.0/24 range=1 lease=2 dns=3\n";
	struct rules r = { 0 };
	struct diag f = { 0 };

	rules_read(&r, "f", text, strlen(text), &f);
	rules_finish(&r, &f);
	CHECK_INT(f.errors, 5);
	CHECK_INT(f.n, 5);
	diag_free(&f);
	rules_free(&r);
}

static void
what_a_machines_file_is_named_after(void)
{
	static const char *const bad[] = { "", "id-", "id-1", "id-01", "id-0102x", "id-01--02", "x", "52-54-00-01-02",
		"30c1a5e0-f1b2-c3d4-a5b6-c7d8e9f0011", "id-01-02.done", "52-54-00-01-02-03.new" };
	char longest[3 + 512 + 1] = "id-";
	struct machineid id, same;
	struct host h = { 0 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!machineid_read(bad[i], &id));
	CHECK(machineid_read("52:54:00:01:02:0A", &id));
	CHECK(machineid_read("52-54-00-01-02-0a", &same));
	CHECK(machineid_same(&id, &same));
	CHECK(machineid_read("id-52-54-00-01-02-0a", &same));
	CHECK(!machineid_same(&id, &same));
	CHECK(machineid_read("ID-5254000102:0A", &id));
	CHECK(machineid_same(&id, &same));
	rules_host_is(&h, &id);
	CHECK(same_bytes(h.id, h.id_len, "\x52\x54\0\1\2\x0a", 6));
	rules_host_id(&h, &same);
	CHECK(machineid_same(&id, &same));
	h = (struct host){ 0 };
	CHECK(machineid_read("30C1A5E0-f1b2-c3d4-a5b6-c7d8e9f00112", &id));
	rules_host_is(&h, &id);
	CHECK(h.has_uuid && h.uuid[0] == 0xe0 && h.uuid[15] == 0x12);
	rules_host_id(&h, &same);
	CHECK(machineid_same(&id, &same));
	memset(longest + 3, 'a', 510);
	CHECK(machineid_read(longest, &id) && id.len == 255);
	memset(longest + 3, 'a', 512);
	CHECK(!machineid_read(longest, &id));
}

static void
a_machines_file_holds_its_lines_only(void)
{
	struct rules_machine m = { .name = "f", .id = { MACHINEID_MAC, 6, { 0x52, 0x54, 0, 1, 2, 3 } } };
	static const char good[] = "host addr=10.0.0.4 tag=a\nboot file=x\noption 209 text=y\n";
	static const char bad[] = "subnet 10.0.0.0/24\nhost mac=52:54:00:01:02:03\n";
	struct rules r = { 0 };
	struct diag f = { 0 };
	const struct host *h;

	m.text = good;
	m.len = strlen(good);
	rules_read_host(&r, &m, &f);
	rules_finish(&r, &f);
	CHECK_INT(f.errors, 0);
	h = rules_line(&r, RULE_HOST, 0)->host;
	CHECK_INT(h->macs, 1);
	CHECK(memcmp(h->mac[0], m.id.bytes, 6) == 0);
	CHECK(h->own == &r);
	rules_free(&r);
	m.text = bad;
	m.len = strlen(bad);
	rules_read_host(&r, &m, &f);
	rules_finish(&r, &f);
	CHECK_INT(f.errors, 2);
	rules_free(&r);
	diag_free(&f);
}

static int
warnings(const char *text)
{
	struct rules r = { 0 };
	struct diag f = { 0 };
	int n;

	rules_read(&r, "f", text, strlen(text), &f);
	rules_finish(&r, &f);
	CHECK_INT(f.errors, 0);
	n = (int)f.n;
	diag_free(&f);
	rules_free(&r);
	return n;
}

/* Is that the only diagnostic? */
static bool
rules_said(const char *text, const char *want)
{
	struct rules r = { 0 };
	struct diag f = { 0 };
	bool same;

	rules_read(&r, "f", text, strlen(text), &f);
	rules_finish(&r, &f);
	same = f.n == 1 && strcmp(f.line[0].text, want) == 0;
	if (!same)
		printf("# %s\n", f.n ? f.line[0].text : "nothing");
	diag_free(&f);
	rules_free(&r);
	return same;
}

/* Of a line that is wrong nothing else is known: not whom it matches. */
static void
a_faulty_line_draws_one_complaint(void)
{
	CHECK(rules_said("subnet 10.0.0.0/24 range=10.0.0.1-10.0.0.9\nboot ipxe=htp file=a\nboot file=b\n",
	    "f:2: ipxe \"htp\": iPXE has no feature \"htp\"; they are http, https, menu, bzimage, efi, nfs ... "
	    "(dhcpd-pxe.rules(5)), or their numbers, 16 to 79"));
	CHECK(rules_said("subnet 10.0.0.0/24 range=10.0.0.1-10.0.0.9\nboot opt=300:x file=a\n",
	    "f:2: opt \"300:x\": not an option and what it must be, as in 60:PXEClient* or 82.2:hex:00:01:*"));
	CHECK(rules_said("subnet 10.0.0.0/24 range=10.0.0.1-10.0.0.9\nboot mac=zz* file=a\n",
	    "f:2: mac \"zz*\": not a MAC address such as 52:54:00:12:34:56, or a pattern as in 52:54:00:*"));
}

/* An iPXE with a script inside asks for nothing more: a name says too little. */
static void
the_name_of_a_file_is_no_fault(void)
{
	CHECK_INT(warnings("boot client=ipxe file=undionly.kpxe\n"), 0);
	CHECK_INT(warnings("boot arch=bios file=netboot.xyz.kpxe\n"), 0);
	CHECK_INT(warnings("boot arch=bios file=undionly.kpxe\nboot client=ipxe file=http://x/y\n"), 0);
}

static void
a_line_that_fits_nobody_is_warned_of(void)
{
	CHECK_INT(warnings("boot client=http file=x.efi\n"), 1);
	CHECK_INT(warnings("boot client=http file=tftp://{server}/x.efi\n"), 1);
	CHECK_INT(warnings("boot client=pxe,other file=http://{server}/x.efi\n"), 1);
	CHECK_INT(
	    warnings("boot client=pxe,ipxe file=http://{server}/x\nboot client=http file=http://{server}/x.efi\n"), 0);
	CHECK_INT(warnings("boot file=http://{server}/x.efi\nboot client=pxe file=x\n"), 0);
	CHECK_INT(warnings("deny\n"), 1);
	CHECK_INT(warnings("deny client=other\n"), 0);
}

static void
an_unknown_machine_has_no_tags(void)
{
	static const char host[] = "host mac=52:54:00:00:00:01 tag=a\n";
	char text[200];

	snprintf(text, sizeof(text), "%sboot host=unknown tag=a file=x\n", host);
	CHECK_INT(warnings(text), 1);
	snprintf(text, sizeof(text), "%sboot host=unknown tag=!a file=x\nboot host=known tag=a file=y\n", host);
	CHECK_INT(warnings(text), 0);
}

/* An allow-list that was ported by hand must not be open without a word. */
static void
a_condition_that_nobody_meets_is_warned_of(void)
{
	static const char net[] = "subnet 10.0.0.0/24 range=10.0.0.1-10.0.0.9\n";
	static const struct {
		const char *lines;
		int warnings;
	} t[] = {
		{ "deny tag=!known\n", 1 },
		{ "host mac=52:54:00:00:00:01 tag=a\nboot tag=a file=x\n", 0 },
		{ "host mac=52:54:00:00:00:01 tag=a\nboot tag=typo,a file=x\n", 1 },
		{ "hosts /x\nboot tag=typo file=x\n", 0 },
		{ "boot host=known file=x\n", 1 },
		{ "deny host=unknown\n", 1 },
		{ "host mac=52:54:00:00:00:01\ndeny host=unknown\n", 0 },
		{ "boot mac=525400* file=x\n", 1 },
		{ "boot mac=52:54:0* file=x\nboot mac=*:00:0a file=y\nboot mac=* file=z\nboot mac=52:*:*:00:*:01 file=z\n",
		    0 },
		{ "boot mac=52:54:00:12:34:56:* file=x\n", 1 },
		{ "boot uuid=30c1* file=x\nboot uuid=*-b1* file=x\n", 0 },
		{ "boot uuid=30c1-* file=x\n", 1 },
		{ "boot vendor=Arista* file=http://{server}/x\n", 0 },
		{ "boot client=other file=http://{server}/x\n", 1 },
		{ "boot client=other vendor=Arista* file=http://{server}/x\n", 0 },
		{ "boot client=http server=10.0.0.1\n", 1 },
		{ "boot client=pxe ipxe=http file=x\n", 1 },
		{ "boot client=pxe ipxe=!http file=x\n", 0 },
		{ "boot client=pxe,ipxe opt=175:* file=x\n", 0 },
		{ "boot client=bootp opt=175.19:* file=x\n", 1 },
		{ "boot client=pxe user-class=iPXE file=x\n", 1 },
		{ "boot client=pxe user-class=i* file=x\n", 0 },
		{ "boot client=http vendor=PXEClient* file=http://{server}/x\n", 1 },
		{ "boot client=http vendor=HTTP* file=http://{server}/x\n", 0 },
		{ "boot client=http vendor=*:Arch:00016* file=http://{server}/x\n", 0 },
		{ "boot client=http vendor=HTTPClien file=http://{server}/x\n", 1 },
		{ "boot client=pxe opt=60:hex:48:54:* file=x\n", 1 },
		{ "boot client=pxe vendor=!HTTPClient* file=x\n", 0 },
		{ "boot client=other vendor=PXEClient:* file=x\n", 1 },
		{ "boot client=other vendor=PXE* file=x\n", 0 },
		{ "boot client=ipxe,bootp vendor=HTTPClient* file=x\n", 0 },
		{ "boot client=pxe vendor=!PXEClient* file=x\n", 1 },
		{ "boot client=http vendor=!HTTP* file=http://{server}/x\n", 1 },
		{ "boot client=pxe vendor=!PXEClient:Arch:00000* file=x\n", 0 },
		{ "boot client=pxe vendor=!PXEClient file=x\n", 0 },
		{ "boot client=pxe,ipxe vendor=!PXEClient* file=x\n", 0 },
		{ "menu item=a file=http://x/y client=pxe\n", 1 },
		{ "menu item=a file=x client=http\n", 1 },
		{ "menu item=a file=x client=pxe\n", 0 },
		{ "menu prompt=a\n", 1 },
		{ "menu prompt=a\nmenu item=b local\n", 0 },
	};
	char text[400];

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		snprintf(text, sizeof(text), "%s%s", net, t[i].lines);
		if (warnings(text) != t[i].warnings)
			printf("# %s", t[i].lines);
		CHECK_INT(warnings(text), t[i].warnings);
	}
}

static void
a_machine_that_two_host_lines_claim_is_warned_of(void)
{
	CHECK(rules_said(
	    "host uuid=30c1a5e0-f1b2-c3d4-a5b6-c7d8e9f00112\nhost uuid=30C1a5e0-f1b2-c3d4-a5b6-c7d8e9f00112\n",
	    "f:2: warning: uuid \"30c1a5e0-f1b2-c3d4-a5b6-c7d8e9f00112\": already given at f:1"));
	CHECK(rules_said("host client-id=0001\nhost client-id=00:01:02\nhost client-id=00:01\n",
	    "f:3: warning: client-id \"00:01\": already given at f:1"));
}

/* The first match wins: a line behind one that matches everybody is dead. */
static void
a_line_that_nobody_reaches_is_warned_of(void)
{
	CHECK(rules_said("boot file=a\nboot arch=efi-x64 file=b\nboot file=c\n",
	    "f:2: warning: file \"b\": no client reaches this line "
	    "(nor 1 more): the boot lines up to f:1 match all that could use it; the first match wins"));
	CHECK_INT(warnings("boot client=pxe,ipxe file=a\nboot client=other,bootp file=b\nboot mac=52:* file=c\n"), 1);
	CHECK_INT(warnings("boot arch=efi-x64 file=b\nboot file=a\n"), 0);
	CHECK_INT(warnings("boot file=a\nboot client=http file=http://{server}/b.efi\n"), 0);
	CHECK_INT(warnings("boot file=undionly.kpxe\nboot client=ipxe file=a.ipxe\n"), 0);
	CHECK_INT(warnings("boot file=undionly.kpxe chain\nboot client=ipxe file=a.ipxe\n"), 1);
	CHECK_INT(warnings("boot file=http://{server}/a.efi\nboot client=http file=http://{server}/b.efi\n"), 1);
	CHECK_INT(warnings("boot file=tftp://{server}/a\nboot client=http file=http://{server}/b.efi\n"), 0);
	CHECK(rules_said("subnet 10.0.0.0/16 range=10.0.9.1-10.0.9.9\nsubnet 10.0.5.0/24 range=10.0.5.1-10.0.5.9\n",
	    "f:2: warning: subnet \"10.0.5.0\": it overlaps the network of the subnet line at f:1; networks share no "
	    "addresses"));
	CHECK_INT(
	    warnings("subnet 10.0.5.0/24 range=10.0.5.1-10.0.5.9\nsubnet 10.0.0.0/16 range=10.0.9.1-10.0.9.9\n"), 1);
	CHECK_INT(
	    warnings("subnet 10.0.5.0/24 range=10.0.5.1-10.0.5.9\nsubnet 10.0.6.0/24 range=10.0.6.1-10.0.6.9\n"), 0);
	CHECK_INT(
	    warnings(
	        "subnet 10.0.5.0/24 client=pxe range=10.0.5.1-10.0.5.2\nsubnet 10.0.5.0/24 range=10.0.5.3-10.0.5.9\n"),
	    0);
	CHECK_INT(warnings("subnet 10.0.0.0/8 proxy\nsubnet 10.0.0.0/24 range=10.0.0.1-10.0.0.9\n"), 1);
	CHECK_INT(warnings("subnet 10.0.0.0/24\nsubnet 10.0.0.0/24 proxy\n"), 1);
	CHECK_INT(warnings("subnet 10.0.0.0/24 client=pxe\nsubnet 10.0.0.0/24 proxy\nsubnet 10.0.0.0/8\n"), 0);
	/* where the first is full, the second gives addresses too */
	CHECK_INT(
	    warnings("subnet 10.0.0.0/24 range=10.0.0.1-10.0.0.9\nsubnet 10.0.0.0/24 range=10.0.0.11-10.0.0.19\n"), 0);
}

/* hex= is for clients that need an ill-formed value; it draws a warning. */
static void
hex_of_the_wrong_form_is_sent_and_warned_of(void)
{
	CHECK_INT(warnings("option 1 hex=00\n"), 1);
	CHECK(rules_said("option 1 hex=00\n",
	    "f:1: warning: hex \"00\": option 1 (subnet mask) is one contiguous "
	    "netmask, as in ip=255.255.255.0 (RFC 2132); these bytes are sent unchanged"));
	CHECK_INT(warnings("option 1 hex=ff00ff00\n"), 1);
	CHECK_INT(warnings("option 3 hex=0a00000100\n"), 1);
	CHECK_INT(warnings("option 3 hex=\"\"\n"), 1);
	CHECK_INT(warnings("option 121 hex=180a05000a4d\n"), 1);
	CHECK_INT(warnings("option 121 hex=21\n"), 1);
	CHECK_INT(warnings("option 175.8 hex=0101\n"), 1);
	CHECK_INT(warnings("option 175 hex=0802\n"), 1);
	CHECK_INT(warnings("option 175 hex=080101\n"), 0);
	CHECK_INT(warnings("option 1 hex=ffffff00\n"), 0);
	CHECK_INT(warnings("option 3 hex=0a0000010a000002\n"), 0);
	CHECK_INT(warnings("option 121 hex=180a05000a4d0002\n"), 0);
	CHECK_INT(warnings("option 12 hex=61\noption 119 hex=016100\n"), 0);
}

/* Vendors' own options, and those of no RFC that is known here. */
static void
a_form_that_is_not_known_is_the_operators(void)
{
	CHECK_INT(warnings("option 43 text=a\noption 43 ip=10.0.0.1 client=other\noption 43 hex=01 client=bootp\n"), 0);
	CHECK_INT(warnings("option 43.1 ip=10.0.0.1\noption 43.241 hex=0a000001\noption 224.1 u8=1\n"), 0);
	CHECK_INT(
	    warnings("option 128 u8=1\noption 240 text=x\noption 125 hex=00\noption 175.177 hex=0180861209\n"), 0);
	CHECK_INT(warnings("option 150 hex=28\noption 150 ip=10.0.0.1 client=pxe\noption 150 text=a client=http\n"), 0);
}

int
main(void)
{
	RUN(printed_rules_read_back_the_same);
	RUN(values_are_what_was_written);
	RUN(a_byte_order_mark_is_not_a_word);
	RUN(faults_name_file_line_and_key);
	RUN(servers_that_are_none);
	RUN(conditions_that_make_no_sense);
	RUN(keys_and_words_are_listed);
	RUN(a_value_of_the_wrong_form_is_a_fault);
	RUN(hex_of_the_wrong_form_is_sent_and_warned_of);
	RUN(a_form_that_is_not_known_is_the_operators);
	RUN(every_fault_is_listed);
	RUN(what_a_machines_file_is_named_after);
	RUN(a_machines_file_holds_its_lines_only);
	RUN(a_faulty_line_draws_one_complaint);
	RUN(the_name_of_a_file_is_no_fault);
	RUN(a_line_that_fits_nobody_is_warned_of);
	RUN(an_unknown_machine_has_no_tags);
	RUN(a_condition_that_nobody_meets_is_warned_of);
	RUN(a_machine_that_two_host_lines_claim_is_warned_of);
	RUN(a_line_that_nobody_reaches_is_warned_of);
	rules_free(&rules);
	return TEST_EXIT();
}
