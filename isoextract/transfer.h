/*
 * Transfers of one URL, one after another: a piece of it, or all of it as a
 * stream.  remote.h knows what the responses mean.  The only user of libcurl.
 */
#ifndef TRANSFER_H
#define TRANSFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "library.h"

#define TRANSFER_WHY 256

struct transfer;

/* First of all: loads libcurl and what that reads of this system, while it can be reached.
 * False, and a sentence, if it is missing. */
bool transfer_prepare(char error[LIBRARY_ERROR]);

/* `interrupted` is called while a transfer runs; true ends it.  NULL for lack of
 * memory. */
struct transfer *transfer_open(const char *url, bool (*interrupted)(void));
void transfer_close(struct transfer *t);
/* tick is called a few times a second while bytes arrive. */
void transfer_watch(struct transfer *t, void (*tick)(void *context), void *context);
uint64_t transfer_traffic(const struct transfer *t); /* bytes received */

enum transfer_result {
	TRANSFER_OK,     /* a complete response, maybe an error page */
	TRANSFER_WHOLE,  /* the server sent the whole file instead of a piece: not taken */
	TRANSFER_BROKEN, /* the connection broke, or was silent too long */
	TRANSFER_WRONG,  /* the URL is at fault: no such host, no such file */
	TRANSFER_FAILED,
	TRANSFER_INTERRUPTED
};

/* Asks for `len` bytes from an offset.  *got says how many came, whatever the
 * result. */
enum transfer_result transfer_piece(struct transfer *t, uint64_t from, void *out, size_t len, size_t *got);
/* Asks for the file's size only (FTP servers do not send it with a piece; RFC 3659).
 * *size stays as it is if there is no answer. */
enum transfer_result transfer_size(struct transfer *t, uint64_t *size);

/* Of the last response.  That of an FTP server is HTTP, too, if it came through a
 * proxy. */
bool transfer_is_http(const struct transfer *t);
long transfer_status(const struct transfer *t);          /* 0: none */
uint32_t transfer_retry_after(const struct transfer *t); /* seconds; 0: not given */
/* NULL without that header; valid until the next transfer. */
const char *transfer_header(const struct transfer *t, const char *name);
const char *transfer_why(const struct transfer *t); /* of the last failure */

/* From now on asks the URL that redirections led to (a redirector may choose another
 * mirror each time), or again the original one. */
void transfer_stay(struct transfer *t);
void transfer_return(struct transfer *t);

/* Transfers the whole file instead of pieces.  False for lack of memory. */
bool transfer_stream(struct transfer *t);
/* Its next bytes, at least one; 0 at the end, -1 with errno and transfer_why. */
ssize_t transfer_next(struct transfer *t, void *out, size_t len);

#endif
