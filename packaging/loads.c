/* An empty program, linked to what isoextract loads only when it needs it: for the
 * names of those libraries, and for the tools that find out what a package depends on. */
#include "libarchive.h"
#include "libcurl.h"

#define DECLARE(f) extern char f[];
#define ADDRESS(f) f,

LIBARCHIVE(DECLARE)
LIBCURL(DECLARE)

char *const loads_functions[] = { LIBARCHIVE(ADDRESS) LIBCURL(ADDRESS) };

int
main(void)
{
	return 0;
}
