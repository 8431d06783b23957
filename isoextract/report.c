#include "report.h"

#include <stdio.h>
#include <time.h>

#include "facts.h"
#include "bootprog.h"
#include "machine.h"

static const char *const member_words[] = { [READER_FILE] = "file",
	[READER_DIR] = "dir",
	[READER_SYMLINK] = "link",
	[READER_HARDLINK] = "file",
	[READER_OTHER] = "other" };

/* cli_flush finds write errors at the end. */
static void
end_record(struct facts_out *o)
{
	facts_end(o, stdout);
	facts_out_free(o);
}

void
report_unsafe(const struct reader_entry *e, bool json)
{
	struct facts_out o = { .json = json };

	facts_begin(&o, member_words[e->type]);
	facts_put(&o, "path", e->path);
	facts_put(&o, "unsafe", "yes");
	end_record(&o);
}

void
report_member(const struct reader_entry *e, const char *path, bool json)
{
	struct facts_out o = { .json = json };
	char mode[8], mtime[40];
	struct tm tm;

	facts_begin(&o, member_words[e->type]);
	facts_put(&o, "path", path);
	if (e->type == READER_SYMLINK)
		facts_put(&o, "to", e->link);
	if (e->type == READER_FILE || e->type == READER_HARDLINK) {
		if (e->has_size)
			facts_put_num(&o, "size", e->size);
		snprintf(mode, sizeof(mode), "%04o", (unsigned)e->mode);
		facts_put(&o, "mode", mode);
		/* RFC 3339 in UTC: the same wherever it is read */
		if (e->has_mtime && gmtime_r(&e->mtime.tv_sec, &tm) &&
		    strftime(mtime, sizeof(mtime), "%Y-%m-%dT%H:%M:%SZ", &tm))
			facts_put(&o, "mtime", mtime);
	}
	if (e->type == READER_HARDLINK)
		facts_put(&o, "same", e->link);
	end_record(&o);
}

static void
put_some(struct facts_out *o, const char *key, const char *value)
{
	if (value && *value)
		facts_put(o, key, value);
}

static void
report_record(const struct boot_record *r, bool json)
{
	struct facts_out o = { .json = json };

	facts_begin(&o, r->unfit ? "unfit" : r->netboot ? "netboot" : "boot");
	facts_put(&o, "name", r->name);
	facts_put(&o, "family", r->family);
	facts_put(&o, "arch", r->arch);
	facts_put(&o, "kernel", r->netboot ? r->take : r->kernel);
	if (r->unfit) {
		put_some(&o, "why", r->why);
		end_record(&o);
		return;
	}
	facts_put(&o, "initrd", r->initrd);
	facts_put(&o, "args", r->args);
	put_some(&o, "answers", r->answers);
	put_some(&o, "needs", r->needs);
	put_some(&o, "embed", r->embed);
	put_some(&o, "way", r->way);
	put_some(&o, "with", r->with);
	if (r->image)
		facts_put(&o, "image", "yes");
	put_some(&o, "firmware", r->firmware);
	put_some(&o, "version", r->version);
	put_some(&o, "linux", r->netboot ? r->fits : r->linux_version);
	put_some(&o, "package", r->package);
	put_some(&o, "from", r->from);
	put_some(&o, "note", r->note);
	end_record(&o);
}

static const char *
arch_word(const struct image *image)
{
	const struct machine *machine = machine_by_any_name(image->arch);

	if (image->kind == IMAGE_BIOS)
		return "bios";
	return machine && machine->record ? machine->record : "unknown";
}

/* Begins a `loader` record. */
static void
begin_loader(struct facts_out *o, const char *path, const struct image *image, enum bootprog_kind kind)
{
	facts_begin(o, "loader");
	facts_put(o, "path", path);
	facts_put(o, "arch", arch_word(image));
	facts_put(o, "signed", image->is_signed ? "yes" : "no");
	facts_put(o, "kind", bootprog_word(kind));
}

static void
report_loader(const struct catalog_member *m, bool json)
{
	struct facts_out o = { .json = json };
	enum bootprog_kind kind = bootprog_by_name(m->path);

	/* Its first bytes, all that was read, tell less than a name. */
	begin_loader(&o, m->path, &m->image, kind == BOOTPROG_OTHER ? m->program : kind);
	facts_put_num(&o, "size", m->size);
	end_record(&o);
}

/* Can it load further files over a network?  NULL for programs that load none. */
static const char *
network_word(const struct bootfile *f)
{
	switch (f->program.kind) {
	case BOOTPROG_GRUB:
		return f->program.network ? "yes" : f->whole ? "no" : "unknown";
	case BOOTPROG_IPXE:
	case BOOTPROG_PXELINUX:
	case BOOTPROG_LPXELINUX:
	case BOOTPROG_SYSLINUX_EFI:
	case BOOTPROG_SHIM:
	case BOOTPROG_WINDOWS:
		return "yes";
	case BOOTPROG_SYSTEMD_BOOT:
	case BOOTPROG_FALLBACK:
		return "no";
	case BOOTPROG_OTHER:
		return "unknown";
	default:
		return NULL;
	}
}

void
report_bootfile(const struct bootfile *f, const char *name, bool json)
{
	const struct bootprog *p = &f->program;
	struct facts_out o = { .json = json };

	begin_loader(&o, name, &p->image, p->kind);
	put_some(&o, "firmware", boot_firmware(&p->image));
	put_some(&o, "version", p->version);
	put_some(&o, "vendor", p->vendor);
	put_some(&o, "sbat", p->sbat);
	put_some(&o, "level", p->level);
	put_some(&o, "network", network_word(f));
	if (p->kind == BOOTPROG_GRUB && f->whole)
		facts_put(&o, "http", p->http ? "yes" : "no");
	put_some(&o, "next", p->next);
	put_some(&o, "prefix", p->prefix);
	put_some(&o, "config", p->config);
	facts_put_num(&o, "size", f->size);
	end_record(&o);
}

size_t
report_boot(const struct boot_records *b, const struct catalog *c, bool json)
{
	size_t bootable = 0;

	for (size_t i = 0; i < b->n; i++) {
		report_record(&b->record[i], json);
		bootable += !b->record[i].unfit && !b->record[i].netboot;
	}
	for (size_t i = 0; i < c->n; i++)
		if (c->member[i].image.kind == IMAGE_EFI && c->member[i].type == CATALOG_FILE)
			report_loader(&c->member[i], json);
	return bootable;
}
