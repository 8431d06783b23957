/* What HTTP requests and responses say about the machines seen. */
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
read_request_line(const struct packet *p, bool *head, char name[TRACK_FILE])
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
http_from_client(const struct track_event *e, struct track *t)
{
	const struct packet *p = e->p;
	char name[TRACK_FILE];
	bool head;

	if (p->flags & PACKET_SYN) {
		t->syns++;
		t->syn_answered = t->refused = false;
		t->last_us = e->us;
		t->get.server = p->dst;
		t->get.server_port = p->dport;
		return;
	}
	if (!read_request_line(p, &head, name))
		return;
	t->last_us = e->us;
	if (t->stage == TRACK_FILE_ASKED && t->get.http && t->get.port == p->sport && strcmp(t->get.name, name) == 0)
		return;
	memset(&t->get, 0, sizeof(t->get));
	t->get.http = true;
	t->get.head = head;
	t->get.server_port = p->dport;
	t->has_image = false;
	httpget_start(&t->get.reply, reader_of(p->data, p->len), head);
	track_file_asked(e, t, name);
}

/* True if the packet, a reply's whole head, has this header with this value. */
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

static enum httpget_event
feed_reply(struct track *t, const struct packet *p, size_t skip)
{
	struct httpget *g = &t->get.reply;
	size_t have = p->len > skip ? p->len - skip : 0, rest = p->full - skip - have;
	enum httpget_event e = HTTPGET_MORE;

	if (have)
		e = httpget_input(g, p->data + skip, have);
	/* What the capture has truncated. */
	while (rest && e == HTTPGET_MORE && httpget_may_skip(g)) {
		size_t n = httpget_may_skip(g) < rest ? httpget_may_skip(g) : rest;

		e = httpget_skipped(g, n);
		rest -= n;
	}
	/* It cut off the head of the reply. */
	t->get.blind |= rest && e == HTTPGET_MORE;
	return e;
}

static enum httpget_event
take_bytes(struct track *t, const struct packet *p)
{
	struct track_file *g = &t->get;
	int32_t ahead = g->has_seq ? (int32_t)(p->seq - g->seq) : 0;
	size_t skip = ahead < 0 ? (size_t) - (int64_t)ahead : 0;
	enum httpget_event how = HTTPGET_MORE;

	if (skip >= p->full)
		return HTTPGET_MORE; /* seen before */
	t->stage = TRACK_FILE_COMING;
	if (!g->has_seq) {
		const uint8_t *head_end = memmem(p->data, p->len, "\r\n\r\n", 4);

		if (head_end)
			track_file_begins(t, head_end + 4, p->len - (size_t)(head_end + 4 - p->data));
		/* HttpBootCheckImageType: by Content-Type, or by the suffix in that case. */
		if (g->reply.stage == HTTPGET_STATUS && g->reply.how->efi_type &&
		    !has_header(p, "\nContent-Type:", " application/efi") &&
		    !has_header(p, "\nContent-Type:", " application/vnd.efi") && !ends_in(g->name, ".efi") &&
		    !ends_in(g->name, ".iso") && !ends_in(g->name, ".img"))
			g->fault = FAULT_HTTP_TYPE;
	}
	/* Bytes that the capture missed, but the machine did not. */
	if (ahead > 0 && (g->blind || httpget_may_skip(&g->reply) <= (size_t)ahead))
		g->blind = true;
	else if (ahead > 0)
		how = httpget_skipped(&g->reply, (size_t)ahead);
	if (how == HTTPGET_MORE && !g->blind)
		how = feed_reply(t, p, skip);
	g->seq = p->seq + (uint32_t)p->full;
	g->has_seq = true;
	return how;
}

static void
http_from_server(const struct track_event *e, struct track *t)
{
	const struct packet *p = e->p;
	struct track_file *g = &t->get;
	enum httpget_event how = HTTPGET_MORE;
	char why[160];

	t->last_us = e->us;
	if (p->full)
		how = take_bytes(t, p);
	g->bytes = g->reply.bytes;
	if (how == HTTPGET_MORE && (p->flags & (PACKET_FIN | PACKET_RST)))
		how = g->blind ? HTTPGET_DONE : httpget_closed(&g->reply);
	if (how == HTTPGET_DONE && g->blind && g->reply.status >= 400) {
		snprintf(why, sizeof(why), "status %u", g->reply.status);
		track_file_failed(e, t, FAULT_HTTP_STATUS, why);
		return;
	}
	if (how == HTTPGET_FAILED) {
		snprintf(why, sizeof(why), "%s", g->reply.message);
		track_file_failed(e, t, g->reply.fault, why);
	} else if (how == HTTPGET_DONE && g->head) {
		t->stage = TRACK_FILE_DONE;
	} else if (how == HTTPGET_DONE) {
		track_file_whole(e, t);
	}
}

void
track_http(const struct track_event *e)
{
	const struct packet *p = e->p;
	struct track *t = track_by_addr(e->all, p->src);

	if (t && t->stage >= TRACK_LEASED && t->stage < TRACK_RUNS) {
		http_from_client(e, t);
		return;
	}
	t = track_by_addr(e->all, p->dst);
	if (!t || p->sport != t->get.server_port || p->src != t->get.server)
		return;
	if (p->flags & (PACKET_SYN | PACKET_RST)) {
		t->syn_answered |= p->flags & PACKET_SYN;
		t->refused |= p->flags & PACKET_RST && !t->syn_answered;
		t->last_us = e->us;
	}
	if (t->get.http && p->dport == t->get.port && (t->stage == TRACK_FILE_ASKED || t->stage == TRACK_FILE_COMING))
		http_from_server(e, t);
}
