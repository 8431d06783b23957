/*
 * What one machine asks for on its way to the kernel, in order: noted while
 * an ordinary walk finds it out, then done again by every machine of a storm.
 * Pure.
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
	unsigned row;           /* of the report; items with the same one are one step */
	struct persona persona; /* REPLAY_ROUND: who asks from here on */
	/* REPLAY_FILE: */
	struct url url;
	uint32_t server; /* the host's address */
	const struct persona_tftp *tftp;
	const struct persona_http *http;
	bool named_by_reply; /* the boot file: each machine's own DHCP reply names it */
	bool there;          /* else asked for in vain, which is no fault */
	uint64_t bytes;
};

struct replay {
	struct replay_item *item;
	size_t n, size;
	unsigned rows;
	uint64_t bytes;     /* of all files */
	struct identity id; /* the machine that walked */
	uint32_t addr;      /* and the address it had last */
	bool failed;        /* out of memory */
};

/* Notes, called by the walk: a DHCP conversation begins; a file was asked for. */
void replay_round(struct replay *p, const struct persona *who);
void replay_file(
    struct replay *p, const char *what, const struct fetcher *f, const struct url *u, const struct fetched *got);
/* Numbers the rows, once the walk is over. */
void replay_finish(struct replay *p);
void replay_free(struct replay *p);

/* How many files are there. */
size_t replay_files(const struct replay *p);
/* Needs it TCP? */
bool replay_needs_stack(const struct replay *p);
/* The first file that is fetched over https; NULL when none is. */
const struct replay_item *replay_https(const struct replay *p);

/* A name as another machine would ask for it: the MAC address, UUID, serial
 * number and address of the one that walked are replaced by its own, in the
 * forms that loaders write. */
struct replay_self {
	const struct identity *id;
	uint32_t addr;
};
void replay_name(const struct replay *p, const struct replay_self *self, const char *name, char out[URL_PATH]);

#endif
