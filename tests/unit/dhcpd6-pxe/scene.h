/* What the tests of dhcpd6-pxe share: rules from text, an interface, a client's
 * messages and the replies to them. */
#ifndef SCENE_H
#define SCENE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addr6.h"
#include "reply6.h"
#include "server6.h"
#include "test.h"

static struct rules rules;
static struct hosts hosts;
static struct leases leases;
static struct quotas quotas;
static struct loops loops;
static struct netif eth = { .name = "eth0", .index = 2, .ethernet = true, .up = true, .addrs6 = 2 };
static const uint8_t server_duid[] = { 0, 4, 's', 'e', 'r', 'v', 'e', 'r' };
static struct server server = { .loops = &loops, .duid = { server_duid, sizeof(server_duid) } };
static struct request request;
static struct client client;
static struct answer answer;
/* The message that is being made, and the reply to the last one. */
static uint8_t question[2000], reply[4096];
static struct wr ask;
static struct dhcp6_msg got;

static inline struct in6_addr
ip6(const char *text)
{
	struct in6_addr a = { 0 };

	CHECK(addr6_parse(text, &a));
	return a;
}

/* Reads rules that must be good; what is wrong with them is printed. */
static inline void
scene_rules(const char *text)
{
	struct lease_range range[8];
	struct diag diag = { 0 };
	size_t n = 0;

	hosts_free(&hosts);
	leases6_free(&leases);
	rules_free(&rules);
	rules.family = RULES_IP6;
	rules_read(&rules, "rules", text, strlen(text), &diag);
	rules_finish(&rules, &diag);
	for (size_t i = 0; i < diag.n; i++)
		printf("# %s\n", diag.line[i].text);
	CHECK_INT(diag.errors, 0);
	diag_free(&diag);
	hosts_add_rules(&hosts, &rules);
	for (size_t i = 0; i < rules.n[RULE_SUBNET6]; i++) {
		const struct subnet6 *s = rules_line(&rules, RULE_SUBNET6, i)->subnet6;

		for (size_t k = 0; k < s->ranges; k++)
			range[n++] = (struct lease_range){ s->range[k].low, s->range[k].high };
	}
	CHECK_INT(leases6_bind(&leases, range, n), 0);
	CHECK_INT(quotas6_bind(&quotas, &rules), 0);
	eth.addr6[0] = (struct netif_addr6){ ip6("fe80::1"), 64 };
	eth.addr6[1] = (struct netif_addr6){ ip6("fd00:77::1"), 64 };
	server.alloc = (struct alloc){ &rules, &hosts, &leases, &quotas };
}

static inline void
scene_end(void)
{
	hosts_free(&hosts);
	leases6_free(&leases);
	quotas6_free(&quotas);
	rules_free(&rules);
}

/* A message of the machine with this number, with its DUID-LL. */
static inline void
begin(enum dhcp6_type type, uint8_t machine)
{
	const uint8_t duid[] = { 0, 3, 0, 1, 0x52, 0x54, 0, 0, 0, machine };

	ask = wr_open(question, sizeof(question));
	dhcp6_begin(&ask, type, 0x123456);
	dhcp6_put(&ask, DHCP6_CLIENT_ID, duid, sizeof(duid));
}

static inline void
to_us(void)
{
	dhcp6_put(&ask, DHCP6_SERVER_ID, server_duid, sizeof(server_duid));
}

/* IA_NA with this address; NULL: none. */
static inline void
want(uint32_t iaid, const char *addr)
{
	size_t mark = dhcp6_open_ia(&ask, DHCP6_IA_NA, iaid, (uint32_t[]){ 0, 0 });

	if (addr)
		dhcp6_put_iaaddr(&ask, &(struct dhcp6_iaaddr){ ip6(addr), 0, 0 });
	dhcp6_close(&ask, mark);
}

/* Options 61 and 16, as firmware has them. */
static inline void
boots(uint16_t arch, const char *class)
{
	size_t mark = dhcp6_open(&ask, DHCP6_ARCH);

	wr_u16(&ask, arch);
	dhcp6_close(&ask, mark);
	mark = dhcp6_open(&ask, DHCP6_VENDOR_CLASS);
	wr_u32(&ask, DHCP6_ENTERPRISE_INTEL);
	wr_u16(&ask, (uint16_t)strlen(class));
	wr_text(&ask, class);
	dhcp6_close(&ask, mark);
	dhcp6_put(&ask, DHCP6_ORO, "\0\x17\0\x18\0\x3b\0\x3c", 8);
}

/* What becomes of it; the reply, if there is one, is parsed into `got`. */
static inline enum server_result
send_at(int64_t now)
{
	enum server_result rc;
	size_t n;

	memset(&request, 0, sizeof(request));
	CHECK_INT(dhcp6_parse(question, wr_len(&ask), &request.msg), DHCP6_OK);
	request.iface = &eth;
	request.src = ip6("fe80::5054:ff:fe00:99");
	request.dst = ip6("ff02::1:2");
	request.sport = DHCP6_PORT_CLIENT;
	client6_read(&request.msg, &request.src, &client);
	rc = server6_answer(&server, &request, &client, now, &answer);
	if (rc != SERVER_ANSWER)
		return rc;
	if (answer.commit)
		CHECK(server6_commit(&server, &answer, now));
	n = reply6_write(&answer, server.duid, reply, sizeof(reply));
	CHECK_INT(dhcp6_parse(reply, n, &got), DHCP6_OK);
	return rc;
}

/* The address of the first IA_NA of the reply; "" without. */
static inline const char *
got_addr(void)
{
	static char text[INET6_ADDRSTRLEN];
	struct dhcp6_ia ia;
	struct dhcp6_iaaddr a;

	if (!dhcp6_read_ia(dhcp6_find(got.options, DHCP6_IA_NA), &ia) ||
	    !dhcp6_read_iaaddr(dhcp6_find(ia.options, DHCP6_IAADDR), &a))
		return "";
	return addr6_text(&a.addr, text);
}

/* The status within the first IA of that kind, or of the message (code 0); -1: none. */
static inline int
got_status(uint16_t code)
{
	struct dhcp6_bytes where = got.options, v;
	struct dhcp6_ia ia;
	struct rd r;

	if (code) {
		if (!dhcp6_read_ia(dhcp6_find(got.options, code), &ia))
			return -2;
		where = ia.options;
	}
	v = dhcp6_find(where, DHCP6_STATUS);
	r = rd_open(v.at, v.len);
	return v.at ? rd_u16(&r) : -1;
}

/* An option of the reply as text; "" without. */
static inline const char *
got_text(uint16_t code)
{
	static char text[1100];
	struct dhcp6_bytes v = dhcp6_find(got.options, code);

	snprintf(text, sizeof(text), "%.*s", (int)v.len, v.at ? (const char *)v.at : "");
	return text;
}

#endif
