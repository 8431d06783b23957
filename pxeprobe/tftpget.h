/*
 * The client's side of a TFTP read (RFC 1350, 2347 to 2349, 7440), as a given
 * program does it.  Pure: packets in, packets out.
 */
#ifndef TFTPGET_H
#define TFTPGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "persona.h"

#define TFTPGET_OUT 600 /* a request: name and options */

enum tftpget_event {
	GET_IGNORE, /* not ours, or seen before */
	GET_SEND,   /* answer with out */
	GET_DONE,   /* all there (or the probe's end); answer with out, if out_len is not 0 */
	GET_FAILED  /* see fault */
};

struct tftpget {
	const struct persona_tftp *how;
	bool probing;
	bool started;                           /* the server has answered */
	uint32_t blksize, window;               /* as agreed */
	uint32_t wanted_blksize, wanted_window; /* as asked for; 0: not */
	bool wants_tsize;
	uint16_t expect; /* next block number */
	uint32_t in_window;
	uint64_t bytes;
	bool has_size, oack;
	uint64_t size;
	enum fault fault;
	uint16_t error; /* TFTP's code, when the server sent one */
	char message[128];
	const uint8_t *data; /* what the last packet added */
	size_t len;
	uint8_t out[TFTPGET_OUT];
	size_t out_len;
};

/* Puts the request into g->out; false when the name is too long.  `probe`: asks
 * for the size only.  `plain`: without options. */
bool tftpget_start(struct tftpget *g, const struct persona_tftp *how, const char *name, bool probe, bool plain);
enum tftpget_event tftpget_input(struct tftpget *g, const void *packet, size_t len);

#endif
