// Pictures for the documents, taken where a test stands before what a document speaks of, and left in target/help, from where
// they are copied to docs/pictures when a page looks different.

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The size of every picture; crates/pages/src/help/pictures.rs says the same. */
const SIZE = { width: 1120, height: 700 }
const folder = join(dirname(fileURLToPath(import.meta.url)), '../../target/help')

/** Looks of which a document has a picture: the name of the look, and of the picture. */
const OF_LOOKS = {
  'access-audit': 'audit',
  alerts: 'alerts',
  baseline: 'baselines',
  'drift-finding': 'drift',
  'onboarding-verified': 'onboarding',
  'overview-group': 'overview',
  'report-configuration': 'reports',
  'restore-preview': 'restore',
  'rollout-completed': 'rollout',
  'run-compared': 'runs',
  schedule: 'schedule',
  'versions-backups': 'backups',
  'versions-diff': 'compare',
  'versions-past': 'versions',
}

/** Takes a picture of the page as it is at its top. Playwright knows no WebP; the browser does. */
export async function take(page, name) {
  const before = page.viewportSize()
  await page.setViewportSize(SIZE)
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.evaluate(() => window.scrollTo(0, 0))
  const session = await page.context().newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 70 })
  await session.detach()
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${name}.webp`), Buffer.from(data, 'base64'))
  await page.setViewportSize(before)
}

/** Takes the picture that a document has of this look, if one has. */
export async function takeOfLook(page, look) {
  if (look in OF_LOOKS) await take(page, OF_LOOKS[look])
}
