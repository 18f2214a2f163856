//! The surroundings of a page: navigation, switchers, running operations, notices, theme, account, toast.

mod activity;
mod rail;
mod system;
mod toast;
mod topbar;

pub use activity::{Activity, Bell};
pub use system::SystemShell;
pub use toast::Toast;

use maud::{DOCTYPE, Markup, html};
use model::label::Tone;
use model::settings::Times;
use model::tenant::{Tenant, TenantStatus};
use model::time::Moment;
use model::user::User;
use model::workspace::Workspace;

use crate::components::callout::callout;
use crate::page::{Page, View};
use crate::{assets, text, when};

/// How many tenants the switcher lists at most.
pub const SWITCHER_TENANTS: u32 = 30;

/// Up to how many open findings are counted for the navigation.
pub const COUNTED_FINDINGS: i64 = 1_000;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the viewer's system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The name of the cookie that keeps the choice.
    pub const COOKIE: &'static str = "atlas_theme";
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The value of the cookie and of the form field.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The choice of a value; anything unknown follows the system.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.code() == code).unwrap_or_default()
    }
}

/// The surroundings for a person who is signed in.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Who.
    pub user: User,
    /// The workspaces that they are a member of.
    pub workspaces: Vec<Workspace>,
    /// The current one; `None` for a member of none.
    pub workspace: Option<Workspace>,
    /// Tenants of the current workspace that they are entitled to, recently visited first, at most [`SWITCHER_TENANTS`].
    pub tenants: Vec<Tenant>,
    /// Whether there are more than these.
    pub more_tenants: bool,
    /// The tenant of this page, or none.
    pub tenant: Option<Tenant>,
    /// How many findings of the tenant of this page are open, capped at [`COUNTED_FINDINGS`] by the caller; 0 without a tenant.
    pub open_findings: i64,
    /// How many notices are unread, capped at 100 by the caller.
    pub unread: i64,
    /// Queued and running operations.
    pub activity: Activity,
    /// The token against forged requests.
    pub csrf: String,
    /// The key of whatever is started from this page.
    pub key: String,
    /// Light or dark.
    pub theme: Theme,
    /// What the last action led to, shown once.
    pub toast: Option<Toast>,
    /// The moment for which the page is made.
    pub now: Moment,
    /// Path and query of this page, for the way back from the theme's form.
    pub here: String,
    /// How moments are shown to the person.
    pub times: Times,
}

impl Shell {
    /// Why nothing can be started where the page stands; `None`: it can.
    fn archived(&self) -> Option<&'static str> {
        if self.workspace.as_ref().is_some_and(|workspace| workspace.archived) {
            return Some("The workspace is archived: nothing is started in it.");
        }
        let tenant = self.tenant.as_ref().is_some_and(|tenant| tenant.status == TenantStatus::Archived);
        tenant.then_some("The tenant is archived: nothing is started in it.")
    }
}

/// The surroundings for somebody who is not signed in.
#[derive(Debug, Clone)]
pub struct Bare {
    /// The token against forged requests.
    pub csrf: String,
    /// Light or dark.
    pub theme: Theme,
    /// The moment for which the page is made.
    pub now: Moment,
}

/// What stands around a page.
#[derive(Debug, Clone)]
pub enum Frame {
    /// Navigation and everything.
    Shell(Box<Shell>),
    /// Only the name of the product.
    Bare(Bare),
    /// The pages of the installation's operators.
    System(Box<SystemShell>),
}

impl From<Shell> for Frame {
    fn from(shell: Shell) -> Self {
        Self::Shell(Box::new(shell))
    }
}

impl From<SystemShell> for Frame {
    fn from(shell: SystemShell) -> Self {
        Self::System(Box::new(shell))
    }
}

impl From<Bare> for Frame {
    fn from(bare: Bare) -> Self {
        Self::Bare(bare)
    }
}

impl Frame {
    /// What bodies may know of it.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        match self {
            Self::Shell(shell) => {
                View { csrf: &shell.csrf, key: &shell.key, now: shell.now, here: &shell.here, archived: shell.archived() }
            }
            Self::Bare(bare) => View { csrf: &bare.csrf, key: "", now: bare.now, here: crate::href::SIGN_IN, archived: None },
            Self::System(shell) => View { csrf: &shell.csrf, key: "", now: shell.now, here: &shell.here, archived: None },
        }
    }

    /// How moments are shown in it.
    fn times(&self) -> Times {
        match self {
            Self::Shell(shell) => shell.times.clone(),
            Self::Bare(_) | Self::System(_) => Times::default(),
        }
    }

    const fn theme(&self) -> Theme {
        match self {
            Self::Shell(shell) => shell.theme,
            Self::Bare(bare) => bare.theme,
            Self::System(shell) => shell.theme,
        }
    }
}

/// A page in its frame, as a document.
pub(crate) fn document<P: Page>(page: &P, frame: &Frame) -> Markup {
    when::shown(frame.times(), || whole(page, frame))
}

fn whole<P: Page>(page: &P, frame: &Frame) -> Markup {
    let view = frame.view();
    html! {
        (DOCTYPE)
        html lang="en" data-theme=(frame.theme().code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (text::name(&page.title(), "Untitled")) " · TenantAtlas" }
                link rel="icon" type="image/svg+xml" href=(assets::mark());
                link rel="stylesheet" href=(assets::stylesheet());
                script type="module" src=(assets::script()) {}
            }
            @match frame {
                Frame::Shell(shell) => (around(page, shell, &view)),
                Frame::System(shell) => (system::around(page, shell, &view)),
                Frame::Bare(_) => body.bare data-now=(view.now) { main #main { (page.body(&view)) } },
            }
        }
    }
}

/// Says on every page of a workspace, or tenant, that is put away that nothing is started in it.
fn archived(shell: &Shell) -> Markup {
    let say = |what: &str| {
        callout(
            Tone::Warning,
            &format!("This {what} is archived"),
            &html! { p { "Nothing is started in it. What is recorded can be looked at." } },
        )
    };
    let tenant = shell.tenant.as_ref().is_some_and(|tenant| tenant.status == TenantStatus::Archived);
    html! {
        @if shell.workspace.as_ref().is_some_and(|workspace| workspace.archived) { (say("workspace")) }
        @else if tenant { (say("tenant")) }
    }
}

fn around<P: Page>(page: &P, shell: &Shell, view: &View<'_>) -> Markup {
    let place = page.place();
    html! {
        body data-now=(shell.now) {
            a.skip href="#main" { "Skip to content" }
            div.app {
                (rail::rail(shell, view, &place))
                div.stage {
                    (topbar::topbar(shell, view, &place, &page.title()))
                    main #main tabindex="-1" { (archived(shell)) (page.body(view)) (when::zone_note()) }
                }
            }
            (toast::region(shell.toast.as_ref(), view))
            (topbar::palette(shell, &place))
        }
    }
}
