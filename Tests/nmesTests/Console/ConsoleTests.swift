// Decides: that the console's tests run one after another: each leads a session in real time, and
// an operator who is starved of the processor for a second loses the lease, as is right.
// Leaves to others: the tests, which stand in the files beside this one.

import Testing

@Suite("Console at a terminal", .serialized) enum ConsoleTests {}
