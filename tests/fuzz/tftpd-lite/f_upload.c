/* Any upload: its name appears when it is committed and not before, with the
 * bytes that were sent; one that is not committed leaves nothing behind.
 * Input: flags, the name, a NUL, then pieces with a length byte each. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "netascii.h"
#include "scratch.h"
#include "upload.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
entries(int dir)
{
	DIR *d = fdopendir(openat(dir, ".", O_RDONLY | O_DIRECTORY));
	int n = -2;

	require(d != NULL);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void
require_content(int dir, const char *base, const uint8_t *want, size_t len)
{
	uint8_t *got = malloc(len + 1);
	int fd = openat(dir, base, O_RDONLY | O_NOFOLLOW);

	require(got && fd >= 0 && read(fd, got, len + 1) == (ssize_t)len && memcmp(got, want, len) == 0);
	close(fd);
	free(got);
}

/* Sends the pieces; what should arrive, in `want`, and its length. */
static size_t
send_pieces(struct upload *u, struct rd *r, bool text, uint8_t *want)
{
	struct netascii_in state = { .cr = false };
	size_t n = 0;

	while (rd_left(r) > 0) {
		size_t len = rd_u8(r);
		const uint8_t *piece;

		if (len > rd_left(r))
			len = rd_left(r);
		piece = rd_take(r, len);
		require(upload_write(u, piece, len) == 0);
		if (text)
			n += netascii_decode(&state, piece, len, want + n);
		else if (len)
			memcpy(want + n, piece, len), n += len;
		require(upload_size(u) == n);
	}
	return n + (text ? netascii_flush(&state, want + n) : 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rd r = rd_open(data, size);
	uint8_t flags = rd_u8(&r), *want = malloc(2 * size + 2);
	const char *base = rd_cstr(&r);
	struct upload_how how;
	uint64_t held = 0;
	struct upload *u;
	struct stat st;
	size_t len;
	int dir;

	scratch_open();
	dir = open(scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	require(dir >= 0 && want);
	if (!base || !*base || strchr(base, '/') || strcmp(base, ".") == 0 || strcmp(base, "..") == 0) {
		close(dir); /* docroot_open_parent gives no such name */
		free(want);
		return 0;
	}
	how = (struct upload_how){ .netascii = flags & 1, .replace = flags & 4, .held = &held };
	u = upload_open(fcntl(dir, F_DUPFD_CLOEXEC, 0), base, &how);
	if (!u) {
		require(errno == ENAMETOOLONG);
	} else {
		len = send_pieces(u, &r, flags & 1, want);
		require(fstatat(dir, base, &st, AT_SYMLINK_NOFOLLOW) < 0);
		if (flags & 2) {
			require(upload_commit(u) == 0);
			require_content(dir, base, want, len);
		}
		upload_close(u);
		require(entries(dir) == (flags & 2 ? 1 : 0));
		if (flags & 2) {
			how.replace = false;
			require(!upload_open(fcntl(dir, F_DUPFD_CLOEXEC, 0), base, &how) && errno == EEXIST);
			require(unlinkat(dir, base, 0) == 0);
		}
	}
	close(dir);
	free(want);
	return 0;
}
