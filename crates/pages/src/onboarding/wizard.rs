//! The steps of an onboarding: each can be gone to at any time, and looking at one changes nothing.

use maud::{Markup, html};
use model::access::Can;
use model::connection::{Connection, CredentialKind, client_id};
use model::connection_check::{Check, CheckKey, CheckReport, CheckStatus};
use model::failure::Code;
use model::ids::TenantId;
use model::onboarding::{Draft, Step};
use model::resource_types::Category;
use model::run::Outcome;
use model::tenant::TenantStatus;

use super::application::{self, Portal};
use super::begin::Input;
use crate::components::badge::{badge, environment, worded};
use crate::components::callout::callout;
use crate::components::field::{FieldProblem, checkbox, problem};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::Icon;
use crate::connection_check::{check_button, report, under_way};
use crate::connections::{Form as ConnectionForm, Input as ConnectionInput, Mode};
use crate::href::Query;
use crate::inventory::kept_types;
use crate::live::{Topic, live};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::runs::{RunRow, brief_table};
use crate::text::{NAMELESS, name};
use crate::{href, samples};
use model::label::Tone;

/// A step of an onboarding.
#[derive(Debug, Clone)]
pub struct Wizard {
    /// The onboarding.
    pub draft: Draft,
    /// What the viewer may do in the tenant.
    pub can: Can,
    /// The step that is shown.
    pub step: Step,
    /// What stands in the first step's form.
    pub input: Input,
    /// The tenant's connection.
    pub connection: Option<Connection>,
    /// The form of the connection that is asked for within the step; else a new connection's, or what there is.
    pub form: Option<ConnectionForm>,
    /// The latest two reports, newest first.
    pub reports: Vec<CheckReport>,
    /// A check that is queued or running.
    pub checking: Option<RunRow>,
    /// The latest sync.
    pub sync: Option<RunRow>,
    /// Where Microsoft sends the browser back to.
    pub redirect: Option<String>,
    /// Goes with the question for consent.
    pub state: String,
    /// What was wrong with what was sent.
    pub problem: Option<FieldProblem>,
}

impl Page for Wizard {
    const NAME: &'static str = "onboarding-wizard";

