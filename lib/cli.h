/* What all five command lines share. */
#ifndef CLI_H
#define CLI_H

/* getopt(3) with --help and --version added.  `usage` is the man page's
 * SYNOPSIS and a line an option; --help prints it on stdout and exits 0, a
 * wrong option prints its first line on stderr and exits 2. */
int cli_getopt(int argc, char *const argv[], const char *optstring, const char *name, const char *usage);

/* "NAME: why" and where to read on, on stderr; exits 2. */
_Noreturn void cli_wrong(const char *name, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Flushes stdout; 0, or -1 with errno when what was written did not arrive
 * (a full disk, a closed pipe). */
int cli_flush(void);

#endif
