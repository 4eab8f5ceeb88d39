// Decides: how a status message becomes what the console shows.
// Leaves to others: the message (ControlAPI).

public import ControlAPI
internal import StimulationCore

extension ConsoleStatus {
  /// The status of a message. What does not fit its unit is refused as a whole: a figure that
  /// was cut off would be believed.
  public init?(_ message: Status) {
    guard let phase = Phase(rawValue: message.phase) else { return nil }
    self.init(board: message.board, isSimulated: message.isSimulated)
    self.phase = phase
    state = message.state
    session = message.session
    outcome = message.outcome
    patient = message.patient
    muscle = message.muscle
    stage = message.stage
    protocolName = message.protocolName
    isExtended = message.envelope == "extended"
    train = Int(message.train)
    trains = Int(message.trains)
    guard let left = Self.milliseconds(message.timeLeft_ms),
      let age = Self.milliseconds(message.age_ms), (.zero)...Self.oldest ~= age
    else { return nil }
    timeLeft = left
    self.age = age
    if message.at_ms > 0 {
      guard let made = Self.milliseconds(message.at_ms) else { return nil }
      madeAt = made
    }
    faults = message.faults.map { Fault(id: $0.id, requirement: $0.requirement, cause: $0.cause) }
    failedItem = message.failedItem
    outputsAreActive = message.outputsAreActive
    isSkinSeen = message.isSkinSeen
    logFailure = message.logFailure
    if message.lease.mine {
      lease = .mine
    } else if let holder = message.lease.holder {
      lease = .other("\(holder.client) (user \(holder.uid))")
    }
    for channel in message.channels {
      guard let channel = Channel(channel) else { return nil }
      channels.append(channel)
    }
  }

  /// No loop is older than this, nor younger than now.
  private static let oldest = Nanoseconds.seconds(31 * 24 * 3_600)

  private static func milliseconds(_ count: Int64) -> Nanoseconds? {
    let product = count.multipliedReportingOverflow(by: 1_000_000)
    return product.overflow ? nil : Nanoseconds(rawValue: product.partialValue)
  }
}

extension ConsoleStatus.Channel {
  fileprivate init?(_ message: Status.Channel) {
    guard let setpoint = Int32(exactly: message.setpoint_uA),
      let ceiling = Int32(exactly: message.ceiling_uA),
      let measured = Int32(exactly: message.measured_uA),
      let charge = Self.femtocoulombs(message.charge_nC),
      let limit = Self.femtocoulombs(message.chargeLimit_nC)
    else { return nil }
    self.init(channel: message.channel, ceiling: Microamperes(ceiling))
    self.setpoint = Microamperes(setpoint)
    self.measured = Microamperes(measured)
    if let count = message.target_uA {
      guard let target = Int32(exactly: count) else { return nil }
      self.target = Microamperes(target)
    }
    if let count = message.load_ohm {
      guard let load = Int32(exactly: count) else { return nil }
      self.load = Ohms(load)
    }
    train = Int(message.train)
    isInTrain = message.isInTrain
    self.charge = charge
    chargeLimit = limit
    force = message.force_N
  }

  private static func femtocoulombs(_ count: Int64) -> Femtocoulombs? {
    let product = count.multipliedReportingOverflow(by: 1_000_000)
    return product.overflow ? nil : Femtocoulombs(product.partialValue)
  }
}
