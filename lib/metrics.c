#include "metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asuser.h"
#include "io.h"
#include "log.h"

#define TEXT_MAX (256 * 1024)

/* ---- histograms -------------------------------------------------------- */

static const struct {
	uint64_t us;
	const char *seconds;
} bound[] = { { 100, "0.0001" }, { 300, "0.0003" }, { 1000, "0.001" }, { 3000, "0.003" }, { 10000, "0.01" },
	{ 30000, "0.03" }, { 100000, "0.1" }, { 300000, "0.3" }, { 1000000, "1" }, { 3000000, "3" }, { 10000000, "10" },
	{ 30000000, "30" }, { 100000000, "100" }, { 300000000, "300" } };

#define BOUNDS (sizeof(bound) / sizeof(bound[0]))
#define SUM (BOUNDS + 1) /* behind what is longer than all bounds */

_Static_assert(SUM + 1 == METRICS_SLOTS, "a histogram's values");

void
metrics_observe(uint64_t *histogram, uint64_t us)
{
	size_t i = 0;

	while (i < BOUNDS && us > bound[i].us)
		i++;
	histogram[i]++;
	histogram[SUM] += us;
}

static uint64_t
observations(const uint64_t *histogram)
{
	uint64_t n = 0;

	for (size_t i = 0; i <= BOUNDS; i++)
		n += histogram[i];
	return n;
}

/* ---- as text ----------------------------------------------------------- */

struct text {
	char *out;
	size_t size, len; /* len goes on when the rest does not fit */
};

__attribute__((format(printf, 2, 3))) static void
text_add(struct text *t, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(t->len < t->size ? t->out + t->len : NULL, t->len < t->size ? t->size - t->len : 0, fmt, args);
	va_end(args);
	t->len += n > 0 ? (size_t)n : 0;
}

static void
text_seconds(struct text *t, uint64_t us)
{
	text_add(t, "%" PRIu64 ".%06u", us / 1000000, (unsigned)(us % 1000000));
}

static void
text_histogram(struct text *t, const char *prefix, const struct metrics_row *row, const uint64_t *value)
{
	const char *label = row->label ? row->label : "", *comma = row->label ? "," : "";
	const char *open = row->label ? "{" : "", *close = row->label ? "}" : "";
	uint64_t n = 0;

	for (size_t i = 0; i < BOUNDS; i++) {
		n += value[i];
		text_add(t, "%s%s_bucket{%s%sle=\"%s\"} %" PRIu64 "\n", prefix, row->name, label, comma,
		    bound[i].seconds, n);
	}
	n += value[BOUNDS];
	text_add(t, "%s%s_bucket{%s%sle=\"+Inf\"} %" PRIu64 "\n", prefix, row->name, label, comma, n);
	text_add(t, "%s%s_sum%s%s%s ", prefix, row->name, open, label, close);
	text_seconds(t, value[SUM]);
	text_add(t, "\n%s%s_count%s%s%s %" PRIu64 "\n", prefix, row->name, open, label, close, n);
}

size_t
metrics_text(const struct metrics_table *t, const uint64_t *value, char *out, size_t size)
{
	static const char *const kind[] = { "counter", "gauge", "histogram" };
	struct text text = { .out = out, .size = size };

	for (size_t i = 0; i < t->rows; i++) {
		const struct metrics_row *row = &t->row[i];

		if (i == 0 || strcmp(row->name, row[-1].name) != 0)
			text_add(&text, "# HELP %s%s %s\n# TYPE %s%s %s\n", t->prefix, row->name, row->help, t->prefix,
			    row->name, kind[row->kind]);
		if (row->kind == METRICS_HISTOGRAM)
			text_histogram(&text, t->prefix, row, &value[row->at]);
		else if (row->label)
			text_add(&text, "%s%s{%s} %" PRIu64 "\n", t->prefix, row->name, row->label, value[row->at]);
		else
			text_add(&text, "%s%s %" PRIu64 "\n", t->prefix, row->name, value[row->at]);
	}
	return text.len;
}

/* ---- as a facts line --------------------------------------------------- */

