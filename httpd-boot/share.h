/*
 * What all workers must know of each other: how many connections are open,
 * in all and from an address, and how fast each client has been sent to.
 * Shared memory and atomic numbers only, so a worker that dies in the middle
 * of something leaves nothing locked.
 */
#ifndef SHARE_H
#define SHARE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define SHARE_WORKERS 64

struct share;

/* For workers 0 to `workers` - 1.  NULL with errno.  Lives until the process
 * ends. */
struct share *share_make(unsigned workers);

/* A client's slot, from its address without port.  Two clients can meet in
 * one of the 65536 slots; a secret of this process decides which. */
uint16_t share_slot(const struct share *s, const struct sockaddr *client);

void share_enter(struct share *s, unsigned worker, uint16_t slot);
void share_leave(struct share *s, unsigned worker, uint16_t slot);
/* A worker died: its connections are gone. */
void share_forget(struct share *s, unsigned worker);
unsigned share_total(const struct share *s);
unsigned share_from(const struct share *s, uint16_t slot);

/* How many of `want` bytes the client may be sent now at `rate` bytes a
 * second; 0: later.  They count as sent. */
uint64_t share_take(struct share *s, uint16_t slot, uint64_t rate, uint64_t now_ms, uint64_t want);
/* Bytes taken that were not sent after all. */
void share_return(struct share *s, uint16_t slot, uint64_t rate, uint64_t bytes);

#endif
