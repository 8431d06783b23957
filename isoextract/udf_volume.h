/* UDF's way from the image's start to its root directory.  Pure. */
#ifndef UDF_VOLUME_H
#define UDF_VOLUME_H

#include "udf_space.h"
#include "fsindex.h"

struct udf_volume {
	struct udf_space space;
	struct udf_address root;
	char label[FSINDEX_LABEL];
};

/* FSINDEX_OK, FSINDEX_NONE or FSINDEX_BROKEN (*why is static then).  On any but
 * the first nothing is to be freed, else out->space is. */
enum fsindex_result udf_volume_find(struct blockcache *cache, struct udf_volume *out, const char **why);

/* OSTA compressed Unicode: a byte that is 8 or 16, then the name.  Returns its
 * length in UTF-8. */
size_t udf_text(const void *bytes, size_t len, char *out, size_t size);

#endif
