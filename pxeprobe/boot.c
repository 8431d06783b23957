#include "boot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot_iscsi.h"
#include "boot_loaders.h"
#include "clock.h"
#include "grubcore.h"
#include "num.h"

/* A router answers within half a second, and 3 s after its last answer (RFC 4861, 6.2.6). */
#define RA_MS 4000

/* Some editors put a byte order mark in front, and then it is no script. */
static bool
is_marked_script(const struct fetched *f)
{
	static const char start[] = "\xef\xbb\xbf#!ipxe";

	return f->kept >= sizeof(start) - 1 && memcmp(f->data, start, sizeof(start) - 1) == 0;
}

/* What the program is that this machine does not start; NULL when it does. */
static const char *
unfit_for(const struct persona *p, const struct image *i, const struct fetched *f)
{
	bool efi = strncmp(p->machine, "efi-", 4) == 0;

	if (i->kind == IMAGE_IPXE_SCRIPT && !p->ipxe)
		return "an iPXE script, which only iPXE can run";
	if (is_marked_script(f))
		return "an iPXE script behind a byte order mark, which makes it none";
	if (i->kind == IMAGE_TEXT)
		return "text";
	if (i->kind == IMAGE_ISO9660)
		return "an ISO image";
	if (strcmp(p->machine, "bios") == 0 && i->kind == IMAGE_EFI)
		return "an EFI program, but this is a BIOS machine";
	if (strcmp(p->machine, "bios") == 0 && i->kind == IMAGE_LINUX && !p->ipxe)
		return "a kernel, which a BIOS ROM cannot start";
	if (strcmp(p->machine, "ppc-of") == 0 && i->arch)
		return "a program for another machine";
	if (efi && !i->efi && i->kind != IMAGE_IPXE_SCRIPT)
		return "not an EFI program";
	if (efi && i->efi && i->arch && strcmp(i->arch, p->machine) != 0)
		return "an EFI program for another machine";
	return NULL;
}

/* Runs the program that was fetched. */
static enum boot_next
run_loader(struct attempt *a, const struct bootprog *info, const struct fetched *f)
{
	const struct url at = a->program;

	a->runs = info->kind;
	switch (info->kind) {
	case BOOTPROG_IPXE:
		return boot_ipxe(a, &at, f);
	case BOOTPROG_IPXE_SCRIPT:
		return boot_ipxe_script(a, &at, (const char *)f->data, f->kept);
	case BOOTPROG_PXELINUX:
	case BOOTPROG_LPXELINUX:
	case BOOTPROG_SYSLINUX_EFI:
		return boot_pxelinux(a, &at, info);
	case BOOTPROG_SHIM:
		return boot_shim(a, &at, info);
	case BOOTPROG_GRUB:
		return boot_grub(a, &at, info);
	case BOOTPROG_KERNEL:
	case BOOTPROG_MEMTEST:
		a->kernels++;
		snprintf(a->end, sizeof(a->end), "starts the kernel %.200s itself", at.path);
		return BOOT_DONE;
	default:
		break;
	}
	return boot_unknown(a, "%.200s arrives whole; what it loads next is not known: it is %s", at.path,
	    info->kind == BOOTPROG_OTHER ? "none of the boot programs known here" : bootprog_title(info->kind));
}

/* Says what the program is that was fetched, and runs it where this machine starts it. */
static enum boot_next
run_program(struct attempt *a)
{
	struct bootprog *info = calloc(1, sizeof(*info));
	struct fetched f = a->file;
	enum boot_next next = BOOT_FAILS;
	const struct image *i;
	const char *why;
	char cut[PAYLOAD_WHY];
	struct step s;

	a->file.data = NULL;
	if (!info || a->programs++ == BOOT_PROGRAMS) {
		finding_add(&a->findings, FAULT_SCRIPT_ERROR, "more than %d programs start one another", BOOT_PROGRAMS);
		goto out;
	}
	if (f.bytes == 0)
		goto out;
	bootprog_identify(f.data, f.kept, info);
	if (info->kind == BOOTPROG_OTHER && strcmp(a->persona.machine, "bios") == 0)
		grubcore_read(f.data, f.kept, info);
	i = &info->image;
	step_begin(&s, "program");
	step_put(&s, "loader", bootprog_title(info->kind));
	if (i->arch)
		step_put(&s, "arch", i->arch);
	if (i->efi)
		step_put(&s, "signed", i->is_signed ? "yes" : "no");
	step_detail(&s, "it is %s%s%s%s", bootprog_title(info->kind), i->arch ? ", " : "", i->arch ? i->arch : "",
	    !i->efi          ? "" :
	        i->is_signed ? ", signed" :
	                       ", not signed");
	report_step(a->report, &s);
	why = unfit_for(&a->persona, i, &f);
	if (why) {
		finding_add(&a->findings, FAULT_WRONG_MACHINE, "%s is %s%s%s%s", f.final, why, i->arch ? " (" : "",
		    i->arch ? i->arch : "", i->arch ? ")" : "");
		goto out;
	}
	if (payload_program(&(struct payload){ .bytes = f.data, .kept = f.kept, .size = f.bytes }, cut) ==
	    PAYLOAD_BAD) {
		finding_add(&a->findings, FAULT_FILE_DAMAGED, "%s: %s", f.final, cut);
		goto out;
	}
	/* shim checks what it starts; an unsigned program fails there too. */
	if (i->kind == IMAGE_EFI && !i->is_signed)
		finding_add(&a->findings, a->persona.secure ? FAULT_SECURE_BOOT : FAULT_NOT_SIGNED, "%s", f.final);
	if (!finding_error(&a->findings))
		next = run_loader(a, info, &f);
out:
	free(info);
	fetch_free(&f);
	return next;
}

