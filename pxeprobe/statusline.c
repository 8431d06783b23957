#include "statusline.h"

#include <sys/ioctl.h>

#include "report.h"

#define ROWS 24
#define COLUMNS 80

void
statusline_clear(struct statusline *l)
{
	if (l->drawn)
		fprintf(l->out, "\033[%uA\r\033[J", l->drawn);
	l->drawn = 0;
}

void
statusline_size(const struct statusline *l, unsigned *rows, unsigned *columns)
{
	struct winsize w = { .ws_row = ROWS, .ws_col = COLUMNS };

	ioctl(fileno(l->out), TIOCGWINSZ, &w);
	*columns = w.ws_col ? w.ws_col : COLUMNS;
	/* Room for the cursor, and for some of what stays. */
	*rows = w.ws_row > 6 ? w.ws_row - 4u : 2;
}

void
statusline_add(struct statusline *l, unsigned columns, const char *text)
{
	/* No wrapping (DECAWM): the terminal may just have become narrower, and some
	 * characters are two columns wide. */
	fputs("\033[?7l", l->out);
	report_clean_most(l->out, text, columns - 1);
	fputs("\033[?7h\n", l->out);
	l->drawn++;
}

void
statusline_set(struct statusline *l, const char *text)
{
	unsigned rows, columns;

	statusline_size(l, &rows, &columns);
	statusline_clear(l);
	statusline_add(l, columns, text);
	fflush(l->out);
}
