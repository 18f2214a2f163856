// From a change in a tenant to what it was before: versions, what differs, the tenant at an instant, a schedule of backups and its first run.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { TENANT, openTenant, runEnds, signedIn, startDemo, syncNow } from './demo.mjs'
import { assertNoComplaints, launch, lookAt } from './harness.mjs'
import { policy } from './policy.mjs'

const BEFORE = 'WIN – Pilot – Kiosk'
const AFTER = 'WIN – Production – Kiosk'

let demo, browser, page, path

before(async () => {
  demo = await startDemo({ policies: 30 })
  const kiosk = await demo.graph.put(TENANT, 'settings_catalog_policy', policy(undefined, BEFORE, 'Agreed in spring.'))
  const gone = await demo.graph.put(TENANT, 'settings_catalog_policy', policy(undefined, 'WIN – Trial', ''))
  browser = await launch()
  page = await signedIn(browser, demo, 'owner')
  path = await openTenant(page, demo)
  await runEnds(page, demo, await syncNow(page), 'Succeeded')
  await demo.graph.put(TENANT, 'settings_catalog_policy', policy(kiosk, AFTER, 'Agreed in autumn.', '2026-02-01T08:00:00Z'))
  await demo.graph.remove(TENANT, 'settings_catalog_policy', gone)
  await page.goto(demo.url + path)
  await runEnds(page, demo, await syncNow(page), 'Succeeded')
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

const row = (name) => page.locator('main tbody tr', { hasText: name })

test('a version is found and compared with the one before it', async () => {
  await page.goto(`${demo.url}${path}/versions?kind=settings`)
  await row(AFTER).waitFor()
  await lookAt(page, 'versions-changes')
  await row(AFTER).getByRole('link', { name: /^Compare/ }).click()
  await page.getByRole('heading', { level: 1, name: `Versions 1 and 2 of ${AFTER}` }).waitFor()
  await page.getByText('2 changes: 1 in name, 1 in settings.').waitFor()
  assert.deepEqual(await page.locator('main del.mark').allInnerTexts(), ['Pilot', 'spring'])
  assert.deepEqual(await page.locator('main ins.mark').allInnerTexts(), ['Production', 'autumn'])
  await lookAt(page, 'versions-diff')
  for (const [view, words] of [['Unified', '2 lines removed, 2 lines added'], ['JSON Patch', '2 operations of JSON Patch']]) {
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view }).click()
    await page.getByText(words).waitFor()
  }
})

test('the slider leads to the tenant as it was, and from there to what became of it', async () => {
  await page.goto(`${demo.url}${path}/versions`)
  await page.getByRole('link', { name: 'Time travel' }).click()
  await page.getByRole('heading', { level: 1, name: /^As it was on / }).waitFor()
  await page.goto(`${page.url()}?q=win`)
  await row(AFTER).waitFor()
  assert.equal(await row(BEFORE).count(), 0)
  const slider = page.getByRole('slider', { name: 'Syncs with changes, within a day' })
  await slider.focus()
  await Promise.all([page.waitForURL(/at=/), page.keyboard.press('Home')])
  await row(BEFORE).waitFor()
  assert.equal(await row(AFTER).count(), 0, 'what came later is not there yet')
  await row('WIN – Trial').getByText('Disappeared').waitFor()
  await lookAt(page, 'versions-past')
  await row(BEFORE).getByRole('link', { name: /^Compare with now/ }).click()
  await page.getByText('2 changes: 1 in name, 1 in settings.').waitFor()
  await page.goBack()
  await page.locator('main header').getByRole('link', { name: 'Compare with now' }).click()
  await page.getByRole('heading', { level: 1, name: `${TENANT}, then and now` }).waitFor()
  await row(AFTER).getByText('Changed').waitFor()
  await row('WIN – Trial').getByText('Removed').waitFor()
  assert.equal(await page.locator('main tbody tr').count(), 2, 'nothing else differs')
  await lookAt(page, 'versions-then-and-now')
  await row('WIN – Trial').getByRole('link').click()
  await page.getByText('It had disappeared').waitFor()
})

test('a schedule of backups is made, runs by hand, and its backup is whole', async () => {
  await page.goto(`${demo.url}${path}/schedules`)
  await page.getByRole('link', { name: 'New schedule' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Nightly backup')
  await page.getByLabel('Starts').selectOption({ label: 'Scheduled backup' })
  await page.getByLabel('Keep the last').fill('7')
  await page.getByRole('button', { name: 'Show the next times' }).click()
  await page.getByRole('heading', { level: 2, name: 'The next times' }).waitFor()
  assert.equal(await page.getByText('02:00 UTC', { exact: false }).count(), 5, 'the next times are told before it is saved')
  await lookAt(page, 'versions-schedule')
  await page.getByRole('button', { name: 'Make the schedule' }).click()
  await page.getByRole('heading', { level: 1, name: 'Nightly backup' }).waitFor()
  await page.getByRole('button', { name: 'Run now' }).click()
  const run = page.locator('#toasts').getByRole('link', { name: 'View run' })
  await run.waitFor()
  await runEnds(page, demo, await run.getAttribute('href'), 'Succeeded')
  await lookAt(page, 'versions-run')
  await page.goto(`${demo.url}${path}/backups`)
  await page.locator('main tbody tr').first().getByText('Complete').first().waitFor()
  await lookAt(page, 'versions-backups')
})

test('nothing in the whole journey was complained about', () => assertNoComplaints(page))
