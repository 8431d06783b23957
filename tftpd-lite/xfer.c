#include "xfer.h"

#include "tftp.h"

/* ---- time -------------------------------------------------------------- */

static uint32_t
clamp(uint64_t ms, uint32_t lo, uint32_t hi)
{
	return ms < lo ? lo : ms > hi ? hi : (uint32_t)ms;
}

/* What the measured round trip gives (RFC 6298, in whole milliseconds).  Its
 * least of a second is for streams, where an early copy fills the path; here
 * it is one block, and the client tells when it was for nothing. */
static uint32_t
timeout_of(const struct xfer *x)
{
	uint64_t spread = 4 * (uint64_t)x->rttvar_ms;

	return clamp(x->srtt_ms + (spread > x->floor_ms ? spread : x->floor_ms), x->floor_ms, XFER_RTO_MAX_MS);
}

/* The second ACK of a block: both copies had arrived, so the client is slow
 * and the path is not lossy.  Each proof halves what it gets for nothing. */
static void
slow_down(struct xfer *x)
{
	uint32_t rto_ms;

	x->spare--;
	x->floor_ms = clamp(2 * (uint64_t)x->floor_ms, 0, XFER_FLOOR_MAX_MS);
	rto_ms = timeout_of(x);
	if (x->rto_ms < rto_ms)
		x->rto_ms = rto_ms;
}

/* Backing off is for a path that is full or a client that is gone.  In
 * lock-step we fill nothing: near clients are tried again at least each
 * second, so that several losses in a row do not cost minutes. */
static void
back_off(struct xfer *x)
{
	uint32_t most =
	    x->measured ? clamp(8 * (uint64_t)timeout_of(x), XFER_RTO_NEAR_MS, XFER_RTO_MAX_MS) : XFER_RTO_MAX_MS;

	x->rto_ms = clamp(2 * (uint64_t)x->rto_ms, x->floor_ms, most);
}

static void
measure_rtt(struct xfer *x, uint64_t now_ms)
{
	uint32_t rtt = clamp(now_ms - x->sent_ms, 0, XFER_RTO_MAX_MS);
	uint32_t off = rtt > x->srtt_ms ? rtt - x->srtt_ms : x->srtt_ms - rtt;

	if (x->repeated)
		return; /* which of the two was answered? (Karn) */
	if (!x->measured) {
		x->srtt_ms = rtt;
		x->rttvar_ms = rtt / 2;
		x->measured = true;
	} else {
		x->rttvar_ms = (3 * x->rttvar_ms + off) / 4;
		x->srtt_ms = (7 * x->srtt_ms + rtt) / 8;
	}
	x->rto_ms = timeout_of(x);
}

static void
arm(struct xfer *x, uint64_t now_ms)
{
	uint32_t wait = x->rto_ms;

	if (x->terms.upload && x->answered && wait < XFER_ACK_AGAIN_MS)
		wait = XFER_ACK_AGAIN_MS;
	if (x->terms.interval_ms)
		wait = x->terms.interval_ms; /* RFC 2349: the client's word */
	x->sent_ms = now_ms;
	x->resend_ms = now_ms + wait;
}

/* ---- sending ----------------------------------------------------------- */

/* Before the first answer the address may be forged: few datagrams, then only
 * silence until give_up. */
static bool
may_send(struct xfer *x)
{
	if (x->answered || x->unanswered < XFER_UNANSWERED) {
		x->unanswered += !x->answered;
		return true;
	}
	x->resend_ms = XFER_NEVER;
	return false;
}

static void
send_window(struct xfer *x, uint64_t now_ms, struct xfer_act *act)
{
	uint64_t left = x->terms.last - x->base;
	uint32_t count = x->terms.windowsize;

	if (left < count)
		count = (uint32_t)left;
	act->send = XFER_SEND_DATA;
	act->block = x->base + 1;
	act->count = count;
	x->next = x->base + 1 + count;
	arm(x, now_ms);
}

/* What is out, or was due: the OACK, the window, the ACK. */
static void
send_current(struct xfer *x, uint64_t now_ms, struct xfer_act *act)
{
	if (x->greeting || (x->terms.upload && x->terms.oack && !x->answered)) {
		act->send = XFER_SEND_OACK;
		arm(x, now_ms);
	} else if (x->terms.upload) {
		act->send = XFER_SEND_ACK;
		act->block = x->acked = x->base;
		arm(x, now_ms);
	} else {
		send_window(x, now_ms, act);
	}
}

