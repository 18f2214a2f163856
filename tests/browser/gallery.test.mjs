// Every page in every state that a person may meet, in light and dark: no accessibility violation, no sideways scroll at 200 %
// zoom or on a phone, no complaint of the browser; and a picture of each for the people who design them.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { SYNC_MILLISECONDS, TENANT, openTenant, runEnds, signIn, signedIn, startDemo, syncNow } from './demo.mjs'
import { axe, launch, lookAt, openPage } from './harness.mjs'

const STAGING = 'Fabrikam Engineering'
/** Types whose pages look different; the others are only checked for accessibility. */
const SHAPES = [
  'settings_catalog_policy',
  'administrative_template',
  'endpoint_security_intent',
  'compliance_policy',
  'conditional_access_policy',
  'device_management_script',
  'notification_template',
  'mobile_app',
]

let demo, browser, page, path, requests

before(async () => {
  demo = await startDemo()
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

/** Looks at the page as it is now, from all sides. `expected` matches complaints that belong to it. */
const look = (name, { at = page, expected = null } = {}) => lookAt(at, name, expected)

const go = (at) => page.goto(demo.url + at)

/** Looks at a menu while it is open. */
async function lookInto(menu, name) {
  await page.locator(`#${menu} summary`).first().click()
  await look(name)
  await page.keyboard.press('Escape')
  await page.locator(`#${menu}`).evaluate((details) => (details.open = false))
}

test('signing in', async () => {
  page = await openPage(browser, demo.url)
  await go('/sign-in')
  await look('sign-in')
  await page.getByLabel('Mail address').fill('owner@demo.example')
  await page.getByLabel('Password').fill('wrong')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByText('That did not work').waitFor()
  page.complaints = page.complaints.filter((line) => !/status of 4\d\d/.test(line))
  await look('sign-in-refused')
  await signIn(page, demo, 'owner')
})

test('the own account', async () => {
  await go('/admin/profile')
  await look('profile')
  await go('/admin/profile/sessions')
  await look('profile-sessions')
  await go('/admin/profile/second-factor')
  await look('second-factor-off')
  await page.getByRole('button', { name: 'Set it up' }).click()
  await page.getByRole('button', { name: 'Switch it on' }).waitFor()
  await page.getByText('The same as an address').click()
  await look('second-factor-prepared')
  await go('/admin')
})

test('before the first sync', async () => {
  await look('home-new')
  path = await openTenant(page, demo)
  await look('tenant-new')
  await go(`${path}/inventory`)
  await look('inventory-empty')
  await go(`${path}/inventory/sync`)
  await look('sync-choice')
  await go('/admin/operations')
  await look('operations-empty')
  await go('/admin/notices')
  await look('notices-empty')
})

test('while a sync runs', async () => {
  await go(path)
  await demo.graph.latency(10_000)
  const run = await syncNow(page)
  await look('tenant-toast')
  await go(run)
  await page.locator('#run header').getByText('Running', { exact: true }).waitFor({ timeout: SYNC_MILLISECONDS })
  await look('run-running')
  await lookInto('activity-menu', 'menu-activity')
  await go('/admin/operations?tab=active')
  await look('operations-active')
  await go(`${path}/inventory/sync`)
  await look('sync-choice-active')
  await go(`${run}/cancel`)
  await look('run-cancel')
  await page.getByRole('button', { name: 'Cancel the run' }).click()
  await runEnds(page, demo, run, 'Cancelled')
  await demo.graph.latency(0)
  await look('run-cancelled')
  await go(`${run}/cancel`)
  await look('run-cancel-too-late')
})

test('after a sync', async () => {
  await go(path)
  const run = await syncNow(page)
  await runEnds(page, demo, run, 'Succeeded')
  requests = await demo.graph.requests()
  await look('run-succeeded')
  await go(path)
  await look('tenant')
  await go(`${path}/inventory`)
  await look('inventory')
  await lookInto('f-type', 'inventory-types')
  await page.getByRole('link', { name: 'Next', exact: true }).click()
  await page.waitForURL(/cursor=/)
  await look('inventory-next-page')
  await go(`${path}/inventory?type=settings_catalog_policy&platform=windows&q=e&missing=no`)
  await look('inventory-filtered')
  await go(`${path}/inventory?q=no+policy+is+called+like+this`)
  await look('inventory-no-match')
})

test('items of different shapes', async () => {
  await go(path)
  const rows = page.getByRole('table', { name: 'Items by resource type' }).locator('tbody tr')
  const types = await rows.evaluateAll((all) =>
    all.filter((row) => row.querySelector('[data-label="Items"]').textContent.trim() !== '0').map((row) => row.dataset.key),
  )
  assert.ok(types.length > 10, `the invented tenant has only ${types.join()}`)
  assert.deepEqual(SHAPES.filter((type) => !types.includes(type)), [], 'the invented tenant lacks types to look at')
  for (const type of types) {
    await go(`${path}/inventory?type=${type}`)
    await page.locator('main tbody .row-head a').first().click()
    await page.getByRole('heading', { level: 2, name: 'About this item' }).waitFor()
    await page.locator('main details').evaluateAll((all) => all.forEach((details) => (details.open = true)))
    if (SHAPES.includes(type)) await look(`item-${type.replaceAll('_', '-')}`)
  }
})

test('comparisons', async () => {
  await go(`${path}/compare`)
  await look('compare-choose')
  await go(`${path}/compare?from=2020-01-01T00:00`)
  await look('compare-moments')
  await go(`${path}/inventory?type=settings_catalog_policy`)
  await page.locator('main tbody .row-head a').first().click()
  await page.getByRole('link', { name: 'Compare with…' }).click()
  await page.getByRole('heading', { level: 1, name: /^Compare / }).waitFor()
  await look('compare-pick')
  await page.locator('main tbody .row-head a').first().click()
  await page.getByRole('heading', { level: 2, name: 'What is compared' }).waitFor()
  await look('compare-policies')
  for (const [view, name] of [['Unified', 'compare-unified'], ['JSON Patch', 'compare-patch']]) {
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view }).click()
    await page.getByRole('heading', { level: 2, name: view }).waitFor()
    await look(name)
  }
})

