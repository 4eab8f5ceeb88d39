// Decides: what a file that must be refused states of itself in its first three lines.
// Leaves to others: reading it, and comparing (the tests of each family).

public import CheckedFiles
public import Foundation

/// One file of a folder `Rejected`: `# expect:` its codes, `# at:` their places, and `# schema:`
/// whether the schema refuses it too.
public struct RejectedFile: CustomStringConvertible, Sendable {
  /// The file's name.
  public let name: String
  /// The file.
  public let url: URL
  /// The errors that it states, as `P012 3:4`.
  public let stated: [String]
  /// Whether every code has its place.
  public let isComplete: Bool
  /// Whether it says that the schema refuses it.
  public let schemaRefuses: Bool

  /// The name.
  public var description: String { name }

  /// Every file of a folder.
  public static func all(in folder: URL) -> [RejectedFile] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().map { RejectedFile(folder.appendingPathComponent($0)) }
  }

  /// What the file at `url` states.
  public init(_ url: URL) {
    self.url = url
    name = url.lastPathComponent
    let text = String(decoding: (try? Data(contentsOf: url)) ?? Data(), as: UTF8.self)
    let lines = text.split(separator: "\n", maxSplits: 3, omittingEmptySubsequences: false)
    func statement(_ index: Int, _ key: String) -> [String] {
      guard lines.count > index, lines[index].hasPrefix("# \(key): ") else { return [] }
      return lines[index].dropFirst(key.count + 4).components(separatedBy: ", ")
    }
    let codes = statement(0, "expect")
    let places = statement(1, "at")
    stated = zip(codes, places).map { "\($0) \($1)" }
    isComplete = !codes.isEmpty && codes.count == places.count
    schemaRefuses = statement(2, "schema") == ["refuses"]
  }

  /// The errors that reading gives, as `P012 3:4`.
  public func found<Value>(_ read: (String) throws(LibraryError) -> Value) -> [String] {
    do throws(LibraryError) {
      _ = try read(url.path)
      return []
    } catch {
      guard case .refused(let refusal) = error else { return ["\(error)"] }
      return refusal.diagnostics.map {
        "\($0.name) \($0.location.line):\($0.location.column)"
      }
    }
  }
}
