//! Backup sets out of invented and of real tenants.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::PathBuf;

use graph_sim::{Size, TenantState, generate};
use model::canonical::canonical;
use model::json::Json;
use model::resource_types::{self, ResourceType, StoredIn};
use model::time::Moment;
use ops::archive::{
    ArchiveError, Certificate, Imported, Key, Limits, Protection, Report, SetHeader, SetLine, SetObject, Source, TenantLine,
    export, import, open_file,
};

pub(crate) fn moment() -> Moment {
    Moment::parse("2026-11-21T20:00:00Z").unwrap()
}

/// An object as a backup set holds it.
pub(crate) fn set_object(kind: &ResourceType, id: &str, object: Json) -> SetObject {
    let name = kind.name_of(&object).unwrap_or_default().to_owned();
    let stored = canonical(kind, object);
    SetObject {
        resource_type: kind.key.clone(),
        object_id: id.to_owned(),
        name,
        captured_at: moment(),
        hash: stored.hash,
        content: Json::parse(stored.text.as_bytes()).unwrap(),
        volatile: Json::parse(stored.volatile.as_bytes()).unwrap(),
    }
}

/// Whole objects with their types and ids, as a sync would keep them.
pub(crate) type Objects = BTreeMap<(&'static str, String), Json>;

/// Objects of an invented tenant.
pub(crate) fn invented(policies: usize) -> Objects {
    let state: TenantState = generate(7, Size { policies, groups: 20 }, moment());
    let kinds = resource_types::all().iter().filter(|kind| kind.stored_in == StoredIn::Inventory);
    let of = |kind: &'static ResourceType| {
        let state = &state;
        state.ids(&kind.key).into_iter().filter_map(move |id| {
            let object = state.object(&kind.key, &id)?;
            Some(((kind.key.as_str(), id), object))
        })
    };
    kinds.flat_map(of).collect()
}

/// Objects of each real export, by the name of its folder; empty where there are none.
pub(crate) fn real(test: &str) -> BTreeMap<String, Objects> {
    let mut tenants = BTreeMap::new();
    let Some(data) = testkit::graph::test_data(test) else { return tenants };
    for tenant in folders(&data.join("tenants")) {
        let mut objects = Objects::new();
        for folder in folders(&tenant) {
            let Some(kind) = resource_types::find(&name_of(&folder)) else { continue };
            for file in fs::read_dir(&folder).unwrap() {
                let object = Json::parse(&fs::read(file.unwrap().path()).unwrap()).unwrap();
                if let Some(id) = kind.id_of(&object).map(str::to_owned) {
                    objects.insert((&kind.key, id), object);
                }
            }
        }
        tenants.insert(name_of(&tenant), objects);
    }
    tenants
}

fn folders(of: &std::path::Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(of).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

fn name_of(path: &std::path::Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// What a set says of itself; every type of the objects was read to the end.
pub(crate) fn header<'a>(types: impl IntoIterator<Item = &'a str>) -> SetHeader {
    let certificate = |key: &str| Certificate {
        resource_type: key.to_owned(),
        state: "complete".to_owned(),
        whole: true,
        objects: 1,
        pages: 1,
        failure: None,
        read_at: moment(),
    };
    SetHeader {
        tenant: TenantLine { entra_id: "0f0f0f0f-1111-2222-3333-444444444444".to_owned(), name: "Contoso | <b>".to_owned() },
        set: SetLine { id: "set-1".to_owned(), name: "Nightly".to_owned(), captured_at: moment(), complete: true },
        coverage: types.into_iter().map(certificate).collect(),
        missing: Vec::new(),
    }
}

/// The set objects of objects, in order.
pub(crate) fn set_of(objects: &Objects) -> Vec<SetObject> {
    let of = |((key, id), object): (&(&str, String), &Json)| set_object(resource_types::find(key).unwrap(), id, object.clone());
    objects.iter().map(of).collect()
}

/// The bytes of an export.
pub(crate) fn exported(set: &[SetObject], protection: &Protection) -> Vec<u8> {
    let mut types: Vec<&str> = set.iter().map(|object| object.resource_type.as_str()).collect();
    types.dedup();
    let objects = set.iter().cloned().map(Ok::<_, std::convert::Infallible>);
    export(Vec::new(), &header(types), moment(), protection, &Limits::default(), objects).unwrap().0
}

/// An archive out of bytes.
pub(crate) fn opened(bytes: &[u8], key: Option<&Key>, limits: &Limits) -> Result<Box<dyn Source>, ArchiveError> {
    open_file(Box::new(Cursor::new(bytes.to_vec())), key, limits)
}

/// Everything in an archive.
pub(crate) fn read(source: &mut dyn Source, limits: &Limits) -> Result<(Report, Vec<Imported>), ArchiveError> {
    let mut found = Vec::new();
    let report = import(source, limits, &mut |object| {
        found.push(object);
        Ok(())
    })?;
    Ok((report, found))
}

/// Everything in a zip.
pub(crate) fn read_zip(bytes: &[u8], key: Option<&Key>) -> Result<(Report, Vec<Imported>), ArchiveError> {
    let limits = Limits::default();
    read(&mut *opened(bytes, key, &limits)?, &limits)
}
