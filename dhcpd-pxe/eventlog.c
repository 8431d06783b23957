#include "eventlog.h"

#include <stdio.h>
#include <string.h>

#include "facts.h"
#include "table.h"

#define LINE 1024       /* below PIPE_BUF: events are written whole */
#define PER_SECOND 5    /* lines of one kind about clients that misbehave */
#define PER_CLIENT 4    /* answers to one client that are logged a second */
#define ALL_CLIENTS 100 /* and to all of them */

struct line {
	char text[LINE];
	size_t len;
};

static void
put(struct line *l, const char *key, const char *value)
{
	char quoted[400];

	facts_quote(value, strlen(value), quoted, sizeof(quoted));
	l->len += (size_t)snprintf(l->text + l->len, sizeof(l->text) - l->len, " %s=%s", key, quoted);
	if (l->len >= sizeof(l->text))
		l->len = sizeof(l->text) - 1;
}

static void
put_addr(struct line *l, const char *key, uint32_t addr)
{
	char text[NUM_IP4_TEXT];

	put(l, key, num_ip4_text(addr, text));
}

static void
put_number(struct line *l, const char *key, long long n)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", n);
	put(l, key, text);
}

static struct line
begin(const char *word)
{
	struct line l = { .len = strlen(word) };

	snprintf(l.text, sizeof(l.text), "%s", word);
	return l;
}

static void
put_rule(struct line *l, const struct rule *rule)
{
	char where[300];

	if (!rule)
		return;
	snprintf(where, sizeof(where), "%.250s:%u", rule->where.file, rule->where.line);
	put(l, "rule", where);
}

/* The MAC address, or what stands in for it. */
static const char *
who(const struct client *c)
{
	return c->has_mac ? c->mac_text : c->uuid_text[0] ? c->uuid_text : "unknown";
}

/* A client that asks without end must not fill the disk. */
static bool
may_say(struct eventlog *n, const struct client *c)
{
	const char *name = who(c);
	struct log_limit *own = &n->client[table_hash(0, name, strlen(name)) % EVENTLOG_CLIENTS];
	unsigned missed;

	if (log_verbose())
		return true;
	if (!log_allow(own, n->now_ms, PER_CLIENT, &missed) || !log_allow(&n->all, n->now_ms, ALL_CLIENTS, &missed)) {
		n->left_out++;
		return false;
	}
	if (n->left_out > 0 && log_allow(&n->told, n->now_ms, 1, &missed)) {
		log_warn("%u answers were not logged, there are too many (-v logs all)", n->left_out);
		n->left_out = 0;
	}
	return true;
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

/* The answer from which the client boots; an offer is only on the way there. */
static bool
is_boot_answer(const struct answer *a)
{
	return a->type != DHCP_OFFER ||
	    (a->way == ANSWER_PROXY && (!client_is_efi(a->client) || a->client->pxe.client != PXE_CLIENT_PXE));
}

static void
eventlog_boot(struct eventlog *n, const struct answer *a, bool say)
{
	static const char *const way[] = {
		[ANSWER_SERVER] = "server", [ANSWER_PROXY] = "proxy", [ANSWER_BINL] = "4011"
	};
	const struct client *c = a->client;
	struct line l = begin("boot");
	char quoted[2 * BOOT_FILE];

	put(&l, "mac", who(c));
	put(&l, "arch", client_arch(c));
	put(&l, "client", pxe_client_name(c->pxe.client));
	put_rule(&l, a->boot.rule);
	if (a->boot.rule) {
		facts_quote_always(a->boot.file, strlen(a->boot.file), quoted, sizeof(quoted));
		l.len += (size_t)snprintf(l.text + l.len, sizeof(l.text) - l.len, " file=%s", quoted);
	} else {
		put(&l, "menu", "yes");
	}
	/* an INFORM to a proxy comes to port 67, and gets the answer of port 4011 */
	put(&l, "via", way[a->way == ANSWER_BINL && a->request->dport == DHCP_PORT_SERVER ? ANSWER_PROXY : a->way]);
	if (a->boot.rule)
		put_addr(&l, "server", a->boot.server);
	if (say)
		log_info("%s", l.text);
	events_put(&n->events, l.text);
}

static void
eventlog_lease(struct eventlog *n, const struct answer *a)
{
	struct line l = begin("lease");
	const char *name = client_host_name(a->client);

	put(&l, "mac", who(a->client));
	put_addr(&l, "ip", a->yiaddr);
	name = name ? name : a->client->name;
	if (*name)
		put(&l, "name", name);
	put_number(&l, "expires", (long long)a->expiry);
	put(&l, "arch", client_arch(a->client));
	put(&l, "client", pxe_client_name(a->client->pxe.client));
	put(&l, "interface", a->request->iface->name);
	events_put(&n->events, l.text);
}

static void
say_no_boot(struct eventlog *n, const struct answer *a)
{
	const struct client *c = a->client;
	const struct rule *refused = a->boot.refused ? a->boot.refused : a->boot.too_long;
	unsigned missed;

	if (a->boot.rule || a->boot.menu || c->pxe.client == PXE_CLIENT_OTHER || c->pxe.client == PXE_CLIENT_BOOTP ||
	    !log_allow(&n->refused, n->now_ms, PER_SECOND, &missed))
		return;
	if (refused)
		log_warn("%s no boot file: %s:%u %s", who(c), refused->where.file, refused->where.line,
		    a->boot.refused ? "would send iPXE to iPXE" : "gives a name longer than 254 bytes");
	else
		log_info("%s no boot file: no boot line fits arch=%s client=%s", who(c), client_arch(c),
		    pxe_client_name(c->pxe.client));
}

static void
say_answer(const struct answer *a)
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
	else if (!is_boot_answer(a))
		log_info("%s offer to boot on %s, it asks on port 4011 next", who(a->client), iface_name(a, iface));
}

