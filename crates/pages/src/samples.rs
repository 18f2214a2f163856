//! Examples of every page, for tests and for looking at them. All names are made up.

pub(crate) mod alerts;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod backup_file;
pub(crate) mod baselines;
pub(crate) mod compare;
pub(crate) mod connection;
pub(crate) mod connection_check;
pub(crate) mod content;
pub(crate) mod coverage;
pub(crate) mod directory;
pub(crate) mod drift;
pub(crate) mod drill;
pub(crate) mod incidents;
pub(crate) mod inventory;
pub(crate) mod links;
pub(crate) mod onboarding;
pub(crate) mod overview;
pub(crate) mod people;
pub(crate) mod places;
pub(crate) mod profile;
pub(crate) mod queue;
pub(crate) mod reading;
pub(crate) mod rehearsal;
pub(crate) mod report;
mod requests;
pub(crate) mod restore;
pub(crate) mod restore_item;
pub(crate) mod restore_plan;
pub(crate) mod rollout;
pub(crate) mod run;
pub(crate) mod schedule;
pub(crate) mod search;
pub(crate) mod setting_search;
pub(crate) mod settings;
pub(crate) mod system;
pub(crate) mod token;
mod values;
pub(crate) mod versions;

pub(crate) use values::{bare_frame, frame, production, row as run_row, shell, tenant_list};

use model::label::Tone;
use model::notice::Notice;
use model::page::{Cursor, Page as Rows};
use model::run::{Outcome, Run, Status};

use crate::chrome::{Activity, Bell, Frame, Toast};
use crate::page::{Fragment, Page};
use crate::{
    api, errors, inventory as inventory_pages, notices, overview as overview_pages, people as people_pages,
    places as place_pages, runs, schedules, search as search_page, sign_in, tokens,
};

/// A name as somebody would choose it who wants to do harm: markup, quotes, a direction override, an invisible joiner.
pub(crate) const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u{202E}gpj.exe\u{200B} & Co";

/// A rendered example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Name of the page, `area-page`.
    pub page: &'static str,
    /// Name of the example.
    pub name: &'static str,
    /// The document.
    pub html: String,
}

