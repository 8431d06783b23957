/*
 * A run as it was reported: its facts lines, step by step, without what differs from machine to
 * machine and from minute to minute, so that two of them can be compared.
 */
#ifndef RUNLOG_H
#define RUNLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RUNLOG_ERROR 200
#define RUNLOG_RECORDS 2000 /* at most */

struct runlog_pair {
	char *key, *value;
};

/* A step, a fault or a verdict. */
struct runlog_record {
	char *word, *what; /* "step" and "offer"; "fault" and its name; "verdict" and "" */
	uint64_t ms;       /* a step's; 0 when it has none */
	struct runlog_pair *pair;
	size_t pairs;
};

struct runlog {
	struct runlog_record *at;
	size_t n;
};

/* Reads facts lines.  `machine`: only the records that name that MAC address, NULL for all.
 * Machines of one text follow each other.  False, and a sentence, when it is something else. */
bool runlog_read(struct runlog *r, const char *text, size_t len, const char *machine, char error[RUNLOG_ERROR]);
void runlog_free(struct runlog *r);

#endif
