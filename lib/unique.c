#include "unique.h"

#include <sys/random.h>
#include <unistd.h>

#include "clock.h"

uint64_t
unique_number(void)
{
	uint64_t number;

	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) == sizeof(number))
		return number;
	return (uint64_t)getpid() << 40 ^ clock_us();
}
