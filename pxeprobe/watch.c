#include "watch.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "clock.h"
#include "patience.h"
#include "rights.h"
#include "statusline.h"
#include "num.h"
#include "track.h"
#include "sigs.h"
#include "v6seen.h"

#define TICK_MS 250
#define AT_IT_US 10000000 /* silence after which a machine is no longer booting */

struct watch {
	struct report *report;
	struct tracks *all;
	struct v6seen six;
	struct statusline status;
	bool foot;  /* one line for each machine at the bottom of the terminal */
	bool steps; /* on a terminal: each step as well */
	unsigned attempts, stalled, unfinished;
};

/* "52:54:00:12:34:56  efi-x64      10.77.0.50       "; addr 0: none yet. */
static void
column_text(const uint8_t mac[6], const char *persona, uint32_t addr, char *out, size_t size)
{
	char mac_text[NUM_MAC_TEXT], addr_text[NUM_IP4_TEXT];

	snprintf(out, size, "%s  %-11s %-15s", num_mac_text(mac, ':', mac_text), persona,
	    addr ? num_ip4_text(addr, addr_text) : "-");
}

static void
say_step(void *ctx, struct track *t, const struct step *step)
{
	struct watch *w = ctx;
	char who[96];

	w->report->persona = t->persona;
	w->report->n = t->n - 1;
	if (!w->report->table) {
		report_step(w->report, step);
		return;
	}
	if (!w->steps)
		return;
	statusline_clear(&w->status);
	column_text(t->mac, t->persona, t->addr, who, sizeof(who));
	fprintf(w->report->out, "%8.3f s  %s  %-8s  %-15s  ", (double)step->ms / 1e3, who, step->what,
	    step->from[0] ? step->from : "-");
	report_clean(w->report->out, step->detail);
	fputc('\n', w->report->out);
}

/* The machine's state, for programs. */
static void
describe_track(const struct track *t, struct step *about)
{
	char servers[TRACK_SERVERS * NUM_IP4_TEXT] = "", mac[NUM_MAC_TEXT], addr[NUM_IP4_TEXT];
	size_t len = 0;

	for (size_t i = 0; i < t->servers; i++)
		len += (size_t)snprintf(
		    servers + len, sizeof(servers) - len, "%s%s", i ? "," : "", num_ip4_text(t->server[i], addr));
	step_begin(about, "verdict");
	step_put(about, "machine", num_mac_text(t->mac, ':', mac));
	step_put(about, "state", track_stage_name(t->stage));
	if (t->addr)
		step_put_addr(about, "address", t->addr);
	if (len)
		step_put(about, "servers", servers);
	if (t->took)
		step_put_addr(about, "took", t->took);
	if (t->file[0])
		step_put(about, "file", t->file);
	step_put_num(about, "requests", t->requests);
	step_put_num(about, "files", t->files);
	step_put_num(about, "bytes", t->bytes);
	step_put_num(about, "ms", t->last_us > t->began_us ? (t->last_us - t->began_us) / 1000 : 0);
}

static void
say_findings(struct watch *w, const struct track *t, const struct findings *f)
{
	char mac[NUM_MAC_TEXT];

	w->report->persona = t->persona;
	w->report->machine = num_mac_text(t->mac, ':', mac);
	for (size_t i = 0; i < f->n; i++)
		report_seen(w->report, mac, &f->at[i]);
	report_findings(w->report, f);
	w->report->machine = NULL;
}

static void
close_track(void *ctx, struct track *t)
{
	struct watch *w = ctx;
	char text[TRACK_TEXT], who[96], time[32];
	struct findings f = { .n = 0 };
	struct step about;
	enum verdict verdict = track_verdict(w->all, t, &f, text);
	static const char *const words[] = { "DOES NOT BOOT", "boots", "not known" };

	if (!track_boots(t)) {
		track_close(t);
		return;
	}
	w->attempts++;
	w->stalled += verdict == VERDICT_NO;
	if (w->report->table) {
		statusline_clear(&w->status);
		column_text(t->mac, t->persona, t->addr, who, sizeof(who));
		fprintf(w->report->out, "%s  %-14s ", who, words[verdict]);
		/* If not, the fault that follows says why. */
		report_clean(w->report->out, verdict == VERDICT_NO ? "" : text);
		fprintf(w->report->out, " (%s)\n",
		    report_time(t->last_us > t->began_us ? t->last_us - t->began_us : 0, time));
	}
	say_findings(w, t, &f);
	describe_track(t, &about);
	report_tracked(w->report, verdict, &about, text);
	if (fflush(w->report->out) != 0)
		w->report->failed = true;
	track_close(t);
}

