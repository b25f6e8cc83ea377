// Times as text for people, in tables and notes.

/// Texts for times.
enum DurationText {
    /// Returns a time in its two largest units: `12s`, `3m 20s`, `5h 12m`, `3d 4h`.
    static func rough(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        switch seconds {
        case ..<60: return "\(seconds + (duration.components.attoseconds > 0 ? 1 : 0))s"
        case ..<3600: return "\(seconds / 60)m \(seconds % 60)s"
        case ..<86_400: return "\(seconds / 3600)h \(seconds % 3600 / 60)m"
        default: return "\(seconds / 86_400)d \(seconds % 86_400 / 3600)h"
        }
    }

    /// Returns thousandths as a number with three decimals: microseconds as milliseconds, milliseconds
    /// as seconds.
    static func decimal(_ thousandths: Int) -> String {
        let rest = String(thousandths % 1000)
        let zeros = String(repeating: "0", count: 3 - rest.utf8.count)
        return "\(thousandths / 1000).\(zeros)\(rest)"
    }
}
