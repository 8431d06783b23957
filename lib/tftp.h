/*
 * TFTP packets (RFC 1350, 2347, 2348, 2349, 7440): bytes to a struct and
 * back.  Pure: what to do about them is the caller's.
 */
#ifndef TFTP_H
#define TFTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TFTP_PORT 69
#define TFTP_BLKSIZE 512   /* without the option (RFC 1350) */
#define TFTP_BLKSIZE_MIN 8 /* RFC 2348 */
#define TFTP_BLKSIZE_MAX 65464
#define TFTP_WINDOW_MAX 65535 /* RFC 7440 */
#define TFTP_HEADER 4         /* before the data of a DATA packet */

enum tftp_opcode { TFTP_RRQ = 1, TFTP_WRQ, TFTP_DATA, TFTP_ACK, TFTP_ERROR, TFTP_OACK };

enum tftp_code {
	TFTP_E_UNDEFINED = 0,
	TFTP_E_NOT_FOUND,
	TFTP_E_ACCESS,
	TFTP_E_DISK_FULL,
	TFTP_E_ILLEGAL,
	TFTP_E_UNKNOWN_TID,
	TFTP_E_EXISTS,
	TFTP_E_NO_USER,
	TFTP_E_OPTION
};

/* Options that a request or an OACK carries; `has` bits say which. */
enum tftp_has { TFTP_HAS_BLKSIZE = 1, TFTP_HAS_TSIZE = 2, TFTP_HAS_TIMEOUT = 4, TFTP_HAS_WINDOW = 8 };
struct tftp_options {
	unsigned has;
	uint32_t blksize; /* as asked: 8..65535 */
	uint64_t tsize;
	uint32_t timeout_s;  /* 1..255 (RFC 2349) */
	uint32_t windowsize; /* 1..65535 */
};

struct tftp_packet {
	enum tftp_opcode op;
	const char *name;            /* RRQ, WRQ: into the packet */
	bool netascii;               /* else octet */
	struct tftp_options options; /* RRQ, WRQ, OACK */
	bool trailing;               /* RRQ, WRQ: garbage behind the mode; no options then */
	uint16_t block;              /* DATA, ACK */
	const uint8_t *data;         /* DATA */
	size_t len;
	uint16_t code;       /* ERROR */
	const char *message; /* ERROR; "" when it is missing or unterminated */
};

enum tftp_error {
	TFTP_OK,
	TFTP_MALFORMED, /* too short, no such opcode, a string without its NUL */
	TFTP_BAD_MODE,  /* neither octet nor netascii (mail is obsolete) */
	TFTP_BAD_OPTION /* a known option with a value its RFC refuses */
};

/* Strings point into `bytes`.  Unknown options are passed over, so is a known
 * one with an empty value (iPXE's "multicast").  An option without its value or
 * a value without its NUL makes an OACK malformed; a request is then taken as
 * one without options, since some Apple Open Firmware sends garbage behind a
 * whole request (OpenBSD's tftpd serves it, too).  With TFTP_BAD_OPTION, *p is
 * filled but for that option, whose name is in p->message. */
enum tftp_error tftp_parse(const void *bytes, size_t len, struct tftp_packet *p);

/* Each returns the packet's length, 0 when it does not fit. */
size_t
tftp_write_request(enum tftp_opcode op, const char *name, const struct tftp_options *options, void *out, size_t size);
size_t tftp_write_oack(const struct tftp_options *options, void *out, size_t size);
size_t tftp_write_ack(uint16_t block, void *out, size_t size);
size_t tftp_write_error(uint16_t code, const char *message, void *out, size_t size);
/* The 4 bytes before a DATA packet's data. */
size_t tftp_write_data_header(uint16_t block, void *out, size_t size);

#endif
