//! The product as a whole: real pages over real databases, and real processes of the binary.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod absent_and_hidden;
mod api;
mod api_administration;
mod api_programs;
mod api_tokens;
mod asking;
mod asking_for_secrets;
mod audit_trail;
mod backup_files;
mod bad_input;
mod comparing;
mod connections;
mod installation;
mod local_accounts;
mod lying_graph;
mod lying_provider;
mod metrics;
mod onboarding;
mod people;
mod platform;
mod processes;
mod real_provider;
mod rendering_calls_nobody;
mod route_matrix;
mod routes_keep_their_word;
mod searching;
mod secrets;
mod selectors;
mod served;
mod silent;
mod somebody;
mod starts;
mod statements;
mod user_commands;
mod workers;
