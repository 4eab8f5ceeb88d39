// Decides: how what happened reaches those who watch, in order and without loss up to a bound.
// Leaves to others: what is durable (DoseLog) and how it travels (ControlServer).

public import StimulationCore
import Synchronization

/// One thing that happened, numbered.
public struct FeedEvent: Sendable, Equatable {
  /// What kind of thing.
  public enum Kind: String, Sendable, CaseIterable {
    /// The controller entered a state.
    case state
    /// An interlock tripped.
    case trip
    /// Something that does not stop the session.
    case warning
    /// Outputs became inactive after a stop or a trip.
    case inactive
    /// A cut pulse left charge unrecovered.
    case unrecovered
    /// A train ended.
    case train
    /// Somebody asked for something.
    case action
    /// A session ended in the log.
    case ended
  }

  /// Its number; the first is 1.
  public let sequence: UInt64
  /// When, by the board's clock.
  public let at: Nanoseconds
  /// What kind of thing.
  public let kind: Kind
  /// Its name: a state's, an interlock's, a command's.
  public let subject: String
  /// The channel, counted from 0.
  public let channel: Int?
  /// A figure in the base unit of the kind.
  public let amount: Int64?
  /// One line for people.
  public let text: String
}

/// The newest events, to be read from any number on.
public final class EventFeed: Sendable {
  /// This many are kept, an eight-channel session's twenty minutes; who falls further behind is
  /// told so, and the log has them all.
  public static let capacity = 1_024
  /// So many more come before the oldest are dropped in one go, so that adding stays cheap.
  private static let slack = 128

  private struct Kept {
    var events: [FeedEvent] = []
    var next: UInt64 = 1

    /// Room for all of them from the start: a daemon does not grow with its sessions.
    init() { events.reserveCapacity(EventFeed.capacity + EventFeed.slack + 1) }
  }

  private let kept = Mutex(Kept())

  /// An empty feed.
  public init() {}

  /// The number of the newest event; 0 before the first.
  public var newest: UInt64 { kept.withLock { $0.next - 1 } }

  /// Events after a number, oldest first, and whether some before them are gone.
  public func events(after sequence: UInt64, most: Int = 256) -> (events: [FeedEvent], gap: Bool) {
    kept.withLock { kept in
      guard let first = kept.events.first, sequence < kept.next - 1 else { return ([], false) }
      let gap = sequence + 1 < first.sequence
      let skip = gap ? 0 : Int(sequence + 1 - first.sequence)
      return (Array(kept.events.dropFirst(skip).prefix(most)), gap)
    }
  }

  func add(
    _ kind: FeedEvent.Kind, _ subject: String, at: Nanoseconds, channel: Int? = nil,
    amount: Int64? = nil, text: String
  ) {
    kept.withLock { kept in
      kept.events.append(
        FeedEvent(
          sequence: kept.next, at: at, kind: kind, subject: subject, channel: channel,
          amount: amount, text: text))
      kept.next += 1
      if kept.events.count > Self.capacity + Self.slack {
        kept.events.removeFirst(kept.events.count - Self.capacity)
      }
    }
  }

  func add(_ record: SessionRecord) {
    switch record {
    case .dose(let dose): add(dose)
    case .event(let event): add(event)
    }
  }

  private func add(_ dose: DoseRecord) {
    guard dose.span == .train else { return }
    add(
      .train, "train", at: dose.endedAt, channel: Int(dose.channel), amount: Int64(dose.train),
      text: "train \(dose.train) of channel \(dose.channel + 1) ended, "
        + "\(dose.dose.pulses) pulses")
  }

  private func add(_ event: EventRecord) {
    switch event.event {
    case .entered(let code):
      add(.state, "\(code.name)", at: event.at, text: "\(code.name)")
    case .tripped(let id, let channel):
      let place = channel < 0 ? "" : " on channel \(channel + 1)"
      add(
        .trip, "\(id.name)", at: event.at, channel: channel < 0 ? nil : Int(channel),
        text: "\(id.name) (\(id.requirement))\(place): \(id.cause)")
    case .warned(let warning, let channel):
      add(
        .warning, "\(warning)", at: event.at, channel: Int(channel),
        text: "\(warning) on channel \(channel + 1)")
    case .outputsInactive(let after):
      add(
        .inactive, "outputs-inactive", at: event.at, amount: after.rawValue,
        text: "outputs inactive after \(after)")
    case .unrecovered(let charge, let channel):
      add(
        .unrecovered, "unrecovered", at: event.at, channel: Int(channel),
        amount: charge.rawValue, text: "\(charge) left unrecovered on channel \(channel + 1)")
    }
  }
}
