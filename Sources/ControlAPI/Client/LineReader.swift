// Decides: how bytes become lines, with a bound.
// Leaves to others: reading the bytes and what a line says.

public import Foundation

/// Cuts a stream of bytes into lines.
public struct LineReader: Sendable {
  private let longest: Int
  private var buffer = Data()
  /// Up to here there is no end of a line.
  private var searched = 0

  /// A reader of lines of at most `longest` bytes, their end included.
  public init(longest: Int) { self.longest = longest }

  /// Adds bytes.
  public mutating func append(_ bytes: Data) { buffer.append(bytes) }

  /// The next whole line without its end; `nil` when there is none yet.
  public mutating func next() throws(ControlClientError) -> Data? {
    let start = buffer.startIndex
    guard let end = buffer[(start + searched)...].firstIndex(of: 0x0A) else {
      searched = buffer.count
      if searched >= longest { throw .lineTooLong(searched) }
      return nil
    }
    let line = Data(buffer[start..<end])
    buffer.removeSubrange(start...end)
    searched = 0
    if line.count >= longest { throw .lineTooLong(line.count + 1) }
    return line
  }
}
