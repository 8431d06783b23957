/* What the parts of sight.h share: sight.c (who is who), sight_dhcp.c,
 * sight_tftp.c, sight_http.c, sight_verdict.c. */
#ifndef TRACK_PRIVATE_H
#define TRACK_PRIVATE_H

#include "track.h"

/* A packet, and whom to tell. */
struct seen {
	struct sights *all;
	const struct packet *p;
	uint64_t us;
	const struct sight_calls *calls;
};

void sight_tell(const struct seen *e, struct sight *s, struct step *step);
struct sight *sight_by_mac(struct sights *all, const uint8_t mac[6]);
struct sight *sight_by_addr(struct sights *all, uint32_t addr);
/* A place for this machine: its own, a free one, or the one that is longest
 * in use, whose attempt is then over. */
struct sight *sight_place(const struct seen *e, const uint8_t mac[6]);
/* Empties it for a new attempt of this machine. */
void sight_begin(const struct seen *e, struct sight *s, const uint8_t mac[6]);
void sight_set_addr(struct sights *all, struct sight *s, uint32_t addr);

void sight_dhcp(const struct seen *e);
void sight_tftp(const struct seen *e);
void sight_http(const struct seen *e);

/* A file is asked for; the steps of both protocols. */
void sight_file_asked(const struct seen *e, struct sight *s, const char *name);
void sight_file_whole(const struct seen *e, struct sight *s);
void sight_file_failed(const struct seen *e, struct sight *s, enum fault fault, const char *why);
/* Its first bytes. */
void sight_file_begins(struct sight *s, const uint8_t *bytes, size_t len);

#endif
