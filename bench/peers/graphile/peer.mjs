// graphile-worker as a peer of the run engine: `client` or `work <mode> <slots>`; the protocol is in lib/wire.mjs.
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { act, live, serve } from '../lib/wire.mjs';

const connectionString = process.env.DATABASE_URL;
// Errors only: what a peer prints on standard output is the protocol.
const logger = new Logger(() => (level, message) => level === 'error' && process.stderr.write(`${message}\n`));

/** What the library lacks, kept by the statement that deletes the finished job and in its transaction. */
const HISTORY = `
  create table finished_jobs (id bigint primary key, task_id int, payload json, attempts smallint,
    created_at timestamptz, locked_by text, started_at timestamptz, finished_at timestamptz not null default now());
  create function keep_finished_job() returns trigger language plpgsql as $$
  begin
    insert into finished_jobs (id, task_id, payload, attempts, created_at, locked_by, started_at)
    values (old.id, old.task_id, old.payload, old.attempts, old.created_at, old.locked_by, old.locked_at);
    return null;
  end $$;
  create trigger keep_finished_job after delete on graphile_worker._private_jobs
    for each row execute function keep_finished_job();`;

/** A pool with all its connections open. */
async function opened(max) {
  const pool = new pg.Pool({ connectionString, max });
  pool.on('error', (error) => process.stderr.write(`${error.message}\n`));
  // The library wants to see a listener on each connection as well.
  pool.on('connect', (connection) => connection.on('error', () => {}));
  const all = await Promise.all(Array.from({ length: max }, () => pool.connect()));
  all.forEach((connection) => connection.release());
  return pool;
}

async function client() {
  const pool = await opened(8);
  const utils = await makeWorkerUtils({ pgPool: pool, logger });
  await serve({
    setup: async ({ history }) => {
      await utils.migrate();
      if (history) await pool.query(HISTORY);
    },
    insert: (data) => utils.addJob('probe', data),
    fill: (portion) => utils.addJobs(portion.map((payload) => ({ identifier: 'probe', payload }))),
  });
  await utils.release();
  await pool.end();
}

/** Notes how long each claim took that returned jobs, and how many it returned. */
function watch(claims) {
  const query = pg.Client.prototype.query;
  pg.Client.prototype.query = function watched(statement, ...rest) {
    const answer = query.call(this, statement, ...rest);
    if (!statement?.name?.startsWith('get_job')) return answer;
    const begin = performance.now();
    return answer.then((result) => {
      if (result.rows.length > 0) claims.push([performance.now() - begin, result.rows.length]);
      return result;
    });
  };
}

/** Modes: `each` (as the library comes: one claim and one completion per job), `batched` (its local queue and batched completion). */
async function work(mode, slots) {
  const concurrency = Number(slots);
  const pgPool = await opened(concurrency + 2);
  const batched = { localQueue: { size: 100 }, completeJobBatchDelay: 10 };
  await live(async (claims) => {
    if (claims) watch(claims);
    const runner = await run({
      pgPool,
      logger,
      concurrency,
      noHandleSignals: true,
      taskList: { probe: (payload, helpers) => act(payload, helpers.job.attempts) },
      preset: { worker: mode === 'batched' ? batched : {} },
    });
    return () => runner.stop();
  });
}

const [what, ...rest] = process.argv.slice(2);
await (what === 'client' ? client() : work(...rest));
