/* UDF's file entries: what a file is and where its bytes are.  Pure. */
#ifndef UDF_ENTRY_H
#define UDF_ENTRY_H

#include "udf_space.h"

enum udf_type {
	UDF_DIRECTORY = 4,
	UDF_FILE = 5,
	UDF_LINK = 12,
	UDF_REALTIME = 249,
	UDF_VAT_150 = 0,
	UDF_VAT_200 = 248
};

struct udf_entry {
	uint8_t type;
	uint64_t size;
	uint16_t mode; /* as POSIX has it, without set-id bits */
	bool has_mtime;
	int64_t mtime;
	uint32_t mtime_ns;
	uint64_t where;           /* the entry itself, byte of the image: tells files apart */
	struct udf_pieces pieces; /* as long as `size`, or shorter when damaged */
};

/* Reads the entry at an address, the newest where there are several (strategy
 * 4096).  out->pieces.e may point to what an earlier call allocated, and is
 * the caller's to free.  NULL, or what is wrong. */
const char *udf_entry_read(const struct udf_space *s, struct udf_address a, struct udf_entry *out);

#endif
