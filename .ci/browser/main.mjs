// The browser test: node main.mjs BINARY COVERAGE FRAGMENTS WORK. The real binary
// serves its page, and Chromium asks real questions over the coverage there.
import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { desktop, launch, phone } from './chromium.mjs'
import { fragments } from './fragments.mjs'
import { screenshots } from './screenshots.mjs'
import { Server } from './server.mjs'
import { answered, asking, done, keyboard, locked, looking, missing } from './site.mjs'

const [binary, coverage, fragmentFile, work] = process.argv.slice(2)
const limit = 40 * 60_000 // milliseconds for all of it, on a machine that is busy with much else

const kinds = [phone, desktop].flatMap((viewport) => ['light', 'dark'].map((scheme) => ({ viewport, scheme })))
const token = crypto.randomBytes(24).toString('hex')

let browser, server

async function main() {
  browser = await launch()
  console.log(`browser: ${await browser.version()}`)
  const questions = fs.readFileSync(path.join(coverage, '..', 'eval', 'coverage.dev.jsonl'), 'utf8')
    .split('\n').filter((l) => l.trim() !== '').map((l) => JSON.parse(l).question)
  assert.ok(questions.length >= 4, 'too few questions')
  const folder = { data: path.join(work, 'data'), corpus: coverage }

  server = await Server.start(binary, folder)
  for (const [i, kind] of kinds.entries()) {
    await asking(browser, server, questions.filter((_, n) => n % kinds.length === i), kind)
  }
  // One that is answered.
  let question, citation
  for (question of questions) if ((citation = await answered(browser, server, question, kinds[0]))) break
  for (const kind of kinds) {
    await looking(browser, server, question, kind)
    await missing(browser, server, kind)
    await keyboard(browser, server, question, kind)
  }
  await asking(browser, server, [question], kinds[0], { scripts: false })
  await asking(browser, server, [question], kinds[3], { scripts: false })
  await server.stop()

  server = await Server.start(binary, { ...folder, env: { TRICHDAN_WEB_TOKEN: token } })
  for (const [i, kind] of kinds.entries()) await locked(browser, server, token, citation, kind, `192.0.2.${i + 1}`)
  assert.ok(!server.log.includes(token), 'the token is in the log')
  await server.stop()
  console.log(`browser: ${done.questions} questions asked, ${done.citations} citations followed, ${done.pages} pages checked for accessibility, on ${kinds.length} kinds of windows`)

  await fragments(browser, fragmentFile)

  if (process.env.TRICHDAN_SCREENSHOTS) {
    server = await Server.start(binary, { data: path.join(work, 'sample') })
    await screenshots(browser, server, path.resolve(process.env.TRICHDAN_SCREENSHOTS))
    await server.stop()
  }
  await browser.close()
}

const end = (error) => {
  console.error(error)
  console.error(`-- log of the server:\n${server?.log ?? ''}`)
  process.exit(1) // which also ends the server and the browser
}
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => process.exit(1))
process.on('uncaughtException', end)
setTimeout(() => end(new Error(`not done within ${limit / 60_000} minutes`)), limit)
try {
  await main()
} catch (error) {
  end(error)
}
process.exit(0)
