#include "compare.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asuser.h"
#include "capture.h"
#include "cli.h"
#include "num.h"
#include "play.h"
#include "rights.h"
#include "rundiff.h"
#include "runlog.h"
#include "slurp.h"
#include "watch.h"

#define TEXT_MOST (16 * 1024 * 1024 - 1)

/* One of the two runs: a capture or a text that is open, or a machine. */
struct side {
	const char *name;
	bool plays;
	uint8_t mac[6];
	struct capture *capture;
	int fd; /* of a text; -1: none */
	char *text;
	size_t len;
	struct runlog log;
};

bool
compare_plays(const struct options *o)
{
	uint8_t mac[6];

	return options_mac(o->side[0], mac) || options_mac(o->side[1], mac);
}

static void
open_side(struct side *s, const char *name)
{
	char error[CAPTURE_ERROR];
	uint8_t head[4] = { 0 };

	*s = (struct side){ .name = name, .fd = -1 };
	s->plays = options_mac(name, s->mac);
	if (s->plays)
		return;
	s->fd = asuser_open(name, O_RDONLY, 0);
	if (s->fd < 0)
		die(EXIT_USAGE, "-D %s: neither a machine's MAC address nor a file that can be read: %s", name,
		    strerror(errno));
	if (pread(s->fd, head, sizeof(head), 0) != sizeof(head) || !capture_begins_with(head))
		return;
	close(s->fd);
	s->fd = -1;
	s->capture = capture_file(name, error);
	if (!s->capture)
		die(EXIT_USAGE, "%s", error);
}

/* ---- the texts ---- */

/* A report into memory: its lines are s->text then. */
struct memory {
	struct report report;
	FILE *out;
};

static void
memory_open(struct memory *m, struct side *s)
{
	m->out = open_memstream(&s->text, &s->len);
	if (!m->out)
		die(EXIT_SYSTEM, "out of memory");
	report_open(&m->report, m->out, false);
}

static void
memory_close(struct memory *m)
{
	report_close(&m->report);
	if (fclose(m->out) != 0)
		die(EXIT_SYSTEM, "out of memory");
}

/* Plays whichever are machines, in one go; both texts are then the same, and each side takes
 * its own machine's lines. */
static void
play_sides(const struct options *o, struct side side[2])
{
	struct options own = *o;
	struct side *first = side[0].plays ? &side[0] : &side[1];
	uint8_t mac[2][6];
	struct memory m;

	own.macs = 0;
	for (int i = 0; i < 2; i++)
		if (side[i].plays)
			memcpy(mac[own.macs++], side[i].mac, 6);
	own.mac = mac;
	memory_open(&m, first);
	if (play(&own, &m.report) == EXIT_SYSTEM)
		die(EXIT_SYSTEM, "what was played came to no end; nothing is compared");
	memory_close(&m);
	if (own.macs == 2) {
		side[1].text = strndup(first->text, first->len);
		side[1].len = first->len;
	}
}

static void
read_text(struct side *s)
{
	s->text = slurp(s->fd, TEXT_MOST, &s->len);
	if (!s->text)
		die(EXIT_USAGE, "%s: %s", s->name, errno == EFBIG ? "too long for a report" : strerror(errno));
}

static void
read_side(struct side *s, bool one_of_two)
{
	char error[RUNLOG_ERROR], mac[NUM_MAC_TEXT];
	struct memory m;

	if (s->capture) {
		memory_open(&m, s);
		watch_capture(s->capture, s->name, &m.report);
		memory_close(&m);
	} else if (s->fd >= 0) {
		read_text(s);
	}
	if (!s->text ||
	    !runlog_read(&s->log, s->text, s->len, one_of_two ? num_mac_text(s->mac, ':', mac) : NULL, error))
		die(EXIT_USAGE, "%s: %s", s->name, s->text ? error : "out of memory");
}

static void
close_side(struct side *s)
{
	if (s->fd >= 0)
		close(s->fd);
	free(s->text);
	runlog_free(&s->log);
}

enum exit_code
compare(const struct options *o, struct report *report)
{
	struct side side[2];
	char error[RIGHTS_ERROR];
	size_t count = 0;
	bool both;

	for (int i = 0; i < 2; i++)
		open_side(&side[i], o->side[i]);
	both = side[0].plays && side[1].plays;
	if (compare_plays(o))
		play_sides(o, side);
	else if (!rights_drop(RIGHTS_READ, error))
		die(EXIT_SYSTEM, "%s", error);
	for (int i = 0; i < 2; i++)
		read_side(&side[i], both);
	if (!rundiff(&side[0].log, &side[1].log, report, &count))
		die(EXIT_SYSTEM, "out of memory");
	report_compared(report, side[0].name, side[1].name, count);
	for (int i = 0; i < 2; i++)
		close_side(&side[i]);
	return count ? EXIT_NO : EXIT_DONE;
}
