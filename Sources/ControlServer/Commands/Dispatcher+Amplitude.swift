// Decides: how amplitudes are changed from outside, by value, target or step.
// Leaves to others: every limit (StimulationCore).

import CheckedFiles
import ControlAPI
import RealTimeLoop
import SessionController
import StimulationCore

/// A setpoint that was accepted a moment ago and may not be seen in the status yet.
struct SteppedSetpoint {
  var setpoint: Microamperes
  /// When it was accepted, by the board's clock.
  var at: Nanoseconds
}

extension Dispatcher {
  /// A step where the ceiling is above ``fineCeiling``.
  static let step = Microamperes.milliamperes(1)
  /// A step where it is not.
  static let fineStep = Microamperes(500)
  /// Up to this ceiling a step is fine.
  static let fineCeiling = Microamperes.milliamperes(25)

  func amplitude(
    _ method: Method, _ params: JSONValue, _ actor: String, _ lease: OperatorLease
  ) throws(RPCError) -> Answer {
    switch method {
    case .amplitudeSet:
      return try serve(params, AmplitudeSetRequest.self) { request throws(RPCError) in
        let (value, channel) = try read(request.amplitude, request.channel)
        steps.withLock { $0 = [:] }
        try asked { () throws(StimulatorError) in
          try stimulator.setAmplitude(value, channel: channel, actor: actor, lease: lease)
        }
        return Done()
      }
    case .amplitudeTarget:
      return try serve(params, AmplitudeTargetRequest.self) { request throws(RPCError) in
        let (value, channel) = try read(request.amplitude, request.channel)
        steps.withLock { $0 = [:] }
        try asked { () throws(StimulatorError) in
          try stimulator.aim(at: value, channel: channel, actor: actor, lease: lease)
        }
        return Done()
      }
    default:
      return try serve(params, AmplitudeStepRequest.self) { request throws(RPCError) in
        try takeStep(request, actor, lease)
      }
    }
  }

  private func read(
    _ text: String, _ channel: Int?
  ) throws(RPCError) -> (Microamperes, Int?) {
    let value = try Self.quantity("amplitude", text, QuantityParser.parseCurrent)
    return (value, try index(channel))
  }

  /// The channel counted from 0; one that the loaded session does not have is refused here, so
  /// that no other is meant by it.
  private func index(_ channel: Int?) throws(RPCError) -> Int? {
    guard let channel else { return nil }
    let count = stimulator.status.planned?.plan.channelCount ?? maximumChannels
    guard (1...count).contains(channel) else {
      throw .parameters("channel \(channel): the channels are 1 to \(count)")
    }
    return channel - 1
  }

  private func takeStep(
    _ request: AmplitudeStepRequest, _ actor: String, _ lease: OperatorLease
  ) throws(RPCError) -> AmplitudeStepRequest.Response {
    let only = try index(request.channel)
    let status = stimulator.status
    guard let plan = status.planned?.plan, let loop = status.loop else {
      throw RPCError(
        .notInPhase, "a step is not possible \(status.phase.text)", reason: "not-in-phase")
    }
    var asked = ChannelAmplitudes()
    for channel in 0..<plan.channelCount where only == nil || only == channel {
      asked.set(stepped(channel, request.direction, plan, loop), channel: channel)
    }
    do throws(StimulatorError) {
      try stimulator.setAmplitudes(asked, actor: actor, lease: lease)
    } catch {
      if case .refusedByOne(_, let lowered) = error { remember(asked, lowered) }
      throw Self.told(error)
    }
    remember(asked, asked.channels)
    return AmplitudeStepRequest.Response(
      channels: (0..<plan.channelCount).compactMap { channel in
        asked[channel].map { .init(channel: channel + 1, setpoint_uA: Int64($0.rawValue)) }
      })
  }

  /// The amplitude that a step leads to.
  private func stepped(
    _ channel: Int, _ direction: AmplitudeStepRequest.Direction, _ plan: StimulationPlan,
    _ loop: LoopSnapshot
  ) -> Microamperes {
    var present = loop.channels[channel].setpoint
    if let last = steps.withLock({ $0[channel] }), last.at >= loop.now {
      present = last.setpoint
    }
    let size = plan[channel: channel].ceiling <= Self.fineCeiling ? Self.fineStep : Self.step
    let lowest = loop.channels[channel].lowest
    switch direction {
    case .up: return max(present + size, lowest)
    // Between the lowest amplitude and nothing there is none.
    case .down: return present - size < max(lowest, Microamperes(1)) ? .zero : present - size
    }
  }

  /// Keeps what was accepted until the status shows it.
  private func remember(_ amplitudes: ChannelAmplitudes, _ accepted: ChannelSet) {
    let now = stimulator.host.exchange.now
    steps.withLock { steps in
      for channel in 0..<maximumChannels where accepted.contains(channel) {
        steps[channel] = amplitudes[channel].map { SteppedSetpoint(setpoint: $0, at: now) }
      }
    }
  }
}
