/*
 * Directories with one file per machine, named after it (machineid.h).  Files that are
 * added, changed or removed are noticed.
 */
#ifndef HOSTSDIR_H
#define HOSTSDIR_H

#include "hosts.h"
#include "priv.h"
#include "reach.h"

struct hostsdir;

struct hostsdirs {
	int inotify; /* to poll; -1 without directories */
	struct hostsdir *dir;
	size_t n;
	size_t missing;                 /* directories that are not there yet: update looks for them */
	struct hosts *hosts;            /* the files' hosts are added there */
	const struct rules *rules;      /* their addresses must be in its subnets */
	const struct hostsdirs *before; /* during a reload: what is in force */
	const struct reach *reach;      /* after chroot: where they are; or NULL */
	const struct priv_user *as;     /* with whose rights root opens files; NULL: its own */
};

/* Reads every directory of the rules; d->before, d->reach and d->as are kept.  A broken file is an
 * error that costs only itself; a directory that cannot be read is an error, one
 * that is not there yet a warning. */
void hostsdirs_open(struct hostsdirs *d, const struct rules *rules, struct hosts *hosts, struct diag *diag);
/* Takes up what has changed since; how many files were read or forgotten. */
size_t hostsdirs_update(struct hostsdirs *d, struct diag *diag);
/* The machine, `who` in the log, has booted what its file says `once`: renames it to
 * NAME.done and forgets it, even when the renaming fails (an error in the log then). */
void hostsdirs_done(struct hostsdirs *d, const struct host *host, const char *who);
/* Calls `each` with the rules of every file. */
void hostsdirs_each(const struct hostsdirs *d, void (*each)(void *context, const struct rules *r), void *context);
/* Files in force. */
size_t hostsdirs_count(const struct hostsdirs *d);
/* Takes their hosts out of d->hosts too. */
void hostsdirs_close(struct hostsdirs *d);

#endif
