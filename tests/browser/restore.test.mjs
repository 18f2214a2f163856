// From a policy that was changed and one that was removed back to what a backup has of them: the whole wizard, what came of it, and back again.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { TENANT, openTenant, runEnds, signedIn, startDemo, syncNow } from './demo.mjs'
import { assertNoComplaints, launch, lookAt } from './harness.mjs'
import { KIOSK, policy } from './policy.mjs'

const TRIAL = 'WIN – Trial'

let demo, browser, page, path, restore, kiosk, trial

before(async () => {
  demo = await startDemo({ policies: 30 })
  kiosk = await demo.graph.put(TENANT, 'settings_catalog_policy', policy(undefined, KIOSK, 'Agreed in spring.'))
  trial = await demo.graph.put(TENANT, 'settings_catalog_policy', policy(undefined, TRIAL, ''))
  browser = await launch()
  page = await signedIn(browser, demo, 'owner')
  path = await openTenant(page, demo)
  await runEnds(page, demo, await syncNow(page), 'Succeeded')
  await page.goto(`${demo.url}${path}/backups/new`)
  await page.getByLabel('Name (may be empty)').fill('Before the change')
  await page.locator('main').getByRole('button', { name: 'Back up now' }).click()
  const run = page.locator('#toasts').getByRole('link', { name: 'View run' })
  await run.waitFor()
  await runEnds(page, demo, await run.getAttribute('href'), 'Succeeded')
  await demo.graph.put(TENANT, 'settings_catalog_policy', policy(kiosk, KIOSK, 'Changed by mistake.', '2026-02-01T08:00:00Z'))
  await demo.graph.remove(TENANT, 'settings_catalog_policy', trial)
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

const row = (name) => page.locator('main tbody tr', { hasText: name })
const step = (name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor()

test('a restore is begun on the page of a backup, and objects are chosen', async () => {
  await page.goto(`${demo.url}${path}/backups`)
  await row('Before the change').getByRole('link').first().click()
  await page.getByRole('link', { name: 'Restore…' }).click()
  await step('New restore')
  await lookAt(page, 'restore-new')
  await page.getByRole('button', { name: 'Go on' }).click()
  await step('Choose objects')
  restore = new URL(page.url()).pathname.replace(/\/choose$/, '')
  assert.equal(await page.getByRole('navigation', { name: 'Steps of the restore' }).getByRole('link').count(), 1)
  await page.getByRole('button', { name: 'Go on to the references' }).click()
  await page.getByText('Choose at least one object first.').waitFor()
  page.complaints = page.complaints.filter((line) => !/status of 409/.test(line))
  // Who turns the page or narrows the list keeps what is ticked.
  const first = page.getByRole('main').getByRole('checkbox', { name: /^Choose / }).first()
  const name = await first.getAttribute('id').then((id) => page.locator(`label[for="${id}"]`).textContent())
  await first.check()
  await page.getByRole('button', { name: 'Next page' }).click()
  await page.waitForURL(/cursor=/)
  await page.getByRole('button', { name: 'Previous page' }).click()
  const again = page.getByRole('checkbox', { name, exact: true }).first()
  await again.waitFor()
  assert.ok(await again.isChecked())
  await again.uncheck()
  for (const name of [KIOSK, TRIAL]) {
    await page.getByRole('searchbox', { name: 'Search by name' }).fill(name)
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.waitForURL((url) => url.searchParams.get('q') === name)
    await page.getByRole('checkbox', { name: `Choose ${name}` }).check()
  }
  await page.getByRole('button', { name: 'Show all' }).click()
  await page.waitForURL((url) => url.search === '')
  await page.goto(`${demo.url}${restore}/choose`)
  await page.locator('.card-aside').getByText('2 objects').first().waitFor()
  await lookAt(page, 'restore-choose')
})

test('references are mapped, and checked', async () => {
  await page.getByRole('button', { name: 'Go on to the references' }).click()
  await step('Map references')
  await page.getByText('Nothing to map').waitFor()
  await lookAt(page, 'restore-map')
  await page.getByRole('button', { name: 'Go on to the checks' }).click()
  await step('Check')
  await page.getByRole('link', { name: 'Go on to the preview' }).waitFor()
  await lookAt(page, 'restore-check')
})

test('the preview reads the live tenant and says what is going to be done', async () => {
  await page.getByRole('link', { name: 'Go on to the preview' }).click()
  await step('Preview')
  await page.getByRole('main').getByRole('button', { name: 'Preview' }).click()
  // The page follows the run by itself.
  await page.getByRole('link', { name: 'Go on to execute' }).waitFor({ timeout: 60_000 })
  await row(KIOSK).getByText('Change', { exact: true }).waitFor()
  await row(TRIAL).getByText('Create anew', { exact: true }).waitFor()
  await lookAt(page, 'restore-preview')
  await row(KIOSK).getByRole('link').first().click()
  assert.deepEqual(await page.locator('main del.mark').allInnerTexts(), ['Changed by mistake.'])
  await lookAt(page, 'restore-item')
  await page.goBack()
  const [plan] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download as JSON' }).click()])
  assert.match(plan.suggestedFilename(), /^restore-plan-.*\.json$/)
})

test('the plan is rehearsed before it is carried out', async () => {
  await page.getByRole('link', { name: 'Rehearse it' }).click()
  await step('Rehearsal')
  await page.getByRole('main').getByRole('button', { name: 'Rehearse', exact: true }).click()
  await page.locator('#toasts').getByRole('link', { name: 'View run' }).waitFor()
  // The page follows the run by itself.
  await page.getByText('2 objects came out as wanted').waitFor({ timeout: 60_000 }).catch(async (why) => { console.log(await page.locator('main').innerText()); throw why })
  await row(KIOSK).getByText('Verified').waitFor()
  await row(TRIAL).getByText('Verified').waitFor()
  await lookAt(page, 'restore-rehearsal')
  await page.getByRole('link', { name: 'Go on to execute' }).click()
  await page.getByRole('link', { name: '2 as wanted, 0 not' }).waitFor()
  await page.getByRole('link', { name: 'Back', exact: true }).click()
  await step('Preview')
})

test('nothing is executed before the name of the tenant is typed', async () => {
  await page.getByRole('link', { name: 'Go on to execute' }).click()
  await step('Execute')
  await lookAt(page, 'restore-execute')
  await page.getByLabel("Type the tenant's name", { exact: false }).fill('Another')
  await page.getByRole('button', { name: 'Restore 2 objects' }).click()
  await page.getByText("That is not the tenant's name.").waitFor()
  page.complaints = page.complaints.filter((line) => !/status of 422/.test(line))
  await page.getByLabel("Type the tenant's name", { exact: false }).fill(TENANT)
  await page.getByRole('button', { name: 'Restore 2 objects' }).click()
  await page.getByText('Every object that was to be written is as it was wanted').waitFor({ timeout: 120_000 })
  await row(KIOSK).getByText('Verified').waitFor()
  await row(TRIAL).getByText('Verified').waitFor()
  await lookAt(page, 'restore-record')
  await row(TRIAL).getByRole('link').first().click()
  await page.getByText('Read back and compared').waitFor()
  await lookAt(page, 'restore-journal')
})

test('it is undone by a restore of its own', async () => {
  await page.goto(demo.url + restore)
  await page.getByLabel('Also remove what this restore made').check()
  await page.getByRole('button', { name: 'Undo…' }).click()
  await step('Check')
  await page.getByRole('button', { name: 'Check now' }).click()
  await page.getByRole('link', { name: 'Go on to the preview' }).click()
  await page.getByRole('main').getByRole('button', { name: 'Preview' }).click()
  await page.getByRole('link', { name: 'Go on to execute' }).waitFor({ timeout: 60_000 })
  await page.getByText('1 object is removed').waitFor()
  await page.getByRole('link', { name: 'Go on to execute' }).click()
  await page.getByLabel('Type the number of removals', { exact: false }).fill('1')
  await page.getByLabel("Type the tenant's name", { exact: false }).fill(TENANT)
  await page.getByRole('button', { name: /^Restore / }).click()
  await page.getByText('Every object that was to be written is as it was wanted').waitFor({ timeout: 120_000 })
  await page.goto(`${demo.url}${path}/restores`)
  assert.equal(await page.locator('main tbody tr').count(), 2)
  await lookAt(page, 'restore-list')
})

test('a drill says how much of the backup would come back', async () => {
  await page.getByText('No drill yet: nobody knows').waitFor()
  await page.getByRole('link', { name: 'Restore drill' }).click()
  await step('Restore drill')
  await page.getByRole('main').getByRole('button', { name: 'Run drill' }).click()
  await page.getByText('of 100').first().waitFor({ timeout: 60_000 })
  await page.getByRole('heading', { name: 'Over time' }).waitFor()
  await lookAt(page, 'restore-drill')
  await page.goto(`${demo.url}${path}/restores`)
  await page.getByText('of the backup came back as they were', { exact: false }).waitFor()
  await lookAt(page, 'restore-list-readiness')
})

test('a member who may not restore sees the list, and is told why the rest is not theirs', async () => {
  const other = await signedIn(browser, demo, 'readonly')
  await other.goto(`${demo.url}${path}/restores`)
  assert.equal(await other.locator('main tbody tr a').count(), 0)
  await other.getByText('Insufficient permission – ask a tenant owner.').first().waitFor()
  const refused = await other.goto(demo.url + restore)
  assert.equal(refused.status(), 403)
  await other.getByText('tenant.restore.execute').waitFor()
  await other.context().close()
})

test('nothing in the whole journey was complained about', () => assertNoComplaints(page))
