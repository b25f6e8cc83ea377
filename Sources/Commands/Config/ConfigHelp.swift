// The help sections that the commands about settings share.

import Arguments
import CommandKit

/// Texts that several of them share.
enum ConfigHelp {
    /// The layers, for `config explain`.
    static let layers = Section(
        "Where settings come from",
        "Highest first; each property is taken from the first place that sets it:",
        "    1. flags with a name of their own, such as --bootstrap-server\n"
            + "    2. -X name=value\n"
            + "    3. the file given to --command-config, then that given to --kcat-config\n"
            + "    4. the environment: KCTL_BOOTSTRAP_SERVERS, KCTL_X_NAME\n"
            + "    5. the context in .kctl.yaml, found from the working directory up to the\n"
            + "       root of the repository\n"
            + "    6. the context in $XDG_CONFIG_HOME/kctl/config.yaml, or else in\n"
            + "       ~/.config/kctl/config.yaml\n"
            + "    7. kctl's defaults, then librdkafka's",
        "The context is the one that --context names, else KCTL_CONTEXT, else the current-context of"
            + " the first file that has one. Where both files have it, both count. The name - is no context."
    )

    /// The form of the file.
    static let file = Section(
        "The file",
        "    current-context: prod\n"
            + "    contexts:\n"
            + "      prod:\n"
            + "        bootstrap-servers: kafka1:9093,kafka2:9093\n"
            + "        properties-file: client.properties\n"
            + "        properties:\n"
            + "          security.protocol: SASL_SSL\n"
            + "          sasl.password: ${env:KAFKA_PASSWORD}",
        "properties-file is a file of Kafka's own tools to build on; properties go over it. Relative"
            + " paths start from the folder of the file.",
        "In values, ${env:NAME} is a variable, ${file:PATH} what a file holds and ${exec:COMMAND} what"
            + " a line of shell prints; $${ is a plain ${.",
        "A command of ${exec:...} gets no KCTL_ variable that holds a secret. What it starts ends with"
            + " it, except for what has left its session when it succeeds, as an agent does that keeps"
            + " a passphrase."
    )

    /// The help section about the settings that count in a folder's file.
    static let trust = Section(
        "Trust",
        "A .kctl.yaml comes with a folder, and may be anybody's. Without trust it may choose a context"
            + " and add contexts of its own, with addresses, topics' defaults, sizes, times and a"
            + " properties-file beside it that holds the same. All else counts after 'kctl config"
            + " trust': security, logins, certificates, plug-ins, references in values, files elsewhere,"
            + " and changes of your own contexts. Where you have a current-context, it may choose"
            + " another of yours, not one that it adds. A command that needs trust ends with status 2.",
        "Without trust no login is sent to an address that such a file names. sasl.kerberos.kinit.cmd"
            + " counts in your own file or with -X only."
    )
}
