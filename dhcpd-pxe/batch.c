#include "batch.h"

#include <stdlib.h>
#include <string.h>

#include "pending.h"
#include "reply.h"

_Static_assert(REPLY_MAX <= NET_OUT_MAX, "a reply fits what is sent");

#define CHADDR_AT 28 /* in a message (RFC 2131, figure 1) */
#define LOOKS 4      /* at the socket, before the disk is waited for */

struct slot {
	const struct net_in *in;
	struct request request;
	struct client client;
	struct answer answer;
	enum server_result result;
	uint64_t known_ms; /* when the ARP probe of its address is over; 0: none */
};

struct batch {
	struct msgbatch *buf;
	struct net_in in[NET_BATCH];
	size_t received; /* of `in' */
	struct slot slot[NET_BATCH];
	size_t slots;
	struct net_out out[NET_BATCH];
	const struct net_out *send[NET_BATCH];
	size_t sends;
	struct pending_queue pending;
};

struct batch *
batch_new(void)
{
	struct batch *b = calloc(1, sizeof(*b));

	if (!b || !(b->buf = msgbatch_new(NET_BATCH, NET_BYTES))) {
		free(b);
		return NULL;
	}
	return b;
}

void
batch_free(struct batch *b)
{
	if (!b)
		return;
	pending_free(&b->pending);
	msgbatch_free(b->buf);
	free(b);
}

/* ---- in ---------------------------------------------------------------- */

static void
read_one(struct batch *b, const struct batch_env *env, uint16_t port, const struct net_in *in)
{
	struct slot *s = &b->slot[b->slots];
	char from[NUM_MAC_TEXT];
	enum dhcp_error e;

	s->request.iface = ifaces_find(env->ifaces, in->ifindex);
	if (!s->request.iface)
		return;
	e = dhcp_parse(in->data, in->len, &s->request.msg);
	if (e != DHCP_OK) {
		/* chaddr, if that much of it came */
		if (in->len >= CHADDR_AT + 6)
			num_mac_text(in->data + CHADDR_AT, ':', from);
		else
			num_ip4_text(in->src, from);
		env->stats->value[STATS_MALFORMED]++;
		eventlog_malformed(env->log, from, s->request.iface->name, dhcp_error_text(e));
		return;
	}
	s->in = in;
	s->request.len = in->len;
	s->request.src = in->src;
	s->request.dst = in->dst;
	s->request.sport = in->sport;
	s->request.dport = port;
	s->request.late = false;
	s->request.unicast = ifaces_own(env->ifaces, in->dst);
	client_read(&s->request.msg, &s->client);
	b->slots++;
}

/* ---- the lease file ---------------------------------------------------- */

/* The lease that a client is to be told of; false when out of memory. */
static bool
write_lease(const struct batch_env *env, const struct answer *a)
{
	const struct lease *lease = leases_at(env->server->alloc.leases, a->yiaddr);

	return env->file && lease &&
	    leasebook_add(env->file, lease, server_lease_name(lease, a->client), a->expiry) == 0;
}

/* A lease that is over, or an address that nobody gets for a while: no client
 * waits for this line. */
static void
write_end(const struct batch_env *env, const struct lease *lease)
{
	if (lease && env->file)
		leasebook_owe(env->file, lease, lease_name(lease), lease->expiry);
}

/* True when the leases of this batch are on disk. */
static bool
sync_leases(const struct batch_env *env)
{
	uint64_t *value = env->stats->value;

	return !env->file || leaselog_sync(&env->log->leases, env->file, &value[STATS_SYNC], &value[STATS_SYNC_FAILED]);
}

/* Decides what becomes of the messages from the slot `first' on, and gathers the
 * lines of their leases. */
static void
decide(struct batch *b, const struct batch_env *env, size_t first)
{
	const struct alloc *from = &env->server->alloc;

	for (size_t i = first; i < b->slots; i++) {
		struct slot *s = &b->slot[i];

		s->result = server_answer(env->server, &s->request, &s->client, env->now, &s->answer);
		s->known_ms = 0;
		if (s->result == SERVER_ANSWER)
			s->known_ms = arpprobe_known_at(env->probe, from, &s->answer, env->now, env->now_ms);
		/* a dynamic BOOTP client: its one answer is for good */
		if (s->answer.commit && s->known_ms)
			s->result = SERVER_PROBING;
		if (s->result == SERVER_RELEASED || s->result == SERVER_DECLINED)
			write_end(env, leases_at(from->leases, s->answer.yiaddr));
		else if (s->answer.seen)
			write_end(env, leases_at(from->leases, s->answer.seen));
		else if (s->result == SERVER_ANSWER && s->answer.commit && !write_lease(env, &s->answer))
			s->result = SERVER_NO_MEMORY;
	}
}

