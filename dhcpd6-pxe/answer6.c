#include "answer6.h"

bool
answer6_boots(const struct answer *a)
{
	return a->type == DHCP6_REPLY && a->configures;
}

const struct in6_addr *
answer6_addr(const struct answer *a)
{
	for (size_t i = 0; i < a->ias; i++)
		if (a->ia[i].given)
			return &a->ia[i].addr;
	return NULL;
}
