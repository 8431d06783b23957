#include "boot_script.h"

#include "boot_iscsi.h"

#include <stdarg.h>
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

	if (f->unsure && !finding_error(findings))
		return boot_unknown(s->a, "%.100s, line %u: %.100s%s%.100s; %s", s->at.path, f->line, f->why,
		    s->missing != FAULT_NONE ? " " : "", s->missing != FAULT_NONE ? s->evidence : "", f->unsure);
	if (s->missing != FAULT_NONE && !f->any)
		finding_add(findings, s->missing, "%s", s->evidence);
	else if (f->waits && !finding_error(findings))
		return boot_unknown(s->a, "%.150s, line %u: %.150s", s->at.path, f->line, f->why);
	else if (!f->why[0] && finding_error(findings))
		; /* It names the file that was no good already. */
	else if (f->line)
		finding_add(findings, FAULT_SCRIPT_ERROR, "%s, line %u: %s", s->at.path, f->line, f->why);
	else
		finding_add(findings, FAULT_SCRIPT_ERROR, "%s: %s", s->at.path, f->why);
	return BOOT_FAILS;
}

/* The script has come to its end. */
static enum boot_next
script_over(struct boot_script *s, const struct script_action *f)
{
	struct attempt *a = s->a;

	if (f->kind == SCRIPT_STOP)
		return script_fails(s, f);
	if (f->kind == SCRIPT_LOCAL && f->any && s->missing != FAULT_NONE)
		return script_fails(s, f);
	if (f->kind == SCRIPT_LOCAL) {
		if (strchr(f->name, ':') && f->name[0] != '(')
			return boot_unknown(
			    a, "%.100s, line %u: boots from %.150s, which is not tried", s->at.path, f->line, f->name);
		snprintf(a->end, sizeof(a->end), "the menu's default boots %.200s",
		    f->name[0] ? f->name : "from the machine's own disk");
		return finding_error(&a->findings) ? BOOT_FAILS : BOOT_DONE;
	}
	if (s->no_initrd[0] && a->is_linux)
		finding_add(&a->findings, FAULT_INITRD_REFUSED, "%s", s->no_initrd);
	if (finding_error(&a->findings))
		return BOOT_FAILS;
	if (s->unsure[0])
		return boot_unknown(a, "%s", s->unsure);
	snprintf(
	    a->end, sizeof(a->end), "kernel and %u initrd file%s arrive whole", a->initrds, a->initrds == 1 ? "" : "s");
	return BOOT_DONE;
}

/* Is the architecture the machine's? */
static bool
kernel_runs(const struct persona *p, const struct image *i)
{
	bool arm = i->arch && strncmp(i->arch, "efi-arm", 7) == 0;
	bool x86 = i->arch && (strcmp(i->arch, "efi-x64") == 0 || strcmp(i->arch, "efi-ia32") == 0);

	if (arm)
		return strncmp(p->machine, "efi-arm", 7) == 0 || strncmp(p->machine, "uboot", 5) == 0;
	return !x86 || (strncmp(p->machine, "efi-arm", 7) != 0 && strncmp(p->machine, "efi-riscv", 9) != 0);
}

/* The script lacks something, which is why it fails, should it find nothing else to boot. */
__attribute__((format(printf, 3, 4))) static void
set_missing(struct boot_script *s, enum fault fault, const char *fmt, ...)
{
	va_list ap;

	s->missing = fault;
	va_start(ap, fmt);
	vsnprintf(s->evidence, sizeof(s->evidence), fmt, ap);
	va_end(ap);
}

/* Is it a kernel that this machine starts?  A "not found" page with status 200
 * or a login page is not. */
static bool
is_kernel(struct boot_script *s, const struct fetched *f)
{
	struct attempt *a = s->a;
	struct payload p = { f->data, f->kept, f->bytes, a->persona.machine, s->unpacks };
	char why[PAYLOAD_WHY];
	enum payload_state state = payload_kernel(&p, why);
	struct image i;

	image_identify(f->data, f->kept, &i);
	if (!kernel_runs(&a->persona, &i)) {
		set_missing(s, FAULT_WRONG_MACHINE, "the kernel %.200s is for %s", f->final, i.arch);
		return false;
	}
	if (state == PAYLOAD_BAD) {
		set_missing(s, FAULT_KERNEL_REFUSED, "%.150s: %.150s", f->final, why);
		return false;
	}
	if (a->persona.secure && i.kind == IMAGE_LINUX && !i.is_signed) {
		set_missing(s, FAULT_SECURE_BOOT, "the kernel %.200s", f->final);
		return false;
	}
	a->is_linux = payload_is_linux(&p);
	s->unsure[0] = '\0';
	if (state == PAYLOAD_UNSURE)
		snprintf(s->unsure, sizeof(s->unsure), "%.150s arrives whole and is started; %.100s", f->final, why);
	return true;
}

