/* The lines of IPv6, and which daemon each line of a common file is for. */
#include <stdlib.h>

#include "addr6.h"
#include "hosts.h"
#include "test.h"

static struct rules rules;

/* Errors; warnings too, with `all`.  What is wrong is printed when nothing should be. */
static size_t
read_rules(enum rules_family family, const char *text, bool all)
{
	struct diag diag = { 0 };
	size_t n;

	rules_free(&rules);
	rules.family = family;
	rules_read(&rules, "f", text, strlen(text), &diag);
	rules_finish(&rules, &diag);
	for (size_t i = 0; i < diag.n; i++)
		if (all || !diag.line[i].warning)
			printf("# %s\n", diag.line[i].text);
	n = all ? diag.n : diag.errors;
	diag_free(&diag);
	return n;
}

static struct in6_addr
ip6(const char *text)
{
	struct in6_addr a = { 0 };

	CHECK(addr6_parse(text, &a));
	return a;
}

static const char all[] =
    "subnet 10.0.0.0/24 range=10.0.0.10-10.0.0.20\n"
    "subnet fd00:77::/64 range=fd00:77::1000-fd00:77::1fff,fd00:77::3000-fd00:77::3000 dns=fd00:77::53,2001:db8::1 "
    "domain=lab.example lease=2h decline=5m max-leases=9 offers=7 preference=255 link=a\n"
    "subnet fd00:78::/64 netboot range=fd00:78::10-fd00:78::1f link=a client=pxe,http tag=!slow\n"
    "host mac=52:54:00:00:00:01 addr=10.0.0.5,fd00:77::5 name=both tag=slow\n"
    "host duid=00:03:00:01:52:54:00:00:00:02 addr=fd00:77::6,fd00:78::6\n"
    "host uuid=30c1a5e0-f1b2-c3d4-a5b6-c7d8e9f00112 client-id=01:02:03 name=two\n"
    "boot client=http arch=efi-x64 file=http://{server}/ipxe.efi\n"
    "boot client=pxe file=tftp://[fd00:77::1]/x.efi\n"
    "boot subnet=fd00:78::/64 opt=15:hex:0004* file=y.efi\n"
    "boot file=x.efi server=10.0.0.1,fd00:77::1\n"
    "option 42 ip=10.0.0.1\n"
    "option 31 ip=fd00:77::1,fd00:77::2\n"
    "option6 24 text=a.example,b.example when=asked\n"
    "option6 300 text=a\n"
    "option6 23 ip=fd00:77::9,{server} subnet=fd00:77::/48\n"
    "option6 32 u32=3600\n"
    "deny opt6=16:hex:00* opt6=!39:x*\n"
    "deny vendor=Old* host=unknown\n"
    "ra prefix=fd00:77::/64 dns=fd00:77::53\n"
    "ra none\n";

