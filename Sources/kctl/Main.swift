// The process: its arguments, environment and descriptors go in, its status comes out.

import Commands
import Glibc
import Reactor

@main
enum Main {
    static func main() {
        Descriptor.occupyStandardDescriptors()
        Signal.ignoreBrokenPipes()
        var context = Context.process(environment: environment())
        let status = Kctl.run(Array(CommandLine.arguments.dropFirst()), in: &context)
        if case .signalled(let number) = status { Signal(number: number).endProcess() }
        exit(status.number)
    }

    private static func environment() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            next += 1
        }
        return variables
    }
}
