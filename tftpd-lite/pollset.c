#include "pollset.h"

#include <stdlib.h>

int
pollset_reserve(struct pollset *w, size_t n)
{
	struct pollfd *fd;
	struct port **port;

	if (n <= w->room)
		return 0;
	fd = reallocarray(w->fd, n, sizeof(*fd));
	if (!fd)
		return -1;
	w->fd = fd;
	port = reallocarray(w->port, n, sizeof(struct port *));
	if (!port)
		return -1;
	w->port = port;
	w->room = n;
	return 0;
}

int
pollset_add(struct pollset *w, int fd, struct port *port)
{
	if (w->n == w->room && pollset_reserve(w, 2 * w->room + 1) < 0)
		return -1;
	w->fd[w->n] = (struct pollfd){ .fd = fd, .events = POLLIN };
	w->port[w->n++] = port;
	return 0;
}

void
pollset_wait(struct pollset *w, int timeout_ms)
{
	/* interrupted: nothing has come */
	if (poll(w->fd, w->n, timeout_ms) >= 0)
		return;
	for (size_t i = 0; i < w->n; i++)
		w->fd[i].revents = 0;
}

void
pollset_free(struct pollset *w)
{
	free(w->fd);
	free(w->port);
	*w = (struct pollset){ .n = 0 };
}
