#include "leasefile_compact.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#define STEP 4096 /* lines: about 3 ms */

int
compact_begin_with(struct compact *w, int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	*w = (struct compact){ .fd = fd, .dir = -1, .to = copy < 0 ? NULL : fdopen(copy, "a") };
	if (w->to)
		return 0;
	if (copy >= 0)
		close(copy);
	return -1;
}

int
compact_begin(struct compact *w, int dir, const char *name)
{
	int copy;

	*w = (struct compact){ .dir = dir };
	snprintf(w->name, sizeof(w->name), "%s", name);
	snprintf(w->temp, sizeof(w->temp), "%.251s.new", name);
	/* one that was left behind, or put there by somebody */
	unlinkat(dir, w->temp, 0);
	w->fd = openat(dir, w->temp, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
	copy = w->fd < 0 ? -1 : fcntl(w->fd, F_DUPFD_CLOEXEC, 3);
	w->to = copy < 0 ? NULL : fdopen(copy, "a");
	if (!w->to && copy >= 0)
		close(copy);
	/* locked before it gets its name, so that no other daemon takes it */
	if (w->to && flock(w->fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	compact_abandon(w);
	return -1;
}

static void
compact_write_line(struct compact *w, size_t len)
{
	if (len == 0)
		return;
	fwrite(w->line, 1, len, w->to);
	w->lines++;
}

/* Stops only at a border of the walk, so that leases may come and go between two
 * steps: one may be written twice, and none is missed. */
int
compact_step(struct compact *w, const struct leasestore *store)
{
	struct hashtab_node *node;
	size_t until = w->lines + STEP;
	off_t from = lseek(w->fd, 0, SEEK_END);

	if (!w->headed && store->head)
		compact_write_line(w, store->head(store->leases, w->line));
	w->headed = true;
	while ((node = hashtab_step(store->table, &w->walk))) {
		compact_write_line(w, store->line(node, w->line));
		if (w->lines >= until && hashtab_at_border(&w->walk))
			break;
	}
	if (fflush(w->to) != 0 || ferror(w->to))
		return -1;
	/* on its way to the disk already, so that there is little to wait for at the end */
	if (node)
		sync_file_range(w->fd, from < 0 ? 0 : from, 0, SYNC_FILE_RANGE_WRITE);
	return node != NULL;
}

void
compact_add(struct compact *w, const char *lines, size_t len, size_t count)
{
	if (!w->to)
		return;
	fwrite(lines, 1, len, w->to);
	w->lines += count;
}

static void
compact_end(struct compact *w)
{
	if (w->to)
		fclose(w->to);
	w->to = NULL;
	w->fd = -1;
}

int
compact_sync(struct compact *w)
{
	return fflush(w->to) != 0 || fdatasync(w->fd) < 0 ? -1 : 0;
}

int
compact_finish(struct compact *w)
{
	int fd = w->fd;

	if (compact_sync(w) < 0 || renameat(w->dir, w->temp, w->dir, w->name) < 0) {
		compact_abandon(w);
		return -1;
	}
	compact_end(w);
	return fd;
}

void
compact_abandon(struct compact *w)
{
	int saved = errno;

	if (w->fd >= 0) {
		close(w->fd);
		unlinkat(w->dir, w->temp, 0);
	}
	compact_end(w);
	errno = saved;
}
