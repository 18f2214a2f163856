//! API tokens: when they open something, and that they never open more than their holder could now.

use std::time::Duration;

use model::access::{Capabilities, Capability, Role, can};
use model::api_token::{ApiToken, NewApiToken};
use model::ids::{ApiTokenId, RunId, TenantId};
use model::run::Trigger;
use secrecy::{ExposeSecret as _, SecretString};
use store::StoreError;
use store::access::SignedIn;
use store::runs::{Again, RunFilter};
use testkit::stores::{TestStore, on_both};
use testkit::world::{World, sync_of};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Good for 30 days, for these things, everywhere.
pub(crate) fn able(capabilities: &[Capability]) -> NewApiToken {
    NewApiToken { name: "ci".to_owned(), days: 30, capabilities: capabilities.iter().copied().collect(), tenants: None }
}

fn of_everything(role: Role) -> NewApiToken {
    let all: Vec<Capability> = Capability::ALL.iter().copied().filter(|capability| role.grants(*capability)).collect();
    able(&all)
}

async fn made(world: &World, user: &model::user::User, new: &NewApiToken) -> (ApiToken, SecretString) {
    let permit = world.workspace_scope(user).await.permit().unwrap();
    world.store.api_tokens().create(&permit, new).await.unwrap()
}

/// Who acts with a new token of that person.
pub(crate) async fn acting(world: &World, user: &model::user::User, new: &NewApiToken) -> SignedIn {
    let (_, secret) = made(world, user, new).await;
    world.store.api_tokens().find(&secret).await.unwrap().expect("it is good").0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_its_workspace_and_only_its_hash_is_stored() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (token, secret) = made(&world, &world.owner, &of_everything(Role::Owner)).await;
        let (who, found) = t.store.api_tokens().find(&secret).await.unwrap().expect("it is good");
        assert_eq!((who.user(), who.api_token()), (&world.owner, Some(token.id)));
        assert_eq!((found.name.as_str(), found.holder.as_str()), ("ci", "owner"));
        assert_eq!(found.expires_at, found.created_at.plus(DAY * 30));
        let access = t.store.access();
        assert!(access.workspace(&who, world.workspace).await.is_ok() && access.tenant(&who, world.other_tenant).await.is_ok());
        let everything = crate::connections::everything(&t).await;
        assert!(!everything.contains(secret.expose_secret()) && !everything.contains(&secret.expose_secret()[4..]));
        assert_eq!(t.number("select count(*) from api_tokens where length(token_hash) = 32").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_good_token_is_nobody() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let api_tokens = t.store.api_tokens();
        let (_, good) = made(&world, &world.owner, &able(&[Capability::WorkspaceView])).await;
        let text = good.expose_secret();
        for bad in [String::new(), "tat_".to_owned(), text[..46].to_owned(), format!("{text}x"), "a\0b".to_owned()] {
            assert!(api_tokens.find(&SecretString::from(bad)).await.unwrap().is_none());
        }
        let session = t.store.sessions().start(&world.owner).await.unwrap();
        assert!(api_tokens.find(&session).await.unwrap().is_none(), "a session is no token");
        assert!(t.store.sessions().find(&good).await.unwrap().is_none(), "a token is no session");
        t.clock.advance(DAY * 30 - Duration::from_secs(1));
        assert!(api_tokens.find(&good).await.unwrap().is_some(), "just in time");
        t.clock.advance(Duration::from_secs(1));
        assert!(api_tokens.find(&good).await.unwrap().is_none(), "expired");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_opens_nothing_from_then_on() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let api_tokens = t.store.api_tokens();
        let (mine, secret) = made(&world, &world.manager, &able(&[Capability::WorkspaceView])).await;
        let (other, _) = made(&world, &world.owner, &able(&[Capability::WorkspaceView])).await;
        let scope = world.workspace_scope(&world.manager).await;
        let foreign = api_tokens.revoke_own(&scope, other.id).await;
        assert!(matches!(foreign, Err(StoreError::NotVisible)), "somebody else's");
        assert!(matches!(api_tokens.revoke_own(&scope, ApiTokenId::generate()).await, Err(StoreError::NotVisible)));
        api_tokens.revoke_own(&scope, mine.id).await.unwrap();
        assert!(api_tokens.find(&secret).await.unwrap().is_none());
        let first = api_tokens.mine(&scope).await.unwrap()[0].revoked_at;
        t.clock.advance(DAY);
        api_tokens.revoke_own(&scope, mine.id).await.unwrap();
        assert!(first.is_some() && api_tokens.mine(&scope).await.unwrap()[0].revoked_at == first, "the first time stands");
        let audited = "select action from audit_entries where action like 'api_token.%' order by action";
        assert_eq!(t.texts(audited).await.len(), 4, "two were made, one was revoked twice");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_see_and_revoke_the_tokens_of_everybody_in_their_workspace() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let api_tokens = t.store.api_tokens();
        let (token, secret) = made(&world, &world.manager, &able(&[Capability::WorkspaceView])).await;
        let stranger = world.sign_in(&world.stranger).await;
        let there = t.store.access().workspace(&stranger, world.foreign_workspace).await.unwrap();
        assert!(api_tokens.all(&there.permit().unwrap()).await.unwrap().is_empty(), "another workspace");
        assert!(matches!(api_tokens.revoke(&there.permit().unwrap(), token.id).await, Err(StoreError::NotVisible)));
        let owner = world.workspace_scope(&world.owner).await;
        assert!(api_tokens.mine(&owner).await.unwrap().is_empty());
        assert_eq!(api_tokens.all(&owner.permit().unwrap()).await.unwrap()[0].id, token.id);
        let manager = world.workspace_scope(&world.manager).await;
        assert!(manager.permit::<can::WorkspaceMembersManage>().is_err());
        api_tokens.revoke(&owner.permit().unwrap(), token.id).await.unwrap();
        assert!(api_tokens.find(&secret).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_makes_a_token_that_can_do_more_than_they_can() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let api_tokens = t.store.api_tokens();
        let manager = world.workspace_scope(&world.manager).await.permit().unwrap();
        for beyond in [Capability::WorkspaceDelete, Capability::TenantDangerZone] {
            let refused = api_tokens.create(&manager, &able(&[Capability::WorkspaceView, beyond])).await;
            assert!(matches!(refused, Err(StoreError::Forbidden(lacking)) if lacking == beyond));
        }
        t.store.members().add_to_tenant(&t.operator, world.tenant, world.manager.id, Role::Owner).await.unwrap();
        let scope = world.workspace_scope(&world.manager).await;
        let offered = scope.may_hand_on();
        assert!(offered.contains(&Capability::TenantDangerZone) && !offered.contains(&Capability::WorkspaceDelete));
        let manager = scope.permit().unwrap();
        assert!(api_tokens.create(&manager, &able(&[Capability::TenantDangerZone])).await.is_ok(), "an owner in one tenant");
        let foreign = NewApiToken { tenants: Some(vec![world.tenant, world.foreign_tenant]), ..able(&[Capability::TenantView]) };
        assert!(matches!(api_tokens.create(&manager, &foreign).await, Err(StoreError::NotVisible)));
        let good = able(&[Capability::WorkspaceView]);
        for bad in [
            NewApiToken { name: " ".to_owned(), ..good.clone() },
            NewApiToken { name: "x".repeat(101), ..good.clone() },
            NewApiToken { days: 0, ..good.clone() },
            NewApiToken { days: 367, ..good.clone() },
            NewApiToken { capabilities: Capabilities::NONE, ..good.clone() },
            NewApiToken { tenants: Some(Vec::new()), ..good.clone() },
        ] {
            assert!(matches!(api_tokens.create(&manager, &bad).await, Err(StoreError::Conflict(_))), "{bad:?}");
        }
        let who = acting(&world, &world.owner, &of_everything(Role::Owner)).await;
        let by_token = t.store.access().workspace(&who, world.workspace).await.unwrap().permit().unwrap();
        assert!(matches!(api_tokens.create(&by_token, &good).await, Err(StoreError::Forbidden(_))), "a token makes no tokens");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_gives_what_it_was_given_and_its_holder_still_has() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (_, secret) = made(&world, &world.manager, &able(&[Capability::TenantView, Capability::InventorySync])).await;
        let find = async || t.store.api_tokens().find(&secret).await.unwrap().map(|(who, _)| who);
        let access = t.store.access();
        let who = find().await.unwrap();
        let scope = access.tenant(&who, world.tenant).await.unwrap();
        assert!(scope.permit::<can::InventorySync>().is_ok() && scope.can().allows(Capability::InventorySync));
        let lacking = scope.permit::<can::BackupSchedulesManage>();
        assert!(matches!(lacking, Err(StoreError::Forbidden(Capability::BackupSchedulesManage))), "not given");
        assert!(!scope.can().allows(Capability::BackupSchedulesManage));
        let workspace = access.workspace(&who, world.workspace).await;
        assert!(matches!(workspace, Err(StoreError::Forbidden(Capability::WorkspaceView))), "not given either");

        t.store.members().add_to_workspace(&t.operator, world.workspace, world.manager.id, Role::Readonly).await.unwrap();
        let who = find().await.unwrap();
        assert!(matches!(access.tenant(&who, world.tenant).await, Err(StoreError::NotVisible)), "no longer every tenant");
        t.store.members().add_to_tenant(&t.operator, world.tenant, world.manager.id, Role::Readonly).await.unwrap();
        let scope = access.tenant(&who, world.tenant).await.unwrap();
        assert!(scope.permit::<can::InventorySync>().is_err(), "the role does not hold it any more");

        t.store.members().remove_from_workspace(&t.operator, world.workspace, world.manager.id).await.unwrap();
        assert!(find().await.is_none(), "a token of who is no member");
        assert!(matches!(access.tenant(&who, world.tenant).await, Err(StoreError::NotVisible)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_workspace_does_not_exist_for_a_token() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let members = t.store.members();
        members.add_to_workspace(&t.operator, world.foreign_workspace, world.owner.id, Role::Owner).await.unwrap();
        let owner = world.sign_in(&world.owner).await;
        let access = t.store.access();
        let there = access.tenant(&owner, world.foreign_tenant).await.expect("as a person they see it");
        let permit = there.permit::<can::InventorySync>().unwrap();
        let foreign = sync_of(world.foreign_tenant, &["scope_tag"]);
        let run = t.store.runs().start(&permit, &foreign, Trigger::Manual).await.unwrap().run().id;
        let who = acting(&world, &world.owner, &of_everything(Role::Owner)).await;
        assert!(matches!(access.workspace(&who, world.foreign_workspace).await, Err(StoreError::NotVisible)));
        assert!(matches!(access.tenant(&who, world.foreign_tenant).await, Err(StoreError::NotVisible)));
        assert!(matches!(access.run(&who, run).await, Err(StoreError::NotVisible)));
        let mine = t.store.workspaces().mine(&who).await.unwrap().workspaces;
        assert_eq!(mine.iter().map(|workspace| workspace.id).collect::<Vec<_>>(), [world.workspace]);
        let named = t.store.workspaces().entitled_tenants(&who, &[world.tenant, world.foreign_tenant]).await.unwrap();
        assert_eq!(named.iter().map(|tenant| tenant.id).collect::<Vec<_>>(), [world.tenant]);
        let notices = t.store.notices();
        assert_eq!((notices.unread(&owner).await.unwrap(), notices.unread(&who).await.unwrap()), (1, 0));
        assert!(notices.newest(&who, 10).await.unwrap().is_empty());
        notices.read_all(&who).await.unwrap();
        assert_eq!(notices.unread(&owner).await.unwrap(), 1, "what it does not see it does not mark");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_some_tenants_sees_no_other_in_any_list() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        t.store.connections().save(&t.operator, world.other_tenant, &testkit::world::connection()).await.unwrap();
        let owner = world.sign_in(&world.owner).await;
        let access = t.store.access();
        let mut runs: Vec<RunId> = Vec::new();
        for tenant in [world.tenant, world.other_tenant] {
            let permit = access.tenant(&owner, tenant).await.unwrap().permit::<can::InventorySync>().unwrap();
            let started = t.store.runs().start(&permit, &sync_of(tenant, &["scope_tag"]), Trigger::Manual).await.unwrap();
            runs.push(started.run().id);
        }
        let narrow = NewApiToken { tenants: Some(vec![world.tenant]), ..of_everything(Role::Owner) };
        let who = acting(&world, &world.owner, &narrow).await;
        let scope = access.workspace(&who, world.workspace).await.unwrap();
        assert_eq!(scope.entitled(), Some(vec![world.tenant]));
        assert!(scope.may_open(Some(world.tenant), Capability::InventorySync));
        assert!(!scope.may_open(Some(world.other_tenant), Capability::InventorySync));
        let ids = |tenants: Vec<model::tenant::Tenant>| tenants.into_iter().map(|t| t.id).collect::<Vec<TenantId>>();
        assert_eq!(ids(t.store.workspaces().tenants(&scope).await.unwrap()), [world.tenant]);
        assert_eq!(ids(t.store.workspaces().find_tenants(&scope, None, None, 9).await.unwrap().rows), [world.tenant]);
        let both = [world.tenant, world.other_tenant];
        assert_eq!(ids(t.store.workspaces().entitled_tenants(&who, &both).await.unwrap()), [world.tenant]);
        let listed = t.store.runs().list(&scope, &RunFilter::default(), None, 9).await.unwrap().page.rows;
        assert_eq!(listed.iter().map(|run| run.id).collect::<Vec<_>>(), [runs[0]]);
        let latest = t.store.runs().latest_of_tenants(&scope, &both).await.unwrap();
        assert_eq!(latest.iter().map(|run| run.id).collect::<Vec<_>>(), [runs[0]]);
        assert_eq!(t.store.runs().depth(&scope).await.unwrap()[0].queued, 1);
        assert!(matches!(access.tenant(&who, world.other_tenant).await, Err(StoreError::NotVisible)));
        assert!(matches!(access.run(&who, runs[1]).await, Err(StoreError::NotVisible)));
        assert_eq!(t.store.notices().newest(&who, 9).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_seen_and_changed_only_with_the_capability_of_its_type() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.queued(&["scope_tag"]).await.id;
        let looks = acting(&world, &world.owner, &able(&[Capability::TenantView, Capability::WorkspaceView])).await;
        let refused = t.store.access().run(&looks, run).await;
        assert!(matches!(refused, Err(StoreError::Forbidden(Capability::InventorySync))));
        let syncs = acting(&world, &world.owner, &able(&[Capability::InventorySync])).await;
        let sight = t.store.access().run(&syncs, run).await.unwrap();
        t.store.runs().cancel(&sight).await.unwrap();
        assert!(t.store.runs().retry(&sight, Again::Whole, None).await.is_ok());
        let by = "select count(*) from audit_entries where cast(details as text) like '%api_token%' and action like 'run.%'";
        assert_eq!(t.number(by).await, 2, "the trail says which token it was");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_use_is_noted_at_most_once_a_minute() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (_, secret) = made(&world, &world.owner, &able(&[Capability::WorkspaceView])).await;
        let scope = world.workspace_scope(&world.owner).await;
        let used = async || {
            t.store.api_tokens().find(&secret).await.unwrap();
            t.store.api_tokens().mine(&scope).await.unwrap()[0].last_used_at
        };
        let first = used().await;
        assert!(first.is_some());
        t.clock.advance(Duration::from_secs(60));
        assert_eq!(used().await, first);
        t.clock.advance(Duration::from_secs(1));
        assert!(used().await > first);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_does_not_come_back_with_a_later_membership_nor_outlives_its_holder() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (members, api_tokens) = (t.store.members(), t.store.api_tokens());
        let (_, secret) = made(&world, &world.manager, &able(&[Capability::WorkspaceView])).await;
        members.remove_from_workspace(&t.operator, world.workspace, world.manager.id).await.unwrap();
        members.add_to_workspace(&t.operator, world.workspace, world.manager.id, Role::Manager).await.unwrap();
        assert!(api_tokens.find(&secret).await.unwrap().is_none(), "it was revoked when they left");
        let (_, secret) = made(&world, &world.manager, &able(&[Capability::WorkspaceView])).await;
        t.store.users().disable(&t.operator, &world.manager.email).await.unwrap();
        assert!(api_tokens.find(&secret).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_some_tenants_changes_nothing_of_the_whole_workspace() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let both =
            [Capability::WorkspaceView, Capability::WorkspaceSettingsManage, Capability::InventorySync, Capability::TenantView];
        let new = NewApiToken { tenants: Some([world.tenant].into()), ..able(&both) };
        let who = acting(&world, &world.owner, &new).await;
        let scope = t.store.access().workspace(&who, world.workspace).await.unwrap();
        let refused = scope.permit::<can::WorkspaceSettingsManage>().map(drop);
        assert!(matches!(refused, Err(StoreError::Forbidden(Capability::WorkspaceSettingsManage))), "{refused:?}");
        let scope = t.store.access().tenant(&who, world.tenant).await.unwrap();
        assert!(scope.permit::<can::InventorySync>().is_ok());
    })
    .await;
}
