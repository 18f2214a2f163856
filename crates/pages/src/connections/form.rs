//! The form of a connection: a new one, another credential, or what is known of it.
//!
//! What was entered of a credential is never put back into the form.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::connection::{Cloud, Connection, CredentialKind, Signature};
use model::tenant::Tenant;

use super::state::noun;
use crate::components::field::{FieldProblem, problem, select};
use crate::components::header::{card, header};
use crate::components::permission::forbidden_button;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{NAMELESS, name, shown};
use crate::{href, samples, when};

/// What the form is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A new connection.
    Create,
    /// Another credential.
    Rotate,
    /// Everything but the credential.
    Edit,
}

/// What stands in the form; nothing of a credential.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Input {
    /// Code of the cloud.
    pub cloud: String,
    /// The application (client) id.
    pub client_id: String,
    /// Code of the kind of credential.
    pub kind: String,
    /// The day on which a client secret ends, `2026-03-01`, or empty.
    pub expires: String,
    /// Name of the token file.
    pub token_file: String,
    /// Code of the signature.
    pub signature: String,
    /// The note.
    pub note: String,
}

impl Input {
    /// What a new connection begins with.
    #[must_use]
    pub fn proposed() -> Self {
        let [cloud, kind, signature] = [Cloud::Global.code(), CredentialKind::Certificate.code(), Signature::Ps256.code()];
        Self { cloud: cloud.to_owned(), kind: kind.to_owned(), signature: signature.to_owned(), ..Self::default() }
    }

    /// What is known of a connection.
    #[must_use]
    pub fn of(connection: &Connection) -> Self {
        let secret = connection.credential_kind == CredentialKind::ClientSecret;
        let file = (connection.credential_kind == CredentialKind::Federated).then(|| connection.thumbprint.clone()).flatten();
        Self {
            cloud: connection.cloud.code().to_owned(),
            client_id: connection.client_id.clone(),
            kind: connection.credential_kind.code().to_owned(),
            expires: connection.credential_expires_at.filter(|_| secret).map(when::iso_day).unwrap_or_default(),
            token_file: file.unwrap_or_default(),
            signature: connection.signature.code().to_owned(),
            note: connection.note.clone(),
        }
    }
}

/// The form.
#[derive(Debug, Clone)]
pub struct Form {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// What it is for.
    pub mode: Mode,
    /// What stands in it.
    pub input: Input,
    /// The revision that is changed.
    pub revision: i64,
    /// Where it leads when it was saved, if not to the connection: a path of ours.
    pub back: Option<String>,
    /// What was wrong with what was sent.
    pub problem: Option<FieldProblem>,
}

impl Page for Form {
    const NAME: &'static str = "connections-form";

