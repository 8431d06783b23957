#include "dhcp_check.h"

#include <stdio.h>
#include <string.h>

#include "num.h"
#include "pxe.h"

/* Compares each offer with the first of its kind: a server's that leases, or a proxy's. */
static void
check_disagreement(const struct persona *p, const struct offer *o, size_t n, struct findings *f)
{
	char who[NUM_IP4_TEXT], other[NUM_IP4_TEXT];
	struct boot a, b;

	for (size_t i = 1; i < n; i++) {
		const struct offer *one = o, *two = &o[i];
		char late[48] = "";
		bool same;

		while (offer_leases(one) != offer_leases(two))
			one++;
		if (one == two)
			continue;
		offer_boot(p, &one->msg, &a);
		offer_boot(p, &two->msg, &b);
		/* Two that lease and agree on the file still hand out two pools of addresses;
		 * two proxies that agree are one and its stand-in. */
		same = strcmp(a.name, b.name) == 0;
		if (same && (!offer_leases(one) || (a.server == b.server && offer_server(one) == offer_server(two))))
			continue;
		if (two->late)
			snprintf(late, sizeof(late), ", %u ms after the request", (unsigned)two->ms);
		if (same) {
			finding_add(f, FAULT_SERVERS_DISAGREE, "%s and %s both lease addresses%s",
			    num_ip4_text(offer_server(one), who), num_ip4_text(offer_server(two), other), late);
			continue;
		}
		finding_add(f, FAULT_SERVERS_DISAGREE, "%s says \"%.100s\", %s says \"%.100s\"%s",
		    num_ip4_text(offer_server(one), who), a.name, num_ip4_text(offer_server(two), other), b.name, late);
	}
}

/* The end of the options, 255, overwritten by EDK2 does no harm; ROMs that read on take it for
 * a part of the name (netbootxyz/netboot.xyz#1198). */
static void
check_file67(const struct persona *p, const struct offer *o, struct findings *f)
{
	char from[NUM_IP4_TEXT];
	struct boot b;

	if (p->rule == RULE_EDK2_PXE && o->file67 == OFFER_67_BEFORE_OPTION)
		finding_add(f, FAULT_FILE67_UNTERMINATED, "offer of %s", num_ip4_text(o->source, from));
	if (p->rule == RULE_ROM && o->file67 != OFFER_67_ENDED && offer_boot(p, &o->msg, &b) &&
	    strcmp(b.name_from, "67") == 0)
		finding_add(f, FAULT_FILE67_UNTERMINATED,
		    "offer of %s; the header's file field is empty, and old ROMs ask for the name with %s behind it",
		    num_ip4_text(o->source, from),
		    o->file67 == OFFER_67_BEFORE_END ? "the byte 0xff" : "the next option");
}

static void
check_one(const struct persona *p, const struct offer *o, struct findings *f)
{
	char from[NUM_IP4_TEXT], id[NUM_IP4_TEXT];
	uint32_t server = o->source;

	num_ip4_text(o->source, from);
	if (o->msg.overload)
		finding_add(f, FAULT_OVERLOAD, "offer of %s", from);
	dhcp_get_addr(&o->msg, DHCP_SERVER_ID, &server);
	if (server != o->source && !o->msg.giaddr)
		finding_warn(f, FAULT_WRONG_SOURCE, "the offer of server %s (option 54) was sent by %s",
		    num_ip4_text(server, id), from);
	check_file67(p, o, f);
	if (p->rule == RULE_EDK2_PXE && offer_kind(o) == OFFER_PROXY_PXE10)
		finding_warn(f, FAULT_OPTION43_TO_UEFI, "proxy %s", from);
}

/* Such a client asks again until somebody answers, however late. */
static bool
takes_the_first(const struct persona *p)
{
	return p->rule == RULE_PLAIN || p->rule == RULE_ADDRESS;
}

