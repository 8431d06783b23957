/*
 * Bytes of an http://, https:// or ftp:// URL, by ranges or as a stream: what
 * a server's answers mean, and what is worth another try.
 */
#ifndef REMOTE_H
#define REMOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define URL_ERROR 512

struct url;

/* Asks for the first bytes, to see whether it is there, how long it is and
 * whether its server has ranges.  NULL and a sentence in `error`; *wrong then
 * says that the URL is at fault (404, no such host), not the network. */
struct url *url_open(const char *name, bool stream, bool (*interrupted)(void), char error[URL_ERROR], bool *wrong);
void url_close(struct url *u);

bool url_ranges(const struct url *u);
uint64_t url_size(const struct url *u); /* 0: not known */
/* tick is called a few times a second while bytes arrive. */
void url_watch(struct url *u, void (*tick)(void *context), void *context);
uint64_t url_traffic(const struct url *u);  /* bytes received */
const char *url_error(const struct url *u); /* of the last -1 */

/* Up to `len` bytes from `position` on; with ranges any position, else where
 * the last read ended.  A connection that breaks is taken up again where it
 * broke, a few times.  0 at the end, -1 with errno. */
ssize_t url_read(struct url *u, uint64_t position, void *out, size_t len);

#endif
