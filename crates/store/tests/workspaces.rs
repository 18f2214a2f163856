//! Workspaces, as their members see them.

use std::time::Duration;

use model::access::{Role, can};
use model::failure::Code;
use model::ids::{EntraTenantId, TenantId};
use model::operations::Operation;
use model::operations::probe::{Arguments, Probe};
use model::page::{Cursor, Direction};
use model::run::Started;
use model::schedule::{Cadence, CatchUp, CronText, NewSchedule, Zone};
use model::tenant::{Environment, TenantStatus};
use store::access::WorkspaceScope;
use store::runs::{Admission, WorkerId};
use store::{Home, NewTenant, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_the_workspaces_of_which_they_are_a_member() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let workspaces = t.store.workspaces();
        let members = t.store.members();
        let zebra = workspaces.create(&t.operator, "zebra").await.unwrap();
        let alpaca = workspaces.create(&t.operator, "Alpaca").await.unwrap();
        for (workspace, role) in [(zebra, Role::Readonly), (alpaca, Role::Owner)] {
            members.add_to_workspace(&t.operator, workspace, world.operator_member.id, role).await.unwrap();
        }
        let home = workspaces.mine(&world.sign_in(&world.operator_member).await).await.unwrap();
        let seen: Vec<_> = home.workspaces.iter().map(|w| (w.id, w.name.as_str(), w.role)).collect();
        let expected = [
            (alpaca, "Alpaca", Role::Owner),
            (world.workspace, "Northwind Services", Role::Operator),
            (zebra, "zebra", Role::Readonly),
        ];
        assert_eq!(seen, expected, "by name, case aside");
        let nobody = t.store.users().add(&t.operator, "new@example.test", "New", None).await.unwrap();
        assert_eq!(workspaces.mine(&world.sign_in(&nobody).await).await.unwrap(), Home::default());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v2_a_member_sees_the_tenants_to_which_they_are_entitled() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        for (user, expected) in [
            (&world.owner, vec![("Contoso", Role::Owner), ("Fabrikam", Role::Owner)]),
            (&world.manager, vec![("Contoso", Role::Manager), ("Fabrikam", Role::Manager)]),
            (&world.operator_member, vec![("Contoso", Role::Operator)]),
            (&world.readonly, vec![("Contoso", Role::Readonly)]),
            (&world.outsider, vec![]),
        ] {
            let tenants = t.store.workspaces().tenants(&world.workspace_scope(user).await).await.unwrap();
            let seen: Vec<_> = tenants.iter().map(|tenant| (tenant.name.as_str(), tenant.role)).collect();
            assert_eq!(seen, expected, "{}", user.name);
        }
    })
    .await;
}

async fn names(t: &TestStore, scope: &WorkspaceScope, text: Option<&str>) -> Vec<String> {
    let page = t.store.workspaces().find_tenants(scope, text, None, 50).await.expect("a page");
    page.rows.into_iter().map(|tenant| tenant.name).collect()
}

