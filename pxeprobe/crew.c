#include "crew.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "patience.h"
#include "rights.h"
#include "sigs.h"
#include "tape.h"

/* What a machine's process has said. */
struct said {
	uint8_t *bytes;
	size_t len, done; /* done: printed */
	bool ended;
};

struct worker {
	pid_t pid;
	int fd; /* -1: it has ended */
	uint8_t part[TAPE_MOST];
	size_t len; /* of a message that is not there whole */
};

struct crewing {
	const struct crew *c;
	struct worker worker[CREW_MOST];
	size_t workers;
	int leash[2]; /* a pipe: its end is the workers' signal, as no process may send one to another's */
	struct said *said;
	size_t turn; /* whose lines are being printed */
	bool fails, stopped;
};

/* ---- in a process that plays ---- */

static void
work(const struct crew *c, const struct crew_share *share, int fd)
{
	struct report report = *c->report;
	struct tape tape = { .fd = fd, .machine = (uint32_t)share->worker };
	bool stopped = false;
	char error[CREW_ERROR];

	report.sink = &tape_sink;
	report.sink_ctx = &tape;
	if (!c->begin(c->ctx, share, error)) {
		tape_error(&tape, error);
		return;
	}
	for (size_t m = share->worker; m < c->machines && !stopped; m += share->workers) {
		bool boots;

		tape.machine = (uint32_t)m;
		boots = c->play_machine(c->ctx, m, &report, &stopped);
		if (!stopped)
			tape_end(&tape, boots);
	}
}

static void
start_worker(struct crewing *w, size_t i)
{
	int end[2];
	pid_t child;

	if (pipe(end) != 0 || (child = fork()) < 0)
		die(EXIT_SYSTEM, "cannot make a process for each machine: %s", strerror(errno));
	if (child == 0) {
		close(end[0]);
		close(w->leash[1]);
		for (size_t k = 0; k < i; k++)
			close(w->worker[k].fd);
		work(w->c, &(struct crew_share){ i, w->workers, w->leash[0] }, end[1]);
		_exit(0);
	}
	close(end[1]);
	w->worker[i] = (struct worker){ .pid = child, .fd = end[0] };
}

/* ---- in the process that prints ---- */

/* Prints what the machine whose turn it is has said, and passes the turn on. */
static void
print_turns(struct crewing *w)
{
	while (w->turn < w->c->machines) {
		struct said *s = &w->said[w->turn];
		struct rd r = rd_open(s->bytes + s->done, s->len - s->done);
		struct tape_message m;

		if (rd_left(&r))
			w->c->turn(w->c->ctx, w->turn);
		while (tape_next(&r, &m) == 1)
			if (!tape_replay(&m, w->c->report))
				die(EXIT_SYSTEM, "what a machine's process says makes no sense");
		s->done = s->len;
		if (!s->ended && !w->stopped)
			return;
		free(s->bytes);
		s->bytes = NULL;
		w->turn++;
	}
}

static void
keep_message(struct crewing *w, uint32_t machine, const uint8_t *bytes, size_t len)
{
	struct said *s = &w->said[machine];
	uint8_t *more = realloc(s->bytes, s->len + len);

	if (!more)
		die(EXIT_SYSTEM, "out of memory");
	memcpy(more + s->len, bytes, len);
	s->bytes = more;
	s->len += len;
}

/* One of its machines: any other would be none of its business. */
static void
take_message(struct crewing *w, size_t worker, const struct tape_message *m, const uint8_t *bytes, size_t len)
{
	struct rd body = m->body;
	const char *sentence;

	if (m->machine >= w->c->machines || m->machine % w->workers != worker || w->said[m->machine].ended)
		die(EXIT_SYSTEM, "what a machine's process says makes no sense");
	if (m->kind == TAPE_ERROR) {
		sentence = rd_cstr(&body);
		die(EXIT_SYSTEM, "%s", body.bad ? "a machine's process failed" : sentence);
	} else if (m->kind == TAPE_END) {
		w->said[m->machine].ended = true;
		w->fails |= rd_u8(&body) == 0;
	} else {
		keep_message(w, m->machine, bytes, len);
	}
}

static void
hear_worker(struct crewing *w, size_t i)
{
	struct worker *k = &w->worker[i];
	ssize_t n = read(k->fd, k->part + k->len, sizeof(k->part) - k->len);
	struct tape_message m;
	struct rd r;
	size_t left;
	int rc;

	if (n <= 0) {
		close(k->fd);
		k->fd = -1;
		for (size_t at = i; at < w->c->machines && !w->stopped; at += w->workers)
			if (!w->said[at].ended)
				die(EXIT_SYSTEM, "a machine's process ended before it was done");
		return;
	}
	k->len += (size_t)n;
	r = rd_open(k->part, k->len);
	left = k->len;
	while ((rc = tape_next(&r, &m)) == 1) {
		take_message(w, i, &m, k->part + k->len - left, left - rd_left(&r));
		left = rd_left(&r);
	}
	if (rc < 0)
		die(EXIT_SYSTEM, "what a machine's process says makes no sense");
	memmove(k->part, k->part + k->len - left, left);
	k->len = left;
}

static void
hear(struct crewing *w, int signals)
{
	struct pollfd p[CREW_MOST + 1];
	size_t open = 1;

	while (open) {
		open = 0;
		for (size_t i = 0; i < w->workers; i++) {
			p[i] = (struct pollfd){ .fd = w->worker[i].fd, .events = POLLIN };
			open += w->worker[i].fd >= 0;
		}
		p[w->workers] = (struct pollfd){ .fd = w->stopped ? -1 : signals, .events = POLLIN };
		if (!open || poll(p, w->workers + 1, -1) < 0)
			continue;
		if (p[w->workers].revents && patience_ended(signals)) {
			w->stopped = true;
			close(w->leash[1]);
			w->leash[1] = -1;
		}
		for (size_t i = 0; i < w->workers; i++)
			if (p[i].revents)
				hear_worker(w, i);
		if (!w->stopped)
			print_turns(w);
	}
	print_turns(w);
}

enum exit_code
crew_run(const struct crew *c)
{
	struct crewing *w = calloc(1, sizeof(*w));
	enum exit_code code;
	char error[RIGHTS_ERROR];
	int signals;

	if (!w || !(w->said = calloc(c->machines, sizeof(*w->said))) || pipe(w->leash) != 0)
		die(EXIT_SYSTEM, "cannot play several machines: %s", strerror(errno));
	w->c = c;
	w->workers = c->machines < CREW_MOST ? c->machines : CREW_MOST;
	fflush(c->report->out);
	for (size_t i = 0; i < w->workers; i++)
		start_worker(w, i);
	signals = sigs_open();
	close(w->leash[0]);
	if (!rights_drop(RIGHTS_CREW, error))
		die(EXIT_SYSTEM, "%s", error);
	hear(w, signals);
	for (size_t i = 0; i < w->workers; i++)
		waitpid(w->worker[i].pid, NULL, 0);
	code = w->stopped ? EXIT_SYSTEM : w->fails ? EXIT_NO : EXIT_DONE;
	close(signals);
	if (w->leash[1] >= 0)
		close(w->leash[1]);
	free(w->said);
	free(w);
	return code;
}