static void
values_are_what_was_written(void)
{
	const struct subnet6 *s;
	const struct host *h;
	struct in6_addr a = ip6("fd00:77::1fff"), b = ip6("fd00:77::2000"), there = ip6("fd00:78::99");

	CHECK_INT(read_rules(RULES_IP6, all, true), 0);
	CHECK_INT(rules.n[RULE_SUBNET], 0);
	CHECK_INT(rules.n[RULE_SUBNET6], 2);
	s = rules_line(&rules, RULE_SUBNET6, 0)->subnet6;
	CHECK_INT(s->prefix, 64);
	CHECK_INT(s->ranges, 2);
	CHECK(subnet6_ranges_hold(s, &a));
	CHECK(!subnet6_ranges_hold(s, &b));
	CHECK_INT(s->dns.n, 2);
	CHECK_STR(s->domain, "lab.example");
	CHECK_INT(s->lease_s, 7200);
	CHECK_INT(s->preference, 255);
	CHECK(!s->netboot);
	CHECK_INT(s->mates, 2);
	CHECK(!subnet6_holds(s, &there));
	CHECK(subnet6_link_holds(s, &there));
	s = rules_line(&rules, RULE_SUBNET6, 1)->subnet6;
	CHECK(s->netboot);
	CHECK_INT(s->lease_s, 600);
	CHECK_INT(s->index, 1);
	CHECK(rules_network6(&rules, &there) == s);
	h = rules_line(&rules, RULE_HOST, 0)->host;
	CHECK_INT(h->addrs.n, 1);
	CHECK_INT(h->addrs6.n, 1);
	CHECK_INT(rules_line(&rules, RULE_HOST, 1)->host->duid_len, 10);
	CHECK_INT(rules.n[RULE_BOOT], 4);
	CHECK_INT(rules_line(&rules, RULE_BOOT, 2)->match->option[0].code6, 15);
	CHECK(rules_line(&rules, RULE_BOOT, 3)->boot->server.has_addr6);
	CHECK_INT(rules.n[RULE_OPTION6], 5);
	CHECK_INT(rules_line(&rules, RULE_OPTION6, 0)->option->len, 32);
	CHECK_INT(rules_line(&rules, RULE_OPTION6, 1)->option->len, 22);
	CHECK_INT(rules_line(&rules, RULE_OPTION6, 2)->option->code, 300);
	CHECK_INT(rules.n[RULE_DENY], 2);
	CHECK_INT(rules_line(&rules, RULE_DENY, 1)->match->option[0].code6, 16);
	CHECK_INT(rules.n[RULE_RA], 2);
	CHECK_INT(rules_line(&rules, RULE_RA, 0)->ra->prefix, 64);
	CHECK(rules_line(&rules, RULE_RA, 1)->ra->none);
}

static void
each_daemon_passes_over_the_others_lines(void)
{
	CHECK_INT(read_rules(RULES_IP4, all, true), 0);
	CHECK_INT(rules.n[RULE_SUBNET], 1);
	CHECK_INT(rules.n[RULE_SUBNET6], 0);
	CHECK_INT(rules.n[RULE_HOST], 2);
	CHECK_INT(rules.n[RULE_BOOT], 2);
	CHECK_INT(rules.n[RULE_OPTION], 1);
	CHECK_INT(rules.n[RULE_DENY], 1);
	CHECK_INT(rules.n[RULE_RA], 0);
	/* what is wrong beside others is the other's to say, */
	CHECK_INT(
	    read_rules(RULES_IP4, "subnet 10.0.0.0/24 proxy\nhost mac=52:54:00:00:00:01 addr=fd00::5\n", true), 0);
	CHECK_INT(read_rules(RULES_IP6, "subnet fd00::/64\nhost mac=52:54:00:00:00:01 addr=10.0.0.5\n", true), 0);
	/* and what is wrong in itself everybody's */
	CHECK_INT(
	    read_rules(RULES_IP4, "subnet 10.0.0.0/24 proxy\nsubnet fd00::/64 range=fd01::1-fd01::2\n", false), 1);
	CHECK_INT(read_rules(RULES_IP6, "subnet fd00::/64\nsubnet 10.0.0.0/24 range=10.1.0.1-10.1.0.2\n", false), 1);
}

/* The families that the last line is for, as bits. */
static unsigned
families(const char *text)
{
	CHECK_INT(read_rules(RULES_IP6, text, false), 0);
	return rules.lines ? rules.line[rules.lines - 1].families : 0;
}

