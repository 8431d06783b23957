#include "server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eventlog.h"
#include "upload.h"
#include "negotiate.h"

#define RESTART_MS 1000 /* the same request after this silence is a client that starts over */
#define COMPLAINTS 5    /* lines a second */
#define ERRORS 500      /* packets a second to senders of nonsense */

/* A request while it is looked at. */
struct request {
	struct port *listener;
	const struct udp_packet *p;
	struct tftp_packet r;
	uint64_t now_ms;
	char path[REMAP_NAME];
};

/* ---- answers without a transfer ---------------------------------------- */

void
request_error(
    struct server *s, const struct port *port, const struct udp_packet *p, enum tftp_code code, const char *text)
{
	size_t len = tftp_write_error((uint16_t)code, text, udp_reserve(s->out, UDP_SMALL), UDP_SMALL);
	struct udp_dest way = { .socket = &port->socket, .to = &p->from, .from = port->listener ? &p->to : NULL };
	char who[LISTEN_TEXT];

	log_debug("%s is sent error %u: %s", addr_text(&p->from, who), code, text);
	udp_send(s->out, &way, len);
}

/* The answer to a request comes from a port of its own (RFC 1350, section 4),
 * errors too: some clients take the first packet's port for the server's. */
static void
refuse(struct server *s, const struct request *a, enum tftp_code code, const char *text)
{
	struct port *port = s->config.single ? NULL : ports_get(&s->ports, &a->p->to);

	request_error(s, port ? port : a->listener, a->p, code, text);
	if (port)
		server_put_port(s, port);
}

static void
refuse_malformed(struct server *s, const struct request *a)
{
	char who[LISTEN_TEXT], bytes[80];
	unsigned missed;

	if (log_allow(&s->complaints, a->now_ms, COMPLAINTS, &missed))
		log_warn("%s sent %s malformed bytes=%zu unlogged=%u", addr_text(&a->p->from, who),
		    log_quote(a->p->bytes, a->p->len < 16 ? a->p->len : 16, bytes, sizeof(bytes)), a->p->len, missed);
	if (log_allow(&s->errors, a->now_ms, ERRORS, &missed))
		refuse(s, a, TFTP_E_ILLEGAL, "Malformed TFTP packet");
}

static void
refuse_option(struct server *s, const struct request *a)
{
	char text[128], quoted[64], why[96];

	snprintf(text, sizeof(text), "Value of option %.40s refused", a->r.message);
	snprintf(why, sizeof(why), "refused option=%s", log_quote_str(a->r.message, quoted, sizeof(quoted)));
	eventlog_refused(&a->p->from, a->r.op, a->r.name, NULL, why);
	refuse(s, a, TFTP_E_OPTION, text);
}

static void
refuse_busy(struct server *s, const struct request *a, const char *why)
{
	char who[LISTEN_TEXT];
	unsigned missed;

	/* it passes: silence makes the client ask again, an error would end it */
	if (log_allow(&s->complaints, a->now_ms, COMPLAINTS, &missed))
		log_err("%s put off: %s unlogged=%u", addr_text(&a->p->from, who), why, missed);
}

static void
refuse_file(struct server *s, const struct request *a, int err)
{
	const char *text;
	enum tftp_code code = transfer_error_code(err, &text);
	char why[160];

	if (err == EMFILE || err == ENFILE || err == ENOMEM || err == ENOBUFS) {
		refuse_busy(s, a, strerror(err));
		return;
	}
	refuse(s, a, code, text);
	if (err == EPERM && a->r.op == TFTP_WRQ && !s->config.create)
		snprintf(why, sizeof(why), "refused (uploads need -c)");
	else if (code == TFTP_E_NOT_FOUND)
		snprintf(why, sizeof(why), err == EISDIR ? "not-a-file" : "not-found");
	else
		snprintf(why, sizeof(why), "refused error=%u (%s)", code, strerror(err));
	eventlog_refused(&a->p->from, a->r.op, a->r.name, a->path, why);
}

/* ---- a new transfer ---------------------------------------------------- */

