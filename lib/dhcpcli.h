/* The command line of a DHCP server: both take the same one.  What is wrong is said on
 * stderr, and ends the program. */
#ifndef DHCPCLI_H
#define DHCPCLI_H

#include "config.h"
#include "leasecmd.h"
#include "priv.h"

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

/* From the arguments to rules that can be served, and the user to become; the log is
 * open then.  What ends at once (-L, -r, -n, anything wrong) ends the program.  *o, which
 * is zero, borrows from argv and *user. */
struct config *
dhcpcli_start(const struct dhcpcli *t, int argc, char **argv, struct config_options *o, struct priv_user *user);
void dhcpcli_free(struct config_options *o);
/* By the time of a SIGHUP we are another user: warns of rules that it cannot read. */
void dhcpcli_warn_of_reload(const struct config_options *o);

#endif
