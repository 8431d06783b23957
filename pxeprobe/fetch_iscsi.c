/* An iSCSI disk is looked at: the pure client of iscsi.h does the talking. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "fetch_iscsi.h"

/* Sends what is due, and takes what comes, until one side is silent for too long. */
static void
talk(const struct fetcher *f, int fd, struct iscsi *s, struct fetched *out)
{
	uint64_t until = clock_ms() + f->patience_ms;
	uint8_t bytes[2048];
	bool open = false;

	while (!iscsi_over(s)) {
		size_t len = open ? iscsi_output(s, bytes, sizeof(bytes)) : 0;
		ssize_t n;

		if (len && send(fd, bytes, len, MSG_NOSIGNAL) != (ssize_t)len)
			len = 0;
		if (lan_wait(f->lan, fd, open ? POLLIN : POLLOUT, until) == 0) {
			if (clock_ms() < until && !lan_stopped(f->lan))
				continue;
			fetch_fail(out, FAULT_ISCSI_NO_LUN, "%s port %u %s", out->from, s->path.port,
			    open ? "falls silent" : "stays silent");
			return;
		}
		n = recv(fd, bytes, sizeof(bytes), 0);
		if (n < 0 && (errno == EAGAIN || errno == ENOTCONN)) {
			open |= errno == EAGAIN;
			continue;
		}
		if (n <= 0) {
			fetch_fail(out, FAULT_ISCSI_NO_LUN, "%s port %u: %s", out->from, s->path.port,
			    n < 0 ? strerror(errno) : "the target closes the connection");
			return;
		}
		iscsi_input(s, bytes, (size_t)n);
	}
}

void
fetch_iscsi(const struct fetcher *f, struct iscsi *s, struct fetched *out)
{
	union fetch_addr to, own;
	uint64_t start = clock_ms();
	int fd;

	if (!fetch_resolve(f, s->path.host, &to)) {
		fetch_fail(out, FAULT_URI_NEEDS_DNS, "no DNS server knows the name %s", s->path.host);
		return;
	}
	fetch_addr_text(&to, out->from);
	if (!fetch_reach(f, &to, FAULT_ISCSI_NO_LUN, out))
		return;
	fetch_own(f, &own);
	*fetch_addr_port(&to) = htons(s->path.port);
	fd = socket(to.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, &own.any, fetch_addr_len(&own)) != 0 ||
	    (connect(fd, &to.any, fetch_addr_len(&to)) != 0 && errno != EINPROGRESS))
		fetch_fail(out, FAULT_ISCSI_NO_LUN, "%s port %u: %s", out->from, s->path.port, strerror(errno));
	else
		talk(f, fd, s, out);
	if (fd >= 0)
		close(fd);
	if (s->state == ISCSI_FAILED)
		fetch_fail(out, FAULT_ISCSI_NO_LUN, "%s", s->why);
	out->ms = clock_ms() - start;
}
