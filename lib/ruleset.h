/*
 * All that rules say, read from where the command line points: the lines, those of
 * included files, the machines and their own files.
 */
#ifndef RULESET_H
#define RULESET_H

#include "confine.h"
#include "hostsdir.h"
#include "reach.h"

/* -f FILE or -e RULE, in the order of the command line. */
struct ruleset_source {
	const char *text;
	bool is_rule;
};

struct ruleset_options {
	enum rules_family family; /* of the daemon */
	struct ruleset_source *source;
	size_t sources;
	const char **interface; /* -i: instead of the interface lines */
	size_t interfaces;
	const struct reach *reach;  /* after chroot: where they are; NULL: the names are as they are */
	const struct names *names;  /* addresses of server=NAME; NULL: none is known */
	const struct priv_user *as; /* with whose rights root opens files; NULL: its own */
};

struct ruleset {
	struct rules rules;
	struct hosts hosts;
	struct hostsdirs dirs;
};

/* Reads the rules and the hosts directories.  Errors in the rules, and directories
 * that cannot be read, go to *diag; those of single files in a directory, which cost
 * only that file, to *file_diag.  A file that is broken now and was good in `before`
 * (NULL: nothing was read before) stays as it was.  Use the result when diag->errors
 * is 0; for ruleset_free in any case. */
struct ruleset_diags {
	struct diag *rules, *files;
};
void ruleset_load(struct ruleset *s, const struct ruleset_options *o, const struct hostsdirs *before,
    const struct ruleset_diags *diag);
void ruleset_free(struct ruleset *s);
/* True for -f -: standard input cannot be read again. */
bool ruleset_is_input(const struct ruleset_source *source);

/* Of what is read again while the daemon runs.  Where a fence must let it, in at most
 * ruleset_places(): adds to path[] and returns how many; the caller closes them. */
size_t ruleset_places(const struct ruleset *s, const struct ruleset_options *o);
size_t ruleset_paths(const struct ruleset *s, const struct ruleset_options *o, struct confine_path *path);
/* For chroot: a name has to be looked up from a directory that is open.  False with errno. */
bool ruleset_keep(const struct ruleset *s, const struct ruleset_options *o, struct reach *reach);

#endif
