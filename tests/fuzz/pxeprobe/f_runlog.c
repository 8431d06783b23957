/* Two reports, with a line "--" between them: a run does not differ from itself, and two that
 * differ are said to, whichever comes first. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rundiff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
differences(const struct runlog *a, const struct runlog *b)
{
	static FILE *nowhere;
	struct report r;
	size_t n = 0;

	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	if (!nowhere)
		abort();
	report_open(&r, nowhere, false);
	if (!rundiff(a, b, &r, &n))
		abort();
	report_close(&r);
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *cut = size ? memmem(text, size, "\n--\n", 4) : NULL;
	size_t len = cut ? (size_t)(cut - text) : size;
	char error[RUNLOG_ERROR];
	struct runlog a, b;

	if (!runlog_read(&a, text, len, NULL, error))
		return 0;
	if (differences(&a, &a) != 0)
		abort();
	if (cut && runlog_read(&b, cut + 4, size - len - 4, NULL, error)) {
		if ((differences(&a, &b) == 0) != (differences(&b, &a) == 0))
			abort();
		runlog_free(&b);
	}
	runlog_free(&a);
	return 0;
}
