// Processes of a peer, and what they say.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** One process of a peer. */
export class Process {
  #child;
  #waiting = [];
  #heard = [];

  constructor(peer, url, args, env = {}) {
    const [program, ...first] = peer.command;
    this.#child = spawn(program, [...first, ...args], {
      env: { ...process.env, DATABASE_URL: url, ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    // A killed worker's pipe breaks; who waits for an answer hears of the end below.
    this.#child.stdin.on('error', () => {});
    this.ended = new Promise((resolve) => this.#child.on('close', resolve));
    this.ended.then(() => this.#waiting.splice(0).forEach(({ reject }) => reject(new Error(`${peer.name} ended`))));
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#hear(line));
  }

  #hear(line) {
    if (!line.startsWith('{')) return;
    const answer = JSON.parse(line);
    const at = this.#waiting.findIndex(({ wanted }) => wanted(answer));
    if (at >= 0) this.#waiting.splice(at, 1)[0].resolve(answer);
    else this.#heard.push(answer);
  }

  /** The first line, heard already or to come, that is wanted. */
  hear(wanted) {
    const at = this.#heard.findIndex(wanted);
    if (at >= 0) return Promise.resolve(this.#heard.splice(at, 1)[0]);
    return new Promise((resolve, reject) => this.#waiting.push({ wanted, resolve, reject }));
  }

  tell(line) {
    this.#child.stdin.write(`${line}\n`);
  }

  /** An order to a client, and its answer. */
  async ask(order) {
    this.tell(JSON.stringify(order));
    return this.hear(() => true);
  }

  /** Ends with the end of its input; killed if it will not within 15 s. */
  async end() {
    this.#child.stdin.end();
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 15000);
    await this.ended;
    clearTimeout(late);
  }

  async kill() {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}

/** So many workers, ready but not yet working. */
export async function workers(peer, url, mode, many, slots, env) {
  const all = Array.from({ length: many }, () => new Process(peer, url, ['work', mode, String(slots)], env));
  await Promise.all(all.map((worker) => worker.hear((answer) => answer.ready)));
  return all;
}
