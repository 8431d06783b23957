/*
 * A stream of bytes as a connection gets it: heads found and read one after
 * the other, whole and in pieces, with the same result.  Everything a header
 * can say is then asked for.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cond.h"
#include "http.h"
#include "listing.h"
#include "range.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct http_request req;

static void
use(void)
{
	static const struct cond_file file = { "\"1-2-3\"", 784111777, 1700000000 };
	struct range_set set;

	if (strlen(req.path) >= HTTP_PATH || (req.method != HTTP_OTHER && req.path[0] != '/'))
		abort();
	if (req.body > HTTP_BODY_MAX && !req.endless)
		abort();
	for (size_t i = 0; i < req.fields; i++)
		if (memchr(req.field[i].value.at, '\n', req.field[i].value.len))
			abort();
	cond_check(&req, &file);
	cond_range(&req, &file);
	listing_view(req.query, http_get(&req, HTTP_ACCEPT));
	range_parse(http_get(&req, HTTP_RANGE), 1000, &set);
}

/* Byte by byte: the verdict must be the same as in one go, except that a fault
 * may be found earlier. */
static void
in_pieces(const char *text, size_t size, enum http_error whole, size_t whole_head)
{
	size_t scanned = 0, head = 0;
	enum http_error e = HTTP_MORE;

	for (size_t n = 1; n <= size && e == HTTP_MORE; n++)
		e = http_scan(text, n, &scanned, &head);
	if (whole == HTTP_OK && e == HTTP_OK && head != whole_head)
		abort();
	if (whole == HTTP_MORE && e == HTTP_OK)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	if (size > HTTP_HEAD_MAX)
		size = HTTP_HEAD_MAX;
	while (size) {
		size_t scanned = 0, head = 0;
		enum http_error e = http_scan(text, size, &scanned, &head);

		if (size < 512)
			in_pieces(text, size, e, head);
		if (e != HTTP_OK)
			break;
		if (head == 0 || head > size)
			abort();
		e = http_parse(text, head, &req);
		if (e == HTTP_MORE)
			abort(); /* a head that is whole is never short */
		if (e != HTTP_OK)
			break;
		use();
		text += head;
		size -= head;
	}
	return 0;
}
