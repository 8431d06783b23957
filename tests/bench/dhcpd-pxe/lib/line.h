/*
 * Sends and receives UDP messages in batches: as whole broadcast frames, as
 * clients without an address do (a UDP socket would also loop each of them back
 * to its own host), or as a host with an address.
 */
#ifndef LINE_H
#define LINE_H

#include <stddef.h>
#include <stdint.h>

#include "wire.h"

#define LINE_BATCH 128
#define LINE_BYTES 576 /* of a message: every server accepts as much */

struct line;

/* Ends the program on errors. */
struct line_ends {
	const char *interface; /* frames on this one; NULL: a UDP socket bound to `from` */
	uint32_t from, to;     /* `from` may be 0, `to` all ones, with an interface */
	uint16_t from_port, to_port;
};
struct line *line_open(const struct line_ends *ends);
void line_close(struct line *l);

/* Where the next message is to be written; line_put queues it. */
struct wr line_room(struct line *l);
void line_put(struct line *l, const struct wr *message);
/* Sends what is queued. */
void line_flush(struct line *l);

/* Waits up to `ns` nanoseconds for messages, and hands each to the sink. */
struct line_sink {
	void (*each)(void *arg, const uint8_t *bytes, size_t len);
	void *arg;
};
void line_wait(struct line *l, uint64_t ns, const struct line_sink *to);

#endif
