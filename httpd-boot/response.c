#include "response.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cond.h"
#include "date.h"
#include "listing_page.h"
#include "response_head.h"

#define SMALL 16384                              /* content that goes out with its head in one call */
#define QUERY_MAX 256                            /* a longer one gets lost on the way to a listing */
#define LOCATION_MAX (3 * HTTP_PATH + QUERY_MAX) /* "/name/?query", its bytes escaped */

struct response_parts {
	struct range_set set;
	size_t next;
	uint64_t at, size;
	const char *type;
	bool utf8;
	char boundary[24];
};

/* Everything about one response while it is made. */
struct build {
	const struct response_ask *ask;
	const struct http_request *req;
	struct response_head head;
	struct docroot_item item;
	struct range_set set;
	char modified[DATE_HTTP], boundary[24];
	char text[64]; /* content of an error */
};

static void
build_begin(struct build *b, const struct response_ask *ask, const struct http_request *req)
{
	b->ask = ask;
	b->req = req;
	b->head = (struct response_head){ .status = 200, .date = ask->date, .close = ask->last };
	b->head.keep = req && req->http10 && !ask->last;
	b->item = (struct docroot_item){ 0 };
	b->set.n = 0;
}

/* The head and what else is sent with it.  False when memory is short (or the head
 * did not fit, which its limits rule out). */
static bool
set_memory(struct build *b, const char *content, size_t len, struct response *out)
{
	char head[RESPONSE_HEAD_MAX + LOCATION_MAX];
	struct wr w = wr_open(head, sizeof(head));
	size_t n;

	response_head_write(&w, &b->head);
	n = wr_len(&w);
	out->mem = w.full ? NULL : malloc(n + len);
	if (!out->mem)
		return false;
	memcpy(out->mem, head, n);
	if (len)
		memcpy(out->mem + n, content, len);
	out->at = out->mem;
	out->len = n + len;
	out->head_len = n;
	out->status = b->head.status;
	out->close = b->head.close;
	return true;
}

static bool
is_head(const struct build *b)
{
	return b->req && b->req->method == HTTP_HEAD;
}

/* The content of an error is its status line: people read it, clients do not. */
static bool
finish_error(struct build *b, unsigned status, bool no_content, struct response *out)
{
	const char *text = response_head_status(status);
	size_t n = strlen(text);

	memcpy(b->text, text, n);
	b->text[n++] = '\n';
	b->head.status = status;
	b->head.type = "text/plain";
	b->head.utf8 = false;
	b->head.length = n;
	out->content = no_content ? 0 : n;
	return set_memory(b, b->text, no_content ? 0 : n, out);
}

bool
response_error(const struct response_ask *ask, unsigned status, bool no_content, struct response *out)
{
	struct build b;

	*out = (struct response){ 0 };
	build_begin(&b, ask, NULL);
	return finish_error(&b, status, no_content, out);
}

bool
response_empty(const struct response_ask *ask, unsigned status, struct response *out)
{
	struct build b;

	*out = (struct response){ 0 };
	build_begin(&b, ask, NULL);
	b.head.status = status;
	return set_memory(&b, NULL, 0, out);
}

/* The string between the parts: derived from the file and the time, so that no
 * file can contain it on purpose. */
static void
make_boundary(struct build *b)
{
	static const char digit[] = "0123456789abcdef";
	uint64_t n = 0xcbf29ce484222325; /* FNV-1a */

	for (const char *s = b->item.etag; *s; s++)
		n = (n ^ (unsigned char)*s) * 0x100000001b3;
	n = (n ^ (uint64_t)b->ask->now) * 0x100000001b3;
	n ^= n >> 29;
	memcpy(b->boundary, "part-", 5);
	for (int i = 0; i < 16; i++, n >>= 4)
		b->boundary[5 + i] = digit[n & 15];
	b->boundary[21] = '\0';
}

static void
set_part(struct response_head *part, const struct range *range)
{
	part->first = range->first;
	part->last = range->last;
}

/* All parts of a file that is in memory. */
static bool
finish_small_parts(struct build *b, struct response *out)
{
	char *content = malloc(b->head.length);
	struct response_head part = b->head;
	struct wr w = wr_open(content, content ? b->head.length : 0);
	bool fine;

	for (size_t i = 0; i < b->set.n; i++) {
		set_part(&part, &b->set.range[i]);
		response_head_part(&w, &part);
		wr_bytes(&w, b->item.bytes + part.first, part.last - part.first + 1);
	}
	response_head_end(&w, b->boundary);
	fine = !w.full && set_memory(b, content, wr_len(&w), out);
	free(content);
	return fine;
}