void
eventlog_answer(struct eventlog *n, const struct answer *a)
{
	bool say = may_say(n, a->client);

	if (say)
		say_answer(a);
	if (a->commit && events_wanted(&n->events))
		eventlog_lease(n, a);
	if (a->type != DHCP_NAK && is_boot_answer(a)) {
		if ((a->boot.rule || a->boot.menu) && (say || events_wanted(&n->events)))
			eventlog_boot(n, a, say);
		say_no_boot(n, a);
	}
}

static void
eventlog_gone(struct eventlog *n, const char *word, const struct answer *a)
{
	struct line l = begin(word);
	char addr[NUM_IP4_TEXT], iface[64];

	put(&l, "mac", who(a->client));
	put_addr(&l, "ip", a->yiaddr);
	put(&l, "interface", a->request->iface->name);
	events_put(&n->events, l.text);
	if (may_say(n, a->client))
		log_info("%s %s %s on %s", who(a->client), word, num_ip4_text(a->yiaddr, addr), iface_name(a, iface));
}

void
eventlog_result(struct eventlog *n, enum server_result r, const struct answer *a)
{
	const char *type = dhcp_type_name(a->request->msg.type);
	const struct rule *rule = a->boot.refused;
	char iface[64], mac[NUM_MAC_TEXT];
	unsigned missed;

	switch (r) {
	case SERVER_RELEASED:
		eventlog_gone(n, "release", a);
		break;
	case SERVER_DECLINED:
		eventlog_gone(n, "decline", a);
		break;
	case SERVER_DENIED:
		if (log_allow(&n->quiet, n->now_ms, PER_SECOND, &missed))
			log_info("%s %s denied by %s:%u", who(a->client), type, rule->where.file, rule->where.line);
		break;
	case SERVER_BAD_MAC:
		num_mac_text(a->request->msg.chaddr, ':', mac);
		eventlog_malformed(n, mac, a->request->iface->name, server_result_text(r));
		break;
	case SERVER_NO_BOOT:
		say_no_boot(n, a);
		break;
	case SERVER_NO_ADDRESS:
	case SERVER_NO_HOST:
	case SERVER_NO_ROOM:
	case SERVER_FULL:
	case SERVER_FLOOD:
	case SERVER_NO_MEMORY:
		if (log_allow(&n->full, n->now_ms, PER_SECOND, &missed))
			log_warn("%s %s on %s not answered: %s", who(a->client), type, iface_name(a, iface),
			    server_result_text(r));
		break;
	default:
		if (log_verbose() && log_allow(&n->quiet, n->now_ms, 50, &missed))
			log_debug("%s %s on %s not answered: %s", who(a->client), type, iface_name(a, iface),
			    server_result_text(r));
		break;
	}
}

void
eventlog_unfit(struct eventlog *n, const struct answer *a, unsigned left_out)
{
	unsigned missed;

	if (log_allow(&n->unfit, n->now_ms / 60, 1, &missed))
		log_warn("%s: %u option%s had no room in its reply, which may be as long as its option 57 says; "
		         "this is said once a minute",
		    who(a->client), left_out, left_out == 1 ? "" : "s");
}

void
eventlog_in_use(struct eventlog *n, uint32_t addr, const uint8_t mac[6], int64_t rest_s)
{
	char addr_text[NUM_IP4_TEXT], mac_text[NUM_MAC_TEXT];
	unsigned missed;

	if (log_allow(&n->in_use, n->now_ms, PER_SECOND, &missed))
		log_warn("%s is used by %s, which did not get it here (it answered ARP); it is not handed out for "
		         "%llds",
		    num_ip4_text(addr, addr_text), num_mac_text(mac, ':', mac_text), (long long)rest_s);
}

void
eventlog_rogue(struct eventlog *n, const struct eventlog_rogue *o)
{
	char addr[NUM_IP4_TEXT];
	unsigned missed;

	if (log_allow(&n->other, n->now_ms, PER_SECOND, &missed))
		log_warn("another server, %s, answers the clients of %s (%s): it %s; this is said once an hour",
		    num_ip4_text(o->addr, addr), o->iface, o->client, o->what);
}

void
eventlog_diag(const struct diag *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->line[i].warning)
			log_warn("%s", f->line[i].text);
		else
			log_err("%s", f->line[i].text);
}

void
eventlog_malformed(struct eventlog *n, const char *from, const char *iface, const char *why)
{
	unsigned missed;

	if (!log_allow(&n->bad, n->now_ms, PER_SECOND, &missed))
		return;
	if (missed)
		log_warn("%s on %s sent a message that is dropped: %s (and %u more)", from, iface, why, missed);
	else
		log_warn("%s on %s sent a message that is dropped: %s", from, iface, why);
}
