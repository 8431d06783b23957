#include "live.h"

#include <string.h>
#include <sys/ioctl.h>

#include "report.h"

#define ROWS 24
#define COLUMNS 80

void
live_clear(struct live *l)
{
	if (l->drawn)
		fprintf(l->out, "\033[%uA\r\033[J", l->drawn);
	l->drawn = 0;
}

void
live_size(const struct live *l, unsigned *rows, unsigned *columns)
{
	struct winsize w = { .ws_row = ROWS, .ws_col = COLUMNS };

	ioctl(fileno(l->out), TIOCGWINSZ, &w);
	*columns = w.ws_col ? w.ws_col : COLUMNS;
	/* One for the cursor, and some of what stays should be seen. */
	*rows = w.ws_row > 6 ? w.ws_row - 4u : 2;
}

void
live_line(struct live *l, unsigned columns, const char *text)
{
	char line[512];
	size_t len = strlen(text), most = columns - 1;

	if (most > sizeof(line) - 1)
		most = sizeof(line) - 1;
	if (len > most)
		len = most;
	memcpy(line, text, len);
	line[len] = '\0';
	report_clean(l->out, line);
	fputc('\n', l->out);
	l->drawn++;
}
