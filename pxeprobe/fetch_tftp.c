/* TFTP on a socket: the pure client of tftpget.h does the talking. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "fetch.h"
#include "num.h"
#include "gso.h"
#include "tftp.h"
#include "tftpget.h"

#define RETRY_MS 1000

/* One transfer: its socket, and the server's port once it has chosen one. */
struct transfer {
	const struct fetcher *f;
	struct fetched *out;
	struct tftpget get;
	int fd;
	union fetch_addr server, stray; /* stray: another address that answered, */
	bool strayed;                   /* if one did */
	bool bound;                     /* the server's port is known */
	int icmp;                       /* what ICMP says of our packets, as errno; 0: nothing */
};

static void
send_out(struct transfer *t)
{
	if (t->get.out_len)
		sendto(t->fd, t->get.out, t->get.out_len, 0, &t->server.any, fetch_addr_len(&t->server));
}

/* Takes in what has come; GET_IGNORE when that is nothing of this transfer. */
static enum tftpget_event
receive_data(struct transfer *t)
{
	static uint8_t packet[65536];
	union fetch_addr from = { 0 };
	socklen_t from_len = sizeof(from);
	ssize_t n = recvfrom(t->fd, packet, sizeof(packet), 0, &from.any, &from_len);
	enum tftpget_event e = GET_IGNORE;
	size_t size;

	if (n < 0 && errno != EAGAIN)
		t->icmp = errno;
	while (n < 0 && recv(t->fd, packet, sizeof(packet), MSG_ERRQUEUE) >= 0)
		;
	if (n < 0)
		return GET_IGNORE;
	if (!fetch_addr_same(&from, &t->server)) {
		t->stray = from;
		t->strayed = true;
		return GET_IGNORE;
	}
	/* RFC 1350, 4: the port that it first came from. */
	if (!t->bound)
		*fetch_addr_port(&t->server) = *fetch_addr_port(&from);
	t->bound = true;
	if (*fetch_addr_port(&from) != *fetch_addr_port(&t->server))
		return GET_IGNORE;
	for (size_t at = 0; at < (size_t)n; at += size) {
		if (e == GET_SEND)
			send_out(t);
		size = gso_first(t->get.blksize, packet + at, (size_t)n - at);
		e = tftpget_input(&t->get, packet + at, size);
		if (t->get.len)
			fetch_take(t->out, t->get.data, t->get.len);
		if (e == GET_FAILED || e == GET_DONE)
			break;
	}
	return e;
}

/* Nothing more comes: says what that looks like. */
static void
note_silence(struct transfer *t)
{
	char stray[INET6_ADDRSTRLEN];
	unsigned port = ntohs(*fetch_addr_port(&t->server));

	if (t->strayed && !t->bound)
		fetch_fail(t->out, FAULT_WRONG_SOURCE, "asked %s, answered by %s", t->out->from,
		    fetch_addr_text(&t->stray, stray));
	else if (t->get.started)
		fetch_fail(t->out, FAULT_TFTP_NO_ANSWER, "%s fell silent after %llu bytes%s", t->out->from,
		    (unsigned long long)t->get.bytes, t->icmp == ECONNREFUSED ? ": its port is closed now" : "");
	else if (t->icmp == ECONNREFUSED)
		fetch_fail(t->out, FAULT_TFTP_NO_ANSWER, "%s is there, but nothing listens on UDP port %u",
		    t->out->from, port);
	else if (t->icmp)
		fetch_fail(t->out, FAULT_TFTP_NO_ANSWER, "%s port %u: %s", t->out->from, port, strerror(t->icmp));
	else
		fetch_fail(t->out, FAULT_TFTP_NO_ANSWER, "%s port %u stays silent", t->out->from, port);
}

static bool
run_read(struct transfer *t)
{
	uint64_t now = clock_ms(), begun = now, last = now + t->f->patience_ms, again = now + RETRY_MS;
	enum tftpget_event e = GET_IGNORE;

	send_out(t);
	for (;;) {
		now = clock_ms();
		if (now >= last || t->icmp || lan_stopped(t->f->lan)) {
			note_silence(t);
			return false;
		}
		if (fetch_is_endless(t->f, now - begun, t->get.bytes, t->get.has_size ? t->get.size : 0)) {
			fetch_fail(t->out, FAULT_TFTP_NO_ANSWER, "%s: %llu bytes in %llu s and no end in sight",
			    t->out->from, (unsigned long long)t->get.bytes, (unsigned long long)(now - begun) / 1000);
			return false;
		}
		if (now >= again) {
			send_out(t);
			again = now + RETRY_MS;
		}
		if (lan_wait(t->f->lan, t->fd, POLLIN, again < last ? again : last) == 0)
			continue;
		e = receive_data(t);
		if (e == GET_IGNORE)
			continue;
		if (e == GET_FAILED)
			return false;
		send_out(t);
		if (e == GET_DONE)
			return true;
		again = clock_ms() + RETRY_MS;
		last = clock_ms() + t->f->patience_ms;
	}
}

