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
		free(all->at[i].round);
	free(all);
}

void
track_close(struct track *t)
{
	free(t->round);
	t->round = NULL;
	t->closed = true;
}

const char *
track_stage_name(enum track_stage stage)
{
	static const char *const name[] = { "asked", "offered", "requested", "refused", "leased", "asked-4011", "told",
		"file-asked", "file-coming", "file-whole", "file-failed", "runs" };

	return name[stage];
}

void
track_tell(const struct track_event *e, struct track *t, struct step *step)
{
	char mac[NUM_MAC_TEXT];

	step_put(step, "machine", num_mac_text(t->mac, ':', mac));
	/* A capture's clock may jump. */
	step->ms = e->us > t->began_us ? (e->us - t->began_us) / 1000 : 0;
	step->timed = true;
	t->n++;
	t->last_us = e->us;
	e->calls->step(e->calls->ctx, t, step);
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
track_set_addr(struct tracks *all, struct track *t, uint32_t addr)
{
	/* Whoever had it before has it no more. */
	for (size_t i = 0; addr && i < all->high; i++)
		if (all->addr[i] == addr)
			all->addr[i] = 0;
	all->addr[t - all->at] = addr;
	t->addr = addr;
}

struct track *
track_place(const struct track_event *e, const uint8_t mac[6])
{
	struct tracks *all = e->all;
	struct track *t = track_by_mac(all, mac);

	if (!t && all->high < TRACK_MACHINES)
		t = &all->at[all->high++];
	if (!t) {
		t = &all->at[all->next];
		all->next = (all->next + 1) % TRACK_MACHINES;
	}
	return t;
}

void
track_begin(const struct track_event *e, struct track *t, const uint8_t mac[6])
{
	if (t->used && !t->closed)
		e->calls->over(e->calls->ctx, t);
	free(t->round);
	memset(t, 0, sizeof(*t));
	e->all->addr[t - e->all->at] = 0;
	t->used = true;
	t->began_us = t->last_us = e->us;
	memcpy(t->mac, mac, 6);
}

/* ---- files ---- */

void
track_file_asked(const struct track_event *e, struct track *t, const char *name)
{
	struct step step;

	t->stage = TRACK_FILE_ASKED;
	t->requests++;
	e->all->files_seen++;
	t->get.server = e->p->dst;
	t->get.port = e->p->sport;
	snprintf(t->get.name, sizeof(t->get.name), "%s", name);
	step_begin(&step, "get");
	step_put_addr(&step, "to", e->p->dst);
	step_put(&step, "file", t->get.name);
	step_put(&step, "by", t->get.http ? "http" : "tftp");
	step_detail(&step, "%s %s", t->get.head ? "asks for the size of" : "asks for", t->get.name);
	track_tell(e, t, &step);
}

void
track_file_begins(struct track *t, const uint8_t *bytes, size_t len)
{
	if (!len)
		return;
	image_identify(bytes, len, &t->image);
	t->loader |= t->image.kind == IMAGE_EFI || t->image.kind == IMAGE_LINUX || t->image.kind == IMAGE_BIOS ||
	    t->image.kind == IMAGE_IPXE_SCRIPT;
	t->scripted |= t->image.kind == IMAGE_IPXE_SCRIPT;
	t->has_image = true;
}

void
track_file_whole(const struct track_event *e, struct track *t)
{
	char size[32];
	struct step step;

	t->stage = TRACK_FILE_DONE;
	t->files++;
	t->bytes += t->get.bytes;
	t->kernel |= t->has_image && t->image.kind == IMAGE_LINUX;
	snprintf(t->whole, sizeof(t->whole), "%s", t->get.name);
	step_begin(&step, "file");
	step_from(&step, t->get.server);
	step_put(&step, "file", t->get.name);
	step_put_num(&step, "bytes", t->get.bytes);
	if (t->has_image)
		step_put(&step, "kind", image_kind_name(t->image.kind));
	step_detail(&step, "%s: %s", t->get.name, report_size(t->get.bytes, size));
	track_tell(e, t, &step);
}

void
track_file_failed(const struct track_event *e, struct track *t, enum fault fault, const char *why)
{
	struct step step;

	t->stage = TRACK_FILE_FAILED;
	t->get.fault = fault;
	snprintf(t->get.why, sizeof(t->get.why), "%s", why);
	step_begin(&step, "error");
	step_from(&step, t->get.server);
	step_put(&step, "file", t->get.name);
	step_put(&step, "error", why);
	step_detail(&step, "%s: %s", t->get.name, why);
	track_tell(e, t, &step);
}
