//! Writing side by side: in each round the next write of every item. What is going to be sent is in the journal before, what came of it
//! after.

use std::collections::BTreeSet;

use model::failure::Code;
use model::json::Json;
use model::restore::{Effect, JournalKind, MOST_LEARNT, Outcome, Step, without};
use outbound::graph::{Refused, Write, Written};
use store::{AskedApproval, NewLine};

use super::super::restore_live::names;
use super::super::restore_wanted::of_item;
use super::desk::{Desk, listed};
use super::job::Job;
use super::pause::{Pause, go_on};
use super::records::Records;
use crate::halt::Halt;

/// How often a write is put off because Graph does not show yet what it refers to, or somebody else writes at the same time.
const MOST_PUT_OFF: u32 = 7;

/// The step without what Graph called read-only before; what was left out is noted.
pub(super) fn leaving_out(step: Step, learnt: &BTreeSet<String>, stripped: &mut Vec<String>) -> Option<Step> {
    let held = |name: &&String| step.body.as_ref().is_some_and(|body| body.get(name).is_some());
    let names: Vec<String> = learnt.iter().filter(held).cloned().collect();
    if names.is_empty() || !matches!(step.effect, Effect::Create | Effect::Change) {
        return Some(step);
    }
    for name in &names {
        if !stripped.contains(name) {
            stripped.push(name.clone());
        }
    }
    // Where nothing else was to be written, nothing is.
    without(&step, &names)
}

impl Desk {
    /// Sends every write of the jobs, as far as each is taken.
    pub(super) async fn rounds(&mut self, context: &mut impl Records, jobs: &mut [Job]) -> Result<(), Halt> {
        let mut pause = Pause::default();
        loop {
            self.list_before(context, jobs).await?;
            let open: Vec<usize> = jobs.iter().enumerate().filter(|(_, job)| job.is_open()).map(|(at, _)| at).collect();
            if open.is_empty() {
                return Ok(());
            }
            let put_off: u32 = jobs.iter().map(|job| job.put_off).sum();
            let mut intents = Vec::with_capacity(open.len());
            let mut writes = Vec::with_capacity(open.len());
            for at in &open {
                let Some((job, step)) = jobs.get(*at).and_then(|job| Some((job, job.steps.front()?))) else { continue };
                intents.push(line(job, step, JournalKind::Intent));
                let ready = step.ready(job.id.as_deref(), &self.root);
                let write = Write::of_step(&ready, None).because(&format!("Restore “{}” by TenantAtlas", self.restore.name));
                writes.push(match self.asked.get(&job.mark(&ready)) {
                    Some(code) => write.approved_as(code.clone()),
                    None => write,
                });
            }
            context.note(self.id(), &intents).await?;
            for at in &open {
                if let Some(job) = jobs.get_mut(*at) {
                    self.touched.insert(job.number);
                    job.sent += 1;
                }
            }
            // Never dropped half-way: what is under way is brought to its answer, whoever asks to stop.
            let written = self.session.write_many(writes).await;
            let mut lines = Vec::with_capacity(open.len());
            let mut halts = None;
            for (at, written) in open.iter().zip(written) {
                if let Some(job) = jobs.get_mut(*at) {
                    *self.sent.entry(job.number).or_default() += 1;
                    match self.answered(job, written, &mut lines) {
                        Ok(()) => {}
                        Err(halt) => halts = Some(halt),
                    }
                }
            }
            context.note(self.id(), &lines).await?;
            if let Some(halt) = halts {
                return Err(halt);
            }
            for job in jobs.iter_mut().filter(|job| job.lost_at.is_some() && job.outcome.is_none()) {
                self.find_made(context, job).await?;
            }
            if jobs.iter().map(|job| job.put_off).sum::<u32>() > put_off {
                // Nobody waits any more: each is tried once more, and comes to its end.
                if !pause.wait(context).await? {
                    jobs.iter_mut().for_each(|job| job.put_off = MOST_PUT_OFF);
                }
            }
            self.tell(context);
            go_on(context.report().await)?;
        }
    }

    /// Before the first object of a type is made, the ids of all of them are in the journal: by them it is known later what was made.
    async fn list_before(&mut self, context: &mut impl Records, jobs: &mut [Job]) -> Result<(), Halt> {
        let creates = |job: &&mut Job| job.is_open() && job.steps.front().is_some_and(|step| step.effect == Effect::Create);
        for job in jobs.iter_mut().filter(creates) {
            if self.before.contains_key(&job.kind.key) {
                continue;
            }
            match names(&self.session, job.kind).await {
                Ok(there) => {
                    let ids: BTreeSet<String> = there.into_iter().map(|one| one.id.to_lowercase()).collect();
                    let line = NewLine { data: Some(listed(&job.kind.key, &ids)), ..NewLine::of(None, JournalKind::Listed) };
                    context.note(self.id(), &[line]).await?;
                    self.before.insert(job.kind.key.clone(), ids);
                }
                // Without it an object could be made twice: none is made.
                Err(failure) => job.fails(&of_item(failure)?),
            }
        }
        Ok(())
    }

