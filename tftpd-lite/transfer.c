#include "server.h"

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
	case ESTALE:
		*text = "File changed while it was sent";
		return TFTP_E_UNDEFINED;
	default:
		return TFTP_E_UNDEFINED;
	}
}

/* ---- ending ------------------------------------------------------------ */

static void
close_files(struct server *s, struct transfer *t)
{
	if (t->download)
		download_close(s->files, t->download);
	if (t->upload)
		upload_close(t->upload);
	t->download = NULL;
	t->upload = NULL;
}

void
transfer_free(struct server *s, struct transfer *t)
{
	close_files(s, t);
	if (t->waiting)
		amplification_drop(s->amplification, &t->peer);
	if (t->port) {
		if (t->port->only == t)
			t->port->only = NULL;
		server_put_port(s, t->port);
	}
	free(t->asked);
	free(t->path);
	free(t);
}

static void
report(struct server *s, struct transfer *t, const struct eventlog_outcome *end, uint64_t now_ms)
{
	if (t->reported)
		return;
	t->reported = true;
	eventlog_end(t, end, now_ms);
	close_files(s, t);
}

/* ---- sending ----------------------------------------------------------- */

static struct udp_dest
way_of(const struct transfer *t)
{
	return (struct udp_dest){
		.socket = &t->port->socket, .to = &t->peer, .from = t->port->listener ? &t->local : NULL
	};
}

/* What lies in the room now. */
static void
put(struct server *s, const struct transfer *t, size_t len)
{
	struct udp_dest way = way_of(t);

	udp_send(s->out, &way, len);
}

static void
send_error(struct server *s, const struct transfer *t, enum tftp_code code, const char *text)
{
	put(s, t, tftp_write_error((uint16_t)code, text, udp_reserve(s->out, UDP_SMALL), UDP_SMALL));
}

/* The whole window is laid out first, header and data of one block behind
 * the other. */
static int
send_data(struct server *s, struct transfer *t, const struct xfer_act *act)
{
	size_t stride = TFTP_HEADER + t->x.terms.blksize, last_len;
	uint8_t *room = udp_reserve(s->out, act->count * stride);
	struct download_span span = { .first = act->block, .count = act->count, .gap = TFTP_HEADER, .out = room };
	struct udp_dest way = way_of(t);
	int n = download_read(t->download, &span, &last_len);

	if (n < 0)
		return -1;
	if (last_len < t->x.terms.blksize)
		xfer_set_last(&t->x, act->block + (uint64_t)n - 1);
	for (int i = 0; i < n; i++)
		tftp_write_data_header((uint16_t)(act->block + (uint64_t)i), room + (size_t)i * stride, TFTP_HEADER);
	if (n == 1)
		udp_send(s->out, &way, TFTP_HEADER + last_len);
	else if (n > 1)
		udp_send_segments(s->out, &way, (size_t)(n - 1) * stride + TFTP_HEADER + last_len, stride);
	return 0;
}

static int
store(struct transfer *t, const struct xfer_act *act, const struct transfer_payload *data)
{
	if (!act->store)
		return 0;
	if (upload_write(t->upload, data->bytes, data->len) < 0)
		return -1;
	return act->last ? upload_commit(t->upload) : 0;
}

static int
send_act(struct server *s, struct transfer *t, const struct xfer_act *act)
{
	switch (act->send) {
	case XFER_SEND_OACK:
		put(s, t, tftp_write_oack(&t->oack, udp_reserve(s->out, UDP_SMALL), UDP_SMALL));
		return 0;
	case XFER_SEND_DATA:
		return send_data(s, t, act);
	case XFER_SEND_ACK:
		put(s, t, tftp_write_ack((uint16_t)act->block, udp_reserve(s->out, UDP_SMALL), UDP_SMALL));
		return 0;
	case XFER_SEND_ERROR:
		send_error(s, t, act->code, "Illegal TFTP operation");
		return 0;
	default:
		return 0;
	}
}

/* Does what the state machine said; what fails ends the transfer. */
static void
perform(struct server *s, struct transfer *t, const struct xfer_act *act, const struct transfer_payload *data,
    struct eventlog_outcome *end)
{
	if (store(t, act, data) == 0 && send_act(s, t, act) == 0)
		return;
	end->code = transfer_error_code(errno, &end->what);
	send_error(s, t, end->code, end->what);
	xfer_fail(&t->x);
}

/* ---- events ------------------------------------------------------------ */

static void
settle(struct server *s, struct transfer *t, const struct eventlog_outcome *end, uint64_t now_ms)
{
	if (t->waiting && t->x.answered) {
		amplification_answered(s->amplification, &t->peer, t->x.unanswered);
		t->waiting = false;
	}
	if (t->x.end != XFER_RUNNING)
		report(s, t, end, now_ms);
	if (!xfer_over(&t->x)) {
		transfers_reschedule(s->transfers, t);
		return;
	}
	transfers_remove(s->transfers, t);
	transfer_free(s, t);
}

void
transfer_event(struct server *s, struct transfer *t, const struct xfer_event *e, const struct transfer_payload *data,
    uint64_t now_ms)
{
	struct eventlog_outcome end = { .what = data ? data->message : NULL, .code = e->code };
	struct xfer_event event = *e;
	struct xfer_act act;

	if (!t->x.answered)
		event.mute = !amplification_may_repeat(s->amplification, &t->peer, now_ms);
	xfer_input(&t->x, &event, now_ms, &act);
	if (!t->x.answered && act.send != XFER_SEND_NOTHING)
		amplification_spend(s->amplification, &t->peer);
	perform(s, t, &act, data, &end);
	settle(s, t, &end, now_ms);
}

void
transfer_begin(struct server *s, struct transfer *t, const struct xfer_act *act, uint64_t now_ms)
{
	struct eventlog_outcome end = { .what = NULL };

	perform(s, t, act, NULL, &end);
	settle(s, t, &end, now_ms);
}

void
transfer_drop(struct server *s, struct transfer *t, const char *text, uint64_t now_ms)
{
	struct eventlog_outcome end = { .what = text };

	if (text && t->x.end == XFER_RUNNING) {
		send_error(s, t, TFTP_E_UNDEFINED, text);
		xfer_fail(&t->x);
	}
	report(s, t, &end, now_ms);
	transfers_remove(s->transfers, t);
	transfer_free(s, t);
}
