#include <stdio.h>
#include <string.h>

#include "boot_script.h"

#define SCRIPT_FILES 400 /* files one script may ask for */

const struct dhcp_client *
boot_lease(const struct attempt *w)
{
	return &w->round[w->rounds - 1]->client;
}

static void
stop(struct boot_script *t, const struct script_action *f)
{
	/* Said already, of the file that was no good. */
	if (!f->why[0] && t->missing == FAULT_NONE && finding_error(&t->w->findings))
		return;
	if (t->missing != FAULT_NONE)
		finding_add(&t->w->findings, t->missing, "%s", t->evidence);
	else if (f->line)
		finding_add(&t->w->findings, FAULT_SCRIPT_ERROR, "%s, line %u: %s", t->at.path, f->line, f->why);
	else
		finding_add(&t->w->findings, FAULT_SCRIPT_ERROR, "%s: %s", t->at.path, f->why);
}

static enum fault
missing_fault(enum script_kind kind)
{
	switch (kind) {
	case SCRIPT_KERNEL:
		return FAULT_KERNEL_MISSING;
	case SCRIPT_INITRD:
		return FAULT_INITRD_MISSING;
	case SCRIPT_CONFIG:
		return FAULT_CONFIG_MISSING;
	default:
		return FAULT_FILE_LOST;
	}
}

static const char *
step_name(enum script_kind kind)
{
	switch (kind) {
	case SCRIPT_KERNEL:
		return "kernel";
	case SCRIPT_INITRD:
		return "initrd";
	case SCRIPT_CONFIG:
		return "config";
	case SCRIPT_TRY:
		return "look";
	default:
		return "file";
	}
}

/* A web server's "not found" page with status 200, an HTML login ... */
static bool
is_kernel(struct attempt *w, const struct fetched *f)
{
	struct image i;

	image_identify(f->data, f->kept, &i);
	if (i.kind == IMAGE_TEXT || i.kind == IMAGE_UNKNOWN) {
		if (i.kind == IMAGE_TEXT)
			finding_add(&w->findings, FAULT_KERNEL_MISSING, "%s is a text, no kernel", f->final);
		return i.kind == IMAGE_UNKNOWN;
	}
	if (i.arch && strncmp(i.arch, "efi-arm", 7) == 0 && strncmp(w->persona.machine, "efi-arm", 7) != 0 &&
	    strncmp(w->persona.machine, "uboot", 5) != 0) {
		finding_add(&w->findings, FAULT_WRONG_MACHINE, "the kernel %s is for %s", f->final, i.arch);
		return false;
	}
	if (w->persona.secure && i.kind == IMAGE_LINUX && !i.is_signed) {
		finding_fatal(&w->findings, FAULT_NOT_SIGNED, "the kernel %s", f->final);
		return false;
	}
	return true;
}

static void
note_missing(struct boot_script *t, const struct script_action *f, const struct fetched *got)
{
	enum fault fault = got->not_there || got->fault == FAULT_HTTP_STATUS ? missing_fault(f->kind) : got->fault;

	t->missing = fault;
	snprintf(t->evidence, sizeof(t->evidence), "%.150s: %.150s", got->final, got->why);
}

/* Fetches what the script asked for. */
static bool
get(struct boot_script *t, const struct script_action *f, const struct url *u)
{
	struct attempt *w = t->w;
	bool text = f->kind == SCRIPT_CONFIG;
	struct boot_file file = {
		.what = step_name(f->kind), .missing = FAULT_NONE, .keep = text ? BOOT_SCRIPT : IMAGE_PEEK
	};
	struct fetched got;
	bool ok = boot_fetch(w, &file, u, &got), pushed = false;

	if (!ok && f->kind != SCRIPT_TRY)
		note_missing(t, f, &got);
	if (ok && f->kind == SCRIPT_KERNEL)
		ok = is_kernel(w, &got);
	if (ok) {
		w->kernels += f->kind == SCRIPT_KERNEL;
		w->initrds += f->kind == SCRIPT_INITRD;
		if (f->kind != SCRIPT_TRY)
			t->missing = FAULT_NONE;
	}
	if (ok && text)
		pushed = t->push(t, u, &got);
	fetch_free(&got);
	if (!pushed)
		t->result(t, ok);
	return ok || f->kind == SCRIPT_TRY || t->handles || (text && t->forgiving);
}

/* A program or script that takes over, or is called. */
static bool
chain(struct boot_script *t, const struct url *u, bool *over)
{
	struct boot_file file = { .what = "chain", .keep = LOADER_KEEP };
	struct fetched got;
	struct image i;
	bool ok = boot_fetch(t->w, &file, u, &got);

	bool boots = false;

	*over = false;
	if (!ok) {
		struct script_action f = { .kind = SCRIPT_FILE };

		note_missing(t, &f, &got);
		t->result(t, false);
	} else {
		image_identify(got.data, got.kept, &i);
		if (i.kind == IMAGE_IPXE_SCRIPT && t->w->persona.ipxe) {
			t->missing = FAULT_NONE;
			ok = t->push(t, u, &got);
			if (!ok)
				t->result(t, false);
		} else {
			*over = true;
			boots = boot_loaded(t->w, u, &got);
		}
	}
	fetch_free(&got);
	return *over ? boots : ok;
}

/* A name that leads nowhere on a network: an unknown device or scheme.  True
 * when the script may go on. */
static bool
leads_nowhere(struct boot_script *t, const struct script_action *f)
{
	if (f->kind != SCRIPT_TRY) {
		t->missing = missing_fault(f->kind);
		snprintf(t->evidence, sizeof(t->evidence),
		    "%.100s, line %u: \"%.120s\" is no address that can be fetched", t->at.path, f->line, f->name);
	}
	t->result(t, false);
	return f->kind == SCRIPT_TRY || t->handles || (f->kind == SCRIPT_CONFIG && t->forgiving);
}

static bool
ends(struct boot_script *t, const struct script_action *f)
{
	struct attempt *w = t->w;

	if (f->kind == SCRIPT_STOP) {
		stop(t, f);
		return false;
	}
	if (f->kind == SCRIPT_LOCAL)
		snprintf(w->end, sizeof(w->end), "the menu's default boots %.200s",
		    f->name[0] ? f->name : "from the machine's own disk");
	else
		snprintf(w->end, sizeof(w->end), "kernel and %u initrd file%s arrive whole", w->initrds,
		    w->initrds == 1 ? "" : "s");
	return !finding_error(&w->findings);
}

bool
boot_follow(struct boot_script *t)
{
	for (int n = 0; n < SCRIPT_FILES; n++) {
		struct script_action f;
		struct url u;
		bool over = false, ok;

		t->next(t, &f);
		if (f.kind == SCRIPT_DHCP) {
			t->result(t, t->dhcp && t->dhcp(t));
			continue;
		}
		if (f.kind == SCRIPT_BOOT || f.kind == SCRIPT_LOCAL || f.kind == SCRIPT_STOP)
			return ends(t, &f);
		if (f.kind == SCRIPT_CHAIN && t->find(t, f.name, &u)) {
			ok = chain(t, &u, &over);
			if (over)
				return ok;
			continue;
		}
		if (!(t->find(t, f.name, &u) ? get(t, &f, &u) : leads_nowhere(t, &f))) {
			stop(t, &f);
			return false;
		}
	}
	finding_add(&t->w->findings, FAULT_SCRIPT_ERROR, "%s asks for more than %d files", t->at.path, SCRIPT_FILES);
	return false;
}
