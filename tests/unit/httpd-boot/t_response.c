/* Answers about a small tree of files: with the cache and without it the
 * same bytes, and never old ones. */
#include "response.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "filecache.h"
#include "date.h"
#include "test.h"

static char tmpdir[] = "/tmp/t_response.XXXXXX";
static struct docroot docroot;
static struct filecache *cache;
static int64_t later; /* when all files have rested */

static const char *
path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", tmpdir, name);
	return path;
}

static void
put(const char *name, const char *content, size_t len)
{
	FILE *f = fopen(path_of(name), "w");

	CHECK(f && fwrite(content, 1, len, f) == len && fclose(f) == 0);
}

/* All a response sends, as a connection would; its length. */
static size_t
drain(struct response *a, char *out, size_t size)
{
	size_t n = 0;

	do {
		CHECK(n + a->len + a->left <= size);
		CHECK(response_hold(a) && a->mem);
		memcpy(out + n, a->at, a->len);
		n += a->len;
		if (a->left)
			CHECK_INT(pread(a->file->fd, out + n, a->left, (off_t)a->pos), (long long)a->left);
		n += a->left;
		a->left = 0;
	} while (response_next(a));
	CHECK_INT(n, a->head_len + a->content);
	return n;
}

static size_t
ask_at(struct filecache *files, const char *text, int64_t now, char *out, size_t size)
{
	char date[DATE_HTTP];
	struct response_ask ask = { &docroot, files, now, date_http(now, date), false };
	struct http_request req;
	struct response a;
	size_t n;

	filecache_doubt(files);
	CHECK_INT(http_parse(text, strlen(text), &req), HTTP_OK);
	if (!response_make(&ask, &req, &a))
		return 0;
	n = drain(&a, out, size);
	response_free(&a);
	return n;
}

static void
same_bytes(void)
{
	static const char *const paths[] = { "/small", "/empty", "/large", "/loader", "/dir", "/dir/", "/none",
		"/small/" };
	static const char *const headers[] = {
		"",
		"Range: bytes=1-3\r\n",
		"Range: bytes=0-0,5-9,-2\r\n",
		"Range: bytes=-1\r\n",
		"Range: bytes=999999-\r\n",
		"Range: bytes=u-u\r\n",
		"If-None-Match: *\r\n",
		"If-Match: \"x\"\r\n",
	};
	static char text[256], a[65536], b[65536];

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		for (size_t j = 0; j < 4 * sizeof(headers) / sizeof(headers[0]); j++) {
			size_t n;

			snprintf(text, sizeof(text), "%s %s HTTP/1.%s\r\n%s\r\n", j & 1 ? "HEAD" : "GET", paths[i],
			    j & 2 ? "1\r\nHost: x" : "0", headers[j / 4]);
			n = ask_at(NULL, text, later, a, sizeof(a));
			CHECK(n > 0);
			for (int round = 0; round < 2; round++) {
				CHECK_INT(ask_at(cache, text, later, b, sizeof(b)), n);
				CHECK(memcmp(a, b, n) == 0);
			}
		}
}

static bool
gives(const char *path, int64_t now, const char *content)
{
	static char out[65536], text[256];
	size_t n, len = strlen(content);

	snprintf(text, sizeof(text), "GET %s HTTP/1.0\r\n\r\n", path);
	n = ask_at(cache, text, now, out, sizeof(out));
	return n > len && memcmp(out + n - len, content, len) == 0;
}

static bool
is_kept(const char *path)
{
	struct docroot_item item = { 0 };
	bool kept;

	if (filecache_find(cache, &docroot, path, later, &item) != DOCROOT_FILE)
		return false;
	kept = item.bytes != NULL;
	file_leave(item.file);
	return kept;
}

