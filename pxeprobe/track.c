#include "track.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "dhcp_check.h"
#include "num.h"
#include "track_private.h"

#define IN_THE_MIDDLE_US 10000000 /* a pause that a boot may make */
#define LOOP_ROUNDS 2             /* told the same again, so often, is a loop */

void
track_take(struct tracks *all, const struct packet *p, uint64_t us, const struct track_calls *calls)
{
	struct track_event e = { .all = all, .p = p, .us = us, .calls = calls };

	all->now_us = us;
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

/* Why it has not asked for a file. */
static enum fault
dhcp_stalls(const struct track *t, char why[FINDING_TEXT])
{
	char server[NUM_IP4_TEXT] = "";
	uint32_t from = t->servers ? t->server[0] : 0;

	if (from)
		num_ip4_text(from, server);
	switch (t->stage) {
	case TRACK_ASKED:
	case TRACK_OFFERED:
		if (t->servers == 0)
			return FAULT_NO_ANSWER;
		return because(FAULT_NO_ANSWER, why,
		    "%s offered an address, and the machine took none: "
		    "the offer does not reach it, or does not suit it",
		    server);
	case TRACK_REQUESTED:
		return because(FAULT_NO_ANSWER, why, "%s offered an address, but did not answer the REQUEST",
		    t->took ? num_ip4_text(t->took, server) : server);
	case TRACK_REFUSED:
		return because(FAULT_NAK, why, "server %s", server);
	case TRACK_ASKED_4011:
		return because(FAULT_PXECLIENT_WITHOUT_4011, why, "server %s", num_ip4_text(t->get.server, server));
	default:
		break;
	}
	return FAULT_NONE;
}

/* How many offers it could choose from. */
static size_t
in_time(const struct track_round *round)
{
	size_t n = 0;

	while (n < round->offers && !round->offer[n].late)
		n++;
	return n;
}

/* Reads the answers as this firmware does; adds what is wrong with them. */
static enum fault
read_answers(const struct track *t, struct findings *f)
{
	const struct track_round *round = t->round;
	struct choice c;
	enum fault fault;

	if (!round || !round->offers || !t->plays)
		return FAULT_NONE;
	fault = offer_choose(t->plays, round->offer, in_time(round), &c);
	dhcp_check_offers(t->plays, round->offer, in_time(round), &c, f);
	return fault;
}

/* Told what to boot, and no request for a file was seen. */
static void
check_told_file(const struct track *t, struct findings *f)
{
	const struct track_round *round = t->round;
	const struct dhcp_msg *says;
	struct choice c;
	struct boot b;

	if (!round || !round->has_reply || !t->plays)
		return;
	says = &round->reply;
	/* A proxy says it in its offer. */
	if (!offer_boot(t->plays, says, &b) && round->offers &&
	    offer_choose(t->plays, round->offer, in_time(round), &c) == FAULT_NONE && c.boot != OFFER_NOBODY)
		says = &round->offer[c.boot].msg;
	if (offer_boot(t->plays, says, &b))
		dhcp_check_boot(t->plays, says, &b, f);
	if (round->has_ack)
		dhcp_check_lease(&round->ack, strstr(b.name, "://") ? 0 : b.server, f);
}

static bool
name_has(const char *name, const char *part)
{
	return strcasestr(name, part) != NULL;
}

/* Judges by its name what it means that a file is missing. */
static enum fault
missing_fault_of(const struct track *t, enum fault fault)
{
	const char *name = t->get.name;

	if (fault != FAULT_BOOTFILE_NOT_FOUND && fault != FAULT_HTTP_STATUS)
		return fault;
	if (name_has(name, ".cfg") || name_has(name, "/menu"))
		return FAULT_CONFIG_MISSING;
	if (t->files == 0)
		return fault;
	/* PXELINUX's modules: ldlinux.c32 is no kernel. */
	if (name_has(name, ".c32") || name_has(name, "ldlinux."))
		return FAULT_FILE_LOST;
	if (name_has(name, "initr"))
		return FAULT_INITRD_MISSING;
	if (name_has(name, "vmlinu") || name_has(name, "linux") || name_has(name, "bzimage") ||
	    name_has(name, "kernel"))
		return FAULT_KERNEL_MISSING;
	return FAULT_FILE_LOST;
}

static enum fault
tftp_stalls(const struct track *t, char why[FINDING_TEXT])
{
	const struct track_file *g = &t->get;
	char server[NUM_IP4_TEXT], stray[NUM_IP4_TEXT];

	num_ip4_text(g->server, server);
	if (g->stray && !g->bytes && !g->oack)
		return because(FAULT_WRONG_SOURCE, why, "asked %s for %s, answered by %s", server, g->name,
		    num_ip4_text(g->stray, stray));
	if (t->stage == TRACK_FILE_ASKED)
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
file_stalls(const struct track *t, char why[FINDING_TEXT])
{
	const struct track_file *g = &t->get;
	char server[NUM_IP4_TEXT];

	if (t->stage == TRACK_FILE_FAILED)
		return because(missing_fault_of(t, g->fault), why, "%s: %s", g->name, g->why);
	if (!g->http)
		return tftp_stalls(t, why);
	num_ip4_text(g->server, server);
	if (t->stage == TRACK_FILE_ASKED)
		return because(FAULT_HTTP_NO_ANSWER, why, "%s was asked for %s", server, g->name);
	return because(FAULT_HTTP_NO_ANSWER, why, "%s from %s stopped after %llu bytes", g->name, server,
	    (unsigned long long)g->bytes);
}

/* The first and only file came whole, and then nothing. */
static enum fault
program_stalls(const struct track *t, char why[FINDING_TEXT])
{
	const char *machine = t->plays ? t->plays->machine : "";
	const struct image *i = &t->image;
	bool efi = strncmp(machine, "efi-", 4) == 0;

	if (t->get.http && t->get.head && t->get.reply.status >= 300)
		return because(t->get.reply.status < 400 ? FAULT_HTTP_REDIRECT : FAULT_HTTP_STATUS, why,
		    "%s: status %u", t->get.name, t->get.reply.status);
	if (t->get.fault == FAULT_HTTP_TYPE)
		return because(FAULT_HTTP_TYPE, why, "%s", t->get.name);
	if (t->get.bytes == 0 && !t->get.head && !t->get.blind)
		return because(FAULT_BOOTFILE_EMPTY, why, "%s", t->get.name);
	if (t->get.head || !t->has_image || t->ipxe || t->files != 1)
		return FAULT_NONE;
	if ((efi && i->kind == IMAGE_BIOS) || (efi && i->efi && i->arch && strcmp(i->arch, machine) != 0) ||
	    (strcmp(machine, "bios") == 0 && i->kind == IMAGE_EFI))
		return because(FAULT_WRONG_MACHINE, why, "%s is %s (%s)", t->whole, image_kind_name(i->kind),
		    i->arch ? i->arch : "unknown");
	return FAULT_NONE;
}

/* How many rounds of iPXE in a row were told the same file again. */
static unsigned
told_again(const struct track *t)
{
	return t->ipxe && t->file[0] && strcmp(t->file, t->before) == 0 ? t->same + 1 : 0;
}

static enum fault
why_it_stalls(const struct tracks *all, const struct track *t, struct findings *f, char why[FINDING_TEXT])
{
	struct findings answers = { .n = 0 };
	enum fault choice = read_answers(t, &answers), fault;
	char server[NUM_IP4_TEXT];

	if (told_again(t) >= LOOP_ROUNDS && t->scripted)
		return because(FAULT_SCRIPT_ERROR, why, "%.200s ran %u times in a row, and booted nothing", t->file,
		    told_again(t) + 1);
	if (told_again(t) >= LOOP_ROUNDS)
		return because(
		    FAULT_IPXE_LOOP, why, "%u times in a row it was told to load %.200s", told_again(t) + 1, t->file);
	if (t->stage >= TRACK_RUNS)
		return FAULT_NONE;
	if (t->stage == TRACK_FILE_DONE)
		return program_stalls(t, why);
	if (t->stage >= TRACK_FILE_ASKED)
		return file_stalls(t, why);
	fault = dhcp_stalls(t, why);
	/* The answers say more than that nobody answered. */
	if ((fault == FAULT_NONE && !t->told_file) || (fault == FAULT_NO_ANSWER && t->servers)) {
		if (choice != FAULT_NONE)
			dhcp_check_unfit(t->plays, t->round->offer, in_time(t->round), choice, f);
		if (finding_error(f))
			return FAULT_NONE;
		if (fault == FAULT_NONE)
			return FAULT_NO_BOOT_INFO;
	}
	if (fault != FAULT_NONE || !t->told_file)
		return fault;
	check_told_file(t, f);
	if (finding_error(f))
		return FAULT_NONE;
	/* Told what to boot, and asks for nothing. */
	if (t->syns && !t->syn_answered)
		return because(FAULT_HTTP_NO_ANSWER, why, "%s port %u %s", num_ip4_text(t->get.server, server),
		    t->get.server_port, t->refused ? "refuses connections" : "does not answer");
	if (!all->files_seen)
		return FAULT_NONE; /* they are not in view */
	return because(strstr(t->file, "://") ? FAULT_HTTP_NO_ANSWER : FAULT_TFTP_NO_ANSWER, why,
	    "it was told to boot \"%.200s\" and asks for nothing", t->file);
}

bool
track_waits(const struct track *t)
{
	return !t->left && t->stage != TRACK_REFUSED && t->stage != TRACK_FILE_DONE && t->stage != TRACK_FILE_FAILED &&
	    t->stage != TRACK_RUNS;
}

bool
track_boots(const struct track *t)
{
	return t->sure || t->told_file || t->loader || t->kernel;
}

/* Why silence is no failure here; NULL when it is one. */
static const char *
out_of_view(const struct tracks *all, const struct track *t)
{
	bool file = t->stage >= TRACK_FILE_ASKED;
	/* It asked again, or gave up: that is no accident of the capture.  Nobody gives up on
	 * TFTP without having asked again; the first of `get.again` is the ACK of an OACK. */
	bool left = t->left && (t->get.http || t->stage != TRACK_FILE_ASKED);
	bool again = left || (file ? t->get.retries || (t->get.again > 1 && !t->get.acks) : t->asks > 1);

	if (t->stage == TRACK_FILE_ASKED && t->goes_on && !all->answers_seen && !t->get.stray)
		return "what TFTP servers send is not in view";
	if (t->stage == TRACK_FILE_COMING && t->get.blind)
		return "packets are cut off in this capture";
	if (t->stage == TRACK_REQUESTED && !t->servers)
		return "the answers of DHCP servers are not in view";
	if (again || !all->now_us)
		return NULL;
	if (track_waits(t) && all->now_us < t->last_us + IN_THE_MIDDLE_US)
		return "what was seen ends in the middle of it";
	if (t->stage <= TRACK_REQUESTED)
		return "it asked only once, and did not go on";
	if (t->stage == TRACK_ASKED_4011)
		return "answers from port 4011 are not in view";
	if (t->stage == TRACK_FILE_ASKED && !t->get.http && !all->answers_seen && !t->get.stray)
		return "what TFTP servers send is not in view";
	return NULL;
}

static bool
is_silence(enum fault fault)
{
	return fault == FAULT_NO_ANSWER || fault == FAULT_NO_BOOT_INFO || fault == FAULT_PXECLIENT_WITHOUT_4011 ||
	    fault == FAULT_TFTP_NO_ANSWER || fault == FAULT_HTTP_NO_ANSWER || fault == FAULT_BLKSIZE_OVER_MTU;
}

/* How far it got, without a fault. */
static enum verdict
describe_end(const struct tracks *all, const struct track *t, char text[TRACK_TEXT])
{
	char size[32];

	report_size(t->bytes, size);
	if (t->stage == TRACK_RUNS) {
		snprintf(text, TRACK_TEXT, "runs: what was booted asked for an address itself (%u files, %s)", t->files,
		    size);
		return VERDICT_YES;
	}
	if (t->files)
		snprintf(text, TRACK_TEXT, "got %u file%s, %s; the last one is %.160s%s", t->files,
		    t->files == 1 ? "" : "s", size, t->whole, t->kernel ? "; a kernel was among them" : "");
	else if (t->stage >= TRACK_FILE_ASKED)
		snprintf(text, TRACK_TEXT, "asked for %.200s", t->get.name);
	else if (t->told_file)
		snprintf(text, TRACK_TEXT, "was told to boot %.200s%s", t->file,
		    all->files_seen ? "" : "; what it fetched is not in view");
	else
		snprintf(text, TRACK_TEXT, "was told nothing to boot");
	return t->kernel && t->stage == TRACK_FILE_DONE ? VERDICT_YES : VERDICT_UNKNOWN;
}

enum verdict
track_verdict(const struct tracks *all, const struct track *t, struct findings *f, char text[TRACK_TEXT])
{
	const struct track_round *round = t->round;
	struct findings answers = { .n = 0 };
	struct choice choice;
	char why[FINDING_TEXT] = "";
	enum fault fault = why_it_stalls(all, t, f, why);
	const char *unseen = out_of_view(all, t);
	const struct finding *error;
	enum verdict verdict;
	size_t len;

	if (fault != FAULT_NONE && !(unseen && is_silence(fault)))
		finding_fatal(f, fault, "%s", why);
	read_answers(t, &answers);
	for (size_t i = 0; i < answers.n; i++) {
		/* What this machine got over is no error, an offer it took not late. */
		if (answers.at[i].fault == FAULT_TOO_SLOW && t->took)
			continue;
		if (answers.at[i].warning || !finding_error(f))
			finding_warn(f, answers.at[i].fault, "%s", answers.at[i].evidence);
	}
	if (round && t->plays && in_time(round) < round->offers) {
		offer_choose(t->plays, round->offer, in_time(round), &choice);
		dhcp_check_late(t->plays, round->offer, round->offers, &choice, f);
	}
	error = finding_error(f);
	if (error) {
		finding_text(error, text, TRACK_TEXT);
		return VERDICT_NO;
	}
	verdict = describe_end(all, t, text);
	len = strlen(text);
	if (verdict == VERDICT_UNKNOWN && unseen)
		snprintf(text + len, TRACK_TEXT - len, "; %s", unseen);
	if (verdict == VERDICT_UNKNOWN)
		finding_warn(f, FAULT_NOT_FOLLOWED, "%.300s", text);
	return verdict;
}
