#include "archivereader.h"

#include <archive.h>
#include <archive_entry.h>
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "guard.h"
#include "libarchive.h"
#include "library.h"
#include "sonames.h"

#define WHY_SIZE 256

/* libarchive goes back and forth in what it can seek in, and an honest image makes
 * it read little twice. */
#define READ_TIMES 4
#define READ_SPARE 67108864
/* Zeros shrink a thousandfold with gzip, and much more with xz and zstd: that is an
 * empty disk's image, up to a size. */
#define UNPACKED_TIMES 1000
#define UNPACKED_SPARE 68719476736

struct archivereader {
	struct reader base;
	struct source *source;
	uint64_t taken, unpacked; /* bytes read from it, bytes of members */
	struct archive *outer;    /* reads the source */
	struct archive *inner;    /* reads a member of outer: the data.tar of a .deb */
	bool started;
	char why[WHY_SIZE];
};

/* ---- libarchive ---------------------------------------------------------- */

static struct {
	LIBARCHIVE(LIBRARY_MEMBER)
} la;

const char *
archivereader_missing(void)
{
	static const char *const names[] = { LIBARCHIVE(LIBRARY_NAME) };
	static struct library library = { .soname = SONAME_archive,
		.what = "libarchive, which reads archives, compressed images and pipes,",
		.names = names,
		.n = sizeof(names) / sizeof(names[0]),
		.functions = &la };
	static char error[LIBRARY_ERROR];

	static_assert(sizeof(la) == sizeof(names), "an address for each name");
	return library_load(&library, error) ? NULL : error;
}

/* ---- callbacks: libarchive reads the source ---------------------------- */

static la_ssize_t
on_source_read(struct archive *a, void *context, const void **bytes)
{
	struct archivereader *r = context;
	ssize_t n = source_read(r->source, bytes);

	if (n < 0)
		la.archive_set_error(a, errno, "%s", source_error(r->source));
	r->taken += n > 0 ? (uint64_t)n : 0;
	if (source_seekable(r->source) && r->taken > READ_TIMES * source_size(r->source) + READ_SPARE) {
		la.archive_set_error(a, EIO, "what it holds leads in a circle");
		return -1;
	}
	return n;
}

static la_int64_t
on_skip(struct archive *a, void *context, la_int64_t n)
{
	const struct archivereader *r = context;

	(void)a;
	return n > 0 ? (la_int64_t)source_skip(r->source, (uint64_t)n) : 0;
}

static la_int64_t
on_seek(struct archive *a, void *context, la_int64_t offset, int whence)
{
	const struct archivereader *r = context;
	struct source *s = r->source;
	int64_t base = whence == SEEK_CUR ? (int64_t)source_position(s) :
	    whence == SEEK_END            ? (int64_t)source_size(s) :
	                                    0;

	if (base + offset < 0 || source_seek(s, (uint64_t)(base + offset)) < 0) {
		la.archive_set_error(a, errno, "cannot seek");
		return ARCHIVE_FATAL;
	}
	return base + offset;
}

/* ---- callbacks: an inner archive reads a member of the outer one -------- */

static la_ssize_t
on_inner_read(struct archive *a, void *context, const void **bytes)
{
	struct archivereader *r = context;
	la_int64_t offset;
	size_t len = 0;
	int e = la.archive_read_data_block(r->outer, bytes, &len, &offset);

	if (e == ARCHIVE_EOF)
		return 0;
	if (e < ARCHIVE_WARN) {
		la.archive_set_error(a, EIO, "%s", la.archive_error_string(r->outer));
		return -1;
	}
	return (la_ssize_t)len;
}

/* ---- opening ------------------------------------------------------------ */

static struct archive *
with(int (*const *support)(struct archive *), size_t n)
{
	struct archive *a = la.archive_read_new();

	for (size_t i = 0; a && i < n; i++)
		if (support[i](a) < ARCHIVE_WARN) {
			la.archive_read_free(a);
			a = NULL;
		}
	return a;
}

/* archive_read_support_filter_all would run programs for some filters, and mtree
 * would read files of this machine. */
static struct archive *
new_archive(void)
{
	int (*const support[])(struct archive *) = { la.archive_read_support_filter_gzip,
		la.archive_read_support_filter_bzip2, la.archive_read_support_filter_xz,
		la.archive_read_support_filter_lzma, la.archive_read_support_filter_zstd,
		la.archive_read_support_filter_lz4, la.archive_read_support_filter_rpm,
		la.archive_read_support_format_iso9660, la.archive_read_support_format_tar,
		la.archive_read_support_format_cpio, la.archive_read_support_format_ar,
		la.archive_read_support_format_zip };

	return with(support, sizeof(support) / sizeof(support[0]));
}

/* ---- members -------------------------------------------------------------- */

static struct archive *
current(const struct archivereader *r)
{
	return r->inner ? r->inner : r->outer;
}