/* ---- out --------------------------------------------------------------- */

/* Keeps the message until then, and its answer; without one (NULL) the message
 * is looked at again.  False when there are too many, or no memory. */
static bool
hold(struct batch *b, const struct slot *s, const struct net_out *answer, uint64_t due_ms)
{
	static const struct net_out nothing;
	struct pending *p = pending_add(&b->pending, due_ms, answer ? answer : &nothing, s->in);

	if (!p)
		return false;
	p->again = !answer;
	p->late = s->request.late || s->result == SERVER_WAITS;
	p->port = s->request.dport;
	p->probed = s->known_ms ? s->answer.yiaddr : 0;
	memcpy(p->mac, s->client.mac, sizeof(p->mac));
	return true;
}

static void
send_all(struct batch *b, const struct batch_env *env)
{
	size_t lost = b->sends ? net_send(env->net, b->send, b->sends) : 0;

	if (lost > 0)
		eventlog_unsent(env->log, lost, b->sends);
	b->sends = 0;
}

/* Gets an answer ready to be sent with the others, now or later. */
static void
answer_one(struct batch *b, const struct batch_env *env, struct slot *s)
{
	struct net_out *o = &b->out[b->sends];
	const struct answer *a = &s->answer;
	const struct netif *iface = s->request.iface;
	const struct rule *rule = a->boot.rule;
	uint64_t due_ms = env->now_ms;
	unsigned left_out;

	if (a->commit && !server_commit(env->server, &s->answer)) {
		s->result = SERVER_NO_RECORD; /* another message of this batch took it */
		return;
	}
	*o = (struct net_out){
		.port = s->request.dport, .ifindex = iface->index, .ethernet = iface->ethernet, .src = a->self
	};
	reply_target(a, env->net->frame >= 0, &o->to);
	memcpy(o->src_mac, iface->mac, sizeof(o->src_mac));
	memcpy(o->dst_mac, s->request.msg.chaddr, sizeof(o->dst_mac));
	o->len = reply_write(a, o->data, &left_out);
	if (o->len == 0) {
		s->result = SERVER_NO_ROOM;
		return;
	}
	if (left_out)
		eventlog_unfit(env->log, a, left_out);
	if (rule && rule->kind == RULE_BOOT && (a->type == DHCP_OFFER || a->type == DHCP_BOOTP))
		due_ms += rule->boot->delay_s * 1000ull;
	if (due_ms < s->known_ms)
		due_ms = s->known_ms;
	if (a->noted)
		offerfile_add(env->offers, a->yiaddr, env->now_ms);
	if ((due_ms > env->now_ms || s->known_ms) && hold(b, s, o, due_ms))
		return;
	/* not held, for want of memory: one whose address is not known to be free
	 * is not sent, as the client asks again, and it is known by then */
	if (s->known_ms == 0)
		b->send[b->sends++] = o;
}

/* The answers from the slot `first' on that need no lease, or those that do. */
static void
answer_some(struct batch *b, const struct batch_env *env, size_t first, bool leased)
{
	bool synced = leased && sync_leases(env);

	for (size_t i = first; i < b->slots; i++) {
		struct slot *s = &b->slot[i];

		if (s->result == SERVER_WAITS && !leased)
			hold(b, s, NULL, env->now_ms + s->answer.wait_ms);
		if (s->result == SERVER_PROBING && !leased)
			hold(b, s, NULL, s->known_ms); /* or the client asks again by itself */
		if (s->result != SERVER_ANSWER || s->answer.commit != leased)
			continue;
		if (leased && !synced && !server_fall_back(env->server, &s->answer, env->now))
			s->result = SERVER_NOT_WRITTEN;
		else
			answer_one(b, env, s);
	}
	send_all(b, env);
}

