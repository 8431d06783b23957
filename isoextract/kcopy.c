#include "kcopy.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define WORTH_ASKING 65536 /* bytes; less is not worth a further system call */

/* Here copy_file_range does more than sendfile: it shares blocks (reflinks) or lets
 * the server copy.  Elsewhere sendfile is faster, as measured. */
static bool
shares_blocks(int to)
{
	struct statfs fs;
	uint32_t type; /* the field's own type differs from machine to machine, and is signed on some */

	if (fstatfs(to, &fs) < 0)
		return false;
	type = (uint32_t)fs.f_type;
	return type == BTRFS_SUPER_MAGIC || type == XFS_SUPER_MAGIC || type == NFS_SUPER_MAGIC ||
	    type == OCFS2_SUPER_MAGIC || type == OVERLAYFS_SUPER_MAGIC;
}

size_t
kcopy_hole(const struct kcopy *c)
{
	off_t data = c->len < WORTH_ASKING ? (off_t)c->at : lseek(c->from, (off_t)c->at, SEEK_DATA);

	if (data < 0) /* ENXIO: no data up to the end, wherever that is */
		return 0;
	return (uint64_t)data - c->at < c->len ? (size_t)((uint64_t)data - c->at) : c->len;
}

ssize_t
kcopy(int to, const struct kcopy *c)
{
	off_t at = (off_t)c->at, offset = (off_t)c->offset;
	ssize_t n = -1;

	if (c->len >= WORTH_ASKING && shares_blocks(to))
		n = copy_file_range(c->from, &at, to, &offset, c->len, 0);
	if (n >= 0)
		return n;
	at = (off_t)c->at;
	if (c->offset > 0 && lseek(to, (off_t)c->offset, SEEK_SET) < 0)
		return -1;
	n = sendfile(to, c->from, &at, c->len);
	if (n < 0 && (errno == EINVAL || errno == ENOSYS || errno == EXDEV || errno == EOPNOTSUPP))
		errno = ENOTSUP;
	return n;
}
