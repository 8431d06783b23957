#include "sight.h"

#include <stdio.h>
#include <string.h>

#include "dhcp.h"
#include "num.h"
#include "pxe.h"
#include "segment.h"
#include "tftp.h"

struct seen {
	struct sights *all;
	const struct frame_udp *u;
	uint64_t us;
	const struct sight_calls *calls;
};

static void
tell(const struct seen *e, struct sight *s, struct step *step)
{
	char mac[NUM_MAC_TEXT];

	step_put(step, "machine", num_mac_text(s->mac, ':', mac));
	step->ms = (e->us - s->began_us) / 1000;
	step->timed = true;
	s->n++;
	s->last_us = e->us;
	e->calls->step(e->calls->ctx, s, step);
}

static struct sight *
find_mac(struct sights *all, const uint8_t mac[6])
{
	for (size_t i = 0; i < SIGHT_MACHINES; i++)
		if (all->at[i].used && memcmp(all->at[i].mac, mac, 6) == 0)
			return &all->at[i];
	return NULL;
}

static struct sight *
find_addr(struct sights *all, uint32_t addr)
{
	for (size_t i = 0; i < SIGHT_MACHINES; i++)
		if (all->at[i].used && addr && all->at[i].addr == addr)
			return &all->at[i];
	return NULL;
}

static struct sight *
place(struct sights *all, const uint8_t mac[6])
{
	struct sight *s = find_mac(all, mac);

	for (size_t i = 0; !s && i < SIGHT_MACHINES; i++)
		if (!all->at[i].used)
			s = &all->at[i];
	if (!s) {
		s = &all->at[all->next];
		all->next = (all->next + 1) % SIGHT_MACHINES;
	}
	return s;
}

static void
name_persona(const struct pxe_request *r, char out[32])
{
	const struct pxe_arch *a = r->archs ? pxe_arch(r->arch[0]) : NULL;

	if (r->client == PXE_CLIENT_IPXE || !a)
		snprintf(out, 32, "%s", pxe_client_name(r->client));
	else if (r->client == PXE_CLIENT_HTTP)
		snprintf(out, 32, "http-%s", strncmp(a->name, "efi-", 4) == 0 ? a->name + 4 : a->name);
	else
		snprintf(out, 32, "%s", a->name);
}

/* A machine begins, or asks again: iPXE that was loaded goes on with its
 * boot, everybody else begins a new one. */
static struct sight *
start(const struct seen *e, const struct dhcp_msg *m, const struct pxe_request *r)
{
	struct sight *s = place(e->all, m->chaddr);
	bool goes_on = s->used && !s->closed && memcmp(s->mac, m->chaddr, 6) == 0 &&
	    (s->stage == SIGHT_ASKED || (r->client == PXE_CLIENT_IPXE && s->files));

	if (!goes_on) {
		if (s->used && !s->closed)
			e->calls->over(e->calls->ctx, s);
		memset(s, 0, sizeof(*s));
		s->used = true;
		s->began_us = e->us;
		memcpy(s->mac, m->chaddr, 6);
	}
	name_persona(r, s->persona);
	s->stage = SIGHT_ASKED;
	return s;
}

static void
asked(const struct seen *e, const struct dhcp_msg *m)
{
	struct pxe_request r;
	struct sight *s;
	struct step step;
	char server[NUM_IP4_TEXT];

	pxe_read(m, &r);
	s = find_mac(e->all, m->chaddr);
	if (r.client == PXE_CLIENT_OTHER) {
		/* The system that was booted asks for its own address. */
		if (s && !s->closed && s->files && m->type == DHCP_DISCOVER) {
			s->stage = SIGHT_RUNS;
			step_begin(&step, "system");
			step_detail(&step, "what was booted asks for an address itself");
			tell(e, s, &step);
		}
		return;
	}
	if (m->type == DHCP_DISCOVER || m->type == DHCP_BOOTP) {
		s = start(e, m, &r);
		step_begin(&step, m->type == DHCP_BOOTP ? "bootp" : "discover");
		step_put(&step, "client", pxe_client_name(r.client));
		step_detail(&step, "%s asks for an address", s->persona);
		tell(e, s, &step);
	} else if (s && m->type == DHCP_REQUEST && e->u->dport == DHCP_PORT_BINL) {
		s->stage = SIGHT_ASKED_4011;
		s->server = e->u->dst;
		step_begin(&step, "ask");
		step_put(&step, "to", num_ip4_text(e->u->dst, server));
		step_detail(&step, "asks %s port 4011 what to boot", server);
		tell(e, s, &step);
	} else if (s && m->type == DHCP_REQUEST && s->stage == SIGHT_OFFERED) {
		s->stage = SIGHT_REQUESTED;
	}
}

