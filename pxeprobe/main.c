/* pxeprobe(8): its outputs, and which of its ways is taken. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asuser.h"
#include "cli.h"
#include "compare.h"
#include "fds.h"
#include "log.h"
#include "netif.h"
#include "options.h"
#include "play.h"
#include "report.h"
#include "watch.h"

/* An interface when none is named: the only one that could be meant. */
static const char *
only_interface(void)
{
	static char found[IF_NAMESIZE];
	struct if_nameindex *all = if_nameindex();
	struct netif n;
	int count = 0;

	for (struct if_nameindex *i = all; i && i->if_index; i++)
		if (netif_get(i->if_name, &n) == 0 && n.ethernet && n.up && !n.loopback && count++ == 0)
			snprintf(found, sizeof(found), "%s", i->if_name);
	if_freenameindex(all);
	if (count != 1)
		cli_wrong(NAME,
		    count ? "several interfaces are up; name one with -i" :
		            "no Ethernet interface is up; name one with -i");
	return found;
}

/* A file for what comes at the end, opened while that can be done.  It is written over, not
 * renamed: the directory need not be ours. */
static int
open_output(int letter, const char *path)
{
	int fd = asuser_open(path, O_WRONLY | O_CREAT | O_NOFOLLOW, 0644);

	if (fd < 0)
		die(EXIT_SYSTEM, "-%c %s: %s", letter, path, strerror(errno));
	return fd;
}

/* The same, emptied where that can be done (a pipe, a terminal). */
static int
open_emptied(int letter, const char *path)
{
	int fd = open_output(letter, path);

	if (ftruncate(fd, 0) != 0 && errno != EINVAL)
		die(EXIT_SYSTEM, "-%c %s: %s", letter, path, strerror(errno));
	return fd;
}

struct outputs {
	FILE *picture; /* NULL: none, or standard output */
	bool as_text;
};

static void
open_outputs(const struct options *o, struct report *report, struct outputs *out)
{
	*out = (struct outputs){ .as_text = o->picture && strcmp(o->picture, "-") == 0 };
	if (o->picture)
		report->picture = picture_new();
	if (o->picture && !out->as_text)
		out->picture = fdopen(open_emptied('d', o->picture), "w");
	if (o->numbers)
		report->numbers = numbers_new(open_output('M', o->numbers));
	if ((o->picture && !report->picture) || (o->picture && !out->as_text && !out->picture) ||
	    (o->numbers && !report->numbers))
		die(EXIT_SYSTEM, "out of memory");
}

static void
write_outputs(struct report *report, struct outputs *out)
{
	if (report->picture && out->as_text && picture_write_text(report->picture, stdout) != 0)
		report->failed = true;
	if (out->picture && (picture_write_svg(report->picture, out->picture) != 0 || fclose(out->picture) != 0))
		report->failed = true;
	if (report->numbers && numbers_write(report->numbers) != 0)
		report->failed = true;
	picture_free(report->picture);
	numbers_free(report->numbers);
}

/* The capture begins before the machines get a namespace of their own. */
static void
begin_record(const struct options *o, struct report *report)
{
	char error[RECORDER_ERROR];

	report->recorder = recorder_start(o->ifname, open_emptied('o', o->record), error);
	if (!report->recorder)
		die(EXIT_SYSTEM, "%s", error);
}

static void
end_record(struct report *report)
{
	char error[RECORDER_ERROR];

	if (recorder_stop(report->recorder, error))
		return;
	log_err("%s", error);
	report->failed = true;
}

int
main(int argc, char **argv)
{
	struct options o;
	struct report report;
	struct outputs outputs;
	enum exit_code code;
	bool offline;

	fds_standard();
	options_read(argc, argv, &o);
	log_open(NAME, false, o.verbose);
	for (int i = 0; i < 2 && o.side[0]; i++)
		fds_keep_named(o.side[i]);
	if (o.file)
		for (size_t i = 0; i < o.file_count; i++)
			fds_keep_named(o.files[i]);
	fds_forget_inherited();
	report_open(&report, stdout, o.json);
	open_outputs(&o, &report, &outputs);
	offline = o.file || (o.side[0] && !compare_plays(&o));
	if (!o.ifname && !offline)
		o.ifname = only_interface();
	/* libpcap's "any" can be watched, but is no interface. */
	if (!offline && !(o.watch && strcmp(o.ifname, "any") == 0) && if_nametoindex(o.ifname) == 0)
		die(EXIT_USAGE, "interface %s: no such interface; 'ip link' lists them", o.ifname);
	if (o.record)
		begin_record(&o, &report);
	if (o.file)
		code = watch_files(o.files, o.file_count, &report);
	else if (o.side[0])
		code = compare(&o, &report);
	else if (o.watch)
		code = watch_interface(o.ifname, &report);
	else
		code = play(&o, &report);
	end_record(&report);
	write_outputs(&report, &outputs);
	if (report.failed)
		code = EXIT_SYSTEM;
	if (code == EXIT_DONE && o.strict && report.warnings)
		code = EXIT_NO;
	report_close(&report);
	free(o.mac);
	if (cli_flush() != 0)
		die(EXIT_SYSTEM, "cannot write the report");
	return code;
}
