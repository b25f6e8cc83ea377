// What the commands that kctl runs find in their environment.

import Settings

extension Context {
    /// Returns our environment, without the variables of kctl's own that hold secrets.
    ///
    /// Those that `kept` names stay. A command is a foreign program, and the password that kctl
    /// logs in with is none of its business unless the user says so.
    package func environmentWithoutSecrets(except kept: [String] = []) -> [String: String] {
        environment.filter { name, _ in !Self.isSecret(name) || kept.contains(name) }
    }

    /// Returns true when a variable is one of kctl's and holds a secret: `KCTL_X_SASL_PASSWORD`.
    package static func isSecret(_ variable: String) -> Bool {
        guard variable.hasPrefix("KCTL_") else { return false }
        let property =
            EnvironmentLayer.propertyName(of: variable)
            ?? variable.dropFirst(5).map { $0 == "_" ? "." : String($0) }.joined()
        return SecretNames.contains(property)
    }
}
