#include "track_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp.h"
#include "num.h"

struct tracks *
tracks_new(void)
{
	return calloc(1, sizeof(struct tracks));
}

void
tracks_free(struct tracks *all)
{
	for (size_t i = 0; all && i < all->high; i++)
		free(all->at[i].talk);
	free(all);
}

void
track_close(struct track *s)
{
	free(s->talk);
	s->talk = NULL;
	s->closed = true;
}

const char *
track_stage_name(enum track_stage stage)
{
	static const char *const name[] = { "asked", "offered", "requested", "refused", "leased", "asked-4011", "told",
		"file-asked", "file-coming", "file-whole", "file-failed", "runs" };

	return name[stage];
}

void
track_tell(const struct seen *e, struct track *s, struct step *step)
{
	char mac[NUM_MAC_TEXT];

	step_put(step, "machine", num_mac_text(s->mac, ':', mac));
	/* A capture's clock may jump. */
	step->ms = e->us > s->began_us ? (e->us - s->began_us) / 1000 : 0;
	step->timed = true;
	s->n++;
	s->last_us = e->us;
	e->calls->step(e->calls->ctx, s, step);
}

struct track *
track_by_mac(struct tracks *all, const uint8_t mac[6])
{
	for (size_t i = 0; i < all->high; i++)
		if (all->at[i].used && memcmp(all->at[i].mac, mac, 6) == 0)
			return &all->at[i];
	return NULL;
}

struct track *
track_by_addr(struct tracks *all, uint32_t addr)
{
	for (size_t i = 0; addr && i < all->high; i++)
		if (all->addr[i] == addr && !all->at[i].closed)
			return &all->at[i];
	return NULL;
}

void
track_set_addr(struct tracks *all, struct track *s, uint32_t addr)
{
	/* Whoever had it before has it no more. */
	for (size_t i = 0; addr && i < all->high; i++)
		if (all->addr[i] == addr)
			all->addr[i] = 0;
	all->addr[s - all->at] = addr;
	s->addr = addr;
}

struct track *
track_place(const struct seen *e, const uint8_t mac[6])
{
	struct tracks *all = e->all;
	struct track *s = track_by_mac(all, mac);

	if (!s && all->high < TRACK_MACHINES)
		s = &all->at[all->high++];
	if (!s) {
		s = &all->at[all->next];
		all->next = (all->next + 1) % TRACK_MACHINES;
	}
	return s;
}

void
track_begin(const struct seen *e, struct track *s, const uint8_t mac[6])
{
	if (s->used && !s->closed)
		e->calls->over(e->calls->ctx, s);
	free(s->talk);
	memset(s, 0, sizeof(*s));
	e->all->addr[s - e->all->at] = 0;
	s->used = true;
	s->began_us = s->last_us = e->us;
	memcpy(s->mac, mac, 6);
}

/* ---- files ---- */

void
track_file_asked(const struct seen *e, struct track *s, const char *name)
{
	struct step step;

	s->stage = TRACK_FILE_ASKED;
	s->requests++;
	e->all->files_seen++;
	s->get.server = e->p->dst;
	s->get.port = e->p->sport;
	snprintf(s->get.name, sizeof(s->get.name), "%s", name);
	step_begin(&step, "get");
	step_put_addr(&step, "to", e->p->dst);
	step_put(&step, "file", s->get.name);
	step_put(&step, "by", s->get.http ? "http" : "tftp");
	step_detail(&step, "%s %s", s->get.head ? "asks for the size of" : "asks for", s->get.name);
	track_tell(e, s, &step);
}

void
track_file_begins(struct track *s, const uint8_t *bytes, size_t len)
{
	if (!len)
		return;
	image_identify(bytes, len, &s->image);
	s->has_image = true;
}

void
track_file_whole(const struct seen *e, struct track *s)
{
	char size[32];
	struct step step;

	s->stage = TRACK_FILE_DONE;
	s->files++;
	s->bytes += s->get.bytes;
	s->kernel |= s->has_image && s->image.kind == IMAGE_LINUX;
	snprintf(s->whole, sizeof(s->whole), "%s", s->get.name);
	step_begin(&step, "file");
	step_from(&step, s->get.server);
	step_put(&step, "file", s->get.name);
	step_put_num(&step, "bytes", s->get.bytes);
	if (s->has_image)
		step_put(&step, "kind", image_kind_name(s->image.kind));
	step_detail(&step, "%s: %s", s->get.name, report_size(s->get.bytes, size));
	track_tell(e, s, &step);
}

void
track_file_failed(const struct seen *e, struct track *s, enum fault fault, const char *why)
{
	struct step step;

	s->stage = TRACK_FILE_FAILED;
	s->get.fault = fault;
	snprintf(s->get.why, sizeof(s->get.why), "%s", why);
	step_begin(&step, "error");
	step_from(&step, s->get.server);
	step_put(&step, "file", s->get.name);
	step_put(&step, "error", why);
	step_detail(&step, "%s: %s", s->get.name, why);
	track_tell(e, s, &step);
}
