//! The product as a whole: real pages over real databases, and real processes of the binary.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod asking;
mod bad_input;
mod installation;
mod lying_graph;
mod metrics;
mod people;
mod processes;
mod rendering_calls_nobody;
mod route_matrix;
mod routes_keep_their_word;
mod secrets;
mod served;
mod silent;
mod somebody;
mod starts;
mod workers;
