/*
 * Folders with a file a machine, named after its MAC address
 * (52-54-00-19-93-5b).  Files that appear, change or go are noticed.
 */
#ifndef HOSTSDIR_H
#define HOSTSDIR_H

#include "hosts.h"

struct hostsdir;

struct hostsdirs {
	int inotify; /* to poll; -1 without folders */
	struct hostsdir *dir;
	size_t n;
	size_t missing;                 /* folders that are not there yet: update looks for them */
	struct hosts *hosts;            /* what they add to */
	const struct rules *rules;      /* what their addresses must fit */
	const struct hostsdirs *before; /* while a reload opens them: what was in force */
};

/* Reads every folder of the rules; d->before is kept.  A broken file is a fault that costs only
 * itself; a folder that cannot be read is an error of *diag, one that is not
 * there yet a warning. */
void hostsdirs_open(struct hostsdirs *d, const struct rules *rules, struct hosts *hosts, struct diag *diag);
/* What has changed since; how many files were read or went. */
size_t hostsdirs_update(struct hostsdirs *d, struct diag *diag);
/* The machine has booted what its file says `once`: renames it to NAME.done
 * and lets go of it, whether the renaming works or not (a fault then). */
void hostsdirs_done(struct hostsdirs *d, const struct host *host, struct diag *diag);
/* Files in force. */
size_t hostsdirs_count(const struct hostsdirs *d);
/* Takes their hosts out of d->hosts too. */
void hostsdirs_close(struct hostsdirs *d);

#endif
