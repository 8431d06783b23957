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

	facts_begin(&o, r->unfit ? "unfit" : "boot");
	facts_put(&o, "name", r->name);
	facts_put(&o, "family", r->family);
	facts_put(&o, "arch", r->arch);
	facts_put(&o, "kernel", r->kernel);
	if (r->unfit) {
		put_some(&o, "why", r->why);
		end_record(&o);
		return;
	}
	facts_put(&o, "initrd", r->initrd);
	facts_put(&o, "args", r->args);
	put_some(&o, "needs", r->needs);
	put_some(&o, "embed", r->embed);
	put_some(&o, "with", r->with);
	if (r->image)
		facts_put(&o, "image", "yes");
	put_some(&o, "firmware", r->firmware);
	put_some(&o, "version", r->version);
	put_some(&o, "linux", r->linux_version);
	put_some(&o, "note", r->note);
	end_record(&o);
}

static void
report_loader(const struct catalog_member *m, bool json)
{
	struct facts_out o = { .json = json };
	const struct machine *machine = machine_by_any_name(m->image.arch);
	enum bootprog_kind kind = bootprog_by_name(m->path);

	if (kind == BOOTPROG_OTHER)
		kind = m->program;
	facts_begin(&o, "loader");
	facts_put(&o, "path", m->path);
	facts_put(&o, "arch", machine ? machine->record : "unknown");
	facts_put(&o, "signed", m->image.is_signed ? "yes" : "no");
	facts_put(&o, "kind", bootprog_word(kind));
	facts_put_num(&o, "size", m->size);
	end_record(&o);
}

size_t
report_boot(const struct boot *b, const struct catalog *c, bool json)
{
	size_t bootable = 0;

	for (size_t i = 0; i < b->n; i++) {
		report_record(&b->record[i], json);
		bootable += !b->record[i].unfit;
	}
	for (size_t i = 0; i < c->n; i++)
		if (c->member[i].image.kind == IMAGE_EFI && c->member[i].type == CATALOG_FILE)
			report_loader(&c->member[i], json);
	return bootable;
}
