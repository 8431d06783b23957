/* What to do where the rights are missing. */
#ifndef ADVICE_H
#define ADVICE_H

/* For a process in a container, what that is to be given; else what the process is. */
const char *advice_rights(void);

#endif
