// Reading, signing in, starting and cancelling without JavaScript.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { SYNC_MILLISECONDS, openTenant, rowKeys, signedIn, startDemo } from './demo.mjs'
import { assertNoComplaints, launch } from './harness.mjs'

let demo, browser, page, path

before(async () => {
  demo = await startDemo()
  browser = await launch()
  // Without motion, because playwright's own waiting for a thing to stand still needs a script on the page.
  page = await signedIn(browser, demo, 'operator', { javaScriptEnabled: false, reducedMotion: 'reduce' })
  path = await openTenant(page, demo)
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

/** Loads the page again, as a person without a script does, until it shows something. */
async function reloadUntil(locator, milliseconds = SYNC_MILLISECONDS) {
  const end = Date.now() + milliseconds
  while ((await locator.count()) === 0) {
    assert.ok(Date.now() < end, `${page.url()} never showed ${locator}:\n${await page.locator('main').innerText()}`)
    await page.reload()
  }
}

test('a sync is started, and its run can be read', async () => {
  await page.getByRole('button', { name: 'Sync now' }).click()
  const toast = page.locator('#toasts')
  assert.match(await toast.innerText(), /Inventory sync queued\s+Running in the background\./)
  await toast.getByRole('link', { name: 'View run' }).click()
  await page.getByRole('heading', { level: 1, name: 'Inventory sync' }).waitFor()
  await reloadUntil(page.locator('#run header').getByText('Succeeded', { exact: true }))
  assert.match(await page.locator('main').innerText(), /Items read/)
})

test('a message is shown once', async () => {
  await page.goto(demo.url + path)
  assert.equal(await page.locator('#toasts').innerText(), '')
})

test('the inventory is filtered and paged', async () => {
  await page.goto(`${demo.url}${path}/inventory`)
  const first = await rowKeys(page)
  await page.getByRole('link', { name: 'Next', exact: true }).click()
  const second = await rowKeys(page)
  assert.ok(second.length > 0 && !second.some((key) => first.includes(key)))
  await page.getByRole('link', { name: 'Previous', exact: true }).click()
  assert.deepEqual(await rowKeys(page), first)

  await page.locator('#f-type > summary').click()
  await page.locator('input[name=type][value="conditional_access_policy"]').check()
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  const types = await page.locator('main tbody [data-label="Type"]').allInnerTexts()
  assert.ok(types.length > 0 && types.every((words) => words.trim() === 'Conditional access policy'), types.join())
})

test('a choice of types is synced and cancelled', async () => {
  await page.goto(`${demo.url}${path}/inventory/sync`)
  for (const box of await page.locator('input[name=types]').all()) await box.uncheck()
  await page.getByLabel('Settings catalog policy').check()
  await page.getByLabel('PowerShell script').check()
  await demo.graph.latency(5_000)
  await page.getByRole('button', { name: 'Sync now' }).click()
  await page.locator('#toasts').getByRole('link', { name: 'View run' }).click()
  await page.getByText('2 resource types asked for').waitFor()
  await page.getByRole('link', { name: 'Cancel…' }).click()
  await page.getByRole('button', { name: 'Cancel the run' }).click()
  await reloadUntil(page.locator('#run header').getByText('Cancelled', { exact: true }))
  await demo.graph.latency(0)
})

test('nobody is left behind a menu: navigation, theme and sign-out work', async () => {
  await page.locator('#theme-menu summary').click()
  await page.getByRole('button', { name: 'Dark', exact: true }).click()
  assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark')
  await page.locator('#account-menu summary').click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL(/\/sign-in/)
  await page.goto(`${demo.url}/admin`)
  assert.match(page.url(), /\/sign-in/)
  assertNoComplaints(page)
})
