#include "tftp.h"

#include <string.h>
#include <strings.h>

#include "num.h"
#include "wire.h"

/* ---- reading ----------------------------------------------------------- */

/* The options of RFC 2348, 2349 and 7440 and what their values may be.  A
 * blksize above 65464 is only asking for more than we give (RFC 2348 lets the
 * server answer with less). */
static const struct {
	const char *name;
	enum tftp_has bit;
	uint64_t lo, hi;
} options[] = {
	{ "blksize", TFTP_HAS_BLKSIZE, TFTP_BLKSIZE_MIN, 65535 },
	{ "tsize", TFTP_HAS_TSIZE, 0, UINT64_MAX },
	{ "timeout", TFTP_HAS_TIMEOUT, 1, 255 },
	{ "windowsize", TFTP_HAS_WINDOW, 1, TFTP_WINDOW_MAX },
};

static enum tftp_error
read_option(const char *name, const char *value, struct tftp_options *o)
{
	uint64_t number;

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (strcasecmp(options[i].name, name) != 0)
			continue;
		if (*value == '\0' || (o->has & options[i].bit))
			return TFTP_OK; /* the first one counts (RFC 2347) */
		if (!num_uint(value, options[i].lo, options[i].hi, &number))
			return TFTP_BAD_OPTION;
		o->has |= options[i].bit;
		switch (options[i].bit) {
		case TFTP_HAS_BLKSIZE:
			o->blksize = (uint32_t)number;
			break;
		case TFTP_HAS_TSIZE:
			o->tsize = number;
			break;
		case TFTP_HAS_TIMEOUT:
			o->timeout_s = (uint32_t)number;
			break;
		case TFTP_HAS_WINDOW:
			o->windowsize = (uint32_t)number;
			break;
		}
	}
	return TFTP_OK;
}

static enum tftp_error
read_tftp_options(struct rd *r, struct tftp_packet *p)
{
	enum tftp_error result = TFTP_OK;

	while (rd_left(r) > 0) {
		const char *name = rd_cstr(r), *value;

		/* some clients pad the request with NULs */
		if (name && *name == '\0')
			continue;
		value = name ? rd_cstr(r) : NULL;
		if (!value)
			return TFTP_MALFORMED;
		if (read_option(name, value, &p->options) != TFTP_OK && result == TFTP_OK) {
			result = TFTP_BAD_OPTION;
			p->message = name;
		}
	}
	return result;
}

static enum tftp_error
read_request(struct rd *r, struct tftp_packet *p)
{
	const char *mode;
	enum tftp_error result;

	p->name = rd_cstr(r);
	mode = p->name ? rd_cstr(r) : NULL;
	if (!mode)
		return TFTP_MALFORMED;
	p->netascii = strcasecmp(mode, "netascii") == 0;
	if (!p->netascii && strcasecmp(mode, "octet") != 0)
		return TFTP_BAD_MODE;
	result = read_tftp_options(r, p);
	if (result != TFTP_MALFORMED)
		return result;
	p->options = (struct tftp_options){ .has = 0 };
	p->message = "";
	p->trailing = true;
	return TFTP_OK;
}

enum tftp_error
tftp_parse(const void *bytes, size_t len, struct tftp_packet *p)
{
	struct rd r = rd_open(bytes, len);
	uint16_t op = rd_u16(&r);

	*p = (struct tftp_packet){ .op = (enum tftp_opcode)op, .message = "" };
	switch (op) {
	case TFTP_RRQ:
	case TFTP_WRQ:
		return read_request(&r, p);
	case TFTP_OACK:
		return read_tftp_options(&r, p);
	case TFTP_DATA:
		p->block = rd_u16(&r);
		p->len = rd_left(&r);
		p->data = rd_take(&r, p->len);
		break;
	case TFTP_ACK:
		p->block = rd_u16(&r);
		break;
	case TFTP_ERROR:
		p->code = rd_u16(&r);
		if (!r.bad) {
			const char *text = rd_cstr(&r);

			p->message = text ? text : "";
			return TFTP_OK;
		}
		break;
	default:
		return TFTP_MALFORMED;
	}
	return r.bad ? TFTP_MALFORMED : TFTP_OK;
}

/* ---- writing ----------------------------------------------------------- */

static size_t
finished(const struct wr *w)
{
	return w->full ? 0 : wr_len(w);
}

static void
put_option(struct wr *w, const char *name, uint64_t value)
{
	wr_cstr(w, name);
	wr_decimal(w, value);
	wr_u8(w, 0);
}

static void
put_options(struct wr *w, const struct tftp_options *o)
{
	if (o->has & TFTP_HAS_TSIZE)
		put_option(w, "tsize", o->tsize);
	if (o->has & TFTP_HAS_BLKSIZE)
		put_option(w, "blksize", o->blksize);
	if (o->has & TFTP_HAS_TIMEOUT)
		put_option(w, "timeout", o->timeout_s);
	if (o->has & TFTP_HAS_WINDOW)
		put_option(w, "windowsize", o->windowsize);
}

size_t
tftp_write_request(enum tftp_opcode op, const char *name, const struct tftp_options *o, void *out, size_t size)
{
	struct wr w = wr_open(out, size);

	wr_u16(&w, (uint16_t)op);
	wr_cstr(&w, name);
	wr_cstr(&w, "octet");
	put_options(&w, o);
	return finished(&w);
}

size_t
tftp_write_oack(const struct tftp_options *o, void *out, size_t size)
{
	struct wr w = wr_open(out, size);

	wr_u16(&w, TFTP_OACK);
	put_options(&w, o);
	return finished(&w);
}

size_t
tftp_write_ack(uint16_t block, void *out, size_t size)
{
	struct wr w = wr_open(out, size);

	wr_u16(&w, TFTP_ACK);
	wr_u16(&w, block);
	return finished(&w);
}

size_t
tftp_write_error(uint16_t code, const char *message, void *out, size_t size)
{
	struct wr w = wr_open(out, size);

	wr_u16(&w, TFTP_ERROR);
	wr_u16(&w, code);
	wr_cstr(&w, message);
	return finished(&w);
}

size_t
tftp_write_data_header(uint16_t block, void *out, size_t size)
{
	struct wr w = wr_open(out, size);

	wr_u16(&w, TFTP_DATA);
	wr_u16(&w, block);
	return finished(&w);
}
