#include "batch.h"

#include <errno.h>
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
	uint64_t known_ms; /* when ARP has told of its address; 0: not asked */
};

struct batch {
	struct net_buf *buf;
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

	if (!b || !(b->buf = net_buf_new())) {
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
	net_buf_free(b->buf);
	free(b);
}

/* ---- in ---------------------------------------------------------------- */

/* Of a message that cannot be read: chaddr, if that much of it came. */
static const char *
sender(const struct net_in *in, char out[NUM_MAC_TEXT])
{
	return in->len >= CHADDR_AT + 6 ? num_mac_text(in->data + CHADDR_AT, ':', out) : num_ip4_text(in->src, out);
}

static void
read_one(struct batch *b, const struct batch_use *use, uint16_t port, const struct net_in *in)
{
	struct slot *s = &b->slot[b->slots];
	char from[NUM_MAC_TEXT];
	enum dhcp_error e;

	s->request.iface = ifaces_find(use->ifaces, in->ifindex);
	if (!s->request.iface)
		return;
	e = dhcp_parse(in->data, in->len, &s->request.msg);
	if (e != DHCP_OK) {
		eventlog_malformed(use->log, sender(in, from), s->request.iface->name, dhcp_error_text(e));
		return;
	}
	s->in = in;
	s->request.len = in->len;
	s->request.src = in->src;
	s->request.dst = in->dst;
	s->request.sport = in->sport;
	s->request.dport = port;
	s->request.unicast = ifaces_own(use->ifaces, in->dst);
	client_read(&s->request.msg, &s->client);
	b->slots++;
}

/* An address that is nobody's for a while. */
static void
write_declined(const struct batch_use *use, const struct lease *lease)
{
	if (use->file)
		leasefile_owe(use->file, lease, "", lease->expiry);
}

static int
write_down(const struct batch_use *use, const struct answer *a)
{
	const struct lease *lease = leases_at(use->server->alloc.leases, a->yiaddr);

	if (!use->file || !lease)
		return -1;
	return leasefile_add(use->file, lease, server_lease_name(lease, a->client), a->expiry);
}

/* Their clients have other addresses now: the next sync is soon enough.  As it
 * is after the whole batch, in which one may have come back to its first. */
static void
write_superseded(const struct batch *b, const struct batch_use *use)
{
	for (size_t i = 0; use->file && i < b->slots; i++) {
		uint32_t addr = b->slot[i].answer.superseded;
		const struct lease *lease = addr ? leases_at(use->server->alloc.leases, addr) : NULL;

		if (lease)
			leasefile_owe(use->file, lease, lease_name(lease), lease->expiry);
	}
}

/* A lease is over, or its address was declined. */
static void
write_end(const struct batch_use *use, const struct answer *a)
{
	const struct lease *lease = leases_at(use->server->alloc.leases, a->yiaddr);

	if (lease && lease->state == LEASE_DECLINED)
		write_declined(use, lease);
	else if (lease && use->file)
		leasefile_owe(use->file, lease, lease_name(lease), a->expiry);
}

/* ---- on disk ----------------------------------------------------------- */

/* Decides them all from the slot `first' on, and gathers the lines of their leases. */
static void
decide(struct batch *b, const struct batch_use *use, int64_t now, size_t first)
{
	for (size_t i = first; i < b->slots; i++) {
		struct slot *s = &b->slot[i];

		s->result = server_answer(use->server, &s->request, &s->client, now, &s->answer);
		s->known_ms = s->result == SERVER_ANSWER ?
		    arpprobe_known_at(use->probe, &use->server->alloc, &s->answer, now, use->now_ms) :
		    0;
		/* a dynamic BOOTP client: its one answer is for good */
		if (s->answer.commit && s->known_ms)
			s->result = SERVER_PROBING;
		if (s->result == SERVER_RELEASED || s->result == SERVER_DECLINED)
			write_end(use, &s->answer);
		else if (s->result == SERVER_ANSWER && s->answer.commit && write_down(use, &s->answer) < 0)
			s->result = SERVER_NO_MEMORY;
	}
}

/* True when the leases of this batch are on disk. */
static bool
sync_leases(const struct batch_use *use)
{
	int rc = use->file ? leasefile_sync(use->file) : 0;

	if (rc < 0)
		eventlog_unsynced(use->log, use->file->path);
	else if (rc > 0)
		eventlog_synced(use->log);
	return rc >= 0;
}

/* ---- out --------------------------------------------------------------- */

static bool
build(const struct batch_use *use, const struct slot *s, struct net_out *o)
{
	const struct answer *a = &s->answer;
	unsigned left_out;

	*o = (struct net_out){ .port = s->request.dport,
		.ifindex = s->request.iface->index,
		.ethernet = s->request.iface->ethernet,
		.src = a->self };
	reply_target(a, use->net->frame >= 0, &o->to);
	memcpy(o->src_mac, s->request.iface->mac, sizeof(o->src_mac));
	memcpy(o->dst_mac, s->request.msg.chaddr, sizeof(o->dst_mac));
	o->len = reply_write(a, o->data, &left_out);
	if (left_out && o->len > 0)
		eventlog_unfit(use->log, a, left_out);
	return o->len > 0;
}

static uint32_t
delay_of(const struct answer *a)
{
	const struct rule *rule = a->boot.rule;

	if (!rule || rule->kind != RULE_BOOT || (a->type != DHCP_OFFER && a->type != DHCP_BOOTP))
		return 0;
	return rule->boot->delay_s;
}

/* Keeps the message, and its answer if there is one, until then. */
static struct pending *
hold(struct batch *b, const struct slot *s, const struct net_out *answer, uint64_t due_ms)
{
	struct pending *h = pending_add(&b->pending, due_ms, answer, s->in);

	if (!h)
		return NULL;
	h->port = s->request.dport;
	h->probed = s->known_ms ? s->answer.yiaddr : 0;
	memcpy(h->mac, s->client.mac, sizeof(h->mac));
	return h;
}

/* True when the answer is kept back, or given up. */
static bool
hold_back(struct batch *b, const struct batch_use *use, const struct slot *s)
{
	uint64_t now_ms = use->now_ms, due_ms = now_ms + delay_of(&s->answer) * 1000ull;

	if (due_ms == now_ms && s->known_ms == 0)
		return false;
	/* without memory: it asks again, and then its address is known */
	return hold(b, s, &b->out[b->sends], due_ms > s->known_ms ? due_ms : s->known_ms) || s->known_ms != 0;
}

/* Looks at the message again when it is known whether the address is free. */
static void
hold_request(struct batch *b, const struct slot *s)
{
	static const struct net_out nothing;
	struct pending *h = hold(b, s, &nothing, s->known_ms);

	if (h) /* else it asks again itself */
		h->again = true;
}

static void
send_all(struct batch *b, const struct batch_use *use)
{
	size_t lost = b->sends ? net_send(use->net, b->send, b->sends) : 0;

	if (lost > 0)
		eventlog_unsent(use->log, lost, b->sends);
	b->sends = 0;
}

static void
answer_one(struct batch *b, const struct batch_use *use, struct slot *s)
{
	struct net_out *o = &b->out[b->sends];

	if (s->answer.commit && !server_commit(use->server, &s->answer)) {
		s->result = SERVER_NO_RECORD; /* another message of this batch took it */
		return;
	}
	if (!build(use, s, o)) {
		s->result = SERVER_NO_ROOM;
		return;
	}
	if (hold_back(b, use, s))
		return;
	b->send[b->sends++] = o;
}

/* The client chose another server. */
static void
report_rogue(const struct batch_use *use, const struct slot *s, int64_t now)
{
	uint32_t id;

	if (s->answer.way == ANSWER_SERVER && s->request.msg.type == DHCP_REQUEST &&
	    dhcp_get_addr(&s->request.msg, DHCP_SERVER_ID, &id) &&
	    rogue_seen(use->rogue, id, s->request.iface->index, now))
		eventlog_rogue(use->log,
		    &(struct eventlog_rogue){
		        id, s->request.iface->name, s->client.mac_text, "gave a client its address" });
}

/* The machine boots what its file says `once'; the file goes. */
static void
finish_once(struct batch *b, const struct batch_use *use, const struct slot *s)
{
	struct diag diag = { 0 };
	const struct host *file = s->client.file;

	if (!file || !server_is_done(&s->answer, s->result))
		return;
	hostsdirs_done(use->dirs, file, &diag);
	for (size_t i = 0; i < b->slots; i++) /* it may have asked twice */
		if (b->slot[i].client.file == file)
			b->slot[i].client.file = NULL;
	diag_log(&diag);
	if (diag.n == 0)
		log_info("%s has booted `once': its file is done", s->client.mac_text);
	diag_free(&diag);
}

static void
log_all(struct batch *b, const struct batch_use *use, int64_t now)
{
	for (size_t i = 0; i < b->slots; i++) {
		struct slot *s = &b->slot[i];

		if (s->result == SERVER_ANSWER)
			eventlog_answer(use->log, &s->answer);
		else
			eventlog_result(use->log, s->result, &s->answer);
		if (s->result == SERVER_OTHER_SERVER)
			report_rogue(use, s, now);
	}
	for (size_t i = 0; i < b->slots; i++)
		finish_once(b, use, &b->slot[i]);
}

/* The answers from the slot `first' on that need no lease, or those that do. */
static void
answer_some(struct batch *b, const struct batch_use *use, int64_t now, size_t first, bool leased)
{
	bool synced = leased && sync_leases(use);

	for (size_t i = first; i < b->slots; i++) {
		struct slot *s = &b->slot[i];

		if (s->result == SERVER_PROBING && !leased)
			hold_request(b, s);
		if (s->result != SERVER_ANSWER || s->answer.commit != leased)
			continue;
		if (leased && !synced && !server_fall_back(use->server, &s->answer, now))
			s->result = SERVER_NOT_WRITTEN;
		else
			answer_one(b, use, s);
	}
	send_all(b, use);
}

/* ---- a batch ----------------------------------------------------------- */

static void
begin(struct batch *b)
{
	net_buf_clear(b->buf);
	b->received = b->slots = 0;
}

/* Takes in what has come, and sends the answers that need no lease: their
 * clients are busy while the disk is. */
static int
take_in(struct batch *b, const struct batch_use *use, const struct net_sock *sock, int64_t now)
{
	size_t first = b->slots;
	struct net_in *in = b->in + b->received;
	int n = net_receive(sock, b->buf, in);

	if (n <= 0)
		return n;
	b->received += (size_t)n;
	for (int i = 0; i < n; i++)
		read_one(b, use, sock->port, &in[i]);
	decide(b, use, now, first);
	answer_some(b, use, now, first, false);
	return n;
}

static void
finish(struct batch *b, const struct batch_use *use, int64_t now)
{
	answer_some(b, use, now, 0, true);
	write_superseded(b, use);
	log_all(b, use, now);
}

/* Requests that come while offers leave share the sync with those before them
 * (with 64 clients at once a fifth more are served).  Only a few looks: the first
 * of them waits. */
void
batch_run(struct batch *b, const struct batch_use *use, const struct net_sock *sock, int64_t now)
{
	begin(b);
	for (int look = 0; look < LOOKS; look++)
		if (take_in(b, use, sock, now) <= 0)
			break;
	finish(b, use, now);
}

/* Another address for the client of an offer that must not go out; or the
 * answer that waited. */
static void
ask_again(struct batch *b, const struct batch_use *use, struct pending *h, int64_t now)
{
	begin(b);
	read_one(b, use, h->port, &h->in);
	decide(b, use, now, 0);
	answer_some(b, use, now, 0, false);
	finish(b, use, now);
	free(h);
}

static void
send_pending(struct batch *b, const struct batch_use *use, struct pending *h)
{
	b->send[0] = &h->out;
	b->sends = 1;
	send_all(b, use);
	free(h);
}

static bool
is_lease_of(const struct leases *l, uint32_t addr, const uint8_t mac[6])
{
	const struct lease *lease = leases_at(l, addr);

	return lease && memcmp(lease->mac, mac, sizeof(lease->mac)) == 0;
}

static void
handle_arp(struct batch *b, const struct batch_use *use, const struct arpprobe_reply *arp, int64_t now)
{
	const struct lease *declined;
	struct pending *h;
	uint64_t due_ms;

	if (!ifaces_find(use->ifaces, arp->ifindex) ||
	    arpprobe_state(use->probe, arp->addr, use->now_ms, &due_ms) == ARPPROBE_UNKNOWN)
		return;
	arpprobe_forget(use->probe, arp->addr);
	h = pending_take_probed(&b->pending, arp->addr);
	/* the client itself, or the one that had it last: no conflict */
	if (h && memcmp(h->mac, arp->mac, sizeof(h->mac)) == 0) {
		if (!h->again)
			send_pending(b, use, h);
		else
			free(h); /* it asks again itself */
		return;
	}
	if (!h && is_lease_of(use->server->alloc.leases, arp->addr, arp->mac))
		return;
	declined = alloc_conflict(&use->server->alloc, arp->addr, now);
	if (declined) {
		eventlog_in_use(use->log, arp->addr, arp->mac, declined->expiry - now);
		write_declined(use, declined);
		sync_leases(use);
	}
	if (h)
		ask_again(b, use, h, now);
}

void
batch_arp(struct batch *b, const struct batch_use *use, int64_t now)
{
	struct arpprobe_reply arp;

	while (arpprobe_receive(use->probe, &arp))
		handle_arp(b, use, &arp, now);
}

int
batch_due(struct batch *b, const struct batch_use *use, int64_t now)
{
	uint64_t next;

	while ((next = pending_next(&b->pending)) <= use->now_ms) {
		struct pending *h = pending_take(&b->pending);

		if (h->again)
			ask_again(b, use, h, now);
		else
			send_pending(b, use, h);
	}
	return next == UINT64_MAX ? -1 : (int)(next - use->now_ms);
}
