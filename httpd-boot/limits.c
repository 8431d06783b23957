#include "limits.h"

#include <netinet/in.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

#define SLOTS 65536
#define NS 1000000000ULL
#define BURST_NS 100000000ULL /* a client may get this far ahead of its rate */

struct worker_counts {
	_Alignas(64) atomic_uint open;
	atomic_ushort from[SLOTS]; /* only pages with clients are ever touched */
};

struct limits {
	uint64_t key;
	uint64_t rate; /* bytes per second and client; 0: unlimited */
	unsigned workers;
	_Atomic uint64_t paid_until[SLOTS]; /* ns: when the bytes sent are within the rate again */
	struct worker_counts worker[LIMITS_WORKERS];
};

struct limits *
limits_make(unsigned workers, uint64_t rate)
{
	struct limits *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (s == MAP_FAILED)
		return NULL;
	if (getrandom(&s->key, sizeof(s->key), 0) != (ssize_t)sizeof(s->key)) {
		munmap(s, sizeof(*s));
		return NULL;
	}
	s->workers = workers;
	s->rate = rate;
	return s;
}

uint16_t
limits_slot(const struct limits *s, const struct sockaddr *client)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	uint8_t bytes[16] = { 0 };
	uint64_t h = s->key;

	if (client->sa_family == AF_INET) {
		memcpy(&in, client, sizeof(in));
		bytes[10] = bytes[11] = 0xff;
		memcpy(bytes + 12, &in.sin_addr, 4);
	} else if (client->sa_family == AF_INET6) {
		memcpy(&in6, client, sizeof(in6));
		memcpy(bytes, &in6.sin6_addr, 16);
	}
	for (size_t i = 0; i < sizeof(bytes); i++) {
		h = (h ^ bytes[i]) * 0x9e3779b97f4a7c15;
		h ^= h >> 32;
	}
	return (uint16_t)(h >> 16);
}

void
limits_enter(struct limits *s, unsigned worker, uint16_t slot)
{
	atomic_fetch_add(&s->worker[worker].open, 1);
	atomic_fetch_add(&s->worker[worker].from[slot], 1);
}

void
limits_leave(struct limits *s, unsigned worker, uint16_t slot)
{
	atomic_fetch_sub(&s->worker[worker].open, 1);
	atomic_fetch_sub(&s->worker[worker].from[slot], 1);
}

void
limits_forget(struct limits *s, unsigned worker)
{
	atomic_store(&s->worker[worker].open, 0);
	for (size_t i = 0; i < SLOTS; i++)
		if (atomic_load(&s->worker[worker].from[i]))
			atomic_store(&s->worker[worker].from[i], 0);
}

unsigned
limits_total(const struct limits *s)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s->workers; i++)
		n += atomic_load(&s->worker[i].open);
	return n;
}

unsigned
limits_from(const struct limits *s, uint16_t slot)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s->workers; i++)
		n += s->worker[i].open ? atomic_load(&s->worker[i].from[slot]) : 0;
	return n;
}

bool
limits_paced(const struct limits *s)
{
	return s->rate > 0;
}

/* The next two are exact, and stay within 64 bits up to a rate of 2^40: machines
 * of 32 bits have no larger integers. */
static uint64_t
cost_ns(uint64_t bytes, uint64_t rate) /* bytes: at most what BURST_NS is worth */
{
	uint64_t thousands = bytes * 1000000 / rate, rest = bytes * 1000000 % rate;

	return thousands * 1000 + rest * 1000 / rate;
}

static uint64_t
worth(uint64_t ns, uint64_t rate) /* ns: at most BURST_NS */
{
	return rate / NS * ns + rate % NS * ns / NS;
}

uint64_t
limits_take(struct limits *s, uint16_t slot, uint64_t now_ms, uint64_t want)
{
	uint64_t now = now_ms * 1000000, paid, start, room, n;

	if (!s->rate)
		return want;
	paid = atomic_load(&s->paid_until[slot]);
	do {
		start = paid > now ? paid : now;
		if (start >= now + BURST_NS)
			return 0;
		room = worth(now + BURST_NS - start, s->rate);
		n = want < room ? want : room;
		if (n == 0)
			return 0;
	} while (!atomic_compare_exchange_weak(&s->paid_until[slot], &paid, start + cost_ns(n, s->rate)));
	return n;
}

void
limits_return(struct limits *s, uint16_t slot, uint64_t bytes)
{
	if (s->rate)
		atomic_fetch_sub(&s->paid_until[slot], cost_ns(bytes, s->rate));
}
