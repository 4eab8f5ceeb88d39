// Decides: how the processor is kept from sleeping deeply while a board is driven.
// Leaves to others: whether a session asks for it, and telling that it was not granted.

import CLinuxBoard

/// A promise of the kernel to wake this computer within a time, for as long as the value lives.
public struct LatencyHold: ~Copyable {
  /// Where the kernel takes the request.
  public static let systemPath = "/dev/cpu_dma_latency"

  private let descriptor: Int32

  /// Asks for it; 0 µs means no deep sleep at all.
  public init(
    microseconds: Int32 = 0, path: String = LatencyHold.systemPath
  ) throws(SystemFailure) {
    // SAFETY: the path is a string that ends with a zero for the time of the call.
    descriptor = unsafe nmes_latency_hold(path, microseconds)
    if descriptor < 0 { throw SystemFailure(answer: descriptor) }
  }

  deinit {
    // Closing ends the request; there is nothing to lose.
    _ = nmes_attribute_close(descriptor)
  }

  /// Keeps the calling thread on one processor.
  public static func keepThread(onProcessor processor: Int32) throws(SystemFailure) {
    let answer = nmes_keep_on_processor(processor)
    if answer < 0 { throw SystemFailure(answer: answer) }
  }
}