static void
note_file(struct sight *s, const struct dhcp_msg *m)
{
	size_t len;
	const uint8_t *v = dhcp_get(m, DHCP_BOOT_FILE, &len);
	const uint8_t *class;
	size_t class_len;

	if (v && len)
		snprintf(s->file, sizeof(s->file), "%.*s", (int)len, (const char *)v);
	else if (m->file[0] && !(m->overload & 1))
		snprintf(s->file, sizeof(s->file), "%s", m->file);
	s->told_file |= s->file[0] != '\0';
	class = dhcp_get(m, DHCP_CLASS, &class_len);
	if (class && class_len >= 9 && memcmp(class, "PXEClient", 9) == 0 && !s->file[0])
		s->pxe_only = true;
}

static void
answered(const struct seen *e, const struct dhcp_msg *m)
{
	struct sight *s = find_mac(e->all, m->chaddr);
	char addr[NUM_IP4_TEXT];
	struct step step;
	const char *what;

	if (!s || s->closed)
		return;
	if (m->type == DHCP_NAK) {
		s->stage = SIGHT_REFUSED;
		what = "nak";
	} else if (m->type == DHCP_ACK && s->stage == SIGHT_ASKED_4011) {
		s->stage = SIGHT_TOLD;
		what = "reply";
	} else if (m->type == DHCP_ACK || m->type == DHCP_BOOTP) {
		s->stage = SIGHT_LEASED;
		what = m->type == DHCP_ACK ? "ack" : "reply";
	} else {
		if (s->stage == SIGHT_ASKED && m->yiaddr)
			s->stage = SIGHT_OFFERED;
		what = "offer";
	}
	if (m->yiaddr && m->type != DHCP_OFFER)
		s->addr = m->yiaddr;
	note_file(s, m);
	step_begin(&step, what);
	step_from(&step, e->u->src);
	if (m->yiaddr)
		step_put_addr(&step, "address", m->yiaddr);
	if (s->file[0])
		step_put(&step, "file", s->file);
	step_detail(&step, "%s, file %s", m->yiaddr ? num_ip4_text(m->yiaddr, addr) : "no address",
	    s->file[0] ? s->file : "none");
	tell(e, s, &step);
}

static void
file_asked(const struct seen *e, const struct tftp_packet *p)
{
	struct sight *s = find_addr(e->all, e->u->src);
	struct step step;

	if (!s || s->closed)
		return;
	/* The same request again is a retry, no step. */
	if (s->stage == SIGHT_FILE_ASKED && s->port == e->u->sport && strcmp(s->file, p->name) == 0) {
		s->last_us = e->us;
		return;
	}
	s->stage = SIGHT_FILE_ASKED;
	s->port = e->u->sport;
	s->server = e->u->dst;
	s->blksize = TFTP_BLKSIZE;
	s->bytes = 0;
	s->told_file = true;
	snprintf(s->file, sizeof(s->file), "%s", p->name);
	step_begin(&step, "get");
	step_put_addr(&step, "to", e->u->dst);
	step_put(&step, "file", s->file);
	step_detail(&step, "asks for %s", s->file);
	tell(e, s, &step);
}

static void
file_failed(const struct seen *e, struct sight *s, const struct tftp_packet *p)
{
	struct step step;

	s->stage = SIGHT_FILE_FAILED;
	s->errors++;
	s->error = p->code == TFTP_E_NOT_FOUND ? FAULT_BOOTFILE_NOT_FOUND : FAULT_TFTP_ERROR;
	step_begin(&step, "error");
	step_from(&step, e->u->src);
	step_put(&step, "file", s->file);
	step_put_num(&step, "code", p->code);
	step_put(&step, "error", p->message);
	step_detail(&step, "%s: error %u, %s", s->file, p->code, p->message);
	tell(e, s, &step);
}

static void
file_data(const struct seen *e, struct sight *s, const struct tftp_packet *p)
{
	char size[32];
	struct step step;

	s->last_us = e->us;
	if (s->stage == SIGHT_FILE_DONE)
		return;
	s->stage = SIGHT_FILE_COMING;
	s->bytes += p->len;
	if (p->len >= s->blksize)
		return;
	s->stage = SIGHT_FILE_DONE;
	s->files++;
	step_begin(&step, "file");
	step_from(&step, e->u->src);
	step_put(&step, "file", s->file);
	step_put_num(&step, "bytes", s->bytes);
	step_detail(&step, "%s: %s", s->file, report_size(s->bytes, size));
	tell(e, s, &step);
}