/* ---- the log ----------------------------------------------------------- */

/* True if the client has its address from us: it names an address that was ours. */
static bool
has_our_lease(const struct batch_env *env, const struct slot *s)
{
	uint32_t addr = s->request.msg.ciaddr;
	const struct lease *lease;

	dhcp_get_addr(&s->request.msg, DHCP_REQUESTED_ADDR, &addr);
	lease = leases_at(env->server->alloc.leases, addr);
	return lease && lease->state == LEASE_BOUND && !lease_is_free(lease, env->now) &&
	    lease_has_key(lease, alloc_key(&s->client));
}

static bool
is_partner(const struct batch_env *env, const struct slot *s, uint32_t id)
{
	unsigned n = s->client.subnet->share_n;

	return n > 0 && rogue_is_partner(env->rogue, id, n - 1);
}

/* The client chose another server. */
static void
report_rogue(const struct batch_env *env, const struct slot *s)
{
	const struct netif *iface = s->request.iface;
	uint32_t id;

	if (s->answer.way == ANSWER_SERVER && s->request.msg.type == DHCP_REQUEST &&
	    dhcp_get_addr(&s->request.msg, DHCP_SERVER_ID, &id) && !rogue_is_former(env->rogue, id) &&
	    !has_our_lease(env, s) && !is_partner(env, s, id) && rogue_seen(env->rogue, id, iface->index, env->now))
		eventlog_rogue(env->log,
		    &(struct eventlog_rogue){ id, iface->name, s->client.mac_text, "gave a client its address" });
}

/* The machine boots what its file says `once'; the file goes. */
static void
finish_once(struct batch *b, const struct batch_env *env, const struct slot *s)
{
	const struct host *file = s->client.found.file;

	if (!file || !server_is_done(&s->answer, s->result))
		return;
	hostsdirs_done(env->dirs, file, s->client.mac_text);
	for (size_t i = 0; i < b->slots; i++) /* it may have asked twice */
		if (b->slot[i].client.found.file == file)
			b->slot[i].client.found.file = NULL;
}

/* ---- a batch ----------------------------------------------------------- */

static void
batch_begin(struct batch *b)
{
	msgbatch_clear(b->buf);
	b->received = b->slots = 0;
}

/* The answers that need a lease, with one sync for all of them; then the log. */
static void
batch_finish(struct batch *b, const struct batch_env *env)
{
	answer_some(b, env, 0, true);
	/* Their clients have other addresses now, so the next sync is soon enough;
	 * after the whole batch, as one may have come back to its first address. */
	for (size_t i = 0; i < b->slots; i++)
		if (b->slot[i].answer.superseded)
			write_end(env, leases_at(env->server->alloc.leases, b->slot[i].answer.superseded));
	for (size_t i = 0; i < b->slots; i++) {
		const struct slot *s = &b->slot[i];

		stats_message(env->stats, s->result, &s->answer);
		if (s->result == SERVER_ANSWER)
			eventlog_answer(env->log, &s->answer);
		else
			eventlog_result(env->log, s->result, &s->answer);
		if (s->result == SERVER_OTHER_SERVER && s->client.has_mac)
			pending_drop_late(&b->pending, s->client.mac);
		if (s->result == SERVER_OTHER_SERVER)
			report_rogue(env, s);
	}
	for (size_t i = 0; i < b->slots; i++)
		finish_once(b, env, &b->slot[i]);
}

/* Takes in what has come, and sends the answers that need no lease: their
 * clients are busy while the disk is.  Requests that come meanwhile share the
 * sync with those before them (with 64 clients at once a fifth more are served).
 * Only a few looks: the first client waits. */
void
batch_run(struct batch *b, const struct batch_env *env, const struct net_sock *sock)
{
	batch_begin(b);
	for (int look = 0; look < LOOKS; look++) {
		size_t first = b->slots;
		struct net_in *in = b->in + b->received;
		int n = net_receive(sock, b->buf, in);

		if (n <= 0)
			break;
		b->received += (size_t)n;
		for (int i = 0; i < n; i++)
			read_one(b, env, sock->port, &in[i]);
		decide(b, env, first);
		answer_some(b, env, first, false);
	}
	batch_finish(b, env);
}

