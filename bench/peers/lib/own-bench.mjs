// riverqueue's own `bench`: jobs inserted and completed in bulk by one process, at its defaults.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const JOBS = 20000;

/** Jobs per second as `riverqueue bench` reports them; `program` is the binary of riverqueue-cli. */
export function riverBench(server, program) {
  return server.database(async (url) => {
    await run(program, ['migrate-up', '--database-url', url]);
    const { stdout, stderr } = await run(program, ['bench', '--database-url', url, '-n', String(JOBS)]);
    const rate = /overall job\/sec \[\s*([\d.]+) \]/.exec(stdout + stderr)?.[1];
    if (!rate) throw new Error(`riverqueue bench said: ${stdout}${stderr}`);
    return { [`riverqueue bench, ${JOBS} jobs, jobs/s`]: Number(rate) };
  });
}
