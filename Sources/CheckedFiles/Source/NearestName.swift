// Decides: which known name a mistyped one most likely meant.
// Leaves to others: the sentence round it.

/// Known names in order of how few edits separate them from a mistyped one.
public enum NearestName {
  /// The nearest of `names`, if it is near enough to be meant.
  public static func of(_ typed: String, among names: [String]) -> String? {
    all(typed, among: names).first
  }

  /// All names that are near enough to be meant, nearest first.
  public static func all(_ typed: String, among names: [String]) -> [String] {
    let bounded = String(typed.prefix(64))
    let most = max(2, bounded.count / 3)
    var near: [(distance: Int, name: String)] = []
    for name in names {
      let isPart = bounded.count >= 3 && (name.contains(bounded) || bounded.contains(name))
      let distance = edits(Array(bounded.lowercased()), Array(name.lowercased()))
      if distance <= most || isPart { near.append((distance, name)) }
    }
    return near.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.map(\.name)
  }

  /// Insertions, deletions and substitutions that turn one into the other.
  static func edits(_ one: [Character], _ other: [Character]) -> Int {
    var row = Array(0...other.count)
    for (index, letter) in one.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (place, candidate) in other.enumerated() {
        let above = row[place + 1]
        let replaced = diagonal + (letter == candidate ? 0 : 1)
        row[place + 1] = min(replaced, above + 1, row[place] + 1)
        diagonal = above
      }
    }
    return row[other.count]
  }
}
