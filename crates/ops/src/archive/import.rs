//! Reading an archive, whoever made it.

use super::limits::Limits;
use super::ours;
use super::peers;
use super::refusal::ArchiveError;
use super::report::{Imported, Report};
use super::source::Source;

/// Reads an archive: hands over each object that was understood, and reports on every file that was not. Objects come as they are found;
/// whoever keeps them does so in a transaction that an error undoes.
///
/// # Errors
/// When the archive as a whole is refused or cannot be read, and what `each` fails with.
pub fn import(
    source: &mut dyn Source,
    limits: &Limits,
    each: &mut dyn FnMut(Imported) -> Result<(), ArchiveError>,
) -> Result<Report, ArchiveError> {
    if let Some(number) = ours::manifest_of(source)
        && let Some(manifest) = ours::is_ours(source, number, limits)?
    {
        return ours::read(source, manifest, number, limits, each);
    }
    peers::read(source, limits, each)
}
