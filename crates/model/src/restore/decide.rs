//! What is done with an item.

use super::{Action, Hindrance, likeness, removal, steps};
use crate::json::Json;
use crate::resource_types::{ResourceType, RestoreMode};

/// What the preview read of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Live<'a> {
    /// It is there; raw, with the ids of what is inside it.
    There(&'a Json),
    /// It is not there.
    Absent,
    /// It could not be read.
    Unread,
}

/// All that decides what is done with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation<'a> {
    /// Its type.
    pub kind: &'a ResourceType,
    /// What it shall be as a whole, with its references mapped; `None`: it shall go.
    pub wanted: Option<&'a Json>,
    /// What is there.
    pub live: Live<'a>,
    /// Whether the tenant is known to have had it.
    pub was_known: bool,
    /// What was found elsewhere to stand in the way: something unresolved, a missing secret, several that it could be …
    pub found: Option<Hindrance>,
}

/// Decides what is done. With a hindrance the action is [`Action::Skip`]; where nothing is to be written nothing stands in the way.
#[must_use]
pub fn decide(situation: &Situation<'_>) -> (Action, Option<Hindrance>) {
    let Situation { kind, wanted, live, was_known, found } = *situation;
    let skip = |hindrance| (Action::Skip, Some(hindrance));
    if let (Some(wanted), Live::There(live)) = (wanted, live)
        && found.is_none_or(leaves_wanted_known)
        && likeness(kind, wanted, live).is_same()
    {
        return (Action::Unchanged, None);
    }
    if wanted.is_none() && live == Live::Absent && found.is_none() {
        return (Action::Unchanged, None);
    }
    if let Some(hindrance) = found {
        return skip(hindrance);
    }
    if live == Live::Unread {
        return skip(Hindrance::Unread);
    }
    if let Err(hindrance) = may_write(kind) {
        return skip(hindrance);
    }
    // The id is not looked at: only whether there are steps.
    const ANY: &str = "0";
    let (action, steps) = match (wanted, live) {
        (None, Live::There(live)) => (Action::Delete, removal(kind, ANY, live)),
        (Some(wanted), Live::There(live)) => (Action::Update, steps(kind, wanted, Some(live), Some(ANY))),
        (Some(wanted), _) => (if was_known { Action::Recreate } else { Action::Create }, steps(kind, wanted, None, None)),
        (None, _) => return (Action::Unchanged, None),
    };
    match steps {
        Ok(steps) if steps.is_empty() => (Action::Unchanged, None),
        Ok(_) => (action, None),
        Err(hindrance) => skip(hindrance),
    }
}

/// Whether objects of the type are written at all.
pub(super) fn may_write(kind: &ResourceType) -> Result<(), Hindrance> {
    match kind.restore.mode {
        RestoreMode::Enabled | RestoreMode::MetadataOnly => Ok(()),
        RestoreMode::PreviewOnly => Err(Hindrance::PreviewOnly),
        RestoreMode::None => Err(Hindrance::NeverWritten),
    }
}

/// Whether it is known what the object shall be, although something stands in the way.
const fn leaves_wanted_known(hindrance: Hindrance) -> bool {
    !matches!(
        hindrance,
        Hindrance::Unresolved | Hindrance::Ambiguous | Hindrance::NameTaken | Hindrance::Damaged | Hindrance::Gone
    )
}
