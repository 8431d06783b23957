#include "put.h"

#include <errno.h>
#include <string.h>

#define PLACE "/in/"

bool
put_is_for(const struct inbox *b, const struct http_request *req)
{
	return b && (req->method == HTTP_POST || req->method == HTTP_PUT) && !req->too_long &&
	    strncmp(req->path, PLACE, strlen(PLACE)) == 0;
}

static unsigned
status_of(int err)
{
	switch (err) {
	case EFBIG:
		return 413;
	case ENOSPC:
	case EDQUOT:
	case EROFS:
		return 507;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
		return 503;
	default:
		return 500;
	}
}

unsigned
put_begin(struct put *p, struct inbox *b, const struct http_request *req, const struct inbox_from *from)
{
	struct inbox_from named = *from;

	*p = (struct put){ .file.fd = -1, .chunked = req->chunked, .left = req->body };
	named.name = req->path + strlen(PLACE);
	if (!req->chunked && req->body > inbox_most(b)) {
		errno = EFBIG;
		return 413;
	}
	return inbox_create(b, &named, &p->file) < 0 ? status_of(errno) : 0;
}

/* The next run of content; returns what it takes up of the bytes. */
static size_t
next_run(struct put *p, const char *bytes, size_t len, struct http_text *run)
{
	if (p->chunked)
		return chunks_take(&p->chunks, bytes, len, run);
	*run = (struct http_text){ bytes, len < p->left ? len : (size_t)p->left };
	p->left -= run->len;
	return run->len;
}

static bool
is_whole(const struct put *p)
{
	return p->chunked ? p->chunks.state == CHUNKS_DONE : p->left == 0;
}

size_t
put_take(struct put *p, struct inbox *b, const char *bytes, size_t len, unsigned *status)
{
	size_t used = 0;
	struct http_text run;

	*status = 0;
	while (used < len && *status == 0 && !is_whole(p)) {
		used += next_run(p, bytes + used, len - used, &run);
		if (p->chunked && p->chunks.state == CHUNKS_BAD) {
			errno = EPROTO;
			*status = 400;
		} else if (p->chunked && p->chunks.left > inbox_most(b)) { /* nobody needs to wait for it */
			errno = EFBIG;
			*status = 413;
		} else if (run.len && inbox_write(b, &p->file, run.at, run.len) < 0) {
			*status = status_of(errno);
		}
	}
	if (*status == 0 && is_whole(p))
		*status = inbox_keep(b, &p->file) < 0 ? status_of(errno) : 201;
	return used;
}
