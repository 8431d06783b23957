/* What another process says it has found: reported, or refused. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "tape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static FILE *nowhere;
	struct rd r = rd_open(data, size);
	struct tape_message m;
	struct report report;

	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	if (!nowhere)
		abort();
	report_open(&report, nowhere, false);
	while (tape_next(&r, &m) == 1)
		tape_replay(&m, &report);
	report_close(&report);
	return 0;
}
