// Decides: what a link of the chain covers and how it is hashed. Frozen with the format.
// Leaves to others: writing links (Ledger) and checking them (Verifier).

internal import Crypto
internal import Foundation
internal import GRDB

/// The end of the chain: the newest link.
struct ChainTail: Equatable, Sendable {
  /// The newest link's place, counted from 1; 0 for an empty log.
  var sequence: Int64
  /// The newest link's hash.
  var hash: [UInt8]

  /// Before the first link.
  static let genesis = ChainTail(
    sequence: 0, hash: Array(SHA256.hash(data: Array("nmes dose log 1".utf8))))

  /// The newest link of a database.
  static func read(_ db: Database) throws -> ChainTail {
    let statement = try db.cachedStatement(
      sql: "SELECT sequence, hash FROM chain ORDER BY sequence DESC LIMIT 1")
    guard let row = try Row.fetchOne(statement) else { return .genesis }
    return ChainTail(sequence: row[0], hash: Array(row[1] as Data))
  }
}

/// One link: a row, its place among all rows, and the clocks when it was written.
struct ChainLink {
  var sequence: Int64
  var kind: Int64
  var row: Int64
  var wall: Int64
  var uptime: Int64?

  /// SHA-256 over the previous hash, the link's own fields and the row's values.
  func hash(after previous: [UInt8], values: some Sequence<DatabaseValue>) -> [UInt8] {
    var canonical = CanonicalBytes()
    canonical.add(sequence)
    canonical.add(kind)
    canonical.add(row)
    canonical.add(wall)
    if let uptime { canonical.add(uptime) } else { canonical.addNull() }
    for value in values {
      switch value.storage {
      case .null: canonical.addNull()
      case .int64(let number): canonical.add(number)
      case .string(let text): canonical.add(text)
      case .blob(let data): canonical.add(data)
      case .double: canonical.addForeign()
      }
    }
    var hasher = SHA256()
    hasher.update(data: previous)
    hasher.update(data: canonical.bytes)
    return Array(hasher.finalize())
  }
}
