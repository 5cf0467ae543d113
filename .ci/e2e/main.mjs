// The end-to-end test: node main.mjs BINARY COVERAGE WORK. The real binary
// serves Telegram and Discord at once, and a console beside them. People ask real
// questions over the coverage, and what comes back must be what the command line
// answers; they subscribe, and get digests of articles that come meanwhile.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { Bot } from './bot.mjs'
import { done, squeezed } from './check.mjs'
import { Console } from './console.mjs'
import { Digests } from './digests.mjs'
import { Discord } from './discord.mjs'
import { bridge, folder, text } from './news.mjs'
import { Telegram } from './telegram.mjs'

const [binary, coverage, work] = process.argv.slice(2)
const limit = 900_000 // milliseconds for all of it, on a machine that is busy with much else

// A Telegram token has a number and a colon; both are made anew so that no
// scanner takes them for lost ones.
const telegramToken = `${crypto.randomInt(1e9)}:${crypto.randomBytes(26).toString('base64url')}`
const discordToken = crypto.randomBytes(54).toString('base64url')

let bot, terminal, telegram, discord

async function main() {
  const ended = await Promise.all([networks(), inTerminal()])
  const counts = Object.entries(done).map(([what, n]) => `${n} ${what}`)
  console.log(`end to end: ${counts.join(', ')} checked on Telegram, Discord and the console; ended in ${ended[0].join(' and ')} ms`)
}

async function networks() {
  const articles = path.join(work, 'articles')
  folder(articles, coverage)
  const asked = questions()
  const expected = await answers(asked, articles)
  const corpus = texts(articles, expected)
  const answered = expected.list.find((e) => !e.abstained && corpus.texts.has(e.citations[0].path))
  const none = expected.list.find((e) => e.abstained)
  assert.ok(answered && none, 'among the questions is one with an answer and one without')
  const told = { answered, none, corpus }

  telegram = await Telegram.start(telegramToken)
  discord = await Discord.start(discordToken)
  // Rates are tested elsewhere: here many questions come from few people.
  const env = { TRICHDAN_USER_RATE: '0', TRICHDAN_CHAT_RATE: '0', TRICHDAN_LISTEN: 'off', ...telegram.env, ...discord.env }
  bot = new Bot(binary, { data: path.join(work, 'data'), corpus: articles, env, secrets: [telegramToken, discordToken, 'test-interaction-token'] })

  bot.start()
  await connected()
  await discord.registered()
  await Promise.all([telegram.questions(expected.list), discord.questions(expected.list)])
  await Promise.all([telegram.conversations(told), discord.conversations(told)])
  const digests = new Digests({ folder: articles, corpus, ...both(telegram.digests, discord.digests) })
  await digests.before()
  const first = await bot.stop('SIGTERM')

  // By now there are more articles.
  told.answered = (await answers([answered.question], articles)).list[0]
  await telegram.away(told)
  bot.start()
  await connected()
  await Promise.all([telegram.again(told), discord.again(told)])
  await digests.after()
  const second = await bot.stop('SIGINT')

  telegram.settled()
  discord.settled()
  const problems = [...telegram.recorder.problems, ...discord.recorder.problems]
  assert.equal(problems.length, 0, `calls that are not as they must be: ${problems.map((p) => p.message).join('; ')}`)

  // A token that Discord does not know ends the process with a clear message.
  bot.start({ ...discord.env, TRICHDAN_LISTEN: 'off', TRICHDAN_DISCORD_TOKEN: 'x'.repeat(72) })
  assert.deepEqual(await bot.end(90_000), { code: 1, signal: null }, 'end of the bot with a wrong token')
  assert.match(bot.log.slice(bot.from), /refuse|token/i)
  bot.discreet()
  return [first, second]
}

// inTerminal is the conversation in a terminal.
async function inTerminal() {
  const articles = path.join(work, 'console', 'articles')
  folder(articles, coverage)
  terminal = new Console(binary, { data: path.join(work, 'console', 'data'), corpus: articles })
  const digests = new Digests({ folder: articles, corpus: texts(articles), places: [terminal], admins: [terminal] })
  terminal.start()
  await digests.before()
  await terminal.leave()
  terminal.start()
  await digests.after()
  await terminal.leave()
  terminal.settled()
}

// both is who takes part on two platforms.
const both = (a, b) => Object.fromEntries(Object.keys(a).map((k) => [k, [...a[k], ...b[k]]]))

// questions are those of the evaluation.
function questions() {
  return lines(fs.readFileSync(path.join(coverage, '..', 'eval', 'coverage.dev.jsonl'), 'utf8')).map((l) => JSON.parse(l).question)
}

const lines = (text) => text.split('\n').filter((l) => l.trim() !== '')

// answers are what the command line says to questions, and how many articles
// there are.
async function answers(asked, articles) {
  const data = fs.mkdtempSync(path.join(work, 'expected-'))
  const running = promisify(execFile)(binary, ['ask', '--json', '--data', data, '--corpus', articles],
    { env: {}, timeout: 60_000, killSignal: 'SIGKILL', maxBuffer: 1 << 26 })
  running.child.stdin.end(asked.join('\n') + '\n')
  const { stdout, stderr } = await running
  const list = lines(stdout).map((l) => JSON.parse(l))
  assert.deepEqual(list.map((e) => e.question), asked, 'the command line answers each question')
  return { list, count: +(/articles: (\d+) added/.exec(stderr)?.[1] ?? assert.fail(`no articles: ${stderr}`)) }
}

// texts are those of the articles by their paths, how many there are, and the
// titles known from answers.
function texts(articles, { list = [], count } = {}) {
  const names = fs.readdirSync(articles, { recursive: true }).filter((n) => n.endsWith('.txt'))
  const texts = new Map(names.map((n) => [n, squeezed(fs.readFileSync(path.join(articles, n), 'utf8'))]))
  assert.ok(texts.size > 0, 'no .txt in the coverage')
  texts.set(bridge.file, squeezed(text(bridge)))
  return { count, texts, titles: new Set(list.flatMap((e) => e.citations.map((c) => c.title))) }
}

async function connected() {
  await bot.connected(telegram, discord)
  bot.discreet()
}

// report prints what there is to see when something is wrong.
function report(error) {
  console.error(error)
  for (const [name, chat] of Object.entries({ Telegram: telegram, Discord: discord })) {
    for (const p of chat?.recorder.problems ?? []) console.error(`${name}: ${p.message}`)
    console.error(`-- last calls of the bot to ${name}:`)
    for (const c of chat?.recorder.calls.slice(-12) ?? []) {
      console.error(c.status, c.method, c.path.replace(/\/bot\d+:[^/]*/, ''), JSON.stringify(c.body).slice(0, 2000))
    }
  }
  console.error(`-- log of the bot:\n${bot?.log ?? ''}\n-- log of the console:\n${terminal?.log ?? ''}`)
}

const end = (error) => {
  report(error)
  process.exit(1) // which also ends the bot
}
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => process.exit(1))
process.on('uncaughtException', end)
setTimeout(() => end(new Error(`not done within ${limit / 1000} s`)), limit)
try {
  await main()
  await Promise.all([telegram.stop(), discord.stop()])
} catch (error) {
  end(error)
}
process.exit(0)
