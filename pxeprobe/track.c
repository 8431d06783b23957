#include "track.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "check.h"
#include "num.h"
#include "track_private.h"

#define LOOP_ROUNDS 2 /* told the same again, so often, is a loop */

void
track_take(struct tracks *all, const struct packet *p, uint64_t us, const struct track_calls *calls)
{
	struct seen e = { .all = all, .p = p, .us = us, .calls = calls };

	if (p->tcp)
		track_http(&e);
	else if (p->dport == DHCP_PORT_SERVER || p->dport == DHCP_PORT_CLIENT || p->dport == DHCP_PORT_BINL ||
	    p->sport == DHCP_PORT_BINL)
		track_dhcp(&e);
	else
		track_tftp(&e);
}

/* ---- the verdict ---- */

static enum fault
because(enum fault fault, char why[FINDING_TEXT], const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static enum fault
because(enum fault fault, char why[FINDING_TEXT], const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, FINDING_TEXT, fmt, ap);
	va_end(ap);
	return fault;
}

/* Faults while there is no file yet. */
static enum fault
dhcp_stalls(const struct track *s, char why[FINDING_TEXT])
{
	char server[NUM_IP4_TEXT] = "";
	uint32_t from = s->servers ? s->server[0] : 0;

	if (from)
		num_ip4_text(from, server);
	switch (s->stage) {
	case TRACK_ASKED:
	case TRACK_OFFERED:
		if (s->servers == 0)
			return FAULT_NO_ANSWER;
		return because(FAULT_NO_ANSWER, why,
		    "%s offered an address, and the machine took none: "
		    "the offer does not reach it, or does not suit it",
		    server);
	case TRACK_REQUESTED:
		return because(FAULT_NO_ANSWER, why, "%s offered an address, but did not answer the REQUEST",
		    s->took ? num_ip4_text(s->took, server) : server);
	case TRACK_REFUSED:
		return because(FAULT_NAK, why, "server %s", server);
	case TRACK_ASKED_4011:
		return because(FAULT_PXECLIENT_WITHOUT_4011, why, "server %s", num_ip4_text(s->get.server, server));
	default:
		break;
	}
	return FAULT_NONE;
}

/* The offers that it could choose among. */
static size_t
in_time(const struct track_talk *t)
{
	size_t n = 0;

	while (n < t->offers && !t->offer[n].late)
		n++;
	return n;
}

/* What this firmware finds wrong with the answers, as if it were played. */
static enum fault
read_answers(const struct track *s, struct findings *f)
{
	const struct track_talk *t = s->talk;
	struct choice c;
	enum fault fault;

	if (!t || !t->offers || !s->plays)
		return FAULT_NONE;
	fault = offer_choose(s->plays, t->offer, in_time(t), &c);
	check_offers(s->plays, t->offer, in_time(t), &c, f);
	return fault;
}

/* The answers that came when it had chosen. */
static void
read_late(const struct track *s, struct findings *f)
{
	const struct track_talk *t = s->talk;
	struct choice c;

	if (!t || !s->plays || in_time(t) == t->offers)
		return;
	offer_choose(s->plays, t->offer, in_time(t), &c);
	check_late(s->plays, t->offer, t->offers, &c, f);
}

/* Told what to boot, and no request for a file was seen. */
static void
check_told(const struct track *s, struct findings *f)
{
	const struct track_talk *t = s->talk;
	const struct dhcp_msg *says;
	struct choice c;
	struct boot b;

	if (!t || !t->has_reply || !s->plays)
		return;
	says = &t->reply;
	/* A proxy's word is in its offer. */
	if (!offer_boot(s->plays, says, &b) && t->offers &&
	    offer_choose(s->plays, t->offer, in_time(t), &c) == FAULT_NONE && c.boot != OFFER_NOBODY)
		says = &t->offer[c.boot].msg;
	if (offer_boot(s->plays, says, &b))
		check_boot(s->plays, says, &b, f);
	if (t->has_ack)
		check_lease(&t->ack, strstr(b.name, "://") ? 0 : b.server, f);
}

static bool
name_has(const char *name, const char *part)
{
	return strcasestr(name, part) != NULL;
}

