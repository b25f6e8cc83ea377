// Keeps out of a shell what it could take for more than a word.
// librdkafka puts values of properties into its kinit command, and runs that by system(3). So
// nothing gets there that a shell could take for more.

/// The check of Kerberos's properties, whatever layer and whatever name they came by.
enum KerberosRule {
    private static let command = "sasl.kerberos.kinit.cmd"
    private static let words = [
        "sasl.kerberos.principal", "sasl.kerberos.keytab", "sasl.kerberos.service.name",
    ]

    /// Checks the effective settings.
    ///
    /// - Throws: for the first that must not reach a shell.
    static func check(_ settings: [Setting]) throws(SettingsError) {
        var checked = Set(words)
        if let own = settings.first(where: { $0.name == command }) {
            guard !own.isFromFolder else {
                throw error(
                    "'\(command)' runs a program: it works in your own file or with -X only",
                    own,
                    hint: "kctl config path"
                )
            }
            // What the user's own command line takes from a folder's file.
            for setting in settings
            where setting.isFromFolder && own.value.contains("%{\(setting.name)}") {
                checked.insert(setting.name)
            }
        }
        for setting in settings where checked.contains(setting.name) {
            guard !isWord(setting.value) else { continue }
            throw error(
                "'\(setting.name)' contains characters that a shell interprets",
                setting,
                hint: "allowed: letters, digits and ._/@$-"
            )
        }
    }

    /// Letters, digits and a few signs; no option, and nothing that a shell acts on.
    private static func isWord(_ value: String) -> Bool {
        guard !value.hasPrefix("-") else { return false }
        return value.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || "._/@$-".utf8.contains(byte)
        }
    }

    private static func error(
        _ reason: String,
        _ setting: Setting,
        hint: String
    ) -> SettingsError {
        SettingsError(reason, origin: setting.origin, hint: hint, excerpt: setting.source?.excerpt)
    }
}
