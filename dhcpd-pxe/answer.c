#include "answer.h"

bool
answer_boots(const struct answer *a)
{
	return a->type != DHCP_OFFER ||
	    (a->way == ANSWER_PROXY && (!client_is_efi(a->client) || a->client->pxe.client != PXE_CLIENT_PXE));
}
