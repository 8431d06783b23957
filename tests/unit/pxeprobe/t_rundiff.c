/* Two runs as texts, and what is said to differ. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "rundiff.h"

static char *said;
static size_t said_len;

/* What is said of both, as facts lines. */
static size_t
compare_texts(const char *a, const char *b, const char *machine_a, const char *machine_b)
{
	char error[RUNLOG_ERROR];
	struct runlog one, two;
	struct report r;
	size_t count = 0;
	FILE *out;

	free(said);
	said = NULL;
	out = open_memstream(&said, &said_len);
	report_open(&r, out, false);
	CHECK(runlog_read(&one, a, strlen(a), machine_a, error));
	CHECK(runlog_read(&two, b, strlen(b), machine_b, error));
	CHECK(rundiff(&one, &two, &r, &count));
	runlog_free(&one);
	runlog_free(&two);
	report_close(&r);
	fclose(out);
	return count;
}

static void
what_only_time_and_address_tell_apart_is_the_same(void)
{
	CHECK_INT(compare_texts("step persona=bios n=1 what=ack from=10.0.0.1 ms=4 address=10.0.0.50 router=10.0.0.1\n"
	                        "step n=2 what=config file=tftp://10.0.0.1/pxelinux.cfg/01-52-54-00-00-00-01\n"
	                        "step n=3 what=config file=tftp://10.0.0.1/pxelinux.cfg/0A000032\n"
	                        "step n=4 what=config file=tftp://10.0.0.1/pxelinux.cfg/0A000\n",
	              "step persona=bios n=1 what=ack from=10.0.0.1 ms=9 address=10.0.0.66 router=10.0.0.1\n"
	              "step n=2 what=config file=tftp://10.0.0.1/pxelinux.cfg/01-52-54-00-00-00-02\n"
	              "step n=3 what=config file=tftp://10.0.0.1/pxelinux.cfg/0A000042\n"
	              "step n=4 what=config file=tftp://10.0.0.1/pxelinux.cfg/0A000\n",
	              NULL, NULL),
	    0);
	CHECK_STR(said, "");
}

static void
a_key_that_stands_twice_is_no_difference(void)
{
	const char *twice = "step persona=bios n=1 what=ack router=10.0.0.1 router=10.0.0.2\n";

	CHECK_INT(compare_texts(twice, twice, NULL, NULL), 0);
}

static void
another_value_is_said_with_its_key(void)
{
	CHECK_INT(
	    compare_texts("step what=ack router=10.0.0.1 lease=600\n", "step what=ack router=10.0.0.2\n", NULL, NULL),
	    2);
	CHECK_STR(said,
	    "difference of=ack key=router a=10.0.0.1 b=10.0.0.2\n"
	    "difference of=ack key=lease a=600\n");
}

static void
a_step_that_one_has_is_said_whole(void)
{
	CHECK_INT(compare_texts("step what=config file=a error=\"not found\"\nstep what=kernel file=k\n",
	              "step what=kernel file=k\nfault name=initrd-missing text=\"no i\"\n", NULL, NULL),
	    2);
	CHECK_STR(said,
	    "difference of=config only=a a=\"file=a error=\\\"not found\\\"\"\n"
	    "difference of=initrd-missing only=b b=\"text=\\\"no i\\\"\"\n");
}

static void
steps_that_are_the_same_are_paired_first(void)
{
	CHECK_INT(compare_texts("step what=look file=x\nstep what=look file=y\nstep what=look file=z\n",
	              "step what=look file=z\n", NULL, NULL),
	    2);
	CHECK(!strstr(said, "file=z"));
}

static void
a_step_that_takes_much_longer_is_said(void)
{
	CHECK_INT(compare_texts("step what=offer ms=20\n", "step what=offer ms=900\n", NULL, NULL), 0);
	CHECK_INT(compare_texts("step what=offer ms=20\n", "step what=offer ms=3000\n", NULL, NULL), 1);
	CHECK_STR(said, "difference of=offer key=ms a=20 b=3000\n");
}

static void
machines_of_one_text_are_told_apart(void)
{
	const char *both = "step what=offer file=x machine=02:00:00:00:00:01\n"
	                   "step what=offer file=y machine=02:00:00:00:00:02\n";

	CHECK_INT(compare_texts(both, both, "02:00:00:00:00:01", "02:00:00:00:00:02"), 1);
	CHECK_STR(said, "difference of=offer key=file a=x b=y\n");
}

static void
what_is_no_report_is_refused(void)
{
	static const char *const bad[] = { "", "\n# nothing\n", "subnet 10.0.0.0/8\n", "key=value\n",
		"step what=\"x\n" };
	char error[RUNLOG_ERROR];
	struct runlog r;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK(!runlog_read(&r, bad[i], strlen(bad[i]), NULL, error));
		CHECK(error[0]);
	}
}

static void
there_is_a_bound(void)
{
	static char many[(RUNLOG_RECORDS + 1) * 12];
	char error[RUNLOG_ERROR];
	struct runlog r;

	for (size_t i = 0; i <= RUNLOG_RECORDS; i++)
		memcpy(many + i * 12, "step what=x\n", 12);
	CHECK(runlog_read(&r, many, sizeof(many) - 12, NULL, error));
	runlog_free(&r);
	CHECK(!runlog_read(&r, many, sizeof(many), NULL, error));
	CHECK_STR(error, "more than 2000 steps");
}

int
main(void)
{
	RUN(what_only_time_and_address_tell_apart_is_the_same);
	RUN(a_key_that_stands_twice_is_no_difference);
	RUN(another_value_is_said_with_its_key);
	RUN(a_step_that_one_has_is_said_whole);
	RUN(steps_that_are_the_same_are_paired_first);
	RUN(a_step_that_takes_much_longer_is_said);
	RUN(machines_of_one_text_are_told_apart);
	RUN(what_is_no_report_is_refused);
	RUN(there_is_a_bound);
	free(said);
	return TEST_EXIT();
}
