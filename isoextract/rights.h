/* What isoextract gives up before it reads the first byte of an image. */
#ifndef RIGHTS_H
#define RIGHTS_H

#include <stdbool.h>

#define RIGHTS_ERROR 256

struct rights_want {
	const char *source; /* a file, or "-" */
	bool url;           /* it is one: names are looked up and connections made */
	const char *dir;    /* written into, and made when it is missing; NULL: nothing is */
	const char *spool;  /* where a temporary file may be needed */
};

#define RIGHTS_PATH 32
/* What was opened, by paths that lead to it whatever its names lead to by now (another
 * user's link); empty: the name must do. */
struct rights_given {
	char source[RIGHTS_PATH], dir[RIGHTS_PATH];
	bool made; /* the directory was missing */
};

/* From here on only the directory and the source can be reached; with a URL, also what
 * finding a server and its certificate takes.  The user stays, as files are to be
 * its own; of root's capabilities those are left that it takes to write into anybody's
 * directory.  False, and a sentence. */
bool rights_drop(const struct rights_want *w, struct rights_given *given, char error[RIGHTS_ERROR]);

#endif
