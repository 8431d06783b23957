/*
 * The system calls that a tool makes once it serves, and no others (seccomp(2)).
 * Installed by the tool itself, however it was started.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#define SANDBOX_ERROR 256

/* What a tool does besides reading and writing, waiting, and asking for
 * memory.  None of it starts a program, makes a namespace, or makes memory that
 * is both writable and executable. */
enum sandbox_may {
	SANDBOX_CREATE = 1,         /* create, rename and remove files */
	SANDBOX_DATAGRAM = 2,       /* IPv4 and IPv6 datagram sockets */
	SANDBOX_STREAM = 4,         /* IPv4 and IPv6 stream sockets */
	SANDBOX_CONNECT = 8,        /* connect any of them */
	SANDBOX_PACKET = 16,        /* packet sockets, raw IPv4 */
	SANDBOX_NETLINK = 32,       /* learn of interfaces and addresses */
	SANDBOX_THREADS = 64,       /* in its own process */
	SANDBOX_LIBRARIES = 128,    /* map the code of a library: name service, TLS */
	SANDBOX_WORKERS = 256,      /* processes of its own, signals, a narrower sandbox */
	SANDBOX_INTERFACES = 512,   /* give an interface addresses */
	SANDBOX_MEMORY_FILES = 1024 /* files without a name, in memory */
};

/* From here on, any other call is not made: it fails with EPERM, and a line in
 * the log names it.  Sets no_new_privs.  *off is NULL, or says why there is no
 * filter: a kernel without, a build with a sanitizer, valgrind.  -1 and a
 * sentence when it cannot be set up. */
int sandbox_enter(unsigned may, const char **off, char error[SANDBOX_ERROR]);

/* The last step before a daemon serves: that, or the program ends; that there is no
 * filter is logged. */
void sandbox_or_die(unsigned may);

/* The list of names that the filter is made of, blanks between; some are other
 * platforms'.  NULL behind the last.  For tests. */
const char *sandbox_names(size_t i);
/* The number of a call here, -1 when there is none.  For tests. */
int sandbox_number(const char *name, size_t len);

#endif