static void
send_again(struct xfer *x, uint64_t now_ms, struct xfer_act *act)
{
	uint64_t next = x->next;

	if (!may_send(x))
		return;
	send_current(x, now_ms, act);
	x->repeated = true;
	x->copies++;
	if (act->send != XFER_SEND_DATA)
		x->resent++;
	else if (next > act->block)
		x->resent += next - act->block < act->count ? next - act->block : act->count;
}

static void
finish(struct xfer *x, enum xfer_end end)
{
	x->end = end;
	x->resend_ms = XFER_NEVER;
}

static void
refuse(struct xfer *x, uint16_t code, struct xfer_act *act)
{
	finish(x, XFER_ILLEGAL);
	act->send = XFER_SEND_ERROR;
	act->code = code;
}

void
xfer_start(struct xfer *x, const struct xfer_terms *terms, uint64_t now_ms, struct xfer_act *act)
{
	*x = (struct xfer){ .terms = *terms,
		.next = 1,
		.heard_ms = now_ms,
		.rto_ms = XFER_RTO_FIRST_MS,
		.floor_ms = terms->windowsize > 1 ? XFER_FLOOR_WINDOW_MS : XFER_FLOOR_MS };
	*act = (struct xfer_act){ .send = XFER_SEND_NOTHING };
	x->greeting = terms->oack && !terms->upload;
	may_send(x);
	send_current(x, now_ms, act);
}

/* ---- reads ------------------------------------------------------------- */

/* An ACK of what is already acknowledged.  In lock-step it is late, and
 * answering it would double every packet from here on (RFC 1123, 4.2.3.1).
 * With a window it says that the one after it got lost (RFC 7440, section 4),
 * but many copies of it may come: one is answered, then the timer is. */
static void
take_old_ack(struct xfer *x, uint64_t now_ms, struct xfer_act *act)
{
	if (x->terms.windowsize == 1) {
		if (x->spare)
			slow_down(x);
		return;
	}
	if (x->resumed)
		return;
	x->resumed = true;
	send_again(x, now_ms, act);
}

static void
take_ack(struct xfer *x, uint16_t block, uint64_t now_ms, struct xfer_act *act)
{
	uint64_t acked = x->base + (uint16_t)(block - (uint16_t)x->base), sent = x->next;

	if (x->greeting) {
		if (block != 0)
			return;
		x->greeting = false;
	} else if (acked == x->base) {
		take_old_ack(x, now_ms, act);
		return;
	} else if (acked >= sent) {
		return; /* never sent, or of a window long past */
	}
	measure_rtt(x, now_ms);
	x->base = acked;
	x->spare = x->copies;
	x->copies = 0;
	if (acked == x->terms.last) {
		finish(x, XFER_COMPLETE);
		return;
	}
	x->resumed = acked + 1 < sent;
	x->repeated = x->resumed;
	if (x->resumed && x->measured) /* it lost a block of a window, not the path: no reason to wait long */
		x->rto_ms = timeout_of(x);
	send_window(x, now_ms, act);
	if (x->resumed)
		x->resent += sent - act->block < act->count ? sent - act->block : act->count;
}

/* ---- uploads ----------------------------------------------------------- */

static void
take_due_data(struct xfer *x, size_t len, uint64_t now_ms, struct xfer_act *act)
{
	x->base++;
	x->resumed = false;
	act->store = true;
	act->last = len < x->terms.blksize;
	x->repeated = false;
	if (act->last || x->base - x->acked >= x->terms.windowsize)
		send_current(x, now_ms, act);
	else
		arm(x, now_ms);
	if (act->last) {
		finish(x, XFER_COMPLETE);
		x->lingering = true;
		x->resend_ms = now_ms + XFER_LINGER_MS;
	}
}

static void
take_data(struct xfer *x, uint16_t block, size_t len, uint64_t now_ms, struct xfer_act *act)
{
	uint16_t ahead = (uint16_t)(block - (uint16_t)x->base);

	if (len > x->terms.blksize) {
		refuse(x, TFTP_E_ILLEGAL, act);
	} else if (ahead == 1) {
		take_due_data(x, len, now_ms, act);
	} else if (ahead == 0) {
		/* our ACK got lost; but there is no block before the first */
		if (x->base > 0)
			send_again(x, now_ms, act);
	} else if (ahead <= x->terms.windowsize && !x->resumed) {
		/* a gap: once, the sender goes back to it (RFC 7440, section 4) */
		x->resumed = true;
		send_again(x, now_ms, act);
	}
}