/* Is it what this kernel takes?  The kernel may come after it. */
static void
check_initrd(struct boot_script *s, const struct fetched *f)
{
	struct payload p = { .bytes = f->data, .kept = f->kept, .size = f->bytes, .machine = s->a->persona.machine };
	char why[PAYLOAD_WHY];

	if (payload_initrd(&p, why) == PAYLOAD_BAD)
		snprintf(s->no_initrd, sizeof(s->no_initrd), "%.150s: %.150s", f->final, why);
}

/* What came is looked at; false when the loader cannot use it. */
static bool
script_judge(struct boot_script *s, const struct script_action *f, const struct fetched *got)
{
	if (f->kind == SCRIPT_KERNEL && !f->any)
		return is_kernel(s, got);
	if (f->kind == SCRIPT_INITRD && !f->any)
		check_initrd(s, got);
	if (f->kind == SCRIPT_FILE && s->arrived)
		return s->arrived(s, f, got);
	return true;
}

static void
note_missing(struct boot_script *s, enum script_kind kind, const struct fetched *got)
{
	set_missing(s, got->not_there || got->fault == FAULT_HTTP_STATUS ? kinds[kind].missing : got->fault,
	    "%.150s: %.150s", got->final, got->why);
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
	bool module = f->kind == SCRIPT_FILE && s->arrived;
	struct boot_file file = {
		.what = kinds[f->kind].step, .missing = FAULT_NONE, .keep = text || module ? BOOT_SCRIPT : PAYLOAD_PEEK
	};
	struct fetched got;
	bool ok = boot_fetch(a, &file, u, &got);

	if (!ok && f->kind != SCRIPT_TRY)
		note_missing(s, f->kind, &got);
	if (ok)
		ok = script_judge(s, f, &got);
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
		if (s->leave)
			s->leave(s);
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

/* A disk that is booted from or hooked in; true when that is the end, and *next says how. */
static bool
script_disk(struct boot_script *s, const struct script_action *f, enum boot_next *next)
{
	char text[FINDING_TEXT];
	bool there = boot_iscsi_look(s->a, f->name, true, text);

	if (there && f->any) {
		*next = boot_unknown(s->a, "%.100s, line %u boots from a disk: %.150s", s->at.path, f->line, text);
		return true;
	}
	if (!there) {
		s->missing = FAULT_ISCSI_NO_LUN;
		snprintf(s->evidence, sizeof(s->evidence), "%s", text);
	}
	script_result(s->reader, there);
	return false;
}

/* A name that leads nowhere. */
static void
note_unfit(struct boot_script *s, const struct script_action *f)
{
	s->missing = s->unfit;
	s->unfit = FAULT_NONE;
	if (s->missing != FAULT_NONE)
		return;
	set_missing(s, kinds[f->kind].missing, "%.100s, line %u: \"%.120s\" is not an address that can be fetched",
	    s->at.path, f->line, f->name);
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
		/* A prompt that it falls back to is not what is wrong. */
		if (f.waits && !(f.kind == SCRIPT_STOP && s->missing != FAULT_NONE)) {
			a->waits = true;
			finding_warn(&a->findings, FAULT_WAITS_FOR_KEY, "%.150s: %s", s->at.path, f.waits);
		}
		if (script_ended(&f))
			return script_over(s, &f);
		if (f.kind == SCRIPT_DISK) {
			if (script_disk(s, &f, &next))
				return next;
		} else if (f.kind == SCRIPT_DHCP) {
			script_result(s->reader, s->dhcp && s->dhcp(s));
		} else if (!s->find(s, f.name, &u)) {
			/* It leads nowhere on a network: an unknown device or scheme. */
			if (f.kind != SCRIPT_TRY)
				note_unfit(s, &f);
			script_result(s->reader, false);
			if (!goes_on_without(s, f.kind))
				return script_fails(s, &f);
		} else if (f.kind == SCRIPT_CHAIN) {
			if (script_chain(s, &u, &next))
				return next;
		} else if (!script_get(s, &f, &u)) {
			return script_fails(s, &f);
		} else if (f.kind == SCRIPT_KERNEL && f.any && s->missing == FAULT_NONE) {
			return boot_unknown(
			    a, "%.200s is there, and boots as a disk; what is on it is not followed", f.name);
		}
	}
	finding_add(&a->findings, FAULT_SCRIPT_ERROR, "%s asks for more than %d files", s->at.path, SCRIPT_FILES);
	return BOOT_FAILS;
}
