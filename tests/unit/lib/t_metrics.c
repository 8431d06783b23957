/* The numbers of -M: their text, and the file. */
#include "metrics.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

enum { READS, WRITES, OPEN, TOOK, VALUES = TOOK + METRICS_SLOTS };

static const struct metrics_row rows[] = {
	{ READS, METRICS_COUNTER, "asked_total", "op=\"read\",how=\"done\"", "Requests." },
	{ WRITES, METRICS_COUNTER, "asked_total", "op=\"write\",how=\"done\"", "Requests." },
	{ OPEN, METRICS_GAUGE, "open", NULL, "Now." },
	{ TOOK, METRICS_HISTOGRAM, "took_seconds", NULL, "How long." },
};
static const struct metrics_table table = { "x_", rows, sizeof(rows) / sizeof(rows[0]) };

static void
the_text_is_what_prometheus_reads(void)
{
	uint64_t value[VALUES] = { [READS] = 5, [OPEN] = 2 };
	char text[4096];

	metrics_observe(&value[TOOK], 100);
	metrics_observe(&value[TOOK], 101);
	metrics_observe(&value[TOOK], 400000000);
	CHECK_INT(metrics_text(&table, value, text, sizeof(text)), strlen(text));
	CHECK(strstr(text,
	          "# HELP x_asked_total Requests.\n# TYPE x_asked_total counter\n"
	          "x_asked_total{op=\"read\",how=\"done\"} 5\nx_asked_total{op=\"write\",how=\"done\"} 0\n"
	          "# HELP x_open Now.\n# TYPE x_open gauge\nx_open 2\n") == text);
	CHECK(strstr(text,
	    "# TYPE x_took_seconds histogram\nx_took_seconds_bucket{le=\"0.0001\"} 1\n"
	    "x_took_seconds_bucket{le=\"0.0003\"} 2\n"));
	CHECK(strstr(text,
	    "le=\"300\"} 2\nx_took_seconds_bucket{le=\"+Inf\"} 3\nx_took_seconds_sum 400.000201\n"
	    "x_took_seconds_count 3\n"));
	CHECK(metrics_text(&table, value, text, 10) > 10);
}

static void
the_line_is_facts(void)
{
	uint64_t value[VALUES] = { [READS] = 5, [OPEN] = 2 };
	char text[256];

	metrics_observe(&value[TOOK], 1500000);
	metrics_line(&table, value, text, sizeof(text));
	CHECK_STR(
	    text, "metrics asked.read.done=5 asked.write.done=0 open=2 took_seconds.count=1 took_seconds.sum=1.500000");
}

static void
the_file_is_replaced(void)
{
	char dir[] = "/tmp/t_metrics.XXXXXX", path[64], aside[80], error[METRICS_ERROR] = "", text[64] = "";
	struct priv_user me = { .change = false };
	uint64_t value[VALUES] = { 0 };
	struct metrics m = { .table = &table };
	int fd;

	CHECK(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/n.prom", dir);
	snprintf(aside, sizeof(aside), "%s.new", path);
	CHECK_INT(metrics_open(&m, path, &me, error), 0);
	CHECK_STR(error, "");
	CHECK_INT(m.due_ms, 0);
	CHECK_INT(symlink("/tmp/t_metrics.elsewhere", aside), 0); /* not followed */
	metrics_write(&m, value, 1000);
	CHECK_INT(m.due_ms, 1000 + METRICS_EVERY_MS);
	CHECK(!m.failing);
	CHECK_INT(access("/tmp/t_metrics.elsewhere", F_OK), -1);
	CHECK_INT(access(aside, F_OK), -1);
	fd = open(path, O_RDONLY);
	CHECK(read(fd, text, sizeof(text) - 1) > 0);
	CHECK(strncmp(text, "# HELP x_asked_total", 20) == 0);
	close(fd);
	unlink(path);
	CHECK_INT(mkdir(path, 0755), 0); /* nothing can take its place */
	metrics_write(&m, value, 2000);
	CHECK(m.failing);
	CHECK_INT(access(aside, F_OK), -1);
	rmdir(path);
	metrics_write(&m, value, 3000);
	CHECK(!m.failing);
	close(m.dir);
	unlink(path);
	rmdir(dir);
}

static void
a_file_that_cannot_be_is_refused(void)
{
	char error[METRICS_ERROR] = "";
	struct priv_user me = { .change = false }, nobody = { .change = true, .uid = 65534, .gid = 65534, .name = "x" };
	struct metrics m = { .table = &table };

	CHECK_INT(metrics_open(&m, "/nonexistent/n.prom", &me, error), -1);
	CHECK(strstr(error, "No such file") != NULL);
	CHECK_INT(metrics_open(&m, "/tmp/", &me, error), -1);
	CHECK_INT(metrics_open(&m, NULL, &me, error), 0);
	CHECK(m.due_ms == UINT64_MAX && m.dir == -1);
	metrics_write(&m, NULL, 0); /* nothing */
	if (geteuid() != 0)
		return;
	CHECK_INT(metrics_open(&m, "/etc/n.prom", &nobody, error), -1);
	CHECK(strstr(error, "may not write") != NULL);
}

int
main(void)
{
	RUN(the_text_is_what_prometheus_reads);
	RUN(the_line_is_facts);
	RUN(the_file_is_replaced);
	RUN(a_file_that_cannot_be_is_refused);
	return TEST_EXIT();
}
