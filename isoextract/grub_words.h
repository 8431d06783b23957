/* Commands of GRUB's shell, as words with their variables filled in.  Pure. */
#ifndef GRUB_WORDS_H
#define GRUB_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#define GRUB_WORDS 64
#define GRUB_LINE 4096
#define GRUB_VARIABLES 64
#define GRUB_NAME 48
#define GRUB_VALUE 1024

struct grub_variables {
	struct {
		char name[GRUB_NAME], value[GRUB_VALUE];
	} item[GRUB_VARIABLES];
	size_t n;
};

struct grub_command {
	char *word[GRUB_WORDS]; /* into `text` */
	size_t n;
	char text[GRUB_LINE];
};

/* "" for one that is not set. */
const char *grub_variable(const struct grub_variables *v, const char *name, size_t len);
void grub_set(struct grub_variables *v, const char *name, size_t len, const char *value);

/* Reads the next command; `{` and `}` are commands of their own, and so is what
 * comes before a `{`.  What does not fit is left out.  False at the end. */
bool grub_next(const char **at, const struct grub_variables *v, struct grub_command *out);

#endif
