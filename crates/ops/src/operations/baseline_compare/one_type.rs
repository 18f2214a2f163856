//! Comparing the objects of one type with one baseline.

use std::collections::{BTreeMap, BTreeSet};

use model::baseline::{
    BaselineItem, Deviates, Fold, HeldFinding, ItemKey, ItemState, MatchedBy, Pair, Totals, TypeAlignment, TypeComparison, judge,
    paired,
};
use model::comparison::PolicyState;
use model::diff::Veil;
use model::drift::{Deviation, Evidence, Verdict};
use model::failure::{Code, Failure};
use model::finding::{FindingKind, Resolution};
use model::resource_types::ResourceType;
use model::run::{CountKey, NewEvent};
use store::{BaselineJudged, BaselinePart, Kept, KeptMatch, KnownMatch, NewestReading, ToCompare};
use tokio::task::spawn_blocking;

use super::super::findings::{count, label};
use super::Came;
use super::pair::{deviating, is_as_known, is_kept, judged, together_judged, whole};
use crate::context::Context;
use crate::halt::Halt;

/// Objects that are held with their contents.
const PORTION: usize = 100;
/// Objects of which is written at once how they stand.
const WRITTEN: usize = 500;

/// What a comparison of one type goes by.
pub(super) struct OneType<'a> {
    pub(super) kind: &'static ResourceType,
    pub(super) veil: &'a Veil,
    pub(super) compared: &'a ToCompare,
    pub(super) newest: NewestReading,
    pub(super) known: &'a BTreeMap<ItemKey, KnownMatch>,
}

/// A deviation that has no finding yet.
struct Fresh {
    /// The pair.
    at: usize,
    kind: FindingKind,
    property: String,
    evidence: Option<Evidence>,
    base: Option<i64>,
}

/// What was found out so far.
struct Course {
    pairs: Vec<Pair>,
    held: BTreeMap<String, Vec<HeldFinding>>,
    totals: Totals,
    fold: Fold<Fresh>,
    judged: Vec<BaselineJudged>,
    kept: Kept,
    superseded: bool,
    unreadable: usize,
}

