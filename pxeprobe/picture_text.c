/* The picture as text, 80 columns. */
#include <string.h>

#include "facts.h"
#include "picture.h"
#include "picture_marks.h"

#define WIDTH 79

/* Where a column's line stands: the machine's is 0, a server's 1 and on. */
static int
text_place(const struct picture *p, int column)
{
	int apart = p->servers ? (WIDTH - 17) / p->servers : 0;

	return 2 + column * apart;
}

static void
put_clean(FILE *out, const char *text, size_t len)
{
	for (size_t i = 0, n; i < len; i += n) {
		n = facts_printable(text + i, len - i);
		if (n)
			fwrite(text + i, 1, n, out);
		else
			fputc('?', out);
		n += n == 0;
	}
}

static void
put_label(FILE *out, const char *before, const char *label)
{
	size_t shown, width = WIDTH - 8;

	for (bool first = true; *label; first = false) {
		size_t n = picture_line(label, width, &shown);

		fprintf(out, "%-7s ", first ? before : "");
		put_clean(out, label, shown);
		fputc('\n', out);
		label += n;
	}
}

/* The lines of all columns, and an arrow between the machine's and one of them. */
static void
text_arrow(const struct picture *p, const struct mark *m, FILE *out)
{
	char line[WIDTH + 2];
	int last = m->server < 0 ? p->servers : m->server + 1, to = text_place(p, last > 0 ? last : 1), end = 3;

	memset(line, ' ', sizeof(line));
	for (int c = 0; c <= p->servers; c++) {
		line[text_place(p, c)] = '|';
		end = text_place(p, c) + 1;
	}
	for (int i = 3; i < to; i++)
		line[i] = m->failed ? '.' : '-';
	line[to] = '|';
	end = to + 1 > end ? to + 1 : end;
	if (m->kind == MARK_ASK)
		line[to - 1] = '>';
	else
		line[3] = '<';
	if (m->failed)
		line[(to + 3) / 2] = 'X';
	fwrite(line, 1, (size_t)end, out);
	fputc('\n', out);
}

static void
put_heads(const struct picture *p, FILE *out)
{
	int at = 8;

	fputs("machine ", out);
	for (int i = 0; i < p->servers; i++) {
		int to = text_place(p, i + 1) - (int)strlen(p->server[i]) / 2;

		if (to + (int)strlen(p->server[i]) > WIDTH)
			to = WIDTH - (int)strlen(p->server[i]);
		at += fprintf(out, "%*s", to > at ? to - at : 1, "");
		put_clean(out, p->server[i], strlen(p->server[i]));
		at += (int)strlen(p->server[i]);
	}
	fputc('\n', out);
}

int
picture_write_text(const struct picture *p, FILE *out)
{
	static const char *const words[] = { [MARK_NOTE] = "",
		[MARK_FAULT] = "FAULT",
		[MARK_WARNING] = "warning",
		[MARK_BOOTS] = "=>",
		[MARK_FAILS] = "=>" };
	char ms[16];

	for (size_t i = 0; i < p->n; i++) {
		const struct mark *m = &p->mark[i];

		switch (m->kind) {
		case MARK_MACHINE:
			fprintf(out, "%s", i ? "\n" : "");
			put_label(out, "", m->label);
			put_heads(p, out);
			break;
		case MARK_ASK:
		case MARK_ANSWER:
			snprintf(ms, sizeof(ms), "%llums", (unsigned long long)m->ms);
			put_label(out, m->ms && m->ms < 100000 ? ms : "", m->label);
			text_arrow(p, m, out);
			break;
		default:
			put_label(out, words[m->kind], m->label);
			break;
		}
	}
	return ferror(out) ? -1 : 0;
}
