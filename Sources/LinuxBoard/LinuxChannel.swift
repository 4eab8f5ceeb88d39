// Decides: what one channel consists of at run time, and how it is opened.
// Leaves to others: when it is read and driven (LinuxBoard+Read, LinuxBoard+Apply).

import BoardSupport
import StimulationCore

/// What the board holds of the last short pulse.
struct HeldSamples {
  static let none = HeldSamples(leading: 0, recovery: 0, voltage: 0, isInRange: true)

  let leading: Int32
  let recovery: Int32
  let voltage: Int32
  let isInRange: Bool
}

/// One channel's short-pulse sequencer, opened.
struct LinuxGate: ~Copyable {
  /// The period that the gate has while it stands still: one that every driver makes.
  static let stillPeriod = Nanoseconds.milliseconds(20)

  var pwm: PWMChannel
  var heldLeading: Converter
  var heldRecovery: Converter?
  var heldVoltage: Converter

  init(
    _ definition: GateDefinition, _ roots: DeviceRoots
  ) throws(LinuxBoardError) {
    let pwm = try PWMChannel(definition.pwm, period: LinuxGate.stillPeriod, in: roots.pwm)
    let heldLeading = try Converter(definition.heldLeading, in: roots.converters)
    let heldRecovery = try LinuxGate.optional(definition.heldRecovery, roots)
    heldVoltage = try Converter(definition.heldVoltage, in: roots.converters)
    self.pwm = pwm
    self.heldLeading = heldLeading
    self.heldRecovery = heldRecovery
  }

  /// What the converters last read; magnitudes, whatever the converters' sign.
  var held: HeldSamples {
    var recovery: Int32 = 0
    var recoveryIsInRange = true
    switch heldRecovery {
    case .some(let converter):
      recovery = abs(converter.value)
      recoveryIsInRange = converter.isInRange
    case .none: break
    }
    return HeldSamples(
      leading: abs(heldLeading.value), recovery: recovery, voltage: abs(heldVoltage.value),
      isInRange: heldLeading.isInRange && heldVoltage.isInRange && recoveryIsInRange)
  }

  private static func optional(
    _ definition: ConverterDefinition<Microamperes>?, _ roots: DeviceRoots
  ) throws(LinuxBoardError) -> Converter? {
    guard let definition else { return nil }
    return try Converter(definition, in: roots.converters)
  }
}

/// One channel, opened.
struct LinuxChannel: ~Copyable {
  let bits: ChannelBits
  let curves: FixedStore<AmplitudeCurve>
  var amplitude: PWMChannel
  var current: Converter
  var voltage: Converter
  var gate: LinuxGate?
  /// The input line by which started pulses are counted.
  let pulseStarted: UInt32?
  /// What the sequencer was last told besides its times.
  var gateIsNegative = false
  var gateIsByCapacitor = false
  /// What the phases were last told.
  var phase = PhaseOutput.off
  /// The amplitude as it was read back.
  var amplitudeRead = Microamperes.zero

  init(
    _ definition: ChannelDefinition, bits: ChannelBits, pulseStarted: UInt32?,
    ranges: [RangeDefinition], index: Int, _ roots: DeviceRoots
  ) throws(LinuxBoardError) {
    try LinuxChannel.check(definition, ranges, index)
    let given = definition.curves
    var amplitude = try PWMChannel(
      definition.amplitude.output, period: definition.amplitude.period, in: roots.pwm)
    let gate = try LinuxChannel.optional(definition.gate, roots)
    let current = try Converter(definition.current, in: roots.converters)
    let voltage = try Converter(definition.voltage, in: roots.converters)
    try amplitude.enable()
    curves = FixedStore(count: given.count) { given[$0] }
    self.bits = bits
    self.pulseStarted = pulseStarted
    self.amplitude = amplitude
    self.gate = gate
    self.current = current
    self.voltage = voltage
  }

  private static func optional(
    _ definition: GateDefinition?, _ roots: DeviceRoots
  ) throws(LinuxBoardError) -> LinuxGate? {
    guard let definition else { return nil }
    return try LinuxGate(definition, roots)
  }

  /// Every amplitude that the channel may be told is read back as itself (SR-16).
  private static func check(
    _ definition: ChannelDefinition, _ ranges: [RangeDefinition], _ index: Int
  ) throws(LinuxBoardError) {
    for (curve, range) in zip(definition.curves, ranges) {
      let place = CalibrationPlace(channel: index, range: range.range.maximum)
      let (maximum, step) = (range.range.maximum, range.range.step)
      if curve.maximum < maximum { throw .calibrationTooShort(place, ends: curve.maximum) }
      var amplitude = Microamperes.zero
      // At most 250,000 turns: 250 mA in steps of 1 µA.
      while amplitude <= maximum {
        let time = curve.activeTime(for: amplitude)
        if time > definition.amplitude.period {
          throw .calibrationBeyondPeriod(
            place, amplitude, time, period: definition.amplitude.period)
        }
        let read = curve.amplitude(at: time)
        if read != amplitude {
          throw .calibrationTooCoarse(place, amplitude, time, readsAs: read)
        }
        amplitude += step
      }
    }
  }

  /// The channels that were found running when this one was opened.
  var leftovers: [PWMLeftover] {
    var found: [PWMLeftover] = []
    if let leftover = amplitude.leftover { found.append(leftover) }
    switch gate {
    case .some(let gate): if let leftover = gate.pwm.leftover { found.append(leftover) }
    case .none: break
    }
    return found
  }

  /// What the gate PWM is doing, as it was read back.
  var gateSetting: PWMSetting {
    switch gate {
    case .some(let gate): return gate.pwm.setting
    case .none: return .still
    }
  }

  /// What the gate's converters last read.
  var held: HeldSamples {
    switch gate {
    case .some(let gate): return gate.held
    case .none: return .none
    }
  }
}

extension LinuxChannel {
  /// Looks again at its PWM channels; not in the loop.
  mutating func settle() {
    amplitude.settle()
    gate?.pwm.settle()
    let isOurs = gateIsOurs && amplitude.isOurs
    if !isOurs { amplitudeRead = Microamperes(-1) }
  }

  private var gateIsOurs: Bool {
    switch gate {
    case .some(let gate): return gate.pwm.isOurs
    case .none: return true
    }
  }
}

// MARK: - In the loop

extension LinuxChannel {
  /// Drives the amplitude in a range when it changes, and keeps what is read back.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  mutating func setAmplitude(_ amplitude: Microamperes, range: Int) -> WriteOutcome {
    let time = curves[range].activeTime(for: amplitude).rawValue
    var outcome = WriteOutcome.confirmed
    if time != self.amplitude.activeTime { outcome = self.amplitude.setActiveTime(time) }
    let read = Nanoseconds(rawValue: self.amplitude.activeTime)
    let isKnown = read >= .zero && self.amplitude.isOurs
    amplitudeRead = isKnown ? curves[range].amplitude(at: read) : Microamperes(-1)
    return outcome
  }

  /// Stops the sequencer when it runs.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  mutating func stopGate() -> WriteOutcome {
    gate?.pwm.stop() ?? .confirmed
  }

  /// Starts the sequencer, or changes what it does.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  mutating func runGate(_ output: GateOutput) -> WriteOutcome {
    gate?.pwm.run(output.activeTime.rawValue, period: output.period.rawValue) ?? .failed
  }

  /// Stops the sequencer on the way out; answers whether that was done.
  borrowing func silenceGate() -> Bool {
    switch gate {
    case .some(let gate): return gate.pwm.silence()
    case .none: return true
    }
  }
}
