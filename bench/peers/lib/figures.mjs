// The figures of one row: inserts, jobs per second, latency when idle. Each in a database of its own.
import { setTimeout as pause } from 'node:timers/promises';
import { performance } from 'node:perf_hooks';
import { Process, workers } from './processes.mjs';
import { percentile } from './numbers.mjs';
import { settings } from './settings.mjs';

/** The workers of a throughput figure, as in the run engine's own benchmark: processes and slots of each. */
export const FLEETS = [[4, 8], [16, 8]];

/** Runs `work` with a client in a fresh database that has the peer's tables. */
export function prepared(server, peer, setup, work) {
  return server.database(async (url, connection) => {
    const client = new Process(peer, url, ['client']);
    await client.ask({ do: 'setup', ...setup });
    try {
      return await work(url, connection, client);
    } finally {
      await client.end();
    }
  });
}

const left = async (peer, connection) => Number((await connection.query(peer.left)).rows[0].count);

/** Waits until all is done or `cap` seconds are over; gives the jobs done and the seconds they took. */
export async function drained(peer, connection, jobs, cap) {
  const begin = performance.now();
  for (;;) {
    const open = await left(peer, connection);
    const seconds = (performance.now() - begin) / 1000;
    if (open === 0 || seconds > cap) return { done: jobs - open, seconds, open };
    await pause(20);
  }
}

/** Lets ready workers go and gives what `work` gives once they were told; they end afterwards. */
export async function going(all, work) {
  all.forEach((worker) => worker.tell('go'));
  try {
    return await work();
  } finally {
    await Promise.all(all.map((worker) => worker.end()));
  }
}

/** Single inserts, eight clients in one process. */
export function enqueue(server, peer, row) {
  return prepared(server, peer, row.setup, async (_url, _connection, client) => {
    const { seconds, times } = await client.ask({ do: 'single', clients: 8, each: Math.ceil(settings.inserts / 8) });
    return { 'inserts/s': times.length / seconds, 'insert p50 ms': percentile(times, 0.5), 'insert p99 ms': percentile(times, 0.99) };
  });
}

/** No-op jobs that wait when the workers begin, up to the end of the last one. */
export function jobs(server, peer, row, [many, slots]) {
  return prepared(server, peer, row.setup, async (url, connection, client) => {
    await client.ask({ do: 'fill', count: settings.jobs });
    const all = await workers(peer, url, row.work, many, slots);
    const { done, seconds } = await going(all, () => drained(peer, connection, settings.jobs, settings.cap));
    return { [`jobs/s ${many} × ${slots}`]: done / seconds };
  });
}

/** From the call that inserts a single job, and from its return, to the first line of its work in another process. */
export function latency(server, peer, row) {
  return prepared(server, peer, row.setup, async (url, _connection, client) => {
    const all = await workers(peer, url, row.work, 1, 8);
    return going(all, async () => {
      await all[0].hear((answer) => answer.running);
      await pause(1000);
      const [calls, returns] = [[], []];
      const begin = performance.now();
      for (let n = 0; n < settings.singles && performance.now() - begin < settings.cap * 2000; n += 1) {
        const { asked, committed } = await client.ask({ do: 'one', act: 'stamp', key: `${n}` });
        const { at } = await all[0].hear(({ started }) => started === `${n}`);
        calls.push(at - asked);
        returns.push(at - committed);
        // Idle between two jobs for longer than anyone holds notifications back, and at all phases of a poll alike.
        await pause(110 + (row.poll ?? 90) * ((n * 0.618) % 1));
      }
      return {
        'start p50 ms': percentile(calls, 0.5),
        'start p99 ms': percentile(calls, 0.99),
        'start after commit p50 ms': percentile(returns, 0.5),
        singles: calls.length,
      };
    });
  });
}
