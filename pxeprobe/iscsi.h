/*
 * iSCSI as a machine's firmware begins it (RFC 7143): a login to the target that a root path
 * names (RFC 4173), then the size of the disk and its first block.  Pure: bytes in, bytes out.
 */
#ifndef ISCSI_H
#define ISCSI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ISCSI_PORT 3260
#define ISCSI_NAME 224 /* of a target or an initiator (RFC 7143, 4.2.7.1), with a NUL */
#define ISCSI_PDU (48 + 255 * 4 + 8192)
#define ISCSI_WHY 160

/* "iscsi:SERVER:PROTOCOL:PORT:LUN:TARGET"; all but the server and the target may be empty. */
struct iscsi_path {
	char host[256]; /* an IPv6 address has brackets */
	uint16_t port;
	uint8_t lun[8]; /* as it goes on the wire */
	char lun_text[24];
	char target[ISCSI_NAME];
};
bool iscsi_path_parse(const char *root_path, struct iscsi_path *out);

enum iscsi_state {
	ISCSI_SECURITY, /* the login's two phases */
	ISCSI_OPERATIONAL,
	ISCSI_CAPACITY, /* how large is the disk? */
	ISCSI_FIRST,    /* its first block */
	ISCSI_THERE,    /* the end: there is a disk */
	ISCSI_CHAP,     /* the end: the target wants a password */
	ISCSI_FAILED    /* the end: see why */
};

struct iscsi {
	enum iscsi_state state;
	struct iscsi_path path;
	char initiator[ISCSI_NAME];
	char why[ISCSI_WHY];
	uint64_t blocks; /* of the disk */
	uint32_t block_size;
	bool has_boot_sector; /* its first block ends as one does */
	bool due;             /* a request is to be sent */
	unsigned rounds;      /* requests sent */
	uint32_t task, command, status;
	uint8_t block[512];
	size_t have; /* of the packet that comes in */
	uint8_t in[ISCSI_PDU];
};

void iscsi_start(struct iscsi *s, const struct iscsi_path *path, const char *initiator);
/* The next request, its length; 0: nothing to send now. */
size_t iscsi_output(struct iscsi *s, uint8_t *out, size_t size);
/* Takes bytes in; look at state and call iscsi_output then. */
void iscsi_input(struct iscsi *s, const void *bytes, size_t len);
bool iscsi_over(const struct iscsi *s);

#endif
