//! All that is recorded of a tenant as one zip: rows of tables as lines of JSON, contents as they are, and a manifest. For people and
//! programs that read it; nothing here reads it back.

use std::collections::BTreeMap;
use std::io::{self, Write};

use model::json::Json;
use model::resource_types::find;
use model::time::Moment;
use serde::Serialize;
use store::{DERIVED_TABLES, RecordPart};

use super::export::Protection;
use super::limits::Limits;
use super::manifest::TenantLine;
use super::sealed::{SealedWriter, seal};
use super::withheld::withhold;
use super::zip::{MOST, ZipWriter};

/// What says what is in it; written last.
const MANIFEST: &str = "manifest.json";
/// Bytes of one file of rows.
const ROWS: usize = 4 << 20;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordDone {
    /// Rows by table.
    pub rows: BTreeMap<&'static str, u64>,
    /// Contents.
    pub contents: u64,
    /// Secrets in contents that were withheld.
    pub withheld: u64,
    /// Contents that are not there, as they are damaged, or of a type that is not known here and may leave encrypted only.
    pub left_out: Vec<String>,
}

#[derive(Serialize)]
struct Manifest<'a> {
    format: &'static str,
    version: u32,
    tenant: &'a TenantLine,
    made_at: Moment,
    product: &'static str,
    tables: &'a BTreeMap<&'static str, u64>,
    contents: u64,
    withheld: u64,
    contents_left_out: &'a [String],
    tables_left_out: &'static [&'static str],
}

/// The zip, as it is or encrypted.
enum Out<W: Write> {
    Open(ZipWriter<W>),
    Sealed(ZipWriter<SealedWriter<W>>),
}

impl<W: Write> Out<W> {
    fn add(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let added = match self {
            Self::Open(zip) => zip.add(path, bytes),
            Self::Sealed(zip) => zip.add(path, bytes),
        };
        added.map_err(in_our_words)
    }

    fn finish(self) -> io::Result<W> {
        let finished = match self {
            Self::Open(zip) => zip.finish(),
            Self::Sealed(zip) => zip.finish().and_then(SealedWriter::finish),
        };
        finished.map_err(in_our_words)
    }
}

/// What is said of a record that is too large. An export of a set can be made of some types; this is all there is.
const TOO_LARGE: &str = "all that is recorded of the tenant is larger than 4 GiB, which one file cannot hold; export its backup sets \
  with `tenantatlas backup export`, and take the rest from a copy of the database (docs/OFFBOARDING.md)";

fn in_our_words(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::FileTooLarge { io::Error::new(io::ErrorKind::FileTooLarge, TOO_LARGE) } else { error }
}

/// Refuses early what is known not to fit: so many bytes have its contents where they are stored, packed better than a zip packs them.
///
/// # Errors
/// When they would pass 4 GiB by themselves.
pub fn record_fits(stored: u64) -> io::Result<()> {
    if stored > MOST { Err(io::Error::new(io::ErrorKind::FileTooLarge, TOO_LARGE)) } else { Ok(()) }
}

/// What writes it. Parts come as the store hands them over: table after table, then contents; at most some megabytes are held.
pub struct RecordWriter<W: Write> {
    out: Out<W>,
    /// Whether the texts of scripts stay, and whether secrets do.
    scripts: bool,
    secrets: bool,
    table: &'static str,
    part: u32,
    lines: Vec<u8>,
    done: RecordDone,
}

impl<W: Write> RecordWriter<W> {
    /// Begins one. Unless it is encrypted, secrets are withheld from contents as from an export of a set.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn new(out: W, protection: &Protection) -> io::Result<Self> {
        let limits = Limits::default();
        let (out, scripts, secrets) = match protection {
            Protection::Open { scripts } => (Out::Open(ZipWriter::new(out, &limits)), *scripts, false),
            Protection::Sealed(lock) => (Out::Sealed(ZipWriter::new(seal(out, lock)?, &limits)), true, true),
        };
        Ok(Self { out, scripts, secrets, table: "", part: 0, lines: Vec::new(), done: RecordDone::default() })
    }

    /// Adds a part.
    ///
    /// # Errors
    /// When it cannot be written, or the zip would pass 4 GiB.
    pub fn add(&mut self, recorded: RecordPart) -> io::Result<()> {
        match recorded {
            RecordPart::Row { table, json } => {
                if self.table != table || self.lines.len() + json.len() >= ROWS {
                    self.flush()?;
                    self.part = if self.table == table { self.part } else { 0 };
                    self.table = table;
                }
                self.lines.extend_from_slice(json.as_bytes());
                self.lines.push(b'\n');
                *self.done.rows.entry(table).or_default() += 1;
                Ok(())
            }
            RecordPart::Content { resource_type, hash, text } => {
                self.flush()?;
                let path = format!("contents/{resource_type}/{hash}.json");
                match text.ok().and_then(|text| self.content(&resource_type, text)) {
                    Some(text) => {
                        self.done.contents += 1;
                        self.out.add(&path, text.as_bytes())
                    }
                    None => {
                        self.done.left_out.push(path);
                        Ok(())
                    }
                }
            }
        }
    }

    /// Ends it.
    ///
    /// # Errors
    /// As [`RecordWriter::add`].
    pub fn finish(mut self, tenant: &TenantLine, made_at: Moment) -> io::Result<(W, RecordDone)> {
        self.flush()?;
        let done = self.done;
        let manifest = Manifest {
            format: "tenantatlas-record",
            version: 1,
            tenant,
            made_at,
            product: env!("CARGO_PKG_VERSION"),
            tables: &done.rows,
            contents: done.contents,
            withheld: done.withheld,
            contents_left_out: &done.left_out,
            tables_left_out: &DERIVED_TABLES,
        };
        let mut text = serde_json::to_vec_pretty(&manifest).map_err(io::Error::from)?;
        text.push(b'\n');
        self.out.add(MANIFEST, &text)?;
        Ok((self.out.finish()?, done))
    }

    /// Writes the rows that are held.
    fn flush(&mut self) -> io::Result<()> {
        if self.lines.is_empty() {
            return Ok(());
        }
        self.part += 1;
        self.out.add(&format!("records/{}/{:04}.jsonl", self.table, self.part), &self.lines)?;
        self.lines.clear();
        Ok(())
    }

    /// The content as it may leave; `None`: not at all.
    fn content(&mut self, resource_type: &str, text: String) -> Option<String> {
        if self.secrets {
            return Some(text);
        }
        let mut content = Json::parse(text.as_bytes()).ok()?;
        let taken = withhold(find(resource_type)?, &mut content, self.scripts);
        self.done.withheld += taken as u64;
        Some(if taken == 0 { text } else { content.to_text() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_is_said_in_words_that_help() {
        assert!(record_fits(4_294_967_295).is_ok());
        let refused = record_fits(4_294_967_296).unwrap_err().to_string();
        let later =
            in_our_words(io::Error::new(io::ErrorKind::FileTooLarge, "an export larger than 4 GiB; export by types")).to_string();
        assert!(refused.contains("4 GiB") && refused.contains("backup export") && !refused.contains("by types"), "{refused}");
        assert_eq!(later, refused);
        assert_eq!(in_our_words(io::Error::other("disk")).to_string(), "disk");
    }
}
