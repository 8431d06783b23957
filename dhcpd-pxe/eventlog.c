#include "eventlog.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "options.h"
#include "server.h"

#define PER_SECOND 5 /* lines of one kind about clients that misbehave */

static void
put_addr(struct event *l, const char *key, uint32_t addr)
{
	char text[NUM_IP4_TEXT];

	event_put(l, key, num_ip4_text(addr, text));
}

/* ---- who, and how often ------------------------------------------------ */

/* The MAC address, or what stands in for it. */
static const char *
who(const struct client *c)
{
	return c->has_mac ? c->mac_text : c->uuid_text[0] ? c->uuid_text : "unknown";
}

/* A client that asks without end must not fill the disk. */
static bool
may_log(struct eventlog *e, const struct client *c)
{
	const char *name = who(c);

	return loggate_passes(&e->gate, name, strlen(name), clock_ms());
}

static const char *
iface_name(const struct answer *a, char out[64])
{
	char relay[NUM_IP4_TEXT];

	if (a->request->msg.giaddr)
		snprintf(out, 64, "%s, relay %s", a->request->iface->name, num_ip4_text(a->request->msg.giaddr, relay));
	else
		snprintf(out, 64, "%s", a->request->iface->name);
	return out;
}

static void
eventlog_boot(struct eventlog *e, const struct answer *a, bool say)
{
	static const char *const way[] = {
		[ANSWER_SERVER] = "server", [ANSWER_PROXY] = "proxy", [ANSWER_BINL] = "4011"
	};
	const struct client *c = a->client;
	struct event l;
	char where[300];

	event_begin(&l, "boot");
	event_put(&l, "mac", who(c));
	event_put(&l, "arch", client_arch(c));
	event_put(&l, "client", pxe_client_name(c->pxe.client));
	if (a->boot.rule) {
		snprintf(where, sizeof(where), "%.250s:%u", a->boot.rule->where.file, a->boot.rule->where.line);
		event_put(&l, "rule", where);
		event_quote(&l, "file", a->boot.file);
	} else {
		event_put(&l, "menu", "yes");
	}
	/* an INFORM to a proxy comes to port 67, and gets the answer of port 4011 */
	event_put(
	    &l, "via", way[a->way == ANSWER_BINL && a->request->dport == DHCP_PORT_SERVER ? ANSWER_PROXY : a->way]);
	if (a->boot.rule && a->boot.server_name)
		event_put(&l, "server", a->boot.server_name);
	else if (a->boot.rule)
		put_addr(&l, "server", a->boot.server);
	if (say)
		log_info("%s", l.text);
	events_put(&e->events, l.text);
}

static void
eventlog_lease(struct eventlog *e, const struct answer *a)
{
	struct event l;
	const char *name = hosts_name(&a->client->found);

	event_begin(&l, "lease");
	event_put(&l, "mac", who(a->client));
	put_addr(&l, "ip", a->yiaddr);
	name = name ? name : a->client->name;
	if (*name)
		event_put(&l, "name", name);
	event_put_num(&l, "expires", (uint64_t)a->expiry);
	event_put(&l, "arch", client_arch(a->client));
	event_put(&l, "client", pxe_client_name(a->client->pxe.client));
	event_put(&l, "interface", a->request->iface->name);
	events_put(&e->events, l.text);
}

static void
log_no_boot(struct eventlog *e, const struct answer *a)
{
	const struct client *c = a->client;
	const struct rule *refused = a->boot.refused ? a->boot.refused : a->boot.too_long;

	/* a disk on the network (iSCSI) is booted without a file */
	if (a->boot.rule || a->boot.menu || (a->way == ANSWER_SERVER && options_has(a, DHCP_ROOT_PATH)) ||
	    c->pxe.client == PXE_CLIENT_OTHER || c->pxe.client == PXE_CLIENT_BOOTP ||
	    !log_allow(&e->refused, clock_ms(), PER_SECOND, NULL))
		return;
	if (refused)
		log_warn("%s no boot file: %s:%u %s", who(c), refused->where.file, refused->where.line,
		    a->boot.refused ?
		        "sent it iPXE, and the same iPXE asks again: a loop (a line with client=ipxe says what "
		        "iPXE boots, the word `chain' sends this again)" :
		        "gives a name longer than 254 bytes");
	else
		log_info("%s no boot file: no boot line fits arch=%s client=%s", who(c), client_arch(c),
		    pxe_client_name(c->pxe.client));
}

