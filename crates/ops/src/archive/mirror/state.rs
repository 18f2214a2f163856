//! `tenantatlas.json` in the mirror: which file is which object.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::MirrorError;
use crate::archive::limits::Limits;
use crate::archive::manifest::SetLine;
use crate::archive::path;

/// The name of the file.
pub(super) const FILE: &str = "tenantatlas.json";
const FORMAT: &str = "tenantatlas-mirror";
const VERSION: u32 = 1;

/// A type and an id.
pub(super) type ObjectKey = (String, String);

/// What the mirror holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    pub(super) tenant: String,
    /// The set of the latest commit.
    pub(super) set: Option<SetLine>,
    pub(super) objects: BTreeMap<ObjectKey, Held>,
}

/// An object in the mirror.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) file: String,
    pub(super) name: String,
    /// Of the content in the file.
    pub(super) hash: String,
}

#[derive(Serialize, Deserialize)]
struct Written {
    format: String,
    version: u32,
    tenant: String,
    set: Option<SetLine>,
    objects: Vec<Line>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(rename = "type")]
    resource_type: String,
    id: String,
    name: String,
    file: String,
    hash: String,
}

impl State {
    pub(super) fn new(tenant: &str) -> Self {
        Self { tenant: tenant.to_owned(), set: None, objects: BTreeMap::new() }
    }

    pub(super) fn read(text: &[u8]) -> Result<Self, MirrorError> {
        let written: Written = serde_json::from_slice(text).map_err(|_| MirrorError::NotAMirror)?;
        if written.format != FORMAT {
            return Err(MirrorError::NotAMirror);
        }
        if written.version > VERSION {
            return Err(MirrorError::Newer(written.version));
        }
        // Others may commit here: a path goes to Git as one, and as nothing else.
        let is_ours = |line: &Line| path::safe(line.file.as_bytes(), &Limits::default()).as_deref() == Ok(&line.file);
        if !written.objects.iter().all(|line| is_ours(line) && !line.file.starts_with('"')) {
            return Err(MirrorError::NotAMirror);
        }
        let objects = written
            .objects
            .into_iter()
            .map(|line| ((line.resource_type, line.id), Held { file: line.file, name: line.name, hash: line.hash }));
        Ok(Self { tenant: written.tenant, set: written.set, objects: objects.collect() })
    }

    pub(super) fn to_text(&self) -> String {
        let objects = self.objects.iter().map(|((resource_type, id), held)| Line {
            resource_type: resource_type.clone(),
            id: id.clone(),
            name: held.name.clone(),
            file: held.file.clone(),
            hash: held.hash.clone(),
        });
        let written = Written {
            format: FORMAT.to_owned(),
            version: VERSION,
            tenant: self.tenant.clone(),
            set: self.set.clone(),
            objects: objects.collect(),
        };
        // Structures of texts and numbers can always be written.
        serde_json::to_string_pretty(&written).unwrap_or_default() + "\n"
    }
}
