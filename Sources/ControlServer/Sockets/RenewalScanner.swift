// Decides: whether bytes show the lease's holder to be there, before their lines are taken.
// Leaves to others: finding STOP (StopScanner), what a renewal does (Leases).

/// Finds a lease's token in bytes as they come, in pieces of any size.
///
/// Whoever sends it by the connection that holds it is there, whatever line it stands in, and
/// however long that line waits for its turn.
struct RenewalScanner {
  private var token: [UInt8] = []
  /// The end of what came before, shorter than the token.
  private var tail: [UInt8] = []

  /// Takes bytes; whether the token ends among them.
  mutating func scan(_ bytes: UnsafeRawBufferPointer, for wanted: String) -> Bool {
    if !token.elementsEqual(wanted.utf8) {
      token = Array(wanted.utf8)
      tail = []
    }
    if token.isEmpty { return false }
    let most = token.count - 1
    let isFound = unsafe contains(tail + bytes.prefix(most)) || contains(bytes)
    tail = unsafe Array((tail + bytes.suffix(most)).suffix(most))
    return isFound
  }

  private func contains(_ bytes: [UInt8]) -> Bool {
    unsafe bytes.withUnsafeBytes { unsafe contains($0) }
  }

  private func contains(_ bytes: UnsafeRawBufferPointer) -> Bool {
    unsafe ByteSearch.first(token, in: bytes) != nil
  }
}
