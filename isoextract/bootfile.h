/* A SOURCE that is no image but one boot program: PXELINUX, GRUB, iPXE, a kernel ... */
#ifndef BOOTFILE_H
#define BOOTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bootprog.h"
#include "run.h"

struct bootfile {
	struct bootprog program;
	uint64_t size;
	bool whole; /* all of its bytes were looked at */
};

/* Does a source that begins with these bytes hold just a boot program?  They must
 * be the first IMAGE_PEEK or more, 64 KiB to rule out an image that also starts
 * like one. */
bool bootfile_starts(const void *head, size_t len);

/* Reads the run's source, from its start, and says which one it is.  False after
 * reporting an error. */
bool bootfile_read(struct run *run, struct bootfile *out);

#endif
