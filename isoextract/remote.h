/*
 * Reads an http://, https:// or ftp:// URL, by ranges or as a stream.  Knows what
 * a server's answers mean and when to try again.
 */
#ifndef REMOTE_H
#define REMOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define REMOTE_ERROR 512

struct remote;

/* Asks for the first bytes, to see whether the file is there, how long it is and
 * whether its server has ranges.  On failure NULL and a sentence in `error`;
 * *wrong is set if the URL is at fault (404, no such host), not the network. */
struct remote *
remote_open(const char *name, bool stream, bool (*interrupted)(void), char error[REMOTE_ERROR], bool *wrong);
void remote_close(struct remote *r);

/* Can it be read from any position?  *size is how long it is, 0 if unknown. */
bool remote_ranges(const struct remote *r, uint64_t *size);
/* tick is called a few times a second while bytes arrive. */
void remote_watch(struct remote *r, void (*tick)(void *context), void *context);
uint64_t remote_traffic(const struct remote *r);  /* bytes received */
const char *remote_error(const struct remote *r); /* of the last -1 */

/* Reads up to `len` bytes from `position`: any with ranges, else only where the
 * last read ended.  A broken connection is made again a few times.  0 at the
 * end, -1 with errno. */
ssize_t remote_read(struct remote *r, uint64_t position, void *out, size_t len);

#endif
