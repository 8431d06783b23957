#include "stats6.h"

#define PART 100000 /* leases that are looked at in one go: some milliseconds */

enum group { DONE, NO_ADDRESS, DENIED, OTHER_SERVER, UNKNOWN, NOT_OURS, FAILED };

static const char *const group_name[STATS_GROUPS] = { "done", "no-address", "denied", "other-server", "unknown",
	"not-ours", "failed" };
static const char *const type_name[STATS_TYPES] = { "solicit", "request", "confirm", "renew", "rebind", "release",
	"decline", "information-request", "other" };

static const struct metrics_row fixed[] = {
	{ STATS_SENT_ADVERTISE, METRICS_COUNTER, "sent_total", "type=\"advertise\"", "Replies." },
	{ STATS_SENT_REPLY, METRICS_COUNTER, "sent_total", "type=\"reply\"", "" },
	{ STATS_SENT_RA, METRICS_COUNTER, "router_advertisements_total", NULL,
	    "Router advertisements that were sent." },
	{ STATS_MALFORMED, METRICS_COUNTER, "malformed_total", NULL, "Messages that could not be read." },
	{ STATS_LEASED, METRICS_GAUGE, "leased_addresses", NULL, "Leases in force, reserved addresses included." },
	{ STATS_OFFERED, METRICS_GAUGE, "offered_addresses", NULL, "Offers that are kept for their clients." },
	{ STATS_RESTING, METRICS_GAUGE, "resting_addresses", NULL, "Addresses that somebody else uses." },
	{ STATS_SYNC_FAILED, METRICS_COUNTER, "sync_failures_total", NULL, "Times that leases could not be written." },
	{ STATS_SYNC, METRICS_HISTOGRAM, "sync_seconds", NULL, "How long writing leases to disk took." },
	{ STATS_STARTED, METRICS_GAUGE, "start_time_seconds", NULL, "When it was started, since 1970." },
};

static const struct dhcpstats_kind kind = {
	.prefix = "dhcpd6_pxe_",
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
stats6_bind(struct stats *s, const struct rules *rules)
{
	return dhcpstats_bind(&s->rows, &kind, rules, s->value);
}

void
stats6_free(struct stats *s)
{
	dhcpstats_free(&s->rows);
}

static enum group
stats6_group_of(enum server_result r)
{
	static const uint8_t group[SERVER_RESULTS] = {
		[SERVER_NO_ADDRESS] = NO_ADDRESS,
		[SERVER_DENIED] = DENIED,
		[SERVER_OTHER_SERVER] = OTHER_SERVER,
		[SERVER_NO_RECORD] = UNKNOWN,
		[SERVER_NOT_REQUEST] = NOT_OURS,
		[SERVER_NO_SUBNET] = NOT_OURS,
		[SERVER_NO_BOOT] = NOT_OURS,
		[SERVER_NOT_BOOTING] = NOT_OURS,
		[SERVER_UNICAST] = FAILED,
		[SERVER_BAD_IDS] = FAILED,
		[SERVER_NO_KEY] = FAILED,
		[SERVER_NO_ROOM] = FAILED,
		[SERVER_NOT_WRITTEN] = FAILED,
		[SERVER_NO_MEMORY] = FAILED,
	};

	return (enum group)group[r];
}

/* By their order in type_name. */
static unsigned
number_of(enum dhcp6_type type)
{
	static const uint8_t number[] = { [DHCP6_SOLICIT] = 0,
		[DHCP6_ADVERTISE] = 8,
		[DHCP6_REQUEST] = 1,
		[DHCP6_CONFIRM] = 2,
		[DHCP6_RENEW] = 3,
		[DHCP6_REBIND] = 4,
		[DHCP6_REPLY] = 8,
		[DHCP6_RELEASE] = 5,
		[DHCP6_DECLINE] = 6,
		[DHCP6_RECONFIGURE] = 8,
		[DHCP6_INFORMATION_REQUEST] = 7 };

	return (size_t)type < sizeof(number) ? number[type] : STATS_TYPES - 1;
}

void
stats6_message(struct stats *s, enum server_result r, const struct answer *a)
{
	s->value[STATS_MESSAGES + number_of(a->request->msg.type) * STATS_GROUPS + stats6_group_of(r)]++;
	if (r != SERVER_ANSWER)
		return;
	s->value[a->type == DHCP6_ADVERTISE ? STATS_SENT_ADVERTISE : STATS_SENT_REPLY]++;
	if (a->boot.rule && answer6_boots(a))
		s->value[STATS_BOOT + dhcpstats_boot(a->rules, a->boot.rule)]++;
}

void
stats6_leases(struct stats *s, const struct leases *leases, int64_t now)
{
	struct hashtab_node *t;
	size_t n = 0;

	while ((t = hashtab_step(&leases->by_addr, &s->walk))) {
		const struct lease *lease = HASHTAB_ENTRY(t, struct lease, by_addr);

		if (!lease6_is_free(lease, now)) {
			s->leased += lease->state == LEASE_BOUND;
			s->offered += lease->state == LEASE_OFFERED;
			s->resting += lease->state == LEASE_DECLINED;
		}
		if (++n >= PART && hashtab_at_border(&s->walk))
			return;
	}
	s->value[STATS_LEASED] = s->leased;
	s->value[STATS_OFFERED] = s->offered;
	s->value[STATS_RESTING] = s->resting;
	s->leased = s->offered = s->resting = 0;
	s->walk = (struct hashtab_walk){ 0 };
}