/* Several ranges: a multipart/byteranges body (RFC 9110, 14.6). */
static bool
finish_parts(struct build *b, struct response *out)
{
	char text[RESPONSE_HEAD_PART_MAX];
	struct response_head part;
	struct response_parts *p;
	struct wr w = wr_open(text, sizeof(text));

	make_boundary(b);
	b->head.boundary = b->boundary;
	b->head.status = 206;
	b->head.size = b->item.size;
	response_head_end(&w, b->boundary);
	b->head.length = wr_len(&w);
	part = b->head;
	for (size_t i = 0; i < b->set.n; i++) {
		w = wr_open(text, sizeof(text));
		set_part(&part, &b->set.range[i]);
		response_head_part(&w, &part);
		b->head.length += wr_len(&w) + (part.last - part.first + 1);
	}
	out->content = b->head.length;
	if (b->item.bytes)
		return finish_small_parts(b, out);
	p = malloc(sizeof(*p));
	if (!p)
		return false;
	*p = (struct response_parts){
		.set = b->set, .at = b->item.at, .size = b->item.size, .type = b->item.type, .utf8 = b->item.utf8
	};
	memcpy(p->boundary, b->boundary, sizeof(p->boundary));
	out->parts = p;
	return set_memory(b, NULL, 0, out);
}

/* One piece of the file, usually all of it. */
static bool
finish_piece(struct build *b, uint64_t first, uint64_t len, struct response *out)
{
	char small[SMALL];
	const char *bytes = small;
	ssize_t n = 0;

	b->head.length = len;
	if (is_head(b))
		return set_memory(b, NULL, 0, out);
	out->content = len;
	if (b->item.bytes) {
		bytes = b->item.bytes + first;
		n = (ssize_t)len;
	} else if (len > 0 && len <= sizeof(small)) {
		n = pread(b->item.file->fd, small, len, (off_t)(b->item.at + first));
		if (n < 0)
			n = 0;
	}
	out->pos = b->item.at + first + (uint64_t)n;
	out->left = len - (uint64_t)n;
	return set_memory(b, bytes, (size_t)n, out);
}

/* What most clients ask for: the file cache has the whole response. */
static bool
give_ready(const struct build *b, struct response *out)
{
	const struct docroot_item *item = &b->item;

	if (!item->ready || !b->req->plain || b->req->http10 || b->ask->last || item->modified > b->ask->now)
		return false;
	out->status = 200;
	out->at = item->ready;
	out->head_len = item->head_len;
	out->content = is_head(b) ? 0 : item->size;
	out->len = item->head_len + (size_t)out->content;
	return true;
}

static bool
give_file(struct build *b, struct response *out)
{
	/* never later than Date (RFC 9110, 8.8.2.1) */
	int64_t modified = b->item.modified < b->ask->now ? b->item.modified : b->ask->now;
	struct cond_file file = { b->item.etag, modified, b->ask->now };
	struct http_text range;
	size_t at = 0;

	b->head.type = b->item.type;
	b->head.utf8 = b->item.utf8;
	b->head.etag = b->item.etag;
	b->head.modified = date_http(modified, b->modified);
	b->head.ranges = true;
	switch (cond_check(b->req, &file)) {
	case COND_SAME:
		b->head.status = 304;
		b->head.type = NULL;
		return set_memory(b, NULL, 0, out);
	case COND_FAILED:
		b->head.etag = b->head.modified = NULL;
		return finish_error(b, 412, is_head(b), out);
	case COND_SEND:
		break;
	}
	/* Range applies to GET only (RFC 9110, 14.2). */
	range = http_next(b->req, HTTP_RANGE, &at);
	if (b->req->method == HTTP_GET && range.at && !http_next(b->req, HTTP_RANGE, &at).at &&
	    cond_range(b->req, &file) && range_parse(range, b->item.size, &b->set) == RANGE_OUTSIDE) {
		b->head.ranged = true;
		b->head.size = b->item.size;
		b->head.etag = b->head.modified = NULL;
		return finish_error(b, 416, is_head(b), out);
	}
	if (b->set.n > 1)
		return finish_parts(b, out);
	if (b->set.n == 0)
		return finish_piece(b, 0, b->item.size, out);
	b->head.status = 206;
	b->head.ranged = true;
	b->head.size = b->item.size;
	set_part(&b->head, &b->set.range[0]);
	return finish_piece(b, b->head.first, b->head.last - b->head.first + 1, out);
}

