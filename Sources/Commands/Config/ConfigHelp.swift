// The help sections that the commands about settings share.

import Arguments
import CommandKit

/// Texts that several of them share.
enum ConfigHelp {
    /// The layers, for `config explain`.
    static let layers = Section(
        "Precedence",
        "Highest first; the first source that sets a property wins:",
        "    1. options for a property, such as --bootstrap-server\n"
            + "    2. -X name=value\n"
            + "    3. the file of --command-config, then of --kcat-config\n"
            + "    4. the environment: KCTL_BOOTSTRAP_SERVERS, KCTL_X_NAME\n"
            + "    5. the context in .kctl.yaml, found from the working directory up to the\n"
            + "       root of the repository\n"
            + "    6. the context in $XDG_CONFIG_HOME/kctl/config.yaml, or else in\n"
            + "       ~/.config/kctl/config.yaml\n"
            + "    7. kctl's defaults, then librdkafka's",
        "The context is set by --context, else KCTL_CONTEXT, else current-context of the first file"
            + " that has it. If both files define the context, kctl merges them. The name - selects"
            + " no context."
    )

    /// The form of the file.
    static let file = Section(
        "File format",
        "    current-context: prod\n"
            + "    contexts:\n"
            + "      prod:\n"
            + "        bootstrap-servers: kafka1:9093,kafka2:9093\n"
            + "        properties-file: client.properties\n"
            + "        properties:\n"
            + "          security.protocol: SASL_SSL\n"
            + "          sasl.password: ${env:KAFKA_PASSWORD}",
        "properties-file names a properties file of a Java client; properties override it. Relative"
            + " paths start from the folder of the configuration file.",
        "In values, ${env:NAME} is an environment variable, ${file:PATH} the content of a file and"
            + " ${exec:COMMAND} the output of a shell command; $${ is a literal ${.",
        "The command of ${exec:...} does not inherit KCTL_ variables with secrets. Its child processes"
            + " end with it, except daemons in a session of their own, such as a passphrase agent."
    )

    /// The help section about the settings that count in a folder's file.
    static let trust = Section(
        "Trust",
        "A .kctl.yaml belongs to its folder, and another user may have written it. Without trust it may"
            + " select a context and add contexts with addresses, topic defaults, sizes, timeouts and"
            + " a properties-file in the same folder with such settings. Everything else requires"
            + " 'kctl config trust': security, logins, certificates, plug-ins, references in values,"
            + " other files, and changes of your own contexts. If you have a current-context, an"
            + " untrusted file may select another of your contexts, but not one of its own. A command"
            + " that requires trust ends with status 2.",
        "kctl sends no login to an address from an untrusted file. sasl.kerberos.kinit.cmd works in"
            + " your own file or with -X only."
    )
}
