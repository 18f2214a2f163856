//! Reading an export of our own: each file is held against the manifest.

use std::collections::{BTreeMap, BTreeSet};

use model::canonical::canonical;
use model::json::Json;
use model::resource_types::find;

use super::export::{content_hash, hash_of};
use super::index::INDEX;
use super::limits::Limits;
use super::manifest::{FileLine, MANIFEST, Manifest, Secrets};
use super::refusal::{ArchiveError, Refusal, Why};
use super::report::{Format, IdSource, Imported, Report, Verdict};
use super::source::Source;
use super::values;
use super::withheld::has_withheld;

/// The number of the manifest, where there is one: at the root, or in the only folder there (some tools pack the folder, not what is in
/// it).
pub(super) fn manifest_of(source: &dyn Source) -> Option<usize> {
    let files = source.files();
    let at = |path: &str| files.iter().position(|file| file.path == path);
    at(MANIFEST).or_else(|| {
        let first = files.first()?.path.split_once('/')?.0;
        let inside = |path: &str| path.split_once('/').is_some_and(|(folder, _)| folder == first);
        if files.iter().all(|file| inside(&file.path)) { at(&format!("{first}/{MANIFEST}")) } else { None }
    })
}

/// Whether that manifest is one of ours, so that its faults are ours to report.
pub(super) fn is_ours(source: &mut dyn Source, number: usize, limits: &Limits) -> Result<Option<Manifest>, ArchiveError> {
    let bytes = source.read(number, limits.manifest)?;
    let named = bytes.windows(super::manifest::FORMAT.len()).any(|window| window == super::manifest::FORMAT.as_bytes());
    if !named {
        return Ok(None);
    }
    let most = limits.of_manifest(source.files().len());
    values::bounded(&bytes, most).map_err(|why| Refusal::of(MANIFEST, why))?;
    Ok(Some(Manifest::read(&bytes)?))
}

/// Reads and checks every file.
pub(super) fn read(
    source: &mut dyn Source,
    manifest: Manifest,
    number: usize,
    limits: &Limits,
    each: &mut dyn FnMut(Imported) -> Result<(), ArchiveError>,
) -> Result<Report, ArchiveError> {
    let root = source.files()[number].path.strip_suffix(MANIFEST).unwrap_or_default().to_owned();
    let mut report = Report::new(Format::Ours, source.files().len(), limits.lines);
    let mut there: BTreeMap<String, usize> =
        source.files().iter().enumerate().map(|(number, file)| (file.path.clone(), number)).collect();
    there.remove(&format!("{root}{MANIFEST}"));
    there.remove(&format!("{root}{INDEX}"));
    let mut objects = BTreeSet::new();
    for line in &manifest.files {
        let path = format!("{root}{}", line.path);
        let Some(number) = there.remove(&path) else {
            report.say(Verdict::Wrong, &path, "missing");
            continue;
        };
        if !objects.insert((&line.resource_type, &line.id)) {
            report.say(Verdict::Wrong, &path, "its object is in another file too");
            continue;
        }
        match object(source, number, line, limits) {
            Ok(object) => {
                let Some(mut imported) = imported(line, path.clone(), object, &mut report) else { continue };
                if manifest.secrets == Secrets::Included {
                    imported.secrets.clone_from(&line.secrets);
                }
                report.counted(&imported);
                each(imported)?;
            }
            // What is wrong with one file says nothing about the others, unless the whole is a trap.
            Err(ArchiveError::Refused(refusal)) if refusal.file.is_some() => {
                report.say(Verdict::Wrong, &path, refusal.why.to_string());
            }
            Err(error) => return Err(error),
        }
    }
    for path in there.keys() {
        report.say(Verdict::Wrong, path, "not in the manifest");
    }
    (report.coverage, report.missing) = (manifest.coverage, manifest.missing);
    report.set = Some((manifest.tenant, manifest.set));
    Ok(report)
}

/// The object in a file, when every hash fits.
fn object(source: &mut dyn Source, number: usize, line: &FileLine, limits: &Limits) -> Result<Json, ArchiveError> {
    let refused = |why| ArchiveError::from(Refusal::of(line.path.as_str(), why));
    let bytes = source.read(number, limits.file)?;
    let object = values::parse(&bytes, limits).map_err(refused)?;
    let mut content = object.clone();
    for name in &line.volatile {
        content.remove(name);
    }
    if content_hash(&content.sorted()) != line.hash {
        return Err(refused(Why::Differs("its content was changed")));
    }
    if hash_of(&bytes) != line.file_hash || bytes.len() as u64 != line.bytes {
        return Err(refused(Why::Differs("it was changed; its content is as it was")));
    }
    Ok(object)
}

fn imported(line: &FileLine, file: String, object: Json, report: &mut Report) -> Option<Imported> {
    let Some(kind) = find(&line.resource_type) else {
        report.say(Verdict::Left, &file, "of a type that is not known here");
        return None;
    };
    // The manifest may say what it likes: a text that stands for a secret must not come back as one.
    let withheld = line.withheld > 0 || has_withheld(&object);
    let content = canonical(kind, object);
    if content.hash != line.hash {
        report.say(Verdict::Note, &file, "what counts as volatile in its type has changed since; it has another hash now");
    }
    Some(Imported {
        file,
        resource_type: &kind.key,
        object_id: line.id.clone(),
        id_source: IdSource::Object,
        name: line.name.clone(),
        captured_at: Some(line.captured_at),
        content,
        secrets: Vec::new(),
        withheld,
    })
}
