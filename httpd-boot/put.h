/* One upload on its way: content taken apart and written to the inbox. */
#ifndef PUT_H
#define PUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chunks.h"
#include "http.h"
#include "inbox.h"

struct put {
	struct inbox_file file;
	struct chunks chunks;
	bool chunked;
	uint64_t left; /* of content of a known length */
};

/* Is it for the inbox at all? */
bool put_is_for(const struct inbox *b, const struct http_request *req);
/* Begins it: 0, or the status of a refusal, why in errno. */
unsigned put_begin(struct put *p, struct inbox *b, const struct http_request *req, const struct inbox_from *from);
/* Takes content: returns how many bytes were, *status is 0 to go on, 201 when all is kept, or
 * that of a refusal with errno. */
size_t put_take(struct put *p, struct inbox *b, const char *bytes, size_t len, unsigned *status);

#endif
