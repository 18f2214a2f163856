//! What an object shall be as a whole, of which perhaps a part is put back.

use super::Part;
use super::normal::bare;
use crate::json::Json;
use crate::resource_types::ResourceType;

/// What becomes of properties of which the source says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untold {
    /// They stay as they are. Graph tells every property of an object, null where it is empty: what a source does not tell was not there
    /// when it was read, such as a property that Microsoft added since.
    Keep,
    /// They become null: an undo knows that the restore itself has written them.
    Clear,
}

/// What of a source a part is about. References are looked for and mapped in this, before it is made a whole with [`wanted`]: what is not
/// put back needs no counterpart, and what stays of the live object is of its own tenant already.
#[must_use]
pub fn concerned(kind: &ResourceType, source: &Json, part: &Part) -> Json {
    let assignments = kind.assignments.as_ref().map(|assignments| assignments.path.as_str());
    let stays = |name: &str| match part {
        Part::Whole => true,
        Part::Content => Some(name) != assignments,
        Part::Assignments => Some(name) == assignments,
        Part::Properties { names } => names.iter().any(|one| one == name),
    };
    let members = source.as_object().unwrap_or_default().iter();
    Json::Object(members.filter(|(name, _)| stays(name)).cloned().collect())
}

/// What an object shall be as a whole, without what the service makes: the source, or the live object with a part of the source.
/// `None`: only a part is wanted, and there is no object that it could be a part of.
#[must_use]
pub fn wanted(kind: &ResourceType, source: &Json, live: Option<&Json>, part: &Part, untold: Untold) -> Option<Json> {
    let source = bare(kind, source);
    let live = live.map(|live| bare(kind, live));
    let assignments = kind.assignments.as_ref().map(|assignments| assignments.path.as_str());
    let empty = || Json::Array(Vec::new());
    let whole = match (part, live) {
        (Part::Whole, None) => source,
        (Part::Whole, Some(live)) => cleared(source, &live, None, untold),
        (Part::Content, None) => {
            let mut content = source;
            if let Some(name) = assignments {
                content.remove(name);
            }
            content
        }
        (Part::Content, Some(live)) => {
            let mut content = cleared(source, &live, assignments, untold);
            if let Some(name) = assignments {
                content.remove(name);
                live.get(name).into_iter().for_each(|value| content.set(name, value.clone()));
            }
            content
        }
        (Part::Assignments, Some(mut live)) => {
            if let Some(name) = assignments {
                live.set(name, source.get(name).cloned().unwrap_or_else(empty));
            }
            live
        }
        (Part::Properties { names }, Some(mut live)) => {
            for name in names.iter().filter(|name| !kind.is_volatile(name)) {
                live.set(name, source.get(name).cloned().unwrap_or(Json::Null));
            }
            live
        }
        (Part::Assignments | Part::Properties { .. }, None) => return None,
    };
    Some(whole.sorted())
}

fn cleared(mut source: Json, live: &Json, but: Option<&str>, untold: Untold) -> Json {
    if untold == Untold::Clear {
        for (name, _) in live.as_object().unwrap_or_default() {
            if source.get(name).is_none() && name != "@odata.type" && Some(name.as_str()) != but {
                source.set(name, Json::Null);
            }
        }
    }
    source
}
