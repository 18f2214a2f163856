// pg-boss as a peer of the run engine: `client` or `work <mode> <slots>`; the protocol is in lib/wire.mjs.
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { PgBoss } from 'pg-boss';
import { act, live, serve } from '../lib/wire.mjs';

const QUEUE = 'probe';

/** An instance; one that does not supervise leaves upkeep to others. */
async function boss(max, options) {
  const instance = new PgBoss({ connectionString: process.env.DATABASE_URL, max, schedule: false, ...options });
  instance.on('error', (error) => process.stderr.write(`${error.message}\n`));
  await instance.start();
  // All connections of the pool open before anything is measured.
  await Promise.all(Array.from({ length: max }, () => instance.getDb().executeSql('select pg_sleep(0.05)')));
  return instance;
}

async function client() {
  const instance = await boss(8, { supervise: false });
  await serve({
    // `notify` sends a notification with each insert; `heartbeat` (seconds) ends attempts of the dead early.
    setup: ({ notify, heartbeat }) =>
      instance.createQueue(QUEUE, { notify: Boolean(notify), retryDelay: 0, ...(heartbeat ? { heartbeatSeconds: heartbeat } : {}) }),
    insert: (data) => instance.send(QUEUE, data),
    fill: (portion) => instance.insert(QUEUE, portion.map((data) => ({ data }))),
  });
  await instance.stop({ graceful: false });
}

/** As many loops as slots, each: claim one job, do it, complete it. An idle loop looks twice a second. */
function loops(instance, slots, claims) {
  let stopped = false;
  const loop = async () => {
    while (!stopped) {
      const begin = performance.now();
      const [job] = await instance.fetch(QUEUE, { includeMetadata: true });
      if (!job) {
        await setTimeout(500);
        continue;
      }
      claims?.push([performance.now() - begin, 1]);
      await act(job.data, job.retryCount + 1);
      await instance.complete(QUEUE, job);
    }
  };
  const all = Array.from({ length: slots }, loop);
  return async () => {
    stopped = true;
    await Promise.all(all);
  };
}

/**
 * Modes: `default` (`work` as it comes: one job per look, a look every 2 s), `notify` (`work`, woken by notifications, one job per look),
 * `each` (own loops over `fetch` and `complete`, one job each time, without a pause while there are jobs),
 * `batched` (`work` with 100 jobs per look and completion), `rescue` (`work` with the shortest look, upkeep every 5 s).
 */
async function work(mode, slots) {
  const localConcurrency = Number(slots);
  const often = { superviseIntervalSeconds: 5, monitorIntervalSeconds: 5 };
  const instance = await boss(localConcurrency + 2, {
    useListenNotify: ['notify', 'batched'].includes(mode),
    ...(mode === 'rescue' ? often : {}),
  });
  const each = async (jobs) => {
    for (const job of jobs) await act(job.data, job.retryCount + 1);
  };
  const options = { includeMetadata: true, localConcurrency };
  await live(async (claims) => {
    if (mode === 'each') return loops(instance, localConcurrency, claims);
    if (mode === 'batched') Object.assign(options, { batchSize: 100, burstWhenBatchFull: true });
    if (mode === 'batched' || mode === 'rescue') options.pollingIntervalSeconds = 0.5;
    await instance.work(QUEUE, options, each);
    return () => instance.stop({ graceful: true, timeout: 5000 });
  });
}

const [what, ...rest] = process.argv.slice(2);
await (what === 'client' ? client() : work(...rest));
