/* The command line of a DHCP server: both take the same one.  What is wrong is said on
 * stderr, and ends the program. */
#ifndef DHCPCLI_H
#define DHCPCLI_H

#include "config.h"
#include "leasecmd.h"

struct dhcpcli {
	const char *tool, *usage; /* as cli_getopt */
	enum rules_family family;
	const char *rules, *leases; /* where they are without -f and -e, and without -l */
	const char *user;           /* its own one (priv_lookup) */
	/* Does the word name leases that -r can have forgotten? */
	bool (*names_lease)(const char *word);
	/* Of -L, as struct leasecmd. */
	int (*print_leases)(const struct leasecmd_input *in, FILE *to, size_t *damaged);
};

/* *o, which is zero, borrows from argv. */
void dhcpcli_parse(const struct dhcpcli *t, int argc, char **argv, struct config_options *o);
void dhcpcli_free(struct config_options *o);
/* -L and -r: the exit code. */
int dhcpcli_leases(const struct dhcpcli *t, const struct config_options *o);
/* Prints everything that is wrong with the rules; returns only what can be used. */
struct config *dhcpcli_load(const struct config_options *o);
/* -n, with rules that can be used: what can be told of this host, and with -v the
 * rules. */
void dhcpcli_check(const struct dhcpcli *t, const struct config_options *o, const struct rules *rules);
/* By the time of a SIGHUP we are another user: warns of rules that it cannot read. */
void dhcpcli_warn_of_reload(const struct config_options *o);

#endif
