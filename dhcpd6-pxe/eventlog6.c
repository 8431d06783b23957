#include "eventlog6.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "addr6.h"
#include "clock.h"

#define PER_SECOND 5 /* lines of one kind about clients that misbehave */
#define WHERE 120

/* ---- a line of facts --------------------------------------------------- */

static void
put_addr(struct event *l, const char *key, const struct in6_addr *addr)
{
	char text[INET6_ADDRSTRLEN];

	event_put(l, key, addr6_text(addr, text));
}

static void
put_duid(struct event *l, const struct client *c)
{
	char text[3 * DHCP6_DUID_MAX + 1] = "";

	for (size_t i = 0; i < c->key_len; i++)
		snprintf(text + 3 * i, 4, "%02x:", c->key[i]);
	if (c->key_len)
		text[3 * c->key_len - 1] = '\0';
	event_put(l, "duid", text);
}

/* "br0", "br0, relay fd00:77::1" */
static const char *
where(const struct answer *a, char out[WHERE])
{
	const struct dhcp6_msg *msg = &a->request->msg;
	char relay[INET6_ADDRSTRLEN];

	if (msg->relays)
		snprintf(out, WHERE, "%s, relay %s", a->request->iface->name, addr6_text(&a->request->src, relay));
	else
		snprintf(out, WHERE, "%s", a->request->iface->name);
	return out;
}

/* ---- answers ----------------------------------------------------------- */

static bool
eventlog6_may_log(struct eventlog *e, const struct client *c)
{
	return loggate_passes(&e->gate, c->key, c->key_len, clock_ms());
}

static void
eventlog6_boot(struct eventlog *e, const struct answer *a, bool say)
{
	const struct client *c = a->client;
	const struct rule *rule = a->boot.rule;
	char rule_text[300], number[16];
	struct event l;

	snprintf(rule_text, sizeof(rule_text), "%.250s:%u", rule->where.file, rule->where.line);
	event_begin(&l, "boot");
	event_put(&l, "mac", client6_who(c));
	event_put(&l, "arch", client6_arch(c, number));
	event_put(&l, "client", pxe_client_name(c->kind));
	event_put(&l, "rule", rule_text);
	event_put(&l, "file", a->boot.url);
	put_addr(&l, "server", &a->self);
	if (say)
		log_info("%s", l.text);
	events_put(&e->events, l.text);
}

static void
eventlog6_lease(struct eventlog *e, const struct answer *a, const struct answer_ia *ia)
{
	const char *name = server6_lease_name(a->client);
	char number[16];
	struct event l;

	event_begin(&l, "lease");
	event_put(&l, "mac", client6_who(a->client));
	put_addr(&l, "ip", &ia->addr);
	put_duid(&l, a->client);
	event_put_num(&l, "iaid", ia->iaid);
	if (*name)
		event_put(&l, "name", name);
	event_put_num(&l, "expires", (uint64_t)a->expiry);
	event_put(&l, "arch", client6_arch(a->client, number));
	event_put(&l, "client", pxe_client_name(a->client->kind));
	event_put(&l, "interface", a->request->iface->name);
	events_put(&e->events, l.text);
}

static void
eventlog_ends(struct eventlog *e, const struct answer *a)
{
	const char *word = a->request->msg.type == DHCP6_DECLINE ? "decline" : "release";

	for (size_t i = 0; i < a->ends; i++) {
		struct event l;

		event_begin(&l, word);
		event_put(&l, "mac", client6_who(a->client));
		put_addr(&l, "ip", &a->ended[i]);
		event_put(&l, "interface", a->request->iface->name);
		events_put(&e->events, l.text);
	}
}

static void
eventlog6_log_no_boot(struct eventlog *e, const struct answer *a)
{
	const struct client *c = a->client;
	const struct rule *refused = a->boot.refused ? a->boot.refused : a->boot.too_long;
	char number[16];

	if (a->boot.rule || !client6_is_booting(c) || !log_allow(&e->refused, clock_ms(), PER_SECOND, NULL))
		return;
	if (refused)
		log_warn("%s no boot file: %s:%u %s", client6_who(c), refused->where.file, refused->where.line,
		    a->boot.refused ?
		        "sent it iPXE, and the same iPXE asks again: a loop (a line with client=ipxe says what "
		        "iPXE boots, the word `chain' sends this again)" :
		        "gives a URL that is too long");
	else
		log_info("%s no boot file: no boot line fits arch=%s client=%s", client6_who(c),
		    client6_arch(c, number), pxe_client_name(c->kind));
}

static const char *
verb_of(const struct answer *a)
{
	switch (a->request->msg.type) {
	case DHCP6_SOLICIT:
		return a->rapid ? "rapid reply" : "advertise";
	case DHCP6_RELEASE:
		return "release";
	case DHCP6_DECLINE:
		return "decline";
	default:
		return "reply";
	}
}

