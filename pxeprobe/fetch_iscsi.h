/* Looks at an iSCSI disk over TCP, as the program that has this address would. */
#ifndef FETCH_ISCSI_H
#define FETCH_ISCSI_H

#include "fetch.h"
#include "iscsi.h"

/* `s` has been started; its state says what came of it, or out->fault why nothing did.
 * out is zero before. */
void fetch_iscsi(const struct fetcher *f, struct iscsi *s, struct fetched *out);

#endif
