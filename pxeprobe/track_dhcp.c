#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp.h"
#include "num.h"
#include "pxe.h"
#include "track_private.h"

static bool
asks_for(const struct dhcp_msg *m, uint8_t code)
{
	size_t len;
	const uint8_t *v = dhcp_get(m, DHCP_PARAMETERS, &len);

	return v && memchr(v, code, len) != NULL;
}

static bool
class_begins(const struct dhcp_msg *m, const char *text)
{
	size_t len, n = strlen(text);
	const uint8_t *v = dhcp_get(m, DHCP_CLASS, &len);

	return v && len >= n && memcmp(v, text, n) == 0;
}

/* Without a class: Open Firmware, U-Boot, old network gear.  Systems that run
 * do not ask for a boot file. */
static bool
is_boot_client(const struct dhcp_msg *m, const struct pxe_request *r)
{
	return r->client != PXE_CLIENT_OTHER || class_begins(m, "U-Boot") || dhcp_has(m, DHCP_ARCH) ||
	    asks_for(m, DHCP_BOOT_FILE);
}

/* GRUB's net_bootp: a DISCOVER with nothing in it. */
static bool
is_bare(const struct dhcp_msg *m)
{
	return !dhcp_has(m, DHCP_PARAMETERS) && !dhcp_has(m, DHCP_CLASS) && !dhcp_has(m, DHCP_HOSTNAME);
}

static void
name_persona(struct track *s, const struct dhcp_msg *m, const struct pxe_request *r)
{
	const struct pxe_arch *a = r->archs ? pxe_arch(r->arch[0]) : NULL;

	s->ipxe = r->client == PXE_CLIENT_IPXE;
	if (s->ipxe)
		snprintf(s->persona, sizeof(s->persona), "ipxe");
	else if (class_begins(m, "U-Boot"))
		snprintf(s->persona, sizeof(s->persona), "uboot");
	else if (r->client == PXE_CLIENT_BOOTP)
		snprintf(s->persona, sizeof(s->persona), "bootp");
	else if (a && r->client == PXE_CLIENT_HTTP)
		snprintf(s->persona, sizeof(s->persona), "http-%s",
		    strncmp(a->name, "efi-", 4) == 0 ? a->name + 4 : a->name);
	else
		snprintf(s->persona, sizeof(s->persona), "%s", a ? a->name : pxe_client_name(r->client));
	s->plays = persona_find(s->persona);
}

/*
 * Does this DISCOVER belong to the boot that is under way?  It does when the
 * one before came to nothing, and when the program that was loaded asks for
 * itself: iPXE, or U-Boot's EFI loader.
 */
static bool
goes_on(const struct seen *e, const struct track *s, const struct dhcp_msg *m, const struct pxe_request *r)
{
	bool same = s->ipxe == (r->client == PXE_CLIENT_IPXE);
	struct track now = { .ipxe = false };

	if (!s->used || s->closed || memcmp(s->mac, m->chaddr, 6) != 0 || e->us > s->last_us + TRACK_SILENT_US)
		return false;
	name_persona(&now, m, r);
	same = same && strcmp(now.persona, s->persona) == 0;
	if (s->stage <= TRACK_REFUSED)
		return same;
	if (r->client == PXE_CLIENT_IPXE)
		return s->files || s->told_file;
	return !same && strcmp(s->persona, "uboot") == 0;
}

static struct track_talk *
talk_of(struct track *s)
{
	if (!s->talk)
		s->talk = calloc(1, sizeof(*s->talk));
	return s->talk;
}

/* iPXE that is told the same round after round goes in a circle. */
static void
next_round(struct track *s, bool was_ipxe)
{
	s->same = was_ipxe && s->file[0] && strcmp(s->file, s->before) == 0 ? s->same + 1 : 0;
	memcpy(s->before, was_ipxe ? s->file : "", was_ipxe ? sizeof(s->before) : 1);
	s->file[0] = '\0';
}

