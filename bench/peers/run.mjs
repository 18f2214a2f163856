// All figures of all peers, in alternating rounds. `run.sh` installs what this needs; README.md tells what the figures mean.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { riverBench } from './lib/own-bench.mjs';
import { peers } from './lib/catalogue.mjs';
import { crash } from './lib/crash.mjs';
import { FLEETS, enqueue, jobs, latency } from './lib/figures.mjs';
import { median } from './lib/numbers.mjs';
import { markdown } from './lib/report.mjs';
import { Server } from './lib/server.mjs';
import { settings, wantsFigure, wantsPeer } from './lib/settings.mjs';
import { snapshot } from './lib/snapshot.mjs';

const url = process.argv[2];
if (!url) throw new Error('usage: node run.mjs <postgres URL of a role that may create databases>');
const server = new Server(url);
const wanted = peers.filter(({ name }) => wantsPeer(name));
const values = new Map();

/** Notes one round's figures under a name; a figure that failed is told and left out. */
async function note(name, round, measure) {
  try {
    for (const [what, value] of Object.entries(await measure())) {
      process.stderr.write(`round ${round} ${name}: ${what} ${typeof value === 'number' ? value.toFixed(1) : value}\n`);
      const of = values.get(name) ?? values.set(name, {}).get(name);
      if (typeof value === 'number') (of[what] ??= []).push(value);
    }
  } catch (error) {
    process.stderr.write(`round ${round} ${name}: ${error.message}\n`);
  }
}

for (let round = 1; round <= settings.rounds; round += 1) {
  // Figure by figure over all peers, so that a disturbance of the machine meets them alike.
  for (const figure of ['enqueue', 'jobs', 'latency', 'snapshot', 'crash'].filter(wantsFigure)) {
    for (const peer of wanted) {
      if (figure === 'crash') await note(`${peer.name} crash`, round, () => crash(server, peer));
      for (const row of peer.rows.filter(({ only }) => figure !== 'crash' && (!only || only.includes(figure)))) {
        const name = `${peer.name} ${row.label}`;
        if (figure === 'enqueue') await note(name, round, () => enqueue(server, peer, row));
        if (figure === 'jobs') for (const fleet of FLEETS) await note(name, round, () => jobs(server, peer, row, fleet));
        if (figure === 'latency') await note(name, round, () => latency(server, peer, row));
        if (figure === 'snapshot' && row.same) for (const held of [false, true]) await note(name, round, () => snapshot(server, peer, row, held));
      }
    }
  }
}

if (process.env.PEER_RIVER_CLI) {
  for (let round = 1; round <= settings.rounds; round += 1) {
    await note('own bench', round, () => riverBench(server, process.env.PEER_RIVER_CLI));
  }
}

const medians = (name) => Object.fromEntries(Object.entries(values.get(name) ?? {}).map(([what, all]) => [what, median(all)]));
const report = {
  machine: `${new Date().toISOString().slice(0, 10)}: ${cpus()[0].model}, ${settings.cores} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; node ${process.version}`,
  rounds: settings.rounds,
  settings,
  server: await server.settings(),
  rows: wanted.flatMap((peer) =>
    peer.rows.map(({ label, same, contract }) => ({ peer: peer.name, version: peer.version, label, same: Boolean(same), contract, of: medians(`${peer.name} ${label}`) })),
  ),
  crashes: wanted.map((peer) => ({ peer: peer.name, quoted: peer.crash.quoted, how: peer.crash.how, seconds: medians(`${peer.name} crash`)['again s'] })),
  ownBench: medians('own bench'),
  all: Object.fromEntries(values),
};
const table = markdown(report);
mkdirSync(new URL('results', import.meta.url), { recursive: true });
writeFileSync(new URL('results/peers.json', import.meta.url), `${JSON.stringify(report, null, 1)}\n`);
writeFileSync(new URL('results/peers.md', import.meta.url), `${table}\n`);
process.stdout.write(`${table}\n`);
