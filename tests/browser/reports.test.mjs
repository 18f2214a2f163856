// Reports: read as a page, taken along as a file, kept, and made by themselves.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { TENANT, openTenant, runEnds, signedIn, startDemo, syncNow } from './demo.mjs'
import { assertNoComplaints, launch, lookAt, openPage } from './harness.mjs'

let demo, browser, page

before(async () => {
  demo = await startDemo({ policies: 30 })
  browser = await launch()
  page = await signedIn(browser, demo, 'owner')
  await openTenant(page, demo)
  await runEnds(page, demo, await syncNow(page), 'Succeeded')
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

const reports = () => page.goto(`${demo.url}/admin/reports`)
const reading = () => page.getByRole('region', { name: 'Read a report' })

/** Chooses a report of a tenant in the form that reads it. */
const choose = async (kind) => {
  await reports()
  await reading().getByLabel('Report', { exact: true }).selectOption({ label: kind })
  await reading().getByLabel('Tenant', { exact: true }).selectOption({ label: TENANT })
}

test('a report of what is configured is read, and leads to each type', async () => {
  await choose('Configuration')
  await lookAt(page, 'reports')
  await reading().getByRole('button', { name: 'Read', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: `Configuration: ${TENANT}` }).waitFor()
  // It is sent while it is read.
  await page.waitForLoadState()
  const contents = page.getByRole('navigation', { name: 'Contents' })
  const first = contents.getByRole('link').first()
  const target = await first.getAttribute('href')
  assert.equal(await page.locator(target).count(), 1)
  assert.ok(await page.getByRole('heading', { level: 4 }).count() >= 30)
  assert.ok(await page.locator('.report-table caption', { hasText: 'Settings' }).count() > 0)
  await lookAt(page, 'report-configuration')
})

test('printed it is the report and nothing else', async () => {
  await page.emulateMedia({ media: 'print' })
  assert.equal(await page.locator('.rail').isVisible(), false)
  assert.equal(await page.locator('.actions').first().isVisible(), false)
  assert.equal(await page.locator('article.report').isVisible(), true)
  assert.equal(await page.getByRole('heading', { level: 1 }).isVisible(), true)
  const pdf = await page.pdf({ format: 'A4' })
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
  await page.emulateMedia({ media: 'screen' })
})

test('it is taken along as HTML, Markdown and JSON', async () => {
  for (const [name, ending] of [['HTML', '.html'], ['Markdown', '.md'], ['JSON', '.json']]) {
    const arriving = page.waitForEvent('download')
    await page.getByRole('main').getByRole('link', { name, exact: true }).click()
    const file = await arriving
    assert.ok(file.suggestedFilename().endsWith(ending))
    const text = await readFile(await file.path(), 'utf8')
    if (ending === '.md') assert.match(text, new RegExp(`^# Configuration: ${TENANT}`))
    else if (ending === '.json') assert.equal(JSON.parse(text).complete, true)
    else await alone(text)
  }
})

/** Reads an HTML file where there is no server: it needs none, and asks nobody. */
async function alone(text) {
  const reader = await openPage(browser, demo.url, { offline: true })
  const wanted = []
  reader.on('request', (request) => wanted.push(request.url()))
  await reader.setContent(text)
  await reader.getByRole('heading', { level: 1, name: `Configuration: ${TENANT}` }).waitFor()
  const target = await reader.getByRole('navigation', { name: 'Contents' }).getByRole('link').first().getAttribute('href')
  assert.equal(await reader.locator(target).count(), 1)
  assert.equal(await reader.locator('main').evaluate((main) => getComputedStyle(main).paddingTop), '22.5px')
  await lookAt(reader, 'report-file')
  assert.deepEqual(wanted, [])
  await reader.context().close()
}

test('changes, readiness and findings are told', async () => {
  for (const [kind, words] of [
    ['Changes', 'First seen'],
    ['Backup and restore readiness', 'Latest complete backup of everything'],
    ['Findings', 'Open, critical'],
  ]) {
    await choose(kind)
    await reading().getByRole('button', { name: 'Read', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: `${kind}: ${TENANT}` }).waitFor()
    await page.locator('article.report').getByText(words).first().waitFor()
    await lookAt(page, `report-${kind.split(' ')[0].toLowerCase()}`)
  }
})

test('a report is kept by a run and read later', async () => {
  await reports()
  const keep = page.getByRole('region', { name: 'Keep a report' })
  await keep.getByLabel('Tenant', { exact: true }).selectOption({ label: TENANT })
  await keep.getByRole('button', { name: 'Make and keep it' }).click()
  await page.locator('#toasts').getByText('queued').waitFor()
  const kept = page.getByRole('table', { name: 'Kept reports' })
  for (let tries = 0; tries < 60 && !(await kept.isVisible()); tries++) {
    await page.waitForTimeout(250)
    await reports()
  }
  await kept.getByRole('link', { name: 'Configuration', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: `Configuration: ${TENANT}` }).waitFor()
  await page.locator('article.report h4').first().waitFor()
})

test('a schedule makes reports until it is ended', async () => {
  await reports()
  const form = page.getByRole('region', { name: 'Made by itself' })
  await form.getByLabel('Name', { exact: true }).fill('Weekly changes')
  await form.getByRole('button', { name: 'Make the schedule' }).click()
  await page.locator('#toasts').getByText('Schedule made').waitFor()
  await page.getByRole('button', { name: 'Switch off Weekly changes' }).click()
  await page.getByRole('button', { name: 'Switch on Weekly changes' }).waitFor()
  await lookAt(page, 'reports-schedules')
  await page.getByRole('button', { name: 'End Weekly changes' }).click()
  await page.getByText('No report is made by itself.').waitFor()
})

test('the browser complained of nothing, and asked no other host', async () => {
  assertNoComplaints(page)
})
