#include "iscsi.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num.h"
#include "wire.h"

/* RFC 7143, 11 */
enum {
	HEADER = 48,
	IMMEDIATE = 0x40,
	LOGIN_REQUEST = 0x03,
	SCSI_COMMAND = 0x01,
	LOGIN_RESPONSE = 0x23,
	SCSI_RESPONSE = 0x21,
	DATA_IN = 0x25,
	REJECT = 0x3f,
	FINAL = 0x80, /* of a command; of a login: on to the next phase */
	READS = 0x40,
	SIMPLE = 1,
	WITH_STATUS = 0x01
};

/* SCSI (SPC-4, SBC-3) */
enum {
	READ_CAPACITY = 0x25,
	READ_BLOCKS = 0x28,
	CHECK_CONDITION = 2,
	UNIT_ATTENTION = 6,
	NO_SUCH_COMMAND = 0x20,
	NO_SUCH_LUN = 0x25,
	NO_MEDIUM = 0x3a
};

#define ROUNDS 16 /* requests, until it is in earnest */

static void fails(struct iscsi *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
fails(struct iscsi *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->why, sizeof(s->why), fmt, ap);
	va_end(ap);
	s->state = ISCSI_FAILED;
	s->due = false;
}

/* ---- root paths -------------------------------------------------------------- */

/* "1", or groups of four hexadecimal digits: "0001-0000-0000-0000". */
static bool
parse_lun(const char *text, size_t len, struct iscsi_path *out)
{
	const char *end = text + len;

	memset(out->lun, 0, sizeof(out->lun));
	snprintf(out->lun_text, sizeof(out->lun_text), "%.*s", len ? (int)len : 1, len ? text : "0");
	for (size_t i = 0; len && i < sizeof(out->lun); i += 2) {
		char *stop;
		unsigned long group = strtoul(text, &stop, 16);

		if (stop == text || stop > end || group > 0xffff || *text == '-')
			return false;
		out->lun[i] = (uint8_t)(group >> 8);
		out->lun[i + 1] = (uint8_t)group;
		if (stop == end)
			return true;
		if (*stop != '-')
			return false;
		text = stop + 1;
	}
	return len == 0;
}

/* The next part, up to a colon; false when there is none. */
static bool
next_part(const char **at, const char **part, size_t *len)
{
	const char *colon = strchr(*at, ':');

	if (!colon)
		return false;
	*part = *at;
	*len = (size_t)(colon - *at);
	*at = colon + 1;
	return true;
}

bool
iscsi_path_parse(const char *root_path, struct iscsi_path *out)
{
	const char *at = root_path + 6, *part, *close;
	char number[8];
	size_t len;
	uint64_t port = ISCSI_PORT;

	memset(out, 0, sizeof(*out));
	if (strncmp(root_path, "iscsi:", 6) != 0)
		return false;
	/* "iscsi://SERVER/" is no such path, though people write it. */
	close = at[0] == '[' ? strchr(at, ']') : NULL;
	if (close && close[1] == ':') {
		snprintf(out->host, sizeof(out->host), "%.*s", (int)(close + 1 - at), at);
		at = close + 2;
	} else if (!next_part(&at, &part, &len) || len == 0 || len >= sizeof(out->host) || part[0] == '/') {
		return false;
	} else {
		snprintf(out->host, sizeof(out->host), "%.*s", (int)len, part);
	}
	if (!next_part(&at, &part, &len) || !next_part(&at, &part, &len) || len >= sizeof(number))
		return false;
	snprintf(number, sizeof(number), "%.*s", (int)len, part);
	if (len && !num_uint(number, 1, 65535, &port))
		return false;
	out->port = (uint16_t)port;
	if (!next_part(&at, &part, &len) || len > 19 || !parse_lun(part, len, out))
		return false;
	len = strlen(at);
	if (len == 0 || len >= sizeof(out->target))
		return false;
	memcpy(out->target, at, len);
	return true;
}

/* ---- what goes out ----------------------------------------------------------- */

void
iscsi_start(struct iscsi *s, const struct iscsi_path *path, const char *initiator)
{
	memset(s, 0, sizeof(*s));
	s->path = *path;
	snprintf(s->initiator, sizeof(s->initiator), "%s", initiator);
	s->due = true;
	s->task = s->command = 1;
}

/* A header up to the numbers that every request has; `kind` is its opcode and its flags. */
static void
write_header(const struct iscsi *s, struct wr *w, unsigned kind, size_t data, const uint8_t mid[8])
{
	wr_u16(w, (uint16_t)kind);
	wr_u16(w, 0);
	wr_u32(w, (uint32_t)data);
	wr_bytes(w, mid, 8);
	wr_u32(w, s->task);
}

