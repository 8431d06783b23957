#include "watch.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "capture.h"
#include "link.h"
#include "num.h"
#include "sight.h"
#include "sigs.h"

#define STALL_US 30000000     /* silence after which a boot counts as over */
#define TICK_MS 1000

struct watch {
	struct report *report;
	struct sights *all;
	unsigned stalled;
};

static void
say_step(void *ctx, struct sight *s, const struct step *step)
{
	struct watch *w = ctx;
	struct step shown = *step;
	char mac[NUM_MAC_TEXT];

	w->report->persona = s->persona;
	w->report->n = s->n - 1;
	if (w->report->table) {
		num_mac_text(s->mac, ':', mac);
		step_detail(&shown, "%s %s: %s", mac, s->persona, step->detail);
	}
	report_step(w->report, &shown);
}

static void
close_sight(void *ctx, struct sight *s)
{
	struct watch *w = ctx;
	enum fault fault = sight_fault(s);
	char text[FINDING_TEXT], mac[NUM_MAC_TEXT], line[FINDING_TEXT + 32];
	struct findings f = { .n = 0 };

	num_mac_text(s->mac, ':', mac);
	snprintf(line, sizeof(line), "%s %s", mac, sight_text(s, text));
	w->report->persona = s->persona;
	if (fault != FAULT_NONE) {
		finding_add(&f, fault, "%s", line);
		w->stalled++;
	}
	report_findings(w->report, &f);
	report_verdict(w->report, fault == FAULT_NONE, line);
	s->closed = true;
}

/* Those that have been silent for too long; all of them at the end (0). */
static void
close_silent(struct watch *w, uint64_t now_us)
{
	for (size_t i = 0; i < SIGHT_MACHINES; i++) {
		struct sight *s = &w->all->at[i];

		if (s->used && !s->closed && (!now_us || now_us > s->last_us + STALL_US))
			close_sight(w, s);
	}
}

static void
take(struct watch *w, const struct capture_frame *f)
{
	struct sight_calls calls = { .step = say_step, .over = close_sight, .ctx = w };
	struct frame_udp u;

	if (link_udp(f->link, f->bytes, f->len, &u))
		sight_take(w->all, &u, f->us, &calls);
}

static enum exit_code
end(struct watch *w, enum exit_code code)
{
	free(w->all);
	if (w->report->failed)
		return EXIT_SYSTEM;
	if (code != EXIT_DONE)
		return code;
	return w->stalled ? EXIT_NO : EXIT_DONE;
}

enum exit_code
watch_file(const char *path, struct report *report)
{
	char error[CAPTURE_ERROR];
	struct capture *c = capture_file(path, error);
	struct watch w = { .report = report, .all = calloc(1, sizeof(*w.all)) };
	struct capture_frame f;
	enum exit_code code = EXIT_DONE;

	if (!c || !w.all) {
		log_err("%s", c ? "out of memory" : error);
		capture_close(c);
		free(w.all);
		return EXIT_USAGE;
	}
	while (capture_next(c, &f) == 1) {
		if (!link_known(f.link)) {
			log_err("%s: link type %d cannot be read; capture on Ethernet or 'any'", path, f.link);
			code = EXIT_USAGE;
			break;
		}
		close_silent(&w, f.us);
		take(&w, &f);
	}
	if (code == EXIT_DONE && !capture_ended(c)) {
		log_err("%s: %s; what comes before it was read", path, capture_why(c));
		code = EXIT_USAGE;
	}
	close_silent(&w, 0);
	capture_close(c);
	return end(&w, code);
}

static uint64_t
wall_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static enum exit_code
run(struct watch *w, struct capture *c, int signals)
{
	struct capture_frame f;
	int got;

	for (;;) {
		struct pollfd p[2] = { { .fd = capture_fd(c), .events = POLLIN },
		    { .fd = signals, .events = POLLIN } };

		if (poll(p, 2, TICK_MS) < 0 && errno != EINTR)
			return EXIT_SYSTEM;
		while ((got = capture_next(c, &f)) == 1)
			take(w, &f);
		if (got < 0) {
			log_err("the interface is gone: %s", capture_why(c));
			return EXIT_SYSTEM;
		}
		close_silent(w, wall_us());
		if (w->report->failed)
			return EXIT_SYSTEM;
		if (sigs_next(signals) == SIGS_STOP)
			return EXIT_DONE;
	}
}

enum exit_code
watch_interface(const char *ifname, struct report *report)
{
	struct capture_want want = { .ifname = ifname, .both = true,
	    .filter = "udp and not port 53" };
	char error[CAPTURE_ERROR];
	struct watch w = { .report = report, .all = calloc(1, sizeof(*w.all)) };
	struct capture *c = w.all ? capture_open(&want, error) : NULL;
	int signals = c ? sigs_open() : -1;
	enum exit_code code;

	if (!c || signals < 0) {
		log_err("%s", c || !w.all ? "cannot start" : error);
		capture_close(c);
		free(w.all);
		return EXIT_SYSTEM;
	}
	log_info("watching interface \"%s\"", ifname);
	code = run(&w, c, signals);
	close_silent(&w, 0);
	close(signals);
	capture_close(c);
	return end(&w, code);
}
