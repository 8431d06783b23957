/*
 * What the first sectors of an image say of it: ISO 9660 (ECMA-119) volume
 * descriptors, the volume recognition sequence of UDF (ECMA-167 2/8.3).  Pure.
 */
#ifndef ISO_H
#define ISO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

#define ISO_SECTOR 2048
#define ISO_DESCRIPTORS 32768 /* where the volume descriptors begin */
#define ISO_APPLICATION 883   /* "application use" in the primary one */
#define ISO_APPLICATION_LEN 512

struct iso {
	bool iso9660;    /* has a primary volume descriptor */
	bool udf;        /* has an NSR02 or NSR03 descriptor */
	char volume[33]; /* volume identifier, blanks at its end gone */
	uint64_t bytes;  /* length of the volume */
};

/* Looks at the first `len` bytes; 64 KiB are enough. */
void iso_identify(const void *bytes, size_t len, struct iso *out);

/* A date of 7 bytes, or of 17 that are mostly digits (ECMA-119 9.1.5, 8.4.26.1), in
 * seconds since 1970.  False when there is no such day. */
bool iso_date(struct rd *r, bool is_long, int64_t *seconds);

/* The sum that implantisomd5 writes into "application use". */
struct iso_sum {
	char md5[33];
	uint64_t covers; /* so many bytes from the image's start */
};

/* Reads it out of a primary volume descriptor's sector; false when there is
 * none, or one that makes no sense. */
bool iso_sum(const void *sector, size_t len, struct iso_sum *out);

#endif
