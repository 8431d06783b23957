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
	uint32_t ahead[ARPPROBE_AHEAD_MOST];
	uint64_t now_ms = use->now_ms, due_ms;
	size_t n, asked = 0;

	if (now_ms < use->probe->pause_ms)
		return;
	n = alloc_ahead(&use->server->alloc, a, now, ahead, arpprobe_ahead(use->probe, now_ms));
	for (size_t i = 0; i < n; i++)
		if (arpprobe_state(use->probe, ahead[i], now_ms, &due_ms) == ARPPROBE_UNKNOWN &&
		    sniff_ask(use->net->frame, a->request->iface, ahead[i])) {
			arpprobe_sent(use->probe, ahead[i], now_ms);
			asked++;
		}
	if (asked == 0) /* near the end of a range there is nothing ahead */
		use->probe->pause_ms = now_ms + ARPPROBE_WAIT_MS;
}

uint64_t
trial_known_at(const struct batch_use *use, const struct answer *a, int64_t now)
{
	uint64_t now_ms = use->now_ms, due_ms, later_ms;
	unsigned ahead = use->probe->ahead ? use->probe->ahead : ARPPROBE_AHEAD;
	enum arpprobe_state state;

	if (!can_probe(use, a))
		return 0;
	state = arpprobe_state(use->probe, a->yiaddr, now_ms, &due_ms);
	if (state == ARPPROBE_UNKNOWN) {
		if (!sniff_ask(use->net->frame, a->request->iface, a->yiaddr))
			return 0;
		arpprobe_sent(use->probe, a->yiaddr, now_ms);
		due_ms = now_ms + ARPPROBE_WAIT_MS;
	}
	/* before those that are known run out */
	if (arpprobe_state(use->probe, a->yiaddr + ahead / 2, now_ms, &later_ms) == ARPPROBE_UNKNOWN)
		probe_ahead(use, a, now);
	return state == ARPPROBE_FREE ? 0 : due_ms;
}
