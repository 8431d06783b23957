/*
 * Runs a fuzzer's LLVMFuzzerTestOneInput without libFuzzer: over each file
 * named, cut at every length, and with each byte changed in a few ways.  One
 * run that takes SECONDS of CPU time fails, however busy the machine is.
 */
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define SECONDS 10

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *current;

static void
too_slow(int sig)
{
	(void)sig;
	if (write(1, "not ok - an input takes too long: ", 34) < 0 || write(1, current, strlen(current)) < 0 ||
	    write(1, "\n", 1) < 0)
		_exit(2);
	_exit(1);
}

/* An exact-size copy, so that the sanitizer sees a read past the end. */
static void
try_input(const uint8_t *data, size_t size)
{
	static const struct itimerval limit = { .it_value.tv_sec = SECONDS };
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	memcpy(copy, data, size);
	setitimer(ITIMER_PROF, &limit, NULL);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void
replay(uint8_t *data, size_t size)
{
	static const uint8_t change[] = { 0x00, 0xff, 0x80, 0x01, '"', '/', '\\' };
	size_t limit = size < 2048 ? size : 2048;

	try_input(data, size);
	for (size_t n = 0; n < limit; n++)
		try_input(data, n);
	for (size_t i = 0; i < limit; i++) {
		uint8_t was = data[i];

		for (size_t c = 0; c < sizeof(change); c++) {
			data[i] = change[c];
			try_input(data, size);
		}
		data[i] = was;
	}
}

int
main(int argc, char **argv)
{
	static uint8_t buf[1 << 20];

	signal(SIGPROF, too_slow);
	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "rb");

		if (!f) {
			perror(argv[i]);
			return 1;
		}
		current = argv[i];
		replay(buf, fread(buf, 1, sizeof(buf), f));
		fclose(f);
	}
	printf("ok - %d inputs replayed\n", argc - 1);
	return 0;
}
