#include "request.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eventlog.h"
#include "negotiate.h"
#include "upload.h"

#define RESTART_MS 1000 /* the same request after this silence is a client that starts over */
#define COMPLAINTS 5    /* lines per second */
#define ERRORS 500      /* packets per second to senders of nonsense */

/* ---- answers without a transfer ---------------------------------------- */

void
request_error(
    struct requests *q, const struct port *port, const struct udp_packet *p, enum tftp_code code, const char *text)
{
	struct udp_out *out = q->pool->out;
	size_t room = AMPLIFICATION_TIMES * p->len;
	struct udp_dest dest = { .socket = &port->socket, .to = &p->from, .from = port->listener ? &p->to : NULL };
	char who[LISTEN_TEXT], cut[UDP_SMALL];
	size_t len;

	if (room < TFTP_HEADER + 1)
		return; /* nobody needs an answer to less than two bytes */
	/* the sender may be forged: it is sent no more than three times its bytes */
	snprintf(
	    cut, sizeof(cut), "%.*s", room - TFTP_HEADER > INT_MAX ? INT_MAX : (int)(room - TFTP_HEADER - 1), text);
	log_debug("%s is sent error %u: %s", addr_text(&p->from, who), code, text);
	len = tftp_write_error((uint16_t)code, cut, udp_reserve(out, UDP_SMALL), UDP_SMALL);
	amplification_spend(q->pool->amplification, &p->from, len);
	udp_send(out, &dest, len);
}

/* The answer to a request comes from a port of its own (RFC 1350, section 4),
 * errors too: some clients take the first packet's port for the server's. */
static void
request_refuse(struct requests *q, const struct request *r, enum tftp_code code, const char *text)
{
	struct port *port = q->config.single ? NULL : ports_get(&q->pool->ports, &r->packet->to);

	request_error(q, port ? port : r->listener, r->packet, code, text);
	if (port)
		ports_put(&q->pool->ports, port);
}

static void
refuse_malformed(struct requests *q, const struct request *r)
{
	const struct udp_packet *p = r->packet;
	char who[LISTEN_TEXT], bytes[80];
	unsigned missed;

	q->pool->stats[STATS_REFUSED_MALFORMED]++;
	if (log_allow(&q->complaints, r->now_ms, COMPLAINTS, &missed))
		log_warn("%s sent %s malformed bytes=%zu unlogged=%u", addr_text(&p->from, who),
		    log_quote(p->bytes, p->len < 16 ? p->len : 16, bytes, sizeof(bytes)), p->len, missed);
	/* an ERROR is never answered, not even half of one */
	if (r->asked.op != TFTP_ERROR && log_allow(&q->errors, r->now_ms, ERRORS, &missed))
		request_refuse(q, r, TFTP_E_ILLEGAL, "Malformed TFTP packet");
}

static void
refuse_mode(struct requests *q, const struct request *r)
{
	q->pool->stats[STATS_REFUSED_OTHER]++;
	request_refuse(q, r, TFTP_E_ILLEGAL, "Mode is neither octet nor netascii");
}

static void
refuse_option(struct requests *q, const struct request *r)
{
	const char *option = r->asked.message;
	char text[128], quoted[64], why[96];

	q->pool->stats[STATS_REFUSED_OPTION]++;
	snprintf(text, sizeof(text), "Value of option %.40s refused", option);
	snprintf(why, sizeof(why), "refused option=%s", log_quote_str(option, quoted, sizeof(quoted)));
	eventlog_refused(&q->pool->log,
	    &(struct eventlog_refusal){ &r->packet->from, r->asked.op, r->asked.name, NULL, NULL }, why, r->now_ms);
	request_refuse(q, r, TFTP_E_OPTION, text);
}

/* What we lack will come back: silence makes the client ask again, an error
 * would end it. */
static void
put_off(struct requests *q, const struct request *r, const char *why)
{
	char who[LISTEN_TEXT];
	unsigned missed;

	q->pool->stats[STATS_PUT_OFF]++;
	if (log_allow(&q->complaints, r->now_ms, COMPLAINTS, &missed))
		log_err("%s put off: %s unlogged=%u", addr_text(&r->packet->from, who), why, missed);
}

static void
refuse_file(struct requests *q, const struct request *r, const char *path, int err)
{
	const char *text;
	enum tftp_code code = transfer_error_code(err, &text);
	char why[160], to[REMAP_NAME];
	bool out;

	if (err == EMFILE || err == ENFILE || err == ENOMEM || err == ENOBUFS) {
		put_off(q, r, strerror(err));
		return;
	}
	q->pool->stats[stats_refused(code)]++;
	request_refuse(q, r, code, text);
	if (err == EPERM && r->asked.op == TFTP_WRQ && !q->config.create)
		snprintf(why, sizeof(why), "refused (uploads need -c)");
	else if (code == TFTP_E_NOT_FOUND)
		snprintf(why, sizeof(why), err == EISDIR ? "not-a-file" : "not-found");
	else
		snprintf(why, sizeof(why), "refused error=%u (%s)", code, strerror(err));
	out = err == ENOENT && docroot_leads_out(q->docroot, path, to);
	eventlog_refused(&q->pool->log,
	    &(struct eventlog_refusal){ &r->packet->from, r->asked.op, r->asked.name, path, out ? to : NULL }, why,
	    r->now_ms);
}

