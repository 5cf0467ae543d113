// What the command line answers, which the chats must answer, too.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { squeezed } from './check.mjs'
import { bridge, text } from './news.mjs'

// run runs a verb of the binary to its end, which must be a good one.
export function run(binary, args, input = '') {
  const running = promisify(execFile)(binary, args, { env: {}, timeout: 300_000, killSignal: 'SIGKILL', maxBuffer: 1 << 26 })
  running.child.stdin.on('error', () => {}) // what does not read it may end before
  running.child.stdin.end(input)
  return running
}

// ask gives the answers of a data folder, the options say of which.
export async function ask(binary, questions, ...options) {
  const { stdout, stderr } = await run(binary, ['ask', '--json', ...options], questions.join('\n') + '\n')
  const list = lines(stdout).map((l) => JSON.parse(l))
  assert.deepEqual(list.map((e) => e.question), questions, 'the command line answers each question')
  return { list, stderr }
}

// answers are those over a folder of articles, and how many articles there are.
export async function answers(binary, questions, { work, articles }) {
  const data = fs.mkdtempSync(path.join(work, 'expected-'))
  const { list, stderr } = await ask(binary, questions, '--data', data, '--corpus', articles)
  fs.rmSync(data, { recursive: true })
  return { list, count: +(/articles: (\d+) added/.exec(stderr)?.[1] ?? assert.fail(`no articles: ${stderr}`)) }
}

export const lines = (text) => text.split('\n').filter((l) => l.trim() !== '')

// texts are those of the articles by their paths, how many there are, and the
// titles known from answers.
export function texts(articles, { list = [], count } = {}) {
  const names = fs.readdirSync(articles, { recursive: true }).filter((n) => n.endsWith('.txt'))
  const texts = new Map(names.map((n) => [n, squeezed(fs.readFileSync(path.join(articles, n), 'utf8'))]))
  assert.ok(texts.size > 0, 'no .txt in the coverage')
  texts.set(bridge.file, squeezed(text(bridge)))
  return { count, texts, titles: new Set(list.flatMap((e) => e.citations.map((c) => c.title))) }
}