static void
linger(struct xfer *x, const struct xfer_event *e, struct xfer_act *act)
{
	if (e->kind == XFER_DATA && e->block == (uint16_t)x->base) {
		act->send = XFER_SEND_ACK;
		act->block = x->base;
		x->resent++;
	} else if (e->kind == XFER_TIMER || e->kind == XFER_REFUSED || e->kind == XFER_ERROR) {
		x->lingering = false;
	}
}

/* ---- events ------------------------------------------------------------ */

static void
take_timer(struct xfer *x, bool mute, uint64_t now_ms, struct xfer_act *act)
{
	if (now_ms - x->heard_ms >= x->terms.give_up_ms) {
		finish(x, XFER_SILENT);
		return;
	}
	if (now_ms < x->resend_ms)
		return;
	back_off(x);
	if (mute && !x->answered)
		x->resend_ms = now_ms + (x->terms.interval_ms ? x->terms.interval_ms : x->rto_ms);
	else
		send_again(x, now_ms, act);
}

/* A firmware's "I only wanted the size" comes as error 8 (EDK2) or 0. */
static void
take_error(struct xfer *x, uint16_t code)
{
	bool probe = x->greeting && x->terms.sized && (code == TFTP_E_OPTION || code == TFTP_E_UNDEFINED);

	finish(x, probe ? XFER_PROBE : XFER_ABORTED);
}

/* One ICMP error may come from a client that only reopens its port between
 * two packets; a second without a packet between them is the end. */
static void
take_refusal(struct xfer *x)
{
	if (x->refused)
		finish(x, XFER_GONE);
	x->refused = true;
}

static void
take_packet(struct xfer *x, const struct xfer_event *e, uint64_t now_ms, struct xfer_act *act)
{
	x->heard_ms = now_ms;
	x->refused = false;
	if (x->resend_ms == XFER_NEVER)
		x->resend_ms = now_ms + x->rto_ms;
	x->answered = true;
	if (e->kind == XFER_ERROR)
		take_error(x, e->code);
	else if (e->kind == XFER_ACK && !x->terms.upload)
		take_ack(x, e->block, now_ms, act);
	else
		take_data(x, e->block, e->len, now_ms, act);
}

/* UDP may repeat and delay: a request that comes again to the transfer's port, an ACK
 * in an upload (LiteX sends ACK 0 for its OACK), the head of an ERROR.  None of these
 * says anything of the transfer. */
static bool
has_a_place(const struct xfer *x, const struct xfer_event *e)
{
	return e->kind == XFER_ERROR || e->kind == (x->terms.upload ? XFER_DATA : XFER_ACK);
}

void
xfer_input(struct xfer *x, const struct xfer_event *e, uint64_t now_ms, struct xfer_act *act)
{
	*act = (struct xfer_act){ .send = XFER_SEND_NOTHING };
	if (x->lingering) {
		linger(x, e, act);
		return;
	}
	if (x->end != XFER_RUNNING)
		return;
	switch (e->kind) {
	case XFER_TIMER:
		take_timer(x, e->mute, now_ms, act);
		break;
	case XFER_REFUSED:
		take_refusal(x);
		break;
	case XFER_REPEAT:
		if (!x->answered && !e->mute)
			send_again(x, now_ms, act);
		break;
	default:
		if (has_a_place(x, e))
			take_packet(x, e, now_ms, act);
	}
}

void
xfer_set_last(struct xfer *x, uint64_t block)
{
	x->terms.last = block;
	if (x->next > block + 1)
		x->next = block + 1;
}

void
xfer_fail(struct xfer *x)
{
	finish(x, XFER_FAILED);
	x->lingering = false;
}

uint64_t
xfer_deadline(const struct xfer *x)
{
	uint64_t end = x->heard_ms + x->terms.give_up_ms;

	if (x->lingering)
		return x->resend_ms;
	return x->resend_ms < end ? x->resend_ms : end;
}

bool
xfer_over(const struct xfer *x)
{
	return x->end != XFER_RUNNING && !x->lingering;
}
