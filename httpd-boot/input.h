/*
 * What a client has sent and nobody has used yet.  Most requests are read into one
 * buffer that the connections of a turn share and are gone before the next turn;
 * only a long one, or what is left over, gets a buffer of its own.
 */
#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define INPUT_SHARED 65536

struct input_shared {
	char *at;   /* INPUT_SHARED bytes */
	size_t len; /* used since the turn began */
};

struct input {    /* zero it to start */
	char *at; /* NULL: empty */
	size_t len;
	size_t scanned; /* of them, searched for the end of a request */
	size_t size;    /* of its own buffer, malloc'ed; 0: it is part of the shared one */
	bool more;      /* there may be something to read; set by whoever watches the socket */
	bool ended;     /* the client has closed its side; likewise */
};

/* Would the next read go into the shared buffer? */
bool input_shares(const struct input *in, const struct input_shared *shared);
/* Reads on.  Bytes added; 0: the client has sent everything; -1 with errno.
 * `shared` is NULL where only its own buffer will do. */
ssize_t input_read(struct input *in, int fd, struct input_shared *shared);
/* Drops the first n bytes.  Between two requests there is no buffer. */
void input_use(struct input *in, size_t n);
/* The turn is over: moves what is left of the shared buffer into its own.  False when
 * memory is short. */
bool input_keep(struct input *in);
void input_free(struct input *in);

#endif
