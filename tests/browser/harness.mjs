// What every browser test needs: the distribution's Chromium, a product process, an accessibility check, screenshots.
//
// `cargo xtask test` sets CHROMIUM (the browser), TENANTATLAS_BIN (the built program) and TENANTATLAS_TEST_DATA. Nothing here
// waits for time to pass: playwright waits for what it is told to find, and a process is ready when it says so.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'
import { takeOfLook } from './picture.mjs'

const folder = dirname(fileURLToPath(import.meta.url))
const screenshots = join(folder, 'screenshots')

/** Desktop and phone: the narrowest width that the design promises. */
export const DESKTOP = { width: 1280, height: 860 }
export const PHONE = { width: 360, height: 780 }

/** Until a product process has to be ready, and until it has to be gone after SIGTERM. */
const READY_MILLISECONDS = 60_000
const GONE_MILLISECONDS = 20_000

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The value of an environment variable that `cargo xtask test` sets. */
export function fromXtask(name) {
  const value = process.env[name]
  assert.ok(value, `${name} is not set; run the browser tests with: cargo xtask test`)
  return value
}

/** Starts Chromium with a fresh profile. The caller closes it, usually in `after`. */
export function launch() {
  return chromium.launch({ executablePath: fromXtask('CHROMIUM'), args: FLAGS, headless: true })
}

/**
 * Opens a page in a session of its own. `page.complaints` collects what must not happen while it is used: errors in the
 * console (a breach of the content security policy is one), uncaught exceptions, requests to another host than `origin`.
 */
export async function openPage(browser, origin, options = {}) {
  const context = await browser.newContext({ viewport: DESKTOP, locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options })
  const page = await context.newPage()
  const complaints = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(`console: ${message.text()}`))
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`))
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (/^(https?|wss?):$/.test(url.protocol) && url.host !== new URL(origin).host) complaints.push(`foreign request: ${url}`)
  })
  page.complaints = complaints
  return page
}

/** Fails when anything was collected in `page.complaints`, except what `expected` (a regular expression) matches. */
export function assertNoComplaints(page, expected = null) {
  assertEmpty(page.complaints.filter((line) => !expected?.test(line)), 'the page complained')
}

/** Fails with all lines in the message: with a message of ours, older versions of Node show no difference. */
function assertEmpty(lines, what) {
  assert.ok(lines.length === 0, `${what}:\n${lines.join('\n')}`)
}

let axeSource

/**
 * Asserts that axe finds no violation of WCAG 2.2, levels A and AA, on the page as it is now.
 *
 * It goes through the debugging protocol, because the content security policy rightly refuses injected scripts.
 */
export async function axe(page) {
  axeSource ??= await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  const session = await page.context().newCDPSession(page)
  try {
    const evaluate = async (expression) => {
      const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
        expression,
        awaitPromise: true,
        returnByValue: true,
        allowUnsafeEvalBlockedByCSP: true,
      })
      assert.equal(exceptionDetails, undefined, `axe did not run: ${exceptionDetails?.exception?.description}`)
      return result.value
    }
    await evaluate(`${axeSource}; null`)
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
    const options = { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }
    const found = await evaluate(`axe.run(document, ${JSON.stringify(options)}).then((result) => JSON.stringify(result.violations))`)
    const lines = JSON.parse(found).flatMap((violation) =>
      violation.nodes.map((node) => `${violation.id} (${violation.help}): ${node.html}`),
    )
    assertEmpty(lines, `accessibility violations on ${page.url()}`)
  } finally {
    await session.detach()
  }
}

/**
 * Saves the page in light, dark and phone width as screenshots/NAME-light.png, -dark.png, -phone.png, and gives the paths.
 * At phone width it also asserts that nothing makes the page scroll sideways. The page is as before afterwards.
 */
export async function shoot(page, name) {
  await mkdir(screenshots, { recursive: true })
  const before = page.viewportSize() ?? DESKTOP
  const paths = []
  try {
    for (const [kind, colorScheme, viewport] of [
      ['light', 'light', DESKTOP],
      ['dark', 'dark', DESKTOP],
      ['phone', 'light', PHONE],
    ]) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.setViewportSize(viewport)
      if (kind === 'phone') {
        const width = await page.evaluate(() => document.documentElement.scrollWidth)
        assert.ok(width <= PHONE.width, `${page.url()} is ${width} px wide on a phone of ${PHONE.width} px`)
      }
      const path = join(screenshots, `${name}-${kind}.png`)
      await page.screenshot({ path, fullPage: true, animations: 'disabled' })
      paths.push(path)
    }
  } finally {
    await page.emulateMedia({ colorScheme: null, reducedMotion: null })
    await page.setViewportSize(before)
  }
  return paths
}

/** Half of a small screen: 200 % zoom. */
const ZOOMED = { width: 640, height: 430 }

/**
 * Looks at a page as it is now, from all sides: no accessibility violation in light and dark, no sideways scroll at 200 % zoom or on a
 * phone, no complaint of the browser but those that `expected` matches; and a picture of each.
 */
export async function lookAt(page, name, expected = null) {
  for (const colorScheme of ['light', 'dark']) {
    // Colours on their way from one scheme to the other are neither.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await axe(page)
  }
  const before = page.viewportSize()
  await page.setViewportSize(ZOOMED)
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  assert.ok(width <= ZOOMED.width, `${page.url()} is ${width} px wide at 200 % zoom`)
  await page.setViewportSize(before)
  await shoot(page, name)
  await takeOfLook(page, name)
  assertNoComplaints(page, expected)
}

/** A port on 127.0.0.1 that was free a moment ago. */
export async function freePort() {
  const server = createServer()
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/**
 * Starts a product process, by default the built program, and waits for its line `Ready: http://…`.
 *
 * Gives `url`, `lines` (what it printed so far), `child`, and `stop()`, which ends it with SIGTERM and fails when it does not
 * go. A process that ends before it is ready, or never is, fails with what it printed.
 */
export async function startProduct(args, { program = fromXtask('TENANTATLAS_BIN'), env = {} } = {}) {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  // Tests that die must not leave a server behind.
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const lines = []
  // `once` of node:events would reject on "error"; this settles once, either way.
  const gone = new Promise((resolve) => {
    child.once('error', (error) => resolve(`did not start: ${error.message}`))
    child.once('exit', (code, signal) => resolve(signal ? `was ended by ${signal}` : `ended with status ${code}`))
  }).finally(() => process.removeListener('exit', kill))
  const told = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line)
        const ready = /^Ready: (https?:\/\/\S+)/.exec(line)
        if (ready) resolve({ url: ready[1].replace(/\/$/, '') })
      })
    }
  })
  const answer = await within(READY_MILLISECONDS, [told, gone.then((how) => ({ how }))], { how: 'was not ready in time' })
  if (!answer.url) {
    kill()
    assert.fail(`${program} ${args.join(' ')} ${answer.how}; it printed:\n${lines.join('\n')}`)
  }
  const stop = async () => {
    child.kill('SIGTERM')
    const how = await within(GONE_MILLISECONDS, [gone], null)
    if (how === null) {
      kill()
      assert.fail(`${program} did not end after SIGTERM; it printed:\n${lines.join('\n')}`)
    }
    return how
  }
  return { url: answer.url, lines, child, stop }
}

/** The first of some promises, or `otherwise` when none settles in time. */
async function within(milliseconds, promises, otherwise) {
  let timer
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, milliseconds, otherwise)
  })
  try {
    return await Promise.race([...promises, late])
  } finally {
    clearTimeout(timer)
  }
}