static void
kept(void)
{
	CHECK(gives("/small", later, "0123456789"));
	CHECK(is_kept("/small"));
	CHECK(gives("/large", later, "x"));
	CHECK(!is_kept("/large"));
	put("young", "1", 1);
	CHECK(gives("/young", time(NULL), "1"));
	CHECK(gives("/young", time(NULL), "1"));
	put("young", "2", 1); /* perhaps within the clock's grain */
	CHECK(gives("/young", time(NULL), "2"));
}

static void
never_old(void)
{
	char from[128];

	put("a", "first", 5);
	CHECK(gives("/a", later, "first") && gives("/a", later, "first") && is_kept("/a"));
	put("a", "other", 5);
	/* a changed file is told by its times; make sure that they differ */
	CHECK_INT(utimensat(AT_FDCWD, path_of("a"), (struct timespec[2]){ { 1, 0 }, { 1, 0 } }, 0), 0);
	CHECK(gives("/a", later, "other") && gives("/a", later, "other"));
	put("b", "third", 5);
	snprintf(from, sizeof(from), "%s", path_of("b"));
	CHECK_INT(rename(from, path_of("a")), 0);
	CHECK(gives("/a", later, "third") && gives("/a", later, "third"));
	CHECK_INT(unlink(path_of("a")), 0);
	CHECK(gives("/a", later, "404 Not Found\n"));
	put("a", "again", 5);
	CHECK(gives("/a", later, "again"));
}

/* Requests that arrived together are answered after one look at the file;
 * the next one to arrive has its own. */
static void
together(void)
{
	struct docroot_item item;

	put("c", "first", 5);
	CHECK(is_kept("/c") || is_kept("/c"));
	put("c", "other!", 6);
	CHECK(is_kept("/c"));
	filecache_doubt(cache);
	CHECK(!is_kept("/c"));
	CHECK(gives("/c", later, "other!"));
	CHECK_INT(filecache_find(cache, &docroot, "/c", later + 5, &item), DOCROOT_FILE);
	CHECK(item.ready && memmem(item.ready, item.head_len, "\r\nContent-Length: 6\r\n", 21));
}

/* The head that is kept says the time of the response. */
static void
dated(void)
{
	static char out[65536];
	char date[DATE_HTTP];

	for (int64_t now = later; now < later + 3; now++) {
		size_t n = ask_at(cache, "GET /small HTTP/1.1\r\nHost: x\r\n\r\n", now, out, sizeof(out));

		CHECK(n > 60 && memcmp(out + 17, "Date: ", 6) == 0 && memcmp(out + 23, date_http(now, date), 29) == 0);
		CHECK(memcmp(out + 52, "\r\n", 2) == 0);
	}
	CHECK(is_kept("/small"));
	/* a clock that was set back: Last-Modified is not later than Date (RFC 9110, 8.8.2.1) */
	ask_at(cache, "GET /small HTTP/1.1\r\nHost: x\r\n\r\n", 1000, out, sizeof(out));
	CHECK(strstr(out, "Last-Modified: Thu, 01 Jan 1970 00:16:40 GMT"));
}

/* A link that led inside when it was kept. */
static void
link_turned_away(void)
{
	CHECK_INT(symlink("small", path_of("link")), 0);
	CHECK(gives("/link", later, "0123456789") && is_kept("/link"));
	CHECK_INT(unlink(path_of("link")), 0);
	CHECK_INT(symlink("/etc/passwd", path_of("link")), 0);
	CHECK(gives("/link", later, "404 Not Found\n"));
	CHECK(gives("/link", later, "404 Not Found\n"));
}

/* More files than places. */
static void
many(void)
{
	char name[32], content[32];

	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 2 * FILECACHE_SLOTS; i++) {
			snprintf(name, sizeof(name), "/many%d", i);
			snprintf(content, sizeof(content), "content %d", i);
			if (round == 0)
				put(name + 1, content, strlen(content));
			CHECK(gives(name, later, content));
		}
}

static struct file *
find_open(const char *path, uint64_t *size)
{
	struct docroot_item item = { 0 };

	filecache_doubt(cache);
	if (filecache_find(cache, &docroot, path, later, &item) != DOCROOT_FILE)
		return NULL;
	*size = item.size;
	return item.file;
}

