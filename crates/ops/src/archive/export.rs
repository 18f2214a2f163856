//! Writing an export: a zip with one file for each object, a manifest and an index.
//!
//! Objects pass one at a time; what is held are the lines of the manifest. The same set gives the same bytes, unless it is encrypted.

use std::io::{self, Write};

use model::json::Json;
use model::resource_types::find;
use model::time::Moment;

use super::bounded::{Bounded, Full};
use super::index::{self, INDEX};
use super::limits::Limits;
use super::manifest::{
    Certificate, FORMAT, FileLine, MANIFEST, Manifest, MissingLine, SecretLine, Secrets, SetLine, TenantLine, VERSION,
};
use super::names::Names;
use super::path;
use super::sealed::{self, Lock};
use super::values;
use super::withheld::withhold;
use super::zip::ZipWriter;

/// An object of a backup set, as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetObject {
    /// Key of its type.
    pub resource_type: String,
    /// Microsoft's id of it.
    pub object_id: String,
    /// What it is called.
    pub name: String,
    /// When this state of it was observed.
    pub captured_at: Moment,
    /// Hash of the content.
    pub hash: String,
    /// The content in its canonical form.
    pub content: Json,
    /// The volatile fields of the top level; an object.
    pub volatile: Json,
}

/// What comes of an object of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Streamed {
    /// It, with the values that Microsoft masks in it, as far as they were fetched.
    Whole(SetObject, Vec<SecretLine>),
    /// What is stored of it is damaged: it is named, and left out.
    Damaged(MissingLine),
}

impl From<SetObject> for Streamed {
    fn from(object: SetObject) -> Self {
        Self::Whole(object, Vec::new())
    }
}

impl From<(SetObject, Vec<SecretLine>)> for Streamed {
    fn from((object, secrets): (SetObject, Vec<SecretLine>)) -> Self {
        Self::Whole(object, secrets)
    }
}

/// What an export says beside its objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetHeader {
    /// The tenant.
    pub tenant: TenantLine,
    /// The backup set.
    pub set: SetLine,
    /// What was read of each type.
    pub coverage: Vec<Certificate>,
    /// Objects that the set was to hold and does not.
    pub missing: Vec<MissingLine>,
}

