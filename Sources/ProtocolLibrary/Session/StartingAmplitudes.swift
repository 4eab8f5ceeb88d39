// Decides: where each channel's first target lies, and that it is told what to state where a
// prescribed ceiling is below it.
// Leaves to others: the other limits of a plan (StimulationPlan).

import StimulationCore

extension SessionRequest {
  /// The first target of each channel.
  func startingAmplitudes(
    of channels: Int, allowed: Microamperes
  ) throws(SessionRefusal) -> [Microamperes] {
    for amplitude in amplitudes where amplitude <= .zero {
      throw .request(
        "an amplitude of \(amplitude) delivers nothing; ask for more than 0 mA and at most the "
          + "ceiling of \(allowed), or leave it out to start at \(therapy.startingAmplitude)")
    }
    if amplitudes.count > 1 && amplitudes.count != channels {
      throw .request(
        "\(amplitudes.count) amplitudes for \(channels) channel\(channels == 1 ? "" : "s"); state "
          + "one for all, or one for each in order")
    }
    let one = amplitudes.first ?? therapy.startingAmplitude
    let starts = amplitudes.count > 1 ? amplitudes : Array(repeating: one, count: channels)
    // An amplitude that was asked of this very channel is judged with the plan.
    let isOwn = amplitudes.count == channels
    if let prescription, !isOwn { try check(starts, by: prescription) }
    return starts
  }

  private func check(
    _ starts: [Microamperes], by prescription: Prescription
  ) throws(SessionRefusal) {
    let ceilings = prescription.fields.channels.map(\.ceiling)
    for (index, start) in starts.enumerated() where start > ceilings[index] {
      let source =
        amplitudes.isEmpty
        ? "that the protocol states at \(therapy.location(of: "amplitude.start"))"
        : "that was asked for every channel"
      let options = zip(starts, ceilings).map { "--amplitude \"\(min($0, $1))\"" }
      throw .prescription(
        prescription.location(ofChannel: index, key: "ceiling"),
        "ceiling \(ceilings[index]) of channel \(index + 1) is below the starting amplitude of "
          + "\(start) \(source); state one for each channel, in order, such as "
          + options.joined(separator: " "))
    }
  }
}
