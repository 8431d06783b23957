/*
 * Ends the program when SIGTERM, SIGINT or SIGHUP has come and it does not end: whoever
 * writes to a terminal that is stopped, or to a pipe that nobody reads, waits for ever.
 */
#ifndef PATIENCE_H
#define PATIENCE_H

#include <stdbool.h>

/* From here on, in this process and not in its children.  Where there is no thread to
 * be had, nothing is lost but this. */
void patience_start(void);
/* Did one of them come?  From then on the program has five seconds. */
bool patience_ended(int signals);

#endif