static void
which_family_a_line_is_for(void)
{
	const unsigned v4 = RULES_OF(RULES_IP4), v6 = RULES_OF(RULES_IP6);

	CHECK_INT(families("boot file=x\n"), RULES_BOTH);
	CHECK_INT(families("boot file=http://10.0.0.1/x\n"), v4);
	CHECK_INT(families("boot file=http://[fd00::1]:8080/x\n"), v6);
	CHECK_INT(families("boot file=http://boot.example/x\n"), RULES_BOTH);
	CHECK_INT(families("boot file=x server=10.0.0.1\n"), v4);
	CHECK_INT(families("boot file=x server=fd00::1\n"), v6);
	CHECK_INT(families("boot file=x server=fd00::1,10.0.0.1\n"), RULES_BOTH);
	CHECK_INT(families("boot file=x ipxe=http\n"), v4);
	CHECK_INT(families("boot file=x client=bootp\n"), v4);
	CHECK_INT(families("boot file=x opt=60:a*\n"), v4);
	CHECK_INT(families("boot file=x opt6=16:a*\n"), v6);
	CHECK_INT(families("boot file=x vendor=a* circuit-id=b name=c\n"), RULES_BOTH);
	CHECK_INT(families("host mac=52:54:00:00:00:01\n"), RULES_BOTH);
	CHECK_INT(families("host client-id=01:02\n"), v4);
	CHECK_INT(families("host duid=00:01:02\n"), v6);
	CHECK_INT(families("deny\n"), RULES_BOTH);
	CHECK_INT(families("menu item=x local\n"), v4);
	CHECK_INT(families("option 24 u32=60\n"), v4);
	/* behind subnet lines of IPv6 alone, options are DHCPv6's */
	CHECK_INT(families("subnet fd00::/64\noption 24 text=a.example\n"), v6);
	CHECK_INT(families("subnet fd00::/64\noption 300 text=a\n"), v6);
	CHECK_INT(families("subnet fd00::/64\nboot file=x opt=16:a*\n"), v6);
	CHECK_INT(families("subnet fd00::/64\nsubnet 10.0.0.0/24 proxy\noption 24 u32=60\n"), v4);
	CHECK_INT(families("subnet fd00::/64\noption 43.1 hex=00\n"), v4);
}

static void
printed_lines_read_back_the_same(void)
{
	struct rules first = { .family = RULES_IP6 }, again = { .family = RULES_IP6 };
	struct diag diag = { 0 };
	char text[8192] = "";

	rules_read(&first, "f", all, strlen(all), &diag);
	for (size_t i = 0; i < first.lines; i++) {
		char *line = rules_text(&first.line[i]);
		size_t len = strlen(text);

		CHECK(line != NULL);
		snprintf(text + len, sizeof(text) - len, "%s\n", line ? line : "");
		free(line);
	}
	rules_read(&again, "again", text, strlen(text), &diag);
	CHECK_INT(diag.errors, 0);
	for (size_t i = 0; i < diag.n; i++)
		printf("# %s\n", diag.line[i].text);
	CHECK_INT(again.lines, first.lines);
	for (size_t i = 0; i < first.lines && i < again.lines; i++) {
		char *a = rules_text(&first.line[i]), *b = rules_text(&again.line[i]);

		CHECK_STR(a, b);
		CHECK_INT(first.line[i].families, again.line[i].families);
		CHECK_INT(first.line[i].kind, again.line[i].kind);
		free(a);
		free(b);
	}
	CHECK(strstr(text, "host mac=52:54:00:00:00:01 addr=10.0.0.5,fd00:77::5 name=both tag=slow\n") != NULL);
	CHECK(strstr(text, " opt6=15:hex:0004*") != NULL);
	CHECK(strstr(text, "option6 31 ip=fd00:77::1,fd00:77::2\n") != NULL);
	rules_free(&first);
	rules_free(&again);
	diag_free(&diag);
}