/* A login request: the phase that it is in, on to the next one. */
static void
write_login(const struct iscsi *s, struct wr *w)
{
	/* An identifier said to be at random (RFC 7143, 11.12.5), and no session's number yet. */
	static const uint8_t mid[8] = { 0x80, 0x50, 0x58, 0x45 };
	bool security = s->state == ISCSI_SECURITY;
	char text[2 * ISCSI_NAME + 256];
	size_t len;

	if (security)
		len = (size_t)snprintf(text, sizeof(text),
		    "InitiatorName=%s\nTargetName=%s\nSessionType=Normal\nAuthMethod=None\n", s->initiator,
		    s->path.target);
	else
		len = (size_t)snprintf(text, sizeof(text),
		    "HeaderDigest=None\nDataDigest=None\nMaxConnections=1\nInitialR2T=Yes\nImmediateData=No\n"
		    "MaxRecvDataSegmentLength=8192\nMaxBurstLength=262144\nDefaultTime2Wait=0\n"
		    "DefaultTime2Retain=0\nMaxOutstandingR2T=1\nDataPDUInOrder=Yes\nDataSequenceInOrder=Yes\n"
		    "ErrorRecoveryLevel=0\n");
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\n')
			text[i] = '\0';
	write_header(s, w, (IMMEDIATE | LOGIN_REQUEST) << 8 | FINAL | (security ? 0 << 2 | 1 : 1 << 2 | 3), len, mid);
	wr_u32(w, 0);
	wr_u32(w, s->command);
	wr_u32(w, s->status);
	wr_reserve(w, 16);
	wr_bytes(w, text, len);
	wr_reserve(w, (4 - len % 4) % 4);
}

static void
write_command(const struct iscsi *s, struct wr *w)
{
	bool first = s->state == ISCSI_FIRST;
	const uint8_t cdb[16] = { first ? READ_BLOCKS : READ_CAPACITY, [8] = first };

	write_header(s, w, SCSI_COMMAND << 8 | FINAL | READS | SIMPLE, 0, s->path.lun);
	wr_u32(w, first ? s->block_size : 8);
	wr_u32(w, s->command);
	wr_u32(w, s->status);
	wr_bytes(w, cdb, sizeof(cdb));
}

size_t
iscsi_output(struct iscsi *s, uint8_t *out, size_t size)
{
	struct wr w = wr_open(out, size);

	if (!s->due || iscsi_over(s))
		return 0;
	if (s->rounds++ == ROUNDS) {
		fails(s, "the target answers, and comes to no end");
		return 0;
	}
	s->due = false;
	if (s->state <= ISCSI_OPERATIONAL)
		write_login(s, &w);
	else
		write_command(s, &w);
	return w.full ? 0 : wr_len(&w);
}

bool
iscsi_over(const struct iscsi *s)
{
	return s->state >= ISCSI_THERE;
}

/* ---- what comes in ----------------------------------------------------------- */

static uint32_t
be32(const uint8_t *p)
{
	struct rd r = rd_open(p, 4);

	return rd_u32(&r);
}

/* RFC 7143, 11.13.5 */
static void
login_refused(struct iscsi *s, unsigned class, unsigned detail)
{
	if (class == 2 && detail == 1)
		s->state = ISCSI_CHAP;
	else if (class == 2 && detail == 2)
		fails(s, "the target does not admit %.100s", s->initiator);
	else if (class == 2 && detail == 3)
		fails(s, "there is no target %.120s", s->path.target);
	else if (class == 1)
		fails(s, "the target has moved, which is not followed");
	else
		fails(s, "the target refuses the login: status %02x%02x", class, detail);
}

static bool
wants_password(const uint8_t *data, size_t len)
{
	return len >= 15 && memmem(data, len, "AuthMethod=CHAP", 15);
}

static void
take_login(struct iscsi *s, const uint8_t *h, const uint8_t *data, size_t len)
{
	bool on = h[1] & FINAL;
	unsigned next = h[1] & 3;

	s->due = true;
	s->status = be32(h + 24) + 1;
	if (h[36])
		login_refused(s, h[36], h[37]);
	else if (wants_password(data, len))
		s->state = ISCSI_CHAP;
	else if (on && next == 3)
		s->state = ISCSI_CAPACITY, s->task++;
	else if (on && next == 1)
		s->state = ISCSI_OPERATIONAL;
	if (iscsi_over(s))
		s->due = false;
}

