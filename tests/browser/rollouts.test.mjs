// One policy put into two tenants, the pilot first: chosen, previewed, confirmed by name, carried out ring by ring.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { TENANT, openTenant, runEnds, signedIn, startDemo, syncNow } from './demo.mjs'
import { assertNoComplaints, launch, lookAt } from './harness.mjs'
import { KIOSK, policy } from './policy.mjs'

const OTHER = 'Fabrikam Engineering'

let demo, browser, page, path, rollout

before(async () => {
  demo = await startDemo({ policies: 30 })
  await demo.graph.put(TENANT, 'settings_catalog_policy', policy(undefined, KIOSK, 'Agreed in spring.'))
  browser = await launch()
  page = await signedIn(browser, demo, 'owner')
  for (const tenant of [OTHER, TENANT]) {
    path = await openTenant(page, demo, tenant)
    await runEnds(page, demo, await syncNow(page), 'Succeeded')
  }
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

const row = (name) => page.locator('main tbody tr', { hasText: name })

test('a version of one tenant is to go into another one', async () => {
  await page.goto(`${demo.url}${path}/inventory?q=${encodeURIComponent(KIOSK)}`)
  await row(KIOSK).getByRole('link', { name: KIOSK }).click()
  await page.getByRole('heading', { level: 1, name: KIOSK }).waitFor()
  const item = new URL(page.url()).pathname.split('/').pop()
  await page.goto(`${demo.url}${path}/restores/new?item=${item}&version=1`)
  await page.getByRole('main').getByRole('link', { name: 'Restore to many tenants' }).click()
  await page.getByRole('heading', { level: 1, name: 'Restore to many tenants' }).waitFor()
  await page.getByLabel('Name (may be empty)').fill('Kiosk everywhere')
  await page.getByLabel(TENANT, { exact: true }).selectOption({ label: 'Ring 1 (pilot)' })
  await page.getByLabel(OTHER, { exact: true }).selectOption({ label: 'Ring 2' })
  await lookAt(page, 'rollout-new')
  await page.getByRole('button', { name: 'Make the restores' }).click()
  await page.getByRole('heading', { level: 1, name: 'Kiosk everywhere' }).waitFor()
  rollout = new URL(page.url()).pathname
  await page.getByText('Nothing was written yet').waitFor()
})

test('all of them are previewed by one run', async () => {
  await page.getByRole('button', { name: 'Preview all' }).click()
  await page.getByRole('link', { name: 'Confirm…' }).waitFor({ timeout: 60_000 })
  await row(OTHER).waitFor()
  await lookAt(page, 'rollout-previewed')
})

test('nothing is written before its name is typed', async () => {
  await page.goto(`${demo.url}${rollout}/confirm`)
  await page.getByRole('heading', { level: 1, name: 'Confirm' }).waitFor()
  await lookAt(page, 'rollout-confirm')
  const before = (await demo.graph.requests()).length
  await page.getByLabel(/Type the rollout's name/).fill('Something else')
  await page.getByRole('button', { name: 'Begin with the first ring' }).click()
  await page.locator('main').getByText(/name/).first().waitFor()
  page.complaints = page.complaints.filter((line) => !/status of 422/.test(line))
  assert.equal((await demo.graph.requests()).length, before)
  await page.getByLabel(/Type the rollout's name/).fill('Kiosk everywhere')
  await page.getByRole('button', { name: 'Begin with the first ring' }).click()
  await page.goto(demo.url + rollout)
  await page.getByText('Every ring came out as planned').waitFor({ timeout: 120_000 })
  await lookAt(page, 'rollout-completed')
})

test('the other tenant has it', async () => {
  const other = await openTenant(page, demo, OTHER)
  await runEnds(page, demo, await syncNow(page), 'Succeeded')
  await page.goto(`${demo.url}${other}/inventory?q=${encodeURIComponent(KIOSK)}`)
  await row(KIOSK).waitFor()
})

test('the list of the workspace has it, and nothing complained', async () => {
  await page.goto(`${demo.url}/admin/rollouts`)
  await row('Kiosk everywhere').waitFor()
  await lookAt(page, 'rollouts')
  assertNoComplaints(page)
})
