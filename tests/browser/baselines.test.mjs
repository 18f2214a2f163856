// What a tenant has is declared to be right: a draft, activated, held against a tenant; what deviates is seen, and accepted.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { TENANT, openTenant, runEnds, signedIn, startDemo, syncNow } from './demo.mjs'
import { assertNoComplaints, launch, lookAt } from './harness.mjs'
import { KIOSK, policy } from './policy.mjs'

let demo, browser, page, path, kiosk, baseline

before(async () => {
  demo = await startDemo({ policies: 30 })
  kiosk = await demo.graph.put(TENANT, 'settings_catalog_policy', policy(undefined, KIOSK, 'Agreed in spring.'))
  browser = await launch()
  page = await signedIn(browser, demo, 'owner')
  path = await openTenant(page, demo)
  await runEnds(page, demo, await syncNow(page), 'Succeeded')
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

const told = (words) => page.locator('#toasts').getByText(words).first().waitFor()
const main = () => page.getByRole('main')
const cell = (column) => page.getByRole('table', { name: 'Tenants' }).locator(`tbody [data-label="${column}"]`).first()

/** Compares all tenants now, and waits for the runs. */
const compareAll = async () => {
  await page.goto(demo.url + baseline)
  await main().getByRole('button', { name: 'Compare all now' }).click()
  const run = page.locator('#toasts').getByRole('link', { name: 'View run' })
  await run.waitFor()
  await runEnds(page, demo, await run.getAttribute('href'), 'Succeeded')
  await page.goto(`${demo.url}/admin/operations?type=baseline_compare`)
  const runs = page.getByRole('table', { name: 'Operations' }).locator('tbody tr')
  await runs.first().waitFor()
  await runEnds(page, demo, `/admin/operations/${await runs.first().getAttribute('data-key')}`, 'Succeeded')
  await page.goto(demo.url + baseline)
}

test('a baseline is captured from a tenant, as a draft', async () => {
  await page.getByRole('link', { name: 'Baselines', exact: true }).first().click()
  await page.getByRole('heading', { level: 1, name: 'Baselines' }).waitFor()
  await lookAt(page, 'baselines-empty')
  await page.getByLabel('Name').fill('Core')
  await page.getByLabel('What it is for').fill('What every customer has.')
  await page.getByLabel('From the newest complete inventory of').selectOption({ label: TENANT })
  await page.getByRole('button', { name: 'Capture' }).click()
  await page.getByRole('heading', { level: 1, name: 'Core' }).waitFor()
  const here = new URL(page.url())
  baseline = here.pathname + here.search
  await told('Baseline captured')
  await lookAt(page, 'baseline-draft')
})

test('it is activated, a tenant is held against it, and all of it is aligned', async () => {
  await main().getByRole('button', { name: 'Activate the draft' }).click()
  await told('Activated')
  await page.getByLabel('Hold a tenant against it').selectOption({ label: TENANT })
  await main().getByRole('button', { name: 'Assign', exact: true }).click()
  await told('Assigned')
  await compareAll()
  assert.match(await cell('Alignment').innerText(), /100 %/)
})

test('what deviates is a finding, and how the tenant stands is seen', async () => {
  await demo.graph.put(TENANT, 'settings_catalog_policy', policy(kiosk, KIOSK, 'Changed by mistake.', '2026-02-01T08:00:00Z'))
  await page.goto(demo.url + path)
  await runEnds(page, demo, await syncNow(page), 'Succeeded')
  await compareAll()
  assert.match(await cell('Alignment').innerText(), /9\d %/)
  await lookAt(page, 'baseline')
  await page.getByRole('table', { name: 'Tenants' }).locator('tbody th a, tbody td a').first().click()
  await page.getByRole('heading', { level: 1, name: 'Drift' }).waitFor()
  await page.locator('main tbody tr', { hasText: KIOSK }).getByRole('link', { name: KIOSK }).first().click()
  await page.getByRole('heading', { level: 1, name: KIOSK }).waitFor()
  await page.getByText('Changed by mistake.').waitFor()
  await lookAt(page, 'baseline-finding')
})

test('what the tenant has is accepted as new baseline', async () => {
  await main().getByRole('button', { name: 'Accept as new baseline' }).click()
  await told('Accepted as new baseline')
  await compareAll()
  assert.match(await cell('Alignment').innerText(), /100 %/)
})

test('it follows a tenant, and what changes there is a new version', async () => {
  await page.getByLabel('Follow a tenant').selectOption({ label: TENANT })
  await main().locator('form[action*="/follow"]').getByRole('button', { name: 'Save' }).click()
  await told('It follows the tenant')
  await demo.graph.put(TENANT, 'settings_catalog_policy', policy(kiosk, KIOSK, 'Agreed in autumn.', '2026-03-01T08:00:00Z'))
  await page.goto(demo.url + path)
  await runEnds(page, demo, await syncNow(page), 'Succeeded')
  await page.goto(`${demo.url}/admin/operations?type=baseline_follow`)
  const runs = page.getByRole('table', { name: 'Operations' }).locator('tbody tr')
  await runs.first().waitFor()
  await runEnds(page, demo, `/admin/operations/${await runs.first().getAttribute('data-key')}`, 'Succeeded')
  await page.goto(demo.url + baseline)
  await page.getByRole('table', { name: 'Versions' }).getByText('Version 3').waitFor()
  await lookAt(page, 'baseline-golden')
})

test('nothing complained', () => assertNoComplaints(page))