/* The command failed: the sense data say why (SPC-4, 4.5). */
static void
take_sense(struct iscsi *s, unsigned status, const uint8_t *data, size_t len)
{
	struct rd r = rd_open(data, len), sense;
	size_t n = len ? rd_u16(&r) : 0;
	unsigned key = 0, code = 0, form;

	sense = rd_sub(&r, n < rd_left(&r) ? n : rd_left(&r));
	form = rd_u8(&sense) & 0x7f;
	if (form >= 0x72) {
		key = rd_u8(&sense) & 15;
		code = rd_u8(&sense);
	} else {
		rd_u8(&sense);
		key = rd_u8(&sense) & 15;
		rd_take(&sense, 9);
		code = rd_u8(&sense);
	}
	if (status == CHECK_CONDITION && key == UNIT_ATTENTION && !sense.bad)
		s->due = true; /* it has come to life since; once more */
	else if (status == CHECK_CONDITION && code == NO_SUCH_LUN)
		fails(s, "the target has no LUN %s", s->path.lun_text);
	else if (status == CHECK_CONDITION && code == NO_SUCH_COMMAND)
		fails(s, "its LUN %s is no disk", s->path.lun_text);
	else if (status == CHECK_CONDITION && code == NO_MEDIUM)
		fails(s, "its LUN %s has no disk in it", s->path.lun_text);
	else
		fails(s, "its LUN %s answers with SCSI status %02x, sense key %x, code %02x", s->path.lun_text, status,
		    key, code);
}

/* A command is done, with this in hand. */
static void
command_done(struct iscsi *s)
{
	if (s->state == ISCSI_FIRST) {
		s->has_boot_sector = s->block[510] == 0x55 && s->block[511] == 0xaa;
		s->state = ISCSI_THERE;
		return;
	}
	s->blocks = (uint64_t)be32(s->block) + 1;
	s->block_size = be32(s->block + 4);
	if (s->block_size < sizeof(s->block) || s->block_size > 8192) {
		fails(s, "its LUN %s has blocks of %u bytes", s->path.lun_text, s->block_size);
		return;
	}
	s->state = ISCSI_FIRST;
	s->due = true;
}

static void
take_data(struct iscsi *s, const uint8_t *h, const uint8_t *data, size_t len)
{
	uint32_t at = be32(h + 40);

	for (size_t i = 0; i < len && at < sizeof(s->block); i++)
		s->block[at++] = data[i];
}

static void
take_answer(struct iscsi *s, const uint8_t *h, const uint8_t *data, size_t len)
{
	unsigned opcode = h[0] & 0x3f;
	bool with_status = opcode == SCSI_RESPONSE || (opcode == DATA_IN && h[1] & WITH_STATUS);

	if (opcode == REJECT)
		fails(s, "the target rejects a request: reason %02x", h[2]);
	if (opcode == DATA_IN)
		take_data(s, h, data, len);
	if (!with_status || be32(h + 16) != s->task)
		return;
	s->status = be32(h + 24) + 1;
	s->task++;
	s->command++;
	if (h[3] != 0 || (opcode == SCSI_RESPONSE && h[2] != 0))
		take_sense(s, h[3], opcode == SCSI_RESPONSE ? data : NULL, opcode == SCSI_RESPONSE ? len : 0);
	else
		command_done(s);
}

/* A packet is whole. */
static void
take_pdu(struct iscsi *s, size_t ahs, size_t len)
{
	const uint8_t *h = s->in, *data = s->in + HEADER + ahs;
	bool login = (h[0] & 0x3f) == LOGIN_RESPONSE;

	if (s->state <= ISCSI_OPERATIONAL && login)
		take_login(s, h, data, len);
	else if (s->state <= ISCSI_OPERATIONAL || login)
		fails(s, "what answers is no iSCSI target");
	else
		take_answer(s, h, data, len);
}

void
iscsi_input(struct iscsi *s, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	while (len-- > 0 && !iscsi_over(s)) {
		size_t ahs, data;

		s->in[s->have++] = *p++;
		if (s->have < HEADER)
			continue;
		ahs = s->in[4] * 4u;
		data = (size_t)s->in[5] << 16 | (size_t)s->in[6] << 8 | s->in[7];
		if (data > 8192)
			fails(s, "what answers is no iSCSI target");
		else if (s->have == HEADER + ahs + ((data + 3) & ~(size_t)3)) {
			take_pdu(s, ahs, data);
			s->have = 0;
		}
	}
}
