// From an invitation to the loss of access, in real browsers: somebody invited signs in at a provider of OpenID Connect that others
// wrote, gets another role, and is removed; the page that they have open, and its stream, end with it.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { assertNoComplaints, freePort, fromXtask, launch, lookAt, openPage, startProduct } from './harness.mjs'

const PROVIDER = process.env.OIDC_PROVIDER
const SKIP = PROVIDER ? false : 'no provider of OpenID Connect is installed'
const PASSWORD = 'correct horse battery staple'
const CLIENT_SECRET = 'a client secret'
const run = promisify(execFile)

let folder, provider, product, browser, owner

before(async () => {
  if (SKIP) {
    console.log(`SKIPPED: access: ${SKIP}`)
    return
  }
  folder = await mkdtemp(join(tmpdir(), 'tenantatlas-access-'))
  const file = async (name, text) => {
    await writeFile(join(folder, name), text)
    return join(folder, name)
  }
  const listen = `127.0.0.1:${await freePort()}`
  const accounts = { zoe: { email: 'zoe@example.test', email_verified: true, name: 'Zoe Invited' } }
  provider = await startProduct([PROVIDER], {
    program: process.execPath,
    env: {
      REDIRECT_URI: `http://${listen}/sign-in/oidc/real/callback`,
      CLIENT_SECRET,
      ACCOUNTS: await file('accounts.json', JSON.stringify(accounts)),
    },
  })
  const password = await file('password', PASSWORD)
  const config = await file(
    'config.toml',
    `[database]
url = "sqlite:${join(folder, 'atlas.db')}"
[server]
listen = "${listen}"
public_url = "http://${listen}"
[oidc]
name = "real"
label = "the real one"
issuer = "${provider.url}"
client_id = "tenantatlas"
client_secret_file = "${await file('oidc-secret', CLIENT_SECRET)}"
`,
  )
  const cli = (...args) => run(fromXtask('TENANTATLAS_BIN'), [...args, '--config', config])
  await cli('migrate')
  await cli('user', 'add', '--email', 'olga@example.test', '--name', 'Olga Owner', '--workspace', 'Northwind', '--password-file', password)
  for (const [name, number] of [['Contoso', 1], ['Fabrikam', 2]]) {
    await cli('tenant', 'add', '--workspace', 'Northwind', '--name', name, '--domain', `${name.toLowerCase()}.example`, '--client-id', 'client',
      '--entra-tenant-id', `7e4a47a7-1a50-4000-8000-00000000010${number}`, '--client-secret-file', password)
  }
  product = await startProduct(['serve', '--config', config])
  browser = await launch()
  owner = await openPage(browser, product.url)
  await owner.goto(`${product.url}/sign-in`)
  await owner.getByLabel('Mail address').fill('olga@example.test')
  await owner.getByLabel('Password').fill(PASSWORD)
  await owner.getByRole('button', { name: 'Sign in', exact: true }).click()
  await owner.waitForURL(`${product.url}/admin`)
})

after(async () => {
  await browser?.close()
  await product?.stop()
  provider?.child.kill('SIGKILL')
  if (folder) await rm(folder, { recursive: true })
})

/** What the provider's own pages ask: who it is, and whether we may be told. */
async function throughTheProvider(page) {
  await page.locator('input[name=login]').fill('zoe')
  await page.locator('input[name=password]').fill('anything')
  await page.locator('button[type=submit]').click()
  await page.getByRole('button', { name: 'Continue' }).click()
}

test('somebody invited signs in at a provider, gets another role, and loses access on the open page', { skip: SKIP }, async () => {
  await owner.getByRole('link', { name: 'Members', exact: true }).click()
  await owner.getByRole('heading', { level: 1, name: 'Members' }).waitFor()
  await lookAt(owner, 'access-members')
  await owner.getByRole('link', { name: 'Invite somebody' }).click()
  await owner.getByLabel('Mail address').fill('zoe@example.test')
  await owner.getByLabel('Role in the workspace').selectOption({ label: 'Operator' })
  await owner.getByLabel('Role in these tenants').selectOption({ label: 'Operator' })
  await owner.getByLabel('Contoso').check()
  await lookAt(owner, 'access-invite')
  await owner.getByRole('button', { name: 'Make the link' }).click()
  await owner.getByRole('heading', { level: 1, name: 'The link is ready' }).waitFor()
  const link = await owner.getByLabel(/^Link for/).inputValue()
  assert.ok(link.startsWith(`${product.url}/invitations/`), link)

  const zoe = await openPage(browser, product.url)
  await zoe.goto(link)
  await zoe.getByText('Olga Owner invites zoe@example.test as operator').waitFor()
  await lookAt(zoe, 'access-invitation')
  assertNoComplaints(zoe)
  await zoe.getByRole('link', { name: 'Sign in with the real one' }).click()
  await throughTheProvider(zoe)
  await zoe.waitForURL(link)
  // Its pages ask for things elsewhere; ours do not, before and after.
  zoe.complaints.length = 0
  await zoe.getByRole('button', { name: 'Join', exact: true }).click()
  await zoe.waitForURL(`${product.url}/admin`)
  const tenants = zoe.getByRole('table', { name: 'Tenants' })
  await tenants.getByRole('link', { name: 'Contoso', exact: true }).waitFor()
  assert.equal(await tenants.getByRole('link', { name: 'Fabrikam', exact: true }).count(), 0, 'no operator of that tenant')

  // Another role: what she is entitled to grows at once.
  await owner.getByRole('link', { name: 'Back to the members' }).click()
  await owner.getByRole('link', { name: 'Zoe Invited' }).click()
  await owner.getByLabel('Role', { exact: true }).selectOption({ label: 'Manager' })
  await owner.getByRole('button', { name: 'Change the role' }).click()
  await owner.locator('#toasts').getByText('Role changed').waitFor()
  await lookAt(owner, 'access-member')
  await zoe.goto(`${product.url}/admin`)
  await tenants.getByRole('link', { name: 'Fabrikam', exact: true }).click()
  await zoe.getByRole('heading', { level: 1, name: 'Fabrikam' }).waitFor()
  const open = zoe.url()

  // Removed while she looks at it: the stream ends, and the page turns into one that says nothing is there.
  await owner.getByRole('link', { name: 'Remove…' }).click()
  await owner.getByRole('button', { name: 'Remove them' }).click()
  await owner.getByRole('heading', { level: 1, name: 'Members' }).waitFor()
  assert.equal(await owner.getByRole('link', { name: 'Zoe Invited' }).count(), 0)
  await zoe.getByRole('heading', { level: 1, name: 'Fabrikam' }).waitFor({ state: 'detached' })
  assert.equal(zoe.url(), open, 'she is where she was')
  assert.equal((await zoe.reload()).status(), 404)
  await zoe.goto(`${product.url}/admin`)
  await zoe.getByText('No workspace yet').first().waitFor()
  assertNoComplaints(zoe, /status of 404/)

  // All of it is on record.
  await owner.getByRole('link', { name: 'Audit log' }).click()
  await owner.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor()
  for (const words of [/invited/i, /removed/i]) await owner.getByText(words).first().waitFor()
  await lookAt(owner, 'access-audit')
})