/* Closes those that have been silent for too long; all of them when now_us is 0. */
static void
close_silent(struct watch *w, uint64_t now_us)
{
	for (size_t i = 0; i < w->all->high; i++) {
		struct track *t = &w->all->at[i];

		if (t->used && !t->closed && (!now_us || now_us > t->last_us + TRACK_SILENT_US))
			close_track(w, t);
	}
}

/* The watch ends: who is still booting has not failed, and gets no verdict.
 * What was odd so far is reported. */
static void
leave_unfinished(struct watch *w, uint64_t now_us)
{
	char text[TRACK_TEXT];

	statusline_clear(&w->status);
	for (size_t i = 0; i < w->all->high; i++) {
		struct track *t = &w->all->at[i];
		struct findings all = { .n = 0 }, odd = { .n = 0 };

		if (!t->used || t->closed || !track_boots(t) || !track_waits(t) || now_us >= t->last_us + AT_IT_US)
			continue;
		track_verdict(w->all, t, &all, text);
		for (size_t k = 0; k < all.n; k++)
			if (all.at[k].warning)
				odd.at[odd.n++] = all.at[k];
		say_findings(w, t, &odd);
		w->unfinished++;
		track_close(t);
	}
}

/* ---- the foot of the terminal ---- */

/* Of a name that is too long, the end says more than the beginning. */
static void
draw_machine(struct watch *w, const struct track *t, unsigned columns, uint64_t now_us)
{
	static const char *const verbs[] = { "asks for an address", "has an offer", "asks to have it", "is refused",
		"has an address", "asks port 4011", "is told", "asks for", "gets", "got", "does not get", "runs" };
	char mac[NUM_MAC_TEXT], line[TRACK_FILE + 160], size[32];
	bool told = t->stage == TRACK_LEASED && t->file[0];
	const char *verb = verbs[told ? TRACK_TOLD : t->stage];
	const char *name = told || t->stage == TRACK_TOLD                 ? t->file :
	    t->stage >= TRACK_FILE_ASKED && t->stage <= TRACK_FILE_FAILED ? t->get.name :
	                                                                    "";
	size_t len = strlen(name), used, room;

	used = (size_t)snprintf(line, sizeof(line), "%s %-11s %6.1f s %10s  %s ", num_mac_text(t->mac, ':', mac),
	    t->persona, now_us > t->began_us ? (double)(now_us - t->began_us) / 1e6 : 0,
	    report_size(t->bytes + (t->stage == TRACK_FILE_COMING ? t->get.bytes : 0), size), verb);
	room = columns > used + 12 ? columns - used - 1 : 11;
	snprintf(line + used, sizeof(line) - used, "%s%s", len > room ? "..." : "",
	    len > room ? name + len - room + 3 : name);
	statusline_add(&w->status, columns, line);
}

static void
draw_foot(struct watch *w, uint64_t now_us)
{
	unsigned rows, columns, shown = 0, hidden = 0;
	char more[64];

	if (!w->foot)
		return;
	statusline_clear(&w->status);
	statusline_size(&w->status, &rows, &columns);
	for (size_t i = 0; i < w->all->high; i++) {
		const struct track *t = &w->all->at[i];

		if (!t->used || t->closed)
			continue;
		if (shown == rows) {
			hidden++;
			continue;
		}
		draw_machine(w, t, columns, now_us);
		shown++;
	}
	snprintf(more, sizeof(more), "... and %u more", hidden);
	if (hidden)
		statusline_add(&w->status, columns, more);
	if (fflush(w->report->out) != 0)
		w->report->failed = true;
}

/* ---- where packets come from ---- */

/* What becomes of it is not followed, and its verdict says so. */
static void
say_six(struct watch *w, const char *kind)
{
	static const char text[] = "it boots over IPv6, which is not followed here: pxeprobe -k plays such a machine";
	char mac[NUM_MAC_TEXT], who[96];
	struct step about;

	num_mac_text(w->six.mac[w->six.n - 1], ':', mac);
	w->attempts++;
	w->report->persona = kind;
	if (w->report->table) {
		statusline_clear(&w->status);
		column_text(w->six.mac[w->six.n - 1], kind, 0, who, sizeof(who));
		fprintf(w->report->out, "%s not known      %s\n", who, text);
	}
	step_begin(&about, "verdict");
	step_put(&about, "machine", mac);
	report_tracked(w->report, VERDICT_UNKNOWN, &about, text);
}

static void
watch_take(struct watch *w, const struct capture_frame *f)
{
	struct track_calls calls = { .step = say_step, .over = close_track, .ctx = w };
	const char *kind;
	struct packet p;

	if (!packet_read(f->link, f->bytes, f->len, &p))
		return;
	if (!p.ip6)
		track_take(w->all, &p, f->us, &calls);
	else if ((kind = v6seen_take(&w->six, &p)))
		say_six(w, kind);
}

