// `kill -9` of a worker in the middle of a job: seconds until another process runs the job again.
import { setTimeout as pause } from 'node:timers/promises';
import { performance } from 'node:perf_hooks';
import { workers } from './processes.mjs';
import { prepared } from './figures.mjs';
import { settings } from './settings.mjs';

export function crash(server, peer) {
  const { setup, work, unlock } = peer.crash;
  return prepared(server, peer, setup, async (url, connection, client) => {
    const [doomed] = await workers(peer, url, work, 1, 8);
    doomed.tell('go');
    await doomed.hear((answer) => answer.running);
    await client.ask({ do: 'one', act: 'hang', key: 'hang' });
    await doomed.hear(({ started }) => started === 'hang');
    const [survivor] = await workers(peer, url, work, 1, 8);
    survivor.tell('go');
    await survivor.hear((answer) => answer.running);
    await pause(2700);
    const killed = performance.now();
    await doomed.kill();
    // What an operator does where the peer itself does nothing for hours.
    if (unlock) await connection.query(unlock);
    const again = survivor.hear(({ started }) => started === 'hang').then(() => (performance.now() - killed) / 1000, () => null);
    const seconds = await Promise.race([again, pause(settings.crashCap * 1000, null, { ref: false })]);
    await survivor.end();
    return { 'again s': seconds };
  });
}
