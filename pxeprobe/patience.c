#include "patience.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "sigs.h"

#define LOOK_MS 200
#define UNSEEN 4 /* looks; the loops take a signal within a few milliseconds */
#define SEEN 25  /* more of them: its end may have much to do and to say */

/* One program, like the log's sink. */
static atomic_bool seen;

_Noreturn static void *
look_at_signals(void *unused)
{
	const struct timespec wait = { .tv_nsec = LOOK_MS * 1000000L };
	unsigned unseen = 0, ending = 0;
	sigset_t set;

	(void)unused;
	for (;;) {
		nanosleep(&wait, NULL);
		if (sigpending(&set) == 0 &&
		    (sigismember(&set, SIGTERM) || sigismember(&set, SIGINT) || sigismember(&set, SIGHUP)))
			unseen++;
		else
			unseen = 0;
		ending += atomic_load(&seen);
		if (unseen == UNSEEN || ending == SEEN)
			_exit(EXIT_SYSTEM);
	}
}

void
patience_start(void)
{
	sigset_t all, before;
	pthread_t thread;

	sigfillset(&all); /* what is blocked everywhere stays pending */
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_create(&thread, NULL, look_at_signals, NULL) == 0)
		pthread_detach(thread);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

bool
patience_ended(int signals)
{
	bool came = sigs_ended(signals);

	if (came)
		atomic_store(&seen, true);
	return came;
}
