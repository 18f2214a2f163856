// All tenants on one page: how each stands, sorted and narrowed, marked with tags and put into groups.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { TENANT, openTenant, rowKeys, runEnds, signedIn, startDemo, syncNow } from './demo.mjs'
import { assertNoComplaints, launch, lookAt } from './harness.mjs'

const OTHER = 'Fabrikam Engineering'

let demo, browser, page, path

before(async () => {
  demo = await startDemo({ policies: 30 })
  browser = await launch()
  page = await signedIn(browser, demo, 'owner')
  path = await openTenant(page, demo)
  await runEnds(page, demo, await syncNow(page), 'Succeeded')
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

const table = () => page.getByRole('table', { name: 'Tenants' })
const row = (name) => table().locator('tbody tr', { hasText: name })
const cell = (name, column) => row(name).locator(`[data-label="${column}"]`)
const names = () => table().locator('tbody .cover').allInnerTexts()
const overview = () => page.goto(`${demo.url}/admin`)

/** Sorts by a column as a person would, and waits until the list is. */
const sortBy = async (column, order) => {
  await table().getByRole('columnheader', { name: column }).getByRole('link').click()
  await table().locator(`th[aria-sort="${order}"]`, { hasText: column }).waitFor()
}

/** Chooses in the form above the list. */
const narrow = async (label, choice) => {
  await page.getByLabel(label, { exact: true }).selectOption({ label: choice })
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
}

/** The toast that says this. */
const told = (words) => page.locator('#toasts').getByText(words).waitFor()

test('what is known of a tenant is told, and what is not is said', async () => {
  await overview()
  assert.match(await cell(TENANT, 'Last complete sync').innerText(), /(ago|now)[\s\S]*\d+ items/)
  assert.match(await cell(TENANT, 'Operations').innerText(), /Succeeded/)
  assert.match(await cell(OTHER, 'Last complete sync').innerText(), /Never/)
  for (const [column, words] of [['Last complete backup', 'Never'], ['Restore readiness', 'Never drilled'], ['Open findings', 'Not known']]) {
    assert.match(await cell(OTHER, column).innerText(), new RegExp(words), column)
  }
  await lookAt(page, 'overview')
})

test('every figure leads to what it counts', async () => {
  await cell(TENANT, 'Last complete sync').getByRole('link', { name: /items/ }).click()
  await page.getByRole('heading', { level: 1, name: 'Inventory' }).waitFor()
  await overview()
  await cell(TENANT, 'Operations').getByRole('link').first().click()
  await page.locator('#run header').getByText('Succeeded', { exact: true }).waitFor()
})

test('the list is sorted by a column, and the other way round', async () => {
  await overview()
  await sortBy('Last complete sync', 'ascending')
  assert.equal((await names()).at(-1), TENANT, 'those that were never read come first')
  await sortBy('Last complete sync', 'descending')
  assert.equal((await names())[0], TENANT)
  await sortBy('Connection', 'ascending')
  await sortBy('Tenant', 'ascending')
  assert.deepEqual(await names(), (await names()).toSorted())
})

test('the list is narrowed to a trouble', async () => {
  await overview()
  await narrow('Trouble', 'No complete sync in 3 days')
  await page.waitForURL(/trouble=sync/)
  await row(OTHER).waitFor()
  assert.ok(!(await names()).includes(TENANT))
  await page.getByRole('link', { name: 'Clear all' }).click()
  await row(TENANT).waitFor()
  await page.getByLabel('Search by name or domain').fill('nothing of that name')
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await page.getByRole('heading', { name: 'No tenants match' }).or(page.getByText('No tenants match')).first().waitFor()
  await page.getByRole('link', { name: 'Show all tenants' }).click()
  await row(TENANT).waitFor()
})

test('tags are given on the page of a tenant, and found by', async () => {
  await page.goto(`${demo.url}${path}/details`)
  await page.getByRole('textbox', { name: 'Tags' }).fill('Gold, Retail customers')
  await lookAt(page, 'tenant-details')
  await page.getByRole('button', { name: 'Save the tags' }).click()
  await told('Saved')
  await overview()
  await row(TENANT).getByRole('link', { name: '#Gold' }).click()
  await page.waitForURL(/tag=Gold/)
  await row(TENANT).waitFor()
  assert.deepEqual(await names(), [TENANT])
  assert.equal(await page.getByLabel('Tag', { exact: true }).inputValue(), 'Gold')
})

test('tenants are put into a group, looked at together, and taken out again', async () => {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Tenant groups' }).click()
  await page.getByText('No groups yet').waitFor()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Northern branches')
  await page.getByRole('button', { name: 'Make the group' }).click()
  await told('Group made')
  await overview()
  await page.getByLabel(`Select ${OTHER}`).check()
  await page.getByLabel(`Select ${TENANT}`).check()
  await page.getByRole('button', { name: 'Put into the group' }).click()
  await told('2 tenants are in the group now.')
  assert.deepEqual(await names(), [TENANT, OTHER])
  await lookAt(page, 'overview-group')
  await page.getByLabel(`Select ${TENANT}`).check()
  await page.getByRole('button', { name: 'Take out of it' }).click()
  await told('1 tenant is in the group now.')
  assert.deepEqual(await names(), [OTHER])
  await page.goto(`${demo.url}/admin/tenant-groups`)
  assert.equal((await rowKeys(page)).length, 1)
  await lookAt(page, 'tenant-groups')
})

test('who may only look is not asked to group', async () => {
  const reader = await signedIn(browser, demo, 'readonly')
  await reader.getByRole('table', { name: 'Tenants' }).waitFor()
  assert.equal(await reader.getByRole('button', { name: 'Put into the group' }).count(), 0)
  assert.equal(await reader.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Restores to many tenants' }).count(), 0)
  assertNoComplaints(reader)
})

test('a group is renamed and, its name typed, removed; its tenants stay', async () => {
  await page.goto(`${demo.url}/admin/tenant-groups`)
  await page.locator('main tbody').getByRole('link', { name: 'Change Northern branches' }).click()
  await page.getByRole('heading', { level: 1, name: 'Northern branches' }).waitFor()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('North')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'North', exact: true }).waitFor()
  await page.getByLabel('Type the name of the group').fill('South')
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByText('That is not its name.').waitFor()
  page.complaints = page.complaints.filter((line) => !/status of 422/.test(line))
  await lookAt(page, 'tenant-group')
  await page.getByLabel('Type the name of the group').fill('North')
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await told('Group removed')
  await page.getByText('No groups yet').waitFor()
  await overview()
  assert.ok((await names()).includes(OTHER))
  assertNoComplaints(page)
})
