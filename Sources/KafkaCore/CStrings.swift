// Texts that C functions want as an array of pointers.

import Glibc

/// Copies of texts for C.
enum CStrings {
    /// Returns a copy of each text, to be given to `free` afterwards.
    static func copies(of texts: [String]) -> [UnsafePointer<CChar>?] {
        unsafe texts.map { unsafe UnsafePointer(strdup($0)) }
    }

    /// Frees what `copies` has made.
    static func free(_ copies: [UnsafePointer<CChar>?]) {
        unsafe copies.forEach { unsafe Glibc.free(UnsafeMutablePointer(mutating: $0)) }
    }
}