/* A blank, and the key of a row. */
static void
text_key(struct text *t, const struct metrics_row *row)
{
	size_t n = strlen(row->name);
	const char *at = row->label, *end;

	if (n > 6 && strcmp(row->name + n - 6, "_total") == 0)
		n -= 6;
	text_add(t, " %.*s", (int)n, row->name);
	while (at && (at = strchr(at, '"')) && (end = strchr(at + 1, '"'))) {
		text_add(t, ".%.*s", (int)(end - at - 1), at + 1);
		at = end + 1;
	}
}

size_t
metrics_line(const struct metrics_table *t, const uint64_t *value, char *out, size_t size)
{
	struct text text = { .out = out, .size = size };

	text_add(&text, "metrics");
	for (size_t i = 0; i < t->rows; i++) {
		const struct metrics_row *row = &t->row[i];
		const uint64_t *v = &value[row->at];

		text_key(&text, row);
		if (row->kind != METRICS_HISTOGRAM) {
			text_add(&text, "=%" PRIu64, *v);
			continue;
		}
		text_add(&text, ".count=%" PRIu64, observations(v));
		text_key(&text, row);
		text_add(&text, ".sum=");
		text_seconds(&text, v[SUM]);
	}
	return text.len;
}

void
metrics_log(const struct metrics_table *t, const uint64_t *value)
{
	char line[METRICS_LINE];

	metrics_line(t, value, line, sizeof(line));
	log_info("%s", line);
}

/* ---- the file ---------------------------------------------------------- */

static int
open_directory(void *context)
{
	struct metrics *m = context;
	char *dir = m->name == m->path ? strdup(".") : strndup(m->path, (size_t)(m->name - m->path));

	m->dir = dir ? open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	free(dir);
	return m->dir < 0 ? -1 : 0;
}

int
metrics_open(struct metrics *m, const char *path, const struct priv_user *user, char error[METRICS_ERROR])
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	m->dir = -1;
	m->path = path;
	m->name = slash ? slash + 1 : path;
	m->failing = false;
	m->due_ms = UINT64_MAX;
	if (!path)
		return 0;
	if (!*m->name || strlen(m->name) > NAME_MAX - 4) {
		snprintf(error, METRICS_ERROR, "-M \"%s\": not the name of a file", path);
		return -1;
	}
	if (asuser_try(user, path, open_directory, m) < 0) {
		snprintf(error, METRICS_ERROR, "-M \"%s\": cannot open its directory: %s", path, strerror(errno));
		return -1;
	}
	/* O_PATH needs no right to the directory itself; what is written there later does. */
	if (!asuser_may_write(user, m->dir)) {
		snprintf(error, METRICS_ERROR,
		    "-M \"%s\": %s%s may not write to its directory; give it one of its own (install -d -o USER DIR)",
		    path, user->change ? "user " : "this user", user->change ? user->name : "");
		close(m->dir);
		m->dir = -1;
		return -1;
	}
	m->due_ms = 0;
	return 0;
}

/* A name that others who may write here made is not followed: it is made anew. */
static int
replace_file(const struct metrics *m, const char *text, size_t len)
{
	char aside[NAME_MAX + 1];
	int fd, saved;
	bool whole;

	snprintf(aside, sizeof(aside), "%.*s.new", NAME_MAX - 4, m->name);
	if (unlinkat(m->dir, aside, 0) < 0 && errno != ENOENT)
		return -1;
	fd = openat(m->dir, aside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return -1;
	whole = io_write(fd, text, len) == len;
	saved = errno;
	close(fd);
	if (whole && renameat(m->dir, aside, m->dir, m->name) == 0)
		return 0;
	if (!whole)
		errno = saved;
	saved = errno;
	unlinkat(m->dir, aside, 0);
	errno = saved;
	return -1;
}

void
metrics_write(struct metrics *m, const uint64_t *value, uint64_t now_ms)
{
	char *text;
	size_t len;
	bool was = m->failing;

	if (m->dir < 0)
		return;
	m->due_ms = now_ms + METRICS_EVERY_MS;
	text = malloc(TEXT_MAX);
	len = text ? metrics_text(m->table, value, text, TEXT_MAX) : TEXT_MAX;
	m->failing = len >= TEXT_MAX || replace_file(m, text, len) < 0;
	if (m->failing && !was)
		log_err("cannot write \"%s\": %s; it stays as it is", m->path, strerror(errno));
	if (!m->failing && was)
		log_info("\"%s\" can be written again", m->path);
	free(text);
}
