//! How much an archive may hold. Whatever is larger is refused, before it is unpacked where the archive says so itself.

/// The figures. An export of our own stays far below them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the archive itself.
    pub archive: u64,
    /// Bytes of its list of files (the central directory of a zip).
    pub directory: u64,
    /// Files, folders not counted.
    pub files: usize,
    /// Bytes of one file, unpacked.
    pub file: u64,
    /// Values in one file of JSON or YAML: a value takes far more memory than the two bytes that it may be.
    pub values: usize,
    /// Bytes of the manifest of our own format, which grows with the number of files.
    pub manifest: u64,
    /// Bytes of all files that are read, unpacked.
    pub total: u64,
    /// How many bytes a packed byte may become, in files that are larger than [`Limits::ratio_from`] when unpacked. JSON packs to a
    /// thirtieth; what a zip can do at most is 1,032.
    pub ratio: u64,
    /// Smaller files are not looked at for their ratio.
    pub ratio_from: u64,
    /// Bytes of a path.
    pub path: usize,
    /// Folders above a file.
    pub depth: usize,
    /// Lines of a report, each for a file; more are counted only.
    pub lines: usize,
}

const MIB: u64 = 1 << 20;

impl Limits {
    /// Values in the manifest of an archive of that many files: a line for each, and what it says of the whole.
    pub(super) const fn of_manifest(&self, files: usize) -> usize {
        const OF_A_FILE: usize = 64;
        self.values.saturating_add(files.saturating_mul(OF_A_FILE))
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            archive: 2048 * MIB,
            directory: 64 * MIB,
            files: 200_000,
            file: 16 * MIB,
            values: 500_000,
            manifest: 128 * MIB,
            total: 4096 * MIB,
            ratio: 200,
            ratio_from: MIB,
            path: 1024,
            depth: 32,
            lines: 10_000,
        }
    }
}
