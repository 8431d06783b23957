/*
 * Transfers of one URL, one after another: a piece of it, or all of it as a
 * stream.  What their answers mean is remote.h's.  The only user of libcurl.
 */
#ifndef TRANSFER_H
#define TRANSFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define FETCH_WHY 256

struct fetch;

/* `interrupted` is asked while a transfer runs; true ends it.  NULL for lack
 * of memory. */
struct fetch *fetch_open(const char *url, bool (*interrupted)(void));
void fetch_close(struct fetch *f);
/* tick is called a few times a second while bytes arrive. */
void fetch_watch(struct fetch *f, void (*tick)(void *context), void *context);
uint64_t fetch_traffic(const struct fetch *f); /* bytes received */

enum fetch_result {
	FETCH_OK,     /* an answer came, whole; an error's page, maybe */
	FETCH_WHOLE,  /* the whole file comes where a piece was asked for: not taken */
	FETCH_BROKEN, /* the connection broke off, or was silent */
	FETCH_WRONG,  /* the URL is at fault: no such host, no such file */
	FETCH_FAILED,
	FETCH_INTERRUPTED
};

/* Asks for `len` bytes from a place on.  *got says how many came, whatever the
 * result. */
enum fetch_result fetch_piece(struct fetch *f, uint64_t from, void *out, size_t len, size_t *got);
/* The size that a server tells when it is asked for nothing else (FTP's does
 * not say it with a piece; RFC 3659); *size stays when there is none. */
enum fetch_result fetch_size(struct fetch *f, uint64_t *size);

/* Of the last answer.  An FTP server's, too, is HTTP's when it came through a
 * proxy. */
bool fetch_is_http(const struct fetch *f);
long fetch_status(const struct fetch *f);          /* 0: there was none */
uint32_t fetch_retry_after(const struct fetch *f); /* seconds; 0: not said */
/* NULL without that header; valid until the next transfer. */
const char *fetch_header(const struct fetch *f, const char *name);
const char *fetch_why(const struct fetch *f); /* of the last failure */

/* From now on the address that redirections led to is asked (redirectors may
 * choose another mirror each time), or again the one that was given. */
void fetch_stay(struct fetch *f);
void fetch_return(struct fetch *f);

/* All of it from its start, instead of pieces.  False for lack of memory. */
bool fetch_stream(struct fetch *f);
/* Its next bytes, at least one; 0 at the end, -1 with errno and fetch_why. */
ssize_t fetch_next(struct fetch *f, void *out, size_t len);

#endif