/// Whether an export can be read by everybody. Secrets leave only where it cannot.
#[derive(Debug, Clone)]
pub enum Protection {
    /// It can: secrets are withheld; the texts of scripts as well, unless `scripts`.
    Open {
        /// Whether the texts of scripts are included.
        scripts: bool,
    },
    /// It is encrypted: secrets are included.
    Sealed(Lock),
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exported {
    /// Objects.
    pub objects: u64,
    /// Bytes of their files, unpacked.
    pub bytes: u64,
    /// Secrets that were withheld.
    pub withheld: u64,
    /// Objects that are damaged, and named instead.
    pub damaged: u64,
}

/// Why an export ends early. What was written until then is no zip.
#[derive(Debug, thiserror::Error)]
pub enum ExportError<E> {
    /// Writing failed.
    #[error(transparent)]
    Write(#[from] io::Error),
    /// An object could not be had.
    #[error("{0}")]
    Object(E),
    /// Two objects came in the wrong order, or one came twice: each is asked for by type, then by id.
    #[error("objects in the wrong order")]
    Order,
    /// More than is read back; says what of it.
    #[error("{0}: larger than an import takes")]
    TooLarge(String),
    /// The type of an object is not known here, so that nobody knows where it holds secrets: it leaves encrypted only.
    #[error("objects of the unknown type {0} can be exported encrypted only")]
    UnknownType(String),
}

/// Files beside those of the objects: manifest and index.
const BESIDE: u64 = 2;

/// Writes an export of the objects, which come in the order of their types and ids. It holds itself to the limits of those who will
/// read it: what they would refuse is not written to its end. Values that Microsoft masks are written where the export is encrypted, and
/// left out where it is not. What is damaged is named among what is missing, and the set is not called complete then.
///
/// # Errors
/// See [`ExportError`].
pub fn export<W: Write, E, T: Into<Streamed>>(
    out: W,
    header: &SetHeader,
    exported_at: Moment,
    protection: &Protection,
    limits: &Limits,
    objects: impl IntoIterator<Item = Result<T, E>>,
) -> Result<(W, Exported), ExportError<E>> {
    match whole(Bounded::new(out, limits.archive), header, exported_at, protection, limits, objects) {
        Ok((out, done)) => Ok((out.into_inner(), done)),
        Err(ExportError::Write(error)) if Full::is(&error) => Err(ExportError::TooLarge("the archive".to_owned())),
        Err(error) => Err(error),
    }
}

fn whole<W: Write, E, T: Into<Streamed>>(
    out: W,
    header: &SetHeader,
    exported_at: Moment,
    protection: &Protection,
    limits: &Limits,
    objects: impl IntoIterator<Item = Result<T, E>>,
) -> Result<(W, Exported), ExportError<E>> {
    let secrets = match protection {
        Protection::Open { scripts: false } => Secrets::Withheld,
        Protection::Open { scripts: true } => Secrets::ScriptsIncluded,
        Protection::Sealed(lock) => {
            let sealed = sealed::seal(out, lock)?;
            let (sealed, done) = zipped(sealed, header, exported_at, Secrets::Included, limits, objects)?;
            return Ok((sealed.finish()?, done));
        }
    };
    zipped(out, header, exported_at, secrets, limits, objects)
}

fn zipped<W: Write, E, T: Into<Streamed>>(
    out: W,
    header: &SetHeader,
    exported_at: Moment,
    secrets: Secrets,
    limits: &Limits,
    objects: impl IntoIterator<Item = Result<T, E>>,
) -> Result<(W, Exported), ExportError<E>> {
    let mut zip = ZipWriter::new(out, limits);
    let mut names = Names::default();
    let mut done = Exported::default();
    let mut files: Vec<FileLine> = Vec::new();
    let mut missing = header.missing.clone();
    for object in objects {
        let object: Streamed = object.map_err(ExportError::Object)?.into();
        let (object, told) = match object {
            Streamed::Whole(object, told) => (object, told),
            Streamed::Damaged(line) => {
                missing.push(line);
                done.damaged += 1;
                continue;
            }
        };
        let before = files.last().map(|last| (&last.resource_type, &last.id));
        if before.is_some_and(|before| before >= (&object.resource_type, &object.object_id)) {
            return Err(ExportError::Order);
        }
        let path = names.give(&object.resource_type, &object.object_id, &object.name);
        let (bytes, mut line) = file(object, path, secrets).map_err(ExportError::UnknownType)?;
        if secrets == Secrets::Included {
            line.secrets = told;
        }
        done.objects += 1;
        done.bytes += line.bytes;
        let fits = line.bytes <= limits.file
            && done.objects + BESIDE <= limits.files as u64
            && done.bytes <= limits.total
            && values::count(&bytes) <= limits.values
            && path::safe(line.path.as_bytes(), limits).is_ok();
        if !fits {
            return Err(ExportError::TooLarge(line.path));
        }
        add(&mut zip, &line.path, &bytes, limits)?;
        done.withheld += line.withheld as u64;
        files.push(line);
    }
    let mut coverage = header.coverage.clone();
    coverage.sort_by(|a, b| a.resource_type.cmp(&b.resource_type));
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        version: VERSION,
        tenant: header.tenant.clone(),
        set: SetLine { complete: header.set.complete && done.damaged == 0, ..header.set.clone() },
        exported_at,
        secrets,
        coverage,
        missing,
        files,
    };
    let mut text = serde_json::to_vec_pretty(&manifest).map_err(io::Error::from)?;
    text.push(b'\n');
    let (size, files) = (text.len() as u64, manifest.files.len() + BESIDE as usize);
    // Of the two, readers take the manifest only.
    let fits = size <= limits.manifest && done.bytes + size <= limits.total && values::count(&text) <= limits.of_manifest(files);
    if !fits {
        return Err(ExportError::TooLarge(MANIFEST.to_owned()));
    }
    add(&mut zip, INDEX, index::text(&manifest).as_bytes(), limits)?;
    add(&mut zip, MANIFEST, &text, limits)?;
    Ok((zip.finish()?, done))
}

/// Adds a file, as long as the list of files stays within its limit.
fn add<W: Write, E>(zip: &mut ZipWriter<W>, path: &str, bytes: &[u8], limits: &Limits) -> Result<(), ExportError<E>> {
    zip.add(path, bytes)?;
    if zip.list_size() > limits.directory { Err(ExportError::TooLarge("the list of files".to_owned())) } else { Ok(()) }
}

/// The bytes of an object's file and its line in the manifest; the type where it is not known and must be.
fn file(object: SetObject, path: String, secrets: Secrets) -> Result<(Vec<u8>, FileLine), String> {
    let SetObject { resource_type, object_id, name, captured_at, hash, content, mut volatile } = object;
    let mut content = content.sorted();
    let (mut withheld, mut hash) = (0, hash);
    match (secrets, find(&resource_type)) {
        (Secrets::Included, _) => {}
        (_, None) => return Err(resource_type),
        (_, Some(kind)) => {
            let scripts = secrets == Secrets::ScriptsIncluded;
            withheld = withhold(kind, &mut content, scripts);
            if withheld > 0 {
                hash = content_hash(&content);
            }
            withheld += withhold(kind, &mut volatile, scripts);
        }
    }
    let mut names = Vec::new();
    if let Json::Object(members) = volatile {
        for (name, value) in members {
            // What was taken out of the content is not in it, unless somebody else's rules took it.
            if content.get(&name).is_none() {
                content.set(&name, value);
                names.push(name);
            }
        }
    }
    names.sort();
    let bytes = format!("{}\n", content.sorted().to_pretty()).into_bytes();
    let line = FileLine {
        path,
        resource_type,
        id: object_id,
        name,
        captured_at,
        hash,
        withheld,
        secrets: Vec::new(),
        volatile: names,
        bytes: bytes.len() as u64,
        file_hash: hash_of(&bytes),
    };
    Ok((bytes, line))
}

/// The hash of a content in its canonical form.
pub(super) fn content_hash(content: &Json) -> String {
    hash_of(content.to_text().as_bytes())
}

pub(super) fn hash_of(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
