/* Writes blocks of the pcapng capture format (draft-ietf-opsawg-pcapng): one section with one interface. */
#ifndef PCAPNG_H
#define PCAPNG_H

#include <stddef.h>
#include <stdint.h>

#include "wire.h"

/* The most that a block takes beside the bytes of its frame and its comment. */
#define PCAPNG_BLOCK 64

/* The section's head, with the program's name, and the interface: `link` is a LINKTYPE_ value,
 * `snap` the most bytes of a frame that are kept. */
void pcapng_begin(struct wr *w, const char *program, const char *ifname, int link, uint32_t snap);
/* A frame that was seen `us` microseconds after 1970.  `comment` in UTF-8, "" for none.
 * Nothing but w->full is set where there is no room. */
void pcapng_frame(struct wr *w, uint64_t us, const void *frame, size_t len, const char *comment);
/* How many frames were lost between the interface and us, known at the end. */
void pcapng_end(struct wr *w, uint64_t us, uint64_t lost);

#endif