static void
tftp_packet_seen(const struct seen *e, const uint8_t *packet, size_t len)
{
	struct tftp_packet p;
	struct sight *s;

	if (tftp_parse(packet, len, &p) != TFTP_OK)
		return;
	if (e->u->dport == TFTP_PORT && p.op == TFTP_RRQ) {
		file_asked(e, &p);
		return;
	}
	s = find_addr(e->all, e->u->dst);
	if (s && !s->closed && s->port == e->u->dport && s->stage >= SIGHT_FILE_ASKED) {
		if (p.op == TFTP_OACK) {
			s->stage = SIGHT_FILE_COMING;
			s->last_us = e->us;
			if (p.options.has & TFTP_HAS_BLKSIZE)
				s->blksize = p.options.blksize;
		} else if (p.op == TFTP_ERROR) {
			file_failed(e, s, &p);
		} else if (p.op == TFTP_DATA) {
			file_data(e, s, &p);
		}
		return;
	}
	/* A client that breaks off has what it wanted: a size, mostly. */
	s = find_addr(e->all, e->u->src);
	if (s && !s->closed && s->port == e->u->sport && p.op == TFTP_ERROR &&
	    s->stage == SIGHT_FILE_COMING)
		s->stage = SIGHT_FILE_DONE;
}

static void
tftp_seen(const struct seen *e)
{
	const struct sight *s = find_addr(e->all, e->u->dst);
	size_t size;

	for (size_t at = 0; at < e->u->len; at += size) {
		size = segment_first(s ? s->blksize : TFTP_BLKSIZE, e->u->data + at, e->u->len - at);
		tftp_packet_seen(e, e->u->data + at, size);
	}
}

void
sight_take(struct sights *all, const struct frame_udp *u, uint64_t us,
    const struct sight_calls *calls)
{
	struct seen e = { all, u, us, calls };
	struct dhcp_msg m;
	bool dhcp = u->dport == DHCP_PORT_SERVER || u->dport == DHCP_PORT_CLIENT ||
	    u->dport == DHCP_PORT_BINL || u->sport == DHCP_PORT_BINL;

	if (!dhcp) {
		tftp_seen(&e);
		return;
	}
	if (dhcp_parse(u->data, u->len, &m) != DHCP_OK || m.hlen != 6)
		return;
	if (m.op == BOOTREQUEST)
		asked(&e, &m);
	else
		answered(&e, &m);
}

enum fault
sight_fault(const struct sight *s)
{
	switch (s->stage) {
	case SIGHT_ASKED:
	case SIGHT_OFFERED:
	case SIGHT_REQUESTED:
		return s->pxe_only || s->told_file || s->stage == SIGHT_ASKED ?
		    FAULT_NO_ANSWER : FAULT_NO_BOOT_INFO;
	case SIGHT_REFUSED:
		return FAULT_NAK;
	case SIGHT_LEASED:
	case SIGHT_TOLD:
		if (!s->told_file)
			return s->pxe_only ? FAULT_FILE_MISSING : FAULT_NO_BOOT_INFO;
		/* Over HTTP the file itself is not seen. */
		return strstr(s->file, "://") ? FAULT_NONE : FAULT_BOOTFILE_NOT_FOUND;
	case SIGHT_ASKED_4011:
		return FAULT_PXECLIENT_WITHOUT_4011;
	case SIGHT_FILE_ASKED:
	case SIGHT_FILE_COMING:
		return FAULT_TFTP_NO_ANSWER;
	case SIGHT_FILE_FAILED:
		return s->files ? FAULT_CONFIG_MISSING : s->error;
	case SIGHT_FILE_DONE:
	case SIGHT_RUNS:
		break;
	}
	return FAULT_NONE;
}

const char *
sight_text(const struct sight *s, char out[FINDING_TEXT])
{
	static const char *const text[] = {
	    "asked for an address, nobody answered",
	    "was offered an address and did not take it",
	    "asked for the address it was offered, no ACK came",
	    "was refused its address (NAK)",
	    "got an address and then asked for nothing",
	    "asked port 4011, nobody answered",
	    "was told what to boot on port 4011 and then asked for nothing",
	    "asked for a file, nobody answered", "the transfer stopped",
	    "got its last file whole", "was refused its last file",
	    "runs: it asked for an address as a system does" };

	snprintf(out, FINDING_TEXT, "%s%s%s (%u files whole)", text[s->stage],
	    s->file[0] ? ": " : "", s->file, s->files);
	return out;
}
