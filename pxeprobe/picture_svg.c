/* The picture as SVG: one file, light and dark, readable from 400 pixels on. */
#include <string.h>

#include "facts.h"
#include "picture.h"
#include "picture_marks.h"

enum { WIDTH = 560, LINE = 18, CHARACTERS = 55, MACHINE_X = 24, RIGHT = 70 };

static int
svg_place(const struct picture *p, int column)
{
	return MACHINE_X + (p->servers ? column * (WIDTH - MACHINE_X - RIGHT) / p->servers : 0);
}

static void
put_xml(FILE *out, const char *text, size_t len)
{
	for (size_t i = 0, n; i < len; i += n) {
		n = facts_printable(text + i, len - i);
		if (!n || strchr("&<>\"", text[i]))
			fprintf(out, "&#%d;", n ? text[i] : '?');
		else
			fwrite(text + i, 1, n, out);
		n += n == 0;
	}
}

/* Lines of text from `y` on; returns the place below. */
static int
put_lines(FILE *out, const char *class, const char *label, int y)
{
	size_t shown;

	for (size_t n; *label; label += n, y += LINE) {
		n = picture_line(label, CHARACTERS, &shown);
		fprintf(out, "<text class=\"%s\" x=\"%d\" y=\"%d\">", class, MACHINE_X + 8, y);
		put_xml(out, label, shown);
		fputs("</text>\n", out);
	}
	return y;
}

static int
count_lines(const char *label)
{
	size_t shown;
	int lines = 0;

	for (; *label; label += picture_line(label, CHARACTERS, &shown))
		lines++;
	return lines;
}

static int
height_of(const struct picture *p)
{
	int y = 20;

	for (size_t i = 0; i < p->n; i++) {
		const struct mark *m = &p->mark[i];
		bool arrow = m->kind == MARK_ASK || m->kind == MARK_ANSWER;

		y += LINE * count_lines(m->label) + (m->kind == MARK_MACHINE ? 46 : arrow ? 14 : 8);
	}
	return y + 10;
}

static int
svg_arrow(const struct picture *p, const struct mark *m, FILE *out, int y)
{
	int to = svg_place(p, m->server < 0 ? (p->servers ? p->servers : 1) : m->server + 1), from = MACHINE_X;
	int tip = m->kind == MARK_ASK ? to : from, back = m->kind == MARK_ASK ? -7 : 7;

	fprintf(out, "<path class=\"%s\" d=\"M%d %dH%dM%d %dl%d -4v8z\"/>\n", m->failed ? "arrow bad" : "arrow", from,
	    y, to, tip, y, back);
	if (m->ms)
		fprintf(out, "<text class=\"ms\" x=\"%d\" y=\"%d\">%llu ms</text>\n", WIDTH - 4, y + 4,
		    (unsigned long long)m->ms);
	return y + 14;
}

static int
put_machine(const struct picture *p, const struct mark *m, FILE *out, int y)
{
	y = put_lines(out, "title", m->label, y + 8);
	fprintf(out, "<text class=\"head\" x=\"4\" y=\"%d\">machine</text>\n", y + 12);
	for (int i = 0; i < p->servers; i++) {
		fprintf(out, "<text class=\"head end\" x=\"%d\" y=\"%d\">", svg_place(p, i + 1) + 40, y + 12);
		put_xml(out, p->server[i], strlen(p->server[i]));
		fputs("</text>\n", out);
	}
	return y + 38;
}

/* The columns' lines, from below a machine's heads to the next machine. */
static void
put_columns(const struct picture *p, FILE *out, int from, int to)
{
	for (int c = 0; c <= p->servers; c++)
		fprintf(out, "<path class=\"life\" d=\"M%d %dV%d\"/>\n", svg_place(p, c), from, to);
}

int
picture_write_svg(const struct picture *p, FILE *out)
{
	static const char *const class[] = { [MARK_MACHINE] = "title",
		[MARK_NOTE] = "note",
		[MARK_FAULT] = "bad",
		[MARK_WARNING] = "warn",
		[MARK_BOOTS] = "good",
		[MARK_FAILS] = "bad" };
	int height = height_of(p), y = 20;

	fprintf(out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"pxeprobe\">\n"
	    "<style>svg{max-width:900px;background:#fff}text{font:13px ui-monospace,'DejaVu Sans Mono',monospace;fill:#222;"
	    /* The columns' lines end around letters. */
	    "paint-order:stroke;stroke:#fff;stroke-width:6px;stroke-linejoin:round}"
	    ".title{font-weight:bold}.head{font-weight:bold}.end{text-anchor:end}.ms{text-anchor:end;fill:#666}.note{fill:#666}"
	    ".life{stroke:#bbb;fill:none}.arrow{stroke:#2563a8;fill:#2563a8}.good{fill:#0a7a2f;font-weight:bold}"
	    ".warn{fill:#8a5a00}text.bad{fill:#b00020;font-weight:bold}.arrow.bad{stroke:#b00020;fill:#b00020;stroke-dasharray:5 4}"
	    "@media(prefers-color-scheme:dark){svg{background:#16181c}text{fill:#e4e4e4;stroke:#16181c}.ms,.note{fill:#a0a4aa}.life{stroke:#4a4e55}"
	    ".arrow{stroke:#7fb4ee;fill:#7fb4ee}.good{fill:#6fd08c}.warn{fill:#e8b44c}text.bad{fill:#ff7b86}"
	    ".arrow.bad{stroke:#ff7b86;fill:#ff7b86}}</style>\n",
	    WIDTH, height);
	for (size_t i = 0; i < p->n; i++) {
		const struct mark *m = &p->mark[i];

		if (m->kind == MARK_MACHINE) {
			size_t next = i + 1;
			int end;

			y = put_machine(p, m, out, y);
			for (end = y; next < p->n && p->mark[next].kind != MARK_MACHINE; next++)
				end += LINE * count_lines(p->mark[next].label) +
				    (p->mark[next].kind == MARK_ASK || p->mark[next].kind == MARK_ANSWER ? 14 : 8);
			put_columns(p, out, y - 20, end - 10);
		} else if (m->kind == MARK_ASK || m->kind == MARK_ANSWER) {
			y = put_lines(out, m->failed ? "bad" : "step", m->label, y);
			y = svg_arrow(p, m, out, y - 10) + 10;
		} else {
			y = put_lines(out, class[m->kind], m -> label, y) + 8;
		}
	}
	fputs("</svg>\n", out);
	return ferror(out) ? -1 : 0;
}
