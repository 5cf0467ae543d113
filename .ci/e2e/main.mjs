// The end-to-end test: node main.mjs BINARY COVERAGE WORK. The real binary
// serves Telegram and Discord at once, people ask real questions over the
// coverage, and what comes back must be what the command line answers.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { Bot } from './bot.mjs'
import { done, squeezed } from './check.mjs'
import { Discord } from './discord.mjs'
import { Telegram } from './telegram.mjs'

const [binary, coverage, work] = process.argv.slice(2)
const limit = 240_000 // milliseconds for all of it

// A Telegram token has a number and a colon; both are made anew so that no
// scanner takes them for lost ones.
const telegramToken = `${crypto.randomInt(1e9)}:${crypto.randomBytes(26).toString('base64url')}`
const discordToken = crypto.randomBytes(54).toString('base64url')

let bot, telegram, discord

async function main() {
  const expected = await answers()
  const corpus = articles(expected)
  const questions = expected.list
  const answered = questions.find((e) => !e.abstained && corpus.texts.has(e.citations[0].path))
  const none = questions.find((e) => e.abstained)
  assert.ok(answered && none, 'among the questions is one with an answer and one without')
  const told = { answered, none, corpus }

  telegram = await Telegram.start(telegramToken)
  discord = await Discord.start(discordToken)
  // Rates are tested elsewhere: here many questions come from few people.
  const env = { TRICHDAN_USER_RATE: '0', TRICHDAN_CHAT_RATE: '0', ...telegram.env, ...discord.env }
  bot = new Bot(binary, { data: path.join(work, 'data'), corpus: coverage, env, secrets: [telegramToken, discordToken, 'test-interaction-token'] })

  bot.start()
  await connected()
  await discord.registered()
  await Promise.all([telegram.questions(questions), discord.questions(questions)])
  await Promise.all([telegram.conversations(told), discord.conversations(told)])
  const first = await bot.stop('SIGTERM')

  await telegram.away(told)
  bot.start()
  await connected()
  await Promise.all([telegram.again(told), discord.again(told)])
  const second = await bot.stop('SIGINT')

  telegram.settled()
  discord.settled()
  const problems = [...telegram.recorder.problems, ...discord.recorder.problems]
  assert.equal(problems.length, 0, `calls that are not as they must be: ${problems.map((p) => p.message).join('; ')}`)

  // A token that Discord does not know ends the process with a clear message.
  bot.start({ ...discord.env, TRICHDAN_DISCORD_TOKEN: 'x'.repeat(72) })
  assert.deepEqual(await bot.end(30_000), { code: 1, signal: null }, 'end of the bot with a wrong token')
  assert.match(bot.log.slice(bot.from), /refuse|token/i)
  bot.discreet()

  const counts = Object.entries(done).map(([what, n]) => `${n} ${what}`)
  console.log(`end to end: ${counts.join(', ')} checked on Telegram and Discord; ended in ${first} and ${second} ms`)
}

// answers are what the command line says to the questions of the evaluation.
async function answers() {
  const lines = (text) => text.split('\n').filter((l) => l.trim() !== '')
  const asked = lines(fs.readFileSync(path.join(coverage, '..', 'eval', 'coverage.dev.jsonl'), 'utf8')).map((l) => JSON.parse(l).question)
  const running = promisify(execFile)(binary, ['ask', '--json', '--data', path.join(work, 'expected'), '--corpus', coverage],
    { env: {}, timeout: 60_000, killSignal: 'SIGKILL', maxBuffer: 1 << 26 })
  running.child.stdin.end(asked.join('\n') + '\n')
  const { stdout, stderr } = await running
  const list = lines(stdout).map((l) => JSON.parse(l))
  assert.deepEqual(list.map((e) => e.question), asked, 'the command line answers each question')
  return { list, count: +(/articles: (\d+) added/.exec(stderr)?.[1] ?? assert.fail(`no articles: ${stderr}`)) }
}

// articles are the texts of the coverage by their paths, how many there are, and
// the titles known from answers.
function articles({ list, count }) {
  const names = fs.readdirSync(coverage, { recursive: true }).filter((n) => n.endsWith('.txt'))
  const texts = new Map(names.map((n) => [n, squeezed(fs.readFileSync(path.join(coverage, n), 'utf8'))]))
  assert.ok(texts.size > 0, 'no .txt in the coverage')
  return { count, texts, titles: new Set(list.flatMap((e) => e.citations.map((c) => c.title))) }
}

async function connected() {
  await bot.says('connected', 'component=telegram', telegram.name)
  await bot.says('connected', 'component=discord', `as=${discord.name}`)
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
  console.error(`-- log of the bot:\n${bot?.log ?? ''}`)
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
