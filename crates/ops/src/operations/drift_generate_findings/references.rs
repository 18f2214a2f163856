//! References that lead nowhere and objects that nobody uses, as findings. They are of how the tenant is, not of what changed: each
//! check looks at all of them.
//!
//! - One finding of each object and of what it refers to; where there would be very many of one kind, one of all of them.
//! - Only what is told is found ([`model::links`]); what is not told any more stays as it stands, unless something shows that it was
//!   mended.

use std::collections::{BTreeMap, BTreeSet};

use model::baseline::{Deviates, Fold, Folded, HeldFinding, judge};
use model::drift::{Evidence, Verdict};
use model::failure::{Code, Failure};
use model::finding::{FindingKind, Resolution, reference_evidence, reference_property};
use model::ids::{FindingId, InventoryItemId};
use model::links::{Dangling, Fate, LinkKind, OrphanKind, Telling};
use model::page::Cursor;
use model::restore::Reference;
use model::run::NewEvent;
use model::time::Moment;
use store::{HeldReference, Kept, ReferenceJudged, ReferenceSubject};

use super::super::findings::{count, label};
use crate::context::Context;
use crate::halt::Halt;

/// Rows that are read at once.
const ROWS: u32 = 500;
/// Findings that are written at once.
const WRITTEN: usize = 200;

/// What tells a finding: type, object, kind and property.
type Key = (String, String, FindingKind, String);
/// What is told together, if there is very much of it: the kind, and the type of what is referred to or used by nobody.
type Group = (FindingKind, String);

/// Something that is told of one object.
struct Told {
    subject: ReferenceSubject,
    kind: FindingKind,
    property: String,
    evidence: Evidence,
    group: String,
    confirmed: bool,
    as_of: Moment,
}

/// What was found out so far.
#[derive(Default)]
struct Course {
    /// Findings of which nothing was told yet.
    held: BTreeMap<Key, HeldReference>,
    fold: Fold<Told>,
    /// How far back the oldest goes of what has no finding.
    as_of: BTreeMap<Group, Moment>,
    /// Of these something is told that may be newer than what exists was read.
    unsure: BTreeSet<Group>,
    judged: Vec<ReferenceJudged>,
    seen: Vec<FindingId>,
}

/// Looks at all of them and keeps what was found.
pub(super) async fn references(context: &mut Context) -> Result<Kept, Halt> {
    let held = context.store.findings().held_references(&context.scope).await?;
    let mut course = Course { held: held.into_iter().map(|one| (key(&one), one)).collect(), ..Course::default() };
    context.phase("Looking at what objects refer to.".to_owned());
    dangling(context, &mut course).await?;
    for kind in OrphanKind::ALL {
        orphans(context, &mut course, *kind).await?;
    }
    let left = course.open();
    mended(context, &mut course, left).await?;
    together(context, &mut course).await?;
    let mut kept = Kept::default();
    let seen = std::mem::take(&mut course.seen);
    for (at, chunk) in course.judged.chunks(WRITTEN).enumerate() {
        context.checkpoint()?;
        let seen = if at == 0 { seen.as_slice() } else { &[] };
        kept.add(&context.store.findings().keep_references(&context.scope, chunk, seen).await?);
    }
    if course.judged.is_empty() && !seen.is_empty() {
        context.store.findings().keep_references(&context.scope, &[], &seen).await?;
    }
    count(context, &kept);
    context.report().await?;
    Ok(kept)
}

fn key(held: &HeldReference) -> Key {
    let (subject, finding) = (&held.subject, &held.finding);
    (subject.resource_type.clone(), subject.object_id.clone(), finding.kind, finding.property.clone())
}

