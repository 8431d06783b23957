#include "recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "clock.h"
#include "log.h"
#include "pcapng.h"
#include "rights.h"

#define COMMENT_MOST 4000
#define MARK_TEXT 900

struct recorder {
	int marks; /* to the process that writes */
	int end;   /* from it: nothing, or why it failed */
};

/* Goes through the pipe in one piece. */
struct mark {
	uint64_t us;
	char text[MARK_TEXT];
};

struct writer {
	struct capture *capture;
	FILE *out;
	int error; /* errno of what failed; the rest is not written then */
	uint64_t lost;
	bool holds; /* a frame that may yet get a comment */
	uint64_t us;
	size_t len;
	uint8_t frame[CAPTURE_SNAP];
	char comment[COMMENT_MOST];
	uint8_t block[PCAPNG_BLOCK + CAPTURE_SNAP + COMMENT_MOST];
};

/* ---- the process that writes ---- */

static void
put_out(struct writer *w, const struct wr *block)
{
	if (!w->error && fwrite(block->start, 1, wr_len(block), w->out) != wr_len(block))
		w->error = errno ? errno : EIO;
}

static void
write_held(struct writer *w)
{
	struct wr b = wr_open(w->block, sizeof(w->block));

	if (!w->holds)
		return;
	pcapng_frame(&b, w->us, w->frame, w->len, w->comment);
	put_out(w, &b);
	w->holds = false;
}

static void
hold_frame(struct writer *w, const struct capture_frame *f)
{
	write_held(w);
	w->holds = true;
	w->us = f->us;
	w->len = f->len < CAPTURE_SNAP ? f->len : CAPTURE_SNAP;
	memcpy(w->frame, f->bytes, w->len);
	w->comment[0] = '\0';
}

static void
add_comment(struct writer *w, const char *text)
{
	size_t len = strlen(w->comment);

	snprintf(w->comment + len, sizeof(w->comment) - len, "%s%s", len ? "\n" : "", text);
}

/* Takes what has come in; the mark goes to the last frame that is not younger. */
static void
take_frames(struct writer *w, struct mark *mark)
{
	struct capture_frame f;

	while (capture_next(w->capture, &f) == 1) {
		if (mark && f.us > mark->us && w->holds) {
			add_comment(w, mark->text);
			mark = NULL;
		}
		hold_frame(w, &f);
	}
	if (mark && w->holds)
		add_comment(w, mark->text);
}

/* Until the player closes its end of the pipe. */
static void
write_all(struct writer *w, int marks)
{
	struct mark mark;
	ssize_t got = 1;

	while (got > 0) {
		struct pollfd p[2] = { { .fd = capture_fd(w->capture), .events = POLLIN },
			{ .fd = marks, .events = POLLIN } };

		if (poll(p, 2, -1) < 0)
			continue;
		if (!p[1].revents) {
			take_frames(w, NULL);
			continue;
		}
		got = read(marks, &mark, sizeof(mark));
		mark.text[MARK_TEXT - 1] = '\0';
		take_frames(w, got == sizeof(mark) ? &mark : NULL);
	}
	write_held(w);
	w->lost = capture_lost(w->capture);
}

/* The process that writes; `end` says how it went.  Whoever ends it is the player, at whose
 * end the pipe ends, too: signals from the terminal are the player's. */
static void
record(struct writer *w, const char *ifname, int marks, int end)
{
	struct wr b = wr_open(w->block, sizeof(w->block));
	char error[RECORDER_ERROR] = "";

	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	if (rights_drop(RIGHTS_READ, error)) {
		pcapng_begin(&b, "pxeprobe " VERSION, ifname, capture_link(w->capture), CAPTURE_SNAP);
		put_out(w, &b);
		write_all(w, marks);
		b = wr_open(w->block, sizeof(w->block));
		pcapng_end(&b, clock_wall_us(), w->lost);
		put_out(w, &b);
		if ((fflush(w->out) != 0 || fclose(w->out) != 0) && !w->error)
			w->error = errno;
		if (w->error)
			snprintf(error, sizeof(error), "the capture could not be written: %s", strerror(w->error));
		else if (w->lost)
			log_warn("%llu frames came faster than they could be written; the capture lacks them",
			    (unsigned long long)w->lost);
	}
	if (error[0] && write(end, error, strlen(error)) < 0)
		log_err("%s", error);
}

/* ---- the player ---- */

struct recorder *
recorder_start(const char *ifname, int fd, char error[RECORDER_ERROR])
{
	struct capture_want want = { .ifname = ifname, .both = true, .filter = "" };
	struct recorder *r = calloc(1, sizeof(*r));
	struct writer *w = calloc(1, sizeof(*w));
	int marks[2], end[2];
	pid_t child;

	snprintf(error, RECORDER_ERROR, "out of memory");
	if (!r || !w || !(w->out = fdopen(fd, "w")))
		goto fail;
	w->capture = capture_open(&want, error);
	if (!w->capture)
		goto fail;
	snprintf(error, RECORDER_ERROR, "cannot start a process for the capture");
	if (pipe2(marks, O_CLOEXEC) != 0)
		goto fail;
	if (pipe2(end, O_CLOEXEC) != 0) {
		close(marks[0]);
		close(marks[1]);
		goto fail;
	}
	child = fork();
	if (child == 0) {
		close(marks[1]);
		close(end[0]);
		record(w, ifname, marks[0], end[1]);
		_exit(0);
	}
	close(marks[0]);
	close(end[1]);
	r->marks = marks[1];
	r->end = end[0];
	capture_close(w->capture);
	fclose(w->out);
	free(w);
	if (child > 0)
		return r;
	close(r->marks);
	close(r->end);
	free(r);
	return NULL;
fail:
	if (w)
		capture_close(w->capture);
	if (w && w->out)
		fclose(w->out);
	free(w);
	free(r);
	return NULL;
}

void
recorder_mark(struct recorder *r, const char *text)
{
	struct mark mark = { .us = clock_wall_us() };

	if (!r)
		return;
	snprintf(mark.text, sizeof(mark.text), "%s", text);
	if (write(r->marks, &mark, sizeof(mark)) != (ssize_t)sizeof(mark))
		log_debug("a comment is missing in the capture");
}

bool
recorder_stop(struct recorder *r, char error[RECORDER_ERROR])
{
	ssize_t got;

	if (!r)
		return true;
	close(r->marks);
	do
		got = read(r->end, error, RECORDER_ERROR - 1);
	while (got < 0 && errno == EINTR);
	close(r->end);
	free(r);
	error[got > 0 ? got : 0] = '\0';
	return got == 0;
}
