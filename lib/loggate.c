#include "loggate.h"

#include "hashtab.h"
#include "log.h"
#include "unique.h"

#define TELL_MS 1000

void
loggate_init(struct loggate *g)
{
	*g = (struct loggate){ .seed = unique_number() };
}

/* Each line takes 1/per_second of time; `burst` of them may be taken in advance. */
static bool
loggate_has_room(const struct loggate_bucket *b, uint64_t now_ms, unsigned burst, unsigned per_second)
{
	return b->spent_ms <= now_ms || b->spent_ms - now_ms <= (burst - 1) * 1000u / per_second;
}

static void
spend(struct loggate_bucket *b, uint64_t now_ms, unsigned per_second)
{
	b->spent_ms = (b->spent_ms > now_ms ? b->spent_ms : now_ms) + 1000 / per_second;
}

void
loggate_close(struct loggate *g)
{
	if (g->left_out > 0)
		log_warn("%u request%s not shown here: too many at once (-v shows all)", g->left_out,
		    g->left_out == 1 ? " was" : "s were");
	g->left_out = 0;
}

bool
loggate_passes(struct loggate *g, const void *peer, size_t len, uint64_t now_ms)
{
	struct loggate_bucket *own = &g->peer[hashtab_hash(g->seed, peer, len) % LOGGATE_PEERS];
	bool passes = log_verbose();

	if (!passes && loggate_has_room(own, now_ms, LOGGATE_BURST, LOGGATE_PER_SECOND) &&
	    loggate_has_room(&g->all, now_ms, LOGGATE_ALL_BURST, LOGGATE_ALL_PER_SECOND)) {
		spend(own, now_ms, LOGGATE_PER_SECOND);
		spend(&g->all, now_ms, LOGGATE_ALL_PER_SECOND);
		passes = true;
	}
	if (!passes && g->left_out++ == 0)
		g->told_ms = now_ms;
	if (g->left_out > 0 && now_ms - g->told_ms >= TELL_MS) {
		loggate_close(g);
		g->told_ms = now_ms;
	}
	return passes;
}
