#include "boot_script.h"

#include <stdio.h>
#include <string.h>

#define SCRIPT_FILES 400 /* files one script may ask for */

/* What each kind of file is called in a report, and the fault of its absence. */
static const struct {
	const char *step;
	enum fault missing;
} kinds[] = { [SCRIPT_CONFIG] = { "config", FAULT_CONFIG_MISSING },
	[SCRIPT_TRY] = { "look", FAULT_FILE_LOST },
	[SCRIPT_KERNEL] = { "kernel", FAULT_KERNEL_MISSING },
	[SCRIPT_INITRD] = { "initrd", FAULT_INITRD_MISSING },
	[SCRIPT_FILE] = { "file", FAULT_FILE_LOST },
	[SCRIPT_CHAIN] = { "file", FAULT_FILE_LOST } };

bool
boot_script_config(struct boot_script *s, const struct url *u, bool *broken)
{
	struct boot_file file = { .what = "config", .keep = BOOT_SCRIPT };
	struct fetched f;
	bool ok = boot_fetch(s->a, &file, u, &f);

	*broken = !ok && !f.not_there && f.fault != FAULT_HTTP_STATUS;
	if (*broken)
		finding_fatal(&s->a->findings, f.fault, "%s: %s", f.final, f.why);
	if (ok) {
		s->at = *u;
		ok = script_push(s->reader, (const char *)f.data, f.kept);
	}
	fetch_free(&f);
	return ok;
}

/* The script boots nothing: adds why. */
static enum boot_next
script_fails(struct boot_script *s, const struct script_action *f)
{
	struct findings *findings = &s->a->findings;

	if (s->missing != FAULT_NONE)
		finding_add(findings, s->missing, "%s", s->evidence);
	else if (!f->why[0] && finding_error(findings))
		; /* It names the file that was no good already. */
	else if (f->line)
		finding_add(findings, FAULT_SCRIPT_ERROR, "%s, line %u: %s", s->at.path, f->line, f->why);
	else
		finding_add(findings, FAULT_SCRIPT_ERROR, "%s: %s", s->at.path, f->why);
	return BOOT_FAILS;
}

/* Is it a kernel that this machine starts?  A "not found" page with status 200
 * or a login page is not. */
static bool
is_kernel(struct attempt *a, const struct fetched *f)
{
	struct image i;

	image_identify(f->data, f->kept, &i);
	if (i.kind == IMAGE_TEXT || i.kind == IMAGE_UNKNOWN) {
		if (i.kind == IMAGE_TEXT)
			finding_add(&a->findings, FAULT_KERNEL_MISSING, "%s is text, not a kernel", f->final);
		return i.kind == IMAGE_UNKNOWN;
	}
	if (i.arch && strncmp(i.arch, "efi-arm", 7) == 0 && strncmp(a->persona.machine, "efi-arm", 7) != 0 &&
	    strncmp(a->persona.machine, "uboot", 5) != 0) {
		finding_add(&a->findings, FAULT_WRONG_MACHINE, "the kernel %s is for %s", f->final, i.arch);
		return false;
	}
	if (a->persona.secure && i.kind == IMAGE_LINUX && !i.is_signed) {
		finding_fatal(&a->findings, FAULT_NOT_SIGNED, "the kernel %s", f->final);
		return false;
	}
	return true;
}

static void
note_missing(struct boot_script *s, enum script_kind kind, const struct fetched *got)
{
	s->missing = got->not_there || got->fault == FAULT_HTTP_STATUS ? kinds[kind].missing : got->fault;
	snprintf(s->evidence, sizeof(s->evidence), "%.150s: %.150s", got->final, got->why);
}

static bool
push_fetched(struct boot_script *s, const struct url *u, const struct fetched *f)
{
	if (s->relative)
		s->at = *u;
	return script_push(s->reader, (const char *)f->data, f->kept);
}

/* May the script go on when this was not to be had? */
static bool
goes_on_without(const struct boot_script *s, enum script_kind kind)
{
	return kind == SCRIPT_TRY || s->handles || (kind == SCRIPT_CONFIG && s->forgiving);
}