    fn title(&self) -> String {
        self.step.label().to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Onboarding", href::within(self.draft.tenant.workspace_id, href::ONBOARDINGS))];
        Place { destination: Some(Destination::Tenants), tenant: Some(self.draft.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let tenant = &self.draft.tenant;
        let lead =
            html! { "Onboarding of " strong { (name(&tenant.name, NAMELESS)) } ". You can leave at any time and go on later." };
        let marks = html! { (environment(tenant.environment)) (badge(&tenant.status)) };
        let give_up = html! { a.button.danger href=(href::of_onboarding(tenant.id, "delete")) { "Give up…" } };
        let general = self.problem.as_ref().filter(|problem| problem.field.is_empty());
        html! {
            (header(self.step.label(), &marks, &lead, &give_up))
            (self.way())
            (problem(general.map(|problem| problem.words.as_str())))
            @match self.step {
                Step::Identify | Step::Unknown => (self.identify(view)),
                Step::Application => (application::step(&self.draft, &self.portal(), self.problem.as_ref(), view)),
                Step::Connection => (self.connect(view)),
                Step::Verify => (self.verify(view)),
                Step::Sync => (self.sync(view)),
                Step::Complete => (self.complete(view)),
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::onboarding::wizards()
    }
}

/// The buttons at the end of a step's form.
pub(super) fn moves(tenant: TenantId, step: Step, words: &str) -> Markup {
    html! {
        div.form-actions {
            button.button.primary type="submit" { (words) }
            @if let Some(before) = step.previous() { a.button href=(href::onboarding_step(tenant, before)) { "Back" } }
        }
    }
}

impl Wizard {
    fn portal(&self) -> Portal<'_> {
        Portal { redirect: self.redirect.as_deref(), state: &self.state }
    }

    fn to(&self, step: Step) -> String {
        href::onboarding_step(self.draft.tenant.id, step)
    }

    /// The way through the steps, with what is done.
    fn way(&self) -> Markup {
        html! {
            nav.steps aria-label="Steps of the onboarding" {
                ol {
                    @for step in Step::ALL {
                        li {
                            a href=(self.to(*step)) aria-current=[(*step == self.step).then_some("step")] { (step.label()) }
                            @if self.is_done(*step) { " " (worded(Tone::Success, Icon::Check, "Done")) }
                        }
                    }
                }
            }
        }
    }

    fn is_done(&self, step: Step) -> bool {
        match step {
            Step::Identify => true,
            Step::Application => client_id(&self.draft.answers.client_id).is_ok() && !self.refuses_the_application(),
            Step::Connection => self.connection.as_ref().is_some_and(|it| it.enabled) && self.refused().is_none(),
            Step::Verify => {
                self.reports.first().is_some_and(|latest| self.is_fresh(latest) && latest.report.reaches_the_tenant())
            }
            Step::Sync => {
                let worked = [Outcome::Succeeded, Outcome::PartiallySucceeded];
                self.sync.as_ref().is_some_and(|sync| worked.contains(&sync.run.outcome))
            }
            Step::Complete | Step::Unknown => false,
        }
    }

    fn is_fresh(&self, report: &CheckReport) -> bool {
        self.connection.as_ref().is_some_and(|connection| connection.revision == report.revision)
    }

    /// The check by which the connection as it is now was refused.
    fn refused(&self) -> Option<&Check> {
        let latest = self.reports.first().filter(|latest| self.is_fresh(latest) && !latest.report.reaches_the_tenant())?;
        let keys = [CheckKey::SIGN_IN, CheckKey::TENANT].map(CheckKey::of);
        keys.iter().filter_map(|key| latest.report.find(key)).find(|check| check.status == CheckStatus::Fail)
    }

    fn refused_by(&self) -> Option<Code> {
        self.refused()?.code.as_deref().map(Code::from_code)
    }

    /// Whether it is the application, or the consent to it, that was refused.
    fn refuses_the_application(&self) -> bool {
        matches!(self.refused_by(), Some(Code::ApplicationMissing | Code::ApplicationDisabled | Code::ConsentMissing))
    }

    /// What the check refused, at the field of the form by which it is mended.
    fn refused_at(&self, mode: Mode) -> Option<FieldProblem> {
        let field = match (mode, self.refused_by()?) {
            (Mode::Edit, Code::CloudWrong) => "cloud",
            (Mode::Edit, Code::ApplicationMissing | Code::ApplicationDisabled) => "client_id",
            (
                Mode::Rotate,
                Code::GraphUnauthorized
                | Code::CredentialsInvalid
                | Code::CredentialExpired
                | Code::CertificateUnknown
                | Code::FederationUnknown
                | Code::TokenFileUnreadable,
            ) => match self.connection.as_ref()?.credential_kind {
                CredentialKind::ClientSecret => "secret",
                CredentialKind::Federated => "token_file",
                CredentialKind::Certificate | CredentialKind::Unknown => "pem",
            },
            _ => return None,
        };
        Some(FieldProblem::new(field, self.refused()?.words()?))
    }

    fn identify(&self, view: &View<'_>) -> Markup {
        form::post(
            view,
            &href::of_onboarding(self.draft.tenant.id, "identify"),
            &html! {
                (card("identify", "The tenant", &html! {}, &self.input.fields(false, self.problem.as_ref())))
                (moves(self.draft.tenant.id, Step::Identify, "Save and go on"))
            },
        )
    }

    fn connect(&self, view: &View<'_>) -> Markup {
        let tenant = &self.draft.tenant;
        if let Some(form) = &self.form {
            let problem = form.problem.clone().or_else(|| self.refused_at(form.mode));
            return ConnectionForm { problem, ..form.clone() }.markup(view);
        }
        let Some(connection) = &self.connection else {
            let answers = &self.draft.answers;
            let input = ConnectionInput {
                cloud: answers.cloud.clone(),
                client_id: answers.client_id.clone(),
                ..ConnectionInput::proposed()
            };
            let (tenant, can, back) = (tenant.clone(), self.can, Some(self.to(Step::Verify)));
            let form = ConnectionForm { tenant, can, mode: Mode::Create, input, revision: 0, back, problem: None };
            return form.markup(view);
        };
        let to =
            |what: &str| -> String { Query::new(href::of_tenant(tenant.id, what)).with("back", self.to(Step::Verify)).into() };
        html! {
            @if let Some(words) = self.refused().and_then(Check::words) {
                (callout(Tone::Danger, "The latest check was refused", &html! { p { (crate::text::shown(&words, 300)) } }))
            }
            (card("connected", "The connection is there", &html! {}, &html! {
                dl.facts {
                    dt { "Application (client) ID" } dd { code.wrap { (crate::text::shown(&connection.client_id, 100)) } }
                    dt { "Signs in with" } dd { (connection.credential_kind.label()) }
                    dt { "Cloud" } dd { (connection.cloud.label()) }
                    dt { "State" } dd { @if connection.enabled { (worded(Tone::Success, Icon::Check, "Enabled")) } @else { (worded(Tone::Warning, Icon::Ban, "Disabled")) } }
                }
                p.quiet { "Nothing of the credential is shown again. It can be replaced, and the rest be changed." }
                div.form-actions {
                    a.button href=(to("connection/rotate")) { "Replace the credential" }
                    a.button href=(to("connection/edit")) { "Change the application or the cloud" }
                }
            }))
            (self.onward(Step::Connection))
        }
    }

    fn verify(&self, view: &View<'_>) -> Markup {
        let tenant = self.draft.tenant.id;
        let again = self.checking.is_some() || !self.reports.is_empty();
        let content = html! {
            @if self.connection.is_none() {
                (callout(Tone::Warning, "There is no connection yet", &html! { p { a href=(self.to(Step::Connection)) { "Connect the tenant" } " first." } }))
            } @else {
                (card("verify", "Verify the connection", &html! {}, &html! {
                    p { "It signs in, looks at what was granted, and reads one object of each type. It can be done again at any time." }
                    (check_button(tenant, self.can, again, &self.to(Step::Verify), view))
                }))
            }
            @if let Some(active) = &self.checking { (under_way(active, view)) }
            @if let Some(words) = self.refused().and_then(Check::words) {
                (callout(Tone::Danger, "The connection does not work yet", &html! {
                    p { (crate::text::shown(&words, 300)) " " a href=(self.to(Step::Connection)) { "Mend it in the step before" } "." }
                }))
            }
            @if let [latest, older @ ..] = self.reports.as_slice() { (report(latest, older.first(), view)) }
            (self.onward(Step::Verify))
        };
        live("onboarding-verify", Topic::Runs, &content)
    }

    fn sync(&self, view: &View<'_>) -> Markup {
        let tenant = self.draft.tenant.id;
        let content = html! {
            @if let Some(sync) = &self.sync {
                (card("synced", "The latest sync", &html! {}, &brief_table("The latest sync", std::slice::from_ref(sync), view)))
            }
        };
        let draft = self.draft.tenant.status == TenantStatus::Draft;
        html! {
            (live("onboarding-sync", Topic::Runs, &content))
            @if draft && self.connection.is_some() {
                (callout(Tone::Warning, "The application is not saved yet", &html! { p { a href=(self.to(Step::Application)) { "Save its ID" } " first: until then nothing is read from the tenant." } }))
            }
            (form::start(view, "sync", &href::sync(tenant), &html! {
                (card("choose", "What to read first", &html! {}, &html! {
                    p { "This step may be left out. Everything is chosen; it runs in the background." }
                    input type="hidden" name="back" value=(self.to(Step::Sync));
                    @for category in Category::ALL { (choices(category)) }
                }))
                div.form-actions {
                    button.button.primary type="submit" disabled[self.connection.is_none() || draft] { "Sync now" }
                    a.button href=(self.to(Step::Complete)) { "Go on without" }
                    a.button href=(self.to(Step::Verify)) { "Back" }
                }
            }))
        }
    }

    fn complete(&self, view: &View<'_>) -> Markup {
        let left: Vec<Step> =
            [Step::Application, Step::Connection, Step::Verify].into_iter().filter(|step| !self.is_done(*step)).collect();
        let ready = self.is_done(Step::Connection) && self.is_done(Step::Verify);
        let fails = self.reports.first().map_or(0, |latest| latest.report.count(CheckStatus::Fail));
        html! {
            (card("complete", "Take it into use", &html! {}, &html! {
                @if left.is_empty() { p { "Everything is there." } }
                @else { p { "Not done yet:" } ul { @for step in &left { li { a href=(self.to(*step)) { (step.label()) } } } } }
                @if fails > 0 { p { "The latest check has failures; what they concern cannot be read until they are mended. The tenant can be taken into use all the same." } }
                p.quiet { "From then on operations run in it, and its pages are in the navigation like those of the others." }
            }))
            (form::post(view, &href::of_onboarding(self.draft.tenant.id, "complete"), &html! {
                div.form-actions {
                    button.button.primary type="submit" disabled[!ready] { "Take into use" }
                    a.button href=(self.to(Step::Sync)) { "Back" }
                }
            }))
        }
    }

    fn onward(&self, step: Step) -> Markup {
        html! {
            div.form-actions {
                a.button href=(self.to(step.next())) { "Go on" }
                @if let Some(before) = step.previous() { a.button href=(self.to(before)) { "Back" } }
            }
        }
    }
}

fn choices(category: Category) -> Markup {
    let kinds: Vec<_> = kept_types().filter(|kind| kind.category == category && kind.readable()).collect();
    html! {
        @if !kinds.is_empty() {
            details {
                summary { (category.label()) " " span.quiet { "(" (kinds.len()) ")" } }
                fieldset {
                    legend.unseen { (category.label()) }
                    @for kind in kinds { (checkbox(&format!("first-{}", kind.key), "types", &kind.key, true, &html! { (kind.label) })) }
                }
            }
        }
    }
}
