// Decides: how imperfect the simulated electronics are.
// Leaves to others: where each imperfection acts (ChannelPlant, Converters).

public import StimulationCore

/// Sizes of the board's imperfections. Each error's sign is seeded, each size is exact.
public struct Imperfections: Sendable, Equatable {
  /// How much the two polarities differ, half of it each way.
  public var polarityMismatch: PartsPerMillion
  /// The error of the amplitude's scale.
  public var gainError: PartsPerMillion
  /// A constant current of the source while a phase is on. Its sign does not follow the
  /// phase's, so that it does not cancel between the phases.
  public var sourceOffset: Microamperes
  /// From a pin's edge to the current's, on both edges.
  public var edgeDelay: Nanoseconds
  /// Noise of the current converter, r.m.s.
  public var currentNoise: Microamperes
  /// The current converter's constant offset.
  public var currentOffset: Microamperes
  /// The missing-pulse detector acts at 12 ms ± a seeded time up to this.
  public var detectorSpread: Nanoseconds

  /// As imperfect as a real board.
  public static var realistic: Imperfections {
    Imperfections(
      polarityMismatch: PartsPerMillion(20_000), gainError: PartsPerMillion(10_000),
      sourceOffset: Microamperes(20), edgeDelay: .microseconds(20),
      currentNoise: Microamperes(15), currentOffset: Microamperes(25),
      detectorSpread: .milliseconds(3))
  }

  /// No imperfection. The amplitude filter, the relay's delays and the converters' steps stay.
  public static var ideal: Imperfections {
    Imperfections(
      polarityMismatch: .zero, gainError: .zero, sourceOffset: .zero, edgeDelay: .zero,
      currentNoise: .zero, currentOffset: .zero, detectorSpread: .zero)
  }

  /// Imperfections of the given sizes.
  public init(
    polarityMismatch: PartsPerMillion, gainError: PartsPerMillion, sourceOffset: Microamperes,
    edgeDelay: Nanoseconds, currentNoise: Microamperes, currentOffset: Microamperes,
    detectorSpread: Nanoseconds
  ) {
    precondition(edgeDelay >= .zero && edgeDelay <= .microseconds(100), "a delay up to 100 µs")
    precondition(
      detectorSpread >= .zero && detectorSpread <= .milliseconds(3), "a spread up to 3 ms")
    self.polarityMismatch = polarityMismatch
    self.gainError = gainError
    self.sourceOffset = sourceOffset
    self.edgeDelay = edgeDelay
    self.currentNoise = currentNoise
    self.currentOffset = currentOffset
    self.detectorSpread = detectorSpread
  }
}