/* Fetches what the script asked for; false when it ends there. */
static bool
script_get(struct boot_script *s, const struct script_action *f, const struct url *u)
{
	struct attempt *a = s->a;
	bool text = f->kind == SCRIPT_CONFIG, pushed = false;
	struct boot_file file = {
		.what = kinds[f->kind].step, .missing = FAULT_NONE, .keep = text ? BOOT_SCRIPT : IMAGE_PEEK
	};
	struct fetched got;
	bool ok = boot_fetch(a, &file, u, &got);

	if (!ok && f->kind != SCRIPT_TRY)
		note_missing(s, f->kind, &got);
	if (ok && f->kind == SCRIPT_KERNEL)
		ok = is_kernel(a, &got);
	if (ok) {
		a->kernels += f->kind == SCRIPT_KERNEL;
		a->initrds += f->kind == SCRIPT_INITRD;
		if (f->kind != SCRIPT_TRY)
			s->missing = FAULT_NONE;
	}
	if (ok && text)
		pushed = push_fetched(s, u, &got);
	fetch_free(&got);
	if (!pushed)
		script_result(s->reader, ok);
	return ok || goes_on_without(s, f->kind);
}

/* A program or script that takes over or is called; true when it took over,
 * and *next says what runs then. */
static bool
script_chain(struct boot_script *s, const struct url *u, enum boot_next *next)
{
	struct boot_file file = { .what = "chain", .keep = BOOTPROG_KEEP };
	struct fetched got;
	struct image i;
	bool called = false, arrived = boot_fetch(s->a, &file, u, &got);

	if (arrived)
		image_identify(got.data, got.kept, &i);
	if (arrived && !(i.kind == IMAGE_IPXE_SCRIPT && s->a->persona.ipxe)) {
		*next = boot_start(s->a, u, &got);
		return true;
	}
	if (arrived) {
		s->missing = FAULT_NONE;
		called = push_fetched(s, u, &got);
	} else {
		note_missing(s, SCRIPT_CHAIN, &got);
	}
	if (!called)
		script_result(s->reader, false);
	fetch_free(&got);
	return false;
}

enum boot_next
boot_script_run(struct boot_script *s)
{
	struct attempt *a = s->a;

	for (int n = 0; n < SCRIPT_FILES; n++) {
		struct script_action f;
		enum boot_next next;
		struct url u;

		script_next(s->reader, &f);
		if (f.kind == SCRIPT_STOP)
			return script_fails(s, &f);
		if (script_ended(&f)) {
			if (f.kind == SCRIPT_LOCAL)
				snprintf(a->end, sizeof(a->end), "the menu's default boots %.200s",
				    f.name[0] ? f.name : "from the machine's own disk");
			else
				snprintf(a->end, sizeof(a->end), "kernel and %u initrd file%s arrive whole", a->initrds,
				    a->initrds == 1 ? "" : "s");
			return finding_error(&a->findings) ? BOOT_FAILS : BOOT_DONE;
		}
		if (f.kind == SCRIPT_DHCP) {
			script_result(s->reader, s->dhcp && s->dhcp(s));
		} else if (!s->find(s, f.name, &u)) {
			/* It leads nowhere on a network: an unknown device or scheme. */
			if (f.kind != SCRIPT_TRY) {
				s->missing = kinds[f.kind].missing;
				snprintf(s->evidence, sizeof(s->evidence),
				    "%.100s, line %u: \"%.120s\" is not an address that can be fetched", s->at.path,
				    f.line, f.name);
			}
			script_result(s->reader, false);
			if (!goes_on_without(s, f.kind))
				return script_fails(s, &f);
		} else if (f.kind == SCRIPT_CHAIN) {
			if (script_chain(s, &u, &next))
				return next;
		} else if (!script_get(s, &f, &u)) {
			return script_fails(s, &f);
		}
	}
	finding_add(&a->findings, FAULT_SCRIPT_ERROR, "%s asks for more than %d files", s->at.path, SCRIPT_FILES);
	return BOOT_FAILS;
}
