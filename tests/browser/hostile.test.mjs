// Names and texts from Microsoft that want to be code, to reorder what stands beside them, or to fill the page.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { TENANT, openTenant, runEnds, signedIn, startDemo, syncNow } from './demo.mjs'
import { assertNoComplaints, launch, shoot } from './harness.mjs'

const HOSTILE = [
  '<img src=x onerror="document.title=\'owned\'">',
  '"><svg onload=alert(1)><script>document.title="owned"</script>',
  "' onmouseover='document.title=`owned`",
  'javascript:document.title="owned"',
  'Invoice \u202Efdp.exe\u202C and \u2066isolated\u2069 \u200Bnothing',
  '{{constructor.constructor("document.title=1")()}} ${7*7} <%= 7 %>',
]
/** What a person reads instead of characters that are not seen but change what is. */
const SPELLED_OUT = /[\u200B-\u200F\u202A-\u202E\u2066-\u2069]/gu
const shown = (name) => name.replace(SPELLED_OUT, (c) => `[U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`)
/** A megabyte, with an ending that must not be cut into something else. */
const LONG = `<b>${'never ending '.repeat(80_000)}</b>`

let demo, browser, page, path

before(async () => {
  demo = await startDemo({ policies: 20 })
  for (const [index, name] of HOSTILE.entries()) {
    const object = { name, description: index === 0 ? LONG : name, platforms: 'windows10', technologies: 'mdm', roleScopeTagIds: ['0'], settings: [], assignments: [] }
    await demo.graph.put(TENANT, 'settings_catalog_policy', object)
  }
  browser = await launch()
  page = await signedIn(browser, demo, 'owner')
  path = await openTenant(page, demo)
  await runEnds(page, demo, await syncNow(page), 'Succeeded')
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

/** Nothing of it became an element, a title, or a request. */
async function assertInert() {
  const made = await page.evaluate(() => ({
    elements: document.querySelectorAll('main img[src=x], main script, main svg[onload], main b, [onmouseover], [onerror], a[href^="javascript:"]').length,
    title: document.title,
  }))
  assert.equal(made.elements, 0, `elements were made on ${page.url()}`)
  assert.doesNotMatch(made.title, /^owned/)
  assertNoComplaints(page)
}

test('hostile names are shown as text in the list', async () => {
  await page.goto(`${demo.url}${path}/inventory?type=settings_catalog_policy`)
  const names = (await page.locator('main tbody .row-head a').allInnerTexts()).map((name) => name.trim())
  for (const name of HOSTILE) assert.ok(names.includes(shown(name)), `${shown(name)} is not among:\n${names.join('\n')}`)
  await assertInert()
  await shoot(page, 'hostile-list')
})

test('each item page shows its hostile name and description as text', async () => {
  for (const name of HOSTILE) {
    await page.goto(`${demo.url}${path}/inventory?type=settings_catalog_policy`)
    await page.locator('main tbody .row-head a').getByText(shown(name), { exact: true }).click()
    assert.equal((await page.getByRole('heading', { level: 1 }).innerText()).trim(), shown(name))
    await assertInert()
  }
})

test('a description of a megabyte is cut, and leaves the page usable', async () => {
  await page.goto(`${demo.url}${path}/inventory?q=onerror`)
  await page.locator('main tbody .row-head a').click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  const description = await page.locator('p.description').innerText()
  assert.ok(description.startsWith('<b>never ending') && description.length < 5_000, `${description.length} characters`)
  await shoot(page, 'hostile-item')
  assertNoComplaints(page)
})

test('search and filters show what was typed as text', async () => {
  for (const typed of [HOSTILE[0], HOSTILE[1], '%_\\', '\u202E']) {
    for (const at of [`${path}/inventory?q=`, '/admin/search?q=', '/admin?q=', '/admin/operations?type=', '/admin/operations?tenant=']) {
      const answer = await page.goto(demo.url + at + encodeURIComponent(typed))
      assert.ok(answer.status() < 500, `${answer.status()} on ${at}`)
      page.complaints = page.complaints.filter((line) => !/status of 4\d\d/.test(line))
      await assertInert()
    }
  }
  await page.goto(`${demo.url}${path}/inventory?q=${encodeURIComponent('onerror=')}`)
  assert.equal(await page.locator('main tbody tr').count(), 1, 'found by a part of its name')
})

test('the palette finds a hostile name and shows it as text', async () => {
  await page.goto(`${demo.url}/admin`)
  await page.keyboard.press('Control+K')
  await page.getByRole('dialog', { name: 'Search' }).getByRole('textbox').fill('onerror')
  await page.locator('#palette-results').getByText(HOSTILE[0], { exact: true }).waitFor()
  await assertInert()
})
