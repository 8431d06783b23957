/* The names in a directory, in one order everywhere: by their bytes. */
#ifndef DIRNAMES_H
#define DIRNAMES_H

#include <stddef.h>

struct dirnames {
	char **name;
	size_t n;
};

/* All names but . and .. of the open directory, which stays open.  0, or -1 with
 * errno and nothing to free. */
int dirnames_read(int dir, struct dirnames *out);
void dirnames_free(struct dirnames *d);

#endif
