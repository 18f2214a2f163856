//! Members, invitations and roles.

use crate::sign_in::ProviderButton;
use model::access::{Can, Role};
use model::member::{self, Member, TenantMember, TenantRole};
use model::user::User;

use super::HOSTILE;
use super::values::{id, moment, production, tenant_list, workspace};
use crate::FieldProblem;
use crate::people::{Confirm, Detail, Invitation, Invite, InviteInput, Invited, List, OfTenant, Removal, Roles, Standing};

fn person(n: u32, name: &str) -> User {
    let email = format!("{}@contoso.example", name.split(' ').next().unwrap_or("x").to_lowercase());
    User { id: id(1, n), email, name: name.to_owned() }
}

fn hostile_person(n: u32) -> User {
    User { id: id(1, n), email: HOSTILE.to_owned(), name: HOSTILE.to_owned() }
}

fn added(role: Role) -> Vec<TenantRole> {
    tenant_list().into_iter().map(|tenant| TenantRole { tenant: tenant.id, name: tenant.name, role }).collect()
}

fn one(user: User, role: Role, tenants: Vec<TenantRole>) -> Member {
    Member { user, role, since: moment(8_640_000), last_sign_in: Some(moment(7_200)), tenants }
}

fn everybody() -> Vec<Member> {
    vec![
        one(person(1, "Ada Meyer"), Role::Owner, Vec::new()),
        one(person(2, "Grace Ito"), Role::Manager, added(Role::Owner).split_off(3)),
        one(person(3, "Linus Berg"), Role::Operator, added(Role::Operator)),
        Member { last_sign_in: None, ..one(person(4, "Mary Okafor"), Role::Readonly, Vec::new()) },
    ]
}

fn invitation(n: u32, email: &str) -> member::Invitation {
    member::Invitation {
        id: id(12, n),
        workspace: workspace().id,
        workspace_name: workspace().name,
        email: email.to_owned(),
        role: Role::Operator,
        tenants: added(Role::Operator),
        invited_by: Some("Ada Meyer".to_owned()),
        created_at: moment(3_600),
        expires_at: moment(0).plus(member::INVITATION_LIFE),
    }
}

fn hostile_invitation() -> member::Invitation {
    let mut invitation = invitation(3, HOSTILE);
    (invitation.workspace_name, invitation.invited_by) = (HOSTILE.to_owned(), Some(HOSTILE.to_owned()));
    invitation.tenants[0].name = HOSTILE.to_owned();
    invitation
}

pub(crate) fn lists() -> Vec<(&'static str, List)> {
    let list = |role, members, invitations| List {
        workspace: workspace().id,
        can: Can::of(role),
        me: id(1, 1),
        members,
        more: false,
        invitations,
    };
    let alone = everybody().into_iter().take(1).collect();
    let open =
        vec![invitation(1, "new@contoso.example"), member::Invitation { invited_by: None, ..invitation(2, "x@y.example") }];
    let mut hostile = one(hostile_person(5), Role::Unknown, added(Role::Unknown));
    hostile.tenants[0].name = HOSTILE.to_owned();
    vec![
        ("owner", list(Role::Owner, everybody(), open)),
        ("alone", list(Role::Owner, alone, Vec::new())),
        ("readonly", list(Role::Readonly, everybody(), Vec::new())),
        ("more", List { more: true, ..list(Role::Manager, everybody(), Vec::new()) }),
        ("hostile", list(Role::Owner, vec![hostile], vec![hostile_invitation()])),
    ]
}

pub(crate) fn details() -> Vec<(&'static str, Detail)> {
    let detail = |role, n: usize| Detail {
        workspace: workspace().id,
        can: Can::of(role),
        me: id(1, 1),
        member: everybody().swap_remove(n),
    };
    let mut hostile = one(hostile_person(5), Role::Unknown, added(Role::Unknown));
    hostile.tenants[0].name = HOSTILE.to_owned();
    vec![
        ("myself", detail(Role::Owner, 0)),
        ("manager", detail(Role::Owner, 1)),
        ("operator", detail(Role::Owner, 2)),
        ("readonly", detail(Role::Readonly, 3)),
        ("myself-readonly", detail(Role::Readonly, 0)),
        ("hostile", Detail { member: hostile, ..detail(Role::Owner, 0) }),
    ]
}