/* ---- a new transfer ---------------------------------------------------- */

/* FNV-1a, 64 bits: tells a repeated request from another one. */
static uint64_t
fingerprint(const struct udp_packet *p)
{
	uint64_t h = 14695981039346656037ULL;

	for (size_t i = 0; i < p->len; i++)
		h = (h ^ p->bytes[i]) * 1099511628211ULL;
	return h;
}

/* The file at `path`, to be read or to be created; -1 with errno. */
static int
open_target(struct requests *q, const struct request *r, char path[REMAP_NAME], struct transfer *t)
{
	struct download_source source;
	const char *base;
	int fd;

	if (r->asked.op == TFTP_WRQ && !q->config.create) {
		errno = EPERM;
		return -1;
	}
	if (r->asked.op == TFTP_WRQ) {
		fd = docroot_open_parent(q->docroot, path, &base);
		if (fd < 0)
			return -1;
		t->upload = upload_open(fd, base,
		    &(struct upload_how){
		        r->asked.netascii, q->config.replace, r->asked.options.tsize, &q->pool->uploads_held });
		return t->upload ? 0 : -1;
	}
	if (docroot_open_file(q->docroot, path, &source) < 0)
		return -1;
	t->download = download_open(q->pool->files, &source, r->asked.netascii);
	if (!t->download)
		return -1;
	t->size = download_size(t->download);
	return 0;
}

/* The file, and what is agreed about it; -1 with errno. */
static int
request_prepare(
    struct requests *q, const struct request *r, char path[REMAP_NAME], struct transfer *t, struct xfer_terms *terms)
{
	const struct tftp_options *asked = &r->asked.options;
	struct negotiate_limits limits = {
		.blksize = q->config.blksize, .windowsize = q->config.windowsize, .give_up_ms = q->config.give_up_ms
	};

	if (!docroot_resolve(q->docroot, r->asked.name, &r->packet->from, path)) {
		errno = ENOENT;
		return -1;
	}
	if (open_target(q, r, path, t) < 0)
		return -1;
	if (!limits.blksize && (asked->has & TFTP_HAS_BLKSIZE) && asked->blksize > TFTP_BLKSIZE) {
		unsigned mtu = udp_mtu(&r->packet->to, &r->packet->from);

		limits.blksize = negotiate_blksize_for_mtu(mtu ? mtu : 1500, !addr_is4(&r->packet->from));
	} else if (!limits.blksize) {
		limits.blksize = TFTP_BLKSIZE; /* spares the look at the route */
	}
	limits.size_known = t->download && !r->asked.netascii;
	limits.size = t->size;
	negotiate_options(&r->asked, &limits, terms, &t->oack);
	if (t->download && download_set_terms(t->download, terms->blksize, terms->windowsize) < 0)
		return -1;
	t->asked = strdup(r->asked.name);
	t->path = strdup(path);
	return t->asked && t->path ? 0 : -1;
}

/* A port, and a place in the account of its address; -1 with errno. */
static int
admit(struct requests *q, const struct request *r, struct transfer *t)
{
	if (q->config.single) {
		t->port = r->listener;
		t->port->used++;
	} else {
		t->port = ports_get(&q->pool->ports, &t->local);
	}
	if (!t->port)
		return -1;
	t->port->only = t->port->used == 1 && !t->port->listener ? t : NULL;
	return 0;
}

/* The bytes of what it is sent first. */
static size_t
first_len(const struct transfer *t, const struct xfer_act *act)
{
	uint8_t room[UDP_SMALL];

	if (act->send == XFER_SEND_OACK)
		return tftp_write_oack(&t->oack, room, sizeof(room));
	if (act->send == XFER_SEND_ACK)
		return TFTP_HEADER;
	return TFTP_HEADER + (t->size < t->x.terms.blksize ? (size_t)t->size : t->x.terms.blksize);
}

/* Forged requests are never answered.  When there is no room, or no descriptor, they
 * are the ones to go, the oldest first. */
static bool
request_make_room(struct requests *q, uint64_t now_ms)
{
	struct transfer *t = transfers_longest_waiting(q->pool->transfers);
	bool found = t != NULL;

	if (found)
		transfer_drop(q->pool, t, NULL, now_ms);
	return found;
}

