// References in values: `${env:NAME}`, `${file:PATH}` and `${exec:COMMAND}`.
//
// 1. What a reference gives is never looked at for references again.
// 2. No message shows a value, whether it is the text with the reference or what came of it.
// 3. A file that was only found, in a folder that may be anybody's, refers to nothing until it is
//    trusted.

/// The way a value came to be written: what a reference in it means, and where to point.
struct ValueSource: Hashable, Sendable {
    /// The folder that paths start from.
    var folder: String
    /// True when the file was found instead of chosen.
    var isFound = false
    /// True when it was found, and the user has not said that it may be trusted.
    var isUntrusted = false
    /// True when paths among the values start from `folder` too.
    var hasOwnPaths = false
    /// The line of the file.
    var excerpt: Excerpt?
}

/// One reference, or the text between two.
private enum ValuePart {
    case text(String)
    case reference(kind: String, argument: String)
}

extension Setting {
    /// True when the value is nothing but one reference, so that no secret is written out.
    var isReference: Bool {
        guard source != nil, let parts = try? parts(), parts.count == 1 else { return false }
        if case .reference = parts[0] { return true }
        return false
    }

    /// True when the value has a reference in it, or what was meant for one.
    public var hasReference: Bool {
        guard source != nil else { return false }
        guard let parts = try? parts() else { return true }
        return parts.contains { part in
            if case .reference = part { true } else { false }
        }
    }

    /// The value as a user should see it who is asked to trust it: references as they are written,
    /// secrets left out.
    public var reviewedValue: String {
        // Not as `shownValue` has it: what a URL's form leaves out would be trusted unseen.
        guard isSecret || hasReference else { return value }
        guard let parts = try? parts() else { return isSecret ? "(set)" : value }
        return parts.map { part in
            switch part {
            case .text(let text): isSecret ? "(set)" : text
            case .reference(let kind, let argument): "${\(kind):\(argument)}"
            }
        }
        .joined()
    }

    /// Returns the setting with its references resolved; those of a file that is not trusted stay
    /// as they are written.
    func expanded(in world: SettingsWorld) throws(SettingsError) -> Setting {
        guard let source, !(source.isUntrusted && hasReference) else { return self }
        var result = self
        if value.utf8.contains(UInt8(ascii: "$")) {
            var text = ""
            for part in try parts() {
                switch part {
                case .text(let plain): text += plain
                case .reference("exec", _) where world.run == nil:
                    // Only shown: the value stays as it is written.
                    return self
                case .reference(let kind, let argument):
                    text += try resolve(kind, argument, source, world)
                }
            }
            result.value = text
        }
        if source.hasOwnPaths, PathNames.all.contains(name), result.value != "probe" {
            result.value = world.path(result.value, from: source.folder)
        }
        return result
    }

    private func resolve(
        _ kind: String,
        _ argument: String,
        _ source: ValueSource,
        _ world: SettingsWorld
    ) throws(SettingsError) -> String {
        switch kind {
        case "env":
            guard let value = world.environment[argument] else {
                throw error("environment variable '\(argument)' is not set")
            }
            return value
        case "file":
            do throws(SettingsError) {
                let file = try world.read(world.path(argument, from: source.folder))
                guard let text = String(validating: file.bytes, as: UTF8.self) else {
                    throw error("the file '\(argument)' is not UTF-8")
                }
                return withoutLineEnd(text)
            } catch {
                throw placed(error)
            }
        case "exec":
            guard let run = world.run else { throw error("commands are only shown here") }
            do throws(SettingsError) { return withoutLineEnd(try run(argument)) } catch {
                throw placed(error)
            }
        default:
            let kinds = ["env", "file", "exec"]
            let near = NameSuggestion.nearest(to: kind, among: kinds)
            throw error(
                "unknown reference '${\(kind):'",
                hint: near.map { "did you mean '${\($0):'?" }
                    ?? "use ${env:NAME}, ${file:PATH} or ${exec:COMMAND}; $${ is a literal ${"
            )
        }
    }

    private func error(_ reason: String, hint: String? = nil) -> SettingsError {
        placed(SettingsError("'\(SecretNames.shown(name))': \(reason)", hint: hint))
    }

    /// Returns the error with this setting's place, unless it has one of its own.
    private func placed(_ error: SettingsError) -> SettingsError {
        var error = error
        if error.origin == nil {
            error.origin = origin
            error.excerpt = source?.excerpt
        }
        return error
    }

    private func parts() throws(SettingsError) -> [ValuePart] {
        var parts: [ValuePart] = []
        var text = String.UnicodeScalarView()
        var rest = Substring(value).unicodeScalars
        while let scalar = rest.popFirst() {
            guard scalar == "$" else {
                text.append(scalar)
                continue
            }
            if rest.starts(with: "${".unicodeScalars) {
                rest.removeFirst(2)
                text.append(contentsOf: "${".unicodeScalars)
                continue
            }
            let kind = rest.dropFirst().prefix { ("a"..."z").contains($0) }
            guard rest.first == "{", !kind.isEmpty, rest[kind.endIndex...].first == ":" else {
                text.append(scalar)
                continue
            }
            rest = rest[kind.endIndex...].dropFirst()
            guard let end = closingBrace(of: rest) else {
                throw error("the '}' of '${\(String(kind)):' is missing")
            }
            if !text.isEmpty { parts.append(.text(String(text))) }
            text = String.UnicodeScalarView()
            parts.append(.reference(kind: String(kind), argument: String(rest[..<end])))
            rest = rest[end...].dropFirst()
        }
        if !text.isEmpty { parts.append(.text(String(text))) }
        return parts
    }

    /// Returns the brace that closes the reference; a command may have pairs of its own.
    private func closingBrace(of rest: Substring.UnicodeScalarView) -> String.Index? {
        var depth = 1
        for index in rest.indices {
            if rest[index] == "{" { depth += 1 }
            if rest[index] == "}" { depth -= 1 }
            if depth == 0 { return index }
        }
        return nil
    }

    private func withoutLineEnd(_ text: String) -> String {
        var scalars = text.unicodeScalars
        if scalars.last == "\n" { scalars.removeLast() }
        if scalars.last == "\r" { scalars.removeLast() }
        return String(scalars)
    }
}

/// Properties whose values are files.
public enum PathNames {
    /// Their names, Java's and librdkafka's.
    public static let all: Set<String> = [
        "ssl.ca.location", "ssl.certificate.location", "ssl.crl.location", "ssl.key.location",
        "ssl.keystore.location", "ssl.truststore.location", "sasl.kerberos.keytab",
        "https.ca.location",
    ]
}
