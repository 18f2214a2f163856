//! Exports of other tools. Each tool has a layout: which folder holds objects of which types. An object's type follows from its folder
//! and from what the object itself says (`@odata.type`, the properties by which the contracts tell types of one collection apart);
//! where these leave a doubt, the object is not taken.

mod companions;
mod intune_backup_and_restore;
mod intune_cd;
mod intune_management;
mod layout;
mod object;
mod recognise;
mod shape;

use super::limits::Limits;
use super::refusal::{ArchiveError, Refusal, Why};
use super::report::{Imported, Report, Verdict};
use super::source::Source;
use layout::{Found, Layout, Place};

/// Reads the export of another tool.
pub(super) fn read(
    source: &mut dyn Source,
    limits: &Limits,
    each: &mut dyn FnMut(Imported) -> Result<(), ArchiveError>,
) -> Result<Report, ArchiveError> {
    let Found { layout, root } = layout::detect(source.files()).ok_or_else(|| Refusal::whole(Why::UnknownLayout))?;
    let files: Vec<String> = source.files().iter().map(|file| file.path.clone()).collect();
    let mut report = Report::new(layout.format, files.len(), limits.lines);
    let mut reading = object::Reading::new(layout, &root, &files);
    reading.prepare(source, limits)?;
    for (number, path) in files.iter().enumerate() {
        match layout.place(&root, path) {
            Place::Objects(rule) => match reading.object(source, limits, number, rule) {
                Ok(imported) => {
                    let (imported, notes) = *imported;
                    for note in notes {
                        report.say(Verdict::Note, path, note);
                    }
                    report.counted(&imported);
                    each(imported)?;
                }
                Err(object::Left::Words(words)) => report.say(Verdict::Left, path, words),
                Err(object::Left::Error(ArchiveError::Refused(refusal))) if refusal.file.is_some() => {
                    report.say(Verdict::Left, path, refusal.why.to_string());
                }
                Err(object::Left::Error(error)) => return Err(error),
            },
            // What belongs to an object is reported when no object took it.
            Place::Companion => {}
            Place::Nothing(why) => report.say(Verdict::Left, path, why),
        }
    }
    for path in reading.unused() {
        report.say(Verdict::Left, &path, "belongs to no object that is here");
    }
    Ok(report)
}

impl Layout {
    /// Whether a file is text that can hold an object.
    fn is_text(path: &str) -> bool {
        let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        matches!(ending.as_deref(), Some("json" | "yaml" | "yml"))
    }
}
