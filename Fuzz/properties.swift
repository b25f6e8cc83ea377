// Fuzzes property files and what is made of them: any bytes are read or refused with a place, what
// is read can be written and read again, and the settings that come out hold together.

import Settings

/// Reads one input as a property file and as `-X` words.
///
/// libFuzzer calls it; failing is trapping.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    do throws(SettingsError) {
        let file = try PropertiesFile(parsing: bytes, path: "f")
        checkEntries(file.entries, count: count)
    } catch {
        check(error)
        precondition(error.column.map { $0 > 0 } == true, "columns are counted from 1")
    }
    for role in ClientRole.allCases {
        resolve(role: role, file: bytes, words: [])
        let words = bytes.split(separator: 0x0A, maxSplits: 16).map {
            String(decoding: $0, as: UTF8.self)
        }
        resolve(role: role, file: [], words: words)
    }
    return 0
}

private func checkEntries(_ entries: [PropertiesFile.Entry], count: Int) {
    var line = 0
    var written: [UInt8] = []
    for entry in entries {
        precondition(entry.line > line && entry.line <= count + 1, "lines rise")
        line = entry.line
        written += escaped(entry.name) + [0x3D] + escaped(entry.value) + [0x0A]
    }
    let again = try? PropertiesFile(parsing: written, path: "f").entries
    precondition(again?.map(\.name) == entries.map(\.name), "names are read back")
    precondition(again?.map(\.value) == entries.map(\.value), "values are read back")
}

/// The text as a property file can always have it: ASCII letters and digits, all else escaped.
private func escaped(_ text: String) -> [UInt8] {
    var result: [UInt8] = []
    for unit in text.utf16 {
        let isPlain = (0x30...0x39).contains(unit) || (0x61...0x7A).contains(unit)
        if isPlain, let byte = UInt8(exactly: unit) {
            result.append(byte)
        } else {
            let digits = String(unit, radix: 16)
            result += Array("\\u".utf8) + Array(repeatElement(0x30, count: 4 - digits.utf8.count))
            result += Array(digits.utf8)
        }
    }
    return result
}

/// A world in which every file holds an `x`, and nothing is run.
private func world() -> SettingsWorld {
    SettingsWorld(
        environment: [:],
        read: { path throws(SettingsError) in SettingsFile(path: path, bytes: [0x78]) },
        run: nil
    )
}

private func resolve(role: ClientRole, file: [UInt8], words: [String]) {
    do throws(SettingsError) {
        var sources = SettingsSources()
        sources.overrides = words
        sources.commandConfig = SettingsFile(path: "f", bytes: file)
        sources.environment = ["KCTL_X_CLIENT_ID": "a"]
        sources.defaults = PropertyDefaults.rows(for: role)
        let settings = try Settings.resolve(role: role, sources, in: world())
        let names = settings.properties.map { PropertyNames.canonical($0.name) }
        precondition(Set(names).count == names.count, "each property is set once")
        precondition(
            settings["bootstrap.servers"]?.value == settings.bootstrapServers,
            "one address"
        )
        for setting in settings.properties {
            precondition(
                !setting.name.utf8.contains(0) && !setting.value.utf8.contains(0),
                "no NUL"
            )
            precondition(settings.origin(of: setting.name) == setting.origin, "origins are found")
        }
        // One is enough: comparing with all names is slow beside the rest.
        if role == .producer, let last = settings.properties.last {
            check(settings.refusal(of: last.name, reason: nil, known: []))
        }
        for note in settings.notes + settings.details { checkLine(note) }
    } catch {
        check(error)
    }
}

private func check(_ error: SettingsError) {
    precondition(error.origin != nil, "an error says where")
    checkLine(error.message)
    if let hint = error.hint { checkLine(hint) }
}

private func checkLine(_ text: String) {
    precondition(!text.isEmpty, "a message says something")
    precondition(text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "a message is one line")
}
