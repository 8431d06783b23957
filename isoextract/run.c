#include "run.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "utf8.h"

#define ERRORS_MAX 20 /* lines; the rest is only counted */

void
run_open(struct run *run, const struct run_options *o, struct source *source, struct selection *selection)
{
	/* With -l or -b on a terminal a progress line would be in the way. */
	const bool bar = !o->quiet && !log_verbose() && (o->dir || o->check) && isatty(STDERR_FILENO) == 1;

	*run = (struct run){ .o = o, .source = source, .selection = selection };
	progress_open(&run->progress, bar);
}

void
run_close(struct run *run)
{
	source_close(run->source);
}

void
run_error(struct run *run, enum exit_code rc, const char *fmt, ...)
{
	char line[2048];
	va_list args;

	if (rc > run->rc)
		run->rc = rc;
	if (++run->errors > ERRORS_MAX && !log_verbose() && !run->stop)
		return;
	progress_clear(&run->progress);
	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	utf8_plain(line); /* libraries quote text of images and servers */
	log_err("%s", line);
}

void
run_report_hidden_errors(const struct run *run)
{
	if (run->errors > ERRORS_MAX && !log_verbose())
		log_err("%u more errors; -v shows them all", run->errors - ERRORS_MAX);
}

void
run_give_up(struct run *run)
{
	run->stop = true;
	if (run->rc < EXIT_NO)
		run->rc = EXIT_SYSTEM;
}

bool
run_is_interrupted(const struct run *run)
{
	return run->o->interrupted && run->o->interrupted();
}
