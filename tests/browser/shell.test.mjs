// What surrounds every page: keyboard, palette, theme, zoom, motion, and the weight of the first visit.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTenant, runEnds, signedIn, startDemo, syncNow } from './demo.mjs'
import { assertNoComplaints, launch, openPage } from './harness.mjs'

/** 1280 CSS pixels at 200 %. */
const ZOOMED = { width: 640, height: 430 }
/** Bytes over the wire for the first page of somebody who has never been here. */
const FIRST_VISIT = 150_000
/** More steps than there are controls before the main action. */
const MANY_TABS = 60

let demo, browser, page, path, run

before(async () => {
  demo = await startDemo({ policies: 60 })
  browser = await launch()
  page = await signedIn(browser, demo, 'owner')
  path = await openTenant(page, demo)
  run = await syncNow(page)
  await runEnds(page, demo, run, 'Succeeded')
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

/** What has the focus: its words, and whether one can see that it has it. */
const focused = () =>
  page.evaluate(() => {
    const element = document.activeElement
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element)
    const ring = (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none'
    return { words: (element.getAttribute('aria-label') ?? element.innerText ?? '').trim(), id: element.id, ring, visible: element.checkVisibility() }
  })

test('the first stop of the keyboard skips to the content', async () => {
  await page.goto(demo.url + path)
  await page.keyboard.press('Tab')
  const skip = await focused()
  assert.equal(skip.words, 'Skip to content')
  assert.ok(skip.ring && skip.visible, 'it is seen')
  const box = await page.getByRole('link', { name: 'Skip to content' }).boundingBox()
  assert.ok(box.x >= 0 && box.y >= 0 && box.width > 0, `it stands at ${JSON.stringify(box)}`)
  await page.keyboard.press('Enter')
  assert.equal((await focused()).id, 'main')
  assert.equal(await page.evaluate(() => performance.getEntriesByType('navigation')[0].name.endsWith('#main')), false, 'nothing was loaded again')
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => document.querySelector('main').contains(document.activeElement)), true)
})

test('the keyboard reaches the main action, always with a visible focus', async () => {
  await page.goto(demo.url + path)
  for (let step = 0; ; step += 1) {
    assert.ok(step < MANY_TABS, `"Sync now" was not reached in ${MANY_TABS} steps`)
    await page.keyboard.press('Tab')
    const now = await focused()
    assert.ok(now.visible && now.ring, `the focus is not seen on "${now.words}"`)
    if (now.words === 'Sync now') break
  }
  await page.keyboard.press('Enter')
  const link = page.locator('#toasts').getByRole('link', { name: 'View run' })
  await runEnds(page, demo, await link.getAttribute('href'), 'Succeeded')
})

test('a menu opens, is left with Escape, and gives the focus back', async () => {
  await page.goto(demo.url + path)
  const menu = page.locator('#tenant-menu')
  await menu.locator('summary').focus()
  await page.keyboard.press('Enter')
  const search = menu.getByRole('searchbox')
  await search.waitFor()
  await search.fill('fabrikam')
  const left = menu.locator('#switcher-tenants li:visible')
  assert.equal(await left.count(), 1)
  await page.keyboard.press('Escape')
  await search.waitFor({ state: 'hidden' })
  assert.equal(await page.evaluate(() => document.activeElement.closest('details')?.id), 'tenant-menu')
})

