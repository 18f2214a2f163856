//! Where the person is signed in.

use maud::{Markup, html};
use model::ids::SessionId;
use model::label::Tone;
use model::time::Moment;

use crate::components::badge::worded;
use crate::components::form;
use crate::components::header::header;
use crate::components::icon::Icon;
use crate::components::table::{Column, cell, head, row, table};
use crate::page::{Crumb, Page, Place, View};
use crate::text;
use crate::{href, samples, when};

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id.
    pub id: SessionId,
    /// The browser in plain words; may be empty.
    pub browser: String,
    /// When it began.
    pub since: Moment,
    /// When it was last used.
    pub last_seen: Moment,
    /// Whether it is this one.
    pub this: bool,
}

/// The sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sessions {
    /// The latest used first.
    pub rows: Vec<SessionRow>,
}

impl Page for Sessions {
    const NAME: &'static str = "profile-sessions";

    fn title(&self) -> String {
        "Your sessions".to_owned()
    }

    fn place(&self) -> Place {
        Place { crumbs: vec![Crumb::new("Your profile", href::PROFILE)], ..Place::default() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "Where you are signed in. A session ends 8 hours after its last use, and 7 days after it began." };
        let others = html! {
            @if self.rows.iter().any(|row| !row.this) {
                (form::post(view, href::PROFILE_SESSIONS_END, &html! { button.button type="submit" { "End all others" } }))
            }
        };
        let columns =
            [Column("Browser", false), Column("Signed in", false), Column("Last used", false), Column("Session", false)];
        let rows = html! { @for session in &self.rows { (entry(session, view)) } };
        html! { (header("Your sessions", &html! {}, &lead, &others)) (table("Your sessions", &columns, &rows)) }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::profile::sessions()
    }
}

fn entry(session: &SessionRow, view: &View<'_>) -> Markup {
    let browser = text::name(&session.browser, "An unknown browser");
    let end = html! {
        @if session.this { (worded(Tone::Success, Icon::Check, "This one")) }
        @else {
            (form::post(view, href::PROFILE_SESSIONS_END, &html! {
                input type="hidden" name="session" value=(session.id);
                button.button.small type="submit" aria-label={ "End the session of " (browser) } { "End" }
            }))
        }
    };
    row(
        session.id,
        &html! {
            (head(&html! { (browser) }))
            (cell("Signed in", &when::at(session.since)))
            (cell("Last used", &when::ago(session.last_seen, view.now)))
            (cell("Session", &end))
        },
    )
}
