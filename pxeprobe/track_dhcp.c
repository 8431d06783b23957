/* What DHCP messages say about the machines seen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp.h"
#include "num.h"
#include "pxe.h"
#include "track_private.h"

static bool
class_starts_with(const struct dhcp_msg *m, const char *text)
{
	size_t len, n = strlen(text);
	const uint8_t *v = dhcp_get(m, DHCP_CLASS, &len);

	return v && len >= n && memcmp(v, text, n) == 0;
}

static void
name_persona(struct track *t, const struct dhcp_msg *m, const struct pxe_request *r)
{
	const struct pxe_arch *a = r->archs ? pxe_arch(r->arch[0]) : NULL;

	t->ipxe = r->client == PXE_CLIENT_IPXE;
	if (t->ipxe)
		snprintf(t->persona, sizeof(t->persona), "ipxe");
	else if (class_starts_with(m, "U-Boot"))
		snprintf(t->persona, sizeof(t->persona), "uboot");
	else if (r->client == PXE_CLIENT_BOOTP)
		snprintf(t->persona, sizeof(t->persona), "bootp");
	else if (a && r->client == PXE_CLIENT_HTTP)
		snprintf(t->persona, sizeof(t->persona), "http-%s",
		    strncmp(a->name, "efi-", 4) == 0 ? a->name + 4 : a->name);
	else
		snprintf(t->persona, sizeof(t->persona), "%s", a ? a->name : pxe_client_name(r->client));
	t->plays = persona_find(t->persona);
}

/*
 * True if this DISCOVER belongs to the boot that is under way: the one before
 * came to nothing, or the program that was loaded asks for itself (iPXE, or
 * U-Boot's EFI loader).
 */
static bool
goes_on(const struct track_event *e, const struct track *t, const struct dhcp_msg *m, const struct pxe_request *r)
{
	bool same = t->ipxe == (r->client == PXE_CLIENT_IPXE);
	struct track now = { .ipxe = false };

	if (!t->used || t->closed || memcmp(t->mac, m->chaddr, 6) != 0 || e->us > t->last_us + TRACK_SILENT_US)
		return false;
	name_persona(&now, m, r);
	same = same && strcmp(now.persona, t->persona) == 0;
	if (t->stage <= TRACK_REFUSED)
		return same;
	if (r->client == PXE_CLIENT_IPXE)
		return t->files || t->told_file;
	return !same && strcmp(t->persona, "uboot") == 0;
}

static struct track_round *
round_of(struct track *t)
{
	if (!t->round)
		t->round = calloc(1, sizeof(*t->round));
	return t->round;
}

static void
saw_discover(const struct track_event *e, const struct dhcp_msg *m, const struct pxe_request *r)
{
	struct track *t = track_place(e, m->chaddr);
	bool on = goes_on(e, t, m, r), again = on && t->stage <= TRACK_REFUSED;
	bool was_ipxe = on && t->ipxe;
	struct step step;

	if (!on)
		track_begin(e, t, m->chaddr);
	name_persona(t, m, r);
	if (!again) {
		/* iPXE that is told the same round after round goes in a circle. */
		t->same = was_ipxe && t->file[0] && strcmp(t->file, t->before) == 0 ? t->same + 1 : 0;
		memcpy(t->before, was_ipxe ? t->file : "", was_ipxe ? sizeof(t->before) : 1);
		t->file[0] = '\0';
	}
	t->stage = TRACK_ASKED;
	t->asked_us = e->us;
	t->asks = again ? t->asks + 1 : 1;
	t->sure |= r->client != PXE_CLIENT_OTHER || class_starts_with(m, "U-Boot") || dhcp_has(m, DHCP_ARCH);
	if (again) {
		t->last_us = e->us;
		if (t->round) {
			t->round->xid = m->xid;
			t->round->chosen = false;
		}
		return;
	}
	t->rounds++;
	if (round_of(t))
		*t->round = (struct track_round){ .xid = m->xid };
	step_begin(&step, m->type == DHCP_BOOTP ? "bootp" : "discover");
	step_put(&step, "client", pxe_client_name(r->client));
	step_detail(&step, "%s asks for an address", t->persona);
	track_tell(e, t, &step);
}

