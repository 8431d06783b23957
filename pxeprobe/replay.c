#include "replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "num.h"

static struct replay_item *
replay_add(struct replay *p)
{
	if (p->n == p->size) {
		size_t size = p->size ? p->size * 2 : 16;
		struct replay_item *more = reallocarray(p->item, size, sizeof(*more));

		if (!more) {
			p->failed = true;
			return NULL;
		}
		p->item = more;
		p->size = size;
	}
	memset(&p->item[p->n], 0, sizeof(*p->item));
	return &p->item[p->n++];
}

void
replay_round(struct replay *p, const struct persona *who)
{
	struct replay_item *i = replay_add(p);

	if (!i)
		return;
	i->kind = REPLAY_ROUND;
	i->persona = *who;
	snprintf(i->what, sizeof(i->what), "offer");
}

void
replay_file(struct replay *p, const char *what, const struct fetcher *f, const struct url *u, const struct fetched *got)
{
	struct replay_item *last = p->n ? &p->item[p->n - 1] : NULL;
	struct replay_item *i;
	bool first = last && last->kind == REPLAY_ROUND && last->persona.rule != RULE_PI;
	struct url at = *u;

	/* Where redirects led to. */
	if (strstr(got->final, "://") && u->scheme[0] == 'h')
		url_parse(got->final, &at);
	/* Following a script fetches a program twice that a machine loads once. */
	if (last && strcmp(last->what, "chain") == 0 && last->kind == REPLAY_FILE && last->there &&
	    strcmp(last->url.host, at.host) == 0 && strcmp(last->url.path, at.path) == 0 &&
	    strcmp(last->url.scheme, at.scheme) == 0)
		return;
	if (!(i = replay_add(p)))
		return;
	i->kind = REPLAY_FILE;
	snprintf(i->what, sizeof(i->what), "%s", what);
	i->url = at;
	num_ip4(got->from, &i->server);
	i->tftp = f->tftp;
	i->http = f->http;
	i->named_by_reply = first;
	i->there = got->fault == FAULT_NONE;
	i->bytes = i->there ? got->bytes : 0;
	p->bytes += i->bytes;
	p->addr = f->addr;
}

/* Names tried in vain belong to the step that finds one in the end. */
void
replay_finish(struct replay *p)
{
	p->rows = 0;
	for (size_t i = 0; i < p->n; i++) {
		p->item[i].row = p->rows;
		if (p->item[i].kind == REPLAY_ROUND)
			p->rows += 3; /* offer, ack, reply */
		else if (p->item[i].there || i + 1 == p->n || p->item[i + 1].kind == REPLAY_ROUND)
			p->rows++;
	}
}

void
replay_free(struct replay *p)
{
	free(p->item);
	*p = (struct replay){ .n = 0 };
}

size_t
replay_files(const struct replay *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += p->item[i].kind == REPLAY_FILE && p->item[i].there;
	return n;
}

bool
replay_needs_stack(const struct replay *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->item[i].kind == REPLAY_FILE && p->item[i].url.scheme[0] == 'h')
			return true;
	return false;
}

const struct replay_item *
replay_https(const struct replay *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->item[i].kind == REPLAY_FILE && strcmp(p->item[i].url.scheme, "https") == 0)
			return &p->item[i];
	return NULL;
}

/* ---- names ---- */

#define FORMS 9

static void
put_hex_text(const uint8_t *bytes, size_t n, char *out)
{
	for (size_t i = 0; i < n; i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static size_t
forms_of_name(const struct identity *id, uint32_t addr, char text[FORMS][NUM_UUID_TEXT])
{
	static const char seps[] = { ':', '-' };
	size_t n = 0;

	num_uuid_text(id->uuid, text[n++]);
	for (size_t i = 0; i < sizeof(seps); i++)
		num_mac_text(id->mac, seps[i], text[n++]);
	snprintf(text[n], sizeof(text[n]), "%02x%%3A%02x%%3A%02x%%3A%02x%%3A%02x%%3A%02x", id->mac[0], id->mac[1],
	    id->mac[2], id->mac[3], id->mac[4], id->mac[5]);
	n++;
	put_hex_text(id->mac, 6, text[n++]);
	num_ip4_text(addr, text[n++]);
	snprintf(text[n++], NUM_UUID_TEXT, "%08X", addr);
	/* A Raspberry Pi's serial number is the end of its UUID. */
	put_hex_text(id->uuid + 12, 4, text[n++]);
	return n;
}

void
replay_name(const struct replay *p, const struct replay_self *self, const char *name, char out[URL_PATH])
{
	char own[FORMS][NUM_UUID_TEXT], other[FORMS][NUM_UUID_TEXT];
	size_t n = forms_of_name(&p->id, p->addr, own), len = 0, i;

	forms_of_name(self->id, self->addr, other);
	while (*name && len + 1 < URL_PATH) {
		for (i = 0; i < n; i++)
			if (strncasecmp(name, own[i], strlen(own[i])) == 0)
				break;
		if (i < n && len + strlen(other[i]) < URL_PATH) {
			memcpy(out + len, other[i], strlen(other[i]));
			len += strlen(other[i]);
			name += strlen(own[i]);
		} else {
			out[len++] = *name++;
		}
	}
	out[len] = '\0';
}
