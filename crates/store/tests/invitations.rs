//! Invitations by link.

use std::time::Duration;

use model::access::{Role, can};
use model::ids::{InvitationId, TenantId, WorkspaceId};
use model::member::INVITATION_LIFE;
use model::user::User;
use secrecy::{ExposeSecret as _, SecretString};
use store::access::Permit;
use store::{NewInvitation, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

async fn manage(world: &World) -> Permit<can::WorkspaceMembersManage> {
    world.workspace_scope(&world.owner).await.permit().unwrap()
}

fn invite(email: &str, role: Role, tenants: &[(TenantId, Role)]) -> NewInvitation {
    NewInvitation { email: email.to_owned(), role, tenants: tenants.to_vec() }
}

fn hash() -> SecretString {
    SecretString::from("$argon2id$hash")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_person_with_an_account_becomes_a_member_once() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let invitations = t.store.invitations();
        let new = invite(
            "stranger@example.test",
            Role::Operator,
            &[(world.tenant, Role::Manager), (world.other_tenant, Role::Readonly)],
        );
        let (id, token) = invitations.create(&manage(&world).await, &new).await.unwrap();
        assert_eq!(token.expose_secret().len(), 64);
        let stored = format!("select count(*) from invitations where id = {}", t.literal(id.uuid()));
        assert_eq!(t.number(&stored).await, 1);
        let found = invitations.find(&token).await.unwrap().unwrap();
        assert!(found.has_account);
        assert_eq!((found.invitation.workspace_name.as_str(), found.invitation.role), ("Northwind Services", Role::Operator));
        assert_eq!(found.invitation.invited_by.as_deref(), Some("owner"));
        assert_eq!(found.invitation.tenants.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), ["Contoso", "Fabrikam"]);

        let somebody = world.sign_in(&world.outsider).await;
        assert!(matches!(invitations.accept(&somebody, &token).await, Err(StoreError::NotVisible)), "not theirs");
        let who = world.sign_in(&world.stranger).await;
        assert_eq!(invitations.accept(&who, &token).await.unwrap(), world.workspace);
        assert_eq!(world.workspace_scope(&world.stranger).await.can().role(), Role::Operator);
        assert_eq!(world.tenant_scope(&world.stranger).await.tenant().role, Role::Manager);
        assert!(t.store.access().tenant(&who, world.other_tenant).await.is_ok());
        assert!(matches!(invitations.accept(&who, &token).await, Err(StoreError::NotVisible)), "a link is used once");
        assert_eq!(invitations.find(&token).await.unwrap(), None);
        let entry = "select actor_kind || ' ' || action from audit_entries where action = 'invitation.accept'";
        assert_eq!(t.texts(entry).await, ["user invitation.accept"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_person_without_an_account_gets_one() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let invitations = t.store.invitations();
        let (_, token) =
            invitations.create(&manage(&world).await, &invite("new@example.test", Role::Manager, &[])).await.unwrap();
        assert!(!invitations.find(&token).await.unwrap().unwrap().has_account);
        let user = invitations.register(&token, "New", &hash()).await.unwrap();
        assert_eq!((user.email.as_str(), user.name.as_str()), ("new@example.test", "New"));
        assert_eq!(world.workspace_scope(&user).await.can().role(), Role::Manager);
        let record = t.store.users().for_sign_in("new@example.test").await.unwrap().unwrap();
        assert_eq!(record.password_hash.unwrap().expose_secret(), hash().expose_secret());
        assert!(matches!(invitations.register(&token, "New", &hash()).await, Err(StoreError::NotVisible)));

        let (_, token) =
            invitations.create(&manage(&world).await, &invite("stranger@example.test", Role::Owner, &[])).await.unwrap();
        let taken = invitations.register(&token, "New", &hash()).await;
        assert!(matches!(taken, Err(StoreError::Conflict(_))), "{taken:?}");
        assert!(invitations.find(&token).await.unwrap().is_some(), "nothing half-done: the link still works");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn used_up_revoked_old_and_unknown_links_are_alike() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (invitations, permit) = (t.store.invitations(), manage(&world).await);
        let create = async |email: &str| invitations.create(&permit, &invite(email, Role::Readonly, &[])).await.unwrap();
        let (revoked_id, revoked) = create("a@example.test").await;
        let (_, replaced) = create("b@example.test").await;
        let (kept_id, kept) = create("b@example.test").await;
        invitations.revoke(&permit, revoked_id).await.unwrap();
        let open: Vec<InvitationId> = invitations.open(&permit).await.unwrap().iter().map(|i| i.id).collect();
        assert_eq!(open, [kept_id], "the newest link for a mail address counts");
        let who = world.sign_in(&world.stranger).await;
        let dead = async |token: &SecretString| {
            assert_eq!(invitations.find(token).await.unwrap(), None);
            assert!(matches!(invitations.accept(&who, token).await, Err(StoreError::NotVisible)));
            assert!(matches!(invitations.register(token, "X", &hash()).await, Err(StoreError::NotVisible)));
        };
        for token in [&revoked, &replaced, &SecretString::from("0".repeat(64)), &SecretString::from("'; --\0")] {
            dead(token).await;
        }
        for again in [revoked_id, InvitationId::generate()] {
            assert!(matches!(invitations.revoke(&permit, again).await, Err(StoreError::NotVisible)));
        }
        t.clock.advance(INVITATION_LIFE - Duration::from_secs(1));
        assert!(invitations.find(&kept).await.unwrap().is_some());
        t.clock.advance(Duration::from_secs(1));
        dead(&kept).await;
        assert!(matches!(invitations.revoke(&permit, kept_id).await, Err(StoreError::NotVisible)));
        assert!(invitations.open(&permit).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_reaches_no_further_than_its_workspace() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (invitations, permit) = (t.store.invitations(), manage(&world).await);
        for tenant in [world.foreign_tenant, TenantId::generate()] {
            let lost = invitations.create(&permit, &invite("x@example.test", Role::Readonly, &[(tenant, Role::Owner)])).await;
            assert!(matches!(lost, Err(StoreError::NotVisible)), "{lost:?}");
        }
        let member = invitations.create(&permit, &invite("readonly@example.test", Role::Owner, &[])).await;
        assert!(matches!(member, Err(StoreError::Conflict(_))), "{member:?}");
        let none = invitations.create(&permit, &invite("x@example.test", Role::Unknown, &[])).await;
        assert!(matches!(none, Err(StoreError::Conflict(_))), "{none:?}");
        assert_eq!(t.number("select count(*) from invitations").await, 0);
        let (id, _) = invitations.create(&permit, &invite("x@example.test", Role::Readonly, &[])).await.unwrap();
        let who = world.sign_in(&world.stranger).await;
        let foreign = t.store.access().workspace(&who, world.foreign_workspace).await.unwrap().permit().unwrap();
        assert!(invitations.open(&foreign).await.unwrap().is_empty());
        assert!(matches!(invitations.revoke(&foreign, id).await, Err(StoreError::NotVisible)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_loses_a_role_by_accepting() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (invitations, permit) = (t.store.invitations(), manage(&world).await);
        let new = invite("stranger@example.test", Role::Readonly, &[(world.tenant, Role::Readonly)]);
        let (_, token) = invitations.create(&permit, &new).await.unwrap();
        t.store.members().add_to_workspace(&t.operator, world.workspace, world.stranger.id, Role::Owner).await.unwrap();
        t.store.members().add_to_tenant(&t.operator, world.tenant, world.stranger.id, Role::Manager).await.unwrap();
        invitations.accept(&world.sign_in(&world.stranger).await, &token).await.unwrap();
        assert_eq!(world.workspace_scope(&world.stranger).await.can().role(), Role::Owner);
        let role = format!("select role from tenant_members where user_id = {}", t.literal(world.stranger.id.uuid()));
        assert_eq!(t.texts(&role).await, ["manager"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_accept_the_same_link_at_once_one_does() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (invitations, permit) = (t.store.invitations(), manage(&world).await);
        for round in 0..10 {
            let email = format!("new{round}@example.test");
            let (_, token) = invitations.create(&permit, &invite(&email, Role::Readonly, &[])).await.unwrap();
            let hash = hash();
            let (a, b) = tokio::join!(invitations.register(&token, "A", &hash), invitations.register(&token, "B", &hash));
            let users: Vec<User> = [a, b].into_iter().filter_map(Result::ok).collect();
            assert_eq!(users.len(), 1, "round {round}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn how_a_person_stands_changes_with_their_roles() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (access, members) = (t.store.access(), t.store.members());
        let who = world.sign_in(&world.outsider).await;
        let first = access.standing(&who).await.unwrap();
        members.set_role(&manage(&world).await, world.readonly.id, Role::Manager).await.unwrap();
        assert_eq!(access.standing(&who).await.unwrap(), first, "somebody else's role");
        members.add_to_tenant(&t.operator, world.tenant, world.outsider.id, Role::Readonly).await.unwrap();
        let second = access.standing(&who).await.unwrap();
        assert_ne!(second, first);
        members.remove(&manage(&world).await, world.outsider.id).await.unwrap();
        assert_ne!(access.standing(&who).await.unwrap(), second);
        assert!(matches!(access.workspace(&who, WorkspaceId::generate()).await, Err(StoreError::NotVisible)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_worth_as_much_as_who_stands_behind_it() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (members, invitations) = (t.store.members(), t.store.invitations());
        for round in 0..3 {
            members.add_to_workspace(&t.operator, world.workspace, world.manager.id, Role::Owner).await.unwrap();
            let permit = world.workspace_scope(&world.manager).await.permit().unwrap();
            let new = invite(&format!("second{round}@example.test"), Role::Owner, &[]);
            let (_, token) = invitations.create(&permit, &new).await.unwrap();
            assert!(invitations.find(&token).await.unwrap().is_some());
            match round {
                0 => members.remove_from_workspace(&t.operator, world.workspace, world.manager.id).await.unwrap(),
                1 => members.add_to_workspace(&t.operator, world.workspace, world.manager.id, Role::Manager).await.unwrap(),
                _ => t.store.users().disable(&t.operator, &world.manager.email).await.map(drop).unwrap(),
            }
            assert_eq!(invitations.find(&token).await.unwrap(), None, "round {round}");
            assert!(matches!(invitations.register(&token, "Second", &hash()).await, Err(StoreError::NotVisible)));
            assert!(invitations.open(&manage(&world).await).await.unwrap().is_empty());
        }
    })
    .await;
}
