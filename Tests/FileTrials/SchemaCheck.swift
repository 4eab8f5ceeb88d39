// Decides: whether a value keeps to a JSON Schema, for the part of draft-07 that ours use.
// Leaves to others: schemas (Protocols/*.schema.json, Hardware/board.schema.json).

public import Foundation

/// A draft-07 schema of this repository. A keyword that is not known here throws, so that no
/// schema can say more than is checked.
public struct SchemaCheck {
  private let root: [String: Any]

  /// A file that is no schema of ours.
  public struct NotASchema: Error {
    /// Why not.
    public let reason: String
  }

  private static let keywords: Set<String> = [
    "$schema", "$ref", "additionalProperties", "anyOf", "const", "definitions", "dependencies",
    "description", "enum", "if", "items", "maxItems", "maxLength", "minItems", "minLength",
    "pattern", "properties", "required", "then", "title", "type",
  ]

  /// The schema of a file.
  public init(_ url: URL) throws {
    let parsed = try JSONSerialization.jsonObject(with: Data(contentsOf: url))
    guard let root = parsed as? [String: Any] else { throw NotASchema(reason: "not an object") }
    guard root["$schema"] as? String == "http://json-schema.org/draft-07/schema#" else {
      throw NotASchema(reason: "not draft-07")
    }
    self.root = root
    try SchemaCheck.checkKeywords(root)
  }

  private static func checkKeywords(_ schema: [String: Any]) throws {
    for (key, value) in schema {
      guard keywords.contains(key) else { throw NotASchema(reason: "unknown keyword \(key)") }
      if ["properties", "definitions"].contains(key), let inner = value as? [String: [String: Any]]
      {
        for schema in inner.values { try checkKeywords(schema) }
      }
      if ["items", "if", "then"].contains(key), let inner = value as? [String: Any] {
        try checkKeywords(inner)
      }
    }
  }

  /// What is wrong with a value; nothing when the schema accepts it.
  public func problems(of value: Any) -> [String] { problems(value, root, "$") }

  private func problems(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
    var found: [String] = []
    if let reference = schema["$ref"] as? String {
      let name = reference.replacingOccurrences(of: "#/definitions/", with: "")
      let definitions = root["definitions"] as? [String: [String: Any]]
      guard let target = definitions?[name] else { return ["\(path): no \(reference)"] }
      return problems(value, target, path)  // draft-07 ignores what stands beside $ref
    }
    if let type = schema["type"] as? String, !SchemaCheck.isOf(type, value) {
      found.append("\(path): not \(type)")
    }
    if let words = schema["enum"] as? [String], !words.contains(value as? String ?? "") {
      found.append("\(path): none of \(words)")
    }
    if let word = schema["const"] as? String, word != value as? String {
      found.append("\(path): not \(word)")
    }
    if let text = value as? String { found += textProblems(text, schema, path) }
    if let list = value as? [Any] { found += listProblems(list, schema, path) }
    if let object = value as? [String: Any] { found += objectProblems(object, schema, path) }
    if let options = schema["anyOf"] as? [[String: Any]],
      options.allSatisfy({ !problems(value, $0, path).isEmpty })
    {
      found.append("\(path): none of several")
    }
    if let condition = schema["if"] as? [String: Any], let then = schema["then"] as? [String: Any],
      problems(value, condition, path).isEmpty
    {
      found += problems(value, then, path)
    }
    return found
  }

  private static func isOf(_ type: String, _ value: Any) -> Bool {
    switch type {
    case "string": value is String
    case "object": value is [String: Any]
    case "array": value is [Any]
    default: false
    }
  }

  private func textProblems(
    _ text: String, _ schema: [String: Any], _ path: String
  ) -> [String] {
    var found: [String] = []
    let count = text.unicodeScalars.count
    if let least = schema["minLength"] as? Int, count < least { found.append("\(path): short") }
    if let most = schema["maxLength"] as? Int, count > most { found.append("\(path): long") }
    if let pattern = schema["pattern"] as? String,
      text.range(of: pattern, options: .regularExpression) == nil
    {
      found.append("\(path): \(text) is not \(pattern)")
    }
    return found
  }

  private func listProblems(_ list: [Any], _ schema: [String: Any], _ path: String) -> [String] {
    var found: [String] = []
    if let least = schema["minItems"] as? Int, list.count < least { found.append("\(path): few") }
    if let most = schema["maxItems"] as? Int, list.count > most { found.append("\(path): many") }
    if let items = schema["items"] as? [String: Any] {
      for (index, item) in list.enumerated() { found += problems(item, items, "\(path)[\(index)]") }
    }
    return found
  }

  private func objectProblems(
    _ object: [String: Any], _ schema: [String: Any], _ path: String
  ) -> [String] {
    var found: [String] = []
    for key in schema["required"] as? [String] ?? [] where object[key] == nil {
      found.append("\(path): no \(key)")
    }
    let known = schema["properties"] as? [String: [String: Any]] ?? [:]
    for (key, value) in object {
      if let inner = known[key] {
        found += problems(value, inner, "\(path).\(key)")
      } else if schema["additionalProperties"] as? Bool == false {
        found.append("\(path): \(key) is unknown")
      }
    }
    for (key, others) in schema["dependencies"] as? [String: [String]] ?? [:]
    where object[key] != nil {
      for other in others where object[other] == nil { found.append("\(path): no \(other)") }
    }
    return found
  }
}
