/* The outcome as numbers (-M): the Prometheus text format, for node_exporter's textfile
 * collector. */
#ifndef NUMBERS_H
#define NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

#include "finding.h"

struct numbers;

/* NULL when out of memory.  `fd`: a file that is written from its start at numbers_write. */
struct numbers *numbers_new(int fd);
void numbers_free(struct numbers *n);

/* Names are borrowed; `machine` NULL: none is named. */
void numbers_step(struct numbers *n, const char *persona, const char *what, uint64_t ms);
void numbers_fault(struct numbers *n, const char *persona, const char *fault, bool warning);
void numbers_verdict(struct numbers *n, const char *persona, const char *machine, enum verdict verdict);
/* 0, or -1 with errno. */
int numbers_write(const struct numbers *n);

#endif
