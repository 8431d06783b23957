/* What storm.c (the machines) and storm_report.c (their times) share. */
#ifndef STORM_PRIVATE_H
#define STORM_PRIVATE_H

#include <netinet/in.h>

#include "offer.h"
#include "storm.h"
#include "tftpget.h"

#define OFFERS 3              /* kept for each machine */

enum stage { IDLE, OFFER, ACK, REPLY, FILE_STAGE, STAGES };

struct machine {
	enum stage stage;
	struct identity id;
	uint32_t xid, addr, server_id;
	struct offer offer[OFFERS];
	size_t offers;
	struct choice choice;
	struct boot boot;
	int fd;
	bool probing, bound;
	struct sockaddr_in server;
	struct tftpget get;
	uint64_t began, sent, last_ok, retry;
};

/* Times of one step over all machines. */
struct times {
	uint32_t *ms;
	size_t n, size;
};

struct storm {
	const struct storm_want *want;
	struct machine *machine;
	unsigned slots, running, started, finished, failed;
	unsigned by_fault[FAULTS];
	char evidence[FAULTS][FINDING_TEXT];
	struct times times[STAGES];
	struct times whole;
	uint64_t bytes;
	uint32_t xid_base;
	int epoll;
};

void storm_note_time(struct times *t, uint64_t ms);
/* The times, the failures by fault, the verdict. */
void storm_say(struct storm *s, uint64_t ms);

#endif
