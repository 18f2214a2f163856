-- Signing in by a provider, second factors, links to set a password, and what is known of a session.

alter table users add column disabled_at timestamptz;

-- Set while nobody vouched for the mail address: neither an operator, nor an invitation, nor a provider that verified it.
alter table users add column email_claimed_at timestamptz;

-- In plain words, e.g. "Firefox on Windows".
alter table sessions add column browser text;

-- Where a membership comes from: null by hand, else "oidc:<provider>", which alone may change it again.
alter table workspace_members add column source text;
alter table tenant_members add column source text;

-- Whom a provider means: by issuer and subject, and by nothing else.
create table user_identities (
  issuer text not null,
  subject text not null,
  user_id uuid not null references users (id) on delete cascade,
  provider text not null,
  created_at timestamptz not null,
  last_sign_in_at timestamptz not null,
  primary key (issuer, subject)
);
create index user_identities_user on user_identities (user_id);
alter table user_identities enable row level security;
alter table user_identities force row level security;
create policy scope on user_identities using ((select app_system()));

-- Sign-ins that were begun at a provider: what comes back must name one, from the same browser, once.
create table oidc_sign_ins (
  state_hash bytea primary key,
  browser_hash bytea not null,
  provider text not null,
  next text,
  expires_at timestamptz not null
);
create index oidc_sign_ins_expiry on oidc_sign_ins (expires_at);
alter table oidc_sign_ins enable row level security;
alter table oidc_sign_ins force row level security;
create policy scope on oidc_sign_ins using ((select app_system()));

-- People whose password was right, and who have yet to say the code of their second factor.
create table second_steps (
  token_hash bytea primary key,
  user_id uuid not null references users (id) on delete cascade,
  tries bigint not null,
  next text,
  expires_at timestamptz not null
);
create index second_steps_expiry on second_steps (expires_at);
create index second_steps_user on second_steps (user_id);
alter table second_steps enable row level security;
alter table second_steps force row level security;
create policy scope on second_steps using ((select app_system()));

create table user_totp (
  user_id uuid primary key references users (id) on delete cascade,
  sealed_secret bytea not null,
  -- Null until a code was confirmed: it is not asked for before.
  enabled_at timestamptz,
  -- The step of the latest code that was accepted: each code is good once.
  last_step bigint not null,
  -- Wrong codes one after the other, over all sign-ins, and until when they count.
  failures bigint not null default 0,
  failing_until timestamptz,
  created_at timestamptz not null
);
alter table user_totp enable row level security;
alter table user_totp force row level security;
create policy scope on user_totp using ((select app_system()));

create table recovery_codes (
  user_id uuid not null references users (id) on delete cascade,
  code_hash bytea not null,
  used_at timestamptz,
  primary key (user_id, code_hash)
);
alter table recovery_codes enable row level security;
alter table recovery_codes force row level security;
create policy scope on recovery_codes using ((select app_system()));

-- Links to set a new password.
create table password_links (
  token_hash bytea primary key,
  user_id uuid not null references users (id) on delete cascade,
  expires_at timestamptz not null
);
create index password_links_user on password_links (user_id);
alter table password_links enable row level security;
alter table password_links force row level security;
create policy scope on password_links using ((select app_system()));
