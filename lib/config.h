/* Everything that a DHCP server makes from its rules, in one piece: a reload makes a new
 * one, and frees the old one only when the new one is good. */
#ifndef CONFIG_H
#define CONFIG_H

#include "ifaces.h"
#include "ruleset.h"

struct config_options {
	struct ruleset_options from;
	const char *leases;                   /* the lease file */
	const char *command, *user, *metrics; /* NULL: none was named */
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
/* For a reload: the rules as they are now.  What is wrong is logged; NULL when they cannot
 * be used. */
struct config *config_reload(const struct config_options *o, const struct config *old);
/* Follows what has changed in hosts directories, and logs that. */
void config_follow_hosts(struct config *c);
/* True if a subnet line gives addresses: others are for a proxy, or there are ra lines
 * alone. */
bool config_serves(const struct config *c);
void config_free(struct config *c);

#endif
