#include "leasecmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "asuser.h"
#include "cli.h"
#include "control.h"
#include "leasefile.h"
#include "log.h"
#include "sandbox.h"
#include "slurp.h"

/* ---- -L ---------------------------------------------------------------- */

struct open_both {
	const char *path;
	int leases, offers; /* offers: -1 when there are none */
};

static int
open_both(void *context)
{
	struct open_both *b = context;
	size_t room = strlen(b->path) + sizeof(LEASEFILE_OFFERS);
	char *offers = malloc(room);
	struct stat st;

	b->leases = open(b->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (b->leases >= 0 && offers) {
		snprintf(offers, room, "%s" LEASEFILE_OFFERS, b->path);
		b->offers = open(offers, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
	}
	free(offers);
	if (b->leases < 0 || fstat(b->leases, &st) < 0)
		return -1;
	if (S_ISREG(st.st_mode))
		return 0;
	errno = EINVAL;
	return -1;
}

static void
slurp_file(int fd, struct leasecmd_text *f, const char *path)
{
	f->text = slurp(fd, SIZE_MAX / 2, &f->len);
	if (!f->text)
		die(EXIT_SYSTEM, "cannot read %s: %s", path, strerror(errno));
}

/* Clients chose much of what the file holds: it is read without any rights. */
static void
drop_rights(const struct priv_user *user)
{
	char error[PRIV_ERROR], refused[SANDBOX_ERROR];
	const char *off;

	if (priv_drop(user, 0, error) < 0)
		die(EXIT_SYSTEM, "%s", error);
	if (sandbox_enter(0, &off, refused) < 0)
		die(EXIT_SYSTEM, "%s", refused);
}

int
leasecmd_list(const struct leasecmd *c)
{
	struct open_both b = { .path = c->path, .leases = -1, .offers = -1 };
	struct leasecmd_input in = { .now = time(NULL), .json = c->json };
	size_t damaged = 0;

	if (asuser_try(c->as, b.path, open_both, &b) < 0)
		die(EXIT_SYSTEM, "cannot open %s: %s; -l names another", b.path, strerror(errno));
	drop_rights(c->as);
	slurp_file(b.leases, &in.leases, b.path);
	if (b.offers >= 0)
		slurp_file(b.offers, &in.offers, b.path);
	if (c->print(&in, stdout, &damaged) < 0 || cli_flush() < 0)
		die(EXIT_SYSTEM, "cannot print the leases: %s", strerror(errno));
	if (damaged > 0)
		log_warn("%s: %zu damaged lines were passed over", b.path, damaged);
	free((char *)(uintptr_t)in.leases.text);
	free((char *)(uintptr_t)in.offers.text);
	return EXIT_DONE;
}

/* ---- -r ---------------------------------------------------------------- */

/* Whoever owns the socket may be anybody: nothing of it reaches a terminal but text. */
static void
print_reply(const char *reply)
{
	for (; *reply; reply++)
		putchar((*reply >= ' ' && *reply < 0x7f) || *reply == '\n' ? *reply : '?');
}

/* False when there is nothing to forget. */
static bool
forget_all_of(const struct leasecmd *c, int fd, const char *word)
{
	char reply[CONTROL_REPLY];
	bool found = false;

	for (;;) {
		if (control_ask(fd, word, reply) < 0)
			die(EXIT_SYSTEM, "the %s of %s does not answer: %s", c->tool, c->path, strerror(errno));
		if (*reply == '\n')
			return found;
		print_reply(reply);
		found = true;
	}
}

int
leasecmd_forget(const struct leasecmd *c)
{
	int fd = control_connect(c->path), rc = EXIT_DONE;

	if (fd < 0 && (errno == ENOENT || errno == ECONNREFUSED))
		die(EXIT_SYSTEM, "no %s runs with the lease file %s (-l names another)", c->tool, c->path);
	if (fd < 0)
		die(EXIT_SYSTEM, "cannot ask the %s of %s: %s", c->tool, c->path, strerror(errno));
	for (size_t i = 0; i < c->words; i++)
		if (!forget_all_of(c, fd, c->word[i])) {
			fprintf(stderr, "%s: %s: there is no such lease\n", c->tool, c->word[i]);
			rc = EXIT_NO;
		}
	close(fd);
	if (cli_flush() < 0)
		die(EXIT_SYSTEM, "cannot print what was forgotten: %s", strerror(errno));
	return rc;
}
