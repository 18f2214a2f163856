//! The form of a destination: new, or of one that there is; and the one page that shows a key for signing.

use maud::{Markup, html};
use model::alert::{Destination as To, DestinationKind, LONGEST_ADDRESS, LONGEST_SECRET, MailSecurity};
use model::ids::WorkspaceId;
use model::label::Tone;

use crate::components::callout::callout;
use crate::components::field::{FieldProblem, checkbox, checked, line, select};
use crate::components::form;
use crate::components::header::{card, header};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{NAMELESS, name};
use crate::{href, samples};

/// What stands in the form. What opens a destination is never among it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DestinationInput {
    /// What it is called.
    pub name: String,
    /// Whether it is on.
    pub enabled: bool,
    /// The SMTP server.
    pub host: String,
    /// Its port.
    pub port: String,
    /// How the way to it is protected.
    pub security: MailSecurity,
    /// Who signs in.
    pub user: String,
    /// From whom mail comes.
    pub from: String,
    /// To whom it goes, with commas between.
    pub to: String,
}

impl DestinationInput {
    /// What a new form proposes.
    #[must_use]
    pub fn proposed(kind: DestinationKind) -> Self {
        let (name, security) = (kind.label().to_owned(), MailSecurity::StartTls);
        let none = String::new;
        Self { name, enabled: true, host: none(), port: "587".to_owned(), security, user: none(), from: none(), to: none() }
    }

    /// What is known of a destination.
    #[must_use]
    pub fn of(destination: &To) -> Self {
        let mut input = Self { enabled: destination.enabled, ..Self::proposed(destination.kind) };
        input.name.clone_from(&destination.name);
        if let Some(mail) = &destination.mail {
            (input.host, input.port) = (mail.host.clone(), mail.port.to_string());
            (input.security, input.user) = (mail.security(), mail.user.clone());
            (input.from, input.to) = (mail.from.clone(), mail.to.join(", "));
        }
        input
    }
}

/// The form.
#[derive(Debug, Clone)]
pub struct DestinationForm {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What it is.
    pub kind: DestinationKind,
    /// The destination; `None`: a new one.
    pub destination: Option<To>,
    /// What stands in it.
    pub input: DestinationInput,
    /// What was wrong with what was sent, in a sentence.
    pub problem: Option<String>,
    /// What was wrong with the name that was typed to remove it.
    pub typed: Option<FieldProblem>,
}

impl Page for DestinationForm {
    const NAME: &'static str = "alerts-destination";

    fn title(&self) -> String {
        match &self.destination {
            Some(one) => name(&one.name, NAMELESS).into_owned(),
            None => format!("New destination: {}", self.kind.label()),
        }
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Alerts", href::within(self.workspace, href::ALERTS))];
        Place { destination: Some(Destination::Alerts), tenant: None, crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let to = self
            .destination
            .as_ref()
            .map_or_else(|| href::ALERT_DESTINATIONS.to_owned(), |one| href::alert_destination(one.id, ""));
        html! {
            (header(&self.title(), &html! {}, &html! { (self.kind.sentence()) }, &html! {}))
            @if let Some(problem) = &self.problem { (callout(Tone::Danger, &crate::text::shown(problem, 600), &html! {})) }
            (form::post(view, &href::within(self.workspace, &to), &html! {
                (card("where", "Where to", &html! {}, &html! {
                    input type="hidden" name="kind" value=(self.kind);
                    input type="hidden" name="revision" value=(self.destination.as_ref().map_or(0, |one| one.revision));
                    div.fields {
                        (line("d-name", "name", "Name", &self.input.name, 100))
                        @if self.kind == DestinationKind::Email { (self.mail()) } @else { (self.address()) }
                    }
                    (checkbox("d-enabled", "enabled", "yes", self.input.enabled, &html! { "The destination is on" }))
                }))
                div.form-actions {
                    button.button.primary type="submit" { @if self.destination.is_some() { "Save" } @else { "Make the destination" } }
                    a.button href=(href::within(self.workspace, href::ALERTS)) { "Back" }
                }
            }))
            @if let Some(one) = &self.destination {
                (card("remove", "Remove the destination", &html! {}, &html! {
                    p { "It can be removed when no rule sends to it." }
                    (form::post(view, &href::within(self.workspace, &href::alert_destination(one.id, "/remove")), &html! {
                        (checked("text", "typed", "Type the name of the destination", "", 100, self.typed.as_ref()))
                        div.form-actions { button.button.danger type="submit" { "Remove" } }
                    }))
                }))
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::alerts::destinations()
    }
}

/// A field for what is not shown again.
fn hidden(id: &str, field: &str, label: &str, most: usize) -> Markup {
    html! {
        div.field {
            label for=(id) { (label) }
            input type="password" id=(id) name=(field) maxlength=(most) autocomplete="new-password" spellcheck="false";
        }
    }
}

impl DestinationForm {
    fn address(&self) -> Markup {
        let there = self.destination.is_some();
        html! {
            @if let Some(one) = &self.destination { p { "It sends to " code { (name(&one.shown, "")) } "." } }
            (hidden("d-address", "address", if there { "Another web address (leave empty to keep it)" } else { "Web address (https://…)" }, LONGEST_ADDRESS))
            @if self.kind == DestinationKind::Webhook {
                (hidden("d-key", "signing_key", if there { "Another signing key (whsec_…; leave empty to keep it)" } else { "Signing key (whsec_…; leave empty to have one made)" }, 200))
            }
        }
    }

    fn mail(&self) -> Markup {
        let input = &self.input;
        let ways: Vec<(String, String)> =
            MailSecurity::ALL.iter().map(|way| (way.code().to_owned(), way.label().to_owned())).collect();
        html! {
            (line("d-host", "host", "SMTP server", &input.host, 253))
            (line("d-port", "port", "Port", &input.port, 5))
            (select("d-security", "security", "Protection", &ways, input.security.code()))
            (line("d-user", "user", "User name (empty: no sign-in)", &input.user, LONGEST_SECRET))
            (hidden("d-password", "password", if self.destination.is_some() { "Password (leave empty to keep it for the same server and user)" } else { "Password" }, LONGEST_SECRET))
            (line("d-from", "from", "From", &input.from, 320))
            (line("d-to", "to", "To (up to 20 addresses, with commas between)", &input.to, 7000))
        }
    }
}

/// A key for signing that was made: shown here, once.
#[derive(Clone)]
pub struct KeyMade {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What the destination is called.
    pub name: String,
    /// The key.
    pub key: String,
}

impl std::fmt::Debug for KeyMade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyMade").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Page for KeyMade {
    const NAME: &'static str = "alerts-key";

    fn title(&self) -> String {
        "Destination made".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Alerts", href::within(self.workspace, href::ALERTS))];
        Place { destination: Some(Destination::Alerts), tenant: None, crumbs }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        html! {
            (header("Destination made", &html! {}, &html! { (name(&self.name, NAMELESS)) }, &html! {}))
            (callout(Tone::Warning, "Copy the key now: it is not shown again.", &html! {
                p { "With it the other side makes sure that a request is from here: headers webhook-id, webhook-timestamp and webhook-signature, by the Standard Webhooks scheme." }
            }))
            div.card {
                div.field {
                    label for="secret" { "The signing key" }
                    input #secret type="text" readonly value=(self.key) size=(self.key.len()) autocomplete="off" spellcheck="false";
                }
                div.form-actions { a.button.primary href=(href::within(self.workspace, href::ALERTS)) { "I have copied it" } }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::alerts::keys()
    }
}
