#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "disk.h"
#include "eltorito.h"
#include "io.h"
#include "iso.h"
#include "path.h"

/* Not /tmp, which is often in memory: the file may be as large as a DVD. */
const char *
spool_dir(void)
{
	const char *dir = getenv("TMPDIR");

	return dir && *dir ? dir : "/var/tmp";
}

/* On a file system without O_TMPFILE the file gets a name, which goes at once. */
static int
open_unnamed(const char *dir)
{
	int fd = open(dir, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600), e;
	char name[PATH_SIZE];

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
		return fd;
	if ((size_t)snprintf(name, sizeof(name), "%s/.isoextract.XXXXXX", dir) >= sizeof(name)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(name, O_CLOEXEC);
	e = errno;
	if (fd >= 0)
		unlink(name);
	errno = e;
	return fd;
}

/* Copies all of it; reports errors. */
static bool
spool_fill(struct run *run, int fd)
{
	const struct source *root = source_root(run->source);
	const void *bytes;
	ssize_t n;

	while ((n = source_read(run->source, &bytes)) > 0) {
		progress_show(&run->progress, source_position(root), source_size(root), run->o->name, clock_ms());
		if (io_write(fd, bytes, (size_t)n) < (size_t)n) {
			run_error(run, EXIT_SYSTEM,
			    "%s: it can be read only once and must be kept, but cannot write into %s: %s; "
			    "set TMPDIR to another directory",
			    run->o->name, spool_dir(), strerror(errno));
			return false;
		}
	}
	if (n < 0)
		run_error(run, EXIT_SYSTEM, "%s: cannot read it: %s", run->o->name, source_error(run->source));
	return n == 0;
}

bool
spool_where_needed(struct run *run)
{
	size_t len;
	const void *head = source_head(run->source, &len);
	struct source *kept;
	uint32_t sector;
	struct iso iso;
	struct disk disk;
	int fd;

	if (source_seekable(run->source))
		return true;
	/* Only UDF, disks and boot images are read here and there. */
	iso_identify(head, len, &iso);
	if (!iso.udf && !disk_identify(head, len, UINT64_MAX, &disk) &&
	    !(selection_asks_for_boot_images(run->selection) && eltorito_catalog(head, len, &sector)))
		return true;
	fd = open_unnamed(spool_dir());
	if (fd < 0) {
		run_error(run, EXIT_SYSTEM,
		    "%s: it can be read only once and must be kept, but cannot create a file in %s: %s; "
		    "set TMPDIR to another directory",
		    run->o->name, spool_dir(), strerror(errno));
		return false;
	}
	if (!spool_fill(run, fd)) {
		close(fd);
		return false;
	}
	progress_clear(&run->progress);
	kept = source_kept(run->source, fd);
	if (kept) {
		run->source = kept;
		return true;
	}
	close(fd);
	run_error(run, EXIT_SYSTEM, "out of memory");
	return false;
}