    /// What an answer means for its job.
    fn answered(&mut self, job: &mut Job, written: Written, lines: &mut Vec<NewLine>) -> Result<(), Halt> {
        let Some(step) = job.steps.front().cloned() else { return Ok(()) };
        let mut said = line(job, &step, JournalKind::Result);
        match written {
            Written::Done { status, body } => {
                said.status = Some(status);
                if step.effect == Effect::Create {
                    let id = body.as_ref().and_then(|body| made_id(job, body));
                    let Some(id) = id else {
                        // It was made, and nobody says under which id: found as if the answer had been lost.
                        job.lost_at = Some(tokio::time::Instant::now());
                        return Ok(());
                    };
                    said.object_id = Some(id.clone());
                    self.is_made(job, id);
                }
                job.steps.pop_front();
                lines.push(said);
            }
            Written::Refused(refused) if !refused.uncertain => {
                said.code = Some(refused.failure.code().code());
                let mark = job.mark(&step.ready(job.id.as_deref(), &self.root));
                if let Some(code) = &refused.approval_code {
                    said.data = Some(AskedApproval::kept(&mark.1, code.as_str()));
                    self.asked.insert(mark.clone(), code.clone());
                }
                let halted = self.refused(job, &step, mark, refused, lines);
                lines.push(said);
                return halted;
            }
            Written::Refused(Refused { failure, .. }) | Written::Lost { failure } => {
                if step.effect == Effect::Create {
                    job.lost_at = Some(tokio::time::Instant::now());
                } else {
                    job.unsure = true;
                    said.code = Some(failure.code().code());
                    lines.push(said);
                }
            }
        }
        Ok(())
    }

    /// The object is there under that id.
    pub(super) fn is_made(&mut self, job: &mut Job, id: String) {
        self.ids.insert(job.number, id.clone());
        self.made.insert(job.number);
        (job.id, job.made, job.young, job.lost_at) = (Some(id), true, true, None);
    }

    fn refused(
        &mut self,
        job: &mut Job,
        step: &Step,
        mark: (u32, String),
        refused: Refused,
        lines: &mut Vec<NewLine>,
    ) -> Result<(), Halt> {
        let failure = of_item(refused.failure)?;
        let code = failure.code();
        // The quota of the tenant is used up: the run is put off, and goes on from the journal.
        if code == Code::GraphThrottled {
            return Err(failure.into());
        }
        if refused.approval {
            job.ends(Outcome::Waiting, Some(Code::GraphApprovalRequired));
            return Ok(());
        }
        // The request under whose code it was sent is gone: it was turned down, or is over. It is asked for anew.
        let gone = matches!(code, Code::GraphBadRequest | Code::GraphForbidden | Code::GraphNotFound);
        if gone && self.asked.remove(&mark).is_some() {
            return Ok(());
        }
        if let Some(name) = refused.names.filter(|_| job.stripped.len() < MOST_LEARNT)
            && let Some(less) = without(step, std::slice::from_ref(&name))
        {
            let learns = (job.kind.key.clone(), step.effect != Effect::Create);
            self.learnt.entry(learns).or_default().insert(name.clone());
            let data = Some(serde_json::json!({ "properties": [name] }));
            lines.push(NewLine { data, ..line(job, step, JournalKind::Stripped) });
            job.stripped.push(name);
            if let Some(front) = job.steps.front_mut() {
                *front = less;
            }
            return Ok(());
        }
        let soon = match code {
            // What was made a moment ago is not known everywhere yet.
            Code::GraphNotFound | Code::GraphBadRequest => job.young,
            Code::GraphConflict | Code::GraphPreconditionFailed => true,
            _ => false,
        };
        if soon && job.put_off < MOST_PUT_OFF {
            job.put_off += 1;
        } else {
            job.ends(Outcome::Refused, Some(code));
        }
        Ok(())
    }
}

/// The id that a create gave.
fn made_id(job: &Job, body: &Json) -> Option<String> {
    job.kind.id_of(body).filter(|id| !id.is_empty()).map(str::to_owned)
}

/// A line about a write.
pub(super) fn line(job: &Job, step: &Step, kind: JournalKind) -> NewLine {
    NewLine {
        step: Some(job.sent),
        effect: Some(step.effect),
        method: Some(step.method.as_str()),
        template: Some(step.template.clone()),
        object_id: job.id.clone(),
        ..NewLine::of(Some(job.number), kind)
    }
}
