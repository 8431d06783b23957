#include "progress.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "log.h"

#define EVERY_MS 200

void
progress_open(struct progress *p, bool on)
{
	*p = (struct progress){ .on = on };
}

void
progress_start(struct progress *p, uint64_t now_ms)
{
	p->start_ms = p->last_ms = now_ms;
}

const char *
progress_size(uint64_t bytes, char out[PROGRESS_SIZE_TEXT])
{
	static const char *const unit[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double n = (double)bytes;
	size_t u = 0;

	while (n >= 1024 && u + 1 < sizeof(unit) / sizeof(unit[0])) {
		n /= 1024;
		u++;
	}
	snprintf(out, PROGRESS_SIZE_TEXT, u > 0 ? "%.1f %s" : "%.0f %s", n, unit[u]);
	return out;
}

/* From U+1100 (Hangul) on a character may be two columns wide. */
static unsigned
width(unsigned char first)
{
	return (first & 0xc0) == 0x80 ? 0 : first >= 0xe1 ? 2 : 1;
}

void
progress_cut(char *text, unsigned columns)
{
	for (; *text && width((unsigned char)*text) <= columns; text++)
		columns -= width((unsigned char)*text);
	*text = '\0';
}

/* All but the last, in which some terminals wrap. */
static unsigned
columns(void)
{
	struct winsize w = { 0 };

	ioctl(STDERR_FILENO, TIOCGWINSZ, &w);
	return w.ws_col > 1 ? w.ws_col - 1u : 79;
}

void
progress_show(struct progress *p, uint64_t done, uint64_t total, const char *what, uint64_t now_ms)
{
	char size[PROGRESS_SIZE_TEXT], rate_text[PROGRESS_SIZE_TEXT], quoted[256], line[512];
	char left[32] = "", percent[16] = "";
	uint64_t spent = now_ms - p->start_ms, rate;

	if (!p->on || now_ms - p->last_ms < EVERY_MS)
		return;
	p->last_ms = now_ms;
	rate = spent > 0 ? done * 1000 / spent : 0;
	if (total > 0 && done <= total)
		snprintf(percent, sizeof(percent), "%3u %%  ", (unsigned)(done * 100 / total));
	if (total > done && rate > 0) {
		uint64_t s = (total - done) / rate;

		snprintf(left, sizeof(left), "  %u:%02u left", (unsigned)(s / 60), (unsigned)(s % 60));
	}
	snprintf(line, sizeof(line), "%s%s  %s/s%s  %s", percent, progress_size(done, size),
	    progress_size(rate, rate_text), left, log_quote_str(what, quoted, sizeof(quoted)));
	progress_cut(line, columns());
	fprintf(stderr, "\r\033[K%s", line);
	p->shown = true;
}

void
progress_clear(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}
