//! A portion of items from the look right before the first write to the outcome.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use model::canonical::Canonical;
use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types;
use model::restore::{Action, Outcome, removal, steps};

use super::super::restore_wanted::{filled, whole};
use super::desk::Desk;
use super::job::Job;
use super::outcome::Ended;
use super::pause::Pause;
use super::records::Records;
use crate::halt::Halt;

/// How often an object is read again because an answer was lost.
const MOST_REREADS: u32 = 3;

/// What is there right before the first write.
type Live = Result<(Json, Canonical), Failure>;

impl Desk {
    /// Brings items to their end.
    pub(super) async fn portion(&mut self, context: &mut impl Records, numbers: &[u32]) -> Result<(), Halt> {
        self.find_lost(context, numbers).await?;
        let mut ended = Vec::new();
        let mut jobs = Vec::new();
        let hashes: Vec<String> = numbers.iter().filter_map(|number| self.items.get(number)?.wanted.clone()).collect();
        let contents = context.contents(self.id(), &hashes).await?;
        let live = self.live(context, numbers).await?;
        // Somebody asked to stop meanwhile: only what an attempt wrote to already is brought to its end.
        let stops = context.checkpoint().is_err();
        for (number, live) in numbers.iter().zip(live) {
            if self.done.contains(number) || (stops && !self.touched.contains(number)) {
                continue;
            }
            match self.job(context, *number, live, &contents).await? {
                Ok(job) => jobs.push(job),
                Err(end) => ended.push(end),
            }
        }
        self.record(context, ended).await?;
        loop {
            self.rounds(context, &mut jobs).await?;
            if !jobs.iter().any(|job| job.unsure) {
                break;
            }
            self.again(context, &mut jobs, &contents).await?;
        }
        self.read_back(context, &mut jobs).await?;
        self.close(context, jobs).await
    }

    /// What is there of each, in the order given. Of one that this restore made a moment ago Graph may not know yet: it is asked again.
    async fn live(&self, context: &mut impl Records, numbers: &[u32]) -> Result<Vec<Live>, Halt> {
        let mut live = self.read(context, numbers).await?;
        for (number, answer) in numbers.iter().zip(&mut live) {
            if !self.made.contains(number) {
                continue;
            }
            let mut pause = Pause::default();
            let from = tokio::time::Instant::now();
            while matches!(answer, Err(failure) if failure.code() == Code::GraphNotFound) && from.elapsed() < context.settle() {
                if !pause.wait(context).await? {
                    break;
                }
                *answer = self.read(context, &[*number]).await?.pop().unwrap_or_else(|| Err(Failure::new(Code::Internal)));
            }
        }
        Ok(live)
    }

    /// The writes of an item, or why there are none.
    async fn job(
        &self,
        context: &impl Records,
        number: u32,
        live: Live,
        contents: &BTreeMap<String, Json>,
    ) -> Result<Result<Job, Ended>, Halt> {
        let internal = || Failure::new(Code::Internal);
        let item = self.items.get(&number).ok_or_else(internal)?;
        let failed = |code: Code| Ended { outcome: Outcome::Failed, ..Ended::left_alone(number, code) };
        let Some(kind) = resource_types::find(&item.resource_type) else { return Ok(Err(failed(Code::ResourceTypeUnknown))) };
        let goes = self.goes(number);
        // What it refers to must be there; of what is to go, what refers to it must be gone.
        let lacks = |need: &u32| if self.goes(*need) { !self.done.contains(need) } else { !self.ids.contains_key(need) };
        if item.needs.iter().any(lacks) {
            return Ok(Err(Ended::left_alone(number, Code::RestoreNeedsFailed)));
        }
        let ours = self.touched.contains(&number);
        let expects = matches!(item.action, Some(Action::Update | Action::Delete)) || self.made.contains(&number);
        let live = match live {
            Ok((raw, content)) => {
                if expects && !ours && item.before_semantic.as_deref() != Some(content.semantic.as_str()) {
                    return Ok(Err(Ended::left_alone(number, Code::RestoreObjectChanged)));
                }
                Some(raw)
            }
            Err(failure) if failure.code() != Code::GraphNotFound => return Ok(Err(failed(failure.code()))),
            Err(_) if goes || !expects => None,
            Err(failure) if self.made.contains(&number) => return Ok(Err(failed(failure.code()))),
            Err(_) => return Ok(Err(Ended::left_alone(number, Code::RestoreObjectChanged))),
        };
        let mut job = Job {
            number,
            kind,
            name: item.name.clone(),
            id: self.ids.get(&number).filter(|_| expects || goes).cloned(),
            wanted: None,
            secrets: BTreeMap::new(),
            steps: VecDeque::new(),
            sent: 0,
            young: self.made.contains(&number) || item.needs.iter().any(|need| self.made.contains(need)),
            made: self.made.contains(&number),
            stripped: Vec::new(),
            put_off: 0,
            unsure: false,
            rereads: 0,
            lost_at: None,
            outcome: None,
            after: None,
            differs: Vec::new(),
        };
        if goes {
            match (&live, &job.id) {
                (Some(raw), Some(id)) => match removal(kind, id, raw) {
                    Ok(steps) => job.steps = steps.into(),
                    Err(_) => return Ok(Err(failed(Code::RestoreHindered))),
                },
                _ => job.ends(Outcome::Verified, None),
            }
            return Ok(Ok(job));
        }
        let Some(content) = item.wanted.as_ref().and_then(|hash| contents.get(hash)) else {
            return Ok(Err(failed(Code::ContentCorrupt)));
        };
        let made = |other: u32| self.ids.get(&other).cloned();
        let Ok(wanted) = whole(kind, content, &item.part, self.restore.terms, live.as_ref(), &self.mapping, &made) else {
            return Ok(Err(failed(Code::RestoreHindered)));
        };
        job.secrets = context.secrets(self.id(), item, kind, &wanted, live.as_ref()).await?;
        job.wanted = Some(wanted);
        Ok(match self.plan(&mut job, live.as_ref()) {
            Ok(()) => Ok(job),
            Err(code) => Err(failed(code)),
        })
    }