static enum reader_result
archivereader_fail(struct archivereader *r, enum reader_result result)
{
	const char *text = la.archive_error_string(current(r));
	size_t n = text ? strnlen(text, WHY_SIZE - 1) : 0;

	memcpy(r->why, text ? text : "", n);
	r->why[n] = '\0';
	return result;
}

static enum reader_result
archivereader_result(struct archivereader *r, int e)
{
	if (e == ARCHIVE_EOF)
		return READER_END;
	if (e >= ARCHIVE_WARN)
		return READER_OK;
	return archivereader_fail(r, e == ARCHIVE_FATAL ? READER_FATAL : READER_DAMAGED);
}

static const char *
either(const char *native, const char *utf8)
{
	return native ? native : utf8 ? utf8 : "";
}

static enum reader_type
entry_type(struct archive_entry *a)
{
	if (la.archive_entry_hardlink(a) || la.archive_entry_hardlink_utf8(a))
		return READER_HARDLINK;
	switch (la.archive_entry_filetype(a)) {
	case AE_IFREG:
		return READER_FILE;
	case AE_IFDIR:
		return READER_DIR;
	case AE_IFLNK:
		return READER_SYMLINK;
	default:
		return READER_OTHER;
	}
}

/* A .deb is an ar archive that starts with "debian-binary" and holds its files in
 * the member data.tar.* (deb(5)). */
static enum reader_result
open_deb(struct archivereader *r)
{
	struct archive_entry *entry;
	enum reader_result result;
	const char *name;

	do {
		result = archivereader_result(r, la.archive_read_next_header(r->outer, &entry));
		if (result == READER_END)
			snprintf(r->why, WHY_SIZE, "a .deb package without its data.tar");
		if (result != READER_OK)
			return READER_FATAL;
		name = either(la.archive_entry_pathname(entry), NULL);
	} while (strncmp(name, "data.tar", 8) != 0);

	r->inner = new_archive();
	if (!r->inner)
		return READER_FATAL;
	if (la.archive_read_open2(r->inner, r, NULL, on_inner_read, NULL, NULL) < ARCHIVE_WARN)
		return archivereader_fail(r, READER_FATAL);
	return READER_OK;
}

/* Opens the archive, and a .deb's inner one, and reads the first header. */
static enum reader_result
archivereader_start(struct archivereader *r, struct archive_entry **entry)
{
	enum reader_result result;
	int e;

	r->started = true;
	e = la.archive_read_open1(r->outer);
	if (e >= ARCHIVE_WARN)
		e = la.archive_read_next_header(r->outer, entry);
	r->base.unknown = e == ARCHIVE_FATAL && la.archive_errno(r->outer) == EILSEQ && /* ARCHIVE_ERRNO_FILE_FORMAT */
	    la.archive_format(r->outer) == 0;
	result = archivereader_result(r, e);
	if (result != READER_OK || (la.archive_format(r->outer) & ARCHIVE_FORMAT_BASE_MASK) != ARCHIVE_FORMAT_AR ||
	    strcmp(either(la.archive_entry_pathname(*entry), NULL), "debian-binary") != 0)
		return result;
	result = open_deb(r);
	if (result != READER_OK)
		return result;
	return archivereader_result(r, la.archive_read_next_header(r->inner, entry));
}

static enum reader_result
archivereader_next(struct reader *base, struct reader_entry *e)
{
	struct archivereader *r = (struct archivereader *)base;
	struct archive_entry *a = NULL;
	enum reader_result result;

	guard_lend();
	if (!r->started)
		result = archivereader_start(r, &a);
	else
		result = archivereader_result(r, la.archive_read_next_header(current(r), &a));
	guard_take_back();
	if (result == READER_DAMAGED)
		result = READER_FATAL; /* the start of the next one is unknown */
	if (result != READER_OK)
		return result;
	*e = (struct reader_entry){
		.path = either(la.archive_entry_pathname(a), la.archive_entry_pathname_utf8(a)),
		.type = entry_type(a),
		.has_size = la.archive_entry_size_is_set(a),
		.mode = la.archive_entry_mode(a) & 07777,
		.has_mtime = la.archive_entry_mtime_is_set(a),
	};
	if (e->has_size && la.archive_entry_size(a) > 0)
		e->size = e->run = (uint64_t)la.archive_entry_size(a);
	if (e->has_mtime)
		e->mtime = (struct timespec){ la.archive_entry_mtime(a), la.archive_entry_mtime_nsec(a) };
	if (e->type == READER_HARDLINK)
		e->link = either(la.archive_entry_hardlink(a), la.archive_entry_hardlink_utf8(a));
	else if (e->type == READER_SYMLINK)
		e->link = either(la.archive_entry_symlink(a), la.archive_entry_symlink_utf8(a));
	return READER_OK;
}