/* A DHCP conversation, and what it says to load. */
static enum boot_next
run_round(struct attempt *a)
{
	char root[OFFER_ROOT_PATH], text[FINDING_TEXT];
	const struct boot *boot;
	struct bootprog *info;
	enum boot_next next;
	struct url u;

	if (!boot_dhcp(a))
		return BOOT_FAILS;
	boot = &boot_lease(a)->boot;
	/* iPXE has the disk in hand before it loads anything (uriboot in autoboot.c). */
	if (offer_root_path(&a->persona, &boot_lease(a)->last, root)) {
		if (!boot->name[0])
			return boot_iscsi(a, root);
		if (!boot_iscsi_look(a, root, false, text))
			return BOOT_FAILS;
	}
	if (a->persona.rule == RULE_PI)
		return boot_pi(a, boot->server);
	if (a->persona.then == THEN_UBOOT)
		return boot_uboot(a, boot->server);
	if (strstr(boot->name, "://") ? !url_parse(boot->name, &u) : !url_tftp(boot->server, boot->name, &u)) {
		finding_add(&a->findings, FAULT_URI_UNFIT, "\"%s\"", boot->name);
		return BOOT_FAILS;
	}
	if (a->persona.then == THEN_BOOTFILE) {
		next = boot_load(a, &u, "bootfile");
		/* The DHCP server itself was asked, as nothing says who else. */
		if (next == BOOT_FAILS && strcmp(boot->server_from, "54") == 0 && !strstr(boot->name, "://"))
			finding_fatal(&a->findings, FAULT_SIADDR_ZERO,
			    "so the DHCP server %s itself is asked for \"%.150s\"; option 66 does not count", u.host,
			    boot->name);
		return next;
	}
	/* The persona is a loader itself, which need not be fetched. */
	info = calloc(1, sizeof(*info));
	if (!info)
		return BOOT_FAILS;
	a->program = u;
	snprintf(info->prefix, sizeof(info->prefix), "/grub");
	info->normal = true;
	bootprog_shim_next(a->persona.machine, info->next);
	next = a->persona.then == THEN_PXELINUX ? boot_pxelinux(a, &u, info) :
	    a->persona.then == THEN_SHIM        ? boot_shim(a, &u, info) :
	                                          boot_grub(a, &u, info);
	free(info);
	return next;
}

static void
note_finding(void *ctx, const struct finding *f)
{
	struct report *r = ctx;

	report_seen(r, r->machine, f);
}

/* iPXE configures IPv6 as well, and waits until a router has advertised itself. */
static void
check_router(struct attempt *a, uint64_t until)
{
	while (!lan_heard_router(a->lan) && clock_ms() < until && !lan_stopped(a->lan))
		lan_wait(a->lan, -1, 0, until);
	if (!lan_heard_router(a->lan) && !lan_stopped(a->lan))
		finding_add(&a->findings, FAULT_RA_WAIT, "%s", "");
}

enum verdict
boot_run(const struct boot_want *want, const struct persona *p)
{
	struct attempt a = { .lan = want->lan,
		.report = want->report,
		.id = want->id,
		.patience_ms = want->patience_ms,
		.replay = want->replay,
		.persona = *p };
	enum boot_next next = BOOT_ROUND;
	char mac[NUM_MAC_TEXT], size[32], text[FINDING_TEXT + 300];
	const struct finding *error;
	enum verdict verdict;
	uint64_t began = clock_ms();

	if (p->ipxe)
		lan_solicit(a.lan, a.id.mac);
	lan_forget_neighbours(a.lan);
	a.findings.seen = note_finding;
	a.findings.ctx = a.report;
	report_persona(a.report, p->name, p->text, num_mac_text(a.id.mac, ':', mac));
	while (next == BOOT_ROUND || next == BOOT_PROGRAM)
		next = next == BOOT_ROUND ? run_round(&a) : run_program(&a);
	error = finding_error(&a.findings);
	if (next == BOOT_DONE && a.waits)
		next = BOOT_UNKNOWN;
	verdict = next == BOOT_FAILS || error ? VERDICT_NO : next == BOOT_DONE ? VERDICT_YES : VERDICT_UNKNOWN;
	if (p->ipxe && verdict != VERDICT_NO)
		check_router(&a, began + (want->patience_ms < RA_MS ? want->patience_ms : RA_MS));
	lan_on_dhcp(a.lan, NULL, NULL);
	for (size_t i = 0; i < a.rounds; i++) {
		if (a.six[i])
			dhcp6_round_release(a.six[i]);
		dhcp_round_late(a.round[i]);
		dhcp_round_release(a.round[i]);
		free(a.six[i]);
		free(a.round[i]);
	}
	/* An attempt that was cut short proves nothing. */
	if (lan_stopped(a.lan))
		return verdict;
	error = finding_error(&a.findings);
	if (verdict == VERDICT_UNKNOWN && a.waits)
		snprintf(text, sizeof(text), "a menu waits for a key; its default entry: %s (%s in all)", a.end,
		    report_size(a.bytes, size));
	else if (verdict != VERDICT_NO)
		snprintf(text, sizeof(text), "%s (%s in all)", a.end, report_size(a.bytes, size));
	else if (error)
		finding_text(error, text, sizeof(text));
	else
		snprintf(text, sizeof(text), "it got no further");
	report_findings(a.report, &a.findings);
	report_verdict(a.report, verdict, text);
	return verdict;
}
