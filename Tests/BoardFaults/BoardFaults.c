// Decides: nothing; the header's functions live in CLinuxBoard's debug builds.
// Leaves to others: all of it.

#include "BoardFaults.h"
