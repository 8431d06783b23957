/* Finds a UDF volume's root directory.  Pure. */
#ifndef UDF_VOLUME_H
#define UDF_VOLUME_H

#include "udf_space.h"
#include "fsindex.h"

struct udf_volume {
	struct udf_space space;
	struct udf_address root;
	char label[FSINDEX_LABEL];
};

/* FSINDEX_OK, FSINDEX_NONE, or FSINDEX_BROKEN with a static *why.  After
 * FSINDEX_OK the caller frees out->space. */
enum fsindex_result udf_volume_find(struct blockcache *cache, struct udf_volume *out, const char **why);

/* Decodes OSTA compressed Unicode: a byte 8 or 16, then the name.  Returns its
 * length in UTF-8. */
size_t udf_text(const void *bytes, size_t len, char *out, size_t size);

#endif