    fn title(&self) -> String {
        match self.mode {
            Mode::Create => "Add a connection".to_owned(),
            Mode::Rotate => format!("Replace the {}", noun(CredentialKind::from_code(&self.input.kind))),
            Mode::Edit => "Edit the connection".to_owned(),
        }
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Connection", self.back())];
        Place { destination: Some(Destination::Connection), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        html! {
            (header(&self.title(), &html! {}, &html! { "By what " (name(&self.tenant.name, NAMELESS)) " is reached." }, &html! {}))
            (self.markup(view))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::connection::forms()
    }
}

impl Form {
    /// The form without the page around it.
    pub(crate) fn markup(&self, view: &View<'_>) -> Markup {
        let may =
            self.can.allows(if self.mode == Mode::Edit { Capability::ProvidersManage } else { Capability::CredentialsRotate });
        let to = match self.mode {
            Mode::Create => href::of_tenant(self.tenant.id, "connection"),
            Mode::Rotate => href::of_tenant(self.tenant.id, "connection/rotate"),
            Mode::Edit => href::of_tenant(self.tenant.id, "connection/edit"),
        };
        let known =
            ["cloud", "client_id", "kind", "secret", "expires", "pem", "file", "password", "token_file", "signature", "note"];
        let general = self.problem.as_ref().filter(|problem| !known.contains(&problem.field));
        // Files are sent with the two forms that take a credential.
        let encoding = (self.mode != Mode::Edit).then_some("multipart/form-data");
        html! {
            (problem(general.map(|problem| problem.words.as_str())))
            form method="post" action=(to) enctype=[encoding] {
                input type="hidden" name="csrf" value=(view.csrf);
                @if let Some(back) = &self.back { input type="hidden" name="back" value=(back); }
                @if self.mode != Mode::Create { input type="hidden" name="revision" value=(self.revision); }
                fieldset.cards disabled[!may] {
                    legend.unseen { (self.title()) }
                    @if self.mode != Mode::Rotate { (card("application", "Application", &html! {}, &self.application())) }
                    @if self.mode != Mode::Edit { (card("credential", "Credential", &html! {}, &self.credential())) }
                }
                div.form-actions {
                    @if may { button.button.primary type="submit" { @if self.mode == Mode::Create { "Add it" } @else { "Save" } } }
                    @else { (forbidden_button("why-no-connection", "button primary", &html! { "Save" })) }
                    a.button href=(self.back.clone().unwrap_or_else(|| self.back())) { "Back" }
                }
            }
        }
    }

    fn back(&self) -> String {
        href::of_tenant(self.tenant.id, "connection")
    }

    fn application(&self) -> Markup {
        let input = &self.input;
        let clouds: Vec<(String, String)> =
            Cloud::ALL.iter().map(|cloud| (cloud.code().to_owned(), cloud.label().to_owned())).collect();
        let secret = input.kind == CredentialKind::ClientSecret.code();
        html! {
            p { "The app registration in the tenant's Microsoft Entra admin center, with the permissions of the features that you use and admin consent." }
            div.fields {
                (select("f-cloud", "cloud", "Cloud", &clouds, &input.cloud))
                (self.entry("text", "client_id", "Application (client) ID", &input.client_id, 100))
                (self.entry("text", "note", "Note", &input.note, 500))
                @if self.mode == Mode::Edit && secret { (self.entry("date", "expires", "The secret expires on", &input.expires, 10)) }
                @if self.mode == Mode::Edit && input.kind == CredentialKind::Certificate.code() { (self.signatures()) }
            }
        }
    }

    fn signatures(&self) -> Markup {
        let choices: Vec<(String, String)> =
            Signature::ALL.iter().map(|one| (one.code().to_owned(), one.label().to_owned())).collect();
        select("f-signature", "signature", "Signature of assertions", &choices, &self.input.signature)
    }

    fn credential(&self) -> Markup {
        html! {
            @if self.mode == Mode::Rotate {
                p { "Add the new one to the app registration first. Nothing changes until it is saved; runs that are at work keep the one that they began with." }
            }
            @if let Some(problem) = self.at("kind") { p.field-problem { (shown(&problem.words, 200)) } }
            (self.kind(CredentialKind::Certificate, "Recommended: the private key never leaves this installation.", &html! {
                (self.pem())
                div.fields {
                    (self.file())
                    (self.entry("password", "password", "Password of the file or key, if it has one", "", 200))
                    @if self.mode == Mode::Create { (self.signatures()) }
                }
            }))
            (self.kind(CredentialKind::ClientSecret, "A text that Microsoft shows once, when it is made.", &html! {
                div.fields {
                    (self.entry("password", "secret", "Client secret (its value, not its ID)", "", 512))
                    (self.entry("date", "expires", "Expires on, as the app registration shows it", &self.input.expires, 10))
                }
            }))
            (self.kind(CredentialKind::Federated, "A token of another issuer, which the server reads from a file: no secret is stored at all.", &html! {
                div.fields { (self.entry("text", "token_file", "Name of the token file in the server's folder", &self.input.token_file, 100)) }
            }))
        }
    }

    /// A kind of credential with its fields.
    fn kind(&self, kind: CredentialKind, words: &str, fields: &Markup) -> Markup {
        let id = format!("kind-{}", kind.code());
        html! {
            fieldset.kind {
                legend {
                    input type="radio" id=(id) name="kind" value=(kind.code()) checked[self.input.kind == kind.code()] required;
                    " " label for=(id) { (kind.label()) }
                }
                p.quiet { (words) }
                (fields)
            }
        }
    }

    fn pem(&self) -> Markup {
        let problem = self.at("pem");
        html! {
            div.field {
                label for="f-pem" { "Certificate and private key as PEM text" }
                textarea id="f-pem" name="pem" rows="6" spellcheck="false" autocomplete="off" maxlength="65536"
                    placeholder="-----BEGIN CERTIFICATE-----"
                    aria-invalid=[problem.map(|_| "true")] aria-describedby=[problem.map(|_| "why-pem")] {}
                @if let Some(problem) = problem { p.field-problem #why-pem { (shown(&problem.words, 200)) } }
            }
        }
    }

    fn file(&self) -> Markup {
        let problem = self.at("file");
        html! {
            div.field {
                label for="f-file" { "or a file: PFX (PKCS#12) or PEM, up to 64 KB" }
                input type="file" id="f-file" name="file" accept=".pfx,.p12,.pem"
                    aria-invalid=[problem.map(|_| "true")] aria-describedby=[problem.map(|_| "why-file")];
                @if let Some(problem) = problem { p.field-problem #why-file { (shown(&problem.words, 200)) } }
            }
        }
    }

    fn at(&self, field: &str) -> Option<&FieldProblem> {
        self.problem.as_ref().filter(|problem| problem.field == field)
    }

    fn entry(&self, kind: &str, name: &str, label: &str, value: &str, most: usize) -> Markup {
        let problem = self.at(name);
        let (id, why) = (format!("f-{name}"), format!("why-{name}"));
        // A day has no length; a password manager has no business here.
        let most = (kind != "date").then_some(most);
        let complete = if kind == "password" { "new-password" } else { "off" };
        html! {
            div.field {
                label for=(id) { (label) }
                input type=(kind) id=(id) name=(name) value=(value) maxlength=[most] autocomplete=(complete)
                    aria-invalid=[problem.map(|_| "true")] aria-describedby=[problem.map(|_| why.as_str())];
                @if let Some(problem) = problem { p.field-problem id=(why) { (shown(&problem.words, 200)) } }
            }
        }
    }
}
