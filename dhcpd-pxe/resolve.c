#include "resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fds.h"
#include "log.h"

#define PATIENCE_S 5 /* for all of them: the machines wait */

/* ---- which names ------------------------------------------------------- */

struct errand {
	void (*act)(struct names *s, const char *name);
	struct names *names;
};

/* Those of one text; a URL is never looked up. */
static void
each_name_of(void *context, const struct rules *r)
{
	const struct errand *e = context;

	for (size_t i = 0; i < r->lines; i++) {
		const struct rule *rule = &r->line[i];
		const char *name = rule->kind == RULE_BOOT ? rule->boot->server.name :
		    rule->kind == RULE_MENU                ? rule->menu->server.name :
		                                             NULL;

		if (name && !strstr(name, "://"))
			e->act(e->names, name);
	}
}

static void
each_name(const struct config *c, struct errand e)
{
	each_name_of(&e, &c->set.rules);
	hostsdirs_each(&c->set.dirs, each_name_of, &e);
}

static void
add_name(struct names *s, const char *name)
{
	if (!names_add(s, name))
		log_warn("server=%s is not looked up: %d names are the most", name, NAMES_MOST);
}

static void
say_unknown(struct names *s, const char *name)
{
	size_t before = s->n;

	if (names_add(s, name) && s->n > before)
		log_info("server=%s: its address is looked up at the next start; until then clients that read no "
		         "name (option 66) are sent our own",
		    name);
}

void
resolve_say_new(const struct config *c, struct names *known)
{
	each_name(c, (struct errand){ say_unknown, known });
}

/* ---- their addresses --------------------------------------------------- */

static uint32_t
look_up(const char *name)
{
	const struct addrinfo want = { .ai_family = AF_INET, .ai_socktype = SOCK_DGRAM };
	struct addrinfo *list = NULL;
	uint32_t addr = 0;

	if (getaddrinfo(name, NULL, &want, &list) == 0 && list) {
		struct sockaddr_in in;

		memcpy(&in, list->ai_addr, sizeof(in));
		addr = ntohl(in.sin_addr.s_addr);
	}
	if (list)
		freeaddrinfo(list);
	return addr;
}

/* The child: writes the addresses in order, as far as it comes. */
_Noreturn static void
look_all_up(const struct names *s, int out, const struct priv_user *user)
{
	char error[PRIV_ERROR];

	fds_keep_only(out);
	signal(SIGALRM, SIG_DFL);
	alarm(PATIENCE_S);
	if (user && priv_drop(user, 0, error) < 0)
		_exit(1);
	for (size_t i = 0; i < s->n; i++) {
		uint32_t addr = look_up(s->entry[i].name);

		if (write(out, &addr, sizeof(addr)) != sizeof(addr))
			_exit(1);
	}
	_exit(0);
}

static void
take_addresses(struct names *s, int in)
{
	uint32_t addr;
	ssize_t n = 1;

	for (size_t i = 0; i < s->n; i++) {
		/* less than PIPE_BUF is read whole, or not at all */
		while (n > 0 && (n = read(in, &addr, sizeof(addr))) < 0 && errno == EINTR)
			n = 1;
		if (n == sizeof(addr))
			s->entry[i].addr = addr;
		else
			n = 0;
	}
}

void
resolve_servers(const struct config *c, const struct priv_user *user, struct names *out)
{
	int fd[2];
	pid_t pid;

	*out = (struct names){ 0 };
	each_name(c, (struct errand){ add_name, out });
	if (out->n == 0 || pipe2(fd, O_CLOEXEC) < 0)
		return;
	pid = fork();
	if (pid == 0)
		look_all_up(out, fd[1], user);
	close(fd[1]);
	if (pid > 0)
		take_addresses(out, fd[0]);
	close(fd[0]);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	for (size_t i = 0; i < out->n; i++)
		if (!out->entry[i].addr)
			log_info("server=%s: no address was found for it; clients that read no name (option 66) are "
			         "sent our own",
			    out->entry[i].name);
}
