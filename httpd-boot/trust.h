/* The addresses from which a PROXY header is believed (-H). */
#ifndef TRUST_H
#define TRUST_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define TRUST_MAX 32

struct trust_net {
	struct in6_addr net; /* IPv4 as ::ffff:a.b.c.d */
	unsigned bits;       /* 0..128 */
};

struct trust { /* zero it to start */
	struct trust_net net[TRUST_MAX];
	size_t n;
};

/* "127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8".  False when it is none, when bits are set
 * behind /LEN, or when there are too many. */
bool trust_add(struct trust *t, const char *text);
bool trust_covers(const struct trust *t, const struct sockaddr *peer);

#endif
