#include "answer.h"

bool
answer_boots(const struct answer *a)
{
	return a->type == DHCP6_REPLY && a->configures;
}

const struct in6_addr *
answer_addr(const struct answer *a)
{
	for (size_t i = 0; i < a->ias; i++)
		if (a->ia[i].given)
			return &a->ia[i].addr;
	return NULL;
}
