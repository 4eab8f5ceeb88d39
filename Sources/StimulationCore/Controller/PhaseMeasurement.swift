// Decides: what is summed up over one phase, and which part of it each sum covers.
// Leaves to others: the verdicts (Interlocks) and the dose (ChannelRun).

/// One stretch of a phase between two wake-ups, seen through one reading at its end.
struct PhaseInterval {
  /// How long it was.
  let time: Nanoseconds
  /// The amplitude that was commanded over it.
  let command: Microamperes
  /// The current in the commanded direction, offset taken off.
  let current: Microamperes
  /// The voltage in the commanded direction.
  let voltage: Millivolts
  /// The energy that went into the load.
  let energy: Picojoules

  init(
    time: Nanoseconds, command: Microamperes, current: Microamperes, voltage: Millivolts
  ) {
    self.time = time
    self.command = command
    self.current = current
    self.voltage = voltage
    energy = Picojoules(voltage: voltage, current: current, time: time)
  }
}

/// Sums over one phase.
///
/// A reading stands for the stretch that ends with it: the amplitude changes only at
/// wake-ups, and each reading is taken before the change.
struct PhaseMeasurement {
  private(set) var charge = Femtocoulombs.zero
  private(set) var commanded = Femtocoulombs.zero
  /// How long the stretches were together.
  private(set) var time = Nanoseconds.zero
  private(set) var lateCharge = Femtocoulombs.zero
  private(set) var lateCommanded = Femtocoulombs.zero
  private(set) var lateTime = Nanoseconds.zero
  private var lastQuarterVoltage: Int64 = 0
  private var lastQuarterTime = Nanoseconds.zero
  private var lastQuarterCharge = Femtocoulombs.zero
  private(set) var energy = Picojoules.zero
  private(set) var peakVoltage = Millivolts.zero

  /// Adds a stretch that ended `into` after the start of a phase of `width`.
  mutating func add(_ interval: PhaseInterval, endedAt into: Nanoseconds, of width: Nanoseconds) {
    let charge = interval.current * interval.time
    let commanded = interval.command * interval.time
    self.charge += charge
    self.commanded += commanded
    time += interval.time
    energy += interval.energy
    peakVoltage = max(peakVoltage, interval.voltage)
    guard into - interval.time / 2 >= width / 2 else { return }
    lateCharge += charge
    lateCommanded += commanded
    lateTime += interval.time
    guard into - interval.time / 2 >= width - width / 4 else { return }
    lastQuarterVoltage += Int64(interval.voltage.rawValue) * interval.time.rawValue
    lastQuarterTime += interval.time
    lastQuarterCharge += charge
  }

  /// Adds what flowed between the decision to end a phase and its edge at the pins.
  mutating func addTail(_ current: Microamperes, _ command: Microamperes, for time: Nanoseconds) {
    charge += current * time
    commanded += command * time
    self.time += time
  }

  /// The mean voltage of the last quarter; `nil` before it.
  var meanVoltage: Millivolts? {
    guard lastQuarterTime > .zero else { return nil }
    return Millivolts(rawValue: Int32(lastQuarterVoltage / lastQuarterTime.rawValue))
  }

  /// The mean current of the last quarter; `nil` before it.
  var meanCurrent: Microamperes? {
    guard lastQuarterTime > .zero else { return nil }
    return Microamperes(rawValue: Int32(lastQuarterCharge.rawValue / lastQuarterTime.rawValue))
  }
}
