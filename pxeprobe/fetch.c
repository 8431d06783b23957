#include "fetch.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "dns.h"
#include "num.h"

#define DNS_TRY_MS 1000
#define SLOWEST_PER_MS 125 /* bytes: 1 Mbit/s */

void
fetch_take(struct fetched *f, const void *bytes, size_t len)
{
	size_t part = f->keep - f->kept < len ? f->keep - f->kept : len;

	f->bytes += len;
	if (part == 0)
		return;
	if (f->kept + part + 1 > f->room) {
		size_t room = (f->kept + part + 1) * 2;
		uint8_t *more = realloc(f->data, room);

		if (!more) {
			f->keep = f->kept;
			return;
		}
		f->data = more;
		f->room = room;
	}
	memcpy(f->data + f->kept, bytes, part);
	f->kept += part;
	f->data[f->kept] = '\0';
}

void
fetch_fail(struct fetched *f, enum fault fault, const char *fmt, ...)
{
	va_list ap;

	f->fault = fault;
	va_start(ap, fmt);
	vsnprintf(f->why, sizeof(f->why), fmt, ap);
	va_end(ap);
}

/* Each fault once. */
static void __attribute__((format(printf, 4, 0)))
add_flaw(struct fetched *f, enum fault fault, bool warning, const char *fmt, va_list ap)
{
	for (size_t i = 0; i < f->flaws; i++)
		if (f->flaw[i].fault == fault)
			return;
	if (f->flaws == FETCH_FAULTS)
		return;
	f->flaw[f->flaws].fault = fault;
	f->flaw[f->flaws].warning = warning;
	vsnprintf(f->flaw[f->flaws++].why, FETCH_TEXT, fmt, ap);
}

void
fetch_flaw(struct fetched *f, enum fault fault, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_flaw(f, fault, fault_text(fault)->warning, fmt, ap);
	va_end(ap);
}

void
fetch_warn(struct fetched *f, enum fault fault, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_flaw(f, fault, true, fmt, ap);
	va_end(ap);
}

void
fetch_free(struct fetched *f)
{
	free(f->data);
	f->data = NULL;
	f->kept = f->room = 0;
}

uint64_t
fetch_rate(const struct fetched *f)
{
	return f->bytes * 1000 / (f->ms ? f->ms : 1);
}

bool
fetch_is_endless(const struct fetcher *f, uint64_t ms, uint64_t bytes, uint64_t announced)
{
	uint64_t most = (uint64_t)f->patience_ms * FETCH_ENDLESS;

	if (ms <= most)
		return false;
	return bytes >= announced || bytes / SLOWEST_PER_MS < ms - most;
}

static bool
ask_dns(const struct fetcher *f, uint32_t server, const char *host, uint32_t *addr)
{
	struct sockaddr_in local = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(f->addr) };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(53), .sin_addr.s_addr = htonl(server) };
	uint8_t packet[512];
	size_t len = dns_write(host, (uint16_t)clock_ms(), packet, sizeof(packet));
	uint64_t until = clock_ms() + DNS_TRY_MS;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool found = false;

	if (fd < 0 || !len || bind(fd, (struct sockaddr *)&local, sizeof(local)) != 0 ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0 || send(fd, packet, len, 0) < 0)
		until = 0;
	while (!found && !lan_stopped(f->lan) && clock_ms() < until) {
		ssize_t n;

		if (lan_wait(f->lan, fd, POLLIN, until) == 0)
			continue;
		n = recv(fd, packet, sizeof(packet), 0);
		if (n <= 0)
			break;
		found = dns_read(packet, (size_t)n, addr);
	}
	if (fd >= 0)
		close(fd);
	return found;
}

bool
fetch_resolve(const struct fetcher *f, const char *host, uint32_t *addr)
{
	if (num_ip4(host, addr))
		return true;
	for (int tries = 0; tries < 2; tries++)
		for (unsigned i = 0; i < f->dns_n; i++)
			if (ask_dns(f, f->dns[i], host, addr))
				return true;
	return false;
}
