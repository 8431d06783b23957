#include "guard.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

#define LOOK_MS 100
#define GRACE_LOOKS 4 /* for the main thread to end by itself */
#define LOCK_MS 300

/* One program, one guard, like the log's sink. */
static struct {
	struct guard_options o;
	bool on;
	unsigned depth;        /* of guard_lend; the main thread's own */
	pthread_mutex_t owner; /* held by the main thread but while lent */
	atomic_bool lent;
	atomic_uint progress;
} guard = { .owner = PTHREAD_MUTEX_INITIALIZER };

static uint64_t
cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Tidies up if the main thread is away, and ends the program in any case. */
_Noreturn static void
end_program(const char *why)
{
	struct pollfd reader = { .fd = STDERR_FILENO, .events = POLLOUT };
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += LOCK_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	if (pthread_mutex_timedlock(&guard.owner, &until) == 0)
		guard.o.tidy(guard.o.context);
	/* The main thread may wait for whoever should read this. */
	if (poll(&reader, 1, 0) > 0 && (reader.revents & POLLOUT))
		log_err("%s: %s", guard.o.name, why);
	_exit(EXIT_SYSTEM);
}

static void *
watch(void *context)
{
	static char why[128];
	unsigned seen = 0, interrupted = 0;
	uint64_t since_ms = cpu_ms();

	for (;;) {
		struct timespec t = { .tv_nsec = LOOK_MS * 1000000L };
		unsigned progress;

		nanosleep(&t, NULL);
		interrupted += guard.o.interrupted();
		if (interrupted > GRACE_LOOKS)
			end_program("interrupted; what is complete stays");
		progress = atomic_load(&guard.progress);
		if (progress != seen || !atomic_load(&guard.lent)) {
			seen = progress;
			since_ms = cpu_ms();
		} else if (cpu_ms() - since_ms > GUARD_WORK_S * 1000) {
			snprintf(why, sizeof(why),
			    "damaged, or made to keep its reader busy: no progress in %d s of work", GUARD_WORK_S);
			end_program(why);
		}
	}
	return context;
}

bool
guard_start(const struct guard_options *o)
{
	sigset_t all, before;
	pthread_t thread;

	guard.o = *o;
	pthread_mutex_lock(&guard.owner);
	sigfillset(&all); /* signals interrupt what the main thread waits for */
	pthread_sigmask(SIG_SETMASK, &all, &before);
	guard.on = pthread_create(&thread, NULL, watch, NULL) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (guard.on)
		pthread_detach(thread);
	else
		pthread_mutex_unlock(&guard.owner);
	return guard.on;
}

void
guard_lend(void)
{
	if (!guard.on || guard.depth++ > 0)
		return;
	atomic_fetch_add(&guard.progress, 1);
	atomic_store(&guard.lent, true);
	pthread_mutex_unlock(&guard.owner);
}

void
guard_take_back(void)
{
	int e = errno;

	if (!guard.on || --guard.depth > 0)
		return;
	pthread_mutex_lock(&guard.owner);
	atomic_store(&guard.lent, false);
	errno = e;
}

void
guard_progress(void)
{
	atomic_fetch_add(&guard.progress, 1);
}
