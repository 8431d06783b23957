/* What the parts of track.h share: track_table.c (who is who), track_dhcp.c,
 * track_tftp.c, track_http.c, track_verdict.c. */
#ifndef TRACK_PRIVATE_H
#define TRACK_PRIVATE_H

#include "track_table.h"

/* A packet, and whom to tell. */
struct seen {
	struct tracks *all;
	const struct packet *p;
	uint64_t us;
	const struct track_calls *calls;
};

void track_tell(const struct seen *e, struct track *s, struct step *step);
struct track *track_by_mac(struct tracks *all, const uint8_t mac[6]);
struct track *track_by_addr(struct tracks *all, uint32_t addr);
/* A place for this machine: its own, a free one, or the one that is longest
 * in use, whose attempt is then over. */
struct track *track_place(const struct seen *e, const uint8_t mac[6]);
/* Empties it for a new attempt of this machine. */
void track_begin(const struct seen *e, struct track *s, const uint8_t mac[6]);
void track_set_addr(struct tracks *all, struct track *s, uint32_t addr);

void track_dhcp(const struct seen *e);
void track_tftp(const struct seen *e);
void track_http(const struct seen *e);

/* A file is asked for; the steps of both protocols. */
void track_file_asked(const struct seen *e, struct track *s, const char *name);
void track_file_whole(const struct seen *e, struct track *s);
void track_file_failed(const struct seen *e, struct track *s, enum fault fault, const char *why);
/* Its first bytes. */
void track_file_begins(struct track *s, const uint8_t *bytes, size_t len);

#endif