/* Each has one fault; the beginning of its message. */
static const char *const bad[][2] = {
	{ "subnet fd00:77::1/64", "f:1: subnet \"fd00:77::1/64\": host bits are set: the network is fd00:77::/64" },
	{ "subnet fd00:77::", "f:1: subnet \"fd00:77::\": not a network: it needs a prefix length" },
	{ "subnet fd00:77::/129", "f:1: subnet \"fd00:77::/129\": not a network such as" },
	{ "subnet fd00:77::/128", "f:1: subnet \"fd00:77::/128\": a subnet of IPv6 has a prefix of 1 to 127" },
	{ "subnet fd00:x::/64", "f:1: subnet \"fd00:x::/64\": not a network" },
	{ "subnet fe80::/64", "f:1: subnet \"fe80::/64\": no machine is given" },
	{ "subnet ff02::/64", "f:1: subnet \"ff02::/64\": no machine is given" },
	{ "subnet fd00::/64 range=fd00:1::5-fd00:1::9", "f:1: range \"fd00:1::5-fd00:1::9\": fd00:1::5 is outside" },
	{ "subnet fd00::/64 range=fd00::5-fd00:1::9", "f:1: range \"fd00::5-fd00:1::9\": more than 64 bits" },
	{ "subnet fd00::/64 range=fd00::9-fd00::5", "f:1: range \"fd00::9-fd00::5\": the first address is above" },
	{ "subnet fd00::/64 range=fd00::-fd00::5", "f:1: range \"fd00::-fd00::5\": fd00:: is the anycast address" },
	{ "subnet fd00::/64 range=10.0.0.1-10.0.0.2", "f:1: range \"10.0.0.1-10.0.0.2\": not a range such as fd00" },
	{ "subnet fd00::/64 dns=10.0.0.1", "f:1: dns \"10.0.0.1\": \"10.0.0.1\" is not an IPv6 address" },
	{ "subnet fd00::/64 dns=ff02::1", "f:1: dns \"ff02::1\": no machine can have the address" },
	{ "subnet fd00::/64 router=fd00::1", "f:1: router \"fd00::1\": not on this line" },
	{ "subnet fd00::/64 proxy", "f:1: subnet \"proxy\": subnet lines have no such word" },
	{ "subnet 10.0.0.0/24 netboot", "f:1: subnet \"netboot\": subnet lines have no such word" },
	{ "subnet fd00::/64 lease=1", "f:1: lease \"1\": a lease lasts" },
	{ "subnet fd00::/64 preference=256", "f:1: preference \"256\": not a number from 0 to 255" },
	{ "subnet fd00::/64 subnet=fd00::/64", "f:1: subnet \"fd00::/64\": not on this line" },
	{ "host duid=00:01", "f:1: duid \"00:01\": not a DUID" },
	{ "host duid=00:01:02 addr=10.0.0.1", "f:1: addr \"\": for an IPv4 address the machine needs" },
	{ "host client-id=00:01:02 addr=fd00::1", "f:1: addr \"\": for an IPv6 address the machine needs" },
	{ "host mac=52:54:00:00:00:01 addr=fe80::1", "f:1: addr \"fe80::1\": not an address that a machine" },
	{ "host mac=52:54:00:00:00:01 addr=fd00::x", "f:1: addr \"fd00::x\": \"fd00::x\" is not an IPv6 address" },
	{ "boot file=x server=fd00::1,fd00::2", "f:1: server \"fd00::1,fd00::2\": neither" },
	{ "boot file=x server=ff02::1", "f:1: server \"ff02::1\": not an address that a server" },
	{ "menu item=a file=x server=fd00::1", "f:1: server \"fd00::1\": menus are shown by clients of IPv4" },
	{ "option6 0 hex=00", "f:1: option6 \"0\": an option of DHCPv6 is given by its number" },
	{ "option6 65536 hex=00", "f:1: option6 \"65536\": an option of DHCPv6 is given" },
	{ "option6 17.1 hex=00", "f:1: option6 \"17.1\": an option of DHCPv6 is given" },
	{ "option6 60 text=x", "f:1: option6 \"60\": cannot be set: EDK2" },
	{ "option6 59 text=x", "f:1: option6 \"59\": cannot be set: use a boot line" },
	{ "option6 23 text=x", "f:1: text \"x\": option6 23 (DNS servers) is a list of addresses, as in ip=fd00" },
	{ "option6 32 u32=5",
	    "f:1: u32 \"5\": option6 32 (information refresh time) is a 32-bit number of at least 600" },
	{ "option6 23 ip=10.0.0.1", "f:1: ip \"10.0.0.1\": \"10.0.0.1\" is not an IPv6 address" },
	{ "option 300 u8=1", "f:1: option \"300\": an option is given by its number, 1 to 254; DHCPv6's are" },
	{ "option6 99", "f:1: option6 \"\": no value" },
	{ "boot file=x opt6=16.1:a", "f:1: opt6 \"16.1:a\": not an option and what it must be, as in 16:" },
	{ "boot file=x opt6=16:a ipxe=http", "f:1: boot \"\": it names things of DHCP and of DHCPv6" },
	{ "boot file=x server=10.0.0.1 opt6=16:a", "f:1: boot \"\": it names things of DHCP and of DHCPv6" },
	{ "ra", "f:1: ra \"\": either prefix= or none" },
	{ "ra none prefix=fd00::/64", "f:1: ra \"\": either prefix= or none" },
	{ "ra none dns=fd00::1", "f:1: dns \"\": it goes with prefix=" },
	{ "ra prefix=fd00::1/64", "f:1: prefix \"fd00::1/64\": not a prefix such as" },
	{ "ra prefix=fe80::/64", "f:1: prefix \"fe80::/64\": no machine can be given" },
	{ "ra none\nra none", "f:2: ra \"none\": already given at f:1" },
	{ "subnet fd00::/64\nhost mac=52:54:00:00:00:01 addr=fd01::1", "f:2: addr \"fd01::1\": no subnet line holds" },
	{ "subnet fd00::/64\nhost mac=52:54:00:00:00:01 addr=fd00::", "f:2: addr \"fd00::\": the anycast address" },
	{ "subnet fd00::/64\nhost mac=52:54:00:00:00:01 addr=fd00::5,fd00::6",
	    "f:2: mac \"52:54:00:00:00:01\": two addresses in one subnet" },
	{ "subnet fd00::/64\nhost duid=00:01:02 addr=fd00::5\nhost duid=00:01:03 addr=fd00::5",
	    "f:3: addr \"fd00::5\": already given at f:2" },
	{ "subnet fd00::/64\nboot subnet=fd01::/48 file=x", "f:2: subnet \"fd01::\": no subnet line lies within it" },
	{ "subnet fd00::/64\noption 24 text=a.example\nsubnet 10.0.0.0/24 proxy",
	    "f:2: option \"\": is this DHCP's or DHCPv6's? Write option6" },
	{ "option 250 text=a\nsubnet fd00::/64", "f:1: option \"\": is this DHCPv6's? Write option6" },
	{ "boot file=x opt=60:a\nsubnet fd00::/64", "f:1: opt \"\": is this DHCPv6's? Write opt6" },
};

