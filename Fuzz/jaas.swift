// Fuzzes the text of a login module, as it stands in `sasl.jaas.config`: any text is understood or
// refused in one line, with a place, and without the password.

import Settings

/// Reads one input as the text of a login module.
///
/// libFuzzer calls it; failing is trapping.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let text = String(decoding: bytes, as: UTF8.self)
    read(text)
    // A password that stands in an otherwise good text must not be told when the rest is bad.
    read(
        "org.apache.kafka.common.security.plain.PlainLoginModule required"
            + " password=\"\(secret)\" \(text)"
    )
    return 0
}

private let secret = "s3cr3t-w0rd"

private func read(_ text: String) {
    var sources = SettingsSources()
    sources.overrides = [
        "security.protocol=sasl_ssl", "sasl.mechanism=PLAIN", "sasl.jaas.config=" + text,
    ]
    let world = SettingsWorld(
        environment: [:],
        read: { path throws(SettingsError) in SettingsFile(path: path, bytes: [0x78]) },
        run: nil
    )
    do throws(SettingsError) {
        let settings = try Settings.resolve(role: .consumer, sources, in: world)
        for setting in settings.properties {
            precondition(!setting.value.utf8.contains(0), "no NUL")
            precondition(
                !setting.shownValue.contains(secret) || setting.name == "sasl.username",
                "no password is shown"
            )
        }
        for note in settings.notes + settings.details { checkLine(note) }
    } catch {
        precondition(error.origin != nil, "an error says where")
        checkLine(error.message)
        if let hint = error.hint { checkLine(hint) }
    }
}

private func checkLine(_ text: String) {
    precondition(!text.isEmpty, "a message says something")
    precondition(text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "a message is one line")
    precondition(!text.contains(secret), "no password is told")
}
