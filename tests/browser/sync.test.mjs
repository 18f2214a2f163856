// The main journey: from signing in to every object of a tenant in its inventory, as a person does it.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { SYNC_MILLISECONDS, TENANT, exportedTenant, figure, openTenant, rowKeys, signedIn, startDemo, walk } from './demo.mjs'
import { assertNoComplaints, launch, shoot } from './harness.mjs'

let exported, tenant, demo, browser, page, path

before(async () => {
  exported = await exportedTenant('modern-workplace')
  tenant = exported ? 'modern-workplace' : TENANT
  demo = await startDemo({ load: exported?.folder })
  browser = await launch()
  page = await signedIn(browser, demo, 'owner')
  path = await openTenant(page, demo, tenant)
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

/** What the dashboard says of each type that has items. */
async function itemsByType() {
  const rows = page.getByRole('table', { name: 'Items by resource type' }).locator('tbody tr')
  const pairs = await rows.evaluateAll((all) =>
    all.map((row) => [row.dataset.key, Number(row.querySelector('[data-label="Items"]').textContent.replaceAll(',', ''))]),
  )
  return Object.fromEntries(pairs.filter(([, items]) => items > 0))
}

/** As a browser lays text out: white space is one space. */
const oneSpaced = (text) => text.trim().replaceAll(/\s+/g, ' ')

const inventory = () => page.goto(`${demo.url}${path}/inventory`)

/** Fills in a filter form and sends it. */
async function filter(fill) {
  const form = page.getByRole('search', { name: 'Filter the inventory' })
  await fill(form)
  await Promise.all([page.waitForURL(/\?/), form.getByRole('button', { name: 'Filter', exact: true }).click()])
}

test('"Sync now" is answered by a toast, and the run is followed to its end without a reload', async () => {
  // Slow enough that a person would see it run.
  await demo.graph.latency(150)
  await page.getByRole('button', { name: 'Sync now' }).click()
  const toast = page.locator('#toasts [data-toast]')
  await toast.getByText('Inventory sync queued').waitFor()
  assert.equal(new URL(page.url()).pathname, path, 'the person stays where they were')
  await shoot(page, 'journey-toast')
  await toast.getByRole('link', { name: 'View run' }).click()
  await page.waitForURL(/\/admin\/operations\/[0-9a-f-]{36}$/)

  await page.evaluate(() => (window.loadedOnce = true))
  const head = page.locator('#run header')
  await head.getByText('Running', { exact: true }).waitFor({ timeout: SYNC_MILLISECONDS })
  await page.getByRole('progressbar').first().waitFor()
  await demo.graph.latency(0)
  await head.getByText('Succeeded', { exact: true }).waitFor({ timeout: SYNC_MILLISECONDS })
  assert.equal(await page.evaluate(() => window.loadedOnce), true, 'the page was not loaded again')
  assertNoComplaints(page)
})

test('the bell tells of the end, and is quiet again once the notices are read', async () => {
  await page.getByRole('link', { name: 'Notices, 1 unread' }).click()
  const notice = page.locator('#notices li.notice')
  assert.equal(await notice.count(), 1)
  assert.match(await notice.innerText(), /Inventory sync\s+Succeeded/)
  await page.getByRole('button', { name: 'Mark all as read' }).click()
  await page.getByRole('link', { name: 'Notices', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Mark all as read' }).waitFor({ state: 'detached' })
})

test('every object of the tenant is in the inventory, by type as it was exported', async () => {
  await page.goto(demo.url + path)
  const items = await figure(page.locator('main .tile', { hasText: 'Items' }).first().locator('.tile-value'))
  const byType = await itemsByType()
  if (exported) {
    // What every simulated tenant has of its own, as every real one has: itself, and the applications of Microsoft and of the product.
    const own = { organization: 1, service_principal: 2 }
    assert.deepEqual(byType, { ...exported.index.counts, ...own })
    assert.equal(items, exported.index.objects.length + 3)
  }
  assert.equal(Object.values(byType).reduce((sum, count) => sum + count, 0), items)

  await inventory()
  const keys = await walk(page)
  assert.equal(keys.length, items, 'rows over all pages')
  assert.equal(new Set(keys).size, items, 'no row comes twice')
})

test('pages of a list lead forwards and back again', async () => {
  await inventory()
  const first = await rowKeys(page)
  assert.equal(await page.getByRole('link', { name: 'Previous', exact: true }).count(), 0)
  const turn = async (name) => {
    await Promise.all([page.waitForURL(/cursor=/), page.getByRole('link', { name, exact: true }).click()])
    await page.waitForLoadState()
    return rowKeys(page)
  }
  const second = await turn('Next')
  assert.ok(second.length > 0 && !second.some((key) => first.includes(key)), 'the second page has other rows')
  await page.getByRole('link', { name: 'Previous', exact: true }).click()
  await page.getByRole('link', { name: 'Previous', exact: true }).waitFor({ state: 'detached' })
  assert.deepEqual(await rowKeys(page), first)
})

test('the inventory is narrowed by type, platform and text, each in the address and undone by its chip', async () => {
  await page.goto(demo.url + path)
  const byType = await itemsByType()
  const [type, expected] = Object.entries(byType).sort(([, a], [, b]) => a - b)[0]

  await inventory()
  await filter(async (form) => {
    await form.locator('#f-type > summary').click()
    await form.locator(`input[name=type][value="${type}"]`).check()
  })
  assert.equal(new URL(page.url()).searchParams.get('type'), type)
  assert.equal((await walk(page)).length, expected, `items of ${type}`)
  await page.getByRole('list', { name: 'Filters in use' }).getByRole('link', { name: /remove this filter/ }).click()
  await page.waitForURL(`${demo.url}${path}/inventory`)

  await filter((form) => form.getByLabel('Platform', { exact: true }).selectOption('ios'))
  const platforms = new Set(await page.locator('main tbody [data-label="Platform"]').allInnerTexts())
  assert.deepEqual([...platforms].map((words) => words.trim()), ['iOS/iPadOS'])

  await inventory()
  const word = exported ? 'edge' : 'windows'
  await filter((form) => form.getByLabel('Search by name').fill(word.toUpperCase()))
  const found = await walk(page)
  if (exported) {
    const names = exported.index.objects.map(({ name }) => name.toLowerCase())
    assert.equal(found.length, names.filter((name) => name.includes(word)).length, `names with ${word}`)
  }
  const shown = await page.locator('main tbody .row-head').allInnerTexts()
  assert.ok(shown.length > 0 && shown.every((name) => name.toLowerCase().includes(word)), shown.join('\n'))

  await inventory()
  await filter((form) => form.getByLabel('Search by name').fill('no policy is called like this'))
  await page.getByText('No items match').waitFor()
  await page.getByRole('link', { name: 'Clear the filters' }).click()
  await page.locator('main tbody tr').first().waitFor()
})

test('an item is readable, and its JSON holds what was exported', async () => {
  await page.goto(`${demo.url}${path}/inventory?type=settings_catalog_policy`)
  const link = page.locator('main tbody .row-head a').first()
  const name = oneSpaced(await link.innerText())
  await link.click()
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
  await page.getByRole('heading', { level: 2, name: 'Settings', exact: true }).waitFor()
  await page.locator('details.raw summary').click()
  const object = JSON.parse(await page.getByLabel('Raw JSON').last().innerText())
  assert.equal(oneSpaced(object.name), name)
  assert.ok(object.settings.length > 0, 'the settings came with it')
  if (!exported) return
  const id = (await page.locator('dl.facts dt', { hasText: 'Graph id' }).locator('+ dd').innerText()).trim()
  const { file } = exported.index.objects.find((known) => known.id === id)
  const original = JSON.parse(await readFile(join(exported.folder, file), 'utf8'))
  const definitions = ({ settings }) => settings.map(({ settingInstance }) => settingInstance.settingDefinitionId).sort()
  assert.equal(object.name, original.name)
  assert.deepEqual(definitions(object), definitions(original))
})

test('a second sync finds everything unchanged', async () => {
  await page.goto(demo.url + path)
  await page.getByRole('button', { name: 'Sync now' }).click()
  await page.locator('#toasts').getByRole('link', { name: 'View run' }).click()
  await page.locator('#run header').getByText('Succeeded', { exact: true }).waitFor({ timeout: SYNC_MILLISECONDS })
  const told = await page.locator('#run .tiles').innerText()
  assert.match(told, /Unchanged/)
  assert.doesNotMatch(told, /(New|Changed)\s+[1-9]/)
})

test('nothing in the whole journey was complained about', () => assertNoComplaints(page))
