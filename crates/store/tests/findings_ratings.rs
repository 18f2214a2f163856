//! How much findings matter in a workspace: what it says itself, and what becomes of findings that are there.

use std::time::Duration;

use model::access::{Capability, can};
use model::finding::{Fits, HistoryEvent, Move, NoRule, Ratings, Severity};
use store::StoreError;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::findings::{TYPE, changed, found, newest, opened, read};

const DAY: Duration = Duration::from_secs(86_400);

fn saying(severity: Severity) -> Result<Ratings, NoRule> {
    let mut ratings = Ratings::default();
    ratings.set(Fits::new(Some(TYPE), None, None)?, severity)?;
    ratings.set_days(severity, Some(3))?;
    Ok(ratings)
}

#[tokio::test(flavor = "multi_thread")]
async fn open_findings_are_rated_anew_with_history_and_new_ones_go_by_the_rules() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (run, one) = found(&t, &world).await;
        let findings = t.store.findings();
        assert_eq!(one.severity, Severity::High, "as the table says");
        let workspace = world.workspace_scope(&world.manager).await;
        let permit = workspace.permit::<can::WorkspaceSettingsManage>().unwrap();
        assert_eq!(findings.ratings(&workspace).await.unwrap(), store::KnownRatings::default());
        t.clock.advance(Duration::from_secs(60));
        let low = saying(Severity::Low).unwrap();
        let rated = findings.save_ratings(&permit, 0, &low).await.unwrap();
        assert_eq!((rated.findings, rated.more), (1, false));
        let known = findings.ratings(&world.workspace_scope(&world.readonly).await).await.unwrap();
        assert_eq!((known.ratings, known.revision), (low.clone(), 1), "what was saved is read again");
        let scope = world.tenant_scope(&world.owner).await;
        let now = findings.find(&scope, one.id).await.unwrap();
        assert_eq!((now.severity, now.due_at), (Severity::Low, Some(one.first_seen_at.plus(3 * DAY))));
        assert!(now.revision > one.revision, "whoever saw it before sees that it changed");
        let history = findings.history(&scope, one.id).await.unwrap();
        assert_eq!(history[0].event, HistoryEvent::Rated);
        assert!(history[0].by.is_some() && history[0].note.as_deref() == Some("Low, due in 3 days"), "{:?}", history[0]);
        // The same again changes nothing.
        assert_eq!(findings.save_ratings(&permit, 1, &low).await.unwrap().findings, 0);
        assert_eq!(findings.rate_again(&run).await.unwrap(), 0);
        // A new one goes by the rules; so does the old one when it is opened again.
        let critical = saying(Severity::Critical).unwrap();
        let triage = scope.permit::<can::FindingsTriage>().unwrap();
        findings.move_one(&triage, one.id, now.revision, Move::Resolve, None).await.unwrap();
        assert_eq!(findings.save_ratings(&permit, 2, &critical).await.unwrap().findings, 0, "what is resolved stays as it is");
        assert_eq!(findings.find(&scope, one.id).await.unwrap().severity, Severity::Low);
        read(&t, &run, &[("a", 2), ("b", 2)]).await;
        let judged = changed(&t, &run).await.into_iter().map(|object| opened(object, "rule")).collect::<Vec<_>>();
        let kept = findings.keep(&run, TYPE, (None, newest(&t, &run).await), &judged).await.unwrap();
        assert_eq!(kept.found, [0, 0, 0, 1]);
        assert_eq!(findings.settle(&run, &[(TYPE, newest(&t, &run).await)]).await.unwrap()[TYPE], 1, "it is still there");
        let again = findings.find(&scope, one.id).await.unwrap();
        assert_eq!((again.severity, again.due_at), (Severity::Critical, Some(t.store.now().await.unwrap().plus(3 * DAY))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_rates_what_saving_left() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (run, one) = found(&t, &world).await;
        let findings = t.store.findings();
        let permit = world.workspace_scope(&world.owner).await.permit::<can::WorkspaceSettingsManage>().unwrap();
        findings.save_ratings(&permit, 0, &saying(Severity::Low).unwrap()).await.unwrap();
        // As if there had been too many.
        t.execute("update findings set rated = 0, severity = 'high'").await;
        assert_eq!(findings.rate_again(&run).await.unwrap(), 1);
        assert_eq!(findings.rate_again(&run).await.unwrap(), 0);
        let scope = world.tenant_scope(&world.readonly).await;
        assert_eq!(findings.find(&scope, one.id).await.unwrap().severity, Severity::Low);
        let latest = findings.history(&scope, one.id).await.unwrap().remove(0);
        assert_eq!((latest.event, latest.by), (HistoryEvent::Rated, None), "the product did it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_the_workspaces_and_of_two_who_change_them_one_is_told() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (_, one) = found(&t, &world).await;
        let findings = t.store.findings();
        let refused = world.workspace_scope(&world.operator_member).await.permit::<can::WorkspaceSettingsManage>();
        assert!(matches!(refused, Err(StoreError::Forbidden(Capability::WorkspaceSettingsManage))));
        let permit = world.workspace_scope(&world.owner).await.permit::<can::WorkspaceSettingsManage>().unwrap();
        let low = saying(Severity::Low).unwrap();
        for wrong in [1, -1] {
            let stale = findings.save_ratings(&permit, wrong, &low).await;
            assert!(matches!(stale, Err(StoreError::Conflict(_))), "{stale:?}");
        }
        findings.save_ratings(&permit, 0, &low).await.unwrap();
        assert!(matches!(findings.save_ratings(&permit, 0, &Ratings::default()).await, Err(StoreError::Conflict(_))));
        // Another workspace has nothing of it, and touches nothing of it.
        let stranger = world.sign_in(&world.stranger).await;
        let foreign = t.store.access().workspace(&stranger, world.foreign_workspace).await.unwrap();
        assert_eq!(findings.ratings(&foreign).await.unwrap().revision, 0);
        let rated = findings.save_ratings(&foreign.permit().unwrap(), 0, &saying(Severity::Critical).unwrap()).await.unwrap();
        assert_eq!(rated.findings, 0);
        let scope = world.tenant_scope(&world.owner).await;
        assert_eq!(findings.find(&scope, one.id).await.unwrap().severity, Severity::Low);
        assert_eq!(t.texts("select action from audit_entries where action = 'finding.ratings'").await.len(), 2);
    })
    .await;
}
