// Help in a browser, and pictures for its documents of what no other test looks at.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTenant, runEnds, signedIn, startDemo, syncNow } from './demo.mjs'
import { launch, lookAt } from './harness.mjs'
import { take } from './picture.mjs'

let demo, browser, page

before(async () => {
  demo = await startDemo()
  browser = await launch()
  page = await signedIn(browser, demo, 'owner')
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

const go = (at) => page.goto(demo.url + at)

test('contents, a document and a search', async () => {
  const before = await demo.graph.requests()
  await go('/admin')
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Help' }).click()
  await page.getByRole('heading', { level: 1, name: 'Help' }).waitFor()
  await lookAt(page, 'help')
  await page.getByRole('link', { name: 'Operating it' }).click()
  await page.getByRole('heading', { level: 1, name: 'Operating it' }).waitFor()
  await lookAt(page, 'help-document')
  await page.getByRole('navigation', { name: 'On this page' }).getByRole('link', { name: 'Tuning' }).click()
  assert.match(page.url(), /#at-tuning$/)
  await page.getByRole('article').getByRole('link', { name: 'Metrics', exact: true }).first().click()
  await page.getByRole('heading', { level: 1, name: 'Metrics and health' }).waitFor()
  await go('/admin/help')
  await page.getByLabel('Search in Help').fill('certificate')
  await page.getByRole('button', { name: 'Search', exact: true }).last().click()
  await page.locator('#help-results').getByRole('link', { name: /Microsoft Entra/ }).first().waitFor()
  await lookAt(page, 'help-found')
  await go('/admin/help/drift')
  const picture = page.getByRole('article').getByRole('img').first()
  assert.equal(await picture.evaluate((image) => image.decode().then(() => image.naturalWidth)), 1120)
  await lookAt(page, 'help-picture')
  assert.equal(await demo.graph.requests(), before, 'Help asks nobody')
})

test('pictures of what the documents speak of', async () => {
  const path = await openTenant(page, demo)
  await runEnds(page, demo, await syncNow(page), 'Succeeded')
  await go(`${path}/inventory`)
  await take(page, 'sync')
  await go(`${path}/directory`)
  await runEnds(page, demo, await syncNow(page), 'Succeeded')
  await go(`${path}/directory`)
  await take(page, 'directory')
  // What was read is found as soon as a worker has taken it apart.
  do await go(`${path}/inventory/search?q=bitlocker`)
  while ((await page.getByText('The index is behind').count()) > 0)
  await page.locator('main tbody tr').first().waitFor()
  await take(page, 'search')
})
