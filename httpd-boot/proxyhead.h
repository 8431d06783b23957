/*
 * The header with which a server in front, one for TLS above all, says whose connection
 * it passes on: haproxy's PROXY protocol, versions 1 and 2.  Pure.
 */
#ifndef PROXYHEAD_H
#define PROXYHEAD_H

#include <stddef.h>
#include <stdint.h>

#define PROXYHEAD_LINE 107 /* version 1: the longest line, with its CR LF (2.1) */

enum proxyhead_result {
	PROXYHEAD_OK,
	PROXYHEAD_MORE, /* it may be one: read on */
	PROXYHEAD_NONE, /* it is something else */
	PROXYHEAD_BAD
};

struct proxyhead {
	size_t len;          /* bytes that it takes up; the last ones of version 2 (TLVs) may be still to come */
	unsigned bits;       /* 32 or 128: what there is of an address; 0: none is told, the sender's own counts */
	uint8_t address[16]; /* network order */
	uint16_t port;
};

/* What the bytes begin with.  *out is set after PROXYHEAD_OK only. */
enum proxyhead_result proxyhead_parse(const void *bytes, size_t len, struct proxyhead *out);

#endif
