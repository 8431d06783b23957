#include "reader.h"

#include <stdlib.h>

#include "archivereader.h"
#include "fsreader.h"

/* One of the two; with neither, an image whose file system is broken. */
struct reader {
	struct fsreader *fs;
	struct archivereader *archive;
	const char *fault;
};

struct reader *
reader_open(struct source *s, const struct fsindex_filter *filter)
{
	struct reader *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->fs = fsreader_open(s, filter, &r->fault);
	if (!r->fs && !r->fault)
		r->archive = archivereader_open(s);
	if (r->fs || r->archive || r->fault)
		return r;
	free(r);
	return NULL;
}

void
reader_close(struct reader *r)
{
	if (!r)
		return;
	fsreader_close(r->fs);
	archivereader_close(r->archive);
	free(r);
}

enum reader_result
reader_next(struct reader *r, struct reader_entry *e)
{
	enum reader_result result;

	if (r->fs)
		return fsreader_next(r->fs, e);
	if (!r->archive)
		return READER_FATAL;
	result = archivereader_next(r->archive, e);
	e->run = e->size;
	return result;
}

enum reader_result
reader_data(struct reader *r, const void **bytes, size_t *len, uint64_t *offset)
{
	return r->fs ? fsreader_data(r->fs, bytes, len, offset) : archivereader_data(r->archive, bytes, len, offset);
}

bool
reader_has_places(const struct reader *r)
{
	return r->fs != NULL;
}

enum reader_result
reader_place(struct reader *r, struct reader_place *out)
{
	return fsreader_place(r->fs, out);
}

bool
reader_unknown(const struct reader *r)
{
	return r->archive && archivereader_unknown(r->archive);
}

const char *
reader_label(const struct reader *r)
{
	return r->fs ? fsreader_label(r->fs) : "";
}

uint64_t
reader_bytes(const struct reader *r)
{
	return r->fs ? fsreader_bytes(r->fs) : 0;
}

const char *
reader_why(const struct reader *r)
{
	return r->fs ? fsreader_why(r->fs) : r->archive ? archivereader_why(r->archive) : r->fault;
}