static void
faults_name_file_line_and_key(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct rules r = { .family = RULES_IP6 };
		struct diag diag = { 0 };

		rules_read(&r, "f", bad[i][0], strlen(bad[i][0]), &diag);
		rules_finish(&r, &diag);
		if (diag.errors != 1 || strncmp(diag.line[0].text, bad[i][1], strlen(bad[i][1])) != 0) {
			CHECK(!"the fault it should be");
			printf("# %s: %s\n", bad[i][0], diag.n ? diag.line[0].text : "no fault");
		}
		diag_free(&diag);
		rules_free(&r);
	}
}

static void
what_is_of_no_use_is_warned_of(void)
{
	CHECK_INT(read_rules(RULES_IP6,
	              "subnet fd00::/48 range=fd00::5-fd00::9\nsubnet fd00::/64 range=fd00::1-fd00::2\n", true),
	    1);
	CHECK_INT(read_rules(RULES_IP6, "subnet fd00::/64\nra prefix=fd01::/64\n", true), 1);
	CHECK_INT(read_rules(RULES_IP6, "subnet fd00::/64\nra prefix=fd00::/64\n", true), 0);
	/* over IPv6 firmware takes tftp://, */
	CHECK_INT(read_rules(RULES_IP6, "subnet fd00::/64\nboot client=pxe file=tftp://{server}/x\n", true), 0);
	CHECK_INT(read_rules(RULES_IP6, "subnet fd00::/64\nboot client=pxe file=http://{server}/x\n", true), 1);
	/* and a line that only its clients can use is none of IPv4's business */
	CHECK_INT(read_rules(RULES_IP4, "subnet 10.0.0.0/24 proxy\nboot client=pxe file=tftp://{server}/x\n", true), 1);
	CHECK_INT(read_rules(RULES_IP4,
	              "subnet 10.0.0.0/24 proxy\nsubnet fd00::/64\nboot client=pxe file=tftp://{server}/x\n", true),
	    0);
}

static bool
is_in_fd01(const void *arg, const struct in6_addr *addr)
{
	(void)arg;
	return addr->s6_addr[1] == 1;
}

