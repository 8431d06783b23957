#include "stats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

#define FIXED (sizeof(fixed) / sizeof(fixed[0]))
#define MESSAGES (STATS_TYPES * STATS_GROUPS)

/* In a label, a backslash and a quote would need one before them. */
static void
rule_label(const struct rule *rule, char out[96])
{
	char file[71];

	snprintf(file, sizeof(file), "%s", rule->where.file);
	for (char *p = file; *p; p++)
		if (*p == '"' || *p == '\\' || (unsigned char)*p < ' ')
			*p = '_';
	snprintf(out, 96, "rule=\"%s:%u\"", file, rule->where.line);
}

int
stats_bind(struct stats *s, const struct rules *rules)
{
	static const char boot_help[] = "Answers from which a client boots, by the line that says what.";
	size_t boots = rules->n[RULE_BOOT] < STATS_RULES ? rules->n[RULE_BOOT] : STATS_RULES, n = 0;
	struct metrics_row *row = calloc(MESSAGES + FIXED + boots + 1, sizeof(*row));
	char(*label)[96] = calloc(MESSAGES + boots, sizeof(*label));

	if (!row || !label) {
		free(row);
		free(label);
		return -1;
	}
	stats_free(s);
	memset(&s->value[STATS_BOOT], 0, sizeof(s->value) - STATS_BOOT * sizeof(s->value[0]));
	for (unsigned i = 0; i < MESSAGES; i++, n++) {
		snprintf(label[n], sizeof(label[n]), "type=\"%s\",result=\"%s\"", type_name[i / STATS_GROUPS],
		    group_name[i % STATS_GROUPS]);
		row[n] = (struct metrics_row){ STATS_MESSAGES + i, METRICS_COUNTER, "messages_total", label[n],
			"Messages from clients, and what became of them." };
	}
	memcpy(&row[n], fixed, sizeof(fixed));
	n += FIXED;
	for (unsigned i = 0; i < boots; i++, n++) {
		rule_label(rules_line(rules, RULE_BOOT, i), label[MESSAGES + i]);
		row[n] = (struct metrics_row){ STATS_BOOT + i, METRICS_COUNTER, "boot_answers_total",
			label[MESSAGES + i], boot_help };
	}
	row[n++] = (struct metrics_row){ STATS_BOOT + STATS_RULES, METRICS_COUNTER, "boot_answers_total",
		"rule=\"other\"", boot_help };
	s->label = label;
	s->table = (struct metrics_table){ "dhcpd6_pxe_", row, n };
	return 0;
}

void
stats_free(struct stats *s)
{
	free((void *)(uintptr_t)s->table.row);
	free(s->label);
	s->table = (struct metrics_table){ 0 };
	s->label = NULL;
}

static enum group
group_of(enum server_result r)
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

/* Which of the boot lines; those of machines' own files are among the others. */
static size_t
boot_at(const struct answer *a)
{
	const struct rules *rules = a->rules;

	for (size_t i = 0; i < rules->n[RULE_BOOT] && i < STATS_RULES; i++)
		if (rules_line(rules, RULE_BOOT, i) == a->boot.rule)
			return STATS_BOOT + i;
	return STATS_BOOT + STATS_RULES;
}

void
stats_message(struct stats *s, enum server_result r, const struct answer *a)
{
	s->value[STATS_MESSAGES + number_of(a->request->msg.type) * STATS_GROUPS + group_of(r)]++;
	if (r != SERVER_ANSWER)
		return;
	s->value[a->type == DHCP6_ADVERTISE ? STATS_SENT_ADVERTISE : STATS_SENT_REPLY]++;
	if (a->boot.rule && answer_boots(a))
		s->value[boot_at(a)]++;
}

void
stats_leases(struct stats *s, const struct leases *leases, int64_t now)
{
	struct hashtab_node *t;
	size_t n = 0;

	while ((t = hashtab_step(&leases->by_addr, &s->walk))) {
		const struct lease *lease = HASHTAB_ENTRY(t, struct lease, by_addr);

		if (!lease_is_free(lease, now)) {
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
