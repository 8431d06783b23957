/* A capture file, pcap or pcapng, as it comes: through libpcap, to the last
 * verdict. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "watch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int file = -1;
	static FILE *nowhere;
	struct report report = { .persona = "" };
	char path[32], error[CAPTURE_ERROR];
	struct capture *capture;

	if (file < 0) {
		file = memfd_create("capture", 0);
		nowhere = fopen("/dev/null", "w");
		if (file < 0 || !nowhere || !freopen("/dev/null", "w", stderr))
			abort();
	}
	if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	report.out = nowhere;
	report.table = size & 1;
	capture = capture_file(path, error);
	if (capture)
		watch_capture(capture, path, &report);
	report_close(&report);
	return 0;
}