/* FNV-1a, 64 bits. */
static uint64_t
hash_of(const struct udp_packet *p)
{
	uint64_t h = 14695981039346656037ULL;

	for (size_t i = 0; i < p->len; i++)
		h = (h ^ p->bytes[i]) * 1099511628211ULL;
	return h;
}

static uint32_t
blksize_cap(const struct server *s, const struct request *a)
{
	const struct tftp_options *asked = &a->r.options;
	unsigned mtu;

	if (s->config.blksize)
		return s->config.blksize;
	if (!(asked->has & TFTP_HAS_BLKSIZE) || asked->blksize <= TFTP_BLKSIZE)
		return TFTP_BLKSIZE;
	mtu = udp_mtu(&a->p->to, &a->p->from);
	return negotiate_blksize_for_mtu(mtu ? mtu : 1500, !addr_is4(&a->p->from));
}

static int
open_read(struct server *s, struct request *a, struct transfer *t)
{
	int fd = docroot_open_file(s->docroot, a->path);

	if (fd < 0)
		return -1;
	t->download = download_open(s->files, fd, a->r.netascii);
	if (!t->download)
		return -1;
	t->size = download_size(t->download);
	return 0;
}

static int
open_write(struct server *s, struct request *a, struct transfer *t)
{
	const char *base;
	int dir;

	if (!s->config.create) {
		errno = EPERM;
		return -1;
	}
	dir = docroot_open_parent(s->docroot, a->path, &base);
	if (dir < 0)
		return -1;
	t->upload = upload_open(dir, base, a->r.netascii, a->r.options.tsize);
	return t->upload ? 0 : -1;
}

/* The file, and what is agreed about it; -1 with errno. */
static int
open_file(struct server *s, struct request *a, struct transfer *t, struct xfer_terms *terms)
{
	struct negotiate_limits limits = { .windowsize = s->config.windowsize, .give_up_ms = s->config.give_up_ms };

	if (!docroot_resolve(s->docroot, a->r.name, &a->p->from, a->path)) {
		errno = ENOENT;
		return -1;
	}
	if ((a->r.op == TFTP_RRQ ? open_read(s, a, t) : open_write(s, a, t)) < 0)
		return -1;
	limits.blksize = blksize_cap(s, a);
	limits.size_known = t->download && !a->r.netascii;
	limits.size = t->size;
	negotiate_options(&a->r, &limits, terms, &t->oack);
	if (t->download && download_set_terms(t->download, terms->blksize, terms->windowsize) < 0)
		return -1;
	t->asked = strdup(a->r.name);
	t->path = strdup(a->path);
	return t->asked && t->path ? 0 : -1;
}

/* A port and a place in the tables; -1 with errno. */
static int
admit(struct server *s, struct request *a, struct transfer *t)
{
	if (s->config.single) {
		t->port = a->listener;
		t->port->used++;
	} else {
		t->port = ports_get(&s->ports, &t->local);
	}
	if (!t->port)
		return -1;
	t->port->only = t->port->used == 1 && !t->port->listener ? t : NULL;
	if (amplification_begin(s->amplification, &t->peer, a->now_ms) < 0)
		return -1;
	t->waiting = true;
	return 0;
}

static void
begin(struct server *s, struct request *a)
{
	struct transfer *t = calloc(1, sizeof(*t));
	struct xfer_terms terms;
	struct xfer_act act;
	char from[LISTEN_TEXT];

	if (!t) {
		refuse_busy(s, a, strerror(errno));
		return;
	}
	t->peer = a->p->from;
	t->local = a->p->to;
	t->request = hash_of(a->p);
	t->started_ms = a->now_ms;
	if (open_file(s, a, t, &terms) < 0 || admit(s, a, t) < 0) {
		refuse_file(s, a, errno);
		transfer_free(s, t);
		return;
	}
	xfer_start(&t->x, &terms, a->now_ms, &act);
	if (transfers_add(s->transfers, t) < 0) {
		refuse_busy(s, a, strerror(errno));
		transfer_free(s, t);
		return;
	}
	if (log_verbose())
		eventlog_begin(t, &a->r.options, listen_name(t->port->socket.fd, from));
	transfer_begin(s, t, &act, a->now_ms);
}