/// Every example of every page.
#[must_use]
pub fn all_samples() -> Vec<Sample> {
    let mut all = Vec::new();
    of::<sign_in::SignIn>(&mut all);
    of::<sign_in::Code>(&mut all);
    of::<sign_in::NewPassword>(&mut all);
    of::<sign_in::DeadLink>(&mut all);
    of::<sign_in::Trouble>(&mut all);
    of::<crate::profile::Profile>(&mut all);
    of::<crate::profile::Sessions>(&mut all);
    of::<crate::profile::SecondFactor>(&mut all);
    of::<overview_pages::Home>(&mut all);
    of::<overview_pages::Dashboard>(&mut all);
    of::<crate::connections::Detail>(&mut all);
    of::<crate::connections::Form>(&mut all);
    of::<crate::connections::Remove>(&mut all);
    of::<inventory_pages::List>(&mut all);
    of::<inventory_pages::Item>(&mut all);
    of::<inventory_pages::Search>(&mut all);
    of::<inventory_pages::SyncForm>(&mut all);
    of::<crate::links::Links>(&mut all);
    of::<crate::links::Graph>(&mut all);
    of::<crate::links::References>(&mut all);
    of::<inventory_pages::Version>(&mut all);
    of::<crate::compare::Pair>(&mut all);
    of::<crate::compare::Pick>(&mut all);
    of::<crate::compare::Tenants>(&mut all);
    of::<crate::versions::History>(&mut all);
    of::<crate::versions::Past>(&mut all);
    of::<crate::coverage::Types>(&mut all);
    of::<crate::coverage::OfTenant>(&mut all);
    of::<runs::List>(&mut all);
    of::<runs::Detail>(&mut all);
    of::<runs::Cancel>(&mut all);
    of::<runs::Force>(&mut all);
    of::<runs::Bulk>(&mut all);
    of::<runs::Queue>(&mut all);
    of::<crate::directory::List>(&mut all);
    of::<crate::directory::GroupPage>(&mut all);
    of::<crate::directory::Select>(&mut all);
    of::<schedules::List>(&mut all);
    of::<schedules::Detail>(&mut all);
    of::<schedules::Form>(&mut all);
    of::<schedules::Purge>(&mut all);
    of::<schedules::Retention>(&mut all);
    of::<crate::backups::List>(&mut all);
    of::<crate::backups::Form>(&mut all);
    of::<crate::backups::Detail>(&mut all);
    of::<crate::backups::Contents>(&mut all);
    of::<crate::backups::Missing>(&mut all);
    of::<crate::backups::Delete>(&mut all);
    of::<crate::backups::Files>(&mut all);
    of::<crate::backups::Import>(&mut all);
    of::<crate::backups::Report>(&mut all);
    of::<crate::backups::ImportedContents>(&mut all);
    of::<crate::baselines::List>(&mut all);
    of::<crate::baselines::One>(&mut all);
    of::<crate::baselines::Gaps>(&mut all);
    of::<crate::drift::List>(&mut all);
    of::<crate::drift::Detail>(&mut all);
    restores(&mut all);
    of::<people_pages::List>(&mut all);
    of::<people_pages::Detail>(&mut all);
    of::<people_pages::Confirm>(&mut all);
    of::<people_pages::Invite>(&mut all);
    of::<people_pages::Invited>(&mut all);
    of::<people_pages::Invitation>(&mut all);
    of::<people_pages::OfTenant>(&mut all);
    of::<people_pages::Roles>(&mut all);
    of::<place_pages::Workspaces>(&mut all);
    of::<place_pages::WorkspacePage>(&mut all);
    of::<place_pages::Archive>(&mut all);
    of::<place_pages::Delete>(&mut all);
    of::<place_pages::Tenants>(&mut all);
    of::<place_pages::Groups>(&mut all);
    of::<place_pages::Group>(&mut all);
    of::<place_pages::Details>(&mut all);
    of::<crate::connection_check::Detail>(&mut all);
    of::<crate::onboarding::List>(&mut all);
    of::<crate::onboarding::Begin>(&mut all);
    of::<crate::onboarding::Wizard>(&mut all);
    of::<crate::onboarding::Consent>(&mut all);
    of::<crate::onboarding::Delete>(&mut all);
    of::<crate::alerts::List>(&mut all);
    of::<crate::alerts::Log>(&mut all);
    of::<crate::alerts::RuleForm>(&mut all);
    of::<crate::alerts::DestinationForm>(&mut all);
    of::<crate::alerts::KeyMade>(&mut all);
    of::<crate::audit::List>(&mut all);
    of::<crate::settings::Form>(&mut all);
    of::<crate::reports::List>(&mut all);
    of::<crate::reports::Document>(&mut all);
    of::<crate::incidents::List>(&mut all);
    of::<crate::incidents::One>(&mut all);
    of::<crate::settings::Ratings>(&mut all);
    of::<tokens::List>(&mut all);
    of::<tokens::Form>(&mut all);
    of::<tokens::Made>(&mut all);
    of::<tokens::Revoke>(&mut all);
    of::<api::Reference>(&mut all);
    of::<crate::help::Contents>(&mut all);
    of::<crate::help::Reading>(&mut all);
    of::<notices::List>(&mut all);
    of::<search_page::Search>(&mut all);
    system::all(&mut all);
    of::<errors::NotFound>(&mut all);
    of::<errors::NoInvitation>(&mut all);
    of::<errors::Forbidden>(&mut all);
    of::<errors::Problem>(&mut all);
    all.extend(chrome());
    all
}