static enum exit_code
watch_end(struct watch *w, enum exit_code code)
{
	statusline_clear(&w->status);
	close_silent(w, 0);
	report_watched(w->report, w->attempts, w->attempts - w->stalled - w->report->unknown, w->unfinished);
	tracks_free(w->all);
	if (w->report->failed)
		return EXIT_SYSTEM;
	if (code != EXIT_DONE)
		return code;
	return w->stalled ? EXIT_NO : EXIT_DONE;
}

static bool
watch_begin(struct watch *w, struct report *report, bool live)
{
	*w = (struct watch){ .report = report,
		.all = tracks_new(),
		.status = { .out = report->out },
		.foot = live && report->table,
		.steps = !live || log_verbose() };
	if (!w->all)
		log_err("out of memory");
	return w->all != NULL;
}

/* Reads a capture to its end. */
static enum exit_code
read_capture(struct watch *w, struct capture *c, const char *path)
{
	struct capture_frame f;

	while (capture_next(c, &f) == 1) {
		if (!packet_link_known(f.link)) {
			log_err("%s: link type %d cannot be read; capture on Ethernet or 'any'", path, f.link);
			return EXIT_USAGE;
		}
		close_silent(w, f.us);
		watch_take(w, &f);
	}
	if (capture_ended(c))
		return EXIT_DONE;
	log_err("%s: %s; what comes before it was read", path, capture_why(c));
	return EXIT_USAGE;
}

enum exit_code
watch_capture(struct capture *c, const char *path, struct report *report)
{
	enum exit_code code;
	struct watch w;

	if (!watch_begin(&w, report, false)) {
		capture_close(c);
		return EXIT_SYSTEM;
	}
	code = read_capture(&w, c, path);
	capture_close(c);
	return watch_end(&w, code);
}

enum exit_code
watch_files(char **path, size_t n, struct report *report)
{
	struct capture **c = calloc(n, sizeof(struct capture *));
	enum exit_code code = EXIT_DONE, one;
	char error[CAPTURE_ERROR] = "out of memory";
	size_t opened = 0;
	struct watch w;

	while (c && opened < n && (c[opened] = capture_file(path[opened], error)))
		opened++;
	if (opened < n) {
		log_err("%s", error);
		code = EXIT_USAGE;
	} else if (!rights_drop(RIGHTS_READ, error)) {
		log_err("%s", error);
		code = EXIT_SYSTEM;
	} else if (!watch_begin(&w, report, false)) {
		code = EXIT_SYSTEM;
	} else {
		for (size_t i = 0; i < n; i++) {
			one = read_capture(&w, c[i], path[i]);
			code = one == EXIT_DONE ? code : one;
		}
		code = watch_end(&w, code);
	}
	while (opened > 0)
		capture_close(c[--opened]);
	free(c);
	return code;
}

static enum exit_code
watch_run(struct watch *w, struct capture *c, int signals)
{
	uint64_t next_draw = 0, now;
	struct capture_frame f;
	int got;

	for (;;) {
		struct pollfd p[2] = { { .fd = capture_fd(c), .events = POLLIN }, { .fd = signals, .events = POLLIN } };

		if (poll(p, 2, TICK_MS) < 0 && errno != EINTR)
			return EXIT_SYSTEM;
		while ((got = capture_next(c, &f)) == 1)
			watch_take(w, &f);
		if (got < 0) {
			log_err("the interface is gone: %s", capture_why(c));
			return EXIT_SYSTEM;
		}
		now = clock_wall_us();
		close_silent(w, now);
		if (now >= next_draw) {
			draw_foot(w, now);
			next_draw = now + TICK_MS * 1000;
		}
		if (w->report->failed)
			return EXIT_SYSTEM;
		if (patience_ended(signals)) {
			leave_unfinished(w, now);
			return EXIT_DONE;
		}
	}
}

enum exit_code
watch_interface(const char *ifname, struct report *report)
{
	struct capture_want want = {
		.ifname = ifname, .both = true, .filter = "(udp and not port 53) or tcp or (vlan and (udp or tcp))"
	};
	char error[CAPTURE_ERROR];
	struct capture *c = capture_open(&want, error);
	int signals = c ? sigs_open() : -1;
	enum exit_code code;
	struct watch w;

	bool fine = c && signals >= 0 && rights_drop(RIGHTS_READ, error);

	if (!fine || !watch_begin(&w, report, true)) {
		if (!fine && (!c || signals >= 0))
			log_err("%s", error);
		capture_close(c);
		return EXIT_SYSTEM;
	}
	log_info("watching interface \"%s\"", ifname);
	code = watch_run(&w, c, signals);
	close(signals);
	capture_close(c);
	return watch_end(&w, code);
}