/* What was booted, or its loader, asks for an address. */
static void
saw_system(const struct track_event *e, const struct dhcp_msg *m)
{
	struct track *t = track_by_mac(e->all, m->chaddr);
	/* GRUB's net_bootp: a DISCOVER with nothing in it. */
	bool grub = !dhcp_has(m, DHCP_PARAMETERS) && !dhcp_has(m, DHCP_CLASS) && !dhcp_has(m, DHCP_HOSTNAME);
	struct step step;

	if (!t || t->closed || m->type != DHCP_DISCOVER || t->stage < TRACK_LEASED)
		return;
	t->last_us = e->us;
	if (grub || (!t->files && e->all->files_seen))
		return;
	t->stage = TRACK_RUNS;
	step_begin(&step, "system");
	step_detail(&step, "what was booted asks for an address itself");
	track_tell(e, t, &step);
}

static void
saw_request(const struct track_event *e, struct track *t, const struct dhcp_msg *m)
{
	char addr[NUM_IP4_TEXT], server[NUM_IP4_TEXT];
	uint32_t requested = 0, took = 0;
	struct step step;

	dhcp_get_addr(m, DHCP_REQUESTED_ADDR, &requested);
	dhcp_get_addr(m, DHCP_SERVER_ID, &took);
	t->last_us = e->us;
	if (t->stage == TRACK_REQUESTED && t->took == took) {
		t->asks++;
		return;
	}
	t->asks = 1;
	t->stage = TRACK_REQUESTED;
	t->took = took;
	if (t->round)
		t->round->chosen = true;
	step_begin(&step, "request");
	step_put_addr(&step, "address", requested);
	step_put_addr(&step, "server", took);
	step_detail(&step, "takes %s from %s", num_ip4_text(requested, addr), num_ip4_text(took, server));
	track_tell(e, t, &step);
}

static void
saw_binl_request(const struct track_event *e, struct track *t)
{
	char server[NUM_IP4_TEXT];
	struct step step;

	t->last_us = e->us;
	if (t->stage == TRACK_ASKED_4011 && t->get.server == e->p->dst) {
		t->asks++;
		return;
	}
	t->asks = 1;
	t->stage = TRACK_ASKED_4011;
	t->get.server = e->p->dst;
	step_begin(&step, "ask");
	step_put(&step, "to", num_ip4_text(e->p->dst, server));
	step_detail(&step, "asks %s port 4011 what to boot", server);
	track_tell(e, t, &step);
}

static void
dhcp_from_client(const struct track_event *e, const struct dhcp_msg *m)
{
	struct pxe_request r;
	struct track *t;
	size_t len;

	pxe_read(m, &r);
	if (m->type == DHCP_DISCOVER || m->type == DHCP_BOOTP) {
		/* Open Firmware, U-Boot and old network gear have no class.  A
		 * running system does not ask for a boot file. */
		const uint8_t *params = dhcp_get(m, DHCP_PARAMETERS, &len);
		bool boots = r.client != PXE_CLIENT_OTHER || class_starts_with(m, "U-Boot") || dhcp_has(m, DHCP_ARCH) ||
		    (params && memchr(params, DHCP_BOOT_FILE, len));

		t = track_by_mac(e->all, m->chaddr);
		/* One that was booted may ask for it, though. */
		if (boots && !(r.client == PXE_CLIENT_OTHER && t && !t->closed && t->files))
			saw_discover(e, m, &r);
		else
			saw_system(e, m);
		return;
	}
	/* EDK2 may have its UUID in place of its MAC address there. */
	t = e->p->dport == DHCP_PORT_BINL ? track_by_addr(e->all, m->ciaddr) : NULL;
	if (!t)
		t = track_by_mac(e->all, m->chaddr);
	if (!t || t->closed)
		return;
	t->left = m->type == DHCP_RELEASE;
	if (m->type != DHCP_REQUEST)
		return;
	if (e->p->dport == DHCP_PORT_BINL)
		saw_binl_request(e, t);
	else if (t->stage <= TRACK_REFUSED)
		saw_request(e, t, m);
}

/* ---- answers ---- */

