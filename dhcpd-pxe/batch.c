#include "batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

#define WAITING 256          /* answers that wait for their delay=; more go out at once */

struct slot {
	struct request request;
	struct client client;
	struct answer answer;
	enum server_result result;
};

struct waiting {
	uint64_t due_ms;             /* 0: free */
	struct net_out out;
};

struct batch {
	struct net_buf buf;
	struct net_in in[NET_BATCH];
	struct slot slot[NET_BATCH];
	size_t slots;
	struct net_out out[NET_BATCH];
	const struct net_out *send[NET_BATCH];
	size_t sends;
	struct waiting waiting[WAITING];
	size_t waits;
};

struct batch *
batch_new(void)
{
	return calloc(1, sizeof(struct batch));
}

void
batch_free(struct batch *b)
{
	free(b);
}

/* ---- in ---------------------------------------------------------------- */

static bool
is_own(const struct links *l, uint32_t addr)
{
	for (size_t i = 0; i < l->owns; i++)
		if (l->own[i] == addr)
			return true;
	return false;
}

static void
read_one(struct batch *b, const struct batch_use *use, const struct net_sock *sock,
    const struct net_in *in)
{
	struct slot *s = &b->slot[b->slots];
	char from[NUM_IP4_TEXT];
	enum dhcp_error e;

	s->request.link = links_find(use->links, in->ifindex);
	if (!s->request.link)
		return;
	e = dhcp_parse(in->data, in->len, &s->request.msg);
	if (e != DHCP_OK) {
		note_malformed(use->note, num_ip4_text(in->src, from), dhcp_error_text(e));
		return;
	}
	s->request.len = in->len;
	s->request.src = in->src;
	s->request.dst = in->dst;
	s->request.sport = in->sport;
	s->request.dport = sock->port;
	s->request.unicast = is_own(use->links, in->dst);
	client_read(&s->request.msg, &s->client);
	b->slots++;
}

static int
write_down(const struct batch_use *use, const struct answer *a)
{
	const struct lease *lease = leases_at(use->server->leases, a->yiaddr);
	const char *name = client_host_name(a->client);

	if (!use->file || !lease)
		return -1;
	return leasefile_add(use->file, lease, name ? name : a->client->name, a->expiry);
}

/* Decides them all, and gathers the lines of their leases. */
static void
decide(struct batch *b, const struct batch_use *use, int64_t now)
{
	for (size_t i = 0; i < b->slots; i++) {
		struct slot *s = &b->slot[i];

		s->result = server_answer(use->server, &s->request, &s->client, now, &s->answer);
		if (s->result == SERVER_RELEASED)
			write_down(use, &s->answer);
		else if (s->result == SERVER_ANSWER && s->answer.commit && write_down(use, &s->answer) < 0)
			s->result = SERVER_NO_MEMORY;
	}
}

/* True when the leases of this batch are on disk. */
static bool
sync_leases(const struct batch_use *use)
{
	struct note *n = use->note;
	unsigned missed;

	if (!use->file || leasefile_sync(use->file) == 0) {
		if (n->sync_failed)
			log_info("leases are written again");
		n->sync_failed = false;
		return true;
	}
	/* once a minute: the clock of log_allow counts in its own "seconds" */
	if (log_allow(&n->sync, n->now_ms / 60, 1, &missed))
		log_err("cannot write the lease file %s: %s; no address is leased until that is mended",
		    use->file->path, strerror(errno));
	n->sync_failed = true;
	return false;
}

/* ---- out --------------------------------------------------------------- */

static bool
build(const struct batch_use *use, const struct slot *s, struct net_out *o)
{
	const struct answer *a = &s->answer;
	unsigned left_out;

	*o = (struct net_out){ .port = s->request.dport, .ifindex = s->request.link->index, .src = a->self };
	reply_target(a, use->net->frame >= 0, &o->to);
	memcpy(o->src_mac, s->request.link->mac, sizeof(o->src_mac));
	memcpy(o->dst_mac, s->request.msg.chaddr, sizeof(o->dst_mac));
	o->len = reply_write(a, o->data, &left_out);
	if (left_out)
		log_debug("%s: %u option%s did not fit its reply", s->client.mac_text, left_out,
		    left_out == 1 ? "" : "s");
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

static bool
hold_back(struct batch *b, const struct net_out *o, uint64_t due_ms)
{
	for (size_t i = 0; i < WAITING; i++)
		if (b->waiting[i].due_ms == 0) {
			b->waiting[i] = (struct waiting){ due_ms, *o };
			b->waits++;
			return true;
		}
	return false;
}

static void
send_all(struct batch *b, const struct batch_use *use)
{
	size_t lost = b->sends ? net_send(use->net, b->send, b->sends) : 0;
	unsigned missed;

	if (lost > 0 && log_allow(&use->note->lost, use->note->now_ms, 5, &missed))
		log_warn("%zu of %zu replies could not be sent: %s", lost, b->sends, strerror(errno));
	b->sends = 0;
}

static void
answer_one(struct batch *b, const struct batch_use *use, struct slot *s)
{
	struct net_out *o = &b->out[b->sends];
	uint32_t delay_s = delay_of(&s->answer);

	if (s->answer.commit && !server_commit(use->server, &s->answer)) {
		s->result = SERVER_NO_RECORD;        /* another message of this batch took it */
		return;
	}
	if (!build(use, s, o))
		return;
	if (delay_s && hold_back(b, o, use->note->now_ms + delay_s * 1000ull))
		return;
	b->send[b->sends++] = o;
}

static void
answer_all(struct batch *b, const struct batch_use *use)
{
	bool synced = sync_leases(use);

	for (size_t i = 0; i < b->slots; i++) {
		struct slot *s = &b->slot[i];

		if (s->result != SERVER_ANSWER || (s->answer.commit && !synced))
			continue;
		answer_one(b, use, s);
	}
	send_all(b, use);
	for (size_t i = 0; i < b->slots; i++) {
		const struct slot *s = &b->slot[i];

		if (s->result != SERVER_ANSWER)
			note_result(use->note, s->result, &s->answer);
		else if (!s->answer.commit || synced)
			note_answer(use->note, &s->answer);
	}
}

void
batch_run(struct batch *b, const struct batch_use *use, const struct net_sock *sock,
    int64_t now, int most)
{
	while (most-- > 0) {
		int n = net_receive(sock, &b->buf, b->in);

		if (n <= 0)
			return;
		b->slots = 0;
		for (int i = 0; i < n; i++)
			read_one(b, use, sock, &b->in[i]);
		decide(b, use, now);
		answer_all(b, use);
	}
}

int
batch_due(struct batch *b, const struct batch_use *use)
{
	uint64_t now_ms = clock_ms(), next = UINT64_MAX;

	for (size_t i = 0; i < WAITING && b->waits > 0; i++) {
		struct waiting *w = &b->waiting[i];

		if (w->due_ms == 0)
			continue;
		if (w->due_ms > now_ms) {
			next = w->due_ms < next ? w->due_ms : next;
			continue;
		}
		b->send[0] = &w->out;
		b->sends = 1;
		send_all(b, use);
		w->due_ms = 0;
		b->waits--;
	}
	return b->waits == 0 || next == UINT64_MAX ? -1 : (int)(next - now_ms);
}
