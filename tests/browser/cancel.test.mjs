// Cancelling a run that is under way, and what becomes of the next one.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { SYNC_MILLISECONDS, openTenant, runEnds, signedIn, startDemo, syncNow } from './demo.mjs'
import { assertNoComplaints, launch } from './harness.mjs'

let demo, browser, page, path, run

before(async () => {
  demo = await startDemo({ policies: 60 })
  browser = await launch()
  page = await signedIn(browser, demo, 'operator')
  path = await openTenant(page, demo)
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

test('a running sync is cancelled at its next safe point, live', async () => {
  await demo.graph.latency(1_500)
  run = await syncNow(page)
  await page.goto(demo.url + run)
  const head = page.locator('#run header')
  await head.getByText('Running', { exact: true }).waitFor({ timeout: SYNC_MILLISECONDS })
  await page.getByRole('link', { name: 'Cancel…' }).click()
  await page.getByRole('heading', { level: 1, name: 'Cancel inventory sync?' }).waitFor()
  await page.getByRole('button', { name: 'Cancel the run' }).click()
  await page.locator('#toasts').getByText('Inventory sync is being cancelled').waitFor()
  await head.getByText('Cancelled', { exact: true }).waitFor({ timeout: SYNC_MILLISECONDS })
  assert.equal(await page.getByRole('link', { name: 'Cancel…' }).count(), 0)
  assert.match(await page.locator('#run').innerText(), /It was cancelled/)
})

test('a run that has ended cannot be cancelled', async () => {
  await page.goto(`${demo.url}${run}/cancel`)
  await page.getByText('This run has ended already').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Cancel the run' }).count(), 0)
})

test('"Keep it running" changes nothing, and the next sync succeeds', async () => {
  await page.goto(demo.url + path)
  const next = await syncNow(page)
  assert.notEqual(next, run)
  await page.goto(`${demo.url}${next}/cancel`)
  await page.getByRole('link', { name: 'Keep it running' }).click()
  await page.waitForURL(demo.url + next)
  await demo.graph.latency(0)
  await runEnds(page, demo, next, 'Succeeded')
  assertNoComplaints(page)
})
