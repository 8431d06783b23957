/* The fence of a DHCP server: from here on it reaches its rules, its lease file and its
 * numbers, and nothing else (confine.h). */
#ifndef FENCE_H
#define FENCE_H

#include "config.h"
#include "leasefile.h"
#include "metrics.h"

struct fence {
	struct config *config;
	struct config_options *options;
	const struct leasefile *file; /* NULL: there is none */
	const struct metrics *metrics;
	struct reach *reach; /* what is read again after chroot: filled in, and pointed to by the two above */
};

/* As confine_enter; where there is no Landlock, that is logged. */
int fence_enter(const struct fence *f, char error[CONFINE_ERROR]);

#endif
