/*
 * What the tests of dhcpd-pxe share: rules from text, golden packets from
 * tests/data, an interface, a request.
 */
#ifndef SCENE_H
#define SCENE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "num.h"
#include "packets.h"
#include "../../../dhcpd-pxe/server.h"

#define IP(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

static struct rules rules;
static struct hosts hosts;
static struct leases leases;
static struct uuids uuids;
static struct loops loops;
static struct declines declines;
static struct shares shares;
static struct server server;
static struct netif eth = {
	.name = "eth0", .index = 2, .ethernet = true, .up = true, .addr = { { IP(10, 77, 0, 1), 24 } }, .addrs = 1
};
static struct request request;
static struct client client;
static struct answer answer;
static const uint32_t own_addr = IP(10, 77, 0, 1);

/* Reads rules that must be good; what is wrong with them is printed. */
static inline int
scene_rules(const char *text)
{
	struct diag f = { 0 };
	int errors;

	hosts_free(&hosts);
	leases_free(&leases);
	rules_free(&rules);
	rules_read(&rules, "rules", text, strlen(text), &f);
	rules_finish(&rules, &f);
	for (size_t i = 0; i < f.n; i++)
		if (!f.line[i].warning)
			printf("# %s\n", f.line[i].text);
	errors = (int)f.errors;
	diag_free(&f);
	hosts_add_rules(&hosts, &rules);
	leases_bind(&leases, &rules, 0);
	server = (struct server){ { &rules, &hosts, &leases, &own_addr, 1 }, &uuids, &loops, &declines, &shares };
	return errors;
}

static inline void
scene_end(void)
{
	hosts_free(&hosts);
	leases_free(&leases);
	rules_free(&rules);
}

/* The packet of a file as a request to port 67 by broadcast. */
static inline void
scene_request(const char *name)
{
	uint8_t bytes[2048];
	size_t n = packet_bytes(name, bytes, sizeof(bytes));

	memset(&request, 0, sizeof(request));
	if (dhcp_parse(bytes, n, &request.msg) != DHCP_OK)
		printf("# %s does not parse\n", name);
	request.len = n;
	request.iface = &eth;
	request.dport = 67;
	request.sport = 68;
	request.dst = 0xffffffff;
}

/* A request made of options: {code, len, bytes...}..., 0. */
static inline void
scene_make(enum dhcp_type type, const uint8_t mac[6], const uint8_t *options, size_t len)
{
	uint8_t bytes[1024];
	struct wr w = wr_open(bytes, sizeof(bytes));
	struct dhcp_msg m = { .op = BOOTREQUEST, .htype = 1, .hlen = 6, .xid = 7 };

	memcpy(m.chaddr, mac, 6);
	dhcp_begin(&w, &m);
	if (type)
		dhcp_put_u8(&w, DHCP_MESSAGE_TYPE, (uint8_t)type);
	wr_bytes(&w, options, len);
	dhcp_end(&w);
	memset(&request, 0, sizeof(request));
	if (dhcp_parse(bytes, wr_len(&w), &request.msg) != DHCP_OK)
		printf("# the request does not parse\n");
	request.len = wr_len(&w);
	request.iface = &eth;
	request.dport = 67;
	request.sport = 68;
	request.dst = 0xffffffff;
}

static inline enum server_result
scene_ask(int64_t now)
{
	client_read(&request.msg, &client);
	return server_answer(&server, &request, &client, now, &answer);
}

#endif
