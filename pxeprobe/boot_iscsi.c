#include "boot_iscsi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch_iscsi.h"
#include "num.h"

/* As iPXE calls itself (iscsi.c): after its host name where it has one, else its UUID.
 * Option 203 would say otherwise. */
static void
initiator(const struct attempt *a, char out[ISCSI_NAME])
{
	const struct dhcp_client *d = boot_lease(a);
	char uuid[NUM_UUID_TEXT];
	size_t len;
	const uint8_t *v = dhcp_get(&d->ack, 203, &len);

	if (v && len) {
		snprintf(out, ISCSI_NAME, "%.*s", (int)len, (const char *)v);
		return;
	}
	v = dhcp_get(&d->ack, DHCP_HOSTNAME, &len);
	snprintf(out, ISCSI_NAME, "iqn.2010-04.org.ipxe:%.*s", v && len ? (int)len : 63,
	    v && len ? (const char *)v : num_uuid_text(a->id.uuid, uuid));
}

static void
report_disk(const struct attempt *a, const char *root_path, const struct iscsi *s, const struct fetched *f)
{
	uint64_t bytes = s->blocks * s->block_size;
	char size[32];
	struct step st;

	step_begin(&st, "disk");
	snprintf(st.from, sizeof(st.from), "%s", f->from);
	st.ms = f->ms;
	st.timed = true;
	step_put(&st, "target", s->path.target);
	step_put(&st, "lun", s->path.lun_text);
	if (s->state == ISCSI_THERE) {
		step_put_num(&st, "size", bytes);
		step_detail(&st, "%s: a disk of %s", root_path, report_size(bytes, size));
	} else {
		step_put(&st, "error", s->state == ISCSI_CHAP ? "wants a password" : f->why);
		step_detail(&st, "%s: %s", root_path, s->state == ISCSI_CHAP ? "wants a password" : f->why);
	}
	report_step(a->report, &st);
}

bool
boot_iscsi_look(struct attempt *a, const char *root_path, bool softly, char text[FINDING_TEXT])
{
	struct iscsi *s = calloc(1, sizeof(*s));
	struct fetched f = { .fault = FAULT_NONE };
	struct iscsi_path path;
	char name[ISCSI_NAME];
	bool there = false;

	if (!s)
		return false;
	if (!iscsi_path_parse(root_path, &path)) {
		fetch_fail(&f, FAULT_ISCSI_NO_LUN, "it has not the form iscsi:SERVER:::LUN:TARGET");
	} else {
		initiator(a, name);
		iscsi_start(s, &path, name);
		fetch_iscsi(&a->fetcher, s, &f);
		report_disk(a, root_path, s, &f);
		there = s->state == ISCSI_THERE || s->state == ISCSI_CHAP;
	}
	if (s->state == ISCSI_CHAP)
		snprintf(text, FINDING_TEXT, "%.150s wants a name and a password (CHAP), which are not known here",
		    root_path);
	else if (there)
		snprintf(text, FINDING_TEXT, "%.150s is there%s; what is on it is not followed", root_path,
		    s->has_boot_sector ? "" : ", though its first block is no boot sector");
	else
		snprintf(text, FINDING_TEXT, "%.150s: %.150s", root_path, f.why);
	if (!there)
		(softly ? finding_warn : finding_fatal)(&a->findings, f.fault, "%s", text);
	free(s);
	return there;
}

enum boot_next
boot_iscsi(struct attempt *a, const char *root_path)
{
	char text[FINDING_TEXT];

	if (!boot_iscsi_look(a, root_path, false, text))
		return BOOT_FAILS;
	return boot_unknown(a, "boots from a disk: %s", text);
}
