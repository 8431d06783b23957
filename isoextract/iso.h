/*
 * The first sectors of an image: ISO 9660 volume descriptors (ECMA-119) and the
 * volume recognition sequence of UDF (ECMA-167 2/8.3).  Pure.
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
	char volume[33]; /* volume identifier without trailing blanks */
	uint64_t bytes;  /* length of the volume */
};

/* Reads the first `len` bytes; 64 KiB are enough. */
void iso_identify(const void *bytes, size_t len, struct iso *out);

/* Reads a date of 7 bytes, or a long one of 17, mostly digits (ECMA-119 9.1.5,
 * 8.4.26.1), as seconds since 1970.  False if there is no such day. */
bool iso_date(struct rd *r, bool is_long, int64_t *seconds);

/* The sum that implantisomd5 writes into "application use". */
struct iso_sum {
	char md5[33];
	uint64_t covers; /* bytes from the image's start */
};

/* Finds it in a primary volume descriptor's sector; false if there is none or it
 * makes no sense. */
bool iso_sum(const void *sector, size_t len, struct iso_sum *out);

#endif
