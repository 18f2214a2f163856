// Claims after a burst of completed jobs, while another connection holds a snapshot from before the burst, and without it.
import pg from 'pg';
import { workers } from './processes.mjs';
import { drained, going, prepared } from './figures.mjs';
import { percentile } from './numbers.mjs';
import { settings } from './settings.mjs';

/** One side of the comparison: with (`held`) or without the old snapshot. */
export function snapshot(server, peer, row, held) {
  return prepared(server, peer, row.setup, async (url, connection, client) => {
    const old = new pg.Client({ connectionString: url });
    await old.connect();
    if (held) {
      await old.query('begin isolation level repeatable read');
      await old.query('select 1');
    }
    await client.ask({ do: 'fill', count: settings.burst });
    const fast = await workers(peer, url, peer.fast, 4, 8);
    const burst = await going(fast, () => drained(peer, connection, settings.burst, settings.burstCap));
    await client.ask({ do: 'fill', count: settings.claims });
    const all = await workers(peer, url, row.work, 4, 8, { PEER_CLAIMS: '1' });
    const [{ done, seconds }, claims] = await going(all, async () => {
      const result = await drained(peer, connection, settings.claims + burst.open, settings.cap * 2);
      const taken = await Promise.all(
        all.map(async (worker) => {
          worker.tell('claims');
          return (await worker.hear((answer) => answer.claims)).claims;
        }),
      );
      return [result, taken.flat()];
    });
    await old.end();
    const times = claims.map(([milliseconds]) => milliseconds);
    const name = held ? 'held' : 'free';
    return {
      [`${name}: jobs/s`]: done / seconds,
      [`${name}: claims/s`]: times.length / seconds,
      [`${name}: claim p50 ms`]: percentile(times, 0.5),
      [`${name}: claim p99 ms`]: percentile(times, 0.99),
      [`${name}: burst jobs/s`]: burst.done / burst.seconds,
    };
  });
}
