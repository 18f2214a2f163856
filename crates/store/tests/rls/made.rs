//! What the product itself makes: people, onboardings, invitations, runs.

use model::access::can;
use model::operations::Operation;
use model::operations::probe::{self, Arguments, Probe};
use model::run::{Counts, NewItem, Outcome, PauseTarget, RunSettings, StartBy, StartKey, Trigger};
use model::schedule::{Cadence, CatchUp, CronText, NewSchedule, Zone};
use model::settings::Key;
use store::runs::{LEASE, Progress, WorkerId};
use testkit::stores::TestStore;
use testkit::world::World;

/// An onboarding in each workspace, and a report of a connection check in each tenant.
pub(super) async fn onboarding(t: &TestStore, world: &World) {
    let (owner, stranger) = (world.sign_in(&world.owner).await, world.sign_in(&world.stranger).await);
    for (who, workspace) in [(&owner, world.workspace), (&stranger, world.foreign_workspace)] {
        let permit = t.store.access().workspace(who, workspace).await.unwrap().permit().unwrap();
        let answers = model::onboarding::Answers::default();
        for tenant in [world.tenant, world.other_tenant, world.foreign_tenant] {
            let Ok(scope) = t.store.access().tenant(who, tenant).await else { continue };
            // An onboarding of a tenant that is in use already, as it stood before.
            t.execute(&format!("update tenants set status = 'onboarding' where id = '{tenant}'")).await;
            t.store.onboarding().save(&permit, tenant, model::onboarding::Step::Application, &answers).await.unwrap();
            let checks = scope.permit::<can::ProvidersRun>().unwrap();
            t.store.runs().verify(&checks, false, Trigger::Manual).await.unwrap();
            let claims = t.store.queue().claim(&WorkerId::new("w"), Operation::ALL, 1, LEASE).await.unwrap();
            let run = world.admit(&claims[0]).await;
            let connection = t.store.connections().show(&scope).await.unwrap().0.unwrap();
            let report = model::connection_check::Report::default();
            t.store.connection_checks().save(&run, &connection, &report).await.unwrap();
            t.store.queue().finish(&run, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
            t.execute(&format!("update tenants set status = 'active' where id = '{tenant}'")).await;
        }
    }
}

/// An invitation to each workspace, into each of its tenants.
pub(super) async fn invited(t: &TestStore, world: &World) {
    let (owner, stranger) = (world.sign_in(&world.owner).await, world.sign_in(&world.stranger).await);
    for (who, workspace, tenants) in [
        (&owner, world.workspace, vec![world.tenant, world.other_tenant]),
        (&stranger, world.foreign_workspace, vec![world.foreign_tenant]),
    ] {
        let permit = t.store.access().workspace(who, workspace).await.unwrap().permit().unwrap();
        let tenants = tenants.into_iter().map(|tenant| (tenant, model::access::Role::Readonly)).collect();
        let new = store::NewInvitation { email: "new@example.test".to_owned(), role: model::access::Role::Readonly, tenants };
        t.store.invitations().create(&permit, &new).await.unwrap();
    }
}

/// Everything that a way in leaves behind.
pub(super) async fn signing_in(t: &TestStore, world: &World) {
    use model::sign_in::{Consent, Identity, Mapping, ProviderName, Wanted};
    let name = ProviderName::new("entra").unwrap();
    let (email, secret) = (world.stranger.email.as_str(), secrecy::SecretString::from("a".repeat(64)));
    t.store.identities().begin(&name, "state", &secret, None).await.unwrap();
    let place = Wanted::Workspace(world.foreign_workspace.to_string());
    let mapping = vec![Mapping { group: "g".to_owned(), place, role: model::access::Role::Readonly }];
    let consent = Consent { name, label: String::new(), trust_email: false, mapping };
    let ada = Identity {
        issuer: "https://id.example".to_owned(),
        subject: "ada".to_owned(),
        email: Some("ada@example.test".to_owned()),
        email_verified: true,
        name: String::new(),
        groups: vec!["g".to_owned()],
    };
    t.store.identities().admit(&consent, &ada, "").await.unwrap().unwrap();
    let link = t.store.passwords().link(&t.operator, email).await.unwrap();
    t.store.passwords().set_by_link(&link, &"hash".to_owned().into()).await.unwrap().unwrap();
    let (factors, who) = (t.store.second_factor(), world.sign_in(&world.stranger).await);
    factors.prepare(&who).await.unwrap();
    let key = factors.prepared(&who).await.unwrap().unwrap();
    let code = testkit::totp::code(secrecy::ExposeSecret::expose_secret(&key), t.store.now().await.unwrap());
    factors.enable(&who, &code).await.unwrap().unwrap();
    factors.begin(&world.stranger, None).await.unwrap();
    t.store.passwords().link(&t.operator, email).await.unwrap();
}

/// Items, keys, pauses, settings and an ended run in each tenant.
pub(super) async fn engine(t: &TestStore, world: &World) {
    let (owner, stranger) = (world.sign_in(&world.owner).await, world.sign_in(&world.stranger).await);
    let runs = t.store.runs();
    for (who, workspace) in [(&owner, world.workspace), (&stranger, world.foreign_workspace)] {
        let permit = t.store.access().workspace(who, workspace).await.unwrap().permit().unwrap();
        runs.save_settings(&permit, RunSettings::default()).await.unwrap();
        // Entries that are sealed, and later ones that wait for it.
        t.store.audit().seal().await.unwrap();
        let zone = store::NewChoice { key: Key::TimeZone, value: Some(Key::TimeZone.default_value()), revision: 0 };
        t.store.settings().save_person(who, std::slice::from_ref(&zone)).await.unwrap();
        for tenant in [world.tenant, world.other_tenant, world.foreign_tenant] {
            let Ok(scope) = t.store.access().tenant(who, tenant).await else { continue };
            let probe = Probe::Plain.request(&Arguments::named("n"));
            let start = StartBy::from(Trigger::Manual).with_key(Some(StartKey::generate()));
            runs.start(&scope.permit::<can::InventorySync>().unwrap(), &probe, start).await.unwrap();
            t.store.settings().save_tenant(&scope.permit().unwrap(), std::slice::from_ref(&zone)).await.unwrap();
            let claims = t.store.queue().claim(&WorkerId::new("w"), probe::ALL, 1, LEASE).await.unwrap();
            let run = world.admit(&claims[0]).await;
            t.store.queue().record(&run, &[NewItem::succeeded("one")], Progress::default()).await.unwrap();
            t.store.queue().trace(&run, &crate::runs_calls::one()).await.unwrap();
            t.store.queue().finish(&run, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
            runs.pause(&permit, PauseTarget::Tenant(tenant), "").await.unwrap();
            let cadence = Cadence::Cron { text: CronText::parse("* * * * *").unwrap() };
            let (operation, arguments) = (Operation::Probe(Probe::Click), serde_json::to_value(Arguments::named("n")).unwrap());
            let (zone, catch_up) = (Zone::utc(), CatchUp::Latest);
            let new = NewSchedule { name: "n".to_owned(), operation, arguments, cadence, zone, catch_up, bound: 1 };
            t.store.schedules().create(&scope.permit().unwrap(), &new).await.unwrap();
        }
    }
}