void
dhcp_check_offers(const struct persona *p, const struct offer *o, size_t n, const struct choice *c, struct findings *f)
{
	/* Added first, before the same as a warning. */
	if (c->boot == OFFER_NOBODY && p->rule == RULE_EDK2_PXE)
		for (size_t i = 0; i < n; i++)
			if (offer_kind(&o[i]) == OFFER_PROXY_PXE10 || offer_is_local_boot(&o[i])) {
				char from[NUM_IP4_TEXT];

				finding_add(f, FAULT_OPTION43_TO_UEFI,
				    offer_leases(&o[i]) ? "server %s; it has no menu, and 43.6 is not 8" : "proxy %s",
				    num_ip4_text(o[i].source, from));
				break;
			}
	for (size_t i = 0; i < n; i++) {
		check_one(p, &o[i], f);
		if ((int)i == c->lease && o[i].ms > p->gather_ms && !takes_the_first(p))
			finding_add(f, FAULT_TOO_SLOW, "%u ms after the request", (unsigned)o[i].ms);
	}
	check_disagreement(p, o, n, f);
}

void
dhcp_check_late(const struct persona *p, const struct offer *o, size_t n, const struct choice *c, struct findings *f)
{
	char from[NUM_IP4_TEXT];
	const struct offer *better;
	struct choice patient;
	size_t heard = n;

	while (heard > 0 && o[heard - 1].late && o[heard - 1].ms > p->gather_ms)
		heard--;
	check_disagreement(p, o, n, f);
	/* A firmware that waits as long as it may could choose otherwise. */
	if (offer_choose(p, o, heard, &patient) == FAULT_NONE && patient.boot != c->boot) {
		better = &o[patient.boot];
		finding_add(f, FAULT_SERVERS_DISAGREE,
		    "%s answers %u ms after the request; a machine that waits for it, up to %u ms, boots what it says",
		    num_ip4_text(better->source, from), (unsigned)better->ms, p->gather_ms);
	}
	for (size_t i = 0; i < n; i++) {
		if (o[i].late)
			check_one(p, &o[i], f);
		if (i >= heard && !offer_leases(&o[i]) && !takes_the_first(p))
			finding_add(f, FAULT_TOO_SLOW,
			    "the proxy %s answers %u ms after the request; this client chooses after %u ms",
			    num_ip4_text(o[i].source, from), (unsigned)o[i].ms, p->gather_ms);
	}
}

void
dhcp_check_unfit(const struct persona *p, const struct offer *o, size_t n, enum fault fault, struct findings *f)
{
	char server[NUM_IP4_TEXT], class[PERSONA_CLASS] = "";
	const char *where;
	struct boot b;

	if (fault == FAULT_NO_ANSWER && n > 0) {
		finding_add(f, FAULT_NO_ANSWER, "only a proxy answered (%s); nobody gives out addresses",
		    num_ip4_text(o[0].source, server));
		return;
	}
	for (size_t i = 0; i < n && fault == FAULT_NO_BOOT_INFO; i++) {
		const struct dhcp_msg *m = &o[i].msg;

		num_ip4_text(offer_server(&o[i]), server);
		/* A boot file's name where this persona does not look. */
		where = NULL;
		if (p->name_rule == NAME_FILE_ONLY && dhcp_has(m, DHCP_BOOT_FILE) && !m->file[0])
			where = "it is in option 67 alone; this client reads the header's file field";
		else if ((m->overload & 1) && m->file[0])
			where = "option 52 has turned the header's file field into options";
		if (where) {
			finding_add(f, FAULT_FILE_MISSING, "server %s: %s", server, where);
			return;
		}
		if (p->rule == RULE_PI) {
			finding_add(
			    f, FAULT_NO_BOOT_INFO, "server %s: option 43 does not say \"Raspberry Pi Boot\"", server);
			return;
		}
		if (p->rule == RULE_EDK2_HTTP && offer_boot(p, m, &b)) {
			finding_add(f, FAULT_NO_BOOT_INFO,
			    "server %s names \"%s\", but HTTP Boot needs option 60 HTTPClient and a whole URI in option 67",
			    server, b.name);
			return;
		}
	}
	if (n > 0)
		finding_add(f, fault, "server %s%s%s%s", num_ip4_text(offer_server(&o[0]), server),
		    persona_class(p, class) ? ", asked as " : "", class, p->ipxe ? ", iPXE" : "");
	else
		finding_add(f, fault, "%s", "");
}