static void
log_answer(const struct answer *a)
{
	char addr[NUM_IP4_TEXT], iface[64];
	const char *verb = a->type == DHCP_OFFER ? "offer" :
	    a->type == DHCP_NAK                  ? "nak" :
	    a->type == DHCP_BOOTP                ? "bootp" :
	                                           "ack";

	if (a->type == DHCP_NAK)
		log_info("%s nak on %s: %s", who(a->client), iface_name(a, iface), a->message);
	else if (a->way == ANSWER_SERVER && a->lease_s)
		log_info("%s %s %s on %s lease=%us", who(a->client), verb, num_ip4_text(a->yiaddr, addr),
		    iface_name(a, iface), a->lease_s);
	else if (a->way == ANSWER_SERVER)
		log_info("%s %s %s on %s", who(a->client), verb,
		    num_ip4_text(a->yiaddr         ? a->yiaddr :
		            a->request->msg.ciaddr ? a->request->msg.ciaddr :
		                                     a->request->src,
		        addr),
		    iface_name(a, iface));
	else if (!answer_boots(a))
		log_info("%s offer to boot on %s, it asks on port 4011 next", who(a->client), iface_name(a, iface));
}

/* The event of a client that gets no address, or loses it. */
static void
eventlog_why(struct eventlog *e, const char *word, const struct answer *a, const char *why)
{
	struct event l;
	uint32_t addr = a->request->msg.ciaddr;

	if (!events_wanted(&e->events))
		return;
	dhcp_get_addr(&a->request->msg, DHCP_REQUESTED_ADDR, &addr);
	event_begin(&l, word);
	event_put(&l, "mac", who(a->client));
	if (addr)
		put_addr(&l, "ip", addr);
	event_put(&l, "why", why);
	event_put(&l, "interface", a->request->iface->name);
	events_put(&e->events, l.text);
}

void
eventlog_answer(struct eventlog *e, const struct answer *a)
{
	bool say = may_log(e, a->client);

	if (say)
		log_answer(a);
	if (a->type == DHCP_NAK)
		eventlog_why(e, "nak", a, a->message);
	if (a->commit && events_wanted(&e->events))
		eventlog_lease(e, a);
	if (a->type != DHCP_NAK && answer_boots(a)) {
		if ((a->boot.rule || a->boot.menu) && (say || events_wanted(&e->events)))
			eventlog_boot(e, a, say);
		log_no_boot(e, a);
	}
}

static void
eventlog_gone(struct eventlog *e, const char *word, const struct answer *a)
{
	struct event l;
	char addr[NUM_IP4_TEXT], iface[64], rest[40] = "";

	event_begin(&l, word);
	event_put(&l, "mac", who(a->client));
	put_addr(&l, "ip", a->yiaddr);
	if (*a->client->name)
		event_put(&l, "name", a->client->name);
	event_put(&l, "interface", a->request->iface->name);
	events_put(&e->events, l.text);
	if (a->resting)
		snprintf(rest, sizeof(rest), "; %zu rest now", a->resting);
	if (may_log(e, a->client))
		log_info("%s %s %s on %s%s", who(a->client), word, num_ip4_text(a->yiaddr, addr), iface_name(a, iface),
		    rest);
}