fn restores(all: &mut Vec<Sample>) {
    use crate::restores;
    of::<restores::List>(all);
    of::<restores::New>(all);
    of::<restores::Choose>(all);
    of::<restores::Map>(all);
    of::<restores::ReferencePage>(all);
    of::<restores::Check>(all);
    of::<restores::Preview>(all);
    of::<restores::Rehearsal>(all);
    of::<restores::Drills>(all);
    of::<restores::Execute>(all);
    of::<restores::Record>(all);
    of::<restores::Item>(all);
    of::<crate::rollouts::List>(all);
    of::<crate::rollouts::New>(all);
    of::<crate::rollouts::Record>(all);
    of::<crate::rollouts::Confirm>(all);
}

/// Every example of every fragment: name, example, HTML.
#[must_use]
pub fn all_fragments() -> Vec<Sample> {
    let mut all = Vec::new();
    parts::<Toast>("toast", &mut all);
    parts::<Activity>("activity", &mut all);
    parts::<Bell>("bell", &mut all);
    all
}

fn of<P: Page>(all: &mut Vec<Sample>) {
    all.extend(P::samples().into_iter().map(|(name, page)| Sample {
        page: P::NAME,
        name,
        html: page.render(&page.sample_frame()),
    }));
}

fn parts<F: Fragment>(page: &'static str, all: &mut Vec<Sample>) {
    let frame = frame(None);
    all.extend(F::samples().into_iter().map(|(name, part)| Sample { page, name, html: part.render(&frame.view()) }));
}

/// The surroundings themselves: with a toast, with nothing at all, with hostile names, and an error outside of any session.
fn chrome() -> Vec<Sample> {
    let toast = {
        let mut shell = shell(Some(production().id));
        shell.toast = Some(Toast::started(&model::run::Started::Accepted(run::queued())));
        shell
    };
    let alone = {
        let mut shell = shell(None);
        shell.workspaces.clear();
        shell.workspace = None;
        shell.tenants.clear();
        shell.activity = Activity::default();
        (shell.unread, shell.open_findings) = (0, 0);
        shell
    };
    let hostile = {
        let mut shell = shell(Some(production().id));
        shell.user.name = HOSTILE.to_owned();
        shell.user.email = HOSTILE.to_owned();
        for tenant in shell.tenants.iter_mut().chain(shell.tenant.iter_mut()) {
            tenant.name = HOSTILE.to_owned();
            tenant.domain = HOSTILE.to_owned();
        }
        for workspace in shell.workspaces.iter_mut().chain(shell.workspace.iter_mut()) {
            workspace.name = HOSTILE.to_owned();
        }
        shell.toast = Some(Toast::plain(HOSTILE, HOSTILE, Tone::Danger));
        shell.here = format!("/admin?q={HOSTILE}");
        shell
    };
    let page = errors::NotFound;
    [("toast", toast), ("alone", alone), ("hostile", hostile)]
        .into_iter()
        .map(|(name, shell)| Sample { page: "chrome", name, html: page.render(&Frame::from(shell)) })
        .chain([Sample { page: "chrome", name: "bare", html: page.render(&bare_frame()) }])
        .collect()
}

pub(crate) fn activity() -> Activity {
    Activity { runs: vec![run_row(run::running()), run_row(run::queued())], more: 0 }
}

/// Rows with a page before and a page after.
pub(crate) fn middle<T>(rows: Vec<T>) -> Rows<T> {
    let key = "0199f0a1".to_owned();
    let next = Cursor { direction: model::page::Direction::Forward, key: key.clone() };
    let previous = Cursor { direction: model::page::Direction::Backward, key };
    Rows { rows, next: Some(next), previous: Some(previous) }
}

/// Rows that are all there is.
pub(crate) const fn whole<T>(rows: Vec<T>) -> Rows<T> {
    Rows { rows, next: None, previous: None }
}

