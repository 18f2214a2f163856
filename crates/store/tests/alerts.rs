//! Alerts: destinations, rules, and one delivery for each rule and event.

use std::time::Duration;

use model::access::can;
use model::alert::{Delivery, DeliveryState, Mail, MailSecurity, NewRule, QuietHours, Reach, RuleKind, Why};
use model::failure::{Code, Failure};
use model::finding::Severity;
use model::ids::{AlertDestinationId, AlertRuleId, RunId, TenantId};
use model::operations::Operation;
use model::operations::alerts_deliver::Arguments;
use model::operations::probe::Probe;
use model::run::{Counts, Outcome, Run, Status, Trigger};
use model::schedule::{CatchUp, NewSchedule};
use secrecy::{ExposeSecret as _, SecretString};
use store::access::{Permit, RunScope};
use store::runs::{LEASE, WorkerId};
use store::{AlertLog, DestinationWish, NewCredential, OpenTarget, StoreError, Target};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::findings::found;
use crate::schedules::{HOUR, every, on_the_hour, scope};

const ADDRESS: &str = "https://hooks.example.com/canary-path";

pub(crate) fn wish(name: &str) -> DestinationWish {
    let key = SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let target = Target::Webhook { address: Some(SecretString::from(ADDRESS)), key: Some(key) };
    DestinationWish { name: name.to_owned(), enabled: true, target: Some(target) }
}

pub(crate) fn rule(kind: RuleKind, destination: AlertDestinationId) -> NewRule {
    NewRule {
        name: format!("{} {}", kind.label(), AlertRuleId::generate()),
        kind,
        severity: Severity::Low,
        amount: kind.amount().map_or(0, |amount| amount.proposed),
        reach: Reach::All,
        destination,
        quiet: None,
        cooldown_minutes: 0,
        digest_minutes: 0,
        enabled: true,
    }
}

pub(crate) struct Ground {
    pub(crate) world: World,
    pub(crate) permit: Permit<can::WorkspaceAlertsManage>,
    pub(crate) destination: AlertDestinationId,
}

impl Ground {
    pub(crate) async fn of(t: &TestStore) -> Self {
        let world = World::of(t).await;
        let permit = world.workspace_scope(&world.manager).await.permit().unwrap();
        let destination = t.store.alerts().create_destination(&permit, &wish("Ops")).await.unwrap();
        Self { world, permit, destination }
    }

    pub(crate) async fn rule(&self, t: &TestStore, rule: NewRule) -> AlertRuleId {
        t.store.alerts().create_rule(&self.permit, &rule).await.unwrap()
    }

    pub(crate) async fn log(&self, t: &TestStore) -> Vec<Delivery> {
        t.store.alerts().log(&self.permit, AlertLog::default(), None, 100).await.unwrap().rows
    }