/// References that lead nowhere: rows of one object and one target stand together.
async fn dangling(context: &mut Context, course: &mut Course) -> Result<(), Halt> {
    let (mut cursor, mut before): (Option<Cursor>, Option<(Dangling, BTreeSet<LinkKind>)>) = (None, None);
    loop {
        context.checkpoint()?;
        let page = context.store.links().dangling_in(&context.scope, cursor.as_ref(), ROWS).await?;
        for row in page.rows {
            let kind = row.kind;
            match &mut before {
                Some((one, kinds)) if one.item == row.item && one.end.to == row.end.to => _ = kinds.insert(kind),
                _ => course.add(before.replace((row, BTreeSet::from([kind]))).map(nowhere)),
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            course.add(before.map(nowhere));
            return Ok(());
        }
    }
}

fn nowhere((row, kinds): (Dangling, BTreeSet<LinkKind>)) -> Told {
    let to = row.end.to;
    Told {
        kind: FindingKind::ReferenceDangling,
        property: reference_property(&to),
        evidence: reference_evidence(&to, &kinds),
        subject: ReferenceSubject {
            resource_type: row.resource_type,
            object_id: row.object_id,
            item: Some(row.item),
            name: row.name,
        },
        group: to.resource_type,
        confirmed: row.confirmed,
        as_of: row.as_of,
    }
}

/// Objects that nobody uses.
async fn orphans(context: &mut Context, course: &mut Course, kind: OrphanKind) -> Result<(), Halt> {
    let mut cursor = None;
    loop {
        context.checkpoint()?;
        let page = context.store.links().orphans_in(&context.scope, kind, cursor.as_ref(), ROWS).await?;
        for row in page.rows {
            course.add(Some(Told {
                kind: FindingKind::Unused,
                property: String::new(),
                evidence: Evidence::default(),
                group: row.resource_type.clone(),
                subject: ReferenceSubject {
                    resource_type: row.resource_type,
                    object_id: row.object_id,
                    item: Some(row.item),
                    name: row.name,
                },
                confirmed: row.confirmed,
                as_of: row.as_of,
            }));
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(());
        }
    }
}

impl Course {
    /// Takes what is told of one object.
    fn add(&mut self, told: Option<Told>) {
        let Some(told) = told else { return };
        let (subject, group) = (&told.subject, (told.kind, told.group.clone()));
        let key = (subject.resource_type.clone(), subject.object_id.clone(), told.kind, told.property.clone());
        match self.held.remove(&key) {
            Some(held) if told.confirmed => self.judge(told.subject.clone(), held, Some(told.evidence), told.as_of),
            // It stands as it stands until what exists was read again.
            Some(_) => {}
            None if told.confirmed => {
                self.as_of.entry(group).and_modify(|at| *at = (*at).min(told.as_of)).or_insert(told.as_of);
                let name = told.subject.name.clone();
                self.fold.add(told.kind, &told.group.clone(), &name, told);
            }
            None => _ = self.unsure.insert(group),
        }
    }

    /// What becomes of a finding that still holds.
    fn judge(&mut self, subject: ReferenceSubject, held: HeldReference, evidence: Option<Evidence>, as_of: Moment) {
        let HeldFinding { id, kind, .. } = held.finding;
        let deviates = vec![Deviates { kind, property: held.finding.property.clone(), evidence }];
        let (verdicts, _) = judge(deviates, std::slice::from_ref(&held.finding), as_of, Resolution::Mended);
        if verdicts.is_empty() && held.finding.state.deviates() {
            self.seen.push(id);
        }
        let judged = |verdict| ReferenceJudged { subject: subject.clone(), verdict, revision: Some(held.revision) };
        self.judged.extend(verdicts.into_iter().map(judged));
    }

    fn resolve(&mut self, held: HeldReference, how: Resolution) {
        let verdict = Verdict::Resolve { id: held.finding.id, how };
        self.judged.push(ReferenceJudged { subject: held.subject, verdict, revision: Some(held.revision) });
    }

    /// The findings of single objects that are open, and of which nothing was told.
    fn open(&mut self) -> Vec<HeldReference> {
        let is = |key: &Key, one: &HeldReference| !key.1.is_empty() && one.finding.state.deviates();
        self.held.extract_if(.., |key, one| is(key, one)).map(|(_, one)| one).collect()
    }
}

/// Resolves those of which something shows that they were mended.
async fn mended(context: &mut Context, course: &mut Course, left: Vec<HeldReference>) -> Result<(), Halt> {
    let (there, gone): (Vec<_>, Vec<_>) = left.into_iter().partition(|one| one.subject.item.is_some());
    for held in gone {
        course.resolve(held, Resolution::Gone);
    }
    let asked: Vec<(InventoryItemId, Option<Reference>)> =
        there.iter().filter_map(|one| Some((one.subject.item?, target(&one.finding)))).collect();
    let fates = context.store.links().fates(&context.scope, &asked).await?;
    for (held, fate) in there.into_iter().zip(fates) {
        match fate {
            Fate::Gone => course.resolve(held, Resolution::Gone),
            Fate::Mended => course.resolve(held, Resolution::Mended),
            Fate::Unknown => {}
        }
    }
    Ok(())
}

/// What a finding's reference leads to; `None`: it is of an object that nobody uses.
fn target(finding: &HeldFinding) -> Option<Reference> {
    let (resource_type, id) = finding.property.split_once(' ')?;
    Some(Reference::new(resource_type, id))
}

/// Opens what has no finding: one by one, and together what is too much alike.
async fn together(context: &mut Context, course: &mut Course) -> Result<(), Halt> {
    let (singles, folded) = std::mem::take(&mut course.fold).done();
    for told in singles {
        let verdict = Verdict::Open { kind: told.kind, property: told.property, base: None, evidence: told.evidence };
        course.judged.push(ReferenceJudged { subject: told.subject, verdict, revision: None });
    }
    for Folded { kind, property: group, count, evidence } in folded {
        let (what, more) = match kind {
            FindingKind::Unused => ("objects", "are used by nobody"),
            _ => ("references", "lead nowhere"),
        };
        let words = format!("{}: {count} {what} {more}. They are told together.", label(&group));
        context.event(NewEvent::warning("folded", words));
        let name = format!("{count} {what}");
        let subject = ReferenceSubject { resource_type: group.clone(), object_id: String::new(), item: None, name };
        let as_of = course.as_of.get(&(kind, group.clone())).copied();
        match (course.held.remove(&(group, String::new(), kind, String::new())), as_of) {
            (Some(held), Some(as_of)) => course.judge(subject, held, Some(evidence), as_of),
            _ => {
                let verdict = Verdict::Open { kind, property: String::new(), base: None, evidence };
                course.judged.push(ReferenceJudged { subject, verdict, revision: None });
            }
        }
    }
    // Those that told many together, and do so no more.
    let is = |key: &Key, one: &HeldReference| key.1.is_empty() && one.finding.state.deviates();
    let over: Vec<_> = course.held.extract_if(.., |key, one| is(key, one)).map(|(_, one)| one).collect();
    for held in over {
        let group = (held.finding.kind, held.subject.resource_type.clone());
        if !course.unsure.contains(&group) && all_is_told(context, &group).await? {
            course.resolve(held, Resolution::Mended);
        }
    }
    Ok(())
}

/// Whether nothing of the kind can be there that was not told.
async fn all_is_told(context: &Context, (kind, group): &Group) -> Result<bool, Halt> {
    let looking = context.scope.looking().ok_or(Failure::new(Code::RunContextMissing))?;
    let links = context.store.links();
    let telling: Telling = if *kind == FindingKind::Unused {
        let of = OrphanKind::ALL.iter().copied().find(|kind| kind.resource_type() == Some(group.as_str()));
        links.orphans_told(&looking, of.unwrap_or(OrphanKind::Unassigned)).await?
    } else {
        let mut telling = links.dangling_told(&looking).await?;
        telling.untold.retain(|one| one.resource_type == *group);
        telling
    };
    Ok(telling.waiting == 0 && telling.untold.is_empty())
}
