// The table.
const figure = (value, digits = 0) => (value === undefined || value === null || Number.isNaN(value) ? '–' : value.toFixed(digits));
const milliseconds = (value) => figure(value, value < 100 ? 1 : 0);
const pair = (a, b) => (a === undefined ? '–' : `${milliseconds(a)} / ${milliseconds(b)}`);

const COLUMNS = [
  ['peer', (row) => `${row.same ? '**' : ''}${row.peer} ${row.version}, ${row.label}${row.same ? '**' : ''}`],
  ['inserts/s, 8 clients', ({ of }) => figure(of['inserts/s'])],
  ['p99 ms', ({ of }) => milliseconds(of['insert p99 ms'])],
  ['jobs/s, 4 × 8', ({ of }) => figure(of['jobs/s 4 × 8'])],
  ['jobs/s, 16 × 8', ({ of }) => figure(of['jobs/s 16 × 8'])],
  ['insert → start when idle, p50 / p99 ms', ({ of }) => pair(of['start p50 ms'], of['start p99 ms'])],
  ['claims/s after a burst', ({ of }) => figure(of['free: claims/s'])],
  ['claim p50 / p99 ms', ({ of }) => pair(of['free: claim p50 ms'], of['free: claim p99 ms'])],
  ['claims/s, old snapshot held', ({ of }) => figure(of['held: claims/s'])],
  ['claim p50 / p99 ms, held', ({ of }) => pair(of['held: claim p50 ms'], of['held: claim p99 ms'])],
  ['jobs/s free → held', ({ of }) => (of['free: jobs/s'] === undefined ? '–' : `${figure(of['free: jobs/s'])} → ${figure(of['held: jobs/s'])}`)],
];

/** One markdown table of the rows, one of the crashes, and the contracts below them. */
export function markdown({ rows, crashes, machine, server, rounds, ownBench }) {
  const set = Object.entries(server).map(([name, value]) => `${name} ${value}`);
  return [
    `${machine}; medians of ${rounds} alternating rounds. PostgreSQL: ${set.join(', ')}. Bold: one acknowledgement per job, history kept.`,
    '',
    `| ${COLUMNS.map(([title]) => title).join(' | ')} |`,
    `|${COLUMNS.map(() => '---|').join('')}`,
    ...rows.map((row) => `| ${COLUMNS.map(([, cell]) => cell(row)).join(' | ')} |`),
    '',
    '| `kill -9` in the middle of a job | by default (documented) | measured | with |',
    '|---|---|---|---|',
    ...crashes.map(({ peer, quoted, seconds, how }) => `| ${peer} | ${quoted} | ${seconds == null ? '–' : `${seconds.toFixed(1)} s`} | ${how} |`),
    '',
    ...rows.map(({ peer, label, contract }) => `- ${peer}, ${label}: ${contract}.`),
    ...Object.entries(ownBench).map(([what, value]) => `- ${what}: ${figure(value)} (inserted, claimed and completed in bulk, by one process of 2,000 slots).`),
  ].join('\n');
}