    /// Sends what is queued.
    pub(crate) async fn sends(&self, t: &TestStore) {
        while let Some(run) = claimed(t, &self.world).await {
            t.store.queue().finish(&run, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
        }
    }

    /// Ends a run of the first tenant badly.
    pub(crate) async fn fails(&self, t: &TestStore) -> RunId {
        let run = self.world.attempt(&["scope_tag"]).await;
        let failure = Failure::new(Code::GraphForbidden);
        t.store.queue().finish(&run, Outcome::Failed, Some(&failure), &Counts::default(), &[]).await.unwrap();
        run.run_id()
    }
}

pub(crate) async fn claimed(t: &TestStore, world: &World) -> Option<RunScope> {
    let claims = t.store.queue().claim(&WorkerId::new("w"), &[Operation::AlertsDeliver], 1, LEASE).await.unwrap();
    match claims.first() {
        Some(claim) => Some(world.admit(claim).await),
        None => None,
    }
}

pub(crate) fn arguments(run: &Run) -> Arguments {
    Arguments::stored(&run.context).unwrap()
}

#[test]
fn a_key_for_signing_is_new_each_time_and_as_the_standard_has_it() {
    let keys = [Target::new_key().unwrap(), Target::new_key().unwrap()].map(|key| key.expose_secret().to_owned());
    assert_ne!(keys[0], keys[1]);
    for key in keys {
        assert_eq!(model::alert::signing_key(&key).as_deref(), Ok(key.as_str()));
        assert_eq!(key.len(), "whsec_".len() + 44, "32 bytes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn destinations_and_rules_are_made_changed_and_removed_each_on_record_and_no_secret_is_shown() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let (alerts, permit) = (t.store.alerts(), &ground.permit);
        let seen = alerts.destination(permit, ground.destination).await.unwrap();
        assert!(!format!("{seen:?}").contains("canary"), "{seen:?}");
        assert_eq!(seen.shown, "https://hooks.example.com/…");
        assert!(matches!(alerts.create_destination(permit, &wish("OPS")).await, Err(StoreError::Conflict(_))), "taken");
        let renamed = DestinationWish { name: "Night".to_owned(), enabled: false, target: None };
        assert!(matches!(alerts.edit_destination(permit, ground.destination, 7, &renamed).await, Err(StoreError::Conflict(_))));
        alerts.edit_destination(permit, ground.destination, 1, &renamed).await.unwrap();
        let id = ground.rule(&t, rule(RuleKind::RunFailed, ground.destination)).await;
        assert!(matches!(alerts.delete_destination(permit, ground.destination).await, Err(StoreError::Conflict(_))), "in use");
        let mut changed = alerts.rule(permit, id).await.unwrap();
        changed.says.reach = Reach::Tenant(ground.world.tenant);
        changed.says.quiet = Some(QuietHours::parse("22:00", "07:00", "Europe/Berlin").unwrap());
        alerts.edit_rule(permit, id, changed.revision, &changed.says).await.unwrap();
        assert!(matches!(alerts.edit_rule(permit, id, changed.revision, &changed.says).await, Err(StoreError::Conflict(_))));
        assert_eq!(alerts.rules(permit).await.unwrap()[0].says, changed.says);
        changed.says.reach = Reach::Tenant(ground.world.foreign_tenant);
        assert!(matches!(alerts.edit_rule(permit, id, 2, &changed.says).await, Err(StoreError::NotVisible)), "not theirs");
        let nowhere = rule(RuleKind::RunFailed, AlertDestinationId::generate());
        assert!(matches!(alerts.create_rule(permit, &nowhere).await, Err(StoreError::NotVisible)));
        let who = ground.world.sign_in(&ground.world.stranger).await;
        let elsewhere = t.store.access().workspace(&who, ground.world.foreign_workspace).await.unwrap();
        let stranger = elsewhere.permit().unwrap();
        assert!(matches!(alerts.rule(&stranger, id).await, Err(StoreError::NotVisible)));
        assert!(matches!(alerts.destination(&stranger, ground.destination).await, Err(StoreError::NotVisible)));
        assert!(matches!(alerts.delete_rule(&stranger, id).await, Err(StoreError::NotVisible)));
        assert!(alerts.destinations(&stranger).await.unwrap().is_empty());
        alerts.delete_rule(permit, id).await.unwrap();
        alerts.delete_destination(permit, ground.destination).await.unwrap();
        for action in ["destination.create", "destination.edit", "destination.delete", "rule.create", "rule.edit", "rule.delete"]
        {
            let told = format!("select count(*) from audit_entries where action = 'alert_{action}'");
            assert_eq!(t.number(&told).await, 1, "{action}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_stays_with_the_server_for_which_it_was_entered() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let (alerts, permit) = (t.store.alerts(), &ground.permit);
        let wish = |host: &str, to: &str, password: Option<&str>| {
            let mail =
                Mail::checked(host, "587", MailSecurity::StartTls, "atlas", "atlas@example.com", &[to.to_owned()]).unwrap();
            let target = Target::Email { mail, password: password.map(SecretString::from) };
            DestinationWish { name: "Mail".to_owned(), enabled: true, target: Some(target) }
        };
        let none = alerts.create_destination(permit, &wish("smtp.example.com", "a@example.com", None)).await;
        assert!(matches!(none, Err(StoreError::Conflict(_))), "somebody signs in without a password");
        let first = wish("smtp.example.com", "a@example.com", Some("canary"));
        let id = alerts.create_destination(permit, &first).await.unwrap();
        alerts.edit_destination(permit, id, 1, &wish("smtp.example.com", "b@example.com", None)).await.unwrap();
        let elsewhere = alerts.edit_destination(permit, id, 2, &wish("smtp.example.org", "b@example.com", None)).await;
        assert!(matches!(elsewhere, Err(StoreError::Conflict(_))), "it goes to no other server");
        let started = alerts.test(permit, id, Trigger::Manual).await.unwrap();
        let attempt = claimed(&t, &ground.world).await.unwrap();
        let dispatch = alerts.for_run(&attempt, &arguments(started.run())).await.unwrap().unwrap();
        let OpenTarget::Email { mail, password } = &dispatch.target else { panic!("{dispatch:?}") };
        assert_eq!((mail.to.as_slice(), password.expose_secret()), (["b@example.com".to_owned()].as_slice(), "canary"));
        assert!(!format!("{dispatch:?} {:?}", alerts.destination(permit, id).await.unwrap()).contains("canary"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_fails_is_one_delivery_for_each_rule_that_reaches_it_and_one_message() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let narrowed =
            |tenant: TenantId| NewRule { reach: Reach::Tenant(tenant), ..rule(RuleKind::RunFailed, ground.destination) };
        ground.rule(&t, narrowed(ground.world.tenant)).await;
        ground.rule(&t, narrowed(ground.world.other_tenant)).await;
        ground.rule(&t, NewRule { enabled: false, ..rule(RuleKind::RunFailed, ground.destination) }).await;
        let failed = ground.fails(&t).await;
        let log = ground.log(&t).await;
        assert_eq!(log.len(), 1, "{log:?}");
        assert_eq!((log[0].state, log[0].facts.id), (DeliveryState::Waiting, Some(failed.uuid())));
        // Many processes look at once: one message.
        let other = t.another().await;
        for store in [&t.store, &other, &t.store] {
            store.alerts().dispatch().await.unwrap();
        }
        assert_eq!(t.number("select count(*) from operation_runs where type = 'alerts_deliver'").await, 1);
        let attempt = claimed(&t, &ground.world).await.unwrap();
        let run = ground.world.run(attempt.run_id()).await;
        let dispatch = t.store.alerts().for_run(&attempt, &arguments(&run)).await.unwrap().unwrap();
        let OpenTarget::Webhook { address, .. } = &dispatch.target else { panic!("{dispatch:?}") };
        assert_eq!(address.expose_secret(), ADDRESS);
        assert!(!format!("{dispatch:?}").contains("canary"));
        assert_eq!(dispatch.deliveries.len(), 1);
        // What was sent is recorded at once: an attempt after this one has nothing to send.
        t.store.alerts().sent(&attempt, arguments(&run).message()).await.unwrap();
        assert!(t.store.alerts().for_run(&attempt, &arguments(&run)).await.unwrap().is_none());
        t.store.queue().finish(&attempt, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
        let log = ground.log(&t).await;
        assert_eq!((log[0].state, log[0].run), (DeliveryState::Sent, Some(run.id)));
        assert!(claimed(&t, &ground.world).await.is_none());
        assert_eq!(t.store.alerts().dispatch().await.unwrap().rules, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_fails_is_in_the_log_and_raises_nothing_and_can_be_asked_for_again() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        ground.rule(&t, rule(RuleKind::RunFailed, ground.destination)).await;
        ground.fails(&t).await;
        t.store.alerts().dispatch().await.unwrap();
        let attempt = claimed(&t, &ground.world).await.unwrap();
        let failure = Failure::new(Code::AlertRefused);
        t.store.queue().finish(&attempt, Outcome::Failed, Some(&failure), &Counts::default(), &[]).await.unwrap();
        let log = ground.log(&t).await;
        assert_eq!((log.len(), log[0].state, log[0].reason.as_deref()), (1, DeliveryState::Failed, Some("alert.refused")));
        let run = ground.world.run(attempt.run_id()).await;
        let again = Operation::AlertsDeliver.again(&run, None).unwrap();
        assert_ne!(again.once_key(), arguments(&run).request(run.workspace_id).once_key());
        let started = t.store.runs().start(&ground.permit, &again, Trigger::Manual).await.unwrap();
        let attempt = claimed(&t, &ground.world).await.unwrap();
        assert_eq!(attempt.run_id(), started.run().id);
        let arguments = arguments(started.run());
        assert_eq!(t.store.alerts().for_run(&attempt, &arguments).await.unwrap().unwrap().deliveries.len(), 1);
        t.store.queue().finish(&attempt, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
        assert_eq!(ground.log(&t).await[0].state, DeliveryState::Sent);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_are_told_from_their_severity_on_each_time_that_they_are_opened() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        ground.rule(&t, rule(RuleKind::Finding, ground.destination)).await;
        ground.rule(&t, NewRule { severity: Severity::Critical, ..rule(RuleKind::Finding, ground.destination) }).await;
        let (_, finding) = found(&t, &ground.world).await;
        let log = ground.log(&t).await;
        assert_eq!(log.len(), 1, "{log:?}");
        assert_eq!(log[0].facts.id, Some(finding.id.uuid()));
        assert_eq!(log[0].facts.severity, finding.severity.code());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quiet_hours_hold_cooldown_suppresses_and_a_digest_gathers() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let all_day = QuietHours::parse("00:00", "23:59", "UTC").unwrap();
        let quiet = ground.rule(&t, NewRule { quiet: Some(all_day), ..rule(RuleKind::RunFailed, ground.destination) }).await;
        ground.fails(&t).await;
        let done = t.store.alerts().dispatch().await.unwrap();
        assert_eq!((done.rules, done.messages), (1, 0));
        assert_eq!(t.store.alerts().dispatch().await.unwrap().rules, 0, "it waits for its time");
        t.clock.advance(Duration::from_secs(24 * 3600));
        t.store.alerts().delete_rule(&ground.permit, quiet).await.unwrap();
        assert_eq!(ground.log(&t).await[0].reason.as_deref(), Some(Why::RuleGone.code()));
        let digest = NewRule { digest_minutes: 10, cooldown_minutes: 60, ..rule(RuleKind::RunFailed, ground.destination) };
        ground.rule(&t, digest).await;
        ground.fails(&t).await;
        t.clock.advance(Duration::from_secs(9 * 60));
        ground.fails(&t).await;
        assert_eq!(t.store.alerts().dispatch().await.unwrap().rules, 0, "it gathers");
        let overdue = async || t.store.queue().figures().await.unwrap().alerts_overdue;
        assert_eq!(overdue().await, None, "it is not due yet");
        t.clock.advance(Duration::from_secs(61));
        assert!(overdue().await.is_some_and(|late| late < Duration::from_secs(60)));
        let done = t.store.alerts().dispatch().await.unwrap();
        assert_eq!(overdue().await, None);
        assert_eq!((done.messages, done.suppressed), (1, 1), "the second is of the same subject");
        ground.sends(&t).await;
        t.clock.advance(Duration::from_secs(30 * 60));
        ground.fails(&t).await;
        t.clock.advance(Duration::from_secs(11 * 60));
        let done = t.store.alerts().dispatch().await.unwrap();
        assert_eq!((done.messages, done.suppressed), (0, 1), "within the hour");
        t.clock.advance(Duration::from_secs(60 * 60));
        ground.fails(&t).await;
        t.clock.advance(Duration::from_secs(11 * 60));
        assert_eq!(t.store.alerts().dispatch().await.unwrap().messages, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_is_told_once_for_each_beginning() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let world = &ground.world;
        let activate = format!("update tenants set status = 'active' where workspace_id = {}", t.literal(world.workspace.uuid()));
        t.execute(&activate).await;
        let dead_man = NewRule { reach: Reach::Tenant(world.tenant), amount: 24, ..rule(RuleKind::NoBackup, ground.destination) };
        ground.rule(&t, dead_man).await;
        ground.rule(&t, NewRule { amount: 5, ..rule(RuleKind::NoWorker, ground.destination) }).await;
        let worker = WorkerId::new("alive");
        t.store.queue().register(&worker, "host", "1", 1).await.unwrap();
        assert_eq!(t.store.alerts().look().await.unwrap(), 0);
        t.clock.advance(Duration::from_secs(6 * 60));
        let other = t.another().await;
        let (ours, theirs) = (t.store.alerts(), other.alerts());
        let (one, two) = tokio::join!(ours.look(), theirs.look());
        assert_eq!(one.unwrap() + two.unwrap(), 1, "the worker, by one of them");
        t.clock.advance(Duration::from_secs(24 * 3600));
        assert_eq!(t.store.alerts().look().await.unwrap(), 1, "the backup; the worker was told");
        assert_eq!(t.store.alerts().look().await.unwrap(), 0);
        // Somebody works again, and is gone again: that is another beginning.
        t.store.queue().register(&worker, "host", "1", 1).await.unwrap();
        t.clock.advance(Duration::from_secs(6 * 60));
        assert_eq!(t.store.alerts().look().await.unwrap(), 1);
        let kinds: Vec<RuleKind> = ground.log(&t).await.iter().map(|delivery| delivery.kind).collect();
        assert_eq!(kinds, [RuleKind::NoWorker, RuleKind::NoBackup, RuleKind::NoWorker]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_is_a_run_whose_end_is_a_line_of_the_log() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let alerts = t.store.alerts();
        let gone = alerts.test(&ground.permit, AlertDestinationId::generate(), Trigger::Manual).await;
        assert!(matches!(gone, Err(StoreError::NotVisible)));
        let started = alerts.test(&ground.permit, ground.destination, Trigger::Manual).await.unwrap();
        assert_eq!(started.run().status, Status::Queued);
        let log = ground.log(&t).await;
        assert_eq!((log.len(), log[0].state, log[0].run), (1, DeliveryState::Queued, Some(started.run().id)), "it waits");
        // A line that waits for its run is nothing that a look sends or removes.
        assert_eq!((alerts.dispatch().await.unwrap().messages, alerts.look().await.unwrap()), (0, 0));
        let attempt = claimed(&t, &ground.world).await.unwrap();
        let dispatch = alerts.for_run(&attempt, &arguments(started.run())).await.unwrap().unwrap();
        assert!(dispatch.deliveries.is_empty() && dispatch.rule.is_empty());
        let failure = Failure::new(Code::AlertTimeout);
        t.store.queue().finish(&attempt, Outcome::Failed, Some(&failure), &Counts::default(), &[]).await.unwrap();
        let log = ground.log(&t).await;
        assert_eq!((log[0].kind, log[0].state), (RuleKind::Unknown, DeliveryState::Failed));
        assert_eq!(log[0].reason.as_deref(), Some("alert.timeout"));
        assert_eq!((log.len(), log[0].destination.as_deref()), (1, Some("Ops")));
        // Once more is another test with a line of its own; what an earlier version started gets its line at the end.
        let again = alerts.test(&ground.permit, ground.destination, Trigger::Manual).await.unwrap();
        assert_eq!(ground.log(&t).await.len(), 2);
        t.execute("delete from alert_deliveries where state = 'queued'").await;
        let attempt = claimed(&t, &ground.world).await.unwrap();
        assert_eq!(attempt.run_id(), again.run().id);
        t.store.queue().finish(&attempt, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
        let log = ground.log(&t).await;
        assert_eq!((log.len(), log[0].state, log[0].reason.as_deref()), (2, DeliveryState::Sent, None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_that_misses_its_time_is_told_once_for_each_time() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        ground.rule(&t, NewRule { amount: 15, ..rule(RuleKind::ScheduleMissed, ground.destination) }).await;
        let (_, permit) = scope(&ground.world).await;
        on_the_hour(&t).await;
        let skips = NewSchedule { catch_up: CatchUp::Skip, ..every("0 * * * *") };
        let id = t.store.schedules().create(&permit, &skips).await.unwrap().id;
        let alerts = t.store.alerts();
        t.clock.advance(HOUR + Duration::from_secs(10 * 60));
        assert_eq!(alerts.look().await.unwrap(), 0, "ten minutes late");
        t.clock.advance(Duration::from_secs(6 * 60));
        assert_eq!((alerts.look().await.unwrap(), alerts.look().await.unwrap()), (1, 0), "nobody is there to fire it");
        let late = ground.log(&t).await;
        assert_eq!((late[0].kind, late[0].facts.id), (RuleKind::ScheduleMissed, Some(id.uuid())));
        assert_eq!(late[0].facts.title(late[0].kind), "A schedule is late");
        // Somebody comes, and leaves out what was told already.
        t.clock.advance(HOUR);
        assert_eq!(t.store.queue().fire_due(9).await.unwrap().runs, 0);
        assert_eq!((ground.log(&t).await.len(), alerts.look().await.unwrap()), (1, 0));
        // Nobody was there again: what is left out is told by whoever leaves it out.
        t.clock.advance(2 * HOUR);
        t.store.queue().fire_due(9).await.unwrap();
        let log = ground.log(&t).await;
        assert_eq!((log.len(), alerts.look().await.unwrap()), (2, 0));
        assert_eq!(log[0].facts.title(log[0].kind), "A schedule missed its time");
        t.store.schedules().switch(&permit, id, false).await.unwrap();
        t.clock.advance(3 * HOUR);
        assert_eq!(alerts.look().await.unwrap(), 0, "it is switched off");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fire_that_meets_its_forerunner_is_told_as_well() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        ground.rule(&t, rule(RuleKind::ScheduleMissed, ground.destination)).await;
        let (_, permit) = scope(&ground.world).await;
        on_the_hour(&t).await;
        let plain = NewSchedule { operation: Operation::Probe(Probe::Plain), ..every("0 * * * *") };
        t.store.schedules().create(&permit, &plain).await.unwrap();
        for told in [0, 1] {
            t.clock.advance(HOUR);
            t.store.queue().fire_due(9).await.unwrap();
            assert_eq!(ground.log(&t).await.len(), told);
        }
        let line = &ground.log(&t).await[0];
        assert_eq!(line.facts.title(line.kind), "A schedule was left out: what it started before was not over");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_that_ends_is_told_from_the_stage_on_that_the_rule_names() {
    on_both(async |t: TestStore| {
        const DAY: Duration = Duration::from_secs(86_400);
        let ground = Ground::of(&t).await;
        let world = &ground.world;
        ground.rule(&t, NewRule { amount: 7, ..rule(RuleKind::CredentialExpiring, ground.destination) }).await;
        let ends = t.store.now().await.unwrap().plus(DAY * 40);
        let rotate = world.tenant_scope(&world.owner).await.permit().unwrap();
        let secret = NewCredential::Secret { secret: SecretString::from("canary"), expires_at: Some(ends) };
        t.store.connections().rotate(&rotate, 1, &secret).await.unwrap();
        for (days, staged, told) in [(10, 1, 0), (24, 1, 1), (5, 1, 2), (0, 0, 2), (1, 1, 3)] {
            t.clock.advance(DAY * days);
            assert_eq!(t.store.connections().tell_expiring().await.unwrap(), staged, "after {days} more days");
            assert_eq!(ground.log(&t).await.len(), told, "after {days} more days");
        }
        let titles: Vec<String> = ground.log(&t).await.iter().rev().map(|line| line.facts.title(line.kind)).collect();
        let ends = "The credential of a connection";
        let expected = ["ends within 7 days", "ends within a day", "has ended"].map(|how| format!("{ends} {how}"));
        assert_eq!(titles, expected);
        assert!(!format!("{:?}", ground.log(&t).await).contains("canary"));
    })
    .await;
}
