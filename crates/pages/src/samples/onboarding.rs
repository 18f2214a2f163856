//! Onboardings.

use model::access::{Can, Capability, Role};
use model::onboarding::{Answers, Draft, OpenDraft, Step};
use model::tenant::{Tenant, TenantStatus};

use super::values::{connection, id, moment, production, row, workspace};
use super::{HOSTILE, connection_check, run};
use crate::FieldProblem;
use crate::onboarding::{Begin, Consent, Delete, Input, List, Said, Wizard};
use crate::places::TenantInput;

fn tenant() -> Tenant {
    Tenant { status: TenantStatus::Onboarding, ..production() }
}

fn draft() -> Draft {
    let client_id = "4f3c2d1e-0000-4000-8000-0123456789ab".to_owned();
    Draft {
        tenant: tenant(),
        step: Step::Verify,
        answers: Answers { client_id, ..Answers::default() },
        created_by: None,
        created_at: moment(90_000),
        updated_at: moment(600),
    }
}

fn at(step: Step) -> Wizard {
    let draft = draft();
    Wizard {
        can: Can::of(Role::Manager).with(Capability::CredentialsRotate),
        step,
        input: Input::of(&draft),
        connection: Some(connection()),
        form: None,
        reports: vec![connection_check::mixed(60), connection_check::good(4_000)],
        checking: None,
        sync: None,
        redirect: Some("https://atlas.example/admin/onboarding/consent".to_owned()),
        state: "0123".to_owned(),
        problem: None,
        draft,
    }
}

pub(crate) fn wizards() -> Vec<(&'static str, Wizard)> {
    let fresh = |step| {
        let mut wizard = at(step);
        (wizard.connection, wizard.reports, wizard.draft.answers) = (None, Vec::new(), Answers::default());
        wizard
    };
    let hostile = |step| {
        let mut wizard = at(step);
        wizard.draft.tenant.name = HOSTILE.to_owned();
        wizard.draft.answers.client_id = HOSTILE.to_owned();
        let tenant = wizard.input.tenant;
        wizard.input.tenant = TenantInput { name: HOSTILE.to_owned(), domain: HOSTILE.to_owned(), ..tenant };
        wizard.problem = Some(FieldProblem::new("name", HOSTILE));
        wizard
    };
    let restore = Answers { restore: true, cloud: "custom".to_owned(), ..draft().answers };
    vec![
        ("identify", at(Step::Identify)),
        ("application", at(Step::Application)),
        ("application-new", fresh(Step::Application)),
        ("application-restore", Wizard { draft: Draft { answers: restore, ..draft() }, ..at(Step::Application) }),
        ("connection", at(Step::Connection)),
        ("connection-new", fresh(Step::Connection)),
        ("verify", at(Step::Verify)),
        ("verify-new", fresh(Step::Verify)),
        ("verify-running", Wizard { checking: Some(row(run::running())), ..at(Step::Verify) }),
        ("sync", at(Step::Sync)),
        ("sync-done", Wizard { sync: Some(row(run::succeeded())), ..at(Step::Sync) }),
        ("complete", at(Step::Complete)),
        (
            "complete-refused",
            Wizard { problem: Some(FieldProblem::new("", "The tenant has no connection yet.")), ..fresh(Step::Complete) },
        ),
        ("hostile-identify", hostile(Step::Identify)),
        ("hostile-application", hostile(Step::Application)),
    ]
}

pub(crate) fn lists() -> Vec<(&'static str, List)> {
    let line = |n: u32, name: &str, step| OpenDraft {
        tenant_id: id(3, n),
        name: name.to_owned(),
        domain: format!("{n}.onmicrosoft.example"),
        step,
        created_by: Some("Mateo Manager".to_owned()),
        updated_at: moment(600 * u64::from(n)),
    };
    let open = vec![line(1, "Contoso", Step::Verify), OpenDraft { created_by: None, ..line(2, HOSTILE, Step::Application) }];
    vec![("open", List { workspace: workspace().id, open }), ("empty", List { workspace: workspace().id, open: Vec::new() })]
}

pub(crate) fn begins() -> Vec<(&'static str, Begin)> {
    let page = |role, input, problem| Begin { workspace: workspace().id, can: Can::of(role), input, problem };
    let taken = FieldProblem::new("entra_tenant_id", "This Entra tenant is bound to a workspace already.");
    let hostile = TenantInput { name: HOSTILE.to_owned(), entra_tenant_id: HOSTILE.to_owned(), ..Input::proposed().tenant };
    let typed = Input { tenant: hostile, ..Input::proposed() };
    vec![
        ("new", page(Role::Manager, Input::proposed(), None)),
        ("readonly", page(Role::Readonly, Input::proposed(), None)),
        ("taken", page(Role::Owner, typed, Some(taken))),
    ]
}

pub(crate) fn consents() -> Vec<(&'static str, Consent)> {
    let page = |said| Consent { tenant: Tenant { name: HOSTILE.to_owned(), ..tenant() }, said };
    vec![("granted", page(Said::Granted)), ("refused", page(Said::Refused)), ("other", page(Said::OtherTenant))]
}

pub(crate) fn deletes() -> Vec<(&'static str, Delete)> {
    let problem = Some(FieldProblem::new("typed", "That is not its name."));
    vec![("ask", Delete { tenant: tenant(), problem: None }), ("wrong", Delete { tenant: tenant(), problem })]
}
