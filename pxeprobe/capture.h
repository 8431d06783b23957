/* Reads frames from an interface or a capture file.  The only user of libpcap. */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CAPTURE_ERROR 320
#define CAPTURE_SNAP 65535 /* bytes of a frame: receive offload hands up more than the MTU */

struct capture;

struct capture_frame {
	const uint8_t *bytes; /* until the next call */
	size_t len;
	uint64_t us;    /* when it was seen; the clock of the capture */
	int link;       /* DLT_ value, for packet_read */
	bool offloaded; /* its checksum was left to a card; not known of libpcap's frames */
};

/* Opens an interface: promiscuous, non-blocking, for incoming frames only
 * unless `both`.  NULL on failure, with a sentence in `error`. */
struct capture_want {
	const char *ifname, *filter;
	bool both;
	bool bulk;   /* for many thousand frames a second; Ethernet, incoming only */
	bool tagged; /* in bulk: frames with a VLAN tag, too */
};
struct capture *capture_open(const struct capture_want *want, char error[CAPTURE_ERROR]);
/* Are these the first bytes of a capture, or of one that gzip has compressed? */
bool capture_begins_with(const uint8_t bytes[4]);
/* Opens a pcap or pcapng file, or the text of tcpdump -x, compressed with gzip or not. */
struct capture *capture_file(const char *path, char error[CAPTURE_ERROR]);
void capture_close(struct capture *c);

int capture_fd(const struct capture *c);   /* to poll for reading */
int capture_link(const struct capture *c); /* its DLT_ value */
/* -1 with errno.  In bulk, frames may wait for capture_flush. */
int capture_send(struct capture *c, const void *frame, size_t len);
void capture_flush(struct capture *c);
/* Frames lost because they came faster than they were read: in bulk since the last call,
 * else since the capture was opened. */
uint64_t capture_lost(struct capture *c);
/* 1: a frame; 0: none now; -1: the end of the file, or failed (capture_why). */
int capture_next(struct capture *c, struct capture_frame *out);
const char *capture_why(struct capture *c);
/* True if the file ended where a frame does. */
bool capture_ended(const struct capture *c);

#endif
