/*
 * What the workers must know of each other: how many connections are open, in
 * total and per address, and how much each client has been sent.  It is
 * shared memory with atomic numbers only, so a worker that dies in the middle of
 * something leaves no lock behind.
 */
#ifndef LIMITS_H
#define LIMITS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define LIMITS_WORKERS 64

struct limits;

/* For workers 0 to `workers` - 1; `rate`: bytes per second and client, 0: unlimited.
 * NULL with errno.  Lives until the process ends. */
struct limits *limits_make(unsigned workers, uint64_t rate);

/* A client's slot, from its address without port.  Two clients can share
 * one of the 65536 slots; a secret of this process decides which ones do. */
uint16_t limits_slot(const struct limits *s, const struct sockaddr *client);

void limits_enter(struct limits *s, unsigned worker, uint16_t slot);
void limits_leave(struct limits *s, unsigned worker, uint16_t slot);
/* A worker has died, and its connections with it. */
void limits_forget(struct limits *s, unsigned worker);
unsigned limits_total(const struct limits *s);
unsigned limits_from(const struct limits *s, uint16_t slot);

/* True if there is a rate to keep. */
bool limits_paced(const struct limits *s);
/* How many of `want` bytes the client may be sent now; 0: later.  They count as
 * sent. */
uint64_t limits_take(struct limits *s, uint16_t slot, uint64_t now_ms, uint64_t want);
/* Bytes taken that were not sent after all. */
void limits_return(struct limits *s, uint16_t slot, uint64_t bytes);

#endif