/// Adds tenants with these names to the workspace.
async fn add(t: &TestStore, world: &World, names: &[&str]) {
    for (i, name) in names.iter().enumerate() {
        let new = NewTenant {
            name: (*name).to_owned(),
            domain: format!("t{i}.onmicrosoft.example"),
            entra_tenant_id: EntraTenantId::generate(),
            environment: Environment::Development,
            status: TenantStatus::Active,
        };
        t.store.tenants().create(&t.operator, world.workspace, &new).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_are_found_by_a_part_of_name_or_domain_case_aside() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        add(&t, &world, &["Über 100%", "a_b", "Ärzte", "zebra", "b\\c", "\u{202e}live"]).await;
        let owner = world.workspace_scope(&world.owner).await;
        let in_order = ["a_b", "b\\c", "Contoso", "Fabrikam", "zebra", "Ärzte", "Über 100%", "\u{202e}live"];
        assert_eq!(names(&t, &owner, None).await, in_order, "the same order on both");
        let listed = t.store.workspaces().tenants(&owner).await.unwrap();
        assert_eq!(listed.iter().map(|tenant| tenant.name.as_str()).collect::<Vec<_>>(), in_order);
        for (text, expected) in [
            ("über", vec!["Über 100%"]),
            ("ÄRZ", vec!["Ärzte"]),
            ("%", vec!["Über 100%"]),
            ("_", vec!["a_b"]),
            ("\\", vec!["b\\c"]),
            ("CONTOSO.onmicrosoft", vec!["Contoso"]),
            ("t3.", vec!["zebra"]),
            ("nothing of that kind", vec![]),
            ("' or 1=1 --", vec![]),
        ] {
            assert_eq!(names(&t, &owner, Some(text)).await, expected, "{text:?}");
        }
        for text in ["", "\0"] {
            assert_eq!(names(&t, &owner, Some(text)).await.len(), in_order.len(), "{text:?}: no filter");
        }
        assert_eq!(names(&t, &owner, Some(&"x".repeat(100_000))).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v2_a_search_for_tenants_finds_those_to_which_the_member_is_entitled() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        for (user, expected) in
            [(&world.manager, vec!["Contoso", "Fabrikam"]), (&world.readonly, vec!["Contoso"]), (&world.outsider, vec![])]
        {
            let scope = world.workspace_scope(user).await;
            assert_eq!(names(&t, &scope, None).await, expected, "{}", user.name);
            assert_eq!(names(&t, &scope, Some(".onmicrosoft.")).await, expected, "{}", user.name);
            assert_eq!(names(&t, &scope, Some("adatum")).await, Vec::<String>::new(), "another workspace's");
        }
        let all = [world.tenant, world.other_tenant, world.foreign_tenant, TenantId::generate()];
        for (user, expected) in [
            (&world.owner, vec![(world.tenant, Role::Owner), (world.other_tenant, Role::Owner)]),
            (&world.operator_member, vec![(world.tenant, Role::Operator)]),
            (&world.outsider, vec![]),
            (&world.stranger, vec![(world.foreign_tenant, Role::Owner)]),
        ] {
            let found = t.store.workspaces().entitled_tenants(&world.sign_in(user).await, &all).await.unwrap();
            let mut seen: Vec<_> = found.iter().map(|tenant| (tenant.id, tenant.role)).collect();
            seen.sort_by_key(|(id, _)| *id);
            assert_eq!(seen, expected, "{}", user.name);
        }
        let none = t.store.workspaces().entitled_tenants(&world.sign_in(&world.owner).await, &[]).await.unwrap();
        assert_eq!(none, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_tenants_lose_and_repeat_none_in_either_direction() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        add(&t, &world, &["same", "Same", "SAME", "é", "É", "10", "9", "\u{1d11e}"]).await;
        let owner = world.workspace_scope(&world.owner).await;
        let everything: Vec<TenantId> =
            t.store.workspaces().tenants(&owner).await.unwrap().iter().map(|tenant| tenant.id).collect();
        for rows in 1..=11 {
            let page =
                async |cursor: Option<&Cursor>| t.store.workspaces().find_tenants(&owner, None, cursor, rows).await.unwrap();
            let (mut forward, mut at) = (Vec::new(), page(None).await);
            assert!(at.previous.is_none());
            loop {
                forward.extend(at.rows.iter().map(|tenant| tenant.id));
                let Some(next) = at.next.clone() else { break };
                at = page(Some(&Cursor::parse(&next.to_token()).unwrap())).await;
            }
            assert_eq!(forward, everything, "{rows} at a time");
            let mut backward: Vec<TenantId> = at.rows.iter().rev().map(|tenant| tenant.id).collect();
            while let Some(previous) = at.previous.clone() {
                at = page(Some(&previous)).await;
                backward.extend(at.rows.iter().rev().map(|tenant| tenant.id));
            }
            backward.reverse();
            assert_eq!(backward, everything, "{rows} at a time, back");
        }
        let odd = Cursor { direction: Direction::Backward, key: "\0 or 1=1".to_owned() };
        let page = t.store.workspaces().find_tenants(&owner, None, Some(&odd), 50).await.unwrap();
        assert_eq!(page.rows.len(), everything.len(), "a cursor of something else starts at the beginning");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_workspaces_with_one_name_the_oldest_is_meant() {
    on_both(async |t: TestStore| {
        let workspaces = t.store.workspaces();
        let first = workspaces.create(&t.operator, "Twice").await.unwrap();
        workspaces.create(&t.operator, "Twice").await.unwrap();
        assert_eq!(workspaces.named(&t.operator, "Twice").await.unwrap(), Some(first));
        assert_eq!(workspaces.named(&t.operator, "twice").await.unwrap(), None, "to the letter");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_owns_a_workspace_makes_another_and_renames_it() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let workspaces = t.store.workspaces();
        let permit = world.workspace_scope(&world.owner).await.permit().unwrap();
        let id = workspaces.found(&permit, "  Europe ").await.unwrap();
        let who = world.sign_in(&world.owner).await;
        let scope = t.store.access().workspace(&who, id).await.unwrap();
        assert_eq!((scope.name(), scope.can().role()), ("Europe", Role::Owner));
        workspaces.rename(&scope.permit().unwrap(), "Asia").await.unwrap();
        assert_eq!(t.store.access().workspace(&who, id).await.unwrap().name(), "Asia");
        assert_eq!(world.workspace_scope(&world.owner).await.name(), "Northwind Services", "that one and no other");
        for bad in ["", " ", "a\nb", &"x".repeat(101)] {
            assert!(matches!(workspaces.found(&permit, bad).await, Err(StoreError::Conflict(_))), "{bad:?}");
            let renamed = workspaces.rename(&scope.permit().unwrap(), bad).await;
            assert!(matches!(renamed, Err(StoreError::Conflict(_))), "{bad:?}");
        }
        let of_it = format!("select action from audit_entries where workspace_id = {} order by id", t.literal(id.uuid()));
        assert_eq!(t.texts(&of_it).await, ["workspace.create", "workspace.rename"]);
        let stranger = t.store.access().workspace(&world.sign_in(&world.stranger).await, id).await;
        assert!(matches!(stranger, Err(StoreError::NotVisible)));
    })
    .await;
}

fn hourly() -> NewSchedule {
    NewSchedule {
        name: "Hourly".to_owned(),
        operation: Operation::Probe(Probe::Click),
        arguments: serde_json::to_value(Arguments::named("n")).unwrap(),
        cadence: Cadence::Cron { text: CronText::parse("0 * * * *").unwrap() },
        zone: Zone::utc(),
        catch_up: CatchUp::All,
        bound: 50,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_an_archived_workspace_nothing_is_started_and_nothing_is_removed() {
    on_both(async |t: TestStore| {
        const HOUR: Duration = Duration::from_secs(3600);
        let world = World::of(&t).await;
        let (workspaces, queue) = (t.store.workspaces(), t.store.queue());
        let scope = world.workspace_scope(&world.owner).await;
        let of_tenant = world.tenant_scope(&world.owner).await;
        let manage = of_tenant.permit::<can::BackupSchedulesManage>().unwrap();
        let schedule = t.store.schedules().create(&manage, &hourly()).await.unwrap();
        let queued = world.queued(&["scope_tag"]).await;
        workspaces.archive(&scope.permit().unwrap(), true).await.unwrap();
        assert!(matches!(workspaces.archive(&scope.permit().unwrap(), true).await, Err(StoreError::Conflict(_))), "once");

        let started = world.start_sync(&world.owner, &["mobile_app"]).await;
        let Started::Blocked(run) = started else { panic!("{started:?}") };
        assert_eq!(run.failures[0].code, Code::WorkspaceArchived.code());
        let claim = world.claim(&WorkerId::new("w")).await;
        assert_eq!(claim.run.id, queued.id);
        let Admission::Refused(_, failure) = queue.admit(&claim).await.unwrap() else { panic!("admitted") };
        assert_eq!(failure.code(), Code::WorkspaceArchived);

        // Schedules keep silent, also one that is changed meanwhile.
        t.store.schedules().switch(&manage, schedule.id, false).await.unwrap();
        t.store.schedules().switch(&manage, schedule.id, true).await.unwrap();
        t.store.schedules().create(&manage, &NewSchedule { name: "Second".to_owned(), ..hourly() }).await.unwrap();
        t.clock.advance(5 * HOUR);
        assert!(!queue.any_due().await.unwrap());
        assert_eq!(queue.fire_due(9).await.unwrap(), store::Dispatched::default());
        assert_eq!(queue.schedules_of_workspaces().await.unwrap(), 2, "of the other workspace");

        // Everything is still there to be looked at, and says so.
        let home = workspaces.mine(&world.sign_in(&world.owner).await).await.unwrap();
        assert!(home.workspaces[0].archived);
        assert_eq!(t.store.schedules().list(&of_tenant).await.unwrap().len(), 2);

        // Taken out again: nothing is made up for, the next hour fires.
        workspaces.archive(&scope.permit().unwrap(), false).await.unwrap();
        assert!(matches!(workspaces.archive(&scope.permit().unwrap(), false).await, Err(StoreError::Conflict(_))));
        let done = queue.fire_due(9).await.unwrap();
        assert_eq!((done.runs, done.omitted), (0, 0), "{done:?}");
        t.clock.advance(HOUR);
        assert_eq!(queue.fire_due(9).await.unwrap().schedules, 2);
        let started = world.start_sync(&world.owner, &["notification_template"]).await;
        assert!(matches!(started, Started::Accepted(_)), "{started:?}");
    })
    .await;
}
