/* UDF's file entries say what a file is and where its bytes are.  Pure. */
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
	uint16_t mode; /* POSIX permission bits, without set-id bits */
	bool has_mtime;
	int64_t mtime;
	uint32_t mtime_ns;
	uint64_t where;           /* of the entry itself in the image, in bytes: identifies the file */
	struct udf_pieces pieces; /* as long as `size`; shorter if damaged */
};

/* Reads the entry at an address, or its newest version (strategy 4096).  Reuses
 * out->pieces.e of an earlier call; the caller frees it.  NULL, or what is wrong. */
const char *udf_entry_read(const struct udf_space *s, struct udf_address a, struct udf_entry *out);

#endif
