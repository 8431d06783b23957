/* What is counted of a DHCP server's messages (-M), as rows of lib/metrics: what became
 * of each type of message, and how often a client booted by each boot line. */
#ifndef DHCPSTATS_H
#define DHCPSTATS_H

#include "metrics.h"
#include "rules/rules.h"

#define DHCPSTATS_RULES 1000 /* boot lines that are counted each; further ones together */
#define DHCPSTATS_LABEL 96

/* What the counters of a server are, and where its values have them. */
struct dhcpstats_kind {
	const char *prefix; /* "dhcpd_pxe_" */
	const char *const *type, *const *result;
	unsigned types, results;
	unsigned messages;               /* types times results values, those of one type together */
	unsigned boots;                  /* DHCPSTATS_RULES + 1 values, the last one for all other lines */
	const struct metrics_row *fixed; /* that do not depend on the rules */
	size_t fixed_rows;
};

struct dhcpstats {
	struct metrics_table table;
	char (*label)[DHCPSTATS_LABEL];
};

/* The rows for these rules instead of those that were; what was counted by boot line is
 * zeroed in value[].  -1 when there is no memory, and all is as it was. */
int dhcpstats_bind(struct dhcpstats *s, const struct dhcpstats_kind *kind, const struct rules *rules, uint64_t *value);
void dhcpstats_free(struct dhcpstats *s);
/* Which of the boot lines' values: those of machines' own files are among the others. */
size_t dhcpstats_boot(const struct rules *rules, const struct rule *boot);

#endif
