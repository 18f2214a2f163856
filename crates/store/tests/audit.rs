//! The audit trail: each change leaves its entry, and no entry ever changes.

use model::access::{Capability, Role};
use model::audit::{Action, AuditEntry};
use model::ids::EntraTenantId;
use model::tenant::{Environment, TenantStatus};
use store::{Backend, NewTenant};
use testkit::stores::{TestStore, on_both};
use testkit::world::{World, connection};

const ALL: &str = "select count(*) from audit_entries";

/// The newest entry, as "actor action outcome subject workspace? tenant?".
async fn newest(t: &TestStore) -> String {
    let newest = "select actor_kind || ' ' || action || ' ' || outcome || ' ' || coalesce(subject_kind, '-')
        || case when workspace_id is null then '' else ' workspace' end
        || case when tenant_id is null then '' else ' tenant' end
      from audit_entries order by id desc limit 1";
    t.texts(newest).await.pop().expect("an entry")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_leaves_exactly_its_entry() {
    on_both(async |t: TestStore| {
        let (op, s) = (&*t.operator, &t.store);
        let mut entries = 0;
        let mut left = async |expected: &str| {
            entries += 1;
            assert_eq!(t.number(ALL).await, entries, "{expected}");
            assert_eq!(newest(&t).await, expected);
        };
        let ada = s.users().add(op, "ada@example.test", "Ada", None).await.unwrap();
        left("operator user.add done user").await;
        let eve = s.users().add(op, "eve@example.test", "Eve", None).await.unwrap();
        left("operator user.add done user").await;
        let workspace = s.workspaces().create(op, "Northwind").await.unwrap();
        left("operator workspace.create done workspace workspace").await;
        s.members().add_to_workspace(op, workspace, ada.id, Role::Owner).await.unwrap();
        left("operator workspace.member.add done user workspace").await;
        s.members().add_to_workspace(op, workspace, eve.id, Role::Operator).await.unwrap();
        left("operator workspace.member.add done user workspace").await;
        let new = NewTenant {
            name: "Contoso".to_owned(),
            domain: "contoso.onmicrosoft.example".to_owned(),
            entra_tenant_id: EntraTenantId::generate(),
            environment: Environment::Production,
            status: TenantStatus::Active,
        };
        let tenant = s.tenants().create(op, workspace, &new).await.unwrap();
        left("operator tenant.create done tenant workspace tenant").await;
        s.members().add_to_tenant(op, tenant, eve.id, Role::Operator).await.unwrap();
        left("operator tenant.member.add done user workspace tenant").await;
        s.connections().save(op, tenant, &connection()).await.unwrap();
        left("operator connection.save done connection workspace tenant").await;
        s.connections().set_enabled(op, tenant, true).await.unwrap();
        left("operator connection.enable done tenant workspace tenant").await;
        s.tenants().set_status(op, tenant, TenantStatus::Archived).await.unwrap();
        left("operator tenant.archive done tenant workspace tenant").await;
        s.tenants().set_status(op, tenant, TenantStatus::Active).await.unwrap();
        left("operator tenant.unarchive done tenant workspace tenant").await;
        let token = s.sessions().start(&eve).await.unwrap();
        left("user session.sign_in done session").await;
        let who = s.sessions().find(&token).await.unwrap().expect("lives");
        let scope = s.access().tenant(&who, tenant).await.unwrap();
        let permit = scope.permit().unwrap();
        let request = testkit::world::sync_of(tenant, &["scope_tag"]);
        let run =
            s.runs().start::<model::access::can::InventorySync>(&permit, &request, model::run::Trigger::Manual).await.unwrap();
        left("user run.start done run workspace tenant").await;
        s.runs().start(&permit, &request, model::run::Trigger::Manual).await.unwrap();
        left("user run.start done run workspace tenant").await;
        s.runs().cancel(&s.access().run(&who, run.run().id).await.unwrap()).await.unwrap();
        left("user run.cancel done run workspace tenant").await;
        s.members().remove_from_workspace(op, workspace, eve.id).await.unwrap();
        left("operator workspace.member.remove done user workspace").await;
        s.sessions().end(&who).await.unwrap();
        left("user session.sign_out done session").await;
        let by_eve = format!("select count(*) from audit_entries where actor_id = {}", t.literal(eve.id.uuid()));
        assert_eq!(t.number(&by_eve).await, 5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_attempt_is_recorded_with_who_and_what() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let before = t.number(ALL).await;
        let tenant = world.tenant_scope(&world.readonly).await;
        let entry =
            AuditEntry::denied(Action::RunStart).on("tenant", world.tenant.uuid()).with("capability", Capability::InventorySync);
        t.store.audit().denied_in_tenant(&tenant, entry).await.unwrap();
        assert_eq!(newest(&t).await, "user run.start denied tenant workspace tenant");
        let details = "select cast(details as text) from audit_entries order by id desc limit 1";
        assert!(t.texts(details).await[0].contains("tenant.inventory.sync"));
        let workspace = world.workspace_scope(&world.outsider).await;
        let entry = AuditEntry::denied(Action::WorkspaceMemberAdd).on("workspace", world.workspace.uuid());
        t.store.audit().denied_in_workspace(&workspace, entry).await.unwrap();
        assert_eq!(newest(&t).await, "user workspace.member.add denied workspace workspace");
        let by = format!("select count(*) from audit_entries where actor_id = {}", t.literal(world.outsider.id.uuid()));
        assert_eq!(t.number(&by).await, 2, "sign-in and refusal");
        assert_eq!(t.number(ALL).await, before + 4, "two sign-ins, two refusals");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_cannot_be_changed_or_removed() {
    on_both(async |t: TestStore| {
        World::of(&t).await;
        let fingerprint = "select cast(at as text) || action || outcome from audit_entries order by id";
        let before = t.texts(fingerprint).await;
        assert!(!before.is_empty());
        for attempt in ["update audit_entries set outcome = 'denied'", "delete from audit_entries"] {
            let tried = store::testing::execute(&t.store, attempt).await;
            // On PostgreSQL no policy lets these statements see a row, so that they touch none.
            assert!(tried.is_err() || t.store.backend() == Backend::Postgres, "{attempt}");
            assert_eq!(t.texts(fingerprint).await, before, "{attempt}");
        }
        if t.store.backend() == Backend::Postgres {
            // Where row-level security does not hold (the owner may lift it from itself), the trigger does.
            for attempt in ["update audit_entries set outcome = 'denied'", "delete from audit_entries", "truncate audit_entries"]
            {
                let lifted = format!("alter table audit_entries no force row level security; {attempt}");
                let refused = store::testing::execute(&t.store, &lifted).await.expect_err(attempt);
                let words = std::error::Error::source(&refused).map(ToString::to_string).unwrap_or_default();
                assert!(words.contains("append-only"), "{attempt}: {words}");
            }
        }
        assert_eq!(t.texts(fingerprint).await, before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_outlive_what_they_speak_of() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.queued(&["scope_tag"]).await;
        let before = t.number(ALL).await;
        t.execute(&format!("delete from workspaces where id = {}", t.literal(world.workspace.uuid()))).await;
        t.execute("delete from users").await;
        for table in ["operation_runs", "operation_run_events", "notices", "sessions", "workspace_members"] {
            assert_eq!(t.number(&format!("select count(*) from {table}")).await, 0, "{table}");
        }
        assert_eq!(t.number(ALL).await, before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_on_a_run_is_recorded_where_the_run_belongs() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.queued(&["scope_tag"]).await.id;
        let who = world.sign_in(&world.readonly).await;
        let denied = || AuditEntry::denied(Action::RunCancel);
        t.store.audit().denied_on_run(&who, run, denied()).await.unwrap();
        assert_eq!(newest(&t).await, "user run.cancel denied run workspace tenant");
        let entry = format!(
            "select count(*) from audit_entries where run_id = {} and subject_id = run_id and tenant_id = {} and actor_id = {}",
            t.literal(run.uuid()),
            t.literal(world.tenant.uuid()),
            t.literal(world.readonly.id.uuid()),
        );
        assert_eq!(t.number(&entry).await, 1);
        let before = t.number(ALL).await;
        t.store.audit().denied_on_run(&who, model::ids::RunId::generate(), denied()).await.unwrap();
        assert_eq!(t.number(ALL).await, before, "what does not exist leaves no trace");
    })
    .await;
}
