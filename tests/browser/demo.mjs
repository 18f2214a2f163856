// The demo as the system under test: one process with quiet invented tenants, its people, and its simulated Graph.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromXtask, openPage, startProduct } from './harness.mjs'

/** The invented tenant that most tests use. `OUTSIDE` belongs to the stranger's workspace. */
export const TENANT = 'Contoso Retail'
export const OUTSIDE = 'Adatum Bank'

/** Until a sync of an invented tenant has ended, on a machine that is busy with other tests. */
export const SYNC_MILLISECONDS = 90_000

const ENTRA_ID = { [TENANT]: '7e4a47a7-1a50-4000-8000-000000000001', 'Fabrikam Engineering': '7e4a47a7-1a50-4000-8000-000000000002' }

/** Starts the demo. `load` is a folder of exported objects. Gives what `startProduct` gives, and `graph`, its simulator. */
export async function startDemo({ load = null, policies = 240 } = {}) {
  const args = ['demo', '--listen', '127.0.0.1:0', '--quiet-tenants', '--policies', String(policies)]
  const product = await startProduct(load ? [...args, '--load', load] : args)
  const told = product.lines.join('\n')
  const [, password] = /password (\S+):/.exec(told) ?? assert.fail(`the demo names no password:\n${told}`)
  const [, base] = /Simulated Graph: (http:\S+)/.exec(told) ?? assert.fail(`the demo names no simulator:\n${told}`)
  return { ...product, password, graph: new Graph(base) }
}

/** The simulator, by its control routes. */
class Graph {
  constructor(base) {
    this.base = base
  }

  async #ask(method, path, body) {
    const answer = await fetch(`${this.base}/_sim/${path}`, { method, body: body && JSON.stringify(body) })
    const text = await answer.text()
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`)
    return JSON.parse(text)
  }

  /** How long every answer takes from now on. */
  latency(milliseconds) {
    return this.#ask('POST', 'latency', { milliseconds })
  }

  /** From now on answers below a path go wrong in this way. */
  fault(path, effect) {
    return this.#ask('POST', 'faults', { path, effect })
  }

  heal() {
    return this.#ask('DELETE', 'faults')
  }

  /** Adds an object to a tenant, or replaces the one with its `id`; gives the id. */
  async put(tenant, type, object) {
    return (await this.#ask('POST', `tenants/${ENTRA_ID[tenant]}/objects/${type}`, object)).id
  }

  /** Adds a tenant that the product does not know yet, by its id. */
  addTenant(id, tenant) {
    return this.#ask('PUT', `tenants/${id}`, tenant)
  }

  /** Changes an app registration of a tenant. */
  app(id, client, changes) {
    return this.#ask('PATCH', `tenants/${id}/apps/${client}`, changes)
  }

  remove(tenant, type, id) {
    return this.#ask('DELETE', `tenants/${ENTRA_ID[tenant]}/objects/${type}/${id}`)
  }

  /** How many requests it has answered so far, those for tokens included. */
  async requests() {
    return (await this.#ask('GET', 'requests')).requests
  }
}

/** A page on which somebody is signed in: `owner`, `manager`, `operator`, `readonly` or `stranger`. */
export async function signedIn(browser, demo, person, options = {}) {
  const page = await openPage(browser, demo.url, options)
  await page.goto(`${demo.url}/sign-in`)
  await signIn(page, demo, person)
  return page
}

/** Fills in and sends the sign-in form; waits for the overview. */
export async function signIn(page, demo, person) {
  await page.getByLabel('Mail address').fill(`${person}@demo.example`)
  await page.getByLabel('Password').fill(demo.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL(`${demo.url}/admin`)
}

/** Goes from the overview to a tenant's dashboard as a person would; gives its path. */
export async function openTenant(page, demo, name = TENANT) {
  await page.goto(`${demo.url}/admin`)
  await page.getByRole('table', { name: 'Tenants' }).getByRole('link', { name, exact: true }).click()
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
  return new URL(page.url()).pathname
}

/** Presses "Sync now" on a tenant's page and gives the path of the run that the toast links to. */
export async function syncNow(page) {
  await page.getByRole('button', { name: 'Sync now' }).click()
  const link = page.locator('#toasts').getByRole('link', { name: 'View run' })
  await link.waitFor()
  return link.getAttribute('href')
}

/** Opens a run and waits until it has ended in this way. */
export async function runEnds(page, demo, path, outcome) {
  await page.goto(demo.url + path)
  await page.locator('#run header').getByText(outcome, { exact: true }).waitFor({ timeout: SYNC_MILLISECONDS })
}

/** The keys of all rows of a list, over all of its pages, in order. */
export async function walk(page) {
  const keys = []
  for (;;) {
    keys.push(...(await rowKeys(page)))
    const next = page.getByRole('link', { name: 'Next', exact: true })
    if ((await next.count()) === 0) return keys
    const url = await next.getAttribute('href')
    await next.click()
    await page.waitForURL((at) => at.pathname + at.search === url)
  }
}

/** The keys of the rows on this page of a list. */
export function rowKeys(page) {
  return page.locator('main tbody tr').evaluateAll((rows) => rows.map((row) => row.dataset.key))
}

/** The number that a page shows somewhere; its thousands are set apart by commas. */
export async function figure(locator) {
  return Number((await locator.innerText()).trim().replaceAll(',', ''))
}

/** A folder of exported tenants with its index; `null`, said visibly, where the test data is absent. */
export async function exportedTenant(name) {
  const folder = join(fromXtask('TENANTATLAS_TEST_DATA'), 'tenants', name)
  if (!existsSync(join(folder, 'index.json'))) {
    console.log(`SKIPPED: the journey on exported objects, as there is no test data (tenants/${name}); an invented tenant stands in`)
    return null
  }
  return { folder, index: JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) }
}
