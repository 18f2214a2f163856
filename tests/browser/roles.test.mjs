// Who sees and does what, through the browser: what one may not do is shown disabled, what one must not know of is not there.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { OUTSIDE, TENANT, openTenant, signedIn, startDemo } from './demo.mjs'
import { assertNoComplaints, launch } from './harness.mjs'

const WHY = 'Insufficient permission – ask a tenant owner.'

let demo, browser, path

before(async () => {
  demo = await startDemo()
  browser = await launch()
  const owner = await signedIn(browser, demo, 'owner')
  path = await openTenant(owner, demo)
  await owner.context().close()
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

/** Sends the form that "Sync now" sends, with the token of the page, whether or not there is such a button. Gives status and address. */
function forceSync(page, at) {
  return page.evaluate(async (action) => {
    const csrf = document.querySelector('input[name=csrf]').value
    const body = new URLSearchParams({ csrf, back: '/admin', types: 'settings_catalog_policy' })
    const { status, url } = await fetch(action, { method: 'POST', body })
    return { status, path: new URL(url).pathname }
  }, `${at}/inventory/sync`)
}

/** The status with which the server answers a page of ours. */
const status = async (page, at) => (await page.request.get(demo.url + at, { maxRedirects: 0 })).status()

test('a reader sees the button disabled, with the reason', async () => {
  const page = await signedIn(browser, demo, 'readonly')
  for (const at of [path, `${path}/inventory`, `${path}/inventory/sync`]) {
    await page.goto(demo.url + at)
    const button = page.getByRole('button', { name: 'Sync now' })
    assert.ok(await button.isDisabled(), `the button on ${at}`)
    const why = await button.getAttribute('aria-describedby')
    assert.equal((await page.locator(`#${why}`).innerText()).trim(), WHY)
  }
  assertNoComplaints(page)
  await page.context().close()
})

test('a reader who sends the form anyway is refused, and nothing is started', async () => {
  const page = await signedIn(browser, demo, 'readonly')
  await page.goto(demo.url + path)
  const before = await demo.graph.requests()
  assert.equal((await forceSync(page, path)).status, 403)
  await page.goto(`${demo.url}/admin/operations`)
  await page.getByText('No operations yet').waitFor()
  assert.equal(await demo.graph.requests(), before)
  await page.context().close()
})

test('a stranger finds nothing, and cannot tell it from what does not exist', async () => {
  const page = await signedIn(browser, demo, 'stranger')
  await page.getByRole('table', { name: 'Tenants' }).getByRole('link', { name: OUTSIDE, exact: true }).waitFor()
  assert.equal(await page.getByText(TENANT).count(), 0)
  const nowhere = '/admin/t/00000000-0000-7000-8000-000000000000'
  const seen = async (at) => {
    const answer = await page.goto(demo.url + at)
    assert.equal(answer.status(), 404, at)
    return page.locator('main').innerText()
  }
  for (const below of ['', '/inventory', '/inventory/sync']) assert.equal(await seen(path + below), await seen(nowhere + below))
  await page.goto(`${demo.url}/admin`)
  assert.deepEqual(await forceSync(page, path), { status: 404, path: `${path}/inventory/sync` })
  await page.goto(`${demo.url}/admin/search?q=Contoso`)
  await page.getByText('Nothing found').waitFor()
  await page.context().close()
})

test("the tenant of another workspace does not exist for a workspace's owner", async () => {
  const stranger = await signedIn(browser, demo, 'stranger')
  const outside = await openTenant(stranger, demo, OUTSIDE)
  await stranger.context().close()
  const owner = await signedIn(browser, demo, 'owner')
  assert.equal(await status(owner, outside), 404)
  assert.equal(await status(owner, `${outside}/inventory`), 404)
  assert.equal(await status(owner, path), 200)
  await owner.context().close()
})

test('somebody who is not signed in is asked to, and then led to where they wanted to go', async () => {
  const page = await browser.newPage()
  await page.goto(`${demo.url}${path}/inventory?platform=ios`)
  assert.equal(new URL(page.url()).pathname, '/sign-in')
  await page.getByLabel('Mail address').fill('readonly@demo.example')
  await page.getByLabel('Password').fill(demo.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL(`${demo.url}${path}/inventory?platform=ios`)
  await page.context().close()
})

test('a double click and a crowd of starts give one run and the same link', async () => {
  const page = await signedIn(browser, demo, 'operator')
  await openTenant(page, demo)
  // No answer comes: the run cannot end while it is asked for again, however slow this machine is.
  await demo.graph.fault('/', 'hang')
  await page.getByRole('button', { name: 'Sync now' }).dblclick()
  const link = page.locator('#toasts').getByRole('link', { name: 'View run' }).first()
  const run = await link.getAttribute('href')
  // The same form again and again, past what the script prevents.
  const links = await page.evaluate(async () => {
    const form = document.querySelector('form[data-inplace]')
    const send = async () => {
      const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) })
      const there = new DOMParser().parseFromString(await answer.text(), 'text/html')
      return [...there.querySelectorAll('#toasts a')].map((a) => a.getAttribute('href'))
    }
    // One after the other: each answer carries its own message.
    const all = []
    for (let turn = 0; turn < 5; turn += 1) all.push(...(await send()))
    await Promise.all(Array.from({ length: 20 }, send))
    return all
  })
  assert.deepEqual(links, Array(5).fill(run))
  await page.goto(`${demo.url}/admin/operations`)
  const rows = page.getByRole('table', { name: 'Operations' }).locator('tbody tr')
  assert.equal(await rows.count(), 1)
  assert.equal(`/admin/operations/${await rows.getAttribute('data-key')}`, run)
  await demo.graph.heal()
  await page.context().close()
})