static void
discover(const struct seen *e, const struct dhcp_msg *m, const struct pxe_request *r)
{
	struct track *s = track_place(e, m->chaddr);
	bool on = goes_on(e, s, m, r), again = on && s->stage <= TRACK_REFUSED;
	bool was_ipxe = on && s->ipxe;
	struct step step;

	if (!on)
		track_begin(e, s, m->chaddr);
	name_persona(s, m, r);
	if (!again)
		next_round(s, was_ipxe);
	s->stage = TRACK_ASKED;
	s->asked_us = e->us;
	if (again) {
		s->last_us = e->us;
		if (s->talk) {
			s->talk->xid = m->xid;
			s->talk->chosen = false;
		}
		return;
	}
	s->rounds++;
	if (talk_of(s))
		*s->talk = (struct track_talk){ .xid = m->xid };
	step_begin(&step, m->type == DHCP_BOOTP ? "bootp" : "discover");
	step_put(&step, "client", pxe_client_name(r->client));
	step_detail(&step, "%s asks for an address", s->persona);
	track_tell(e, s, &step);
}

/* What was booted asks for its own address, or its loader does. */
static void
system_asks(const struct seen *e, const struct dhcp_msg *m)
{
	struct track *s = track_by_mac(e->all, m->chaddr);
	struct step step;

	if (!s || s->closed || m->type != DHCP_DISCOVER || s->stage < TRACK_LEASED)
		return;
	s->last_us = e->us;
	if (is_bare(m) || (!s->files && e->all->files_seen))
		return;
	s->stage = TRACK_RUNS;
	step_begin(&step, "system");
	step_detail(&step, "what was booted asks for an address itself");
	track_tell(e, s, &step);
}

static void
request(const struct seen *e, struct track *s, const struct dhcp_msg *m)
{
	char addr[NUM_IP4_TEXT], server[NUM_IP4_TEXT];
	uint32_t requested = 0, took = 0;
	struct step step;

	dhcp_get_addr(m, DHCP_REQUESTED_ADDR, &requested);
	dhcp_get_addr(m, DHCP_SERVER_ID, &took);
	s->last_us = e->us;
	if (s->stage == TRACK_REQUESTED && s->took == took)
		return;
	s->stage = TRACK_REQUESTED;
	s->took = took;
	if (s->talk)
		s->talk->chosen = true;
	step_begin(&step, "request");
	step_put_addr(&step, "address", requested);
	step_put_addr(&step, "server", took);
	step_detail(&step, "takes %s from %s", num_ip4_text(requested, addr), num_ip4_text(took, server));
	track_tell(e, s, &step);
}

static void
ask(const struct seen *e, struct track *s)
{
	char server[NUM_IP4_TEXT];
	struct step step;

	s->last_us = e->us;
	if (s->stage == TRACK_ASKED_4011 && s->get.server == e->p->dst)
		return;
	s->stage = TRACK_ASKED_4011;
	s->get.server = e->p->dst;
	step_begin(&step, "ask");
	step_put(&step, "to", num_ip4_text(e->p->dst, server));
	step_detail(&step, "asks %s port 4011 what to boot", server);
	track_tell(e, s, &step);
}

static void
asked(const struct seen *e, const struct dhcp_msg *m)
{
	struct pxe_request r;
	struct track *s;

	pxe_read(m, &r);
	if (m->type == DHCP_DISCOVER || m->type == DHCP_BOOTP) {
		s = track_by_mac(e->all, m->chaddr);
		/* A system that was booted may ask for a boot file's name too. */
		if (is_boot_client(m, &r) && !(r.client == PXE_CLIENT_OTHER && s && !s->closed && s->files))
			discover(e, m, &r);
		else
			system_asks(e, m);
		return;
	}
	/* EDK2 may have its UUID in place of its MAC address there. */
	s = e->p->dport == DHCP_PORT_BINL ? track_by_addr(e->all, m->ciaddr) : NULL;
	if (!s)
		s = track_by_mac(e->all, m->chaddr);
	if (!s || s->closed)
		return;
	s->left = m->type == DHCP_RELEASE;
	if (m->type != DHCP_REQUEST)
		return;
	if (e->p->dport == DHCP_PORT_BINL)
		ask(e, s);
	else if (s->stage <= TRACK_REFUSED)
		request(e, s, m);
}

/* ---- answers ---- */

static void
note_server(struct track *s, uint32_t addr)
{
	for (size_t i = 0; i < s->servers; i++)
		if (s->server[i] == addr)
			return;
	if (s->servers < TRACK_SERVERS)
		s->server[s->servers++] = addr;
}

