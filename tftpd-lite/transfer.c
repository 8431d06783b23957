#include "transfer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "eventlog.h"
#include "upload.h"

enum tftp_code
transfer_error_code(int err, const char **text)
{
	*text = strerror(err);
	switch (err) {
	case ENOENT:
	case ENOTDIR:
	case ELOOP:
	case ENAMETOOLONG:
		*text = "File not found";
		return TFTP_E_NOT_FOUND;
	case EISDIR:
		*text = "Not a file";
		return TFTP_E_NOT_FOUND;
	case EACCES:
	case EPERM:
	case EROFS:
		*text = "Access denied";
		return TFTP_E_ACCESS;
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		*text = "Disk full";
		return TFTP_E_DISK_FULL;
	case EEXIST:
		*text = "File exists";
		return TFTP_E_EXISTS;
	case EBADMSG:
		*text = "The image has changed";
		return TFTP_E_UNDEFINED;
	case ESTALE:
		*text = "File changed while it was sent";
		return TFTP_E_UNDEFINED;
	default:
		return TFTP_E_UNDEFINED;
	}
}

/* ---- ending ------------------------------------------------------------ */

static void
close_files(struct transfer_pool *pool, struct transfer *t)
{
	if (t->download)
		download_close(pool->files, t->download);
	if (t->upload)
		upload_close(t->upload);
	t->download = NULL;
	t->upload = NULL;
}

void
transfer_free(struct transfer_pool *pool, struct transfer *t)
{
	close_files(pool, t);
	if (t->waiting)
		amplification_drop(pool->amplification, &t->peer);
	transfers_heard(pool->transfers, t);
	if (t->port) {
		if (t->port->only == t)
			t->port->only = NULL;
		ports_put(&pool->ports, t->port);
	}
	free(t->asked);
	free(t->path);
	free(t);
}

/* Logs how it ended, once, and closes its file. */
static void
conclude(struct transfer_pool *pool, struct transfer *t, const struct eventlog_outcome *outcome, uint64_t now_ms)
{
	if (t->reported)
		return;
	t->reported = true;
	pool->stats[STATS_RUNNING]--;
	pool->stats[stats_transfer(t->x.end, t->x.answered, t->x.terms.upload)]++;
	pool->stats[STATS_BYTES + t->x.terms.upload] += eventlog_bytes(t);
	pool->stats[STATS_RESENT] += t->x.resent;
	if (t->x.end == XFER_COMPLETE)
		metrics_observe(&pool->stats[STATS_DURATION], 1000 * (now_ms - t->started_ms));
	eventlog_ended(&pool->log, t, outcome, now_ms);
	eventlog_event(pool->events, t, now_ms);
	close_files(pool, t);
}

/* ---- sending ----------------------------------------------------------- */

static struct udp_dest
dest_of(const struct transfer *t)
{
	return (struct udp_dest){
		.socket = &t->port->socket, .to = &t->peer, .from = t->port->listener ? &t->local : NULL
	};
}

static void
send_error(struct transfer_pool *pool, const struct transfer *t, enum tftp_code code, const char *text)
{
	struct udp_dest dest = dest_of(t);

	udp_send(
	    pool->out, &dest, tftp_write_error((uint16_t)code, text, udp_reserve(pool->out, UDP_SMALL), UDP_SMALL));
}

/* The whole window is laid out first, header and data of one block behind
 * the other.  -1 with errno when the file cannot be read. */
static int
send_blocks(struct transfer_pool *pool, struct transfer *t, const struct xfer_act *act)
{
	size_t stride = TFTP_HEADER + t->x.terms.blksize, last_len;
	uint8_t *room = udp_reserve(pool->out, act->count * stride);
	struct download_span span = { .first = act->block, .count = act->count, .gap = TFTP_HEADER, .out = room };
	struct udp_dest dest = dest_of(t);
	int n = download_read(t->download, &span, &last_len);

	if (n < 0)
		return -1;
	if (last_len < t->x.terms.blksize)
		xfer_set_last(&t->x, act->block + (uint64_t)n - 1);
	for (int i = 0; i < n; i++)
		tftp_write_data_header((uint16_t)(act->block + (uint64_t)i), room + (size_t)i * stride, TFTP_HEADER);
	if (n == 1)
		udp_send(pool->out, &dest, TFTP_HEADER + last_len);
	else if (n > 1)
		udp_send_segments(pool->out, &dest, (size_t)(n - 1) * stride + TFTP_HEADER + last_len, stride);
	return 0;
}

/* Stores and sends what the state machine decided.  -1 with errno. */
static int
act_on(
    struct transfer_pool *pool, struct transfer *t, const struct xfer_act *act, const struct transfer_payload *payload)
{
	struct udp_dest dest = dest_of(t);

