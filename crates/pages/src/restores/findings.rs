//! What the checks say, in words.

use model::label::Tone;
use model::restore::{Check, CheckKind, CheckLevel};

use super::Finding;
use crate::text::{counted, shown};

/// How many names a finding shows.
const MOST_NAMED: usize = 5;

impl From<&Check> for Finding {
    fn from(check: &Check) -> Self {
        let tone = match check.level() {
            CheckLevel::Blocks => Tone::Danger,
            CheckLevel::Warns => Tone::Warning,
            CheckLevel::Tells | CheckLevel::Unknown => Tone::Info,
        };
        let (title, why) = words(check.kind());
        let mut words = why.to_owned();
        if !check.about.is_empty() {
            let names: Vec<String> = check.about.iter().take(MOST_NAMED).map(|name| shown(name, 80)).collect();
            words = format!("{words} {}", names.join(", "));
            let more = check.count - i64::try_from(names.len()).unwrap_or(i64::MAX);
            if more > 0 {
                words = format!("{words}, and {}", counted(more, "other", "others"));
            }
            words.push('.');
        }
        Self { tone, title: title.to_owned(), words, objects: figure(check) }
    }
}

/// A figure of objects; 0 where it is none of objects.
fn figure(check: &Check) -> i64 {
    match check.kind() {
        CheckKind::TakesAtLeast
        | CheckKind::ConnectionMissing
        | CheckKind::ConnectionFailing
        | CheckKind::PermissionsUnknown
        | CheckKind::DirectoryStale => 0,
        _ => check.count,
    }
}

const fn words(kind: CheckKind) -> (&'static str, &'static str) {
    match kind {
        CheckKind::Unresolved => (
            "References are not decided",
            "Nothing that was read of the tenant has them. What refers to them is left out unless the preview finds them, or you decide in the step before.",
        ),
        CheckKind::Suggested => ("Suggestions were not taken", "Nobody took them, so that they count for nothing."),
        CheckKind::Dropped => ("Assignments are left out", "Somebody said so."),
        CheckKind::PreviewOnly => (
            "Objects are only previewed",
            "A wrong write to types like these does too much harm: they are shown, and never written.",
        ),
        CheckKind::NeverWritten => ("Objects are never written", "Types like these are read only."),
        CheckKind::MetadataOnly => ("Settings only", "Files and credentials of these objects are not put back."),
        CheckKind::SecretMissing => {
            ("Secrets have to be entered", "Microsoft does not give them out. Enter them below, or the objects are left out.")
        }
        CheckKind::PermissionMissing => {
            ("A permission to write is missing", "Grant it to the application, then verify the connection.")
        }
        CheckKind::PermissionsUnknown => ("Nobody knows which permissions there are", "Verify the connection, which reads them."),
        CheckKind::ConnectionFailing => ("The connection does not work", "Its latest check failed. Look at its report."),
        CheckKind::ConnectionMissing => {
            ("There is no connection", "Add one, or switch it on: without it nothing is read or written.")
        }
        CheckKind::LockOut => ("Somebody could be locked out", "Look at these policies before you write them."),
        CheckKind::Damaged => ("Contents are damaged or gone", "These objects cannot be put back from this source."),
        CheckKind::Prunes => (
            "Objects may be removed",
            "Of these types, what the tenant has and the source has not is removed. The preview lists each one.",
        ),
        CheckKind::DirectoryStale => {
            ("The directory cache is old", "What groups are called may have changed. Sync the directory.")
        }
        CheckKind::TakesAtLeast => (
            "It takes a while",
            "Microsoft limits how much may be written in a minute. The preview says how long it takes at least.",
        ),
        CheckKind::Unknown => ("Something that this version does not know", "A newer version found it."),
    }
}
