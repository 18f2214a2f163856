// Somebody changes a policy behind everybody's back: it is found by the next sync, says who it was, is put back, and is over.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { TENANT, openTenant, runEnds, signedIn, startDemo, syncNow } from './demo.mjs'
import { assertNoComplaints, launch, lookAt } from './harness.mjs'
import { KIOSK, policy } from './policy.mjs'

let demo, browser, page, path, finding

before(async () => {
  demo = await startDemo({ policies: 30 })
  const kiosk = await demo.graph.put(TENANT, 'settings_catalog_policy', policy(undefined, KIOSK, 'Agreed in spring.'))
  browser = await launch()
  page = await signedIn(browser, demo, 'owner')
  path = await openTenant(page, demo)
  await runEnds(page, demo, await syncNow(page), 'Succeeded')
  await demo.graph.put(TENANT, 'settings_catalog_policy', policy(kiosk, KIOSK, 'Changed by mistake.', '2026-02-01T08:00:00Z'))
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

// What nobody uses is a finding as well: the kind tells which is meant.
const row = (name, kind) =>
  page.locator('main tbody tr', { hasText: name }).filter({ has: page.getByText(kind, { exact: true }) })
const step = (name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor()

/** Syncs, and waits for the check that follows by itself. */
const syncAndCheck = async () => {
  await page.goto(demo.url + path)
  await runEnds(page, demo, await syncNow(page), 'Succeeded')
  await page.goto(`${demo.url}/admin/operations?type=drift_generate_findings`)
  const checks = page.getByRole('table', { name: 'Operations' }).locator('tbody tr')
  await checks.first().waitFor()
  await runEnds(page, demo, `/admin/operations/${await checks.first().getAttribute('data-key')}`, 'Succeeded')
}

/** Reads who did what from the tenant's log. */
const readEvents = async () => {
  await page.goto(`${demo.url}${path}/versions`)
  await page.locator('main').getByRole('button', { name: /audit logs/i }).first().click()
  const run = page.locator('#toasts').getByRole('link', { name: 'View run' })
  await run.waitFor()
  await runEnds(page, demo, await run.getAttribute('href'), 'Succeeded')
}

test('a change behind everybody\'s back is a finding after the next sync', async () => {
  await syncAndCheck()
  await page.goto(`${demo.url}${path}`)
  await page.getByRole('link', { name: /^Drift/ }).first().click()
  await row(KIOSK, 'Changed').getByText('New', { exact: true }).waitFor()
  await lookAt(page, 'drift')
  await row(KIOSK, 'Changed').getByRole('link', { name: KIOSK }).click()
  await page.getByRole('heading', { level: 1, name: KIOSK }).waitFor()
  finding = new URL(page.url()).pathname
  await page.getByText('Changed by mistake.').waitFor()
  await page.getByText('Agreed in spring.').waitFor()
})

test('the log of the tenant says who it was', async () => {
  await readEvents()
  await page.goto(demo.url + finding)
  const who = page.locator('dt', { hasText: 'Changed by' }).locator('xpath=following-sibling::dd[1]')
  assert.doesNotMatch(await who.innerText(), /Not known/)
  assert.match(await who.innerText(), /@|admin/i)
  await lookAt(page, 'drift-finding')
})

test('it is put back from the finding', async () => {
  await page.getByRole('button', { name: 'Assign to me' }).click()
  await page.getByRole('button', { name: 'Let go' }).waitFor()
  await page.getByRole('link', { name: 'Restore this' }).click()
  await step('New restore')
  await page.getByRole('button', { name: 'Go on' }).click()
  await step('Map references')
  await page.getByRole('button', { name: 'Go on to the checks' }).click()
  await step('Check')
  await page.getByRole('link', { name: 'Go on to the preview' }).click()
  await step('Preview')
  await page.getByRole('main').getByRole('button', { name: 'Preview' }).click()
  await page.getByRole('link', { name: 'Go on to execute' }).waitFor({ timeout: 60_000 })
  await page.getByRole('link', { name: 'Go on to execute' }).click()
  await step('Execute')
  await page.getByLabel("Type the tenant's name", { exact: false }).fill(TENANT)
  await page.getByRole('button', { name: 'Restore 1 object' }).click()
  await page.getByText('Every object that was to be written is as it was wanted').waitFor({ timeout: 120_000 })
})

test('the next check sees that it is over', async () => {
  await syncAndCheck()
  await page.goto(demo.url + finding)
  await page.locator('main header, main .header').getByText('Resolved').first().waitFor()
  await page.getByRole('table', { name: 'History' }).getByText('Resolved').first().waitFor()
  await lookAt(page, 'drift-resolved')
})

test('a risk is accepted until a day, with a reason', async () => {
  const trial = await demo.graph.put(TENANT, 'settings_catalog_policy', policy(undefined, 'WIN – Trial', '', '2026-02-02T08:00:00Z'))
  assert.ok(trial)
  await syncAndCheck()
  await page.goto(`${demo.url}${path}/drift`)
  await row('WIN – Trial', 'Added').getByRole('link', { name: 'WIN – Trial' }).click()
  const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)
  await page.getByLabel('Until the end of').fill(day)
  await page.getByLabel('Reason').fill('A trial of the service desk.')
  await page.getByRole('button', { name: 'Accept the risk' }).click()
  await page.locator('#toasts').getByText('Risk accepted').waitFor()
  await page.getByText('A trial of the service desk.').first().waitFor()
  await lookAt(page, 'drift-accepted')
})

test('nothing complained', () => assertNoComplaints(page))
