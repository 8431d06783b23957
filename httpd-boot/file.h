/*
 * An open file that responses are sent from.  Responses that are sent at the same
 * time share it, and the last one closes it: no file is held open, which would
 * keep its file system from being unmounted, on the chance of another request.
 */
#ifndef FILE_H
#define FILE_H

#include <stdint.h>

struct file {
	int fd;
	uint64_t warm, warm_end, warm_ms; /* from, to: bytes that were in memory at that time (clock_ms) */
	unsigned users;
	struct file **known; /* where others find it, set to NULL when it is closed (filecache.h); or NULL */
};

/* A file with one user, which owns `fd`.  When memory is short: NULL, and fd is closed. */
struct file *file_make(int fd);
/* Adds a user. */
struct file *file_share(struct file *f);
/* Removes a user; f may be NULL. */
void file_leave(struct file *f);

#endif
