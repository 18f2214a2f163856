//! Signing in, pressing a button that starts a run, and following the run to its end.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::estimate::Estimates;
use super::http::{Client, Events};
use super::installation::Installation;
use super::ledger::{self, Asked};
use super::page::{State, id_after, moment, ok, state, token, values};
use super::program::Program;
use super::units::Bytes;

/// Until a run has ended.
const PATIENCE: Duration = Duration::from_secs(900);
/// How long nothing more has to be heard of a run before its page is looked at: looking costs what is measured.
const QUIET: Duration = Duration::from_millis(20);
/// After this the page is looked at even if nothing was heard.
const LOST: Duration = Duration::from_secs(1);
/// How often the page is looked at where what it says on the way counts.
const STEP: Duration = Duration::from_millis(500);

/// What one run cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sync {
    /// From the run's creation to its end, as recorded.
    pub(super) wall: Duration,
    /// Processor time of the serving process.
    pub(super) cpu: Duration,
    /// The most memory that it used.
    pub(super) peak: Bytes,
    /// What it asked.
    pub(super) asked: Asked,
    /// Objects that were read.
    pub(super) items: u64,
    /// How far off its estimate was at a quarter, in parts of a hundred, where that was looked at and one was told.
    pub(super) off: Option<u64>,
}

/// Which button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Button {
    /// "Sync now" of a tenant's inventory.
    Inventory,
    /// "Sync now" of its groups.
    Groups,
}

/// A person at the pages of an installation, and the simulator behind it.
pub(super) struct Visit<'a> {
    serving: &'a Program,
    visitor: Client,
    control: Client,
}

impl<'a> Visit<'a> {
    /// Signs in.
    pub(super) fn begin(serving: &'a Program, simulator: &Program) -> Result<Self> {
        let mut visitor = Client::of(&serving.url)?;
        let page = ok(visitor.get("/sign-in")?, "/sign-in")?;
        let (email, password) = Installation::person();
        let fields = [("csrf", token(&page)?), ("email", email), ("password", password)];
        let answer = visitor.post_form("/sign-in", &fields)?;
        if answer.status != 303 {
            bail!("signing in answered {}", answer.status);
        }
        Ok(Self { serving, visitor, control: Client::of(&simulator.url)? })
    }

    /// What its holder may do by the API: everything, in all tenants.
    pub(super) fn api(&mut self) -> Result<Client> {
        let list = ok(self.visitor.get("/admin/tokens")?, "/admin/tokens")?;
        let workspace = id_after(&list, "workspace=").context("the page names no workspace")?.to_owned();
        let page = ok(self.visitor.get(&format!("/admin/tokens/new?workspace={workspace}"))?, "/admin/tokens/new")?;
        let mut fields = vec![("csrf", token(&page)?), ("name", "Benchmark"), ("days", "1")];
        fields.extend(values(&page, "capabilities").map(|code| ("capabilities", code)));
        let to = format!("/admin/tokens?workspace={workspace}");
        let made = ok(self.visitor.post_form(&to, &fields)?, &to)?;
        let secret = made.match_indices("tat_").map(|(at, _)| &made[at..]).find_map(|rest| rest.get(..47));
        Ok(self.visitor.with_token(secret.context("no token was made")?))
    }

    /// Our id of the tenant.
    pub(super) fn tenant(&mut self) -> Result<String> {
        let home = ok(self.visitor.get("/admin")?, "/admin")?;
        Ok(id_after(&home, "/admin/t/").context("the overview shows no tenant")?.to_owned())
    }

    /// Presses the button and waits for the end of the run. `watched`: its estimates are read on the way.
    pub(super) fn press(&mut self, button: Button, watched: bool) -> Result<Sync> {
        let home = ok(self.visitor.get("/admin")?, "/admin")?;
        let tenant = format!("/admin/t/{}", id_after(&home, "/admin/t/").context("the overview shows no tenant")?);
        let (shown, to) = match button {
            Button::Inventory => (tenant.clone(), format!("{tenant}/inventory/sync")),
            Button::Groups => (format!("{tenant}/directory"), format!("{tenant}/directory/sync")),
        };
        let page = ok(self.visitor.get(&shown)?, &shown)?;
        let mut fields = vec![("csrf", token(&page)?), ("back", "/admin")];
        match button {
            Button::Inventory => fields.extend(values(&page, "types").map(|key| ("types", key))),
            Button::Groups => fields.push(("sync", "groups")),
        }
        let mut events = self.visitor.events("/admin/events")?;
        ledger::forget(&mut self.control)?;
        self.serving.forget_peak()?;

        let (begun, before) = (Instant::now(), self.serving.cpu()?);
        let answer = self.visitor.post_form(&to, &fields)?;
        let back = answer.location.filter(|_| answer.status == 303);
        let after = self.visitor.get(&back.with_context(|| format!("starting the run answered {}", answer.status))?)?;
        let run = id_after(&after.body, "/admin/operations/").context("no run was started")?.to_owned();
        let run = format!("/admin/operations/{run}");
        let mut estimates = Estimates::default();
        let (wall, items) = loop {
            if watched {
                hear(&mut events, STEP)?;
            } else {
                // Each event restarts the wait: the page is looked at when the run has been quiet for a moment, as it is at its end.
                while events.next(QUIET)?.is_some() {}
            }
            let page = self.visitor.get(&run)?.body;
            match state(&page) {
                State::Active if begun.elapsed() < PATIENCE => estimates.note(begun.elapsed(), &page),
                State::Active => bail!("the run did not end in {} s", PATIENCE.as_secs()),
                // As recorded: what tells of the end comes a little later.
                State::Succeeded(items) => break (moment(&page, "Completed")?.saturating_sub(moment(&page, "Created")?), items),
                State::Otherwise => bail!("the run did not succeed"),
            }
            if !watched {
                // Until the next event there is nothing new to see; an event that was lost costs this wait.
                events.next(LOST)?;
            }
        };
        let cpu = self.serving.cpu()?.saturating_sub(before);
        let off = if watched { estimates.off_at_a_quarter(wall) } else { None };
        Ok(Sync { wall, cpu, peak: self.serving.peak()?, asked: ledger::asked(&mut self.control)?, items, off })
    }
}

/// Takes events for so long.
fn hear(events: &mut Events, time: Duration) -> Result<()> {
    let until = Instant::now() + time;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        events.next(left.max(Duration::from_millis(1)))?;
    }
}
