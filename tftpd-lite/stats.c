#include "stats.h"

#define TRANSFERS "Transfers that ended, by how."
#define ENDED(i, how) \
	{ STATS_TRANSFERS + 2 * (i), METRICS_COUNTER, "transfers_total", "op=\"read\",result=\"" how "\"", \
		TRANSFERS }, \
	{ \
		STATS_TRANSFERS + 2 * (i) + 1, METRICS_COUNTER, "transfers_total", "op=\"write\",result=\"" how "\"", \
		    TRANSFERS \
	}
#define REFUSED(at, why) \
	{ \
		at, METRICS_COUNTER, "refused_total", "why=\"" why "\"", "Requests that were answered with an error." \
	}

/* XFER_SILENT is two: those who said something before are at XFER_RUNNING's place,
 * who asked for another file behind all others. */
#define LEFT (XFER_FAILED + 1)

static const struct metrics_row rows[] = {
	{ STATS_REQUESTS, METRICS_COUNTER, "requests_total", "op=\"read\"", "Requests, without repetitions." },
	{ STATS_REQUESTS + 1, METRICS_COUNTER, "requests_total", "op=\"write\"", "" },
	ENDED(XFER_COMPLETE, "done"),
	ENDED(XFER_PROBE, "probe"),
	ENDED(XFER_ABORTED, "aborted"),
	ENDED(XFER_RUNNING, "timed-out"),
	ENDED(XFER_SILENT, "never-answered"),
	ENDED(XFER_GONE, "client-gone"),
	ENDED(LEFT, "left-for-another"),
	ENDED(XFER_ILLEGAL, "bad-packet"),
	ENDED(XFER_FAILED, "failed"),
	{ STATS_RUNNING, METRICS_GAUGE, "transfers_running", NULL, "Transfers that run now." },
	{ STATS_BYTES, METRICS_COUNTER, "bytes_total", "op=\"read\"",
	    "Bytes of files that clients have acknowledged, or sent." },
	{ STATS_BYTES + 1, METRICS_COUNTER, "bytes_total", "op=\"write\"", "" },
	{ STATS_RESENT, METRICS_COUNTER, "resent_total", NULL, "Datagrams sent more than once." },
	REFUSED(STATS_REFUSED_NOT_FOUND, "not-found"),
	REFUSED(STATS_REFUSED_ACCESS, "access"),
	REFUSED(STATS_REFUSED_EXISTS, "exists"),
	REFUSED(STATS_REFUSED_FULL, "disk-full"),
	REFUSED(STATS_REFUSED_OPTION, "option"),
	REFUSED(STATS_REFUSED_MALFORMED, "malformed"),
	REFUSED(STATS_REFUSED_OTHER, "other"),
	{ STATS_PUT_OFF, METRICS_COUNTER, "put_off_total", NULL,
	    "Requests that had to wait, or to be repeated by their client." },
	{ STATS_FIRST_ANSWER, METRICS_HISTOGRAM, "first_answer_seconds", NULL,
	    "From a request to the first packet that its client answered with." },
	{ STATS_DURATION, METRICS_HISTOGRAM, "transfer_seconds", NULL, "How long complete transfers took." },
	{ STATS_STARTED, METRICS_GAUGE, "start_time_seconds", NULL, "When it was started, since 1970." },
};

const struct metrics_table stats_table = { "tftpd_lite_", rows, sizeof(rows) / sizeof(rows[0]) };

enum stats_at
stats_transfer(enum xfer_end end, bool answered, bool upload)
{
	int i = end;

	if (end == XFER_RUNNING)
		i = LEFT;
	else if (end == XFER_SILENT && answered)
		i = XFER_RUNNING;
	return (enum stats_at)(STATS_TRANSFERS + 2 * i + (upload ? 1 : 0));
}

enum stats_at
stats_refused(enum tftp_code code)
{
	switch (code) {
	case TFTP_E_NOT_FOUND:
		return STATS_REFUSED_NOT_FOUND;
	case TFTP_E_ACCESS:
		return STATS_REFUSED_ACCESS;
	case TFTP_E_EXISTS:
		return STATS_REFUSED_EXISTS;
	case TFTP_E_DISK_FULL:
		return STATS_REFUSED_FULL;
	default:
		return STATS_REFUSED_OTHER;
	}
}
