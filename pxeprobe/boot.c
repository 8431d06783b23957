#include "boot.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "num.h"
#include "boot_steps.h"

static void
use_lease(struct attempt *w, const struct dhcp_client *d)
{
	w->fetcher = (struct fetcher){ .net = w->want->net,
		.addr = d->addr,
		.dns_n = d->dns_n,
		.patience_ms = w->want->patience_ms,
		.tftp = w->persona.tftp,
		.http = w->persona.http };
	memcpy(w->fetcher.dns, d->dns, sizeof(d->dns));
}

/* An address that the round before has leased, and this one has not. */
static void
drop_older(struct attempt *w)
{
	struct dhcp_client *d = &w->round[w->rounds - 1]->client;

	for (size_t i = 0; i + 1 < w->rounds; i++)
		if (w->round[i]->client.leased && d->leased && w->round[i]->client.addr == d->addr)
			w->round[i]->client.leased = false;
}

bool
boot_dhcp(struct attempt *w)
{
	struct dhcp_round *r;
	bool found;

	if (w->rounds == BOOT_ROUNDS || !(r = calloc(1, sizeof(*r)))) {
		finding_add(&w->findings, FAULT_IPXE_LOOP, "after %zu DHCP rounds", w->rounds);
		return false;
	}
	r->net = w->want->net;
	r->report = w->report;
	r->findings = &w->findings;
	r->id = w->want->id;
	r->patience_ms = w->want->patience_ms;
	r->before = w->rounds ? w->round[w->rounds - 1] : NULL;
	w->round[w->rounds++] = r;
	if (w->want->replay)
		replay_round(w->want->replay, &w->persona);
	found = dhcp_round_run(r, &w->persona);
	drop_older(w);
	if (found)
		use_lease(w, &r->client);
	return found;
}

/* A loader that needs no loading. */
static bool
start_loader(struct attempt *w, const struct url *u)
{
	struct loader_info *info = calloc(1, sizeof(*info));
	bool boots;

	if (!info)
		return false;
	w->program = *u;
	snprintf(info->prefix, sizeof(info->prefix), "/grub");
	loader_shim_next(w->persona.machine, info->next);
	boots = w->persona.then == THEN_PXELINUX ? boot_pxelinux(w, u, false) :
	    w->persona.then == THEN_SHIM         ? boot_shim(w, u, info) :
	                                           boot_grub(w, u, info);
	free(info);
	return boots;
}

bool
boot_round(struct attempt *w)
{
	const struct dhcp_client *d;
	struct url u;

	if (!boot_dhcp(w))
		return false;
	d = &w->round[w->rounds - 1]->client;
	if (w->persona.rule == RULE_PI)
		return boot_pi(w, d->boot.server);
	if (w->persona.then == THEN_UBOOT)
		return boot_uboot(w, d->boot.server);
	if (strstr(d->boot.name, "://") ? !url_parse(d->boot.name, &u) : !url_tftp(d->boot.server, d->boot.name, &u)) {
		finding_add(&w->findings, FAULT_URI_UNFIT, "\"%s\"", d->boot.name);
		return false;
	}
	return w->persona.then == THEN_BOOTFILE ? boot_program(w, &u, "bootfile") : start_loader(w, &u);
}

static void
give_back(struct attempt *w)
{
	net_on_dhcp(w->want->net, NULL, NULL);
	for (size_t i = 0; i < w->rounds; i++) {
		dhcp_round_late(w->round[i]);
		dhcp_round_release(w->round[i]);
		free(w->round[i]);
	}
}

static void
verdict(struct attempt *w, bool boots)
{
	const struct finding *f = finding_error(&w->findings);
	char text[FINDING_TEXT + 300], size[32];

	if (boots)
		snprintf(text, sizeof(text), "%s (%s in all)", w->end, report_size(w->bytes, size));
	else if (f)
		snprintf(
		    text, sizeof(text), "%s%s%s", fault_text(f->fault)->text, f->evidence[0] ? ": " : "", f->evidence);
	else
		snprintf(text, sizeof(text), "it got no further");
	report_findings(w->report, &w->findings);
	report_verdict(w->report, boots, text);
}

