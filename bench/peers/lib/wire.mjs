// Both sides of the protocol of a peer's program: one JSON per line, orders in, answers out.
import { createInterface } from 'node:readline';
import { performance } from 'node:perf_hooks';

/** Milliseconds since 1970 with fractions, by the clock that all processes of a measurement share. */
export const nowMs = () => performance.timeOrigin + performance.now();

/** One answer to the runner. */
export const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

/** The lines of standard input, one by one; ends with it. */
export const orders = () => createInterface({ input: process.stdin, terminal: false })[Symbol.asyncIterator]();

/** What a job does: nothing (`noop`), say when it started (`stamp`), never end on its first attempt (`hang`). */
export async function act({ act: what, key }, attempt) {
  if (what === 'noop') return;
  say({ started: key, attempt, at: nowMs() });
  if (what === 'hang' && attempt === 1) await new Promise(() => {});
}

/** So many clients at once, each inserting one job after the other; times in milliseconds. */
export async function single({ clients, each }, insert) {
  const times = [];
  // The connections are open and the code is warm before the time counts.
  await Promise.all(Array.from({ length: clients * 25 }, (_, n) => insert({ act: 'noop', key: `warm-${n}` })));
  const begin = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let n = 0; n < each; n += 1) {
        const started = performance.now();
        await insert({ act: 'noop', key: `${client}-${n}` });
        times.push(performance.now() - started);
      }
    }),
  );
  return { seconds: (performance.now() - begin) / 1000, times };
}

/** Answers the orders of a client with these functions: setup(order), insert(data), fill(portion of data). */
export async function serve({ setup, insert, fill }) {
  for await (const line of orders()) {
    const order = JSON.parse(line);
    if (order.do === 'setup') {
      await setup(order);
      say({ done: 'setup' });
    } else if (order.do === 'single') {
      say(await single(order, insert));
    } else if (order.do === 'fill') {
      for (let first = 0; first < order.count; first += 1000) {
        const many = Math.min(1000, order.count - first);
        await fill(Array.from({ length: many }, (_, n) => ({ act: 'noop', key: `fill-${first + n}` })));
      }
      say({ done: 'fill' });
    } else if (order.do === 'one') {
      const asked = nowMs();
      await insert({ act: order.act, key: order.key });
      say({ asked, committed: nowMs() });
    }
  }
}

/** A worker's life: ready, wait for the word to go, run, give claims when asked, end with standard input. */
export async function live(start) {
  const claims = process.env.PEER_CLAIMS ? [] : null;
  const lines = orders();
  say({ ready: true });
  if ((await lines.next()).done) process.exit(0);
  const stop = await start(claims);
  say({ running: true });
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    if (line.value.includes('claims')) say({ claims: claims ? claims.splice(0) : null });
  }
  await stop();
  process.exit(0);
}
