/* Which host line a client has, and for whom an address is reserved. */
#include "hosts.h"
#include "test.h"

static const uint8_t mac[] = { 0x52, 0x54, 0, 0, 0, 1 }, other_mac[] = { 0x52, 0x54, 0, 0, 0, 2 };
static const uint8_t id[] = { 0, 1, 2, 3 };
static const uint8_t uuid[16] = { 0xe0, 0xa5, 0xc1, 0x30, 0xb2, 0xf1, 0xd4, 0xc3, 0xa5, 0xb6, 1, 2, 3, 4, 5, 6 };

static struct rules rules;
static struct hosts hosts = { .seed = 7 };

static void
read_hosts(const char *text)
{
	struct diag diag = { 0 };

	hosts_free(&hosts);
	rules_free(&rules);
	rules_read(&rules, "r", text, strlen(text), &diag);
	rules_finish(&rules, &diag);
	for (size_t i = 0; i < diag.n; i++)
		printf("# %s\n", diag.line[i].text);
	CHECK_INT(diag.errors, 0);
	diag_free(&diag);
	CHECK_INT(hosts_add_rules(&hosts, &rules), 0);
}

/* The line of the host that is found; 0: none. */
static int
line_of(struct hosts_who who)
{
	struct hosts_found found;

	hosts_find(&hosts, &who, NULL, &found);
	return found.host ? (int)found.host->where.line : 0;
}

static void
a_machine_is_known_by_each_of_its_names(void)
{
	read_hosts("subnet 10.0.0.0/24 range=10.0.0.50-10.0.0.59\n"
	           "host uuid=30c1a5e0-f1b2-c3d4-a5b6-010203040506 name=uuid\n"
	           "host client-id=00:01:02:03 name=id\n"
	           "host mac=52:54:00:00:00:01 name=mac\n");
	CHECK_INT(line_of((struct hosts_who){ .mac = mac }), 4);
	CHECK_INT(line_of((struct hosts_who){ .mac = other_mac }), 0);
	CHECK_INT(line_of((struct hosts_who){ .id = id, .id_len = sizeof(id) }), 3);
	CHECK_INT(line_of((struct hosts_who){ .id = id, .id_len = sizeof(id) - 1 }), 0);
	CHECK_INT(line_of((struct hosts_who){ .uuid = uuid }), 2);
	/* boards are known to share a UUID: that counts last */
	CHECK_INT(line_of((struct hosts_who){ .mac = mac, .uuid = uuid }), 4);
	CHECK_INT(line_of((struct hosts_who){ .mac = other_mac, .uuid = uuid }), 2);
	CHECK_INT(line_of((struct hosts_who){ 0 }), 0);
}

static bool
is_in_10_1(const void *arg, uint32_t addr)
{
	(void)arg;
	return addr >> 16 == 0x0a01;
}

static void
the_line_of_the_link_counts(void)
{
	const struct hosts_link link = { is_in_10_1, NULL };
	struct hosts_found found;

	read_hosts("subnet 10.0.0.0/24 range=10.0.0.50-10.0.0.59\nsubnet 10.1.0.0/24 range=10.1.0.50-10.1.0.59\n"
	           "host mac=52:54:00:00:00:01 addr=10.0.0.4\nhost mac=52:54:00:00:00:01 addr=10.1.0.4\n"
	           "host mac=52:54:00:00:00:02 addr=10.0.0.5,10.1.0.5\n");
	hosts_find(&hosts, &(struct hosts_who){ .mac = mac }, &link, &found);
	CHECK_INT(found.addr, 0x0a010004);
	hosts_find(&hosts, &(struct hosts_who){ .mac = other_mac }, &link, &found);
	CHECK_INT(found.addr, 0x0a010005);
	CHECK(hosts_have_addr(&hosts, 0x0a010004));
	CHECK(!hosts_have_addr(&hosts, 0x0a010006));
	CHECK(!hosts_reserved(&hosts, 0x0a010005, &found));
	CHECK(hosts_reserved(&hosts, 0x0a010004, &found));
}

static void
a_host_that_is_gone_is_not_found(void)
{
	read_hosts("subnet 10.0.0.0/24 range=10.0.0.50-10.0.0.59\nhost mac=52:54:00:00:00:01 addr=10.0.0.4\n");
	CHECK_INT(line_of((struct hosts_who){ .mac = mac }), 2);
	hosts_remove(&hosts, rules_line(&rules, RULE_HOST, 0)->host);
	CHECK_INT(line_of((struct hosts_who){ .mac = mac }), 0);
	CHECK(!hosts_have_addr(&hosts, 0x0a000004));
}

int
main(void)
{
	RUN(a_machine_is_known_by_each_of_its_names);
	RUN(the_line_of_the_link_counts);
	RUN(a_host_that_is_gone_is_not_found);
	hosts_free(&hosts);
	rules_free(&rules);
	return TEST_EXIT();
}