    /// The writes that are left, by what is there.
    fn plan(&self, job: &mut Job, live: Option<&Json>) -> Result<(), Code> {
        let Some(wanted) = &job.wanted else { return Ok(()) };
        let full = filled(wanted, &job.secrets);
        let found = steps(job.kind, &full, live, job.id.as_deref()).map_err(|_| Code::RestoreHindered)?;
        let there = live.is_some();
        let learnt: BTreeSet<String> = self.learnt.get(&(job.kind.key.clone(), there)).cloned().unwrap_or_default();
        job.steps = found.into_iter().filter_map(|step| super::rounds::leaving_out(step, &learnt, &mut job.stripped)).collect();
        Ok(())
    }

    /// Objects of which an answer was lost are read again, and the writes that are left found anew.
    async fn again(
        &mut self,
        context: &mut impl Records,
        jobs: &mut [Job],
        contents: &BTreeMap<String, Json>,
    ) -> Result<(), Halt> {
        for job in jobs.iter_mut().filter(|job| job.unsure) {
            job.unsure = false;
            job.rereads += 1;
            if job.rereads > MOST_REREADS {
                job.ends(Outcome::Failed, Some(Code::GraphUnavailable));
                continue;
            }
            let live = self.live(context, &[job.number]).await?.pop().unwrap_or_else(|| Err(Failure::new(Code::Internal)));
            let goes = self.goes(job.number);
            match live {
                Err(failure) if failure.code() == Code::GraphNotFound && goes => job.steps.clear(),
                Err(failure) => job.fails(&failure),
                Ok((raw, _)) if goes => match removal(job.kind, job.id.as_deref().unwrap_or_default(), &raw) {
                    Ok(steps) => job.steps = steps.into(),
                    Err(_) => job.ends(Outcome::Failed, Some(Code::RestoreHindered)),
                },
                Ok((raw, _)) => {
                    let item = self.items.get(&job.number).ok_or_else(|| Failure::new(Code::Internal))?;
                    let made = |other: u32| self.ids.get(&other).cloned();
                    let content = item.wanted.as_ref().and_then(|hash| contents.get(hash));
                    let wanted = content.and_then(|content| {
                        whole(job.kind, content, &item.part, self.restore.terms, Some(&raw), &self.mapping, &made).ok()
                    });
                    match wanted {
                        Some(wanted) => job.wanted = Some(wanted),
                        None => job.ends(Outcome::Failed, Some(Code::RestoreHindered)),
                    }
                    if job.outcome.is_none()
                        && let Err(code) = self.plan(job, Some(&raw))
                    {
                        job.ends(Outcome::Failed, Some(code));
                    }
                }
            }
        }
        Ok(())
    }

    /// Keeps what was read back, and records what came of the items.
    async fn close(&mut self, context: &mut impl Records, jobs: Vec<Job>) -> Result<(), Halt> {
        let asked = context.now().await?;
        let (mut ended, mut observed) = (Vec::with_capacity(jobs.len()), Vec::new());
        for job in jobs {
            let (outcome, code) = job.outcome.unwrap_or((Outcome::Failed, Some(Code::Internal)));
            let seen = job.after.zip(job.id.clone());
            let seen = seen.map(|(raw, id)| super::super::inventory_sync::one::observed(job.kind, &id, asked, raw));
            let after = seen.as_ref().map(|item| item.content.clone());
            observed.extend(seen);
            // Also what an attempt wrote that was lost before it could say so.
            let result_id = job.id.filter(|_| job.sent > 0 || job.made || self.touched.contains(&job.number));
            ended.push(Ended {
                number: job.number,
                outcome,
                code,
                result_id,
                after,
                stripped: job.stripped,
                differs: job.differs,
            });
        }
        if !observed.is_empty() {
            context.observe(observed).await?;
        }
        self.record(context, ended).await
    }
}