impl OneType<'_> {
    pub(super) async fn compare(
        &self,
        context: &mut Context,
        wanted: Vec<BaselineItem>,
        found: Vec<PolicyState>,
        held: BTreeMap<String, Vec<HeldFinding>>,
    ) -> Result<Came, Halt> {
        let tenant = context.scope.tenant_id().ok_or(Failure::new(Code::RunContextMissing))?;
        // What an object was that was not there the last time says nothing of which one is meant now.
        let there = self.known.iter().filter_map(|(key, known)| Some((key, known.object.as_ref()?)));
        let there = there.filter(|(_, object)| object.how != MatchedBy::Nothing);
        let remembered = there.map(|(key, object)| (key.clone(), object.clone())).collect();
        let mut course = Course {
            pairs: paired(tenant, wanted, found, &remembered),
            held,
            totals: Totals::default(),
            fold: Fold::default(),
            judged: Vec::new(),
            kept: Kept::default(),
            superseded: false,
            unreadable: 0,
        };
        let differing = self.by_hash(&mut course);
        self.by_content(context, &mut course, &differing).await?;
        self.no_longer_there(&mut course);
        self.keep(context, &mut course, 0).await?;
        self.open(context, &mut course).await?;
        if course.superseded {
            return Ok(Came::Superseded);
        }
        let type_ =
            TypeAlignment { resource_type: self.kind.key.clone(), state: TypeComparison::Compared, totals: course.totals };
        let stands = (type_, self.newest.run);
        Ok(if course.unreadable > 0 { Came::Corrupt(stands, course.kept) } else { Came::Compared(stands, course.kept) })
    }

    /// Judges what hashes, or an earlier comparison, tell. The pairs that are left.
    fn by_hash(&self, course: &mut Course) -> Vec<usize> {
        let mut differing = Vec::new();
        for at in 0..course.pairs.len() {
            let pair = &course.pairs[at];
            match (&pair.wanted, &pair.found) {
                (Some(_), Some(_)) if pair.is_same() => self.stands(course, at, ItemState::Aligned, Vec::new(), None),
                (Some(wanted), Some(found)) => {
                    match self.known.get(&wanted.key).filter(|known| is_as_known(known, wanted, found)) {
                        Some(known) => {
                            let told = |(kind, property): &(FindingKind, String)| Deviates {
                                kind: *kind,
                                property: property.clone(),
                                evidence: None,
                            };
                            self.stands(course, at, known.state, known.properties.iter().map(told).collect(), None);
                        }
                        None => differing.push(at),
                    }
                }
                (Some(_), None) => self.stands(course, at, ItemState::Missing, vec![whole(FindingKind::Removed)], None),
                (None, Some(_)) => self.extra(course, at),
                (None, None) => {}
            }
        }
        differing
    }

    /// Reads the contents of pairs and judges them, a portion after the other.
    async fn by_content(&self, context: &mut Context, course: &mut Course, differing: &[usize]) -> Result<(), Halt> {
        for (at, portion) in differing.chunks(PORTION).enumerate() {
            context.checkpoint()?;
            if differing.len() > PORTION {
                let words = format!("Comparing {}: {} of {} objects.", label(&self.kind.key), at * PORTION, differing.len());
                context.now_doing(words);
            }
            let read = self.read(context, course, portion).await?;
            context.counts.add(CountKey::Items, i64::try_from(portion.len()).unwrap_or(i64::MAX));
            for (at, read) in portion.iter().zip(read) {
                let Some((found, base)) = read else {
                    course.unreadable += 1;
                    continue;
                };
                let told = |one: Deviation| Deviates { kind: one.kind, property: one.property, evidence: Some(one.evidence) };
                let state = if found.is_empty() { ItemState::Aligned } else { ItemState::Differs };
                self.stands(course, *at, state, found.into_iter().map(told).collect(), base);
            }
            self.keep(context, course, WRITTEN).await?;
            context.report().await?;
        }
        Ok(())
    }

    /// In what each of some pairs differs that matters, and the version that is as wanted; `None`: a content cannot be read.
    async fn read(
        &self,
        context: &Context,
        course: &Course,
        portion: &[usize],
    ) -> Result<Vec<Option<(Vec<Deviation>, Option<i64>)>>, Halt> {
        let sides = |at: &usize| course.pairs[*at].wanted.as_ref().zip(course.pairs[*at].found.as_ref());
        let both: Vec<_> = portion.iter().filter_map(sides).collect();
        let asked: Vec<_> =
            both.iter().map(|(wanted, found)| (found.item_id, found.version, wanted.content_hash.as_str())).collect();
        let contents = context.store.baselines().sides(&context.scope, &asked).await?;
        let rules: Vec<(bool, BTreeSet<String>)> =
            both.iter().map(|(wanted, found)| (wanted.content_of == Some(found.tenant_id), wanted.ignored.clone())).collect();
        let (kind, veil) = (self.kind, self.veil.clone());
        let work = spawn_blocking(move || {
            let all = contents.into_iter().zip(rules);
            all.map(|(sides, (own, ignored))| deviating(kind, &veil, &sides, own, &ignored)).collect()
        });
        Ok(work.await.map_err(|_| Failure::new(Code::Internal))?)
    }

    /// An item stands so: what becomes of its findings, and what deviates without one.
    fn stands(&self, course: &mut Course, at: usize, state: ItemState, deviates: Vec<Deviates>, base: Option<i64>) {
        let pair = &course.pairs[at];
        let Some(wanted) = &pair.wanted else { return };
        let known = self.known.get(&wanted.key);
        match state {
            ItemState::Aligned => course.totals.aligned += 1,
            ItemState::Missing => course.totals.missing += 1,
            _ => course.totals.differs += 1,
        }
        let properties: Vec<_> = deviates.iter().map(|one| (one.kind, one.property.clone())).collect();
        let now = KeptMatch { how: pair.how, state, properties, wanted: wanted.wanted() };
        let held = course.held.get(&wanted.key.object_id).into_iter().flatten();
        let held: Vec<HeldFinding> = held.filter(|one| one.kind != FindingKind::Added).cloned().collect();
        let gone = if state == ItemState::Missing { Resolution::Gone } else { Resolution::Back };
        let (verdicts, fresh) = judge(deviates, &held, self.newest.from, gone);
        let kept = Some(now).filter(|now| !is_kept(known, now, pair));
        if !verdicts.is_empty() || kept.is_some() {
            let judged = judged(pair, known, base, verdicts, kept);
            course.judged.push(judged);
        }
        for one in fresh {
            let fresh = Fresh { at, kind: one.kind, property: one.property.clone(), evidence: one.evidence, base };
            course.fold.add(one.kind, &one.property, &wanted.name, fresh);
        }
    }

    /// An object that the baseline does not have.
    fn extra(&self, course: &mut Course, at: usize) {
        let pair = &course.pairs[at];
        let Some(found) = &pair.found else { return };
        if !self.compared.extras {
            return;
        }
        course.totals.extra += 1;
        let held = course.held.get(&found.object_id).into_iter().flatten();
        let held: Vec<HeldFinding> = held.filter(|one| one.kind == FindingKind::Added).cloned().collect();
        let (verdicts, fresh) = judge(vec![whole(FindingKind::Added)], &held, self.newest.from, Resolution::Back);
        if !verdicts.is_empty() {
            let judged = judged(pair, None, None, verdicts, None);
            course.judged.push(judged);
        }
        for one in fresh {
            let fresh = Fresh { at, kind: one.kind, property: String::new(), evidence: one.evidence, base: None };
            course.fold.add(one.kind, "", &found.name, fresh);
        }
    }

    /// Ends the findings of objects that the baseline did not have, and that are gone or meant by an item by now.
    fn no_longer_there(&self, course: &mut Course) {
        let extras: BTreeSet<&str> = course
            .pairs
            .iter()
            .filter(|pair| pair.wanted.is_none() && self.compared.extras)
            .filter_map(|pair| Some(pair.found.as_ref()?.object_id.as_str()))
            .collect();
        let how = if self.compared.extras { Resolution::Back } else { Resolution::Released };
        let over = course.held.iter().filter(|(key, _)| !key.is_empty() && !extras.contains(key.as_str()));
        let ended: Vec<BaselineJudged> = over
            .filter_map(|(key, held)| {
                let added = held.iter().filter(|one| one.kind == FindingKind::Added && one.state.deviates());
                let verdicts: Vec<Verdict> = added.map(|one| Verdict::Resolve { id: one.id, how }).collect();
                (!verdicts.is_empty()).then(|| BaselineJudged {
                    key: key.clone(),
                    item: None,
                    object_id: key.clone(),
                    name: String::new(),
                    number: None,
                    base: None,
                    verdicts,
                    kept: None,
                })
            })
            .collect();
        course.judged.extend(ended);
    }

    /// Keeps what was judged, once there is more of it than so many.
    async fn keep(&self, context: &mut Context, course: &mut Course, beyond: usize) -> Result<(), Halt> {
        if course.judged.len() <= beyond || course.superseded {
            return Ok(());
        }
        let judged = std::mem::take(&mut course.judged);
        let part = BaselinePart { baseline: self.compared.baseline, resource_type: &self.kind.key, newest: self.newest };
        for chunk in judged.chunks(WRITTEN) {
            context.checkpoint()?;
            let Some(kept) = context.store.findings().keep_against(&context.scope, part, chunk).await? else {
                course.superseded = true;
                return Ok(());
            };
            count(context, &kept);
            course.kept.add(&kept);
            context.report().await?;
        }
        Ok(())
    }

    /// Opens what deviates and has no finding: one by one, and together what is too much alike.
    async fn open(&self, context: &mut Context, course: &mut Course) -> Result<(), Halt> {
        let (mut singles, folded) = std::mem::take(&mut course.fold).done();
        self.evidence(context, course, &mut singles).await?;
        for one in singles {
            let pair = &course.pairs[one.at];
            let known = pair.wanted.as_ref().and_then(|wanted| self.known.get(&wanted.key));
            let evidence = one.evidence.unwrap_or_default();
            let verdict = Verdict::Open { kind: one.kind, property: one.property, base: None, evidence };
            let judged = judged(pair, known, one.base, vec![verdict], None);
            course.judged.push(judged);
        }
        let together = folded.iter().map(|one| one.count).sum::<usize>();
        if together > 0 {
            let words = format!("{}: {together} deviations are alike and told together.", label(&self.kind.key));
            context.event(NewEvent::warning("folded", words));
        }
        // One by one, because each has a name of its own.
        let mut held = course.held.remove("").unwrap_or_default();
        for one in folded {
            let at = held.iter().position(|held| held.kind == one.kind && held.property == one.property);
            let mine: Vec<HeldFinding> = at.map(|at| held.swap_remove(at)).into_iter().collect();
            let deviates = Deviates { kind: one.kind, property: one.property.clone(), evidence: Some(one.evidence.clone()) };
            let (mut verdicts, fresh) = judge(vec![deviates], &mine, self.newest.from, Resolution::Back);
            verdicts.extend(fresh.into_iter().map(|fresh| Verdict::Open {
                kind: fresh.kind,
                property: fresh.property,
                base: None,
                evidence: fresh.evidence.unwrap_or_default(),
            }));
            course.judged.push(together_judged(format!("{} objects", one.count), verdicts));
        }
        let over: Vec<Verdict> = held
            .iter()
            .filter(|one| one.state.deviates())
            .map(|one| Verdict::Resolve { id: one.id, how: Resolution::Back })
            .collect();
        if !over.is_empty() {
            course.judged.push(together_judged(String::new(), over));
        }
        course.judged.retain(|one| !one.verdicts.is_empty() || one.kept.is_some());
        self.keep(context, course, 0).await
    }

    /// Reads what deviations show that an earlier comparison found, and that are told one by one from now on.
    async fn evidence(&self, context: &mut Context, course: &Course, singles: &mut [Fresh]) -> Result<(), Halt> {
        let pairs: BTreeSet<usize> = singles.iter().filter(|one| one.evidence.is_none()).map(|one| one.at).collect();
        let pairs: Vec<usize> = pairs.into_iter().collect();
        for portion in pairs.chunks(PORTION) {
            context.checkpoint()?;
            let read = self.read(context, course, portion).await?;
            for (at, read) in portion.iter().zip(read) {
                let Some((found, base)) = read else { continue };
                for one in singles.iter_mut().filter(|one| one.at == *at) {
                    let is_it = |found: &&Deviation| found.kind == one.kind && found.property == one.property;
                    one.evidence = found.iter().find(is_it).map(|found| found.evidence.clone());
                    one.base = base;
                }
            }
        }
        Ok(())
    }
}