/* What it means that a file is not there, from its name. */
static enum fault
missing(const struct track *s, enum fault fault)
{
	const char *name = s->get.name;

	if (fault != FAULT_BOOTFILE_NOT_FOUND && fault != FAULT_HTTP_STATUS)
		return fault;
	if (name_has(name, ".cfg") || name_has(name, "/menu"))
		return FAULT_CONFIG_MISSING;
	if (s->files == 0)
		return fault;
	if (name_has(name, "initr"))
		return FAULT_INITRD_MISSING;
	if (name_has(name, "vmlinu") || name_has(name, "linux") || name_has(name, "bzimage") ||
	    name_has(name, "kernel"))
		return FAULT_KERNEL_MISSING;
	return FAULT_FILE_LOST;
}

static enum fault
tftp_stalls(const struct track *s, char why[FINDING_TEXT])
{
	const struct track_file *g = &s->get;
	char server[NUM_IP4_TEXT], stray[NUM_IP4_TEXT];

	num_ip4_text(g->server, server);
	if (g->stray && !g->bytes && !g->oack)
		return because(FAULT_WRONG_SOURCE, why, "asked %s for %s, answered by %s", server, g->name,
		    num_ip4_text(g->stray, stray));
	if (s->stage == TRACK_FILE_ASKED)
		return because(FAULT_TFTP_NO_ANSWER, why, "%s was asked for %s", server, g->name);
	if (g->oack && !g->acks && g->again && g->blksize > 512)
		return because(FAULT_BLKSIZE_OVER_MTU, why,
		    "%s: blocks of %u bytes from %s were sent %u times and never acknowledged", g->name, g->blksize,
		    server, g->again + 1);
	if (g->wants_oack && !g->oack && !g->acks)
		return because(FAULT_TFTP_NO_OACK, why, "%s sends data at once", server);
	if (g->wants_tsize && g->oack && !g->has_size && !g->acks)
		return because(FAULT_TFTP_NO_TSIZE, why, "the OACK of %s", server);
	return because(FAULT_TFTP_NO_ANSWER, why, "%s from %s stopped after %llu bytes, block %u%s", g->name, server,
	    (unsigned long long)g->bytes, g->block, g->block == UINT16_MAX ? ": block numbers do not begin anew" : "");
}

static enum fault
file_stalls(const struct track *s, char why[FINDING_TEXT])
{
	const struct track_file *g = &s->get;
	char server[NUM_IP4_TEXT];

	if (s->stage == TRACK_FILE_FAILED)
		return because(missing(s, g->fault), why, "%s: %s", g->name, g->why);
	if (!g->http)
		return tftp_stalls(s, why);
	num_ip4_text(g->server, server);
	if (s->stage == TRACK_FILE_ASKED)
		return because(FAULT_HTTP_NO_ANSWER, why, "%s was asked for %s", server, g->name);
	return because(FAULT_HTTP_NO_ANSWER, why, "%s from %s stopped after %llu bytes", g->name, server,
	    (unsigned long long)g->bytes);
}

/* The first and only file came whole, and then nothing. */
static enum fault
program_stalls(const struct track *s, char why[FINDING_TEXT])
{
	const char *machine = s->plays ? s->plays->machine : "";
	const struct image *i = &s->image;
	bool efi = strncmp(machine, "efi-", 4) == 0;

	if (s->get.http && s->get.head && s->get.reply.status >= 300)
		return because(s->get.reply.status < 400 ? FAULT_HTTP_REDIRECT : FAULT_HTTP_STATUS, why,
		    "%s: status %u", s->get.name, s->get.reply.status);
	if (s->get.fault == FAULT_HTTP_TYPE)
		return because(FAULT_HTTP_TYPE, why, "%s", s->get.name);
	if (s->get.bytes == 0 && !s->get.head)
		return because(FAULT_BOOTFILE_EMPTY, why, "%s", s->get.name);
	if (s->get.head || !s->has_image || s->ipxe || s->files != 1)
		return FAULT_NONE;
	if ((efi && i->kind == IMAGE_BIOS) || (efi && i->efi && i->arch && strcmp(i->arch, machine) != 0) ||
	    (strcmp(machine, "bios") == 0 && i->kind == IMAGE_EFI))
		return because(FAULT_WRONG_MACHINE, why, "%s is %s (%s)", s->whole, image_kind_name(i->kind),
		    i->arch ? i->arch : "unknown");
	return FAULT_NONE;
}

