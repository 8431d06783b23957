#include "leasetext.h"

#include <ctype.h>
#include <string.h>

size_t
leasetext_split(char *line, char *field[LEASETEXT_FIELDS])
{
	size_t n = 0;
	char *word;

	while ((word = strsep(&line, " "))) {
		if (n == LEASETEXT_FIELDS || !*word)
			return 0;
		field[n++] = word;
	}
	return n;
}

bool
leasetext_name(const char *s, char out[LEASETEXT_NAME])
{
	size_t len = strlen(s);

	if (strcmp(s, "*") == 0) {
		out[0] = '\0';
		return true;
	}
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)s[i]) && !strchr("-_.", s[i]))
			return false;
	if (len >= LEASETEXT_NAME)
		return false;
	memcpy(out, s, len + 1);
	return true;
}