bool
boot_run(const struct boot_want *want, const struct persona *p)
{
	struct attempt w = { .want = want, .report = want->report, .persona = *p };
	char mac[NUM_MAC_TEXT];
	bool boots;

	report_persona(w.report, p->name, p->text, num_mac_text(want->id.mac, ':', mac));
	boots = boot_round(&w) && !finding_error(&w.findings);
	give_back(&w);
	/* What was broken off says nothing. */
	if (!net_stopped(want->net))
		verdict(&w, boots);
	return boots;
}

/* ---- fetching ---- */

/* For people: who was asked stands in the column before. */
static const char *
short_name(const struct fetched *f)
{
	size_t len = strlen(f->from);

	if (strncmp(f->final, "tftp://", 7) == 0 && strncmp(f->final + 7, f->from, len) == 0 &&
	    f->final[7 + len] == '/')
		return f->final + 7 + len + 1;
	return f->final;
}

static void
say_fetched(struct attempt *w, const char *what, const struct fetched *f)
{
	char size[32], rate[32];
	struct step s;

	step_begin(&s, what);
	snprintf(s.from, sizeof(s.from), "%s", f->from);
	s.ms = f->ms;
	s.timed = true;
	step_put(&s, "file", f->final);
	if (f->fault == FAULT_NONE) {
		step_put_num(&s, "bytes", f->bytes);
		step_put_num(&s, "rate", fetch_rate(f));
		step_put(&s, "how", f->how);
		step_detail(&s, "%s: %s, %s/s, %s", short_name(f), report_size(f->bytes, size),
		    report_size(fetch_rate(f), rate), f->how);
	} else {
		step_put(&s, "error", f->not_there ? "not found" : f->why);
		step_detail(&s, "%s: %s", short_name(f), f->not_there ? "not found" : f->why);
	}
	report_step(w->report, &s);
}

bool
boot_fetch(struct attempt *w, const struct boot_file *file, const struct url *u, struct fetched *out)
{
	bool ok = fetch(&w->fetcher, u, file->keep, out);

	w->bytes += out->bytes;
	if (w->want->replay)
		replay_file(w->want->replay, file->what, &w->fetcher, u, out);
	say_fetched(w, file->what, out);
	for (size_t i = 0; i < out->flaws; i++)
		(out->flaw[i].warning ? finding_warn : finding_add)(
		    &w->findings, out->flaw[i].fault, "%s", out->flaw[i].why);
	if (ok && out->bytes == 0)
		finding_add(&w->findings, FAULT_BOOTFILE_EMPTY, "%s", out->final);
	if (!ok && file->missing != FAULT_NONE) {
		bool plain = out->not_there || out->fault == FAULT_HTTP_STATUS;
		bool http_boot = file->missing == FAULT_BOOTFILE_NOT_FOUND && out->fault == FAULT_HTTP_STATUS;

		finding_fatal(
		    &w->findings, plain && !http_boot ? file->missing : out->fault, "%s: %s", out->final, out->why);
	}
	return ok;
}

bool
boot_look(struct attempt *w, const struct url *u)
{
	struct boot_file file = { .what = "look" };
	struct fetched f;
	bool answered = boot_fetch(w, &file, u, &f) || f.not_there || f.fault == FAULT_HTTP_STATUS;

	if (!answered)
		finding_warn(&w->findings, f.fault, "%s: %s", f.final, f.why);
	fetch_free(&f);
	return answered;
}

/* ---- programs ---- */

static bool
is_bios(const struct attempt *w)
{
	return strcmp(w->persona.machine, "bios") == 0;
}

static bool
right_machine(const struct attempt *w, const struct loader_info *info, const char **why)
{
	const struct image *i = &info->image;

	*why = NULL;
	if (i->kind == IMAGE_IPXE_SCRIPT)
		*why = w->persona.ipxe ? NULL : "an iPXE script, which only iPXE can run";
	else if (i->kind == IMAGE_TEXT)
		*why = "a text";
	else if (i->kind == IMAGE_ISO9660)
		*why = "an ISO image";
	else if (is_bios(w))
		*why = i->kind == IMAGE_EFI                    ? "an EFI program, this is a BIOS machine" :
		    i->kind == IMAGE_LINUX && !w->persona.ipxe ? "a kernel, which a BIOS ROM cannot start" :
		                                                 NULL;
	else if (strncmp(w->persona.machine, "efi-", 4) == 0 && !i->efi)
		*why = "no EFI program";
	if (!*why && i->efi && i->arch && strncmp(w->persona.machine, "efi-", 4) == 0 &&
	    strcmp(i->arch, w->persona.machine) != 0)
		*why = "an EFI program for another machine";
	return *why == NULL;
}