	if (act->store && upload_write(t->upload, payload->bytes, payload->len) < 0)
		return -1;
	if (act->store && act->last && upload_commit(t->upload) < 0)
		return -1;
	switch (act->send) {
	case XFER_SEND_NOTHING:
		break;
	case XFER_SEND_DATA:
		return send_blocks(pool, t, act);
	case XFER_SEND_OACK:
		udp_send(pool->out, &dest, tftp_write_oack(&t->oack, udp_reserve(pool->out, UDP_SMALL), UDP_SMALL));
		break;
	case XFER_SEND_ACK:
		udp_send(pool->out, &dest,
		    tftp_write_ack((uint16_t)act->block, udp_reserve(pool->out, UDP_SMALL), UDP_SMALL));
		break;
	case XFER_SEND_ERROR:
		send_error(pool, t, act->code, "Illegal TFTP operation");
		break;
	}
	return 0;
}

/* ---- events ------------------------------------------------------------ */

/* Our side cannot go on, for the reason in errno. */
static void
transfer_fail(struct transfer_pool *pool, struct transfer *t, struct eventlog_outcome *outcome)
{
	outcome->code = transfer_error_code(errno, &outcome->what);
	send_error(pool, t, outcome->code, outcome->what);
	xfer_fail(&t->x);
}

/* After each step: accounts for an answer, and frees what is over. */
static void
transfer_settle(struct transfer_pool *pool, struct transfer *t, const struct eventlog_outcome *outcome, uint64_t now_ms)
{
	if (t->waiting && t->x.answered) {
		amplification_answered(pool->amplification, &t->peer, t->x.unanswered * t->first_len);
		transfers_heard(pool->transfers, t);
		metrics_observe(&pool->stats[STATS_FIRST_ANSWER], 1000 * (now_ms - t->started_ms));
	}
	if (t->x.end != XFER_RUNNING)
		conclude(pool, t, outcome, now_ms);
	if (!xfer_over(&t->x)) {
		transfers_reschedule(pool->transfers, t);
		return;
	}
	transfers_remove(pool->transfers, t);
	transfer_free(pool, t);
}

/* A client that repeats its request may get another loan; our own timer gets none. */
static bool
may_send_again(const struct transfer_pool *pool, const struct transfer *t, enum xfer_event_kind kind, uint64_t now_ms)
{
	const struct amplification_first first = { &t->peer, t->first_len, t->request };

	if (amplification_may_repeat(pool->amplification, &t->peer, t->first_len))
		return true;
	return kind == XFER_REPEAT && amplification_may_begin(pool->amplification, &first, now_ms);
}

void
transfer_event(struct transfer_pool *pool, struct transfer *t, const struct xfer_event *e,
    const struct transfer_payload *payload, uint64_t now_ms)
{
	struct eventlog_outcome outcome = { .what = payload ? payload->message : NULL, .code = e->code };
	const struct amplification_first first = { &t->peer, t->first_len, t->request };
	struct xfer_event event = *e;
	struct xfer_act act;

	if (!t->x.answered)
		event.mute = !may_send_again(pool, t, e->kind, now_ms);
	xfer_input(&t->x, &event, now_ms, &act);
	if (!t->x.answered && act.send != XFER_SEND_NOTHING)
		amplification_repeat(pool->amplification, &first, now_ms);
	if (act_on(pool, t, &act, payload) < 0)
		transfer_fail(pool, t, &outcome);
	transfer_settle(pool, t, &outcome, now_ms);
}

void
transfer_begin(struct transfer_pool *pool, struct transfer *t, const struct xfer_act *act, uint64_t now_ms)
{
	struct eventlog_outcome outcome = { .what = NULL };

	pool->stats[STATS_RUNNING]++;
	if (act_on(pool, t, act, NULL) < 0)
		transfer_fail(pool, t, &outcome);
	transfer_settle(pool, t, &outcome, now_ms);
}

void
transfer_drop(struct transfer_pool *pool, struct transfer *t, const char *text, uint64_t now_ms)
{
	struct eventlog_outcome outcome = { .what = text };

	if (text && t->x.end == XFER_RUNNING) {
		send_error(pool, t, TFTP_E_UNDEFINED, text);
		xfer_fail(&t->x);
	}
	conclude(pool, t, &outcome, now_ms);
	transfers_remove(pool->transfers, t);
	transfer_free(pool, t);
}

/* ---- the pool ---------------------------------------------------------- */

int
transfer_pool_init(struct transfer_pool *pool, uint16_t lo, uint16_t hi)
{
	*pool = (struct transfer_pool){ .transfers = transfers_new(),
		.files = files_new(),
		.amplification = amplification_new(),
		.out = udp_out_new() };
	eventlog_open(&pool->log);
	pool->ports = (struct ports){ .lo = lo, .hi = hi, .out = pool->out };
	return pool->transfers && pool->files && pool->amplification && pool->out ? 0 : -1;
}

void
transfer_pool_free(struct transfer_pool *pool, uint64_t now_ms)
{
	while (transfers_count(pool->transfers) > 0)
		transfer_drop(pool, transfers_next_due(pool->transfers), "Server is stopping", now_ms);
	udp_flush(pool->out);
	eventlog_close(&pool->log);
	ports_sweep(&pool->ports);
	transfers_free(pool->transfers);
	files_free(pool->files);
	amplification_free(pool->amplification);
	udp_out_free(pool->out);
}
