/* pxeprobe's command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAME "pxeprobe" /* in messages */

struct options {
	bool json, verbose, watch, relay, patience, strict;
	const char *ifname, *personas, *arch, *file, *picture, *numbers, *record;
	const char *side[2]; /* -D: what to compare; NULL, NULL: nothing */
	char **files;
	size_t file_count;
	bool has_uuid;
	uint8_t uuid[16];
	uint8_t (*mac)[6]; /* -m: one, or those of a file */
	size_t macs;
	uint64_t clients, concurrent, restarts, seconds;
};

/* A machine's MAC address: no group's. */
bool options_mac(const char *text, uint8_t mac[6]);
/* Ends the process where the command line is wrong.  The strings are argv's; `mac` is to
 * be freed. */
void options_read(int argc, char **argv, struct options *o);

#endif
