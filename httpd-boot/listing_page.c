#include "listing_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "facts.h"

/* ---- names ------------------------------------------------------------- */

size_t
listing_page_href(const char *s, size_t len, char *out)
{
	static const char hex[] = "0123456789ABCDEF";
	char *p = out;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c && strchr("-._~/", c))) {
			*p++ = (char)c;
		} else {
			*p++ = '%';
			*p++ = hex[c >> 4];
			*p++ = hex[c & 15];
		}
	}
	*p = '\0';
	return (size_t)(p - out);
}

static void
put_href(FILE *f, const char *name)
{
	char text[3 * 256 + 1];
	size_t len = strlen(name);

	listing_page_href(name, len < 256 ? len : 255, text);
	fputs(text, f);
}

/* As text of the page; control characters become '?'. */
static void
put_escaped(FILE *f, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		switch (s[i]) {
		case '&':
			fputs("&amp;", f);
			break;
		case '<':
			fputs("&lt;", f);
			break;
		case '>':
			fputs("&gt;", f);
			break;
		case '"':
			fputs("&quot;", f);
			break;
		default:
			fputc((unsigned char)s[i] < ' ' || s[i] == 0x7f ? '?' : s[i], f);
		}
}

/* ---- the page ---------------------------------------------------------- */

/* Rounded; the exact number is the tooltip. */
static void
put_size(FILE *f, uint64_t size)
{
	static const char unit[] = "KMGTPE";
	uint64_t tenths = size;
	int u = -1;

	for (; tenths >= (u < 0 ? 1024 : 10240); u++)
		tenths = u < 0 ? (size * 10 + 512) / 1024 : (tenths + 512) / 1024;
	fprintf(f, "<td title=\"%ju bytes\">", (uintmax_t)size);
	if (u < 0)
		fprintf(f, "%ju B</td>", (uintmax_t)size);
	else
		fprintf(f, "%ju.%ju %ciB</td>", (uintmax_t)tenths / 10, (uintmax_t)tenths % 10, unit[u]);
}

static void
put_entry(FILE *f, const struct listing_entry *e)
{
	char date[DATE_SHORT];

	fputs("<tr><td><a href=\"", f);
	put_href(f, e->name);
	fputs(e->dir ? "/\">" : "\">", f);
	put_escaped(f, e->name, strlen(e->name));
	fputs(e->dir ? "/</a></td>" : "</a></td>", f);
	if (e->dir)
		fputs("<td>-</td>", f);
	else
		put_size(f, e->size);
	fprintf(f, "<td>%s</td></tr>\n", date_short(e->modified, date));
}

static void
put_up(FILE *f, size_t levels)
{
	while (levels--)
		fputs("../", f);
}

/* The path; each part of it but the last is a link. */
static void
put_heading(FILE *f, const char *path)
{
	size_t depth = *path != '\0', n;

	for (const char *p = path; *p; p++)
		depth += *p == '/';
	fputs(depth ? "<h1><a href=\"" : "<h1>", f);
	put_up(f, depth);
	fputs(depth ? "\">/</a>" : "/", f);
	for (const char *p = path; *p; p += n + (p[n] == '/')) {
		n = strcspn(p, "/");
		fputs(--depth ? "<a href=\"" : "", f);
		put_up(f, depth);
		fputs(depth ? "\">" : "", f);
		put_escaped(f, p, n);
		fputs(depth ? "</a>/" : "", f);
	}
	fputs("</h1>\n", f);
}

/* Each column's name sorts by it, and a second time the other way round.  Buttons of a
 * form, since wget -r would follow links, and keep every order as a page. */
static void
put_columns(FILE *f, const struct listing_view *view)
{
	static const struct {
		enum listing_sort sort;
		char letter;
		const char *title;
	} column[] = { { LISTING_NAME, 'N', "Name" }, { LISTING_SIZE, 'S', "Size" },
		{ LISTING_DATE, 'M', "Modified (UTC)" } };

	fputs("<tr>", f);
	for (size_t i = 0; i < sizeof(column) / sizeof(column[0]); i++) {
		bool here = view->sort == column[i].sort;

		fprintf(f, "<th><button name=\"C\" value=\"%s%c\">%s%s</button></th>", here && !view->down ? "-" : "",
		    column[i].letter, column[i].title,
		    !here          ? "" :
		        view->down ? " &#9662;" :
		                     " &#9652;");
	}
	fputs("</tr>\n", f);
}

static void
put_page(FILE *f, const struct listing *l, const char *path, const struct listing_view *view)
{
	fputs("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\">"
	      "<meta name=\"viewport\" content=\"width=device-width\"><title>/",
	    f);
	put_escaped(f, path, strlen(path));
	fputs("</title>\n<style>:root{color-scheme:light dark}body{font:15px/1.5 sans-serif;margin:1.5em}"
	      "h1{font-size:1.4em;overflow-wrap:anywhere}button{all:unset;cursor:pointer}"
	      "td,th{padding:0 1.5em 0 0;text-align:left;vertical-align:top;white-space:nowrap}"
	      "td:first-child{white-space:normal;overflow-wrap:anywhere}"
	      "td:nth-child(2),th:nth-child(2){text-align:right;font-variant-numeric:tabular-nums}"
	      "@media(max-width:34em){td:nth-child(3),th:nth-child(3){display:none}}"
	      "</style></head>\n<body>",
	    f);
	put_heading(f, path);
	fputs("<form><table>\n", f);
	put_columns(f, view);
	if (*path) /* the root has no parent */
		fputs("<tr><td><a href=\"../\">../</a></td><td>-</td><td></td></tr>\n", f);
	for (size_t i = 0; i < l->n; i++)
		put_entry(f, &l->e[i]);
	fputs("</table></form>\n</body></html>\n", f);
}

/* ---- JSON -------------------------------------------------------------- */

/* What is no UTF-8 becomes U+FFFD: JSON has no other bytes (RFC 8259, 8.1). */
static void
put_json_string(FILE *f, const char *s)
{
	fputc('"', f);
	for (size_t n, left = strlen(s); left; s += n, left -= n) {
		n = facts_printable(s, left);
		if (n == 1 && (*s == '"' || *s == '\\'))
			fputc('\\', f);
		if (n)
			fwrite(s, 1, n, f);
		else if ((unsigned char)*s < ' ' || *s == 0x7f)
			fprintf(f, "\\u%04x", (unsigned)(unsigned char)*s);
		else
			fputs("\\ufffd", f);
		n += n == 0;
	}
	fputc('"', f);
}

static void
put_json(FILE *f, const struct listing *l)
{
	char date[DATE_HTTP];

	fputs("[\n", f);
	for (size_t i = 0; i < l->n; i++) {
		const struct listing_entry *e = &l->e[i];

		fputs("{ \"name\":", f);
		put_json_string(f, e->name);
		fprintf(f, ", \"type\":\"%s\", \"mtime\":\"%s\"", e->dir ? "directory" : "file",
		    date_http(e->modified, date));
		if (!e->dir)
			fprintf(f, ", \"size\":%ju", (uintmax_t)e->size);
		fputs(i + 1 < l->n ? " },\n" : " }\n", f);
	}
	fputs("]\n", f);
}

char *
listing_page(const struct listing *l, const char *path, const struct listing_view *view, size_t *len)
{
	char *buf = NULL;
	FILE *f = open_memstream(&buf, len);
	bool failed;

	if (!f)
		return NULL;
	if (view->json)
		put_json(f, l);
	else
		put_page(f, l, path, view);
	failed = ferror(f);
	failed |= fclose(f) != 0;
	if (!failed)
		return buf;
	free(buf);
	return NULL;
}
