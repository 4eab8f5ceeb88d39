// Decides: how the log is read beside its writer.
// Leaves to others: what is asked of it (Dispatcher) and the reading itself (DoseLogReader).

import DoseLog
import Synchronization

/// The log as it is read beside the writer, so that long readings hold up no record.
final class ServedHistory: Sendable {
  private let path: String
  private let opened = Mutex<DoseLogReader?>(nil)

  init(path: String) { self.path = path }

  /// The reader, opened once.
  func reader() throws(DoseLogError) -> DoseLogReader {
    let result = opened.withLock { opened -> Result<DoseLogReader, DoseLogError> in
      if let opened { return .success(opened) }
      do throws(DoseLogError) {
        let reader = try DoseLogReader(path: path)
        opened = reader
        return .success(reader)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}
