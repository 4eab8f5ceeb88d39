// Decides: what the recorded signals of an undisturbed session must keep to.
// Leaves to others: faults (FaultTests).

import Foundation
import Testing

@Suite("Signals") struct WaveformTests {
  private static func record(_ session: Session) throws -> Waveform {
    let scratch = try Scratch()
    var session = session
    session.isRecorded = true
    let result = try session.run(in: scratch)
    #expect(result.status == 0, "\(result.told)")
    return try Waveform(path: scratch.path("signals.vcd"))
  }

  static let sessions = [
    Session(amplitude: "30 mA"),
    Session(preset: "large-muscle-twitch", trains: 2, wakeLateness: "500 us"),
    Session(preset: "small-muscle-selective", areas: ["25 cm2"], amplitude: "15 mA", trains: 6),
    Session(preset: "partial-innervation", amplitude: "20 mA"),
    Session(areas: ["180 cm2", "180 cm2"], amplitude: "20 mA", seed: 7),
  ]

  @Test("The record has every named signal, wires as wires and figures as reals")
  func names() throws {
    let waveform = try Self.record(Session(areas: ["180 cm2", "180 cm2"], trains: 1))
    #expect(waveform.timescale == "1 ns")
    var expected = ["relay_coil", "relay_contact", "heartbeat", "estop"].map { ($0, "wire") }
    for channel in 1...2 {
      for name in ["positive", "negative", "gate"] {
        expected.append(("ch\(channel)_\(name)", "wire"))
      }
      for name in ["amplitude_uA", "current_uA"] {
        expected.append(("ch\(channel)_\(name)", "real"))
      }
    }
    #expect(waveform.kinds.count == expected.count)
    for (name, kind) in expected { #expect(waveform.kinds[name] == kind, "\(name)") }
  }

  @Test(
    "SR-24: the heartbeat toggles at least every 5 ms while the coil is driven",
    arguments: sessions.indices)
  func heartbeat(index: Int) throws {
    let waveform = try Self.record(Self.sessions[index])
    let edges = waveform.changes["heartbeat"]?.map(\.time) ?? []
    let driven = waveform.pulses("relay_coil")
    #expect(!driven.isEmpty)
    for span in driven {
      let within = edges.filter { span.contains($0) }
      let stops = [span.lowerBound] + within + [span.upperBound]
      for (one, next) in zip(stops, stops.dropFirst()) {
        #expect(next - one <= 5_000_000, "no edge from \(one) to \(next)")
      }
    }
  }

  @Test(
    "SR-31: the phases of a channel are never on together, nor within 100 µs",
    arguments: sessions.indices)
  func phases(index: Int) throws {
    let waveform = try Self.record(Self.sessions[index])
    for channel in 1...Self.sessions[index].areas.count {
      let leading = waveform.pulses("ch\(channel)_positive").map { ($0, 1) }
      let recovery = waveform.pulses("ch\(channel)_negative").map { ($0, 2) }
      let all = (leading + recovery).sorted { $0.0.lowerBound < $1.0.lowerBound }
      for (one, next) in zip(all, all.dropFirst()) where one.1 != next.1 {
        #expect(next.0.lowerBound - one.0.upperBound >= 100_000, "\(one) \(next)")
      }
    }
  }

  @Test(
    "SR-14: no pulse exceeds the highest before it by more than 5 mA, from zero on",
    arguments: sessions.indices)
  func rise(index: Int) throws {
    let waveform = try Self.record(Self.sessions[index])
    for channel in 1...Self.sessions[index].areas.count {
      let spans = waveform.pulses("ch\(channel)_positive") + waveform.pulses("ch\(channel)_gate")
      let amplitude = waveform.changes["ch\(channel)_amplitude_uA"] ?? []
      var highest = 0.0
      var place = 0
      for span in spans.sorted(by: { $0.lowerBound < $1.lowerBound }) {
        var peak = 0.0
        while place < amplitude.count, amplitude[place].time < span.upperBound {
          if place + 1 >= amplitude.count || amplitude[place + 1].time > span.lowerBound {
            peak = max(peak, amplitude[place].value)
          }
          place += 1
        }
        place = max(0, place - 1)
        #expect(peak <= highest + 5_000, "\(highest) to \(peak) at \(span.lowerBound)")
        highest = max(highest, peak)
      }
      #expect(highest > 0)
    }
  }

  @Test("SR-01: the coil is released at both ends and nothing flows after it")
  func ends() throws {
    for session in Self.sessions {
      let waveform = try Self.record(session)
      #expect(waveform.value("relay_coil", at: 0) == 0)
      FaultTests.expectSafe(waveform, by: waveform.end, session.preset)
      #expect(waveform.value("estop", at: 0) == 1)
    }
  }
}