test('the palette opens and closes by keyboard, finds, and leads to a pasted run id', async () => {
  await page.goto(`${demo.url}/admin`)
  const palette = page.getByRole('dialog', { name: 'Search' })
  await page.keyboard.press('Control+K')
  await palette.waitFor()
  await page.keyboard.type('nothing of the kind')
  await palette.getByText('Nothing found').waitFor()
  await page.keyboard.press('Escape')
  await palette.waitFor({ state: 'hidden' })

  // What was typed before is there, selected: typing replaces it.
  await page.keyboard.press('Control+K')
  await page.keyboard.type('fabrikam')
  // The places to go make room for what was found.
  await palette.getByText('Go to', { exact: true }).waitFor({ state: 'detached' })
  await palette.getByRole('link', { name: /Fabrikam Engineering/ }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Fabrikam Engineering' }).waitFor()

  await page.keyboard.press('Control+K')
  await page.keyboard.type(run.split('/').at(-1))
  await page.keyboard.press('Enter')
  await page.waitForURL(demo.url + run)
  await page.getByRole('heading', { level: 1, name: 'Inventory sync' }).waitFor()
})

test('the palette never asks Microsoft, and neither does any page', async () => {
  const before = await demo.graph.requests()
  for (const at of ['/admin', path, `${path}/inventory`, `${path}/inventory/sync`, '/admin/operations', run, '/admin/notices', '/admin/search?q=windows']) {
    await page.goto(demo.url + at)
  }
  assert.equal(await demo.graph.requests(), before)
})

test('the theme stays over reload and new pages, and goes back to the system', async () => {
  const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)
  const choose = async (words) => {
    await page.locator('#theme-menu summary').click()
    await page.getByRole('button', { name: words, exact: true }).click()
    await page.locator(`html[data-theme="${{ Dark: 'dark', Light: 'light' }[words] ?? 'system'}"]`).waitFor()
  }
  await page.goto(`${demo.url}${path}/inventory?platform=windows`)
  await choose('Dark')
  assert.equal(new URL(page.url()).search, '?platform=windows', 'one stays on the page')
  assert.equal(await scheme(), 'dark')
  await page.goto(`${demo.url}/admin/operations`)
  assert.equal(await scheme(), 'dark')
  await choose('Light')
  assert.equal(await scheme(), 'light')
  await choose('As the system')
  assert.equal(await scheme(), 'light dark')
})

test('at 200 % zoom no page scrolls sideways', async () => {
  await page.setViewportSize(ZOOMED)
  for (const at of ['/admin', path, `${path}/inventory`, `${path}/inventory/sync`, '/admin/operations', run, `${run}/cancel`, '/admin/notices', '/admin/search?q=windows', '/nowhere']) {
    await page.goto(demo.url + at)
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(width <= ZOOMED.width, `${at} is ${width} px wide`)
  }
  await page.setViewportSize({ width: 1280, height: 860 })
})

test('on a phone the navigation opens, leads on, and closes', async () => {
  await page.setViewportSize({ width: 360, height: 780 })
  await page.goto(demo.url + path)
  const rail = page.getByRole('navigation', { name: 'Main' })
  assert.equal(await rail.isVisible(), false)
  await page.getByRole('button', { name: 'Open navigation' }).click()
  await rail.getByRole('button', { name: 'Close navigation' }).click()
  await rail.waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'Open navigation' }).click()
  await rail.getByRole('link', { name: 'Inventory' }).click()
  await page.waitForURL(`${demo.url}${path}/inventory`)
  await page.setViewportSize({ width: 1280, height: 860 })
})

test('who asks for less motion gets none', async () => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await demo.graph.latency(1_000)
  await page.goto(demo.url + path)
  await page.goto(demo.url + (await syncNow(page)))
  await page.locator('#run .badge.running').first().waitFor()
  const moving = await page.evaluate(() =>
    document.getAnimations().filter((animation) => animation.effect.getComputedTiming().activeDuration > 10).map((animation) => animation.animationName),
  )
  assert.deepEqual(moving, [])
  await demo.graph.latency(0)
  await page.emulateMedia({ reducedMotion: null })
})

test('the first visit weighs little', async () => {
  const fresh = await openPage(browser, demo.url)
  const session = await fresh.context().newCDPSession(fresh)
  let bytes = 0
  await session.send('Network.enable')
  session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength))
  const state = await page.context().storageState()
  await fresh.context().addCookies(state.cookies)
  await fresh.goto(`${demo.url}${path}/inventory`, { waitUntil: 'load' })
  assert.ok(bytes > 1_000 && bytes <= FIRST_VISIT, `${bytes} bytes`)
  assertNoComplaints(fresh)
  await fresh.context().close()
})

test('nothing in all of this was complained about', () => assertNoComplaints(page, /status of 404/))
