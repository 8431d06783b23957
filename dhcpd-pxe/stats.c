#include "stats.h"

#define PART 100000 /* leases that are looked at in one go: some milliseconds */

enum group { DONE, WAITS, NO_ADDRESS, LIMITED, DENIED, OTHER_SERVER, UNKNOWN, NOT_OURS, FAILED };

static const char *const group_name[STATS_GROUPS] = { "done", "waits", "no-address", "limited", "denied",
	"other-server", "unknown", "not-ours", "failed" };
static const char *const type_name[STATS_TYPES] = { "bootp", "discover", "request", "decline", "release", "inform",
	"other" };

static const struct metrics_row fixed[] = {
	{ STATS_SENT_OFFER, METRICS_COUNTER, "sent_total", "type=\"offer\"", "Replies." },
	{ STATS_SENT_ACK, METRICS_COUNTER, "sent_total", "type=\"ack\"", "" },
	{ STATS_SENT_NAK, METRICS_COUNTER, "sent_total", "type=\"nak\"", "" },
	{ STATS_SENT_BOOTP, METRICS_COUNTER, "sent_total", "type=\"bootp\"", "" },
	{ STATS_SENT_PROXY, METRICS_COUNTER, "sent_total", "type=\"proxy\"", "" },
	{ STATS_SENT_4011, METRICS_COUNTER, "sent_total", "type=\"4011\"", "" },
	{ STATS_MALFORMED, METRICS_COUNTER, "malformed_total", NULL, "Messages that could not be read." },
	{ STATS_POOL, METRICS_GAUGE, "pool_addresses", NULL, "Addresses of all ranges." },
	{ STATS_LEASED, METRICS_GAUGE, "leased_addresses", NULL, "Leases in force, reserved addresses included." },
	{ STATS_OFFERED, METRICS_GAUGE, "offered_addresses", NULL, "Offers that are kept for their clients." },
	{ STATS_RESTING, METRICS_GAUGE, "resting_addresses", NULL, "Addresses that somebody else uses." },
	{ STATS_QUEUE, METRICS_GAUGE, "waiting_messages", NULL, "Messages and replies that wait (ARP, delay=)." },
	{ STATS_OTHERS, METRICS_COUNTER, "other_servers_total", NULL, "Times that another server was reported." },
	{ STATS_SYNC_FAILED, METRICS_COUNTER, "sync_failures_total", NULL, "Times that leases could not be written." },
	{ STATS_SYNC, METRICS_HISTOGRAM, "sync_seconds", NULL, "How long writing leases to disk took." },
	{ STATS_STARTED, METRICS_GAUGE, "start_time_seconds", NULL, "When it was started, since 1970." },
};

static const struct dhcpstats_kind kind = {
	.prefix = "dhcpd_pxe_",
	.type = type_name,
	.types = STATS_TYPES,
	.result = group_name,
	.results = STATS_GROUPS,
	.messages = STATS_MESSAGES,
	.boots = STATS_BOOT,
	.fixed = fixed,
	.fixed_rows = sizeof(fixed) / sizeof(fixed[0]),
};

int
stats_bind(struct stats *s, const struct rules *rules)
{
	return dhcpstats_bind(&s->rows, &kind, rules, s->value);
}

void
stats_free(struct stats *s)
{
	dhcpstats_free(&s->rows);
}

static enum group
group_of(enum server_result r)
{
	static const uint8_t group[SERVER_RESULTS] = {
		[SERVER_WAITS] = WAITS,
		[SERVER_ASKS_AGAIN] = WAITS,
		[SERVER_PROBING] = WAITS,
		[SERVER_NO_ADDRESS] = NO_ADDRESS,
		[SERVER_ALL_REST] = NO_ADDRESS,
		[SERVER_HOST_RESTS] = NO_ADDRESS,
		[SERVER_HOST_ELSEWHERE] = NO_ADDRESS,
		[SERVER_NO_RANGE] = NO_ADDRESS,
		[SERVER_NO_HOST] = NO_ADDRESS,
		[SERVER_FULL] = LIMITED,
		[SERVER_FLOOD] = LIMITED,
		[SERVER_DENIED] = DENIED,
		[SERVER_OTHER_SERVER] = OTHER_SERVER,
		[SERVER_NO_RECORD] = UNKNOWN,
		[SERVER_NOT_REQUEST] = NOT_OURS,
		[SERVER_NO_SUBNET] = NOT_OURS,
		[SERVER_NO_BOOT] = NOT_OURS,
		[SERVER_NOT_BOOTING] = NOT_OURS,
		[SERVER_IGNORED] = NOT_OURS,
		[SERVER_NO_KEY] = FAILED,
		[SERVER_BAD_MAC] = FAILED,
		[SERVER_NO_ROOM] = FAILED,
		[SERVER_NOT_WRITTEN] = FAILED,
		[SERVER_NO_MEMORY] = FAILED,
	};

	return (enum group)group[r];
}

static unsigned
type_of(enum dhcp_type type)
{
	switch (type) {
	case DHCP_BOOTP:
		return 0;
	case DHCP_DISCOVER:
		return 1;
	case DHCP_REQUEST:
		return 2;
	case DHCP_DECLINE:
		return 3;
	case DHCP_RELEASE:
		return 4;
	case DHCP_INFORM:
		return 5;
	default:
		return 6;
	}
}

static enum stats_at
sent_as(const struct answer *a)
{
	if (a->way != ANSWER_SERVER)
		return a->way == ANSWER_PROXY ? STATS_SENT_PROXY : STATS_SENT_4011;
	return a->type == DHCP_OFFER ? STATS_SENT_OFFER :
	    a->type == DHCP_NAK      ? STATS_SENT_NAK :
	    a->type == DHCP_BOOTP    ? STATS_SENT_BOOTP :
	                               STATS_SENT_ACK;
}

void
stats_message(struct stats *s, enum server_result r, const struct answer *a)
{
	s->value[STATS_MESSAGES + type_of(a->request->msg.type) * STATS_GROUPS + group_of(r)]++;
	if (r != SERVER_ANSWER)
		return;
	s->value[sent_as(a)]++;
	if (a->boot.rule && answer_boots(a))
		s->value[STATS_BOOT + dhcpstats_boot(a->rules, a->boot.rule)]++;
}

void
stats_leases(struct stats *s, struct leases *leases, int64_t now)
{
	struct hashtab_node *t;
	size_t n = 0;

	while ((t = hashtab_step(&leases->by_addr, &s->walk))) {
		const struct lease *lease = HASHTAB_ENTRY(t, struct lease, by_addr);

		if (!lease_is_free(lease, now)) {
			s->leased += lease->state == LEASE_BOUND;
			s->offered += lease->state == LEASE_OFFERED;
		}
		if (++n >= PART && hashtab_at_border(&s->walk))
			return;
	}
	s->value[STATS_LEASED] = s->leased;
	s->value[STATS_OFFERED] = s->offered;
	s->leased = s->offered = 0;
	s->walk = (struct hashtab_walk){ 0 };
	s->value[STATS_RESTING] = leases_resting(leases, now);
	s->value[STATS_POOL] = 0;
	for (size_t i = 0; i < leases->pools; i++)
		s->value[STATS_POOL] += (uint64_t)leases->pool[i].range.high - leases->pool[i].range.low + 1;
}
