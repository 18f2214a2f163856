// What is measured, and how much of it; each number by environment.
import { availableParallelism } from 'node:os';

const number = (name, otherwise) => Number(process.env[`PEERS_${name}`] ?? otherwise);

/** Sizes and limits. Times in seconds. */
export const settings = {
  rounds: number('ROUNDS', 3),
  /** Jobs of a throughput figure. */
  jobs: number('JOBS', 4000),
  /** Jobs inserted one by one, over eight clients. */
  inserts: number('INSERTS', 4000),
  /** Single jobs of the latency figure. */
  singles: number('SINGLES', 100),
  /** Jobs completed under the old snapshot, then jobs measured. */
  burst: number('BURST', 20000),
  claims: number('CLAIMS', 2000),
  /** After so long a figure is taken from what is done. */
  cap: number('CAP', 30),
  burstCap: number('BURST_CAP', 240),
  crashCap: number('CRASH_CAP', 180),
  cores: availableParallelism(),
};

/** Only these peers or figures, comma-separated; all when absent. */
const chosen = (name) => {
  const list = process.env[`PEERS_${name}`]?.split(',');
  return (what) => !list || list.includes(what);
};

export const wantsPeer = chosen('ONLY');
export const wantsFigure = chosen('FIGURES');
