// Decides: that a turn of the loop over each board neither allocates nor locks.
// Leaves to others: the turn itself (RealTimeLoop).

import LinuxBoard
import RealTimeLoop
import SimulatedBoard

/// One turn. The compiler refuses this function in release builds when anything below it, in
/// the generic loop, the controller or the board, could allocate or lock.
#if RT_CHECKED
  @_noAllocation @_noLocks
#endif
func provenTurn(_ loop: inout RealTimeLoop<SimulatedBoard>) {
  loop.turn()
}

/// The same over a real board.
#if RT_CHECKED
  @_noAllocation @_noLocks
#endif
func provenTurn(_ loop: inout RealTimeLoop<LinuxBoard>) {
  loop.turn()
}
