#include "fetch.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "addr6.h"
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

/* ---- addresses ---------------------------------------------------------- */

socklen_t
fetch_addr_len(const union fetch_addr *a)
{
	return a->any.sa_family == AF_INET6 ? sizeof(a->in6) : sizeof(a->in);
}

const char *
fetch_addr_text(const union fetch_addr *a, char out[INET6_ADDRSTRLEN])
{
	return a->any.sa_family == AF_INET6 ? addr6_text(&a->in6.sin6_addr, out) :
	                                      num_ip4_text(ntohl(a->in.sin_addr.s_addr), out);
}

bool
fetch_addr_same(const union fetch_addr *a, const union fetch_addr *b)
{
	if (a->any.sa_family != b->any.sa_family)
		return false;
	return a->any.sa_family == AF_INET6 ? addr6_cmp(&a->in6.sin6_addr, &b->in6.sin6_addr) == 0 :
	                                      a->in.sin_addr.s_addr == b->in.sin_addr.s_addr;
}

in_port_t *
fetch_addr_port(union fetch_addr *a)
{
	return a->any.sa_family == AF_INET6 ? &a->in6.sin6_port : &a->in.sin_port;
}

static void
addr_of_ip4(uint32_t addr, union fetch_addr *out)
{
	memset(out, 0, sizeof(*out));
	out->in = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(addr) };
}

static void
addr_of_ip6(const struct in6_addr *addr, union fetch_addr *out)
{
	memset(out, 0, sizeof(*out));
	out->in6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_addr = *addr };
}

void
fetch_own(const struct fetcher *f, union fetch_addr *out)
{
	if (f->six)
		addr_of_ip6(&f->addr6, out);
	else
		addr_of_ip4(f->addr, out);
}

/* The answer to our question, of our family. */
static bool
read_answer(const struct fetcher *f, const uint8_t *packet, size_t len, union fetch_addr *out)
{
	struct in6_addr addr6;
	uint32_t addr;

	if (f->six ? !dns_read6(packet, len, &addr6) : !dns_read(packet, len, &addr))
		return false;
	if (f->six)
		addr_of_ip6(&addr6, out);
	else
		addr_of_ip4(addr, out);
	return true;
}

static bool
ask_dns(const struct fetcher *f, unsigned which, const char *host, union fetch_addr *out)
{
	union fetch_addr local, to;
	uint8_t packet[512];
	uint16_t id = (uint16_t)clock_ms();
	size_t len =
	    f->six ? dns_write6(host, id, packet, sizeof(packet)) : dns_write(host, id, packet, sizeof(packet));
	uint64_t until = clock_ms() + DNS_TRY_MS;
	int fd = socket(f->six ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool found = false;

	fetch_own(f, &local);
	if (f->six)
		addr_of_ip6(&f->dns6[which], &to);
	else
		addr_of_ip4(f->dns[which], &to);
	*fetch_addr_port(&to) = htons(53);
	if (fd < 0 || !len || bind(fd, &local.any, fetch_addr_len(&local)) != 0 ||
	    connect(fd, &to.any, fetch_addr_len(&to)) != 0 || send(fd, packet, len, 0) < 0)
		until = 0;
	while (!found && !lan_stopped(f->lan) && clock_ms() < until) {
		ssize_t n;

		if (lan_wait(f->lan, fd, POLLIN, until) == 0)
			continue;
		n = recv(fd, packet, sizeof(packet), 0);
		if (n <= 0)
			break;
		found = read_answer(f, packet, (size_t)n, out);
	}
	if (fd >= 0)
		close(fd);
	return found;
}

/* A URL has brackets around an address of IPv6. */
static bool
read_literal(const char *host, struct in6_addr *out)
{
	size_t len = strlen(host);
	char plain[INET6_ADDRSTRLEN];

	if (len < 2 || host[0] != '[' || host[len - 1] != ']' || len - 2 >= sizeof(plain))
		return false;
	memcpy(plain, host + 1, len - 2);
	plain[len - 2] = '\0';
	return addr6_parse(plain, out);
}

bool
fetch_resolve(const struct fetcher *f, const char *host, union fetch_addr *out)
{
	struct in6_addr addr6;
	uint32_t addr;

	if (f->six && read_literal(host, &addr6)) {
		addr_of_ip6(&addr6, out);
		return true;
	}
	if (!f->six && num_ip4(host, &addr)) {
		addr_of_ip4(addr, out);
		return true;
	}
	for (int tries = 0; tries < 2; tries++)
		for (unsigned i = 0; i < f->dns_n; i++)
			if (ask_dns(f, i, host, out))
				return true;
	return false;
}

bool
fetch_reach(const struct fetcher *f, const union fetch_addr *to, enum fault fault, struct fetched *out)
{
	uint64_t until = clock_ms() + f->patience_ms / 2;
	char text[INET6_ADDRSTRLEN];

	if (to->any.sa_family == AF_INET6 ? lan_resolve6(f->lan, &to->in6.sin6_addr, until) :
	                                    lan_resolve(f->lan, f->addr, ntohl(to->in.sin_addr.s_addr), until))
		return true;
	fetch_fail(out, fault, "nobody answers %s for %s or the router to it",
	    to->any.sa_family == AF_INET6 ? "neighbour solicitations" : "ARP", fetch_addr_text(to, text));
	return false;
}
