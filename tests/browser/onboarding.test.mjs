// A tenant is taken into use in the browser, from its name to its first sync, by a certificate; verified again while the first check
// hangs.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { runEnds, signedIn, startDemo } from './demo.mjs'
import { assertNoComplaints, launch, lookAt } from './harness.mjs'

const run = promisify(execFile)
const NAME = 'Wingtip Toys'
const [ENTRA_ID, CLIENT] = [randomUUID(), randomUUID()]

let folder, pem, demo, browser, page

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenantatlas-onboarding-'))
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const subject = ['-subj', '/CN=TenantAtlas test', '-days', '30']
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, ...subject])
  const text = await readFile(certificate, 'utf8')
  pem = text + (await readFile(key, 'utf8'))
  demo = await startDemo({ policies: 40 })
  await demo.graph.addTenant(ENTRA_ID, { name: NAME, domain: 'wingtip.example', client_id: CLIENT, client_secret: 'unused', policies: 40 })
  await demo.graph.app(ENTRA_ID, CLIENT, { certificates: [text] })
  browser = await launch()
  page = await signedIn(browser, demo, 'owner')
})

after(async () => {
  await browser?.close()
  await demo?.stop()
  await rm(folder, { recursive: true, force: true })
})

const step = (name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
const press = (name) => page.getByRole('button', { name, exact: true }).click()

test('the tenant is identified, and the application explained step by step', async () => {
  await page.goto(`${demo.url}/admin/onboarding/new`)
  await page.getByLabel('Name', { exact: true }).fill(NAME)
  await page.getByLabel('Initial domain').fill('wingtip.example')
  await page.getByLabel('Tenant ID').fill('not an id')
  await press('Begin')
  await page.locator('[aria-invalid=true]').waitFor()
  await lookAt(page, 'onboarding-begin-refused', /422/)
  page.complaints = page.complaints.filter((line) => !/status of 422/.test(line))
  await page.getByLabel('Tenant ID').fill(ENTRA_ID)
  await page.getByLabel('Cloud').selectOption('custom')
  await press('Begin')
  await page.getByLabel('Application (client) ID').waitFor()
  await lookAt(page, 'onboarding-application')
  await page.getByLabel('Application (client) ID').fill(CLIENT)
  await press('Save and go on')
})

test('a draft is left, and gone on with from its own address', async () => {
  const address = page.url()
  await page.goto(`${demo.url}/admin/onboarding`)
  await page.getByRole('link', { name: NAME }).click()
  assert.equal(new URL(page.url()).pathname.split('/')[3], new URL(address).pathname.split('/')[3])
  await page.goto(address)
})

test('it is connected by a certificate, of which nothing is shown again', async () => {
  await page.getByLabel('Certificate and private key as PEM text').fill(pem)
  await lookAt(page, 'onboarding-connection')
  await press('Add it')
  await page.waitForURL(/verify/)
  assert.ok(!(await page.content()).includes('PRIVATE KEY'))
})

test('it is verified again while the first check hangs', async () => {
  await demo.graph.latency(20_000)
  const start = page.getByRole('button', { name: /^(Verify|Check)/ })
  await start.first().click()
  await page.getByRole('button', { name: /again/i }).first().waitFor()
  await demo.graph.latency(0)
  await page.getByRole('button', { name: /again/i }).first().click()
  await page.getByText('Sign-in', { exact: false }).first().waitFor({ timeout: 60_000 })
  await lookAt(page, 'onboarding-verified')
})

test('the first sync reads it, and it is taken into use', async () => {
  await page.getByRole('link', { name: 'Go on', exact: true }).click()
  await lookAt(page, 'onboarding-sync')
  await press('Sync now')
  const link = page.locator('#toasts').getByRole('link', { name: 'View run' })
  await link.waitFor()
  const back = page.url()
  // A draft cannot be synced before it is in use, or it can: the run says which.
  await runEnds(page, demo, await link.getAttribute('href'), 'Succeeded')
  await page.goto(back)
  await page.getByRole('link', { name: 'Go on without' }).click()
  await lookAt(page, 'onboarding-complete')
  await press('Take into use')
  await step(NAME)
  assertNoComplaints(page)
})
