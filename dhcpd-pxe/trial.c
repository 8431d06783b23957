#include "trial.h"

static bool
can_probe(const struct batch_use *use, const struct answer *a)
{
	return a->fresh && !a->client->subnet->probe_off && !a->request->msg.giaddr && a->request->iface->ethernet &&
	    use->net->frame >= 0 && use->sniff->arp >= 0;
}

/* Those that the next clients may get, so that few need to wait. */
static void
probe_ahead(const struct batch_use *use, const struct answer *a, int64_t now)
{
	uint32_t ahead[PROBES_AHEAD_MOST];
	uint64_t now_ms = use->log->now_ms, due_ms;
	size_t n, asked = 0;

	if (now_ms < use->probes->pause_ms)
		return;
	n = server_ahead(use->server, a, now, ahead, probes_ahead(use->probes, now_ms));
	for (size_t i = 0; i < n; i++)
		if (probes_state(use->probes, ahead[i], now_ms, &due_ms) == PROBES_UNKNOWN &&
		    sniff_ask(use->net->frame, a->request->iface, ahead[i])) {
			probes_sent(use->probes, ahead[i], now_ms);
			asked++;
		}
	if (asked == 0) /* near the end of a range there is nothing ahead */
		use->probes->pause_ms = now_ms + PROBES_WAIT_MS;
}

uint64_t
trial_known_at(const struct batch_use *use, const struct answer *a, int64_t now)
{
	uint64_t now_ms = use->log->now_ms, due_ms, later_ms;
	unsigned ahead = use->probes->ahead ? use->probes->ahead : PROBES_AHEAD;
	enum probes_state state;

	if (!can_probe(use, a))
		return 0;
	state = probes_state(use->probes, a->yiaddr, now_ms, &due_ms);
	if (state == PROBES_UNKNOWN) {
		if (!sniff_ask(use->net->frame, a->request->iface, a->yiaddr))
			return 0;
		probes_sent(use->probes, a->yiaddr, now_ms);
		due_ms = now_ms + PROBES_WAIT_MS;
	}
	/* before those that are known run out */
	if (probes_state(use->probes, a->yiaddr + ahead / 2, now_ms, &later_ms) == PROBES_UNKNOWN)
		probe_ahead(use, a, now);
	return state == PROBES_FREE ? 0 : due_ms;
}
