// The harness itself, on tiny pages under the strictest content security policy: what it promises to find, it finds.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { assertNoComplaints, axe, launch, openPage, shoot, startProduct } from './harness.mjs'

const style = ':root { color-scheme: light dark } body { margin: 1rem; font-family: sans-serif }'

const pages = {
  '/good': '<main><h1>Good</h1><p>Nothing is wrong here.</p></main>',
  '/unlabelled': '<main><h1>Bad</h1><img src="/missing.png"><input></main>',
  '/wide': '<main><h1>Wide</h1><pre>' + 'wide '.repeat(200) + '</pre></main>',
  '/inline': '<main><h1>Inline</h1></main><script>document.title = "ran"</script>',
  '/foreign': '<main><h1>Foreign</h1><img alt="" src="http://foreign.invalid/pixel.png"></main>',
}

let server, origin, browser

before(async () => {
  server = createServer((request, response) => {
    if (request.url === '/style.css') return response.setHeader('content-type', 'text/css').end(style)
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.setHeader('content-security-policy', "default-src 'none'; style-src 'self'; img-src * data:")
    const body = pages[request.url]
    if (!body) response.statusCode = 404
    const head = `<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css">`
    response.end(`<!doctype html><html lang="en"><head><title>Page</title>${head}</head><body>${body ?? ''}</body></html>`)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${server.address().port}`
  browser = await launch()
})

after(async () => {
  await browser?.close()
  server?.closeAllConnections?.()
  server?.close()
})

async function visit(path) {
  const page = await openPage(browser, origin)
  await page.goto(origin + path)
  return page
}

test('a sound page passes, and is saved in light, dark and phone width', async () => {
  const page = await visit('/good')
  await axe(page)
  const [light, dark, phone] = await Promise.all((await shoot(page, 'harness')).map((path) => readFile(path)))
  assert.equal(light.readUInt32BE(16), 1280, 'width of the light picture')
  assert.equal(phone.readUInt32BE(16), 360, 'width of the phone picture')
  assert.ok(!light.equals(dark), 'light and dark differ')
  assertNoComplaints(page)
})

test('a picture without a text and a field without a label are violations', async () => {
  const page = await visit('/unlabelled')
  await assert.rejects(axe(page), /image-alt[\s\S]*label/)
})

test('a page that scrolls sideways on a phone is refused', async () => {
  const page = await visit('/wide')
  await assert.rejects(shoot(page, 'harness-wide'), /wide on a phone of 360 px/)
})

test('a breach of the content security policy is a complaint', async () => {
  const page = await visit('/inline')
  assert.equal(await page.title(), 'Page')
  assert.throws(() => assertNoComplaints(page), /complained:\nconsole: /)
})

test('a request to another host is a complaint', async () => {
  const page = await visit('/foreign')
  assert.throws(() => assertNoComplaints(page), /complained:[\s\S]*foreign request: http:\/\/foreign\.invalid/)
})

test('a process is ready when it says so, and ends when it is told', async () => {
  const script = "setInterval(() => {}, 1000); console.log('starting'); console.log('Ready: http://127.0.0.1:1/')"
  const product = await startProduct(['-e', script], { program: process.execPath })
  assert.equal(product.url, 'http://127.0.0.1:1')
  assert.equal(await product.stop(), 'was ended by SIGTERM')
})

test('a process that ends before it is ready fails with what it printed', async () => {
  const script = "console.error('no such database'); process.exitCode = 2"
  await assert.rejects(startProduct(['-e', script], { program: process.execPath }), /status 2; it printed:\nno such database/)
})
