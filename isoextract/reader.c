#include "reader.h"

#include <stdlib.h>

#include "archivereader.h"
#include "fsreader.h"

/* One of the two; with neither, an image whose file system is broken. */
struct reader {
	struct volread *volume;
	struct packed *packed;
	const char *fault;
};

struct reader *
reader_open(struct source *s, const struct volume_filter *filter)
{
	struct reader *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->volume = volread_open(s, filter, &r->fault);
	if (!r->volume && !r->fault)
		r->packed = packed_open(s);
	if (r->volume || r->packed || r->fault)
		return r;
	free(r);
	return NULL;
}

void
reader_close(struct reader *r)
{
	if (!r)
		return;
	volread_close(r->volume);
	packed_close(r->packed);
	free(r);
}

enum reader_result
reader_next(struct reader *r, struct reader_entry *e)
{
	enum reader_result result;

	if (r->volume)
		return volread_next(r->volume, e);
	if (!r->packed)
		return READER_FATAL;
	result = packed_next(r->packed, e);
	e->run = e->size;
	return result;
}

enum reader_result
reader_data(struct reader *r, const void **bytes, size_t *len, uint64_t *offset)
{
	return r->volume ? volread_data(r->volume, bytes, len, offset) : packed_data(r->packed, bytes, len, offset);
}

bool
reader_has_places(const struct reader *r)
{
	return r->volume != NULL;
}

enum reader_result
reader_place(struct reader *r, struct reader_place *out)
{
	return volread_place(r->volume, out);
}

bool
reader_unknown(const struct reader *r)
{
	return r->packed && packed_unknown(r->packed);
}

const char *
reader_label(const struct reader *r)
{
	return r->volume ? volread_label(r->volume) : "";
}

uint64_t
reader_bytes(const struct reader *r)
{
	return r->volume ? volread_bytes(r->volume) : 0;
}

const char *
reader_why(const struct reader *r)
{
	return r->volume ? volread_why(r->volume) : r->packed ? packed_why(r->packed) : r->fault;
}
