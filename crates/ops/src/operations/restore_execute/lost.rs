//! Creates whose answer was lost. The list is searched for an object that was not there before, that this restore did not make, and that
//! says the same: exactly one is ours; where there is none for as long as Graph may take to show it, nothing was made and the create may be
//! sent again; where there are several, nobody knows, and a person has to look.

use std::collections::BTreeSet;

use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types;
use model::restore::{Effect, JournalKind, Outcome, Step, fingerprint};
use store::NewLine;
use tokio::time::Instant;

use super::super::restore_live::{Address, names, read_many};
use super::super::restore_wanted::{of_item, whole};
use super::desk::Desk;
use super::job::Job;
use super::outcome::Ended;
use super::pause::Pause;
use super::records::Records;
use crate::halt::Halt;

/// How often a create is sent, all told.
const MOST_CREATES: u32 = 3;

/// What the search found.
enum Search {
    One(String),
    Nothing,
    Several,
    /// Somebody asked to stop before Graph would have had to show it.
    Stopped,
    /// The list cannot be read.
    Blind(Failure),
}

impl Desk {
    /// Of items whose create an earlier attempt sent without getting an answer: what it made.
    pub(super) async fn find_lost(&mut self, context: &mut impl Records, numbers: &[u32]) -> Result<(), Halt> {
        let lost: Vec<u32> = numbers.iter().copied().filter(|number| self.pending.contains_key(number)).collect();
        // All were sent before this attempt began: what Graph has to show by now of one it has to show of each.
        let since = Instant::now();
        for number in lost {
            let Some(before) = self.pending.remove(&number) else { continue };
            let Some(item) = self.items.get(&number).cloned() else { continue };
            let Some(kind) = resource_types::find(&item.resource_type) else { continue };
            let hashes: Vec<String> = item.wanted.iter().cloned().collect();
            let contents = context.contents(self.id(), &hashes).await?;
            let made = |other: u32| self.ids.get(&other).cloned();
            let content = item.wanted.as_ref().and_then(|hash| contents.get(hash));
            let wanted =
                content.and_then(|content| whole(kind, content, &item.part, self.restore.terms, None, &self.mapping, &made).ok());
            let Some(wanted) = wanted else { continue };
            let found = self.search(context, kind, &item.name, &wanted, &before, since).await?;
            let said = |kind, object_id| NewLine { effect: Some(Effect::Create), object_id, ..NewLine::of(Some(number), kind) };
            let line = match found {
                Search::One(id) => {
                    self.ids.insert(number, id.clone());
                    self.made.insert(number);
                    said(JournalKind::Found, Some(id))
                }
                // It may be sent as if it never had been.
                Search::Nothing => said(JournalKind::NothingMade, None),
                Search::Several | Search::Stopped => {
                    let end = Ended { outcome: Outcome::Uncertain, ..Ended::left_alone(number, Code::RestoreUncertain) };
                    self.record(context, vec![end]).await?;
                    continue;
                }
                Search::Blind(failure) => {
                    let end = Ended { outcome: Outcome::Uncertain, ..Ended::left_alone(number, failure.code()) };
                    self.record(context, vec![end]).await?;
                    continue;
                }
            };
            context.note(self.id(), &[line]).await?;
        }
        Ok(())
    }

    /// Of a job whose create got no answer: what it made.
    pub(super) async fn find_made(&mut self, context: &mut impl Records, job: &mut Job) -> Result<(), Halt> {
        let since = job.lost_at.take().unwrap_or_else(Instant::now);
        let before = self.before.get(&job.kind.key).cloned().unwrap_or_default();
        let Some((wanted, step)) = job.wanted.clone().zip(job.steps.front().cloned()) else { return Ok(()) };
        let found = self.search(context, job.kind, &job.name, &wanted, &before, since).await?;
        let line = match found {
            Search::One(id) => {
                let line = NewLine { object_id: Some(id.clone()), ..said(job, &step, JournalKind::Found) };
                self.is_made(job, id);
                job.steps.pop_front();
                line
            }
            Search::Nothing if job.sent < MOST_CREATES => said(job, &step, JournalKind::NothingMade),
            Search::Nothing => {
                job.ends(Outcome::Failed, Some(Code::GraphUnavailable));
                said(job, &step, JournalKind::NothingMade)
            }
            Search::Several | Search::Stopped => {
                job.ends(Outcome::Uncertain, Some(Code::RestoreUncertain));
                return Ok(());
            }
            Search::Blind(failure) => {
                job.ends(Outcome::Uncertain, Some(failure.code()));
                return Ok(());
            }
        };
        context.note(self.id(), &[line]).await
    }

    /// Searches the list, again and again until Graph would have to show what was made since `since`.
    async fn search(
        &self,
        context: &mut impl Records,
        kind: &'static model::resource_types::ResourceType,
        name: &str,
        wanted: &Json,
        before: &BTreeSet<String>,
        since: Instant,
    ) -> Result<Search, Halt> {
        let print = fingerprint(kind, wanted);
        let ours = self.ours(&kind.key);
        let name = name.trim().to_lowercase();
        let mut pause = Pause::default();
        loop {
            let there = match names(&self.session, kind).await {
                Ok(there) => there,
                Err(failure) => return Ok(Search::Blind(of_item(failure)?)),
            };
            let new = there.into_iter().filter(|one| {
                let id = one.id.to_lowercase();
                !before.contains(&id) && !ours.contains(&id) && one.name.trim().to_lowercase() == name
            });
            let ids: Vec<String> = new.map(|one| one.id).collect();
            let addresses = ids.iter().map(|id| Address { kind, id: id.clone(), concrete: None }).collect();
            let answers = read_many(&self.session, addresses).await;
            let unread = answers.iter().any(|answer| answer.as_ref().is_err_and(|failure| failure.code() != Code::GraphNotFound));
            let mut alike: Vec<String> = ids
                .into_iter()
                .zip(&answers)
                .filter(|(_, answer)| answer.as_ref().is_ok_and(|raw| fingerprint(kind, raw) == print))
                .map(|(id, _)| id)
                .collect();
            match alike.len() {
                0 if since.elapsed() >= context.settle() && !unread => return Ok(Search::Nothing),
                0 if since.elapsed() >= context.settle() => return Ok(Search::Several),
                0 => {}
                1 => return Ok(alike.pop().map_or(Search::Nothing, Search::One)),
                _ => return Ok(Search::Several),
            }
            if !pause.wait(context).await? {
                return Ok(Search::Stopped);
            }
        }
    }
}

fn said(job: &Job, step: &Step, kind: JournalKind) -> NewLine {
    super::rounds::line(job, step, kind)
}
