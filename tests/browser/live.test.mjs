// Pages that follow what happens, also when the stream that tells of it comes late or goes away.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTenant, runEnds, signedIn, startDemo, syncNow } from './demo.mjs'
import { assertNoComplaints, launch } from './harness.mjs'

let demo, browser, page, path

before(async () => {
  demo = await startDemo({ policies: 20 })
  browser = await launch()
  page = await signedIn(browser, demo, 'operator')
  path = await openTenant(page, demo)
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

test('a run that ends before the stream is open is shown as ended', async () => {
  await demo.graph.latency(2_000)
  const run = await syncNow(page)
  let release
  const ended = new Promise((resolve) => (release = resolve))
  await page.route('**/admin/events', async (route) => {
    await ended
    await route.continue()
  })
  await page.goto(demo.url + run)
  await page.locator('#run header').getByText(/Queued|Running/).waitFor()
  await demo.graph.latency(0)
  const other = await signedIn(browser, demo, 'manager')
  await runEnds(other, demo, run, 'Succeeded')
  await other.context().close()
  assert.equal(await page.locator('#run header').getByText('Succeeded').count(), 0, 'the page could not know')
  release()
  await page.locator('#run header').getByText('Succeeded', { exact: true }).waitFor()
  await page.unroute('**/admin/events')
})

test('who looks at lists sees the run of somebody else come and end', async () => {
  await page.goto(`${demo.url}/admin/operations?tab=active`)
  await page.getByText('Nothing is running', { exact: true }).waitFor()
  await demo.graph.latency(1_500)
  const other = await signedIn(browser, demo, 'owner')
  await other.goto(demo.url + path)
  await syncNow(other)
  const row = page.getByRole('table', { name: 'Operations' }).getByRole('row', { name: /Olivia Owner/ })
  await row.waitFor()
  await page.locator('#activity summary[aria-label="1 active operation"]').waitFor()
  await demo.graph.latency(0)
  await row.waitFor({ state: 'detached' })
  await page.getByText('Nothing is running', { exact: true }).waitFor()
  await other.context().close()
})

test('an open menu, typed text and the focus survive what comes in', async () => {
  await page.goto(`${demo.url}${path}/inventory`)
  const search = page.getByLabel('Search by name')
  await search.fill('half a wo')
  await page.locator('#activity-menu summary').click()
  await search.focus()
  await page.locator('#activity-menu').evaluate((details) => (details.open = true))
  await demo.graph.latency(1_000)
  const other = await signedIn(browser, demo, 'owner')
  await other.goto(demo.url + path)
  const run = await syncNow(other)
  await page.locator('#activity-menu .panel-list').getByRole('link', { name: 'Inventory sync' }).waitFor()
  await demo.graph.latency(0)
  await runEnds(other, demo, run, 'Succeeded')
  await page.getByText('Nothing is running. What you start shows up here.').waitFor()
  assert.equal(await search.inputValue(), 'half a wo')
  assert.equal(await search.evaluate((input) => input === document.activeElement), true)
  await other.context().close()
  assertNoComplaints(page)
})
