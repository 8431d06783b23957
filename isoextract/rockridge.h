/*
 * Reads the system use area of an ISO 9660 directory record: SUSP and RRIP (IEEE
 * P1281, P1282), and zisofs.  Pure.
 */
#ifndef ROCKRIDGE_H
#define ROCKRIDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blockcache.h"

#define ROCKRIDGE_NAME 256
#define ROCKRIDGE_LINK 4096
#define ROCKRIDGE_MAX 256 /* bytes of an area in a record */

struct rockridge {
	char name[ROCKRIDGE_NAME]; /* "": none */
	char link[ROCKRIDGE_LINK]; /* "": none */
	size_t name_len, link_len;
	bool name_goes_on, part_goes_on;
	bool has_mode, has_mtime, has_child;
	bool extensions; /* there was an RRIP entry */
	bool relocated;  /* RE: this directory belongs elsewhere */
	bool unfit;      /* sparse (SF) */
	bool packed;     /* with zisofs (ZF) */
	uint64_t size;   /* of a packed file: unpacked */
	uint32_t mode;   /* like st_mode of POSIX */
	uint32_t child;  /* CL: the block where the directory really is */
	uint32_t skip;   /* SP: bytes to skip in every other area */
	int64_t mtime;
	const char *fault; /* static; NULL: none */
};

struct rockridge_area {
	const uint8_t *bytes; /* at most ROCKRIDGE_MAX */
	size_t len;
	uint32_t block; /* bytes of a logical block */
};

/* Follows continuations through the cache.  False, with out->fault, if one cannot be
 * read or they form a loop; *out then has what came before. */
bool rockridge_parse(struct blockcache *cache, const struct rockridge_area *a, struct rockridge *out);

#endif
