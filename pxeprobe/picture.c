#include "picture.h"

#include <stdlib.h>
#include <string.h>

#include "picture_marks.h"

struct picture *
picture_new(void)
{
	return calloc(1, sizeof(struct picture));
}

void
picture_free(struct picture *p)
{
	if (p)
		free(p->mark);
	free(p);
}

static struct mark *
add_mark(struct picture *p, enum mark_kind kind, const char *label)
{
	struct mark *m;

	if (p->n == PICTURE_MARKS)
		return NULL;
	if (p->n == p->size) {
		size_t size = p->size ? 2 * p->size : 64;
		struct mark *more = reallocarray(p->mark, size, sizeof(*more));

		if (!more)
			return NULL;
		p->mark = more;
		p->size = size;
	}
	m = &p->mark[p->n++];
	*m = (struct mark){ .kind = kind, .server = -1 };
	snprintf(m->label, sizeof(m->label), "%s", label);
	return m;
}

static int
server_column(struct picture *p, const char *server)
{
	int i = 0;

	while (i < p->servers && strcmp(p->server[i], server) != 0)
		i++;
	if (i == PICTURE_SERVERS)
		return i - 1;
	if (i == p->servers)
		snprintf(p->server[p->servers++], sizeof(p->server[0]), "%s", server);
	return i;
}

void
picture_machine(struct picture *p, const char *title)
{
	/* One of which nothing came (a storm whose first machine has failed) is not drawn. */
	p->n -= p->n > 0 && p->mark[p->n - 1].kind == MARK_MACHINE;
	add_mark(p, MARK_MACHINE, title);
}

void
picture_step(struct picture *p, const struct picture_step *s)
{
	bool note = s->server && !s->server[0];
	struct mark *m = add_mark(p, note ? MARK_NOTE : s->out ? MARK_ASK : MARK_ANSWER, s->label);

	if (!m)
		return;
	m->ms = s->ms;
	m->failed = s->failed;
	if (s->server && !note)
		m->server = server_column(p, s->server);
}

/* The place of the last mark but one, where that is the end of the lease; else 0. */
static size_t
before_release(const struct picture *p)
{
	const struct mark *last = p->n > 1 ? &p->mark[p->n - 2] : NULL;

	return last && last->kind == MARK_NOTE && strncmp(last->label, "release:", 8) == 0 ? p->n - 2 : 0;
}

void
picture_fault(struct picture *p, const char *text, bool warning)
{
	struct mark *m = add_mark(p, warning ? MARK_WARNING : MARK_FAULT, text), fault;
	size_t at = p->n;

	/* An error stands below the last step that failed; where none did, before the address
	 * was given back. */
	while (m && !warning && at > 0 && p->mark[at - 1].kind != MARK_MACHINE && !p->mark[at - 1].failed)
		at--;
	if (m && at > 0 && !p->mark[at - 1].failed)
		at = before_release(p);
	if (!m || warning || at == 0)
		return;
	fault = *m;
	memmove(p->mark + at + 1, p->mark + at, (p->n - 1 - at) * sizeof(fault));
	p->mark[at] = fault;
}

void
picture_end(struct picture *p, const char *text, bool boots)
{
	add_mark(p, boots ? MARK_BOOTS : MARK_FAILS, text);
}
