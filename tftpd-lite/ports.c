#include "ports.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "unique.h"

#define TRIES 256

/* Tries the range from a random port on, so that a client that comes back at
 * once does not meet late packets of its last transfer. */
static int
open_in_range(const struct ports *p, const struct addr *local, struct udp_socket *out)
{
	unsigned size = (unsigned)p->hi - p->lo + 1, start = (unsigned)unique_number();
	struct addr try = *local;

	for (unsigned i = 0; i < size && i < TRIES; i++) {
		try.port = (uint16_t)(p->lo + (start % size + i) % size);
		if (udp_open(&try, out) == 0)
			return 0;
		if (errno != EADDRINUSE)
			return -1;
	}
	errno = EADDRINUSE;
	return -1;
}

static struct port *
open_port(struct ports *p, const struct addr *local)
{
	struct port *port = malloc(sizeof(*port));
	int rc;

	if (!port)
		return NULL;
	*port = (struct port){ .local = *local };
	port->local.port = 0;
	rc = p->lo ? open_in_range(p, local, &port->socket) : udp_open(&port->local, &port->socket);
	if (rc < 0) {
		int err = errno;

		free(port);
		errno = err;
		return NULL;
	}
	port->next = p->open;
	p->open = port;
	return port;
}

struct port *
ports_get(struct ports *p, const struct addr *local)
{
	struct port *full = NULL; /* the one with the most transfers that has room for another */
	struct port *idle = NULL; /* the one with the fewest */
	struct port *port = NULL;
	unsigned count = 0;

	for (struct port *i = p->open; i; i = i->next) {
		if (i->local.scope != local->scope || memcmp(i->local.ip, local->ip, sizeof(local->ip)) != 0)
			continue;
		count++;
		if (i->socket.connected)
			continue;
		if (i->used < i->socket.holds && (!full || i->used > full->used))
			full = i;
		if (!idle || i->used < idle->used)
			idle = i;
	}
	if (count < PORTS_OWN || (!full && count < PORTS_EACH))
		port = open_port(p, local);
	if (!port)
		port = full ? full : idle;
	if (port)
		port->used++;
	return port;
}

void
ports_put(struct ports *p, struct port *port)
{
	struct port **link = &p->open;

	if (--port->used > 0 || port->listener)
		return;
	udp_flush(p->out);
	while (*link != port)
		link = &(*link)->next;
	*link = port->next;
	udp_close(&port->socket);
	port->next = p->closed;
	p->closed = port;
}

void
ports_sweep(struct ports *p)
{
	while (p->closed) {
		struct port *next = p->closed->next;

		free(p->closed);
		p->closed = next;
	}
}