/* True when the request belongs to a transfer that it started before.  Any
 * other request from the same port means that the client has given the old
 * one up: firmware reuses its port. */
static bool
repeats(struct server *s, const struct request *a)
{
	struct transfer *t = transfers_find(s->transfers, &a->p->from, &a->p->to);
	struct xfer_event again = { .kind = XFER_REPEAT };

	if (t && t->port != a->listener) {
		/* an ERROR that the client sent before this request ends the
		 * old transfer, whichever socket is looked at first */
		server_drain(s, t->port, a->now_ms);
		t = transfers_find(s->transfers, &a->p->from, &a->p->to);
	}
	if (!t)
		return false;
	if (t->request == hash_of(a->p) && t->x.end == XFER_RUNNING &&
	    (!t->x.answered || a->now_ms - t->x.heard_ms < RESTART_MS)) {
		transfer_event(s, t, &again, NULL, a->now_ms);
		return true;
	}
	transfer_drop(s, t, NULL, a->now_ms);
	return false;
}

/* Until its address has answered what it asked for before. */
static void
put_off(struct server *s, const struct request *a)
{
	struct amplification_deferred *r = a->p->len <= UDP_REQUEST ? malloc(sizeof(*r) + a->p->len) : NULL;

	if (r) {
		*r = (struct amplification_deferred){
			.from = a->p->from, .to = a->p->to, .where = a->listener, .came_ms = a->now_ms, .len = a->p->len
		};
		memcpy(r->bytes, a->p->bytes, a->p->len);
		if (amplification_defer(s->amplification, r) == 0)
			return;
		free(r);
	}
	refuse_busy(s, a, "too many requests of addresses that never answered");
}

static void
take_request(struct server *s, struct request *a)
{
	if (s->stopping)
		return;
	s->busy_ms = a->now_ms;
	if (repeats(s, a))
		return;
	if (transfers_count(s->transfers) >= SERVER_TRANSFERS)
		refuse_busy(s, a, "too many transfers at once");
	else if (!amplification_may_begin(s->amplification, &a->p->from, a->now_ms))
		put_off(s, a);
	else
		begin(s, a);
}

void
request_take(struct server *s, struct port *port, const struct udp_packet *p, uint64_t now_ms)
{
	struct request a = { .listener = port, .p = p, .now_ms = now_ms };
	enum tftp_error error = p->cut ? TFTP_MALFORMED : tftp_parse(p->bytes, p->len, &a.r);
	char who[LISTEN_TEXT];

	if (p->broadcast) {
		/* RFC 1123, 4.2.3.5 */
		log_debug("%s asked a broadcast address: ignored", addr_text(&p->from, who));
		return;
	}
	if (error == TFTP_MALFORMED)
		refuse_malformed(s, &a);
	else if (error == TFTP_BAD_MODE)
		refuse(s, &a, TFTP_E_ILLEGAL, "Mode is neither octet nor netascii");
	else if (error == TFTP_BAD_OPTION && (a.r.op == TFTP_RRQ || a.r.op == TFTP_WRQ))
		refuse_option(s, &a);
	else if (a.r.op == TFTP_RRQ || a.r.op == TFTP_WRQ)
		take_request(s, &a);
	else if (a.r.op != TFTP_ERROR)
		request_error(s, port, p, TFTP_E_UNKNOWN_TID, "Unknown transfer ID");
}

/* A client that had to wait may have asked twice. */
void
request_resume(struct server *s, uint64_t now_ms)
{
	struct amplification_deferred *r;

	while ((r = amplification_next(s->amplification, now_ms))) {
		struct udp_packet p = { .bytes = r->bytes, .len = r->len, .from = r->from, .to = r->to };
		const struct transfer *t = transfers_find(s->transfers, &r->from, &r->to);

		if (!t || t->started_ms < r->came_ms)
			request_take(s, r->where, &p, now_ms);
		free(r);
	}
}