static void
eventlog6_log_answer(const struct answer *a)
{
	const char *verb = verb_of(a);
	char addr[INET6_ADDRSTRLEN], on[WHERE];
	bool said = false;

	where(a, on);
	for (size_t i = 0; i < a->ias; i++) {
		const struct answer_ia *ia = &a->ia[i];

		said = true;
		if (ia->given)
			log_info("%s %s %s on %s lease=%us", client6_who(a->client), verb, addr6_text(&ia->addr, addr),
			    on, a->lease_s);
		else if (ia->code == DHCP6_IA_NA || log_verbose())
			log_info("%s %s on %s: %s", client6_who(a->client), verb, on,
			    ia->why ? ia->why : "its addresses are others'");
	}
	for (size_t i = 0; i < a->ends && a->message; i++) {
		said = true;
		log_info("%s %s %s on %s", client6_who(a->client), verb, addr6_text(&a->ended[i], addr), on);
	}
	if (!said)
		log_info("%s %s to %s on %s%s%s", client6_who(a->client), verb, dhcp6_type_name(a->request->msg.type),
		    on, a->message ? ": " : "", a->message ? a->message : "");
}

void
eventlog6_answer(struct eventlog *e, const struct answer *a)
{
	bool say = eventlog6_may_log(e, a->client);

	if (say)
		eventlog6_log_answer(a);
	for (size_t i = 0; i < a->ias && a->commit && events_wanted(&e->events); i++)
		if (a->ia[i].given)
			eventlog6_lease(e, a, &a->ia[i]);
	if (events_wanted(&e->events))
		eventlog_ends(e, a);
	if (!answer6_boots(a))
		return;
	if (a->boot.rule && client6_is_booting(a->client) && (say || events_wanted(&e->events)))
		eventlog6_boot(e, a, say);
	eventlog6_log_no_boot(e, a);
}

void
eventlog6_result(struct eventlog *e, enum server_result r, const struct answer *a)
{
	const char *who = client6_who(a->client), *type = dhcp6_type_name(a->request->msg.type);
	const struct rule *rule = a->boot.refused;
	char on[WHERE];
	struct event l;

	switch (r) {
	case SERVER_DENIED:
		if (log_allow(&e->quiet, clock_ms(), PER_SECOND, NULL))
			log_info("%s %s denied by %s:%u", who, type, rule->where.file, rule->where.line);
		break;
	case SERVER_NO_BOOT:
		eventlog6_log_no_boot(e, a);
		break;
	case SERVER_UNICAST:
	case SERVER_BAD_IDS:
		eventlog6_malformed(e, &a->request->src, a->request->iface->name, server6_result_text(r));
		break;
	case SERVER_NO_KEY:
	case SERVER_NO_ADDRESS:
	case SERVER_NO_ROOM:
	case SERVER_NO_MEMORY:
		if (!log_allow(&e->full, clock_ms(), PER_SECOND, NULL))
			break;
		log_warn("%s %s on %s not answered: %s", who, type, where(a, on), server6_result_text(r));
		event_begin(&l, "full");
		event_put(&l, "mac", who);
		event_put(&l, "why", server6_result_text(r));
		event_put(&l, "interface", a->request->iface->name);
		events_put(&e->events, l.text);
		break;
	default:
		if (log_verbose() && log_allow(&e->quiet, clock_ms(), 50, NULL))
			log_debug("%s %s on %s not answered: %s", who, type, where(a, on), server6_result_text(r));
		break;
	}
}

void
eventlog6_malformed(struct eventlog *e, const struct in6_addr *from, const char *iface, const char *why)
{
	char more[32] = "", addr[INET6_ADDRSTRLEN];
	unsigned missed;

	if (!log_allow(&e->bad, clock_ms(), PER_SECOND, &missed))
		return;
	if (missed)
		snprintf(more, sizeof(more), " (and %u more)", missed);
	log_warn("%s on %s sent a message that is dropped: %s%s", addr6_text(from, addr), iface, why, more);
}

void
eventlog6_unsent(struct eventlog *e, size_t lost, size_t of)
{
	if (log_allow(&e->unsent, clock_ms(), PER_SECOND, NULL))
		log_warn("%zu of %zu replies could not be sent: %s", lost, of, strerror(errno));
}

void
eventlog6_router(struct eventlog *e, const char *iface, const struct in6_addr *from, const char *what)
{
	char addr[INET6_ADDRSTRLEN];

	if (log_allow(&e->router, clock_ms(), PER_SECOND, NULL))
		log_info("router %s on %s: %s", from ? addr6_text(from, addr) : "(ours)", iface, what);
}

void
eventlog6_close(struct eventlog *e)
{
	loggate_close(&e->gate);
	events_close(&e->events);
}