pub(crate) fn sign_ins() -> Vec<(&'static str, sign_in::SignIn)> {
    use sign_in::{DemoAccount, ProviderButton, Remark, SignIn};
    let account = |label: &str| DemoAccount {
        label: label.to_owned(),
        email: format!("{}@demo.example", label.to_lowercase()),
        password: "demo".to_owned(),
    };
    let with = |remark| SignIn { email: "ada@contoso.example".to_owned(), remark: Some(remark), ..SignIn::default() };
    vec![
        ("plain", SignIn::default()),
        (
            "demo",
            SignIn {
                demo: ["Owner", "Operator", "Read-only"].map(account).to_vec(),
                next: Some("/admin".to_owned()),
                ..SignIn::default()
            },
        ),
        ("wrong", with(Remark::WrongCredentials)),
        ("too-many", with(Remark::TooManyAttempts(std::time::Duration::from_secs(134)))),
        ("ended", with(Remark::SessionEnded)),
        ("signed-out", with(Remark::SignedOut)),
        ("expired", with(Remark::FormExpired)),
        ("password-set", with(Remark::PasswordSet)),
        ("code-over", with(Remark::CodeOver)),
        (
            "providers",
            SignIn {
                providers: ["Microsoft", HOSTILE]
                    .map(|label| ProviderButton { name: "entra".to_owned(), label: label.to_owned() })
                    .to_vec(),
                next: Some("/admin/notices".to_owned()),
                ..SignIn::default()
            },
        ),
        (
            "hostile",
            SignIn {
                email: HOSTILE.to_owned(),
                next: Some(HOSTILE.to_owned()),
                demo: vec![account(HOSTILE)],
                ..SignIn::default()
            },
        ),
    ]
}

pub(crate) fn notices() -> Vec<(&'static str, notices::List)> {
    let row = |run: Run, read: bool, n: u32| notices::NoticeRow {
        notice: Notice {
            id: values::id(9, n),
            run_id: run.id,
            tenant_id: run.tenant_id,
            label: run.label(),
            status: run.status,
            outcome: run.outcome,
            at: run.updated_at,
            read,
        },
        tenant_name: Some("Contoso".to_owned()),
        may_open: true,
    };
    let mut locked = row(run::failed(), true, 5);
    locked.may_open = false;
    let mut hostile = row(run::succeeded(), false, 6);
    hostile.tenant_name = Some(HOSTILE.to_owned());
    let mut odd = row(run::succeeded(), true, 7);
    (odd.notice.status, odd.notice.outcome) = (Status::Unknown, Outcome::Unknown);
    let full = vec![
        row(run::running(), false, 1),
        row(run::partial(), false, 2),
        row(run::succeeded(), true, 3),
        row(run::blocked(), true, 4),
        locked,
    ];
    vec![
        ("empty", notices::List { notices: whole(Vec::new()), opened: Vec::new(), expiring: Vec::new() }),
        (
            "full",
            notices::List {
                notices: middle(full),
                opened: vec![opened(false, "Contoso")],
                expiring: vec![connection::notice(9, true, "Contoso")],
            },
        ),
        ("opened", notices::List { notices: whole(Vec::new()), opened: vec![opened(true, "Contoso")], expiring: Vec::new() }),
        (
            "hostile",
            notices::List {
                notices: whole(vec![hostile, odd]),
                opened: vec![opened(true, HOSTILE)],
                expiring: vec![connection::notice(0, false, HOSTILE)],
            },
        ),
    ]
}

fn opened(over: bool, words: &str) -> (model::platform::BreakGlassNotice, String) {
    let glass = system::glass();
    let told = model::platform::BreakGlassNotice {
        id: glass.id,
        workspace_id: glass.workspace_id,
        operator_name: words.to_owned(),
        reason: words.to_owned(),
        entered_at: glass.entered_at,
        until: glass.expires_at,
        over,
        read: over,
    };
    (told, words.to_owned())
}

/// A sync that is under way.
pub(crate) fn row_of_sync() -> runs::RunRow {
    run_row(run::running())
}