static void
keep_answer(const struct track_event *e, struct track *t, const struct dhcp_msg *m)
{
	struct track_round *round = round_of(t);

	if (!round)
		return;
	if (m->type != DHCP_OFFER) {
		round->reply = *m;
		round->has_reply = true;
		if (m->yiaddr) {
			round->ack = *m;
			round->has_ack = true;
		}
		if (m->type != DHCP_BOOTP)
			return;
	}
	for (size_t i = 0; i < round->offers; i++)
		if (round->offer[i].source == e->p->src && !round->offer[i].msg.yiaddr == !m->yiaddr)
			return;
	if (round->offers < TRACK_OFFERS)
		round->offer[round->offers++] = (struct offer){ .msg = *m,
			.source = e->p->src,
			.sport = e->p->sport,
			.late = round->chosen,
			.ms = e->us > t->asked_us ? (e->us - t->asked_us) / 1000 : 0 };
}

/* The new stage, and what to call the answer. */
static const char *
advance_stage(struct track *t, const struct dhcp_msg *m)
{
	if (m->type == DHCP_NAK) {
		t->stage = TRACK_REFUSED;
		return "nak";
	}
	if (m->type == DHCP_OFFER) {
		if (t->stage == TRACK_ASKED_4011) { /* iPXE takes it there */
			t->stage = TRACK_TOLD;
			return "reply";
		}
		if (t->stage == TRACK_ASKED && m->yiaddr)
			t->stage = TRACK_OFFERED;
		return "offer";
	}
	if (t->stage == TRACK_ASKED_4011) {
		t->stage = TRACK_TOLD;
		return "reply";
	}
	t->stage = TRACK_LEASED;
	return m->type == DHCP_ACK ? "ack" : "reply";
}

/* An answer to the DISCOVER of a machine that has already chosen. */
static bool
is_late(const struct track_event *e, const struct track *t, const struct dhcp_msg *m)
{
	return m->type == DHCP_OFFER && t->round && t->round->chosen && m->xid == t->round->xid &&
	    e->p->sport != DHCP_PORT_BINL;
}

static void
say_dhcp_answer(const struct track_event *e, struct track *t, const struct dhcp_msg *m, const char *what)
{
	bool late = is_late(e, t, m);
	char addr[NUM_IP4_TEXT];
	struct boot b = { .name = "" };
	struct step step;

	if (t->plays)
		offer_boot(t->plays, m, &b);
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
	track_tell(e, t, &step);
}

static void
dhcp_from_server(const struct track_event *e, const struct dhcp_msg *m)
{
	/* An unknown client is taken to read option 67 first. */
	static const struct persona unknown = { .rule = RULE_PLAIN };
	struct track *t = m->ciaddr ? track_by_addr(e->all, m->ciaddr) : NULL;
	const char *what = "offer";
	struct boot b;
	size_t i = 0;

	if (!t)
		t = track_by_mac(e->all, m->chaddr);
	if (!t || t->closed)
		return;
	if (!is_late(e, t, m)) {
		/* To a running system, or an answer that a relay passes on as well. */
		if (t->stage == TRACK_RUNS || t->stage > TRACK_TOLD)
			return;
		what = advance_stage(t, m);
		if (offer_boot(t->plays ? t->plays : &unknown, m, &b) && b.name[0]) {
			t->told_file = true;
			snprintf(t->file, sizeof(t->file), "%.255s", b.name);
		}
		if (m->yiaddr && m->type != DHCP_OFFER)
			track_set_addr(e->all, t, m->yiaddr);
	}
	while (i < t->servers && t->server[i] != e->p->src)
		i++;
	if (i == t->servers && i < TRACK_SERVERS)
		t->server[t->servers++] = e->p->src;
	keep_answer(e, t, m);
	say_dhcp_answer(e, t, m, what);
}

void
track_dhcp(const struct track_event *e)
{
	struct dhcp_msg m;

	if (e->p->len < e->p->full || dhcp_parse(e->p->data, e->p->len, &m) != DHCP_OK || m.cut)
		return;
	if (m.op == BOOTREQUEST)
		dhcp_from_client(e, &m);
	else
		dhcp_from_server(e, &m);
}
