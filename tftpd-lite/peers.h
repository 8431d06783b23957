/*
 * How many transfers each address has started and not answered yet: what a
 * forged source address can make us send is bounded by it.
 */
#ifndef PEERS_H
#define PEERS_H

#include <stddef.h>

#include "addr.h"

#define PEERS_FEW 64         /* unanswered transfers of an address that are repeated */
#define PEERS_MANY 2048      /* more than that are not started */

struct peers;
struct peers *peers_new(void);
void peers_free(struct peers *p);

size_t peers_waiting(const struct peers *p, const struct addr *who);
/* One more; -1 without memory. */
int peers_add(struct peers *p, const struct addr *who);
/* One less: it answered, or ended. */
void peers_drop(struct peers *p, const struct addr *who);

#endif
