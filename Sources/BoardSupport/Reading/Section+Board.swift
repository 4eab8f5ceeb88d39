// Decides: how values with a source and bounds, and whole counts, are read from one mapping.
// Leaves to others: which values there are (the readers) and the bounds (BoardBounds).

import CheckedFiles
import StimulationCore

extension Section {
  /// A quantity with its source.
  func sourced<Value: Sendable & CustomStringConvertible>(
    _ key: String, isRequired: Bool = true, _ parse: (String) throws(QuantityError) -> Value
  ) -> Located<Value>? {
    guard isRequired || has(key) else {
      if has("\(key)Source") {
        report(
          .missingKey, "\(key)Source", "a source without its value; add \"\(key)\" or delete it")
      }
      return nil
    }
    let found = quantity(key, parse)
    if has(key) { keepSource(of: key, text: found?.value.description ?? "") }
    return found
  }

  /// A quantity with its source, within bounds.
  func bounded<Value: Comparable & Sendable & CustomStringConvertible>(
    _ key: String, _ parse: (String) throws(QuantityError) -> Value, _ bound: Bound<Value>
  ) -> Value? {
    guard let found = sourced(key, parse) else { return nil }
    return isWithin(found.value, bound, key) ? found.value : nil
  }

  /// Reports a value outside its bounds; answers whether it lies within.
  func isWithin<Value>(_ value: Value, _ bound: Bound<Value>, _ key: String) -> Bool {
    if value >= bound.least && value <= bound.most { return true }
    let (side, limit) = value < bound.least ? ("below", bound.least) : ("above", bound.most)
    report(
      .limit, key,
      "\(join(key)) \(value) is \(side) the limit of \(limit) (\(bound.reason)); \(bound.remedy)")
    return false
  }

  /// A whole count without a source, such as a channel of a chip.
  func index(_ key: String, most: Int32) -> Int? {
    guard let found = quantity(key, QuantityParser.parseCount) else { return nil }
    guard found.value <= most else {
      report(.count, key, "\(join(key)) \(found.value) is not within 0 to \(most); change it")
      return nil
    }
    return Int(found.value)
  }
}

/// Keys and, of those that say where they come from, their sources.
func sourced(_ keys: [String]) -> [String] { keys.flatMap { [$0, "\($0)Source"] } }
