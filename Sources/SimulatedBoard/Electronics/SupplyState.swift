// Decides: what the channels share: supply, contact and full scale.
// Leaves to others: what changes them (SimulatedBoard).

/// The state of the board that every channel's current depends on.
struct SupplyState {
  /// Whether the output stage is powered: chain closed, comparator not latched.
  var isOn = true
  /// Whether the output relay's contact is closed.
  var contact = false
  /// The output stage's voltage in V.
  var limit = 80.0
  /// The range's maximum in mA.
  var fullScale = 10.0
}
