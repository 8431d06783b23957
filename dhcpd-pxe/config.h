/* Everything that is made from the rules, in one piece: a reload makes a new
 * one, and frees the old one only when the new one is good. */
#ifndef CONFIG_H
#define CONFIG_H

#include "hostsdir.h"
#include "ifaces.h"
#include "reach.h"

#define CONFIG_RULES "/etc/dhcpd-pxe/rules" /* without -f and -e */
#define CONFIG_LEASES "/var/lib/dhcpd-pxe/leases"

/* -f FILE or -e RULE, in the order of the command line. */
struct config_source {
	const char *text;
	bool is_rule;
};

struct config_options {
	struct config_source *source;
	size_t sources;
	const char **interface; /* -i */
	size_t interfaces;
	const char *leases, *command, *user, *metrics;
	const struct reach *reach;  /* after chroot: where they are; NULL: the names are as they are */
	const struct names *names;  /* addresses of server=NAME; NULL: none is known */
	const struct priv_user *as; /* with whose rights root opens files; NULL: its own */
	bool check, verbose;
	bool list, json, forget; /* -L, -j, -r */
	char **word;             /* of -r */
	size_t words;
};

struct config {
	struct rules rules;
	struct hosts hosts;
	struct hostsdirs dirs;
	struct ifaces ifaces;
};

/* Reads the rules and the hosts directories.  Errors in the rules, and
 * directories that cannot be read, go to *diag; those of single files in a
 * directory, which cost only that file, to *file_diag.  A file that is broken now
 * and was good in `before` (NULL: nothing was read before) stays as it was.  Use
 * the result when diag->errors is 0.  NULL when there is no memory. */
struct config *
config_load(const struct config_options *o, const struct hostsdirs *before, struct diag *diag, struct diag *file_diag);
/* True for -f -: standard input cannot be read again. */
bool config_is_input(const struct config_source *s);
/* True if a subnet line gives addresses. */
bool config_serves(const struct config *c);
void config_free(struct config *c);

#endif
