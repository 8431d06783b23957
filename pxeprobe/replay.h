/*
 * What one machine asks for on its way to the kernel, in order: recorded as it
 * boots alone, then replayed by every machine of a storm.  Pure.
 */
#ifndef REPLAY_H
#define REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fetch.h"
#include "dhcp_build.h"
#include "persona.h"
#include "url.h"

#define REPLAY_WHAT 16

enum replay_kind { REPLAY_ROUND, REPLAY_FILE };

struct replay_item {
	enum replay_kind kind;
	char what[REPLAY_WHAT]; /* "bootfile", "kernel" ...; of a round "offer" */
	unsigned row;           /* of the report; items that share one are one step */
	struct persona persona; /* REPLAY_ROUND: who asks from here on */
	/* REPLAY_FILE: */
	struct url url;
	uint32_t server; /* the host's address */
	const struct persona_tftp *tftp;
	const struct persona_http *http;
	bool named_by_reply; /* the boot file, which each machine's own DHCP reply names */
	bool there;          /* otherwise not found, which is no fault */
	uint64_t bytes;
};

struct replay {
	struct replay_item *item;
	size_t n, size;
	unsigned rows;
	uint64_t bytes;     /* of all files */
	struct identity id; /* of the machine that was recorded */
	uint32_t addr;      /* its last address */
	bool failed;        /* out of memory */
};

/* Records that a DHCP round begins, and that a file was asked for. */
void replay_round(struct replay *p, const struct persona *who);
void replay_file(
    struct replay *p, const char *what, const struct fetcher *f, const struct url *u, const struct fetched *got);
/* Numbers the rows, once everything is recorded. */
void replay_finish(struct replay *p);
void replay_free(struct replay *p);

/* The number of files that are there. */
size_t replay_files(const struct replay *p);
/* True if any file is fetched over TCP. */
bool replay_needs_stack(const struct replay *p);
/* The first file that is fetched over https; NULL for none. */
const struct replay_item *replay_https(const struct replay *p);

/* A name as another machine would ask for it: with its own MAC address, UUID,
 * serial number and address in place of those recorded, in the forms that
 * loaders write. */
struct replay_self {
	const struct identity *id;
	uint32_t addr;
};
void replay_name(const struct replay *p, const struct replay_self *self, const char *name, char out[URL_PATH]);

#endif
