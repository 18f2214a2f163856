//! What is known, judged and different of one pair.

use std::collections::BTreeSet;

use model::baseline::{BaselineItem, Deviates, ItemState, Pair};
use model::comparison::PolicyState;
use model::diff::Veil;
use model::drift::{Deviation, Evidence, Verdict, deviations, plain};
use model::finding::FindingKind;
use model::resource_types::ResourceType;
use store::{BaselineJudged, KeptMatch, KnownMatch, Sides};

/// The object as a whole.
pub(super) fn whole(kind: FindingKind) -> Deviates {
    Deviates { kind, property: String::new(), evidence: Some(Evidence::default()) }
}

/// Whether both sides are what they were when they were compared.
pub(super) fn is_as_known(known: &KnownMatch, wanted: &BaselineItem, found: &PolicyState) -> bool {
    known.object.as_ref().is_some_and(|object| object.item == found.item_id)
        && known.version == Some(found.version)
        && known.wanted == wanted.wanted()
}

/// Whether that is what is known already.
pub(super) fn is_kept(known: Option<&KnownMatch>, now: &KeptMatch, pair: &Pair) -> bool {
    known.is_some_and(|known| {
        let object = known.object.as_ref();
        let same = match &pair.found {
            Some(found) => object.is_some_and(|object| object.item == found.item_id && object.how == now.how),
            // What it was is remembered until there is another one.
            None => known.version.is_none(),
        };
        let version = now.state == ItemState::Aligned || known.version == pair.found.as_ref().map(|found| found.version);
        let wanted = now.state != ItemState::Differs || known.wanted == now.wanted;
        same && version && wanted && known.state == now.state && known.properties == now.properties
    })
}

pub(super) fn judged(
    pair: &Pair,
    known: Option<&KnownMatch>,
    base: Option<i64>,
    verdicts: Vec<Verdict>,
    kept: Option<KeptMatch>,
) -> BaselineJudged {
    let (wanted, found) = (pair.wanted.as_ref(), pair.found.as_ref());
    let key = wanted.map(|wanted| &wanted.key.object_id).or(found.map(|found| &found.object_id));
    let name = found.map(|found| &found.name).or(wanted.map(|wanted| &wanted.name));
    let object_id = found.map(|found| &found.object_id).or(key);
    // Of an object that is gone its item is still known.
    let item = found.map(|found| found.item_id).or_else(|| Some(known?.object.as_ref()?.item));
    BaselineJudged {
        key: key.cloned().unwrap_or_default(),
        item,
        object_id: object_id.cloned().unwrap_or_default(),
        name: name.cloned().unwrap_or_default(),
        number: found.map(|found| found.version),
        base,
        verdicts,
        kept,
    }
}

/// What is said of many objects together.
pub(super) fn together_judged(name: String, verdicts: Vec<Verdict>) -> BaselineJudged {
    BaselineJudged {
        key: String::new(),
        item: None,
        object_id: String::new(),
        name,
        number: None,
        base: None,
        verdicts,
        kept: None,
    }
}

/// In what they differ that matters; `None`: one of them cannot be read. Whose assignments and scope tags are another tenant's, of that
/// only the rest counts.
pub(super) fn deviating(
    kind: &ResourceType,
    veil: &Veil,
    sides: &Sides,
    own: bool,
    ignored: &BTreeSet<String>,
) -> Option<(Vec<Deviation>, Option<i64>)> {
    let (wanted, now) = (sides.wanted.as_ref()?, sides.now.as_ref()?);
    let mut found = deviations(Some(kind), &plain(Some(kind), veil, wanted), &plain(Some(kind), veil, now));
    found.retain(|one| (own || one.kind == FindingKind::Changed) && !ignored.contains(&one.property));
    Some((found, sides.base))
}