pub(crate) fn confirms() -> Vec<(&'static str, Confirm)> {
    let (workspace, user) = (workspace(), person(2, "Grace Ito"));
    let confirm = |what| Confirm { what, user: user.clone() };
    vec![
        ("workspace", confirm(Removal::Workspace(workspace.id, workspace.name.clone()))),
        ("tenant", confirm(Removal::Tenant(production()))),
        ("leave", confirm(Removal::Leave(workspace.id, workspace.name))),
        ("hostile", Confirm { what: Removal::Workspace(workspace.id, HOSTILE.to_owned()), user: hostile_person(5) }),
    ]
}

pub(crate) fn invites() -> Vec<(&'static str, Invite)> {
    let tenants: Vec<_> = tenant_list().into_iter().map(|tenant| (tenant.id, tenant.name)).collect();
    let invite = |role| Invite {
        workspace: workspace().id,
        can: Can::of(role),
        input: InviteInput::default(),
        tenants: tenants.clone(),
        problem: None,
    };
    let typed = InviteInput { email: HOSTILE.to_owned(), tenants: vec![tenants[1].0], ..InviteInput::default() };
    let named = vec![(tenants[0].0, HOSTILE.to_owned())];
    vec![
        ("owner", invite(Role::Owner)),
        ("without-tenants", Invite { tenants: Vec::new(), ..invite(Role::Owner) }),
        ("readonly", invite(Role::Readonly)),
        (
            "refused",
            Invite {
                input: typed.clone(),
                problem: Some(FieldProblem::new("email", "Not a mail address.")),
                ..invite(Role::Owner)
            },
        ),
        (
            "hostile",
            Invite { input: typed, tenants: named, problem: Some(FieldProblem::new("email", HOSTILE)), ..invite(Role::Owner) },
        ),
    ]
}

pub(crate) fn inviteds() -> Vec<(&'static str, Invited)> {
    let link = format!("https://atlas.example{}", crate::href::invitation(&"0123456789abcdef".repeat(4)));
    let invited = |email: &str| Invited { workspace: workspace().id, email: email.to_owned(), link: link.clone() };
    vec![("plain", invited("new@contoso.example")), ("hostile", invited(HOSTILE))]
}

pub(crate) fn invitations() -> Vec<(&'static str, Invitation)> {
    let shown = |invitation, standing| {
        let providers = vec![ProviderButton { name: "entra".to_owned(), label: "Contoso".to_owned() }];
        Invitation { invitation, token: "0123456789abcdef".repeat(4), standing, providers }
    };
    let plain = || invitation(1, "new@contoso.example");
    let bare = member::Invitation { tenants: Vec::new(), invited_by: None, ..plain() };
    let wrong = FieldProblem::new("password", "The password needs at least 12 characters.");
    vec![
        ("join", shown(plain(), Standing::Invited)),
        ("somebody", shown(plain(), Standing::Somebody("ada@contoso.example".to_owned()))),
        ("signed-out", shown(bare, Standing::SignedOut)),
        ("new", shown(plain(), Standing::New(String::new(), None))),
        ("refused", shown(plain(), Standing::New("Mary".to_owned(), Some(wrong)))),
        ("hostile", shown(hostile_invitation(), Standing::New(HOSTILE.to_owned(), Some(FieldProblem::new("name", HOSTILE))))),
        ("hostile-somebody", shown(hostile_invitation(), Standing::Somebody(HOSTILE.to_owned()))),
    ]
}

pub(crate) fn of_tenants() -> Vec<(&'static str, OfTenant)> {
    let member = |user, workspace_role, tenant_role| TenantMember { user, workspace_role, tenant_role };
    let members = vec![
        member(person(1, "Ada Meyer"), Role::Owner, None),
        member(person(2, "Grace Ito"), Role::Manager, Some(Role::Owner)),
        member(person(3, "Linus Berg"), Role::Operator, Some(Role::Operator)),
        member(person(4, "Mary Okafor"), Role::Readonly, None),
    ];
    let of = |role, members| OfTenant { tenant: production(), can: Can::of(role), members };
    let hostile =
        vec![member(hostile_person(5), Role::Readonly, Some(Role::Unknown)), member(hostile_person(6), Role::Operator, None)];
    vec![
        ("owner", of(Role::Owner, members.clone())),
        ("all-added", of(Role::Owner, members[1..3].to_vec())),
        ("readonly", of(Role::Readonly, members)),
        ("hostile", of(Role::Owner, hostile)),
    ]
}

pub(crate) fn roles() -> Vec<(&'static str, Roles)> {
    vec![
        ("owner", Roles { mine: Role::Owner }),
        ("readonly", Roles { mine: Role::Readonly }),
        ("unknown", Roles { mine: Role::Unknown }),
    ]
}
