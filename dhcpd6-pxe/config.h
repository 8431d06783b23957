/* Everything that is made from the rules, in one piece: a reload makes a new
 * one, and frees the old one only when the new one is good. */
#ifndef CONFIG_H
#define CONFIG_H

#include "ifaces.h"
#include "ruleset.h"

#define CONFIG_RULES "/etc/dhcpd-pxe/rules" /* without -f and -e: those of dhcpd-pxe */
#define CONFIG_LEASES "/var/lib/dhcpd6-pxe/leases"

struct config_options {
	struct ruleset_options from;
	const char *leases, *command, *user, *metrics;
	bool check, verbose;
	bool list, json, forget; /* -L, -j, -r */
	char **word;             /* of -r */
	size_t words;
};

struct config {
	struct ruleset set;
	struct ifaces ifaces;
};

/* As ruleset_load; NULL when there is no memory. */
struct config *
config_load(const struct config_options *o, const struct hostsdirs *before, struct diag *diag, struct diag *file_diag);
/* True if there is a subnet line: some are here only for their ra lines. */
bool config_serves(const struct config *c);
/* The longest time that any lease lasts, or a declined address rests. */
uint32_t config_longest_s(const struct config *c);
void config_free(struct config *c);

#endif
