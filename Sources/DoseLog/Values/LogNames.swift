// Decides: the words for the core's cases as they stand in the log; they never change.
// Leaves to others: an interlock's and a state's word (InterlockTable, StateCode).

internal import StimulationCore

/// The interlock's name as it stands in the log.
func interlockName(_ interlock: InterlockID) -> String { "\(interlock.name)" }

func logName(_ state: StateCode) -> String { "\(state.name)" }

func logName(_ warning: Warning) -> String {
  switch warning {
  case .loadRise: return "load-rise"
  case .loadFall: return "load-fall"
  case .pulseWithheld: return "pulse-withheld"
  }
}

func logName(_ envelope: Envelope) -> String {
  switch envelope {
  case .standard: return "standard"
  case .extended: return "extended"
  }
}

func logName(_ source: LimitSource) -> String {
  switch source {
  case .compiled: return "compiled"
  case .board: return "board"
  case .prescription: return "prescription"
  case .protocolFile: return "protocol-file"
  }
}