/* Told what to boot, and asks for nothing. */
static enum fault
told_stalls(const struct tracks *all, const struct track *s, char why[FINDING_TEXT])
{
	char server[NUM_IP4_TEXT];
	bool uri = strstr(s->file, "://") != NULL;

	if (s->syns && !s->syn_answered)
		return because(FAULT_HTTP_NO_ANSWER, why, "%s port %u %s", num_ip4_text(s->get.server, server),
		    s->get.server_port, s->refused ? "refuses connections" : "does not answer");
	if (!all->files_seen)
		return FAULT_NONE; /* they are not in view */
	return because(uri ? FAULT_HTTP_NO_ANSWER : FAULT_TFTP_NO_ANSWER, why,
	    "it was told to boot \"%.200s\" and asks for nothing", s->file);
}

/* How many rounds of iPXE in a row were told the same as the one before. */
static unsigned
told_again(const struct track *s)
{
	return s->ipxe && s->file[0] && strcmp(s->file, s->before) == 0 ? s->same + 1 : 0;
}

static enum fault
stalls(const struct tracks *all, const struct track *s, struct findings *f, char why[FINDING_TEXT])
{
	struct findings answers = { .n = 0 };
	enum fault choice = read_answers(s, &answers), fault;

	if (told_again(s) >= LOOP_ROUNDS)
		return because(
		    FAULT_IPXE_LOOP, why, "%u times in a row it was told to load %.200s", told_again(s) + 1, s->file);
	if (s->stage >= TRACK_RUNS)
		return FAULT_NONE;
	if (s->stage == TRACK_FILE_DONE)
		return program_stalls(s, why);
	if (s->stage >= TRACK_FILE_ASKED)
		return file_stalls(s, why);
	fault = dhcp_stalls(s, why);
	/* The answers say more than that nobody answered. */
	if ((fault == FAULT_NONE && !s->told_file) || (fault == FAULT_NO_ANSWER && s->servers)) {
		if (choice != FAULT_NONE)
			check_unfit(s->plays, s->talk->offer, in_time(s->talk), choice, f);
		if (finding_error(f))
			return FAULT_NONE;
		if (fault == FAULT_NONE)
			return FAULT_NO_BOOT_INFO;
	}
	if (fault == FAULT_NONE && s->told_file) {
		check_told(s, f);
		if (!finding_error(f))
			return told_stalls(all, s, why);
	}
	return fault;
}

/* Where it stands, for people. */
static void
standing(const struct tracks *all, const struct track *s, char text[TRACK_TEXT])
{
	char size[32];

	if (s->stage == TRACK_RUNS)
		snprintf(text, TRACK_TEXT, "runs: what was booted asked for an address itself (%u files, %s)", s->files,
		    report_size(s->bytes, size));
	else if (s->files)
		snprintf(text, TRACK_TEXT, "got %u file%s, %s; the last one is %.160s%s", s->files,
		    s->files == 1 ? "" : "s", report_size(s->bytes, size), s->whole,
		    s->kernel ? "; a kernel was among them" : "");
	else if (s->stage >= TRACK_FILE_ASKED)
		snprintf(text, TRACK_TEXT, "asked for %.200s", s->get.name);
	else if (s->told_file)
		snprintf(text, TRACK_TEXT, "was told to boot %.200s%s", s->file,
		    all->files_seen ? "" : "; what it fetched is not in view");
	else
		snprintf(text, TRACK_TEXT, "was told nothing to boot");
}

bool
track_waits(const struct track *s)
{
	return !s->left && s->stage != TRACK_REFUSED && s->stage != TRACK_FILE_DONE && s->stage != TRACK_FILE_FAILED &&
	    s->stage != TRACK_RUNS;
}

bool
track_verdict(const struct tracks *all, const struct track *s, struct findings *f, char text[TRACK_TEXT])
{
	struct findings answers = { .n = 0 };
	char why[FINDING_TEXT] = "";
	enum fault fault = stalls(all, s, f, why);
	const struct finding *error;

	if (fault != FAULT_NONE)
		finding_fatal(f, fault, "%s", why);
	read_answers(s, &answers);
	for (size_t i = 0; i < answers.n; i++) {
		/* What this machine got over is no error, an offer it took not late. */
		if (answers.at[i].fault == FAULT_TOO_SLOW && s->took)
			continue;
		if (answers.at[i].warning || !finding_error(f))
			finding_warn(f, answers.at[i].fault, "%s", answers.at[i].evidence);
	}
	read_late(s, f);
	error = finding_error(f);
	if (error)
		snprintf(text, TRACK_TEXT, "%s%s%s", fault_text(error->fault)->text, error->evidence[0] ? ": " : "",
		    error->evidence);
	else
		standing(all, s, text);
	return error == NULL;
}
