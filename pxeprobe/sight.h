/*
 * Machines seen booting: what each asked, what it was told, where it stands.
 * Pure: packets in, steps out, time from the capture.
 */
#ifndef SIGHT_H
#define SIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "frame.h"
#include "report.h"

#define SIGHT_MACHINES 1024
#define SIGHT_FILE 256

enum sight_stage {
	SIGHT_ASKED,          /* DISCOVER or BOOTP request, no answer yet */
	SIGHT_OFFERED, SIGHT_REQUESTED, SIGHT_REFUSED, SIGHT_LEASED,
	SIGHT_ASKED_4011, SIGHT_TOLD,
	SIGHT_FILE_ASKED, SIGHT_FILE_COMING, SIGHT_FILE_DONE, SIGHT_FILE_FAILED,
	SIGHT_RUNS            /* asks DHCP as an operating system does */
};

struct sight {
	bool used, closed;    /* closed: its verdict was given */
	uint8_t mac[6];
	uint32_t addr;
	char persona[32];     /* "efi-x64", "ipxe" ... */
	enum sight_stage stage;
	unsigned n;
	bool told_file, pxe_only;  /* an answer named a file; said PXEClient without one */
	char file[SIGHT_FILE];
	uint16_t port;        /* the client's, of the transfer at hand */
	uint32_t blksize, server;
	uint64_t bytes;
	unsigned files, errors;
	enum fault error;
	uint64_t began_us, last_us;
};

struct sights {
	struct sight at[SIGHT_MACHINES];
	size_t next;          /* whose place is taken when all are used */
};

/* Who is told: of each step, and of an attempt that ends because the machine
 * begins anew. */
struct sight_calls {
	void (*step)(void *ctx, struct sight *s, const struct step *step);
	void (*over)(void *ctx, struct sight *s);
	void *ctx;
};

/* A UDP packet that was seen. */
void sight_take(struct sights *all, const struct frame_udp *u, uint64_t us,
    const struct sight_calls *calls);
/* Where the machine stands: FAULT_NONE when it got what it asked for. */
enum fault sight_fault(const struct sight *s);
const char *sight_text(const struct sight *s, char out[FINDING_TEXT]);

#endif
