#include "httpget.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "num.h"
#include "wire.h"

size_t
httpget_request(const struct persona_http *how, const struct url *u, bool head, char *out, size_t size)
{
	struct wr w = wr_open(out, size);

	wr_text(&w, head ? "HEAD " : "GET ");
	wr_text(&w, u->path[0] ? u->path : "/");
	wr_text(&w, how->speaks10 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
	for (const char *h = how->headers; *h; h += strspn(h, "\n")) {
		size_t len = strcspn(h, "\n");

		url_header(u, h, len, &w);
		wr_text(&w, "\r\n");
		h += len;
	}
	/* GRUB opens a connection for each file and drops it afterwards. */
	if (how->exact_case && !strstr(how->headers, "Connection:"))
		wr_text(&w, "Connection: close\r\n");
	wr_cstr(&w, "\r\n");
	return w.full ? 0 : wr_len(&w) - 1;
}

void
httpget_start(struct httpget *g, const struct persona_http *how, bool head)
{
	*g = (struct httpget){ .how = how, .head = head };
}

static enum httpget_event
httpget_fail(struct httpget *g, enum fault fault, const char *why)
{
	g->fault = fault;
	snprintf(g->message, sizeof(g->message), "%s", why);
	return HTTPGET_FAILED;
}

static bool
header_value(const char *line, const char *name, const char **value)
{
	size_t n = strlen(name);

	if (strncasecmp(line, name, n) != 0 || line[n] != ':')
		return false;
	*value = line + n + 1 + strspn(line + n + 1, " \t");
	return true;
}

static enum httpget_event
status_line(struct httpget *g)
{
	uint64_t status;
	char code[4];

	if (strncmp(g->line, "HTTP/1.", 7) != 0 || strlen(g->line) < 12)
		return httpget_fail(g, FAULT_HTTP_NO_ANSWER, "what answers does not speak HTTP/1");
	snprintf(code, sizeof(code), "%.3s", g->line + 9);
	if (!num_uint(code, 100, 599, &status))
		return httpget_fail(g, FAULT_HTTP_NO_ANSWER, "the status line has no status");
	g->http10 = g->line[7] == '0';
	g->close = g->http10;
	g->status = (unsigned)status;
	g->stage = HTTPGET_HEADERS;
	return HTTPGET_MORE;
}

static enum httpget_event
header_line(struct httpget *g)
{
	const char *v;

	if (header_value(g->line, "Content-Length", &v)) {
		char *end = g->line + strlen(g->line);

		while (end > v && (end[-1] == ' ' || end[-1] == '\t'))
			*--end = '\0';
		if (!num_uint(v, 0, INT64_MAX, &g->length))
			return httpget_fail(g, FAULT_HTTP_NO_LENGTH, "Content-Length is not a number");
		g->has_length = true;
	} else if (header_value(g->line, "Transfer-Encoding", &v)) {
		g->chunked = strncasecmp(v, "chunked", 7) == 0;
	} else if (header_value(g->line, "Connection", &v)) {
		g->close = strncasecmp(v, "close", 5) == 0;
	}
	return HTTPGET_MORE;
}

/* The header is over: judges it as this program would, and says what follows. */
static enum httpget_event
head_ends(struct httpget *g)
{
	/* 100 Continue and the like come before the reply. */
	if (g->status < 200) {
		httpget_start(g, g->how, g->head);
		return HTTPGET_MORE;
	}
	if (g->head) /* EDK2 goes on to GET whatever HEAD said */
		return HTTPGET_DONE;
	if (g->status >= 300 && g->status < 400)
		return httpget_fail(g, FAULT_HTTP_REDIRECT, "a redirect");
	if (g->status != 200) {
		httpget_fail(g, FAULT_HTTP_STATUS, "");
		snprintf(g->message, sizeof(g->message), "status %u", g->status);
		return HTTPGET_FAILED;
	}
	if (g->http10 && !g->how->http10)
		return httpget_fail(g, FAULT_HTTP_10, "HTTP/1.0");
	if (g->chunked && !g->how->chunked)
		return httpget_fail(g, FAULT_HTTP_CHUNKED, "chunked");
	if (!g->has_length && !g->chunked && !g->how->no_length)
		return httpget_fail(g, FAULT_HTTP_NO_LENGTH, "no Content-Length");
	g->left = g->has_length ? g->length : UINT64_MAX;
	g->stage = g->chunked ? HTTPGET_CHUNK : HTTPGET_BODY;
	return g->chunked || g->left ? HTTPGET_MORE : HTTPGET_DONE;
}

static enum httpget_event
chunk_line(struct httpget *g)
{
	uint64_t size = 0;
	const char *s = g->line;

	if (num_hex_digit(*s) < 0)
		return httpget_fail(g, FAULT_HTTP_NO_ANSWER, "a chunk without its size");
	for (; num_hex_digit(*s) >= 0; s++) {
		if (size >> 56)
			return httpget_fail(g, FAULT_HTTP_NO_ANSWER, "a chunk too large to be one");
		size = size << 4 | (unsigned)num_hex_digit(*s);
	}
	g->left = size;
	g->stage = size ? HTTPGET_BODY : HTTPGET_TRAILERS;
	return HTTPGET_MORE;
}

static enum httpget_event
take_body(struct httpget *g, size_t len)
{
	g->bytes += len;
	if (g->left != UINT64_MAX)
		g->left -= len;
	if (g->left || !g->chunked)
		return g->left ? HTTPGET_MORE : HTTPGET_DONE;
	g->stage = HTTPGET_CHUNK_END;
	return HTTPGET_MORE;
}

enum httpget_event
httpget_input(struct httpget *g, const void *bytes, size_t len)
{
	const char *c = bytes;
	enum httpget_event e = HTTPGET_MORE;

	for (size_t at = 0; at < len && e == HTTPGET_MORE;) {
		if (g->stage == HTTPGET_BODY) {
			size_t part = g->left < len - at ? (size_t)g->left : len - at;

			e = take_body(g, part);
			at += part;
			continue;
		}
		if (c[at] != '\n') {
			if (g->line_len + 1 < sizeof(g->line))
				g->line[g->line_len++] = c[at];
			at++;
			continue;
		}
		if (g->line_len && g->line[g->line_len - 1] == '\r')
			g->line_len--;
		g->line[g->line_len] = '\0';
		g->line_len = 0;
		at++;
		/* A whole line, without its end. */
		switch (g->stage) {
		case HTTPGET_STATUS:
			e = status_line(g);
			break;
		case HTTPGET_HEADERS:
			e = g->line[0] ? header_line(g) : head_ends(g);
			break;
		case HTTPGET_CHUNK:
			e = chunk_line(g);
			break;
		case HTTPGET_CHUNK_END:
			g->stage = HTTPGET_CHUNK;
			break;
		case HTTPGET_TRAILERS:
			e = g->line[0] ? HTTPGET_MORE : HTTPGET_DONE;
			break;
		case HTTPGET_BODY:
			break;
		}
	}
	return e;
}

size_t
httpget_may_skip(const struct httpget *g)
{
	if (g->stage != HTTPGET_BODY)
		return 0;
	return g->left < HTTPGET_SKIP ? (size_t)g->left : HTTPGET_SKIP;
}

enum httpget_event
httpget_skipped(struct httpget *g, size_t len)
{
	return take_body(g, len);
}

enum httpget_event
httpget_closed(struct httpget *g)
{
	if (g->stage == HTTPGET_BODY && g->left == UINT64_MAX)
		return HTTPGET_DONE;
	return httpget_fail(g, FAULT_HTTP_NO_ANSWER,
	    g->stage == HTTPGET_STATUS ? "the connection was closed without an answer" : "the connection broke off");
}

bool
httpget_keeps(const struct httpget *g)
{
	return !g->close && (g->head || g->has_length || g->chunked);
}
