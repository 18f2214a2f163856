// The server of the measurement: a fresh database for each figure, and what it is set to.
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

const NOTED = [
  'server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'autovacuum_naptime', 'shared_buffers', 'max_connections', 'jit',
];

export class Server {
  #url;
  #many = 0;

  constructor(url) {
    this.#url = url;
  }

  async #admin(work) {
    const client = new pg.Client({ connectionString: this.#url });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** Runs `work` with the URL of a new database and a connection to it; the database is dropped afterwards. */
  async database(work) {
    this.#many += 1;
    const name = `peers_${process.pid}_${this.#many}`;
    await this.#admin((admin) => admin.query(`create database ${name}`));
    const url = new URL(this.#url);
    url.pathname = `/${name}`;
    const connection = new pg.Client({ connectionString: url.href });
    await connection.connect();
    try {
      return await work(url.href, connection);
    } finally {
      await connection.end();
      await this.#drop(name);
    }
  }

  /** A database that autovacuum is in cannot be dropped by our role: tried again for a minute, then left with a word. */
  async #drop(name) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#admin((admin) => admin.query(`drop database ${name} with (force)`));
      } catch (error) {
        if (tries >= 60) return process.stderr.write(`${name} stays: ${error.message}\n`);
        await pause(1000);
      }
    }
  }

  settings() {
    const all = `select name, current_setting(name) as value from unnest($1::text[]) as name`;
    return this.#admin(async (admin) => Object.fromEntries((await admin.query(all, [NOTED])).rows.map((row) => [row.name, row.value])));
  }
}