/* Looks at a message again: another address for the client of an offer that
 * must not go out, or the answer that waited. */
static void
answer_again(struct batch *b, const struct batch_env *env, struct pending *p)
{
	batch_begin(b);
	read_one(b, env, p->port, &p->in);
	b->slot[0].request.late = p->late;
	decide(b, env, 0);
	answer_some(b, env, 0, false);
	batch_finish(b, env);
	free(p);
}

static void
send_pending(struct batch *b, const struct batch_env *env, struct pending *p)
{
	b->send[0] = &p->out;
	b->sends = 1;
	send_all(b, env);
	free(p);
}

/* A router that answers for every address shows nothing: what rests because of it
 * is free again.  True when `arp` gives one away. */
static bool
find_arp_proxy(const struct batch_env *env, const struct arpprobe_reply *arp)
{
	struct arpproxy_mac *m;
	size_t freed = 0;

	if (!arpproxy_shows(env->proxies, env->probe, arp, env->now_ms))
		return false;
	m = arpproxy_find(env->proxies, arp, env->now_ms);
	for (size_t i = 0; i < m->claims; i++) {
		const struct lease *lease = alloc_wake(&env->server->alloc, m->addr[i], true, env->now);

		write_end(env, lease);
		freed += lease != NULL;
	}
	sync_leases(env);
	eventlog_arp_proxy(env->log, ifaces_find(env->ifaces, arp->ifindex)->name, arp->mac, freed);
	return true;
}

static void
handle_arp(struct batch *b, const struct batch_env *env, const struct arpprobe_reply *arp)
{
	const struct alloc *from = &env->server->alloc;
	const struct lease *lease;
	const struct netif *iface = ifaces_find(env->ifaces, arp->ifindex);
	const struct arpproxy_mac *m = arpproxy_find(env->proxies, arp, env->now_ms);
	struct pending *p;
	uint64_t due_ms;

	if (!iface || (m && m->is) || arpprobe_state(env->probe, arp->addr, env->now_ms, &due_ms) == ARPPROBE_UNKNOWN)
		return;
	if (arp->addr == arpproxy_nobodys(arp->ifindex)) {
		find_arp_proxy(env, arp);
		return;
	}
	arpprobe_forget(env->probe, arp->addr);
	p = pending_take_probed(&b->pending, arp->addr);
	/* the client itself, or the one that had it last: no conflict */
	if (p && memcmp(p->mac, arp->mac, sizeof(p->mac)) == 0) {
		if (!p->again)
			send_pending(b, env, p);
		else
			free(p); /* it asks again by itself */
		return;
	}
	lease = leases_at(from->leases, arp->addr);
	if (!p && lease && memcmp(lease->mac, arp->mac, sizeof(lease->mac)) == 0)
		return;
	lease = NULL;
	if (!find_arp_proxy(env, arp)) {
		arpprobe_ask(env->probe, iface, arpproxy_nobodys(arp->ifindex), env->now_ms);
		lease = alloc_conflict(from, arp->addr, env->now);
	}
	if (lease) {
		eventlog_in_use(
		    env->log, arp->addr, arp->mac, lease->expiry - env->now, leases_resting(from->leases, env->now));
		write_end(env, lease);
		sync_leases(env);
	}
	if (p)
		answer_again(b, env, p);
}

void
batch_arp(struct batch *b, const struct batch_env *env)
{
	struct arpprobe_reply arp;

	while (arpprobe_receive(env->probe, &arp))
		handle_arp(b, env, &arp);
}

int
batch_due(struct batch *b, const struct batch_env *env)
{
	uint64_t next;
	int rest_ms;

	while ((next = pending_next(&b->pending)) <= env->now_ms) {
		struct pending *p = pending_take(&b->pending);

		if (p->again)
			answer_again(b, env, p);
		else
			send_pending(b, env, p);
	}
	rest_ms =
	    env->file ? offerfile_due(env->offers, env->file->offers, env->server->alloc.leases, env->now_ms) : -1;
	if (next == UINT64_MAX || (rest_ms >= 0 && next - env->now_ms > (uint64_t)rest_ms))
		return rest_ms;
	return (int)(next - env->now_ms);
}

size_t
batch_waiting(const struct batch *b)
{
	return b->pending.n;
}
