/* GRUB's "test" and "[": the whole expression (grub-core/commands/test.c). */
#ifndef GRUB_TEST_H
#define GRUB_TEST_H

#include <stdbool.h>
#include <stddef.h>

#include "grubwords.h"

#define GRUB_TEST_FILES 8
#define GRUB_TEST_NAME 512

/* Whether the files are there that the expression named so far. */
struct grub_known {
	struct {
		char name[GRUB_TEST_NAME];
		bool there;
	} file[GRUB_TEST_FILES];
	size_t n;
};

enum grub_truth { GRUB_FALSE, GRUB_TRUE, GRUB_ASK };

/* GRUB_ASK: *ask is a file that must be looked for first; then call it again. */
enum grub_truth grub_test_eval(const struct grubwords *c, const struct grub_known *known, const char **ask);

#endif
