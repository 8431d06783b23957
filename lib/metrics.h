/*
 * The numbers of a daemon (-M FILE): counters, gauges and histograms in the
 * Prometheus text format, for node_exporter's textfile collector.  A tool has a
 * table of rows and an array of values; counting is value[AT]++.
 */
#ifndef METRICS_H
#define METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "priv.h"

#define METRICS_EVERY_MS 5000
#define METRICS_ERROR 512
#define METRICS_LINE 3500 /* the longest facts line, with its NUL */
#define METRICS_SLOTS 16  /* values of a histogram, one behind the other */

enum metrics_kind {
	METRICS_COUNTER,
	METRICS_GAUGE,
	METRICS_HISTOGRAM /* of times; METRICS_SLOTS values from `at` on */
};

/* Rows of one name stand together; the first one's help and kind are theirs. */
struct metrics_row {
	unsigned at; /* index of its value */
	enum metrics_kind kind;
	const char *name;  /* behind the prefix: "requests_total" */
	const char *label; /* op="read",result="done"; NULL: none */
	const char *help;  /* no backslash or newline */
};

struct metrics_table {
	const char *prefix; /* "tftpd_lite_" */
	const struct metrics_row *row;
	size_t rows;
};

/* A time that was measured, in microseconds. */
void metrics_observe(uint64_t *histogram, uint64_t us);

/* The text of FILE; returns its length without the NUL, as snprintf(3) does when it
 * does not fit. */
size_t metrics_text(const struct metrics_table *t, const uint64_t *value, char *out, size_t size);
/* The same as one facts line: the names without prefix and "_total", each label's
 * value behind a dot ("requests.read.done=5"), a histogram's count and sum. */
size_t metrics_line(const struct metrics_table *t, const uint64_t *value, char *out, size_t size);

/* FILE, in a directory that stays open. */
struct metrics {
	const struct metrics_table *table;
	int dir;          /* O_PATH; for lib/confine: written to.  -1: no FILE */
	const char *path; /* as given, borrowed */
	const char *name; /* in dir */
	uint64_t due_ms;  /* of the next metrics_write (clock_ms); UINT64_MAX: never */
	bool failing;     /* the last write failed, and that was said */
};

/* To be called before privileges are dropped to `user`; creates nothing.  `path`
 * NULL: there is no FILE.  -1 and a sentence: its directory is not there, or that
 * user may not write to it. */
int metrics_open(struct metrics *m, const char *path, const struct priv_user *user, char error[METRICS_ERROR]);
/* Writes FILE anew, aside and renamed; logs when that begins to fail. */
void metrics_write(struct metrics *m, const uint64_t *value, uint64_t now_ms);
/* Logs them as a facts line (SIGUSR1). */
void metrics_log(const struct metrics_table *t, const uint64_t *value);

#endif
