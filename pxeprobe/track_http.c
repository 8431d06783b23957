#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "track_private.h"

#define LINE 1024

/* How the program that asks would read the answer. */
static const struct persona_http *
reader_of(const uint8_t *head, size_t len)
{
	static const struct {
		const char *agent, *persona;
		const struct persona_http *how;
	} table[] = { { "UefiHttpBoot", "http-x64", NULL }, { "U-Boot", "uboot", NULL },
		{ "GRUB", NULL, &persona_http_grub }, { "Syslinux", NULL, &persona_http_pxelinux } };

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (memmem(head, len, table[i].agent, strlen(table[i].agent)))
			return table[i].how ? table[i].how : persona_find(table[i].persona)->http;
	return &persona_http_ipxe;
}

/* "GET /path HTTP/1.1" as the file's name. */
static bool
read_request(const struct packet *p, bool *head, char name[TRACK_FILE])
{
	static const char *const methods[] = { "GET ", "HEAD " };
	const char *c = (const char *)p->data;

	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(methods[i]), len;
		const char *end;

		if (p->len <= n || memcmp(c, methods[i], n) != 0)
			continue;
		end = memchr(c + n, ' ', p->len - n);
		len = end ? (size_t)(end - c) - n : p->len - n;
		snprintf(name, TRACK_FILE, "%.*s", (int)(len < TRACK_FILE ? len : TRACK_FILE - 1), c + n);
		*head = i == 1;
		return true;
	}
	return false;
}

static void
from_client(const struct seen *e, struct track *s)
{
	const struct packet *p = e->p;
	char name[TRACK_FILE];
	bool head;

	if (p->flags & PACKET_SYN) {
		s->syns++;
		s->syn_answered = s->refused = false;
		s->last_us = e->us;
		s->get.server = p->dst;
		s->get.server_port = p->dport;
		return;
	}
	if (!read_request(p, &head, name))
		return;
	s->last_us = e->us;
	if (s->stage == TRACK_FILE_ASKED && s->get.http && s->get.port == p->sport && strcmp(s->get.name, name) == 0)
		return;
	memset(&s->get, 0, sizeof(s->get));
	s->get.http = true;
	s->get.head = head;
	s->get.server_port = p->dport;
	s->has_image = false;
	httpget_start(&s->get.reply, reader_of(p->data, p->len), head);
	track_file_asked(e, s, name);
}

/* The header's value, for one reply's head within one packet. */
static bool
has_header(const struct packet *p, const char *name, const char *value)
{
	char line[LINE];
	const char *at;

	snprintf(line, sizeof(line), "%.*s", (int)(p->len < LINE ? p->len : LINE - 1), (const char *)p->data);
	at = strcasestr(line, name);
	return at && strncasecmp(at + strlen(name), value, strlen(value)) == 0;
}

static bool
ends_in(const char *name, const char *end)
{
	size_t n = strcspn(name, "?"), m = strlen(end);

	return n >= m && strncmp(name + n - m, end, m) == 0;
}

/* HttpBootCheckImageType: the type, or the name's end with case. */
static bool
type_unfit(const struct track *s, const struct packet *p)
{
	return s->get.reply.how->efi_type && !ends_in(s->get.name, ".efi") && !ends_in(s->get.name, ".iso") &&
	    !ends_in(s->get.name, ".img") && !has_header(p, "\nContent-Type:", " application/efi") &&
	    !has_header(p, "\nContent-Type:", " application/vnd.efi");
}

static void
reply_begins(struct track *s, const struct packet *p)
{
	const uint8_t *end = memmem(p->data, p->len, "\r\n\r\n", 4);

	if (end)
		track_file_begins(s, end + 4, p->len - (size_t)(end + 4 - p->data));
	if (s->get.reply.stage == HTTPGET_STATUS && type_unfit(s, p))
		s->get.fault = FAULT_HTTP_TYPE;
}

static enum httpget_event
feed(struct track *s, const struct packet *p, size_t skip)
{
	struct httpget *g = &s->get.reply;
	size_t have = p->len > skip ? p->len - skip : 0, rest = p->full - skip - have;
	enum httpget_event e = HTTPGET_MORE;

	if (have)
		e = httpget_input(g, p->data + skip, have);
	/* What the capture has cut off. */
	while (rest && e == HTTPGET_MORE && httpget_may_skip(g)) {
		size_t n = httpget_may_skip(g) < rest ? httpget_may_skip(g) : rest;

		e = httpget_skipped(g, n);
		rest -= n;
	}
	return e;
}

static void
reply_over(const struct seen *e, struct track *s, enum httpget_event how)
{
	struct track_file *g = &s->get;
	char why[160];

	g->bytes = g->reply.bytes;
	if (how == HTTPGET_FAILED) {
		snprintf(why, sizeof(why), "%s", g->reply.message);
		track_file_failed(e, s, g->reply.fault, why);
	} else if (g->head) {
		s->stage = TRACK_FILE_DONE;
	} else {
		track_file_whole(e, s);
	}
}

/* Bytes that the capture did not get, which the machine did. */
static enum httpget_event
gap(struct track_file *g, size_t len)
{
	if (g->blind || httpget_may_skip(&g->reply) <= len) {
		g->blind = true;
		return HTTPGET_MORE;
	}
	return httpget_skipped(&g->reply, len);
}

static enum httpget_event
take_bytes(struct track *s, const struct packet *p)
{
	struct track_file *g = &s->get;
	int32_t ahead = g->has_seq ? (int32_t)(p->seq - g->seq) : 0;
	size_t skip = ahead < 0 ? (size_t) - (int64_t)ahead : 0;
	enum httpget_event how = HTTPGET_MORE;

	if (skip >= p->full)
		return HTTPGET_MORE; /* seen before */
	s->stage = TRACK_FILE_COMING;
	if (!g->has_seq)
		reply_begins(s, p);
	if (ahead > 0)
		how = gap(g, (size_t)ahead);
	if (how == HTTPGET_MORE && !g->blind)
		how = feed(s, p, skip);
	g->seq = p->seq + (uint32_t)p->full;
	g->has_seq = true;
	return how;
}

static void
from_server(const struct seen *e, struct track *s)
{
	const struct packet *p = e->p;
	struct track_file *g = &s->get;
	enum httpget_event how = HTTPGET_MORE;

	s->last_us = e->us;
	if (p->full)
		how = take_bytes(s, p);
	g->bytes = g->reply.bytes;
	if (how == HTTPGET_MORE && (p->flags & (PACKET_FIN | PACKET_RST)))
		how = g->blind ? HTTPGET_DONE : httpget_closed(&g->reply);
	if (how != HTTPGET_MORE)
		reply_over(e, s, how);
}

void
track_http(const struct seen *e)
{
	const struct packet *p = e->p;
	struct track *s = track_by_addr(e->all, p->src);

	if (s && s->stage >= TRACK_LEASED && s->stage < TRACK_RUNS) {
		from_client(e, s);
		return;
	}
	s = track_by_addr(e->all, p->dst);
	if (!s || p->sport != s->get.server_port || p->src != s->get.server)
		return;
	if (p->flags & (PACKET_SYN | PACKET_RST)) {
		s->syn_answered |= p->flags & PACKET_SYN;
		s->refused |= p->flags & PACKET_RST && !s->syn_answered;
		s->last_us = e->us;
	}
	if (s->get.http && p->dport == s->get.port && (s->stage == TRACK_FILE_ASKED || s->stage == TRACK_FILE_COMING))
		from_server(e, s);
}
