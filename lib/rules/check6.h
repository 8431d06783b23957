/* What of IPv6's lines only shows beside the others; check.c has the rest. */
#ifndef CHECK6_H
#define CHECK6_H

#include "reader.h"

/* Gathers the subnets of each link; false when there is no memory. */
bool check6_join_links(struct rules *rules);
/* Each reports what is wrong with r->rule. */
void check6_match_net(struct reader *r);
void check6_host(struct reader *r);
void check6_subnet(struct reader *r);
void check6_ra(struct reader *r);

#endif
