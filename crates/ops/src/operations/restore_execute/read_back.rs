//! Reading back what was written: only that says what came of an item.

use model::failure::{Code, Failure};
use model::restore::{Outcome, likeness};
use tokio::time::Instant;

use super::super::restore_live::{Address, read_many};
use super::super::restore_wanted::of_item;
use super::desk::Desk;
use super::job::Job;
use super::pause::Pause;
use super::records::Records;
use crate::halt::Halt;

/// How often an object is looked at that Graph shows, and that is not as it was written.
const LOOKS: u32 = 4;

impl Desk {
    /// Reads back every job that has no outcome yet. Graph may take a while to show what was written: what it does not show at all is waited
    /// for, what it shows otherwise is looked at a few times.
    pub(super) async fn read_back(&self, context: &mut impl Records, jobs: &mut [Job]) -> Result<(), Halt> {
        // What was to be made and has no id was never written.
        for job in jobs.iter_mut().filter(|job| job.outcome.is_none() && job.id.is_none()) {
            job.ends(Outcome::Failed, Some(Code::RestoreHindered));
        }
        let (from, mut pause, mut looks, mut hurries) = (Instant::now(), Pause::default(), 0, false);
        loop {
            let open: Vec<usize> = jobs
                .iter()
                .enumerate()
                .filter(|(_, job)| job.outcome.is_none() || (looks == 0 && shows_more(job)))
                .map(|(at, _)| at)
                .collect();
            let address = |at: &usize| {
                jobs.get(*at).map(|job| Address { kind: job.kind, id: job.id.clone().unwrap_or_default(), concrete: None })
            };
            let addresses: Vec<Address> = open.iter().filter_map(address).collect();
            if addresses.is_empty() {
                return Ok(());
            }
            looks += 1;
            let late = hurries || from.elapsed() >= context.settle();
            let mut waits = false;
            for (at, answer) in open.iter().zip(read_many(&self.session, addresses).await) {
                let Some(job) = jobs.get_mut(*at) else { continue };
                if job.outcome.is_some() {
                    // What came of it is known; this is only what is there now.
                    job.after = answer.ok();
                    continue;
                }
                waits |= judge(job, answer, hurries || looks >= LOOKS, late)?;
            }
            if !waits {
                return Ok(());
            }
            // One more look, and what is there then counts.
            hurries = !pause.wait(context).await?;
        }
    }
}

/// Whether the object of a job that ended badly is to be looked at once: something of it may have been written.
fn shows_more(job: &Job) -> bool {
    let ended_well = matches!(job.outcome, Some((Outcome::Verified, _)));
    job.sent > 0 && job.id.is_some() && job.wanted.is_some() && !ended_well
}

/// What the answer says of a job; `true`: it is to be looked at again.
fn judge(job: &mut Job, answer: Result<model::json::Json, Failure>, enough: bool, late: bool) -> Result<bool, Halt> {
    match (answer, &job.wanted) {
        (Ok(raw), Some(wanted)) => {
            let found = likeness(job.kind, wanted, &raw);
            let same = found.is_same();
            if !same && !enough {
                return Ok(true);
            }
            job.outcome = Some(if same { (Outcome::Verified, None) } else { (Outcome::Differs, Some(Code::RestoreDiffers)) });
            job.differs = found.differs.into_iter().chain(found.immutable).collect();
            job.after = Some(raw);
        }
        // It was removed, and Graph still shows it.
        (Ok(_), None) if !late => return Ok(true),
        (Ok(raw), None) => {
            job.outcome = Some((Outcome::Differs, Some(Code::RestoreDiffers)));
            job.after = Some(raw);
        }
        (Err(failure), None) if failure.code() == Code::GraphNotFound => job.outcome = Some((Outcome::Verified, None)),
        (Err(failure), Some(_)) if failure.code() == Code::GraphNotFound && !late => return Ok(true),
        (Err(failure), _) => {
            let failure = of_item(failure)?;
            job.outcome = Some((Outcome::Failed, Some(failure.code())));
        }
    }
    Ok(false)
}