void
dhcp_check_boot(const struct persona *p, const struct dhcp_msg *m, const struct boot *b, struct findings *f)
{
	bool in67 = dhcp_has(m, DHCP_BOOT_FILE);
	char root[OFFER_ROOT_PATH];
	bool uri = strstr(b->name, "://") != NULL;

	if (p->rule == RULE_PI) {
		if (b->server == 0)
			finding_add(f, FAULT_SIADDR_ZERO, "no option 66 with an address either");
		return;
	}
	if (!b->name[0] && offer_root_path(p, m, root))
		return;
	if (!b->name[0] && p->rule == RULE_ADDRESS) {
		if (b->server == 0)
			finding_add(f, FAULT_SIADDR_ZERO, "nothing else names a TFTP server");
		return;
	}
	if (!b->name[0]) {
		finding_add(f, FAULT_FILE_MISSING, "%s",
		    in67 ? "it is in option 67 alone" : "the reply that counts names no file");
		return;
	}
	for (const char *s = b->name; *s; s++)
		if ((unsigned char)*s < 32 || (unsigned char)*s == 255) {
			finding_fatal(f, FAULT_FILE67_UNTERMINATED, "the name read from %s has a byte 0x%02x in it",
			    b->name_from, (unsigned char)*s);
			break;
		}
	if (uri && !p->http && strncmp(b->name, "tftp://", 7) != 0)
		finding_add(f, FAULT_URI_UNFIT, "\"%s\"", b->name);
	if (!uri && p->rule == RULE_EDK2_HTTP)
		finding_add(f, FAULT_URI_UNFIT, "\"%s\" is not a URI", b->name);
	if (uri || b->server == 0) {
		if (!uri)
			finding_add(f, FAULT_SIADDR_ZERO, "file \"%s\"", b->name);
	} else if (strcmp(b->server_from, "siaddr") != 0 && !m->siaddr) {
		finding_warn(f, FAULT_SIADDR_ZERO, "this client takes option %s instead; shim, GRUB and iPXE do not",
		    b->server_from);
	}
}

void
dhcp_check_lease(const struct dhcp_msg *ack, uint32_t server, struct findings *f)
{
	char a[NUM_IP4_TEXT], b[NUM_IP4_TEXT], c[NUM_IP4_TEXT];
	uint32_t mask, router = 0, addr = ack->yiaddr;

	num_ip4_text(addr, a);
	/* Not ones followed by zeros. */
	if (!dhcp_get_u32(ack, DHCP_NETMASK, &mask) || mask == 0 || (~mask & (~mask + 1)) != 0) {
		if (ack->type == DHCP_BOOTP && !dhcp_has(ack, DHCP_NETMASK))
			return;
		if (dhcp_get_u32(ack, DHCP_NETMASK, &mask))
			finding_add(f, FAULT_BAD_NETMASK, "%s", num_ip4_text(mask, b));
		else
			finding_add(f, FAULT_BAD_NETMASK, "there is none");
		return;
	}
	num_ip4_text(mask, b);
	if (mask < 0xfffffffe && ((addr & ~mask) == 0 || (addr & ~mask) == ~mask))
		finding_add(f, FAULT_ADDRESS_OUTSIDE, "%s is not a host address with netmask %s", a, b);
	dhcp_get_addr(ack, DHCP_ROUTER, &router);
	if (router && (router & mask) != (addr & mask)) {
		finding_add(
		    f, FAULT_ROUTER_OUTSIDE, "address %s, netmask %s, router %s", a, b, num_ip4_text(router, c));
		router = 0;
	}
	if (server && !router && (server & mask) != (addr & mask))
		finding_add(
		    f, FAULT_ADDRESS_OUTSIDE, "address %s, netmask %s, boot server %s", a, b, num_ip4_text(server, c));
}
