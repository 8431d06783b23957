/* The words of an iPXE command, and its options as iPXE's getopt reads them. */
#ifndef IPXE_OPTIONS_H
#define IPXE_OPTIONS_H

#include "scripts.h"

#define IPXE_WORDS 256

/* A command, its settings expanded. */
struct ipxe_args {
	size_t n;
	char word[IPXE_WORDS][SCRIPT_VALUE];
};

struct ipxe_options {
	/* By letter, of short and long ones: NULL not given, "" a flag. */
	const char *given[26];
	size_t first;         /* the first word that is no option; n: there is none */
	const char *argument; /* that word; NULL */
};

/* Reads the options of the command.  False where iPXE refuses them: one that this command
 * has not, or one without its value. */
bool ipxe_options(const struct ipxe_args *a, struct ipxe_options *out);
/* NULL when it was not given. */
const char *ipxe_option(const struct ipxe_options *o, char letter);

#endif