void
eventlog_result(struct eventlog *e, enum server_result r, const struct answer *a)
{
	const char *type = dhcp_type_name(a->request->msg.type);
	const struct rule *rule = a->boot.refused;
	char iface[64], mac[NUM_MAC_TEXT];

	switch (r) {
	case SERVER_RELEASED:
		eventlog_gone(e, "release", a);
		break;
	case SERVER_DECLINED:
		eventlog_gone(e, "decline", a);
		break;
	case SERVER_DENIED:
		if (log_allow(&e->quiet, clock_ms(), PER_SECOND, NULL))
			log_info("%s %s denied by %s:%u", who(a->client), type, rule->where.file, rule->where.line);
		break;
	case SERVER_BAD_MAC:
		num_mac_text(a->request->msg.chaddr, ':', mac);
		eventlog_malformed(e, mac, a->request->iface->name, server_result_text(r));
		break;
	case SERVER_NO_BOOT:
		log_no_boot(e, a);
		break;
	case SERVER_NO_ADDRESS:
	case SERVER_ALL_REST:
	case SERVER_HOST_RESTS:
	case SERVER_HOST_ELSEWHERE:
	case SERVER_NO_RANGE:
	case SERVER_NO_HOST:
	case SERVER_NO_ROOM:
	case SERVER_FULL:
	case SERVER_FLOOD:
	case SERVER_NO_MEMORY:
		if (!log_allow(&e->full, clock_ms(), PER_SECOND, NULL))
			break;
		log_warn(
		    "%s %s on %s not answered: %s", who(a->client), type, iface_name(a, iface), server_result_text(r));
		eventlog_why(e, "full", a, server_result_text(r));
		break;
	default:
		if (log_verbose() && log_allow(&e->quiet, clock_ms(), 50, NULL))
			log_debug("%s %s on %s not answered: %s", who(a->client), type, iface_name(a, iface),
			    server_result_text(r));
		break;
	}
}

void
eventlog_unfit(struct eventlog *e, const struct answer *a, unsigned left_out)
{
	if (log_allow_minute(&e->unfit, clock_ms()))
		log_warn("%s: %u option%s did not fit into its reply, whose size its option 57 limits; "
		         "logged once a minute",
		    who(a->client), left_out, left_out == 1 ? "" : "s");
}

void
eventlog_in_use(struct eventlog *e, uint32_t addr, const uint8_t mac[6], int64_t declined_s, size_t resting)
{
	char addr_text[NUM_IP4_TEXT], mac_text[NUM_MAC_TEXT];

	if (log_allow(&e->in_use, clock_ms(), PER_SECOND, NULL))
		log_warn("%s is used by %s, which did not get it here (it answered ARP); it is not handed out for "
		         "%llds; %zu rest now",
		    num_ip4_text(addr, addr_text), num_mac_text(mac, ':', mac_text), (long long)declined_s, resting);
}

void
eventlog_arp_proxy(struct eventlog *e, const char *iface, const uint8_t mac[6], size_t freed)
{
	char mac_text[NUM_MAC_TEXT];

	if (log_allow(&e->in_use, clock_ms(), PER_SECOND, NULL))
		log_warn(
		    "%s on %s answers ARP for every address (proxy ARP): it is not believed for an hour, and the %zu "
		    "addresses that rested because of it are free; turn proxy ARP off there, or say probe=off",
		    num_mac_text(mac, ':', mac_text), iface, freed);
}

void
eventlog_rogue(struct eventlog *e, const struct eventlog_rogue *o)
{
	struct event l;
	char addr[NUM_IP4_TEXT];

	e->others++;
	event_begin(&l, "server");
	put_addr(&l, "addr", o->addr);
	event_put(&l, "interface", o->iface);
	event_put(&l, "mac", o->client);
	event_put(&l, "why", o->what);
	events_put(&e->events, l.text);
	if (log_allow(&e->rogue, clock_ms(), PER_SECOND, NULL))
		log_warn("another server, %s, answers the clients of %s (%s): it %s; logged once an hour",
		    num_ip4_text(o->addr, addr), o->iface, o->client, o->what);
}

void
eventlog_malformed(struct eventlog *e, const char *from, const char *iface, const char *why)
{
	char more[32] = "";
	unsigned missed;

	if (!log_allow(&e->bad, clock_ms(), PER_SECOND, &missed))
		return;
	if (missed)
		snprintf(more, sizeof(more), " (and %u more)", missed);
	log_warn("%s on %s sent a message that is dropped: %s%s", from, iface, why, more);
}

void
eventlog_unsent(struct eventlog *e, size_t lost, size_t of)
{
	if (log_allow(&e->unsent, clock_ms(), 5, NULL))
		log_warn("%zu of %zu replies could not be sent: %s", lost, of, strerror(errno));
}

void
eventlog_close(struct eventlog *e)
{
	loggate_close(&e->gate);
	events_close(&e->events);
}
