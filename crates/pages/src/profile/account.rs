//! Name, password, and the ways to the rest.

use maud::{Markup, html};
use model::time::Moment;
use model::user::User;

use crate::components::header::{card, header};
use crate::components::{field, form};
use crate::page::{Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples, when};

/// What was wrong with a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// The name.
    Name,
    /// The old password.
    OldPassword,
    /// The new password, and why.
    Password(String),
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Whose it is.
    pub user: User,
    /// Whether they have a password here.
    pub has_password: bool,
    /// Since when a second factor is asked for.
    pub factor_since: Option<Moment>,
    /// How many recovery codes are left.
    pub codes_left: i64,
    /// How many sessions are open.
    pub sessions: usize,
    /// What was wrong with a form.
    pub wrong: Option<Wrong>,
}

impl Page for Profile {
    const NAME: &'static str = "profile-account";

    fn title(&self) -> String {
        "Your profile".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { (text::name(&self.user.email, NAMELESS)) };
        html! {
            (header("Your profile", &html! {}, &lead, &html! {}))
            (section("profile-name", "Name", &self.name(view)))
            (section("profile-password", "Password", &self.password(view)))
            (section("profile-factor", "Second factor", &self.factor()))
            (section("profile-sessions", "Sessions", &self.sessions()))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::profile::profiles()
    }
}

fn section(id: &str, heading: &str, content: &Markup) -> Markup {
    card(id, heading, &html! {}, &html! { div.own-account { (content) } })
}

impl Profile {
    fn name(&self, view: &View<'_>) -> Markup {
        let problem = (self.wrong == Some(Wrong::Name)).then_some("A name has 1 to 200 characters.");
        form::post(
            view,
            href::PROFILE_NAME,
            &html! {
                (field::problem(problem))
                (field::line("name", "name", "What others see", &self.user.name, 200))
                div.form-actions { button.button type="submit" { "Save name" } }
            },
        )
    }

    fn password(&self, view: &View<'_>) -> Markup {
        if !self.has_password {
            return html! { p { "You sign in by a provider and have no password here." } };
        }
        let problem = match &self.wrong {
            Some(Wrong::OldPassword) => Some("That is not your present password."),
            Some(Wrong::Password(words)) => Some(words.as_str()),
            Some(Wrong::Name) | None => None,
        };
        form::post(
            view,
            href::PROFILE_PASSWORD,
            &html! {
                (field::problem(problem))
                // Tells password managers whose password it is.
                input type="hidden" name="username" value=(self.user.email) autocomplete="username";
                (field::password("old", "old", "Present password", "current-password"))
                (field::password("password", "password", "New password (12 to 256 characters)", "new-password"))
                (field::password("again", "again", "The same once more", "new-password"))
                p.quiet { "Your other sessions end." }
                div.form-actions { button.button type="submit" { "Change password" } }
            },
        )
    }

    fn factor(&self) -> Markup {
        let words = match self.factor_since {
            Some(since) => {
                html! { "On since " (when::at(since)) ". " (text::number(self.codes_left)) " recovery codes are left." }
            }
            None if self.has_password => {
                html! { "Off. With it, a code of an app on your phone is asked for after the password." }
            }
            None => html! { "Your provider looks after it." },
        };
        html! {
            p { (words) }
            @if self.has_password { div.form-actions { a.button href=(href::SECOND_FACTOR) { "Second factor" } } }
        }
    }

    fn sessions(&self) -> Markup {
        html! {
            p { @if self.sessions == 1 { "You are signed in here only." } @else { "You are signed in at " (self.sessions) " places." } }
            div.form-actions { a.button href=(href::PROFILE_SESSIONS) { "Your sessions" } }
        }
    }
}
