//! Alerts that must not fall silent, come twice, or go where they were not meant to.

use std::time::Duration;

use model::alert::{DeliveryState, NewRule, QuietHours, Reach, RuleKind, Why};
use model::failure::{Code, Failure};
use model::ids::TenantId;
use model::operations::Operation;
use model::run::{Counts, Outcome, Status, Trigger};
use secrecy::{ExposeSecret as _, SecretString};
use store::runs::{LEASE, Rescued, WorkerId};
use store::{DestinationWish, NewCredential, OpenTarget, StoreError, Target};
use testkit::stores::{TestStore, on_both};

use crate::alerts::{Ground, arguments, claimed, rule, wish};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

async fn activate(t: &TestStore, ground: &Ground) {
    let workspace = t.literal(ground.world.workspace.uuid());
    t.execute(&format!("update tenants set status = 'active' where workspace_id = {workspace}")).await;
}

/// Makes messages of what is due and sends them; how many came, and how many were let go of.
async fn tells(t: &TestStore, ground: &Ground) -> (usize, usize) {
    let done = t.store.alerts().dispatch().await.unwrap();
    ground.sends(t).await;
    (done.messages, done.suppressed)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lasts_is_told_again_when_its_cooldown_is_over_and_once_without_one() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        activate(&t, &ground).await;
        let dead_man = |cooldown_minutes| NewRule {
            reach: Reach::Tenant(ground.world.tenant),
            amount: 24,
            cooldown_minutes,
            ..rule(RuleKind::NoBackup, ground.destination)
        };
        ground.rule(&t, dead_man(0)).await;
        ground.rule(&t, dead_man(12 * 60)).await;
        t.clock.advance(25 * HOUR);
        assert_eq!(t.store.alerts().look().await.unwrap(), 2);
        assert_eq!(tells(&t, &ground).await, (2, 0));
        t.clock.advance(11 * HOUR);
        assert_eq!(t.store.alerts().look().await.unwrap(), 0);
        for _ in 0..3 {
            t.clock.advance(13 * HOUR);
            let other = t.another().await;
            let (ours, theirs) = (t.store.alerts(), other.alerts());
            let (one, two) = tokio::join!(ours.look(), theirs.look());
            assert_eq!(one.unwrap() + two.unwrap(), 1, "the one with a cooldown, by one of them");
            assert_eq!(tells(&t, &ground).await, (1, 0));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_and_was_not_told_is_told_when_the_rule_or_its_destination_is_on_again() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let (alerts, permit) = (t.store.alerts(), &ground.permit);
        let id = ground.rule(&t, NewRule { amount: 5, ..rule(RuleKind::NoWorker, ground.destination) }).await;
        t.clock.advance(6 * MINUTE);
        assert_eq!(alerts.look().await.unwrap(), 1);
        let says = alerts.rule(permit, id).await.unwrap().says;
        alerts.edit_rule(permit, id, 1, &NewRule { enabled: false, ..says.clone() }).await.unwrap();
        assert_eq!(tells(&t, &ground).await, (0, 1), "the rule is off");
        alerts.edit_rule(permit, id, 2, &says).await.unwrap();
        t.clock.advance(MINUTE);
        assert_eq!(alerts.look().await.unwrap(), 1, "it still stands, and nobody was told");
        let off = DestinationWish { enabled: false, target: None, ..wish("Ops") };
        alerts.edit_destination(permit, ground.destination, 1, &off).await.unwrap();
        assert_eq!(tells(&t, &ground).await, (0, 1), "the destination is off");
        assert_eq!(alerts.look().await.unwrap(), 0, "there is nowhere to tell it");
        alerts.edit_destination(permit, ground.destination, 2, &DestinationWish { enabled: true, ..off }).await.unwrap();
        t.clock.advance(MINUTE);
        assert_eq!(alerts.look().await.unwrap(), 1);
        assert_eq!(tells(&t, &ground).await, (1, 0));
        assert_eq!(alerts.look().await.unwrap(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cooldown_holds_what_stands_back_and_lets_go_of_what_is_over() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let worker = WorkerId::new("alive");
        t.store.queue().register(&worker, "host", "1", 1).await.unwrap();
        let workers = NewRule { amount: 5, cooldown_minutes: 60, ..rule(RuleKind::NoWorker, ground.destination) };
        ground.rule(&t, workers).await;
        let (alerts, states) = (t.store.alerts(), async || ground.log(&t).await.iter().map(|one| one.state).collect::<Vec<_>>());
        t.clock.advance(6 * MINUTE);
        assert_eq!((alerts.look().await.unwrap(), tells(&t, &ground).await), (1, (1, 0)));
        // Somebody works again for a moment: another beginning, within the cooldown.
        t.store.queue().register(&worker, "host", "1", 1).await.unwrap();
        t.clock.advance(6 * MINUTE);
        assert_eq!((alerts.look().await.unwrap(), tells(&t, &ground).await), (1, (0, 0)));
        assert_eq!(states().await, [DeliveryState::Waiting, DeliveryState::Sent]);
        t.clock.advance(HOUR);
        assert_eq!((alerts.look().await.unwrap(), tells(&t, &ground).await), (0, (1, 0)), "held back, not let go of");
        t.store.queue().register(&worker, "host", "1", 1).await.unwrap();
        t.clock.advance(6 * MINUTE);
        assert_eq!((alerts.look().await.unwrap(), tells(&t, &ground).await), (1, (0, 0)));
        t.store.queue().register(&worker, "host", "1", 1).await.unwrap();
        t.clock.advance(HOUR);
        assert_eq!(tells(&t, &ground).await, (0, 1), "somebody was heard of meanwhile");
        assert_eq!(ground.log(&t).await[0].reason.as_deref(), Some(Why::Over.code()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_failed_told_nobody() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        ground.rule(&t, NewRule { cooldown_minutes: 60, ..rule(RuleKind::RunFailed, ground.destination) }).await;
        ground.fails(&t).await;
        t.store.alerts().dispatch().await.unwrap();
        let attempt = claimed(&t, &ground.world).await.unwrap();
        let failure = Failure::new(Code::AlertRefused);
        t.store.queue().finish(&attempt, Outcome::Failed, Some(&failure), &Counts::default(), &[]).await.unwrap();
        t.clock.advance(MINUTE);
        ground.fails(&t).await;
        t.store.alerts().dispatch().await.unwrap();
        t.clock.advance(50 * MINUTE);
        ground.sends(&t).await;
        // The cooldown begins when it arrived.
        t.clock.advance(30 * MINUTE);
        ground.fails(&t).await;
        assert_eq!(tells(&t, &ground).await, (0, 1));
        t.clock.advance(31 * MINUTE);
        ground.fails(&t).await;
        assert_eq!(tells(&t, &ground).await, (1, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_and_could_not_be_sent_is_told_again_after_an_hour() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        ground.rule(&t, NewRule { amount: 5, ..rule(RuleKind::NoWorker, ground.destination) }).await;
        t.clock.advance(6 * MINUTE);
        assert_eq!(t.store.alerts().look().await.unwrap(), 1);
        t.store.alerts().dispatch().await.unwrap();
        let attempt = claimed(&t, &ground.world).await.unwrap();
        let failure = Failure::new(Code::AlertRefused);
        t.store.queue().finish(&attempt, Outcome::Failed, Some(&failure), &Counts::default(), &[]).await.unwrap();
        t.clock.advance(59 * MINUTE);
        assert_eq!(t.store.alerts().look().await.unwrap(), 0);
        t.clock.advance(2 * MINUTE);
        assert_eq!(t.store.alerts().look().await.unwrap(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_rule_that_tells_elsewhere_now_is_not_told_there() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let (alerts, permit) = (t.store.alerts(), &ground.permit);
        let elsewhere = alerts.create_destination(permit, &wish("Elsewhere")).await.unwrap();
        let gathers = NewRule { digest_minutes: 60, ..rule(RuleKind::RunFailed, ground.destination) };
        let id = ground.rule(&t, gathers.clone()).await;
        for (revision, changed) in [
            (1, NewRule { destination: elsewhere, ..gathers.clone() }),
            (2, NewRule { reach: Reach::Tenant(ground.world.tenant), ..gathers.clone() }),
        ] {
            ground.fails(&t).await;
            alerts.edit_rule(permit, id, revision, &changed).await.unwrap();
            let newest = &ground.log(&t).await[0];
            assert_eq!((newest.state, newest.reason.as_deref()), (DeliveryState::Suppressed, Some(Why::RuleChanged.code())));
        }
        // Its name alone changes nothing; without gathering what is held is free.
        ground.fails(&t).await;
        let narrowed = NewRule { reach: Reach::Tenant(ground.world.tenant), ..gathers };
        alerts.edit_rule(permit, id, 3, &NewRule { name: "Other".to_owned(), ..narrowed.clone() }).await.unwrap();
        assert_eq!(tells(&t, &ground).await, (0, 0), "it gathers");
        alerts.edit_rule(permit, id, 4, &NewRule { digest_minutes: 0, ..narrowed }).await.unwrap();
        assert_eq!(tells(&t, &ground).await, (1, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_quiet_hours_hold_is_free_when_they_are_switched_off() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let all_day = QuietHours::parse("00:00", "23:59", "UTC").unwrap();
        let quiet = NewRule { quiet: Some(all_day), ..rule(RuleKind::RunFailed, ground.destination) };
        let id = ground.rule(&t, quiet.clone()).await;
        ground.fails(&t).await;
        assert_eq!(tells(&t, &ground).await, (0, 0));
        t.store.alerts().edit_rule(&ground.permit, id, 1, &NewRule { quiet: None, ..quiet }).await.unwrap();
        assert_eq!(tells(&t, &ground).await, (1, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_whose_tenant_was_removed_is_of_none_and_says_so() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let (alerts, permit) = (t.store.alerts(), &ground.permit);
        let narrowed = NewRule { reach: Reach::Tenant(ground.world.tenant), ..rule(RuleKind::RunFailed, ground.destination) };
        let id = ground.rule(&t, narrowed).await;
        t.execute("update alert_rules set tenant_id = null").await;
        let gone = alerts.rule(permit, id).await.unwrap();
        assert_eq!((gone.says.reach, gone.reach_name.as_deref()), (Reach::Gone, None));
        assert!(matches!(alerts.edit_rule(permit, id, 1, &gone.says).await, Err(StoreError::Conflict(_))), "on, of nobody");
        alerts.edit_rule(permit, id, 1, &NewRule { enabled: false, ..gone.says.clone() }).await.unwrap();
        assert_eq!(alerts.rule(permit, id).await.unwrap().says.reach, Reach::Gone);
        let foreign = NewRule { reach: Reach::Tenant(TenantId::generate()), ..gone.says };
        assert!(matches!(alerts.edit_rule(permit, id, 2, &foreign).await, Err(StoreError::NotVisible)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_is_one_message_that_counts_all() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let id = ground.rule(&t, rule(RuleKind::RunFailed, ground.destination)).await;
        ground.fails(&t).await;
        // The same line some hundred times over.
        for n in 0..11 {
            let copies = format!(
                "insert into alert_deliveries (id, workspace_id, tenant_id, rule_id, destination_id, kind, event_key, subject, about_id,
                  subject_since, facts, state, occurred_at, due_at)
                select {}, workspace_id, tenant_id, rule_id, destination_id, kind, 'copy:{n}:' || event_key, 'copy:{n}:' || subject,
                  about_id, subject_since, facts, state, occurred_at, due_at from alert_deliveries where rule_id = {}",
                if t.store.backend() == store::Backend::Sqlite { "randomblob(16)" } else { "gen_random_uuid()" },
                t.literal(id.uuid()),
            );
            t.execute(&copies).await;
        }
        let done = t.store.alerts().dispatch().await.unwrap();
        assert_eq!((done.messages, done.suppressed), (1, 0));
        let attempt = claimed(&t, &ground.world).await.unwrap();
        let run = ground.world.run(attempt.run_id()).await;
        let dispatch = t.store.alerts().for_run(&attempt, &arguments(&run)).await.unwrap().unwrap();
        assert_eq!((dispatch.deliveries.len(), dispatch.count), (50, 2048));
        ground.sends(&t).await;
        t.store.queue().finish(&attempt, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
        assert_eq!(t.number("select count(*) from alert_deliveries where state = 'sent'").await, 2048);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_without_a_rule_is_let_go_of_and_forgotten() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        ground.rule(&t, rule(RuleKind::RunFailed, ground.destination)).await;
        ground.fails(&t).await;
        t.execute("update alert_deliveries set rule_id = null").await;
        assert_eq!(tells(&t, &ground).await, (0, 1));
        assert_eq!(ground.log(&t).await[0].reason.as_deref(), Some(Why::RuleGone.code()));
        t.execute("update alert_deliveries set state = 'waiting'").await;
        t.clock.advance(401 * 24 * HOUR);
        t.store.alerts().look().await.unwrap();
        assert!(ground.log(&t).await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_that_passed_a_stage_before_there_was_a_rule_is_told_once_and_its_end_is_no_repetition() {
    on_both(async |t: TestStore| {
        const DAY: Duration = Duration::from_secs(86_400);
        let ground = Ground::of(&t).await;
        activate(&t, &ground).await;
        let world = &ground.world;
        let ends = t.store.now().await.unwrap().plus(DAY * 40);
        let rotate = world.tenant_scope(&world.owner).await.permit().unwrap();
        let secret = NewCredential::Secret { secret: SecretString::from("canary"), expires_at: Some(ends) };
        t.store.connections().rotate(&rotate, 1, &secret).await.unwrap();
        t.clock.advance(DAY * 20);
        assert_eq!(t.store.connections().tell_expiring().await.unwrap(), 1);
        // Of one day alone there is nothing to tell yet; of thirty there is, once.
        let week = 7 * 24 * 60;
        let days = |amount| NewRule { amount, cooldown_minutes: week, ..rule(RuleKind::CredentialExpiring, ground.destination) };
        ground.rule(&t, days(1)).await;
        assert_eq!(t.store.alerts().look().await.unwrap(), 0);
        ground.rule(&t, days(30)).await;
        assert_eq!((t.store.alerts().look().await.unwrap(), t.store.alerts().look().await.unwrap()), (1, 0));
        assert_eq!(tells(&t, &ground).await, (1, 0));
        let line = &ground.log(&t).await[0];
        assert_eq!(line.facts.title(line.kind), "The credential of a connection ends within 30 days");
        t.clock.advance(DAY * 18);
        t.store.connections().tell_expiring().await.unwrap();
        assert_eq!(tells(&t, &ground).await, (1, 0), "within 7 days");
        t.clock.advance(DAY * 3);
        t.store.connections().tell_expiring().await.unwrap();
        assert_eq!(tells(&t, &ground).await, (2, 0), "it has ended, whatever was told of it before");
        assert_eq!(t.store.alerts().look().await.unwrap(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_given_of_a_webhook_stays_and_what_is_given_is_replaced() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let (alerts, permit) = (t.store.alerts(), &ground.permit);
        let (old, new) = ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let change = async |revision, address: Option<&str>, key: Option<&str>| {
            let target = Target::Webhook { address: address.map(SecretString::from), key: key.map(SecretString::from) };
            let wish = DestinationWish { target: Some(target), ..wish("Ops") };
            alerts.edit_destination(permit, ground.destination, revision, &wish).await.unwrap();
            let started = alerts.test(permit, ground.destination, Trigger::Manual).await.unwrap();
            let attempt = claimed(&t, &ground.world).await.unwrap();
            let dispatch = alerts.for_run(&attempt, &arguments(started.run())).await.unwrap().unwrap();
            t.store.queue().finish(&attempt, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
            let OpenTarget::Webhook { address, key } = dispatch.target else { panic!() };
            (address.expose_secret().to_owned(), key.expose_secret().to_owned())
        };
        let (first, second) = ("https://hooks.example.com/canary-path", "https://other.example.com/x");
        let pair = |address: &str, key: &str| (address.to_owned(), key.to_owned());
        assert_eq!(change(1, Some(second), None).await, pair(second, old), "the other side knows its key");
        assert_eq!(alerts.destination(permit, ground.destination).await.unwrap().shown, "https://other.example.com/…");
        assert_eq!(change(2, None, Some(new)).await, pair(second, new));
        assert_eq!(alerts.destination(permit, ground.destination).await.unwrap().shown, "https://other.example.com/…");
        assert_eq!(change(3, Some(first), Some(old)).await, pair(first, old));
        let half = Target::Webhook { address: None, key: Some(SecretString::from(new)) };
        let half = DestinationWish { target: Some(half), ..wish("Half") };
        assert!(matches!(alerts.create_destination(permit, &half).await, Err(StoreError::Conflict(_))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_works_on_alerts_alone_takes_back_deliveries_of_the_dead_and_nothing_else() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        t.store.alerts().test(&ground.permit, ground.destination, Trigger::Manual).await.unwrap();
        let delivery = claimed(&t, &ground.world).await.unwrap();
        let other = ground.world.attempt(&["scope_tag"]).await;
        let queue = t.store.queue();
        let nothing = Rescued::default();
        assert_eq!(queue.rescue_of(&[Operation::AlertsDeliver]).await.unwrap(), nothing, "their leases hold");
        t.clock.advance(LEASE + MINUTE);
        assert_eq!(queue.rescue_of(&[Operation::AlertsDeliver]).await.unwrap(), Rescued { requeued: 1, ..nothing });
        assert_eq!(ground.world.run(delivery.run_id()).await.status, Status::Queued);
        assert_eq!(ground.world.run(other.run_id()).await.status, Status::Running);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_destinations_says_where_nothing_arrived_last() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let failed = async || t.store.alerts().destination(&ground.permit, ground.destination).await.unwrap().last_failed;
        ground.rule(&t, rule(RuleKind::RunFailed, ground.destination)).await;
        assert!(!failed().await);
        ground.fails(&t).await;
        t.store.alerts().dispatch().await.unwrap();
        let attempt = claimed(&t, &ground.world).await.unwrap();
        assert!(!failed().await, "it is under way");
        let failure = Failure::new(Code::AlertRefused);
        t.store.queue().finish(&attempt, Outcome::Failed, Some(&failure), &Counts::default(), &[]).await.unwrap();
        assert!(failed().await);
        ground.fails(&t).await;
        assert_eq!(tells(&t, &ground).await, (1, 0));
        assert!(!failed().await);
    })
    .await;
}
