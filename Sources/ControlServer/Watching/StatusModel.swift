// Decides: how the stimulator's status and events are told.
// Leaves to others: the values (SessionController) and the sending (Hub).

import ControlAPI
import SessionController
import StimulationCore

/// Makes messages of what the stimulator shows.
enum StatusModel {
  static func make(
    _ stimulator: Stimulator, _ held: LeaseBook.Held?, isMine: Bool, sequence: UInt64
  ) -> Status {
    // Before anything is looked at: none of it is older than it says.
    let now = ServerClock.now
    let seen = stimulator.status
    var status = Status(
      sequence: sequence, phase: seen.phase.rawValue, state: "\(seen.state.code.name)",
      board: seen.place.board, isSimulated: seen.place.isSimulated)
    status.at_ms = now.rawValue / 1_000_000
    status.session = seen.session?.rawValue
    status.outcome = seen.outcome?.rawValue
    status.timeLeft_ms = seen.timeLeft.rawValue / 1_000_000
    status.age_ms = seen.age.rawValue / 1_000_000
    status.outputsAreActive = stimulator.outputsAreActive
    status.isSkinSeen = seen.isSkinSeen
    status.logFailure = seen.logFailure?.description
    status.lease = Status.Lease(
      holder: held?.holder, mine: isMine,
      age_ms: held.map { (ServerClock.now - $0.renewedAt).rawValue / 1_000_000 } ?? 0)
    if let planned = seen.planned {
      status.patient = planned.patient
      status.muscle = planned.muscle
      status.stage = planned.therapy.stage.rawValue
      status.protocolName = planned.therapy.name
      status.envelope = "\(planned.envelope)"
      status.trains = planned.plan.train.trains
    }
    if let loop = seen.loop {
      status.faults = loop.causes.map {
        Status.Fault(id: "\($0.name)", requirement: "\($0.requirement)", cause: "\($0.cause)")
      }
      status.failedItem = loop.failedItem.map { "\($0)" }
      status.channels = channels(seen)
      status.train = status.channels.map(\.train).max() ?? 0
    }
    return status
  }

  private static func channels(_ seen: StimulatorStatus) -> [Status.Channel] {
    guard let loop = seen.loop, let plan = seen.planned?.plan else { return [] }
    let limit = plan.limits[.sessionCharge].value / 1_000_000
    return (0..<min(loop.channelCount, plan.channelCount)).map { index in
      let channel = loop.channels[index]
      return Status.Channel(
        channel: index + 1, setpoint_uA: Int64(channel.setpoint.rawValue),
        target_uA: channel.target.map { Int64($0.rawValue) },
        ceiling_uA: Int64(channel.ceiling.rawValue),
        measured_uA: Int64(channel.current.rawValue),
        load_ohm: channel.load.map { Int64($0.rawValue) }, train: channel.train,
        isInTrain: channel.isInTrain,
        charge_nC: channel.dose.rectified.magnitude.rawValue / 1_000_000, chargeLimit_nC: limit,
        force_N: index < seen.force.count ? seen.force[index] : nil)
    }
  }

  static func event(_ event: FeedEvent) -> EventItem {
    EventItem(
      sequence: event.sequence, at_ms: event.at.rawValue / 1_000_000,
      kind: event.kind.rawValue, subject: event.subject, channel: event.channel.map { $0 + 1 },
      amount: event.amount, text: event.text)
  }
}
