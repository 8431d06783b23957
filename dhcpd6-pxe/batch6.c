#include "batch6.h"

#include <stdlib.h>

#include "hostsdir.h"
#include "reply6.h"

#define LOOKS 4 /* at the socket, before the disk is waited for */

struct slot {
	struct request request;
	struct client client;
	struct answer answer;
	enum server_result result;
};

struct batch {
	struct msgbatch *buf;
	struct net_in in[NET_BATCH];
	size_t received; /* of `in' */
	struct slot slot[NET_BATCH];
	size_t slots;
	struct net_out out[NET_BATCH];
	size_t outs;
};

struct batch *
batch6_new(void)
{
	struct batch *b = calloc(1, sizeof(*b));

	if (!b || !(b->buf = msgbatch_new(NET_BATCH, NET_BYTES))) {
		free(b);
		return NULL;
	}
	return b;
}

void
batch6_free(struct batch *b)
{
	if (!b)
		return;
	msgbatch_free(b->buf);
	free(b);
}

/* ---- in ---------------------------------------------------------------- */

static void
batch6_read_one(struct batch *b, const struct batch_env *env, const struct net_in *in)
{
	struct slot *s = &b->slot[b->slots];
	enum dhcp6_error e;

	s->request.iface = ifaces_find(env->ifaces, in->ifindex);
	if (!s->request.iface)
		return;
	e = dhcp6_parse(in->data, in->len, &s->request.msg);
	if (e != DHCP6_OK) {
		env->stats->value[STATS_MALFORMED]++;
		eventlog6_malformed(env->log, &in->src, s->request.iface->name, dhcp6_error_text(e));
		return;
	}
	s->request.src = in->src;
	s->request.dst = in->dst;
	s->request.sport = in->sport;
	client6_read(&s->request.msg, &in->src, &s->client);
	b->slots++;
}

/* ---- the lease file ---------------------------------------------------- */

/* The leases that a client is to be told of; false when out of memory. */
static bool
write_leases(const struct batch_env *env, const struct answer *a)
{
	for (size_t i = 0; i < a->ias; i++) {
		const struct answer_ia *ia = &a->ia[i];
		const struct lease *lease = ia->given ? leases6_at(env->server->alloc.leases, &ia->addr) : NULL;

		if (lease && leasebook6_add(env->file, lease, server6_lease_name(a->client), a->expiry) < 0)
			return false;
	}
	return true;
}

/* What is over, or rests: no client waits for these lines. */
static void
write_ends(const struct batch_env *env, const struct answer *a, size_t from)
{
	for (size_t i = from; i < a->ends; i++) {
		const struct lease *lease = leases6_at(env->server->alloc.leases, &a->ended[i]);

		if (lease)
			leasebook6_owe(env->file, lease);
	}
}

/* True when the leases of this batch are on disk. */
static bool
batch6_sync_leases(const struct batch_env *env)
{
	uint64_t *value = env->stats->value;

	return leaselog_sync(&env->log->leases, env->file, &value[STATS_SYNC], &value[STATS_SYNC_FAILED]);
}

/* Decides what becomes of the messages from the slot `first' on, and gathers the
 * lines of their leases. */
static void
batch6_decide(struct batch *b, const struct batch_env *env, size_t first)
{
	for (size_t i = first; i < b->slots; i++) {
		struct slot *s = &b->slot[i];

		s->result = server6_answer(env->server, &s->request, &s->client, env->now, &s->answer);
		if (s->result != SERVER_ANSWER)
			continue;
		write_ends(env, &s->answer, 0);
		if (s->answer.commit && !write_leases(env, &s->answer))
			s->result = SERVER_NO_MEMORY;
	}
}

/* ---- out --------------------------------------------------------------- */

static void
batch6_send_all(struct batch *b, const struct batch_env *env)
{
	size_t lost = b->outs ? net6_send(env->net, b->out, b->outs) : 0;

	if (lost > 0)
		eventlog6_unsent(env->log, lost, b->outs);
	b->outs = 0;
}

/* Gets an answer ready to be sent with the others. */
static void
batch6_answer_one(struct batch *b, const struct batch_env *env, struct slot *s)
{
	struct net_out *o = &b->out[b->outs];
	struct answer *a = &s->answer;
	size_t ends = a->ends;

	if (a->commit && !server6_commit(env->server, a, env->now)) {
		s->result = SERVER_NO_RECORD; /* another message of this batch took it */
		return;
	}
	/* the client has another address now: the next sync is soon enough */
	write_ends(env, a, ends);
	o->ifindex = s->request.iface->index;
	o->to = s->request.src;
	o->port = request6_port(&s->request);
	o->len = reply6_write(a, env->server->duid, o->data, sizeof(o->data));
	if (o->len == 0)
		s->result = SERVER_NO_ROOM;
	else
		b->outs++;
}

/* The answers from the slot `first' on that need no lease, or those that do. */
static void
batch6_answer_some(struct batch *b, const struct batch_env *env, size_t first, bool leased)
{
	bool synced = leased && batch6_sync_leases(env);

	for (size_t i = first; i < b->slots; i++) {
		struct slot *s = &b->slot[i];

		if (s->result != SERVER_ANSWER || s->answer.commit != leased)
			continue;
		if (leased && !synced)
			s->result = SERVER_NOT_WRITTEN;
		else
			batch6_answer_one(b, env, s);
	}
	batch6_send_all(b, env);
}

/* The machine boots what its file says `once'; the file goes. */
static void
batch6_finish_once(struct batch *b, const struct batch_env *env, const struct slot *s)
{
	const struct rule *rule = s->answer.boot.rule;
	const struct host *file = s->client.found.file;

	if (!file || s->result != SERVER_ANSWER || !answer6_boots(&s->answer) || !rule || !rule->boot->once)
		return;
	hostsdirs_done(env->dirs, file, client6_who(&s->client));
	for (size_t i = 0; i < b->slots; i++) /* it may have asked twice */
		if (b->slot[i].client.found.file == file)
			b->slot[i].client.found.file = NULL;
}

/* The answers that need a lease, with one sync for all of them; then the log. */
static void
batch6_finish(struct batch *b, const struct batch_env *env)
{
	batch6_answer_some(b, env, 0, true);
	for (size_t i = 0; i < b->slots; i++) {
		const struct slot *s = &b->slot[i];

		stats6_message(env->stats, s->result, &s->answer);
		if (s->result == SERVER_ANSWER)
			eventlog6_answer(env->log, &s->answer);
		else
			eventlog6_result(env->log, s->result, &s->answer);
	}
	for (size_t i = 0; i < b->slots; i++)
		batch6_finish_once(b, env, &b->slot[i]);
}

/* Takes in what has come, and sends the answers that need no lease: their
 * clients are busy while the disk is.  Requests that come meanwhile share the
 * sync with those before them.  Only a few looks: the first client waits. */
void
batch6_run(struct batch *b, const struct batch_env *env, const struct net_sock *sock)
{
	msgbatch_clear(b->buf);
	b->received = b->slots = 0;
	for (int look = 0; look < LOOKS; look++) {
		size_t first = b->slots;
		struct net_in *in = b->in + b->received;
		int n = net6_receive(sock, b->buf, in);

		if (n <= 0)
			break;
		b->received += (size_t)n;
		for (int i = 0; i < n; i++)
			batch6_read_one(b, env, &in[i]);
		batch6_decide(b, env, first);
		batch6_answer_some(b, env, first, false);
	}
	batch6_finish(b, env);
}