static void
a_machine_and_its_addresses_are_found(void)
{
	static const uint8_t mac[] = { 0x52, 0x54, 0, 0, 0, 1 }, duid[] = { 0, 3, 0, 1, 1, 2, 3, 4, 5, 6 };
	const struct hosts_link6 link = { is_in_fd01, NULL };
	struct hosts hosts = { .seed = 3 };
	struct hosts_found found;
	struct in6_addr a = ip6("fd00::5"), b = ip6("fd00::7");

	CHECK_INT(read_rules(RULES_IP6,
	              "subnet fd00::/64\nsubnet fd01::/64\n"
	              "host mac=52:54:00:00:00:01 addr=10.0.0.1,fd00::5,fd01::5\n"
	              "host mac=52:54:00:00:00:02 addr=10.0.0.2\n"
	              "host duid=00:03:00:01:01:02:03:04:05:06 addr=fd00::6\n",
	              true),
	    0);
	CHECK_INT(hosts_add_rules(&hosts, &rules), 0);
	hosts_find6(&hosts, &(struct hosts_who){ .mac = mac }, NULL, &found);
	CHECK(found.has_addr6 && addr6_cmp(&found.addr6, &a) == 0);
	CHECK(!hosts_reserved6(&hosts, &a, &found));
	hosts_find6(&hosts, &(struct hosts_who){ .mac = mac }, &link, &found);
	a = ip6("fd01::5");
	CHECK(found.has_addr6 && addr6_cmp(&found.addr6, &a) == 0);
	hosts_find6(&hosts, &(struct hosts_who){ .duid = duid, .duid_len = sizeof(duid) }, NULL, &found);
	CHECK(found.host && found.host->where.line == 5);
	CHECK(hosts_reserved6(&hosts, &a, &found));
	CHECK(hosts_have_addr6(&hosts, &a));
	CHECK(!hosts_have_addr6(&hosts, &b));
	hosts_find6(&hosts, &(struct hosts_who){ .duid = duid, .duid_len = sizeof(duid) - 1 }, NULL, &found);
	CHECK(!found.host);
	hosts_find6(&hosts, &(struct hosts_who){ .mac = (const uint8_t[]){ 0x52, 0x54, 0, 0, 0, 2 } }, NULL, &found);
	CHECK(found.host && !found.has_addr6);
	hosts_free(&hosts);
}

static void
numbers_of_addresses(void)
{
	struct in6_addr a = ip6("fd00::ffff:ffff:ffff:ffff"), b = ip6("fd00:0:0:1::2"), net = ip6("fd00:77:8000::");
	struct in6_addr c = addr6_add(&a, 3), m = ip6("fd00:77:ffff:1:2:3:4:5"), masked;
	char text[INET6_ADDRSTRLEN];
	uint8_t prefix;

	CHECK(addr6_cmp(&b, &c) == 0);
	CHECK_INT(addr6_distance(&a, &b), 3);
	c = ip6("fd01::");
	CHECK(addr6_distance(&a, &c) == UINT64_MAX);
	masked = addr6_mask(&m, 33);
	CHECK(addr6_cmp(&masked, &net) == 0);
	CHECK(addr6_in(&m, &net, 33) && !addr6_in(&m, &net, 36) && addr6_in(&m, &net, 0));
	CHECK_STR(addr6_text(&net, text), "fd00:77:8000::");
	CHECK(addr6_parse_net("::/0", &a, &prefix) && prefix == 0);
	CHECK(!addr6_parse_net("fd00::1/127/1", &a, &prefix));
	CHECK(!addr6_parse_net("fd00::1", &a, &prefix));
	CHECK(!addr6_parse("fd00::1%eth0", &a));
	CHECK(!addr6_parse("fd00::1 ", &a));
}

int
main(void)
{
	RUN(values_are_what_was_written);
	RUN(each_daemon_passes_over_the_others_lines);
	RUN(which_family_a_line_is_for);
	RUN(printed_lines_read_back_the_same);
	RUN(faults_name_file_line_and_key);
	RUN(what_is_of_no_use_is_warned_of);
	RUN(a_machine_and_its_addresses_are_found);
	RUN(numbers_of_addresses);
	rules_free(&rules);
	return TEST_EXIT();
}