/* Where this machine looks for it; option 67 first when nobody knows. */
static void
note_file(struct track *s, const struct dhcp_msg *m)
{
	static const struct persona unknown = { .rule = RULE_PLAIN };
	struct boot b;

	if (!offer_boot(s->plays ? s->plays : &unknown, m, &b) || !b.name[0])
		return;
	s->told_file = true;
	snprintf(s->file, sizeof(s->file), "%.255s", b.name);
}

static void
keep_answer(const struct seen *e, struct track *s, const struct dhcp_msg *m)
{
	struct track_talk *t = talk_of(s);

	if (!t)
		return;
	if (m->type != DHCP_OFFER) {
		t->reply = *m;
		t->has_reply = true;
		if (m->yiaddr) {
			t->ack = *m;
			t->has_ack = true;
		}
		if (m->type != DHCP_BOOTP)
			return;
	}
	for (size_t i = 0; i < t->offers; i++)
		if (t->offer[i].source == e->p->src && !t->offer[i].msg.yiaddr == !m->yiaddr)
			return;
	if (t->offers < TRACK_OFFERS)
		t->offer[t->offers++] = (struct offer){ .msg = *m,
			.source = e->p->src,
			.sport = e->p->sport,
			.late = t->chosen,
			.ms = e->us > s->asked_us ? (e->us - s->asked_us) / 1000 : 0 };
}

/* The new stage, and what to call the answer. */
static const char *
advance(struct track *s, const struct dhcp_msg *m)
{
	if (m->type == DHCP_NAK) {
		s->stage = TRACK_REFUSED;
		return "nak";
	}
	if (m->type == DHCP_OFFER) {
		if (s->stage == TRACK_ASKED_4011) { /* iPXE takes it there */
			s->stage = TRACK_TOLD;
			return "reply";
		}
		if (s->stage == TRACK_ASKED && m->yiaddr)
			s->stage = TRACK_OFFERED;
		return "offer";
	}
	if (s->stage == TRACK_ASKED_4011) {
		s->stage = TRACK_TOLD;
		return "reply";
	}
	s->stage = TRACK_LEASED;
	return m->type == DHCP_ACK ? "ack" : "reply";
}

/* An answer to the DISCOVER for a machine that has taken another one's. */
static bool
is_late(const struct seen *e, const struct track *s, const struct dhcp_msg *m)
{
	return m->type == DHCP_OFFER && s->talk && s->talk->chosen && m->xid == s->talk->xid &&
	    e->p->sport != DHCP_PORT_BINL;
}

static void
say_answer(const struct seen *e, struct track *s, const struct dhcp_msg *m, const char *what)
{
	bool late = is_late(e, s, m);
	char addr[NUM_IP4_TEXT];
	struct boot b = { .name = "" };
	struct step step;

	if (s->plays)
		offer_boot(s->plays, m, &b);
	step_begin(&step, what);
	step_from(&step, e->p->src);
	if (m->yiaddr)
		step_put_addr(&step, "address", m->yiaddr);
	if (b.name[0])
		step_put(&step, "file", b.name);
	if (late)
		step_put(&step, "late", "yes");
	step_detail(&step, "%s%s, file %.200s", late ? "late, " : "",
	    m->yiaddr ? num_ip4_text(m->yiaddr, addr) : "no address", b.name[0] ? b.name : "none");
	track_tell(e, s, &step);
}

static void
answered(const struct seen *e, const struct dhcp_msg *m)
{
	struct track *s = m->ciaddr ? track_by_addr(e->all, m->ciaddr) : NULL;
	const char *what = "offer";

	if (!s)
		s = track_by_mac(e->all, m->chaddr);
	if (!s || s->closed)
		return;
	if (!is_late(e, s, m)) {
		/* Of a system that runs, and of an answer that a relay passes on too. */
		if (s->stage == TRACK_RUNS || s->stage > TRACK_TOLD)
			return;
		what = advance(s, m);
		note_file(s, m);
		if (m->yiaddr && m->type != DHCP_OFFER)
			track_set_addr(e->all, s, m->yiaddr);
	}
	note_server(s, e->p->src);
	keep_answer(e, s, m);
	say_answer(e, s, m, what);
}

void
track_dhcp(const struct seen *e)
{
	struct dhcp_msg m;

	if (e->p->len < e->p->full || dhcp_parse(e->p->data, e->p->len, &m) != DHCP_OK)
		return;
	if (m.op == BOOTREQUEST)
		asked(e, &m);
	else
		answered(e, &m);
}