static void
note_failure(struct transfer *t)
{
	struct fetched *out = t->out;

	if (out->fault == FAULT_NONE)
		fetch_fail(out, t->get.fault,
		    t->get.error || t->get.fault == FAULT_BOOTFILE_NOT_FOUND ? "%s says: error %u, %s" : "%s: %.0u%s",
		    out->from, t->get.error, t->get.message);
	out->not_there = out->fault == FAULT_BOOTFILE_NOT_FOUND;
}

/* One request with a socket of its own, as clients do it. */
static bool
read_once(struct transfer *t, const struct url *u, bool probe, bool plain)
{
	union fetch_addr local;
	int one = 1;
	bool ok = false, six = t->f->six;

	fetch_own(t->f, &local);
	*fetch_addr_port(&t->server) = htons(u->port ? u->port : TFTP_PORT);
	t->bound = false;
	if (!tftpget_start(&t->get, t->f->tftp, u->path, probe, plain)) {
		fetch_fail(t->out, FAULT_URI_UNFIT, "the name is too long");
		return false;
	}
	t->fd = socket(six ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	/* IP_RECVERR: otherwise ICMP is told to connected sockets alone. */
	if (t->fd < 0 ||
	    setsockopt(t->fd, six ? IPPROTO_IPV6 : IPPROTO_IP, six ? IPV6_RECVERR : IP_RECVERR, &one, sizeof(one)) !=
	        0 ||
	    bind(t->fd, &local.any, fetch_addr_len(&local)) != 0)
		fetch_fail(t->out, FAULT_TFTP_NO_ANSWER, "no socket on this host");
	else
		ok = run_read(t);
	/* The last packet leaves before anything else does. */
	if (ok)
		lan_pump(t->f->lan);
	if (t->fd >= 0)
		close(t->fd);
	return ok;
}

/* Do full blocks get lost where small ones arrive? */
static void
try_small(struct transfer *t, const struct url *u)
{
	char why[FETCH_TEXT];
	struct fetched small = { .keep = 0 };
	struct transfer again = { .f = t->f, .out = &small, .server = t->server };

	if (t->out->fault != FAULT_TFTP_NO_ANSWER || !t->get.started || t->get.bytes || t->get.blksize <= TFTP_BLKSIZE)
		return;
	memcpy(small.from, t->out->from, sizeof(small.from));
	if (read_once(&again, u, false, true)) {
		snprintf(
		    why, sizeof(why), "blocks of %u bytes from %s get lost, 512 arrive", t->get.blksize, t->out->from);
		fetch_fail(t->out, FAULT_BLKSIZE_OVER_MTU, "%s", why);
	}
}

void
fetch_tftp(const struct fetcher *f, const struct url *u, struct fetched *out)
{
	struct transfer t = { .f = f, .out = out, .fd = -1 };

	if (!fetch_resolve(f, u->host, &t.server)) {
		fetch_fail(out, FAULT_URI_NEEDS_DNS, "no DNS server knows the name %s", u->host);
		return;
	}
	fetch_addr_text(&t.server, out->from);
	if (!fetch_reach(f, &t.server, FAULT_TFTP_NO_ANSWER, out))
		return;
	if (f->tftp->probe && !read_once(&t, u, true, false)) {
		note_failure(&t);
		return;
	}
	out->has_size = t.get.has_size;
	out->size = t.get.size;
	if (!read_once(&t, u, false, false)) {
		note_failure(&t);
		try_small(&t, u);
		return;
	}
	if (t.get.has_size) {
		out->has_size = true;
		out->size = t.get.size;
	}
	snprintf(out->how, sizeof(out->how), "blksize %u, window %u", t.get.blksize, t.get.window);
	if (out->has_size && out->size != out->bytes)
		fetch_flaw(out, FAULT_TFTP_ERROR, "tsize said %llu, %llu bytes came", (unsigned long long)out->size,
		    (unsigned long long)out->bytes);
}
