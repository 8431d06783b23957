/*
 * An open file that responses are sent from.  Those that are sent at the same
 * time share it, and the last closes it: no file is held open, and no file system
 * kept from being unmounted, for what may come.
 */
#ifndef FILE_H
#define FILE_H

#include <stdint.h>

struct file {
	int fd;
	uint64_t warm, warm_end, warm_ms; /* from, to: bytes that were all in memory then (clock_ms) */
	unsigned users;
	struct file **known; /* where others find it, NULL there once it is closed (filecache.h); or NULL */
};

/* Of one user.  `fd` is its own from now on; closed, and NULL, when memory is short. */
struct file *file_make(int fd);
/* One user more. */
struct file *file_share(struct file *f);
/* One less; NULL is none. */
void file_leave(struct file *f);

#endif
