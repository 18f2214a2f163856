//! The store on SQLite and on PostgreSQL: one file per aggregate, one program, so that it is linked once.
//!
//! The names of tests carry the invariant that they prove (`i1_…`, `l3_…`).

#![allow(clippy::unwrap_used, reason = "the functions that tests share fail a test by panicking, as the tests do")]

mod access;
mod adoption;
mod alerts;
mod alerts_last;
mod api_tokens;
mod audit;
mod audit_chain;
mod audit_list;
mod backup_files;
mod backups;
mod backups_collect;
mod backups_damage;
mod backups_import;
mod backups_keep;
mod backups_limits;
mod backups_mirror;
mod baseline_groups;
mod baselines;
mod baselines_follow;
mod break_glass;
mod certificates;
mod comparison;
mod connections;
mod connections_manage;
mod content_secrets;
mod contents;
mod copies;
mod directory;
mod directory_search;
mod figures;
mod findings;
mod findings_folds;
mod findings_incidents;
mod findings_ratings;
mod findings_references;
mod health;
mod history;
mod identities;
mod inventory;
mod inventory_beside;
mod inventory_list;
mod inventory_presence;
mod inventory_wide;
mod invitations;
mod links;
mod members;
mod notices;
mod onboarding;
mod open;
mod overview;
mod parity;
mod passwords;
mod platform;
mod policy_history;
mod policy_versions;
mod quota;
mod replica;
mod reports;
mod restores;
mod restores_approvals;
mod restores_drills;
mod restores_rehearsal;
mod restores_run;
mod restores_wizard;
mod rls;
mod rollouts;
mod runs_calls;
mod runs_cancel;
mod runs_claim;
mod runs_depth;
mod runs_fence;
mod runs_gate;
mod runs_items;
mod runs_keep;
mod runs_list;
mod runs_once;
mod runs_plans;
mod runs_rescue;
mod runs_retry;
mod runs_slots;
mod runs_start;
mod runs_timeline;
mod runs_verify;
mod runs_waiting;
mod schedules;
mod schedules_defaults;
mod schedules_fires;
mod sealed;
mod second_factor;
mod sessions;
mod setting_search;
mod settings;
mod start_gate;
mod statements;
mod tenant_events;
mod tenant_groups;
mod tenants;
mod tenants_delete;
mod tenants_record;
mod users;
mod wake;
mod workspaces;

#[test]
fn every_file_of_this_folder_is_part_of_the_suite() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let listed = include_str!("suite.rs");
    for entry in std::fs::read_dir(folder).expect("the folder of the tests") {
        let name = entry.expect("an entry").file_name().into_string().expect("a plain name");
        if let Some(module) = name.strip_suffix(".rs").filter(|module| *module != "suite") {
            assert!(listed.contains(&format!("\nmod {module};")), "{name} is not listed in suite.rs, so that it never runs");
        }
    }
}
