/* What fuzzers of files share: a directory of their own, and what must be true. */
#ifndef SCRATCH_H
#define SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

static char scratch[] = "/tmp/fuzz.XXXXXX"; /* after scratch_open */

static void
require(int good)
{
	if (!good)
		abort();
}

static int
scratch_remove(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

static void
scratch_close(void)
{
	nftw(scratch, scratch_remove, 8, FTW_DEPTH | FTW_PHYS);
}

/* Makes the directory, which goes with the process.  True the first time. */
static int
scratch_open(void)
{
	static int made;

	if (made)
		return 0;
	require(mkdtemp(scratch) != NULL);
	atexit(scratch_close);
	made = 1;
	return 1;
}

#endif
