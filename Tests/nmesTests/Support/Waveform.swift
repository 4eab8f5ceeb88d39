// Decides: how a test reads the recorded signals: by its own code, sharing nothing with the
// core or with the writer.
// Leaves to others: what the signals must do.

import Foundation

/// The signals of a Value Change Dump, times in ns.
struct Waveform {
  struct Malformed: Error, CustomStringConvertible {
    let description: String
  }
  typealias Change = (time: Int64, value: Double)

  private(set) var changes: [String: [Change]] = [:]
  private(set) var kinds: [String: String] = [:]
  private(set) var timescale = ""
  private(set) var end: Int64 = 0

  init(path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Malformed(description: "\(path) is not there")
    }
    var names: [Substring: String] = [:]
    var time: Int64 = -1
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      switch line.first {
      case "$":
        if words[0] == "$timescale" { timescale = words[1...].dropLast().joined(separator: " ") }
        if words[0] == "$var" {
          names[words[3]] = String(words[4])
          kinds[String(words[4])] = "\(words[1])"
        }
      case "#":
        guard let next = Int64(line.dropFirst()), next >= time else {
          throw Malformed(description: "time \(line)")
        }
        time = next
        end = next
      default:
        let isReal = line.first == "r"
        let code = isReal ? words[1] : line.dropFirst()
        let digits = isReal ? words[0].dropFirst() : line.prefix(1)
        guard let name = names[code], let value = Double(digits), time >= 0 else {
          throw Malformed(description: "change \(line)")
        }
        changes[name, default: []].append((time, value))
      }
    }
  }

  /// The signals whose names end so.
  func names(endingIn suffixes: String...) -> [String] {
    changes.keys.filter { name in suffixes.contains { name.hasSuffix($0) } }.sorted()
  }

  /// The pins that can drive the patient: every phase, every gate and the relay's coil.
  var driving: [String] { names(endingIn: "_positive", "_negative", "_gate", "relay_coil") }

  func value(_ name: String, at time: Int64) -> Double {
    changes[name]?.last { $0.time <= time }?.value ?? .nan
  }

  /// From when on `name` keeps within `bound` of zero to the end.
  func quiet(_ name: String, within bound: Double = 0) -> Int64 {
    guard let list = changes[name] else { return .max }
    guard let last = list.lastIndex(where: { abs($0.value) > bound }) else { return 0 }
    return last + 1 < list.count ? list[last + 1].time : .max
  }

  /// The intervals in which a wire is 1.
  func pulses(_ name: String) -> [Range<Int64>] {
    var found: [Range<Int64>] = []
    var start: Int64?
    for change in changes[name] ?? [] {
      if change.value != 0 {
        start = start ?? change.time
      } else if let began = start {
        found.append(began..<change.time)
        start = nil
      }
    }
    if let start { found.append(start..<max(start, end)) }
    return found.filter { !$0.isEmpty }
  }
}