static enum reader_result
archivereader_data(struct reader *base, const void **bytes, size_t *len, uint64_t *offset)
{
	struct archivereader *r = (struct archivereader *)base;
	la_int64_t at = 0;
	enum reader_result result;

	guard_lend();
	result = archivereader_result(r, la.archive_read_data_block(current(r), bytes, len, &at));
	guard_take_back();
	if (result == READER_END && at > 0)
		*offset = (uint64_t)at; /* it may end in a hole */
	if (result != READER_OK)
		return result;
	*offset = (uint64_t)at;
	r->unpacked += *len;
	if (r->unpacked > UNPACKED_TIMES * r->taken + UNPACKED_SPARE) {
		snprintf(r->why, WHY_SIZE, "it unpacks to more than %d times its size", UNPACKED_TIMES);
		return READER_FATAL;
	}
	return READER_OK;
}

static void
archivereader_close(struct reader *base)
{
	struct archivereader *r = (struct archivereader *)base;

	la.archive_read_free(r->inner);
	la.archive_read_free(r->outer);
	free(r);
}

struct reader *
archivereader_open(struct source *s)
{
	struct archivereader *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->base = (struct reader){ .next = archivereader_next,
		.data = archivereader_data,
		.close = archivereader_close,
		.label = "",
		.why = r->why };
	r->source = s;
	r->outer = new_archive();
	if (!r->outer) {
		free(r);
		return NULL;
	}
	la.archive_read_set_read_callback(r->outer, on_source_read);
	la.archive_read_set_callback_data(r->outer, r);
	if (source_seekable(s)) {
		la.archive_read_set_skip_callback(r->outer, on_skip);
		la.archive_read_set_seek_callback(r->outer, on_seek);
	}
	return &r->base;
}

/* ---- decompressing only ------------------------------------------------------ */

struct decoding {
	struct archive *archive; /* "raw": its one member is all the data */
	struct source *from;
	uint64_t taken, unpacked;
	bool started;
};

static la_ssize_t
on_packed_read(struct archive *a, void *context, const void **bytes)
{
	struct decoding *d = context;
	ssize_t n = source_read(d->from, bytes);

	if (n < 0)
		la.archive_set_error(a, errno, "%s", source_error(d->from));
	d->taken += n > 0 ? (uint64_t)n : 0;
	return n;
}

bool
archivereader_is_compressed(const void *head, size_t len)
{
	static const struct {
		const char *mark;
		size_t len;
	} known[] = { { "\x1f\x8b\x08", 3 }, { "BZh", 3 },
		{ "\xfd"
		  "7zXZ\0",
		    6 },
		{ "\x28\xb5\x2f\xfd", 4 }, { "\x04\x22\x4d\x18", 4 } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (len >= known[i].len && memcmp(head, known[i].mark, known[i].len) == 0)
			return true;
	return false;
}

static void
decoding_close(void *context)
{
	struct decoding *d = context;

	la.archive_read_free(d->archive);
	free(d);
}

static void *
decoding_open(struct source *from)
{
	int (*const support[])(struct archive *) = { la.archive_read_support_filter_gzip,
		la.archive_read_support_filter_bzip2, la.archive_read_support_filter_xz,
		la.archive_read_support_filter_zstd, la.archive_read_support_filter_lz4,
		la.archive_read_support_format_raw, la.archive_read_support_format_empty };
	struct decoding *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->archive = with(support, sizeof(support) / sizeof(support[0]));
	if (!d->archive) {
		free(d);
		return NULL;
	}
	d->from = from;
	la.archive_read_set_read_callback(d->archive, on_packed_read);
	la.archive_read_set_callback_data(d->archive, d);
	return d;
}

static ssize_t
decoding_read(void *context, const void **bytes)
{
	struct decoding *d = context;
	struct archive_entry *entry;
	la_int64_t at;
	size_t len = 0;
	int e = ARCHIVE_OK;

	guard_lend();
	if (!d->started) {
		d->started = true;
		e = la.archive_read_open1(d->archive);
		if (e >= ARCHIVE_WARN)
			e = la.archive_read_next_header(d->archive, &entry);
	}
	while (e != ARCHIVE_EOF && e >= ARCHIVE_WARN && len == 0)
		e = la.archive_read_data_block(d->archive, bytes, &len, &at);
	guard_take_back();
	if (e == ARCHIVE_EOF)
		return 0;
	d->unpacked += len;
	if (d->unpacked > UNPACKED_TIMES * d->taken + UNPACKED_SPARE) {
		la.archive_set_error(d->archive, EIO, "it unpacks to more than %d times its size", UNPACKED_TIMES);
		return -1;
	}
	return e < ARCHIVE_WARN ? -1 : (ssize_t)len;
}

static const char *
decoding_why(const void *context)
{
	const struct decoding *d = context;
	const char *why = la.archive_error_string(d->archive);

	return why ? why : "damaged";
}

const struct source_decoder archivereader_decoder = {
	.open = decoding_open, .close = decoding_close, .read = decoding_read, .why = decoding_why
};
