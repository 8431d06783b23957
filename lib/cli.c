#include "cli.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

enum { HELP = 256, VERSION_ASKED };

int
cli_getopt(int argc, char *const argv[], const char *optstring, const char *name, const char *usage)
{
	static const struct option longs[] = {
		{ "help", no_argument, NULL, HELP },
		{ "version", no_argument, NULL, VERSION_ASKED },
		{ NULL, 0, NULL, 0 },
	};
	int c = getopt_long(argc, argv, optstring, longs, NULL);

	switch (c) {
	case HELP:
		fputs(usage, stdout);
		exit(cli_flush() < 0 ? EXIT_SYSTEM : EXIT_DONE);
	case VERSION_ASKED:
		printf("%s (pxe-tools) %s\n", name, VERSION);
		exit(cli_flush() < 0 ? EXIT_SYSTEM : EXIT_DONE);
	case '?':
	case ':':
		fprintf(stderr, "%.*s\nTry '%s --help'.\n", (int)strcspn(usage, "\n"), usage, name);
		exit(EXIT_USAGE);
	default:
		return c;
	}
}

void
cli_wrong(const char *name, const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", name);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "\nTry '%s --help'.\n", name);
	exit(EXIT_USAGE);
}

int
cli_flush(void)
{
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : -1;
}