static char
byte_of(const struct file *f)
{
	char byte = 0;

	CHECK_INT(pread(f->fd, &byte, 1, 0), 1);
	return byte;
}

/* Answers from one file at the same time open it once, and nothing stays open. */
static void
shared(void)
{
	static char other[50000] = "other";
	char from[128];
	uint64_t size;
	struct file *a = find_open("/large", &size), *b = find_open("//large", &size), *c;
	int fd = a->fd;

	CHECK(a && a == b);
	CHECK_INT(size, 40000);
	file_leave(a);
	filecache_turn(cache);
	CHECK_INT(byte_of(b), 'x');
	file_leave(b);
	CHECK(fcntl(fd, F_GETFD) < 0);
	a = find_open("/large", &size);
	file_leave(a);
	b = find_open("/large", &size);
	CHECK(b == a); /* the turn is not over */
	file_leave(b);
	filecache_turn(cache);
	CHECK(fcntl(fd, F_GETFD) < 0);
	a = find_open("/large", &size);
	put("new", other, sizeof(other));
	snprintf(from, sizeof(from), "%s", path_of("new"));
	CHECK_INT(rename(from, path_of("large")), 0);
	b = find_open("/large", &size);
	CHECK_INT(size, 50000);
	CHECK(a && b && a != b && byte_of(a) == 'x' && byte_of(b) == 'o');
	file_leave(a); /* the one found before is not the one found now */
	c = find_open("/large", &size);
	CHECK(c == b);
	file_leave(c);
	CHECK_INT(truncate(path_of("large"), 45000), 0);
	c = find_open("/large", &size);
	CHECK(c && c != b);
	CHECK_INT(size, 45000);
	CHECK_INT(unlink(path_of("large")), 0);
	CHECK(!find_open("/large", &size));
	file_leave(b);
	file_leave(c);
}

/* Files outlive their place in the cache, and the cache. */
static void
shared_longer(void)
{
	static char content[20000] = "long";
	struct file *file[FILECACHE_SLOTS * 2], *last;
	uint64_t size;
	char name[32];

	for (int i = 0; i < FILECACHE_SLOTS * 2; i++) {
		snprintf(name, sizeof(name), "/long%d", i);
		content[0] = (char)i;
		put(name + 1, content, sizeof(content));
		file[i] = find_open(name, &size);
		CHECK(file[i]);
	}
	for (int i = 1; i < FILECACHE_SLOTS * 2; i++) {
		CHECK_INT(byte_of(file[i]), (char)i);
		file_leave(file[i]);
	}
	last = find_open("/long9", &size);
	filecache_free(cache);
	cache = NULL;
	CHECK_INT(byte_of(last), 9);
	file_leave(last);
	file_leave(file[0]);
}

static void
make_tree(void)
{
	static char large[40000];

	memset(large, 'x', sizeof(large));
	put("small", "0123456789", 10);
	put("empty", "", 0);
	put("large", large, sizeof(large));
	put("loader", "#!ipxe\n", 7);
	CHECK_INT(mkdir(path_of("dir"), 0755), 0);
	put("dir/file", "f", 1);
	CHECK_INT(beneath_root(tmpdir, &docroot.root), 0);
	docroot.listings = true;
	cache = filecache_make();
	later = time(NULL) + 100;
}

int
main(void)
{
	char remove[64];

	if (!mkdtemp(tmpdir))
		return 1;
	RUN(make_tree);
	RUN(same_bytes);
	RUN(kept);
	RUN(never_old);
	RUN(together);
	RUN(dated);
	RUN(link_turned_away);
	RUN(many);
	RUN(shared);
	RUN(shared_longer);
	beneath_close(&docroot.root);
	snprintf(remove, sizeof(remove), "rm -r %s", tmpdir);
	return system(remove) != 0 || TEST_EXIT();
}
