// The peers: how each is run, in which modes, and what is worth knowing about its contract.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
const node = (program) => [process.execPath, `${folder}${program}`];
const installed = (name) => JSON.parse(readFileSync(`${folder}node_modules/${name}/package.json`, 'utf8')).version;
const river = process.env.PEER_RIVER ?? `${folder}river/target/release/peer-river`;
const riverVersion = readFileSync(`${folder}river/Cargo.toml`, 'utf8').match(/riverqueue = "=([^"]+)"/)[1];

/**
 * `left`: SQL that counts what is not finished. `rows`: one line of the table each; `setup` goes to the client, `work` is the
 * worker's mode, `poll` its pause between looks when idle (ms), `same` marks the row at the run engine's contract (one acknowledgement per job, history kept), `only` limits
 * it to some figures. `fast` is the mode that finishes a burst soonest.
 */
export const peers = [
  {
    name: 'graphile-worker',
    version: installed('graphile-worker'),
    command: node('graphile/peer.mjs'),
    left: 'select count(*) from graphile_worker._private_jobs',
    fast: 'batched',
    rows: [
      { label: 'as it comes', work: 'each', contract: 'one acknowledgement per job; finished jobs deleted' },
      { label: 'with a history', work: 'each', setup: { history: true }, same: true, contract: 'one acknowledgement per job; a trigger of ours keeps the deleted row' },
      { label: 'batched', work: 'batched', contract: 'claims 100, completes together after 10 ms; finished jobs deleted' },
    ],
    crash: {
      quoted: '4 h + ≤ 10 min; fixed, no heartbeat',
      how: 'an operator who knows that the worker is dead calls `force_unlock_workers`; then the next poll (2 s)',
      work: 'each',
      unlock: `select graphile_worker.force_unlock_workers(array(select distinct locked_by from graphile_worker._private_jobs where locked_by is not null))`,
    },
  },
  {
    name: 'pg-boss',
    version: installed('pg-boss'),
    command: node('boss/peer.mjs'),
    left: `select count(*) from pgboss.job where state < 'completed'`,
    fast: 'batched',
    rows: [
      { label: 'as it comes', work: 'default', poll: 2000, contract: 'one acknowledgement per job; one job per look, a look every 2 s' },
      { label: 'with notifications', work: 'notify', setup: { notify: true }, only: ['latency', 'enqueue'], contract: '`work` woken by NOTIFY' },
      { label: 'own loops', work: 'each', same: true, poll: 500, contract: 'one acknowledgement per job; own loops over `fetch` and `complete`, 0.5 s between looks when idle' },
      { label: 'batched', work: 'batched', poll: 500, contract: 'claims and completes 100 together, a look every 0.5 s when idle' },
    ],
    crash: {
      quoted: '15 min + ≤ 60 s, then the next look',
      how: 'heartbeatSeconds 10 (its smallest), upkeep every 5 s, a look every 0.5 s',
      setup: { heartbeat: 10 },
      work: 'rescue',
    },
  },
  {
    name: 'riverqueue',
    version: riverVersion,
    command: [river],
    left: `select count(*) from river_job where state in ('available', 'running', 'retryable', 'scheduled', 'pending')`,
    fast: 'quick',
    rows: [
      { label: 'as it comes', work: 'default', contract: 'completions written together every 10 ms; 100 ms between fetches' },
      { label: 'one by one', work: 'each', same: true, contract: 'each job completed in its own transaction (`job_complete_tx`); 1 ms between fetches, which still claim as many as there are free slots' },
      { label: 'batched', work: 'quick', contract: 'completions written together every 10 ms; 1 ms between fetches' },
    ],
    crash: {
      quoted: '1 h + ≤ 30 s (+ ≤ 15 s until a leader is elected, + backoff)',
      how: 'jobs limited to 30 s, rescue after 30 s, looked for every 5 s, retried at once; it ends jobs that take longer',
      work: 'rescue',
    },
  },
];
