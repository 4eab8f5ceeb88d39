// Decides: how an error number of the system is told to people.
// Leaves to others: what was attempted (LinuxBoardError).

import CLinuxBoard

/// An error number that a system call gave.
public struct SystemFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// The error number, positive.
  public let number: Int32

  /// A failure from a call's answer of -errno.
  init(answer: Int32) {
    precondition(answer < 0, "a failed call answers less than zero")
    number = -answer
  }

  /// A failure from an error number.
  init(number: Int32) { self.number = number }

  /// The numbers that the texts and the loop distinguish.
  static let notPermitted: Int32 = 1
  static let noEntry: Int32 = 2
  static let noDeviceOrAddress: Int32 = 6
  static let badDescriptor: Int32 = 9
  static let denied: Int32 = 13
  static let busy: Int32 = 16
  static let noDevice: Int32 = 19
  static let invalid: Int32 = 22

  /// Whether rights are missing.
  var isDenied: Bool {
    number == SystemFailure.denied || number == SystemFailure.notPermitted
  }

  /// The system's words and the number.
  public var description: String {
    var text = [CChar](repeating: 0, count: 128)
    // SAFETY: the call writes at most the count it is given, and ends the text.
    unsafe nmes_error_text(number, &text, text.count)
    return "\(LinuxText.text(text)) (error \(number))"
  }
}

/// Text that C wrote.
enum LinuxText {
  /// The characters before the first zero.
  static func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
