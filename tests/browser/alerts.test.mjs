// Somebody wants to be told: a destination, a test that arrives, a rule, and the log.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { signedIn, startDemo } from './demo.mjs'
import { assertNoComplaints, launch, lookAt } from './harness.mjs'

let demo, browser, page, receiver, key
const taken = []

before(async () => {
  receiver = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => (body += part))
    request.on('end', () => {
      taken.push({ headers: request.headers, body })
      response.end()
    })
  })
  await new Promise((listening) => receiver.listen(0, '127.0.0.1', listening))
  demo = await startDemo({ policies: 5 })
  browser = await launch()
  page = await signedIn(browser, demo, 'owner')
})

after(async () => {
  await browser?.close()
  await demo?.stop()
  receiver?.close()
})

const main = () => page.getByRole('main')
const told = (words) => page.locator('#toasts').getByText(words).first().waitFor()

test('a destination is made, and its key is shown once', async () => {
  await page.goto(`${demo.url}/admin/alerts`)
  await page.getByRole('heading', { level: 1, name: 'Alerts' }).waitFor()
  await lookAt(page, 'alerts-empty')
  await main().getByRole('link', { name: 'Webhook', exact: true }).click()
  await main().getByLabel('Name', { exact: true }).fill('Ticketing')
  await main().getByLabel(/^Web address/).fill(`http://127.0.0.1:${receiver.address().port}/secret-path`)
  await main().getByRole('button', { name: 'Make the destination' }).click()
  key = await main().getByLabel('The signing key').inputValue()
  assert.match(key, /^whsec_/)
  await main().getByRole('link', { name: 'I have copied it' }).click()
  const text = await main().innerText()
  assert.ok(text.includes('Ticketing') && !text.includes('secret-path') && !text.includes(key))
})

test('a test arrives, signed', async () => {
  await main().getByRole('button', { name: 'Send a test to Ticketing' }).click()
  await told('Alert delivery queued')
  const until = Date.now() + 20_000
  while (taken.length === 0 && Date.now() < until) await page.waitForTimeout(100)
  assert.equal(taken.length, 1)
  const { headers, body } = taken[0]
  const secret = Buffer.from(key.slice('whsec_'.length), 'base64')
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  assert.equal(headers['webhook-signature'], `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`)
  assert.equal(JSON.parse(body).type, 'tenantatlas.alert')
})

test('a rule is made, and the log says what was sent', async () => {
  await page.goto(`${demo.url}/admin/alerts`)
  await main().getByRole('link', { name: 'Run failed', exact: true }).click()
  await main().getByLabel('Name', { exact: true }).fill('Night watch')
  await lookAt(page, 'alerts-rule')
  await main().getByRole('button', { name: 'Make the rule' }).click()
  await told('Rule made')
  await main().getByRole('link', { name: 'Night watch' }).waitFor()
  await lookAt(page, 'alerts')
  await main().getByRole('link', { name: 'The log' }).click()
  const line = page.getByRole('table', { name: 'Alert log' }).locator('tbody tr').first()
  assert.match(await line.innerText(), /Test[\s\S]*Sent[\s\S]*Ticketing/)
  await lookAt(page, 'alerts-log')
  assertNoComplaints(page)
})