static void
request_start(struct requests *q, const struct request *r)
{
	struct transfer *t = calloc(1, sizeof(*t));
	char path[REMAP_NAME] = "", from[LISTEN_TEXT];
	struct xfer_terms terms;
	struct xfer_act act;

	if (!t) {
		put_off(q, r, strerror(errno));
		return;
	}
	t->peer = r->packet->from;
	t->local = r->packet->to;
	t->request = fingerprint(r->packet);
	t->started_ms = r->now_ms;
	if (request_prepare(q, r, path, t, &terms) < 0 || admit(q, r, t) < 0) {
		int err = errno;

		if (err == EMFILE || err == ENFILE) /* for when the client asks again */
			request_make_room(q, r->now_ms);
		refuse_file(q, r, path, err);
		transfer_free(q->pool, t);
		return;
	}
	xfer_start(&t->x, &terms, r->now_ms, &act);
	t->first_len = first_len(t, &act);
	amplification_begin(
	    q->pool->amplification, &(struct amplification_first){ &t->peer, t->first_len, t->request }, r->now_ms);
	transfers_await(q->pool->transfers, t);
	if (transfers_add(q->pool->transfers, t) < 0) {
		put_off(q, r, strerror(errno));
		transfer_free(q->pool, t);
		return;
	}
	if (log_verbose())
		eventlog_started(t, &r->asked.options, listen_name(t->port->socket.fd, from));
	transfer_begin(q->pool, t, &act, r->now_ms);
}

/* ---- requests ---------------------------------------------------------- */

/* True when the request belongs to a transfer that it started before.  Any
 * other request from the same port means that the client has given the old
 * one up: firmware reuses its port. */
static bool
is_repeated(struct requests *q, const struct request *r)
{
	struct transfer *t = transfers_find(q->pool->transfers, &r->packet->from, &r->packet->to);
	struct xfer_event again = { .kind = XFER_REPEAT };

	if (!t)
		return false;
	if (t->request == fingerprint(r->packet) && t->x.end == XFER_RUNNING &&
	    (!t->x.answered || r->now_ms - t->x.heard_ms < RESTART_MS)) {
		transfer_event(q->pool, t, &again, NULL, r->now_ms);
		return true;
	}
	transfer_drop(q->pool, t, NULL, r->now_ms);
	return false;
}

/* Bytes of what a request may be answered with at first.  An OACK and an ACK are no
 * longer than the request. */
static size_t
needed(const struct request *r)
{
	return r->asked.op == TFTP_WRQ || r->asked.options.has ? 0 : AMPLIFICATION_LOAN;
}

/* Keeps it until its address has answered what it asked for before. */
static void
defer(struct requests *q, const struct request *r)
{
	const struct udp_packet *p = r->packet;
	struct amplification_deferred *d = p->len <= UDP_REQUEST ? malloc(sizeof(*d) + p->len) : NULL;

	if (d) {
		*d = (struct amplification_deferred){ .from = p->from,
			.to = p->to,
			.where = r->listener,
			.came_ms = r->now_ms,
			.need = needed(r),
			.len = p->len };
		memcpy(d->bytes, p->bytes, p->len);
		if (amplification_defer(q->pool->amplification, d) == 0) {
			put_off(q, r, "its address has not answered what it was sent before");
			return;
		}
		free(d);
	}
	put_off(q, r, "too many requests of addresses that never answered");
}

static void
take_valid(struct requests *q, const struct request *r)
{
	struct amplification_first first;
	char who[LISTEN_TEXT];

	if (q->closed)
		return;
	q->last_ms = r->now_ms;
	if (!r->packet->waited &&
	    amplification_received(q->pool->amplification, &r->packet->from, r->packet->len, r->now_ms) < 0) {
		put_off(q, r, strerror(ENOMEM));
		return;
	}
	if (r->asked.trailing)
		log_debug(
		    "%s sent garbage behind its request: served without options", addr_text(&r->packet->from, who));
	if (is_repeated(q, r))
		return;
	q->pool->stats[STATS_REQUESTS + (r->asked.op == TFTP_WRQ)] += !r->packet->waited;
	first = (struct amplification_first){ &r->packet->from, needed(r), fingerprint(r->packet) };
	if (!amplification_may_begin(q->pool->amplification, &first, r->now_ms))
		defer(q, r);
	else if (transfers_count(q->pool->transfers) >= REQUEST_TRANSFERS && !request_make_room(q, r->now_ms))
		put_off(q, r, "too many transfers at once");
	else
		request_start(q, r);
}

void
request_take(struct requests *q, const struct request *r)
{
	const struct udp_packet *p = r->packet;
	bool asks = r->asked.op == TFTP_RRQ || r->asked.op == TFTP_WRQ;
	char who[LISTEN_TEXT];

	if (p->broadcast) /* RFC 1123, 4.2.3.5 */
		log_debug("%s asked a broadcast address: ignored", addr_text(&p->from, who));
	else if (r->error == TFTP_MALFORMED)
		refuse_malformed(q, r);
	else if (r->error == TFTP_BAD_MODE)
		refuse_mode(q, r);
	else if (asks && r->error == TFTP_BAD_OPTION)
		refuse_option(q, r);
	else if (asks)
		take_valid(q, r);
	else if (r->asked.op != TFTP_ERROR)
		request_error(q, r->listener, p, TFTP_E_UNKNOWN_TID, "Unknown transfer ID");
}
