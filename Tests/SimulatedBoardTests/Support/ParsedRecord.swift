// Decides: how a test reads a Value Change Dump: strictly, by its own code.
// Leaves to others: writing it (VCDWriter).

/// A Value Change Dump as read.
struct ParsedRecord {
  struct Malformed: Error { var line: String }

  var timescale = ""
  var comments: [String] = []
  var kinds: [String: String] = [:]
  /// Each signal's changes, in order, the first at time 0.
  var changes: [String: [(time: Int64, value: Double)]] = [:]
  var end: Int64 = 0

  init(_ text: String) throws {
    var names: [String: String] = [:]
    var time: Int64 = -1
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) where !line.isEmpty {
      let words = line.split(separator: " ").map(String.init)
      switch words[0] {
      case "$comment": comments.append(words[1..<(words.count - 1)].joined(separator: " "))
      case "$timescale": timescale = words[1..<(words.count - 1)].joined(separator: " ")
      case "$var":
        guard words.count == 6, words[5] == "$end", names[words[3]] == nil else {
          throw Malformed(line: String(line))
        }
        names[words[3]] = words[4]
        kinds[words[4]] = "\(words[1]) \(words[2])"
      case "$scope", "$upscope", "$enddefinitions", "$dumpvars", "$end": break
      default:
        if line.hasPrefix("#") {
          guard let next = Int64(line.dropFirst()), next > time else {
            throw Malformed(line: String(line))
          }
          time = next
          end = next
          continue
        }
        let isReal = line.hasPrefix("r")
        let value = isReal ? Double(words[0].dropFirst()) : Double(String(line.prefix(1)))
        let code = isReal ? words.last ?? "" : String(line.dropFirst())
        guard let name = names[code], let value, isReal == (kinds[name] == "real 64"), time >= 0
        else { throw Malformed(line: String(line)) }
        changes[name, default: []].append((time: time, value: value))
      }
    }
  }

  /// A signal's value at `time`.
  func value(_ name: String, at time: Int64) -> Double? {
    changes[name]?.last { $0.time <= time }?.value
  }
}