test('search and the shell', async () => {
  await go('/admin/search?q=windows')
  await look('search')
  await go('/admin/search?q=nothing+is+called+like+this')
  await look('search-nothing')
  await go(path)
  await page.keyboard.press('Control+K')
  await page.getByRole('dialog', { name: 'Search' }).waitFor()
  await look('palette')
  await page.keyboard.type('windows')
  await page.locator('#palette-results').getByText('Policies').waitFor()
  await look('palette-found')
  await page.keyboard.press('Escape')
  for (const menu of ['tenant-menu', 'workspace-menu', 'theme-menu', 'account-menu']) await lookInto(menu, menu.split('-').reverse().join('-'))
  await page.setViewportSize({ width: 360, height: 780 })
  await page.getByRole('button', { name: 'Open navigation' }).click()
  await axe(page)
  await page.setViewportSize({ width: 1280, height: 860 })
  await go('/admin/nowhere')
  await look('not-found', { expected: /status of 404/ })
  page.complaints = []
})

test('none of these pages asked Microsoft for anything', async () => {
  assert.equal(await demo.graph.requests(), requests)
})

test('when something went wrong', async () => {
  // One type may not be read, and another has lost an object.
  const staging = await openTenant(page, demo, STAGING)
  const gone = await demo.graph.put(STAGING, 'named_location', {
    '@odata.type': '#microsoft.graph.countryNamedLocation',
    displayName: 'Countries without an office',
    countriesAndRegions: ['AQ', 'BV'],
    includeUnknownCountriesAndRegions: false,
  })
  await runEnds(page, demo, await syncNow(page), 'Succeeded')
  await demo.graph.remove(STAGING, 'named_location', gone)
  await demo.graph.fault('/v1.0/identity/conditionalAccess/policies', 'forbidden')
  await demo.graph.fault('/beta/deviceManagement/deviceManagementScripts', 'html')
  await go(staging)
  await runEnds(page, demo, await syncNow(page), 'Partially succeeded')
  await look('run-partial')
  await go(staging)
  await look('tenant-with-trouble')
  await go(`${staging}/inventory?missing=yes`)
  await look('inventory-missing')
  await page.locator('main tbody .row-head a').first().click()
  await page.getByRole('heading', { level: 2, name: 'About this item' }).waitFor()
  await look('item-missing')

  await demo.graph.fault('/', 'forbidden')
  await go(staging)
  await runEnds(page, demo, await syncNow(page), 'Failed')
  await look('run-failed')
  await demo.graph.heal()
  await go('/admin/operations')
  await look('operations')
  await go('/admin/operations?tab=attention')
  await look('operations-attention')
  await go('/admin/operations?status=queued&days=7')
  await look('operations-no-match')
  await go('/admin/notices')
  await look('notices')
  await go('/admin')
  await look('home')
})

test('as a reader and as a stranger', async () => {
  const reader = await signedIn(browser, demo, 'readonly')
  await look('home-reader', { at: reader })
  await reader.goto(demo.url + path)
  await look('tenant-reader', { at: reader })
  await reader.goto(`${demo.url}${path}/inventory/sync`)
  await look('sync-choice-reader', { at: reader })
  await reader.goto(`${demo.url}/admin/operations`)
  await look('operations-reader', { at: reader })
  const operations = await page.goto(`${demo.url}/admin/operations`)
  assert.equal(operations.status(), 200)
  const run = await page.getByRole('table', { name: 'Operations' }).locator('tbody tr').first().getAttribute('data-key')
  await reader.goto(`${demo.url}/admin/operations/${run}`)
  await look('forbidden', { at: reader, expected: /status of 403/ })
  await reader.context().close()

  const stranger = await signedIn(browser, demo, 'stranger')
  await look('home-stranger', { at: stranger })
  await stranger.goto(demo.url + path)
  assert.equal(await stranger.getByText(TENANT).count(), 0)
  await look('not-found-stranger', { at: stranger, expected: /status of 404/ })
  await stranger.context().close()
})

test('in the colours that somebody chose against their system', async () => {
  for (const [words, colorScheme] of [['Dark', 'light'], ['Light', 'dark']]) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await go(path)
    await page.locator('#theme-menu summary').click()
    await page.getByRole('button', { name: words, exact: true }).click()
    await page.locator(`html[data-theme="${words.toLowerCase()}"]`).waitFor()
    await axe(page)
  }
})
