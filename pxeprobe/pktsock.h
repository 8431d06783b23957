/*
 * A packet socket for many thousand frames a second: reads and writes in
 * batches, without the delay of a ring that is handed over block by block.
 */
#ifndef PKTSOCK_H
#define PKTSOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pktsock;

/* One instruction of a classic BPF filter (the kernel's struct sock_filter). */
struct pktsock_filter {
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
};

struct pktsock_frame {
	const uint8_t *bytes; /* a VLAN tag that the card has stripped is in its place again */
	size_t len;
	bool offloaded; /* the sender's card was to fill in the checksum, and there was none between */
};

/* Opens interface `index` for incoming frames that pass the filter of `n`
 * instructions, with a VLAN tag only when `tagged`.  NULL with errno. */
struct pktsock *pktsock_open(int index, const struct pktsock_filter *filter, size_t n, bool tagged);
void pktsock_close(struct pktsock *b);
int pktsock_fd(const struct pktsock *b);
/* The next frame: 1, or 0 when there is none now, or -1 with errno.  The bytes
 * are valid until the call that returns 0. */
int pktsock_next(struct pktsock *b, struct pktsock_frame *out);
/* Sends now or with the next pktsock_flush, in order; -1 with errno. */
int pktsock_send(struct pktsock *b, const void *frame, size_t len);
void pktsock_flush(struct pktsock *b);
/* Frames lost since the last call because they came faster than they were read. */
uint64_t pktsock_lost(struct pktsock *b);

#endif
