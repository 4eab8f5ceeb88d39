// Decides: how amplitudes are changed from outside, by value, target or step.
// Leaves to others: every limit (StimulationCore).

import CheckedFiles
import ControlAPI
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
    var reached: [AmplitudeStepRequest.Setpoint] = []
    for channel in 0..<plan.channelCount where only == nil || only == channel {
      var present = loop.channels[channel].setpoint
      if let last = steps.withLock({ $0[channel] }), last.at >= loop.now {
        present = last.setpoint
      }
      let size = plan[channel: channel].ceiling <= Self.fineCeiling ? Self.fineStep : Self.step
      let lowest = loop.channels[channel].lowest
      let wanted: Microamperes
      switch request.direction {
      case .up: wanted = max(present + size, lowest)
      // Between the lowest amplitude and nothing there is none.
      case .down: wanted = present - size < max(lowest, Microamperes(1)) ? .zero : present - size
      }
      try asked { () throws(StimulatorError) in
        try stimulator.setAmplitude(wanted, channel: channel, actor: actor, lease: lease)
      }
      let now = stimulator.host.exchange.now
      steps.withLock { $0[channel] = SteppedSetpoint(setpoint: wanted, at: now) }
      reached.append(.init(channel: channel + 1, setpoint_uA: Int64(wanted.rawValue)))
    }
    return AmplitudeStepRequest.Response(channels: reached)
  }
}
