#include "numbers.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ROWS 4096

enum row_kind { ROW_VERDICT, ROW_STEP, ROW_FAULT };

struct row {
	enum row_kind kind;
	char persona[32], name[48]; /* the step, the fault, or the machine */
	bool warning;
	unsigned count[3]; /* of a verdict: no, yes, unknown */
	uint64_t ms;
};

struct numbers {
	int fd;
	struct row *row;
	size_t n;
};

struct numbers *
numbers_new(int fd)
{
	struct numbers *n = calloc(1, sizeof(*n));

	if (n)
		n->row = calloc(ROWS, sizeof(*n->row));
	if (!n || !n->row) {
		free(n);
		return NULL;
	}
	n->fd = fd;
	return n;
}

void
numbers_free(struct numbers *n)
{
	if (n)
		free(n->row);
	free(n);
}

/* The row of that kind and these names; the last one when there are too many. */
static struct row *
numbers_row(struct numbers *n, enum row_kind kind, const char *persona, const char *name)
{
	struct row *r = n->row;

	for (; r < n->row + n->n; r++)
		if (r->kind == kind && strncmp(r->persona, persona, sizeof(r->persona) - 1) == 0 &&
		    strncmp(r->name, name, sizeof(r->name) - 1) == 0)
			return r;
	if (n->n == ROWS)
		return r - 1;
	n->n++;
	r->kind = kind;
	snprintf(r->persona, sizeof(r->persona), "%.31s", persona);
	snprintf(r->name, sizeof(r->name), "%.47s", name);
	return r;
}

void
numbers_step(struct numbers *n, const char *persona, const char *what, uint64_t ms)
{
	numbers_row(n, ROW_STEP, persona, what)->ms += ms;
}

void
numbers_fault(struct numbers *n, const char *persona, const char *fault, bool warning)
{
	struct row *r = numbers_row(n, ROW_FAULT, persona, fault);

	r->warning = warning;
	r->count[0]++;
}

void
numbers_verdict(struct numbers *n, const char *persona, const char *machine, enum verdict verdict)
{
	numbers_row(n, ROW_VERDICT, persona, machine ? machine : "")->count[verdict]++;
}

static void
write_rows(const struct numbers *n, FILE *out)
{
	static const char *const heads[] = {
		"# HELP pxeprobe_boots How often each verdict was given.\n# TYPE pxeprobe_boots gauge\n",
		("# HELP pxeprobe_step_seconds How long the steps of that kind took together.\n"
		 "# TYPE pxeprobe_step_seconds gauge\n"),
		"# HELP pxeprobe_faults How often each fault was found.\n# TYPE pxeprobe_faults gauge\n"
	};

	for (int kind = ROW_VERDICT; kind <= ROW_FAULT; kind++) {
		fputs(heads[kind], out);
		for (size_t i = 0; i < n->n; i++) {
			const struct row *r = &n->row[i];

			if ((int)r->kind != kind)
				continue;
			if (kind == ROW_STEP)
				fprintf(out, "pxeprobe_step_seconds{persona=\"%s\",step=\"%s\"} %.3f\n", r->persona,
				    r->name, (double)r->ms / 1e3);
			else if (kind == ROW_FAULT)
				fprintf(out, "pxeprobe_faults{persona=\"%s\",fault=\"%s\",severity=\"%s\"} %u\n",
				    r->persona, r->name, r->warning ? "warning" : "error", r->count[0]);
			for (int v = VERDICT_NO; kind == ROW_VERDICT && v <= VERDICT_UNKNOWN; v++)
				fprintf(out, "pxeprobe_boots{persona=\"%s\"%s%s%s,verdict=\"%s\"} %u\n", r->persona,
				    r->name[0] ? ",machine=\"" : "", r->name, r->name[0] ? "\"" : "",
				    verdict_word((enum verdict)v), r->count[v]);
		}
	}
	fprintf(out,
	    "# HELP pxeprobe_finished_seconds When this was written.\n# TYPE pxeprobe_finished_seconds gauge\n"
	    "pxeprobe_finished_seconds %" PRId64 "\n",
	    (int64_t)time(NULL));
}

int
numbers_write(const struct numbers *n)
{
	char *text = NULL;
	size_t len = 0, done = 0;
	FILE *out = open_memstream(&text, &len);
	int rc = 0;

	if (!out)
		return -1;
	write_rows(n, out);
	if (fclose(out) != 0 || !text)
		rc = -1;
	/* Over the old text, whose rest is then cut off: who reads meanwhile finds no gap. */
	while (rc == 0 && done < len) {
		ssize_t part = pwrite(n->fd, text + done, len - done, (off_t)done);

		if (part <= 0 && errno != EINTR)
			rc = -1;
		done += part > 0 ? (size_t)part : 0;
	}
	if (rc == 0 && ftruncate(n->fd, (off_t)len) != 0 && errno != EINVAL)
		rc = -1;
	free(text);
	return rc;
}
