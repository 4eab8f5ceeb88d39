// Decides: how amplitudes are asked of the loop, and how what became of each channel is told and
// logged.
// Leaves to others: every limit, and that several channels rise together or not at all
// (StimulationController).

public import StimulationCore

/// What is asked of a channel, for the log.
struct ChannelFigure {
  /// Counted from 0; `nil` for all.
  var channel: Int?
  var amount: Int64?

  /// Nothing that has a figure.
  static let none = ChannelFigure()
}

extension Stimulator {
  /// Sets the amplitude of a channel, or of all; a rise is at most 1 mA (SR-14).
  ///
  /// - Throws: ``StimulatorError/refusedByOne(_:lowered:)`` where one of all channels refuses it.
  public func setAmplitude(
    _ amplitude: Microamperes, channel: Int?, actor: String, lease: OperatorLease
  ) throws(StimulatorError) {
    let figure = ChannelFigure(channel: channel, amount: Int64(amplitude.rawValue))
    try command(
      .setAmplitude(amplitude, channel: channel.map { Int8(clamping: $0) }), "amplitude",
      "setting an amplitude", actor, lease: lease, figures: [figure])
  }

  /// Sets each channel that is named to an amplitude of its own; a rise is at most 1 mA (SR-14).
  ///
  /// - Throws: ``StimulatorError/refusedByOne(_:lowered:)`` where one of several refuses it.
  public func setAmplitudes(
    _ amplitudes: ChannelAmplitudes, actor: String, lease: OperatorLease
  ) throws(StimulatorError) {
    let figures = (0..<maximumChannels).compactMap { channel in
      amplitudes[channel].map { ChannelFigure(channel: channel, amount: Int64($0.rawValue)) }
    }
    try command(
      .setAmplitudes(amplitudes), "amplitude", "setting an amplitude", actor, lease: lease,
      figures: figures)
  }

  /// Lets the amplitude of a channel, or of all, climb within the bounds of SR-14.
  ///
  /// - Throws: ``StimulatorError/refusedByOne(_:lowered:)`` where one of all channels refuses it.
  public func aim(
    at amplitude: Microamperes, channel: Int?, actor: String, lease: OperatorLease
  ) throws(StimulatorError) {
    let figure = ChannelFigure(channel: channel, amount: Int64(amplitude.rawValue))
    try command(
      .target(amplitude, channel: channel.map { Int8(clamping: $0) }), "target",
      "setting a target", actor, lease: lease, figures: [figure])
  }

  /// Logs what became of a command, and throws what was refused.
  func tell(
    _ reply: Reply, _ subject: String, _ actor: String, _ figures: [ChannelFigure]
  ) throws(StimulatorError) {
    let lowered: ChannelSet
    let refusal: Refusal
    switch reply {
    case .none, .accepted:
      for figure in figures {
        note(
          .command, subject, "accepted", actor, channel: figure.channel, amount: figure.amount)
      }
      return
    case .refused(let reason): (lowered, refusal) = (ChannelSet(), reason)
    case .lowered(let channels, let reason): (lowered, refusal) = (channels, reason)
    }
    for channel in 0..<maximumChannels where lowered.contains(channel) {
      let figure = figures.first { $0.channel == nil || $0.channel == channel }
      note(.command, subject, "lowered", actor, channel: channel, amount: figure?.amount)
    }
    let figure = figures.count == 1 ? figures[0] : .none
    note(
      .refusal, subject, "refused: \(refusal)", actor, channel: figure.channel,
      amount: figure.amount)
    if case .notInState = refusal { throw .refused(refusal) }
    throw areSeveral(figures) ? .refusedByOne(refusal, lowered: lowered) : .refused(refusal)
  }

  private func areSeveral(_ figures: [ChannelFigure]) -> Bool {
    guard figures.count == 1, let only = figures.first else { return true }
    return only.amount != nil && only.channel == nil
      && (status.planned?.plan.channelCount ?? 1) > 1
  }
}