static bool
check_program(struct attempt *w, const struct loader_info *info, const struct fetched *f)
{
	const struct image *i = &info->image;
	const char *why;

	if (!right_machine(w, info, &why)) {
		finding_add(&w->findings, FAULT_WRONG_MACHINE, "%s is %s%s%s%s", f->final, why, i->arch ? " (" : "",
		    i->arch ? i->arch : "", i->arch ? ")" : "");
		return false;
	}
	/* What shim starts is checked by shim; unsigned there is no better. */
	if (i->kind == IMAGE_EFI && !i->is_signed)
		(w->persona.secure ? finding_fatal : finding_add)(&w->findings, FAULT_NOT_SIGNED, "%s", f->final);
	return i->kind != IMAGE_EFI || i->is_signed || !w->persona.secure;
}

static void
say_program(struct attempt *w, const struct loader_info *info)
{
	const struct image *i = &info->image;
	struct step s;

	step_begin(&s, "program");
	step_put(&s, "loader", loader_name(info->kind));
	if (i->arch)
		step_put(&s, "arch", i->arch);
	if (i->efi)
		step_put(&s, "signed", i->is_signed ? "yes" : "no");
	step_detail(&s, "it is %s%s%s%s", loader_name(info->kind), i->arch ? ", " : "", i->arch ? i->arch : "",
	    !i->efi          ? "" :
	        i->is_signed ? ", signed" :
	                       ", not signed");
	report_step(w->report, &s);
}

static bool
become_ipxe(struct attempt *w)
{
	struct persona ipxe;

	if (w->persona.ipxe) {
		finding_add(&w->findings, FAULT_IPXE_LOOP, "server %s, file %s", w->program.host, w->program.path);
		return false;
	}
	persona_become_ipxe(&w->persona, &ipxe);
	w->persona = ipxe;
	return boot_round(w);
}

static bool
run_program(struct attempt *w, const struct url *u, const struct loader_info *info, const struct fetched *f)
{
	w->runs = info->kind;
	switch (info->kind) {
	case LOADER_IPXE:
		return become_ipxe(w);
	case LOADER_IPXE_SCRIPT:
		return boot_ipxe_script(w, u, (const char *)f->data, f->kept);
	case LOADER_PXELINUX:
	case LOADER_LPXELINUX:
		return boot_pxelinux(w, u, info->kind == LOADER_LPXELINUX);
	case LOADER_SHIM:
		return boot_shim(w, u, info);
	case LOADER_GRUB:
		return boot_grub(w, u, info);
	case LOADER_KERNEL:
		w->kernels++;
		snprintf(w->end, sizeof(w->end), "starts the kernel %.200s itself", u->path);
		return true;
	case LOADER_OTHER:
		break;
	}
	snprintf(
	    w->end, sizeof(w->end), "loads %.200s; what that program does next cannot be seen from outside", u->path);
	return true;
}

bool
boot_loaded(struct attempt *w, const struct url *u, const struct fetched *f)
{
	struct loader_info *info = calloc(1, sizeof(*info));
	bool boots = false;

	w->program = *u;
	if (!info || w->programs++ == BOOT_PROGRAMS) {
		finding_add(&w->findings, FAULT_SCRIPT_ERROR, "more than %d programs start one another", BOOT_PROGRAMS);
	} else if (f->bytes > 0) {
		loader_identify(f->data, f->kept, info);
		say_program(w, info);
		boots = check_program(w, info, f) && !finding_error(&w->findings) && run_program(w, u, info, f);
	}
	free(info);
	return boots;
}

bool
boot_program(struct attempt *w, const struct url *u, const char *what)
{
	struct boot_file file = { .what = what, .missing = FAULT_BOOTFILE_NOT_FOUND, .keep = LOADER_KEEP };
	struct fetched f;
	bool boots = boot_fetch(w, &file, u, &f) && boot_loaded(w, u, &f);

	fetch_free(&f);
	return boots;
}
