-- Signing in by a provider, second factors, links to set a password, and what is known of a session.

alter table users add column disabled_at text;

-- Set while nobody vouched for the mail address: neither an operator, nor an invitation, nor a provider that verified it.
alter table users add column email_claimed_at text;

-- In plain words, e.g. "Firefox on Windows".
alter table sessions add column browser text;

-- Where a membership comes from: null by hand, else "oidc:<provider>", which alone may change it again.
alter table workspace_members add column source text;
alter table tenant_members add column source text;

-- Whom a provider means: by issuer and subject, and by nothing else.
create table user_identities (
  issuer text not null,
  subject text not null,
  user_id blob not null references users (id) on delete cascade,
  provider text not null,
  created_at text not null,
  last_sign_in_at text not null,
  primary key (issuer, subject)
) strict;
create index user_identities_user on user_identities (user_id);

-- Sign-ins that were begun at a provider: what comes back must name one, from the same browser, once.
create table oidc_sign_ins (
  state_hash blob primary key not null,
  browser_hash blob not null,
  provider text not null,
  next text,
  expires_at text not null
) strict;
create index oidc_sign_ins_expiry on oidc_sign_ins (expires_at);

-- People whose password was right, and who have yet to say the code of their second factor.
create table second_steps (
  token_hash blob primary key not null,
  user_id blob not null references users (id) on delete cascade,
  tries integer not null,
  next text,
  expires_at text not null
) strict;
create index second_steps_expiry on second_steps (expires_at);
create index second_steps_user on second_steps (user_id);

create table user_totp (
  user_id blob primary key not null references users (id) on delete cascade,
  sealed_secret blob not null,
  -- Null until a code was confirmed: it is not asked for before.
  enabled_at text,
  -- The step of the latest code that was accepted: each code is good once.
  last_step integer not null,
  -- Wrong codes one after the other, over all sign-ins, and until when they count.
  failures integer not null default 0,
  failing_until text,
  created_at text not null
) strict;

create table recovery_codes (
  user_id blob not null references users (id) on delete cascade,
  code_hash blob not null,
  used_at text,
  primary key (user_id, code_hash)
) strict;

-- Links to set a new password.
create table password_links (
  token_hash blob primary key not null,
  user_id blob not null references users (id) on delete cascade,
  expires_at text not null
) strict;
create index password_links_user on password_links (user_id);
