// Decides: how the core's cases are named in the log: the one place for it.
// Leaves to others: the cases themselves (StimulationCore).

public import StimulationCore

/// The stable name of an interlock in the log, such as `open-electrode`.
public func interlockName(_ interlock: InterlockID) -> String { kebabCase("\(interlock)") }

func logName(_ state: StateCode) -> String { kebabCase("\(state)") }
func logName(_ warning: Warning) -> String { kebabCase("\(warning)") }
func logName(_ envelope: Envelope) -> String { kebabCase("\(envelope)") }
func logName(_ source: LimitSource) -> String { kebabCase("\(source)") }

/// `openElectrode` as `open-electrode`.
private func kebabCase(_ name: String) -> String {
  var text = ""
  for character in name {
    if character.isUppercase { text += "-" }
    text += character.lowercased()
  }
  return text
}
