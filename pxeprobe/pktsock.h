/*
 * A packet socket for many frames at a time: read and written in batches,
 * without the delay of a ring that is handed over block by block.
 */
#ifndef PKTSOCK_H
#define PKTSOCK_H

#include <stddef.h>
#include <stdint.h>

struct burst;

/* One instruction of a classic BPF filter (the kernel's struct sock_filter). */
struct burst_filter {
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
};

/* Opens interface `index` for incoming frames that pass the filter of `n`
 * instructions; frames with a VLAN tag are another network's and are left
 * out.  NULL with errno. */
struct burst *burst_open(int index, const struct burst_filter *filter, size_t n);
void burst_close(struct burst *b);
int burst_fd(const struct burst *b);
/* The next frame; 1, 0 when there is none now, -1 with errno.  The bytes live
 * until the call that returns 0. */
int burst_next(struct burst *b, const uint8_t **bytes, size_t *len);
/* Sends now or with the next burst_flush, in order; -1 with errno. */
int burst_send(struct burst *b, const void *frame, size_t len);
void burst_flush(struct burst *b);
/* Frames that came faster than they were read, since the last call. */
uint64_t burst_lost(struct burst *b);

#endif
