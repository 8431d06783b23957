#include "inbox.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "asuser.h"
#include "clock.h"
#include "io.h"
#include "limits.h"
#include "unique.h"

#define HIDDEN ".new-"
#define SLOTS 65536
#define LOOK_AGAIN_MS 5000 /* when a bound is reached, somebody may have cleared up */
#define ATTEMPTS 1000      /* at a name that nobody has */

/* What is there, whole or on its way, for all workers: sums that may be a little off, until
 * the next look. */
struct counts {
	_Atomic uint64_t bytes, looked_ms;
	_Atomic uint32_t files;
	_Atomic uint32_t kib[SLOTS], of_one[SLOTS]; /* of an address */
};

struct inbox {
	int dir;
	uint64_t most;
	const struct limits *limits;
	struct counts *counts;
};

/* ---- opening ----------------------------------------------------------- */

struct inbox_job {
	const char *path;
	int fd;
};

static int
open_inbox(void *context)
{
	struct inbox_job *j = context;

	j->fd = open(j->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return j->fd < 0 ? -1 : 0;
}

struct inbox *
inbox_open(const char *path, const struct priv_user *user, char error[INBOX_ERROR])
{
	struct inbox_job j = { .path = path, .fd = -1 };
	struct inbox *b = NULL;

	if (asuser_try(user, path, open_inbox, &j) < 0) {
		snprintf(error, INBOX_ERROR, "cannot open the inbox \"%s\": %s", path, strerror(errno));
		return NULL;
	}
	if (!asuser_may_write(user, j.fd))
		snprintf(error, INBOX_ERROR, "%s%s may not write to the inbox \"%s\"; give it that directory (chown)",
		    user->change ? "user " : "this user", user->change ? user->name : "", path);
	else if (!(b = calloc(1, sizeof(*b))))
		snprintf(error, INBOX_ERROR, "out of memory");
	if (!b) {
		close(j.fd);
		return NULL;
	}
	b->dir = j.fd;
	return b;
}

int
inbox_directory(const struct inbox *b)
{
	return b->dir;
}

uint64_t
inbox_most(const struct inbox *b)
{
	return b->most;
}

/* ---- what is there ----------------------------------------------------- */

static uint32_t
to_kib(uint64_t bytes)
{
	return (uint32_t)((bytes + 1023) / 1024);
}

static void
count(struct counts *c, uint16_t slot, uint64_t bytes)
{
	c->bytes += bytes;
	c->files++;
	c->kib[slot] += to_kib(bytes);
	c->of_one[slot]++;
}

/* It may be gone from the sums already, if all was counted anew just now. */
static void
uncount(struct counts *c, uint16_t slot, uint64_t bytes)
{
	c->bytes -= c->bytes < bytes ? c->bytes : bytes;
	c->files -= c->files > 0;
	c->kib[slot] -= c->kib[slot] < to_kib(bytes) ? c->kib[slot] : to_kib(bytes);
	c->of_one[slot] -= c->of_one[slot] > 0;
}

/* Is it a file that is on its way? */
static bool
is_hidden(const char *name)
{
	return strncmp(name, HIDDEN, strlen(HIDDEN)) == 0;
}

/* Whose it is: TIME-ADDRESS-NAME; of one that is on its way, the slot itself. */
static uint16_t
slot_of_name(const struct inbox *b, const char *name)
{
	const char *dash = strchr(name, '-'), *end = dash ? strchr(dash + 1, '-') : NULL;
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	char text[64];

	if (is_hidden(name))
		return (uint16_t)strtoul(name + strlen(HIDDEN), NULL, 16);
	if (!end || end - dash > 60)
		return 0;
	snprintf(text, sizeof(text), "%.*s", (int)(end - dash - 1), dash + 1);
	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		return limits_slot(b->limits, (struct sockaddr *)&in);
	inet_pton(AF_INET6, text, &in6.sin6_addr);
	return limits_slot(b->limits, (struct sockaddr *)&in6);
}

/* Counts everything anew.  At the start, what a server that was killed left
 * unfinished goes. */
static int
inbox_look(struct inbox *b, bool first)
{
	int fd = openat(b->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	struct stat st;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	b->counts->bytes = 0;
	b->counts->files = 0;
	for (size_t i = 0; i < SLOTS; i++)
		b->counts->kib[i] = b->counts->of_one[i] = 0;
	while ((e = readdir(d))) {
		bool hidden = is_hidden(e->d_name);

		if (first && hidden)
			unlinkat(b->dir, e->d_name, 0);
		else if ((hidden || e->d_name[0] != '.') && fstatat(b->dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			count(b->counts, slot_of_name(b, e->d_name), (uint64_t)st.st_size);
	}
	closedir(d);
	return 0;
}

int
inbox_begin(struct inbox *b, const struct limits *limits, uint64_t bytes)
{
	b->limits = limits;
	b->most = bytes;
	b->counts = mmap(NULL, sizeof(*b->counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (b->counts == MAP_FAILED)
		return -1;
	return inbox_look(b, true);
}

static bool
is_full(const struct inbox *b, uint16_t slot)
{
	const struct counts *c = b->counts;

	return c->files >= INBOX_FILES || c->of_one[slot] >= INBOX_FILES_OF_ONE ||
	    c->bytes + b->most > INBOX_OF_ALL * b->most ||
	    c->kib[slot] + (uint64_t)to_kib(b->most) > INBOX_OF_ONE * (uint64_t)to_kib(b->most);
}

/* ---- a file ------------------------------------------------------------ */

/* What any shell, and any other system, takes for a file's name. */
static void
make_name(const struct inbox_from *from, char out[INBOX_NAME])
{
	const char *name = *from->name ? from->name : "post";
	time_t now = (time_t)from->now;
	struct tm tm;
	size_t n;

	gmtime_r(&now, &tm);
	n = strftime(out, INBOX_NAME, "%Y%m%dT%H%M%SZ", &tm);
	n += (size_t)snprintf(out + n, INBOX_NAME - n, "-%.45s-", from->address);
	for (size_t i = 0; name[i] && i < 100; i++) {
		char c = name[i];
		bool safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
		    c == '-' || (c == '.' && i > 0);

		out[n++] = safe ? c : '_';
	}
	out[n] = '\0';
}

int
inbox_create(struct inbox *b, const struct inbox_from *from, struct inbox_file *f)
{
	uint64_t now_ms = clock_ms();

	*f = (struct inbox_file){ .fd = -1, .slot = from->slot };
	if (is_full(b, from->slot) && now_ms - b->counts->looked_ms >= LOOK_AGAIN_MS) {
		b->counts->looked_ms = now_ms;
		inbox_look(b, false);
	}
	if (is_full(b, from->slot)) {
		errno = EDQUOT;
		return -1;
	}
	snprintf(f->hidden, sizeof(f->hidden), HIDDEN "%04x-%016llx", from->slot, (unsigned long long)unique_number());
	make_name(from, f->name);
	f->fd = openat(b->dir, f->hidden, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
	if (f->fd < 0)
		return -1;
	count(b->counts, f->slot, 0);
	return 0;
}

/* Many at once must not go past a bound that each of them found far away when it began. */
static bool
fits_bounds(const struct inbox *b, const struct inbox_file *f, uint64_t len)
{
	uint32_t more = to_kib(f->bytes + len) - to_kib(f->bytes);

	return b->counts->bytes + len <= INBOX_OF_ALL * b->most &&
	    b->counts->kib[f->slot] + (uint64_t)more <= INBOX_OF_ONE * (uint64_t)to_kib(b->most);
}

int
inbox_write(struct inbox *b, struct inbox_file *f, const char *bytes, size_t len)
{
	if (f->bytes + len > b->most) {
		errno = EFBIG;
		return -1;
	}
	if (!fits_bounds(b, f, len)) {
		errno = EDQUOT;
		return -1;
	}
	b->counts->bytes += len;
	b->counts->kib[f->slot] += to_kib(f->bytes + len) - to_kib(f->bytes);
	f->bytes += len;
	return io_write(f->fd, bytes, len) == len ? 0 : -1;
}

int
inbox_keep(struct inbox *b, struct inbox_file *f)
{
	size_t n = strlen(f->name);
	int rc;

	if (fsync(f->fd) < 0)
		return -1;
	rc = linkat(b->dir, f->hidden, b->dir, f->name, 0);
	for (int i = 2; rc < 0 && errno == EEXIST && i < ATTEMPTS; i++) {
		snprintf(f->name + n, INBOX_NAME - n, ".%d", i);
		rc = linkat(b->dir, f->hidden, b->dir, f->name, 0);
	}
	if (rc < 0)
		return -1;
	fsync(b->dir); /* the name, too; not every file system can */
	f->kept = true;
	return 0;
}

void
inbox_drop(struct inbox *b, struct inbox_file *f)
{
	if (f->fd < 0)
		return;
	unlinkat(b->dir, f->hidden, 0);
	close(f->fd);
	f->fd = -1;
	if (!f->kept)
		uncount(b->counts, f->slot, f->bytes);
}
