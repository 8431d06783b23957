#include "tcp.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#define SEGMENT_MAX 65535
#define LOOPBACK_SEGMENT 16384 /* larger than on any link: jumbo frames hold 9,000 */
#define CALL_BBR 262144
#define UNSENT_MAX 524288 /* bytes in the kernel beyond what the network takes now */

static void
set_cork(struct tcp *t, int fd, int on)
{
	if (t->corked != on && setsockopt(fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on)) == 0)
		t->corked = on;
}

/* BBR paces its packets with a timer per connection.  On the loopback, where a segment
 * is large and nothing takes time, many downloads at once are half as fast if megabytes
 * wait behind that timer, as the kernel allows (so are many new connections of 1 MiB, sent
 * in one go); if very little waits, a single one is slower.  On a link, as with other
 * controls, a bound costs: 500 downloads at once make a third. */
static void
learn_control(struct tcp *t, int fd)
{
	char name[16] = ""; /* TCP_CA_NAME_MAX */
	socklen_t name_len = sizeof(name) - 1, len = sizeof(t->segment);
	int most = UNSENT_MAX;

	t->control = TCP_USUAL;
	if (getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &name_len) < 0 || strncmp(name, "bbr", 3) != 0 ||
	    getsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &t->segment, &len) < 0 || t->segment < LOOPBACK_SEGMENT ||
	    t->segment > SEGMENT_MAX)
		return;
	t->control = TCP_BBR_LOOPBACK;
	setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &most, sizeof(most));
}

/* The partial segment at the end of a call would go out alone and cost as much as a
 * whole one.  A cork keeps it for the next call, until the response ends.  On the loopback
 * BBR's pacing does not go with a cork, so there a call ends where a segment does. */
size_t
tcp_call(struct tcp *t, int fd, uint64_t sent, uint64_t left)
{
	if (left <= CALL_BBR + SEGMENT_MAX && !t->corked && t->control != TCP_BBR_LOOPBACK)
		return TCP_CALL_MAX + SEGMENT_MAX;
	if (t->control == TCP_UNKNOWN)
		learn_control(t, fd);
	if (t->control == TCP_USUAL && left <= TCP_CALL_MAX + SEGMENT_MAX && !t->corked)
		return TCP_CALL_MAX + SEGMENT_MAX;
	if (t->control == TCP_USUAL) {
		set_cork(t, fd, true);
		return TCP_CALL_MAX;
	}
	if (left <= CALL_BBR + SEGMENT_MAX)
		return CALL_BBR + SEGMENT_MAX;
	return CALL_BBR - (CALL_BBR + sent) % (unsigned)t->segment;
}

void
tcp_finish(struct tcp *t, int fd)
{
	set_cork(t, fd, false);
}