/* Where a directory's listing is: its links are relative. */
static bool
give_slash(struct build *b, struct response *out)
{
	char name[BENEATH_PATH], location[LOCATION_MAX];
	size_t n = 1;

	if (!beneath_clean(b->req->path, name, sizeof(name)))
		return finish_error(b, 404, is_head(b), out);
	location[0] = '/';
	n += listing_page_href(name, strlen(name), location + n);
	location[n++] = '/';
	if (b->req->query.len && b->req->query.len <= QUERY_MAX) {
		location[n++] = '?';
		memcpy(location + n, b->req->query.at, b->req->query.len);
		n += b->req->query.len;
	}
	location[n] = '\0';
	b->head.location = location;
	return finish_error(b, 301, is_head(b), out);
}

static bool
give_page(struct build *b, struct response *out)
{
	struct cond_file file = { NULL, -1, b->ask->now };
	bool fine;

	b->head.varies = true;
	b->head.type = b->item.type;
	b->head.length = b->item.size;
	switch (cond_check(b->req, &file)) {
	case COND_SAME:
		b->head.status = 304;
		b->head.type = NULL;
		fine = set_memory(b, NULL, 0, out);
		break;
	case COND_FAILED:
		fine = finish_error(b, 412, is_head(b), out);
		break;
	default:
		out->content = is_head(b) ? 0 : b->item.size;
		fine = set_memory(b, b->item.page, out->content, out);
	}
	free(b->item.page);
	return fine;
}

bool
response_make(const struct response_ask *ask, const struct http_request *req, struct response *out)
{
	struct build b;
	enum docroot_result result;
	bool fine;

	*out = (struct response){ 0 };
	build_begin(&b, ask, req);
	if (req->method > HTTP_HEAD)
		return finish_error(&b, 405, false, out);
	if (req->unexpected)
		return finish_error(&b, 417, is_head(&b), out);
	if (req->too_long)
		return finish_error(&b, 404, is_head(&b), out);
	result = filecache_find(ask->cache, ask->docroot, req->path, ask->now, &b.item);
	if (result == DOCROOT_PAGE && req->path[strlen(req->path) - 1] != '/')
		return give_slash(&b, out);
	if (result == DOCROOT_PAGE) {
		struct listing_view view = listing_view(req->query, http_get(req, HTTP_ACCEPT));

		result = docroot_list(ask->docroot, req->path, &view, &b.item);
	}
	switch (result) {
	case DOCROOT_FILE:
		if (give_ready(&b, out))
			return true;
		fine = give_file(&b, out);
		/* it stays open only if something of it is still to be sent */
		if (fine && (out->left > 0 || out->parts))
			out->file = b.item.file;
		else
			file_leave(b.item.file);
		return fine;
	case DOCROOT_PAGE:
		return give_page(&b, out);
	case DOCROOT_FORBIDDEN:
		return finish_error(&b, 403, is_head(&b), out);
	case DOCROOT_CHANGED:
	case DOCROOT_BUSY:
		return finish_error(&b, 503, is_head(&b), out);
	case DOCROOT_BROKEN:
		return finish_error(&b, 500, is_head(&b), out);
	default:
		return finish_error(&b, 404, is_head(&b), out);
	}
}

static bool
response_set(struct response *a, const char *text, size_t n)
{
	char *mem = malloc(n);

	if (!mem)
		return false;
	memcpy(mem, text, n);
	free(a->mem);
	a->at = a->mem = mem;
	a->len = n;
	return true;
}

bool
response_hold(struct response *a)
{
	return a->len == 0 || a->mem || response_set(a, a->at, a->len);
}

bool
response_next(struct response *a)
{
	struct response_parts *p = a->parts;
	char text[RESPONSE_HEAD_PART_MAX];
	struct wr w = wr_open(text, sizeof(text));

	if (!p || p->next > p->set.n)
		return false;
	if (p->next == p->set.n) {
		response_head_end(&w, p->boundary);
	} else {
		struct response_head part = {
			.boundary = p->boundary, .type = p->type, .utf8 = p->utf8, .size = p->size
		};

		set_part(&part, &p->set.range[p->next]);
		response_head_part(&w, &part);
		a->pos = p->at + part.first;
		a->left = part.last - part.first + 1;
		a->ready = 0;
	}
	p->next++;
	return !w.full && response_set(a, text, wr_len(&w));
}

void
response_free(struct response *a)
{
	free(a->mem);
	free(a->parts);
	file_leave(a->file);
	*a = (struct response){ 0 };
}
