// The end-to-end test: node main.mjs PART BINARY COVERAGE WORK. The real binary
// serves Telegram and Discord at once, and a console beside them. People ask real
// questions over the coverage, and what comes back must be what the command line
// answers; they subscribe, and get digests of articles that come meanwhile. Admins
// add articles and withdraw them, operators do what is done beside a bot that
// serves.
import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { answers, lines, texts } from './ask.mjs'
import { Bot } from './bot.mjs'
import { done } from './check.mjs'
import { Console } from './console.mjs'
import { Digests } from './digests.mjs'
import { Discord } from './discord.mjs'
import { attaches, pastes, storesNothing, looks } from './edit.mjs'
import { boats, well } from './given.mjs'
import { folder } from './news.mjs'
import { operated } from './operate.mjs'
import { Telegram } from './telegram.mjs'

const [part, binary, coverage, work] = process.argv.slice(2)
const parts = { people: [networks, inTerminal], admins: [operations, adminInTerminal] }
const limit = 900_000 // milliseconds for all of it, on a machine that is busy with much else

const parties = { bots: [], chats: [] } // that are reported on when something is wrong

async function main() {
  const ended = await Promise.all(parts[part].map((f) => f()))
  const counts = Object.entries(done).filter(([, n]) => n > 0).map(([what, n]) => `${n} ${what}`)
  console.log(`end to end, ${part}: ${counts.join(', ')} checked on Telegram, Discord and the console; ended in ${ended.flat().filter(Boolean).join(', ')} ms`)
}

async function networks() {
  const articles = path.join(work, 'articles')
  folder(articles, coverage)
  const asked = questionsAsked()
  const expected = await answers(binary, asked, { work, articles })
  const corpus = texts(articles, expected)
  const answered = expected.list.find((e) => !e.abstained && corpus.texts.has(e.citations[0].path))
  const none = expected.list.find((e) => e.abstained)
  assert.ok(answered && none, 'among the questions is one with an answer and one without')
  const told = { answered, none, corpus }

  const { telegram, discord, bot, connected } = await network({ data: path.join(work, 'data'), corpus: articles, env: { TRICHDAN_LISTEN: 'off' } })

  bot.start()
  await connected()
  await discord.registered()
  await Promise.all([telegram.questions(expected.list), discord.questions(expected.list)])
  await Promise.all([telegram.conversations(told), discord.conversations(told)])
  const digests = new Digests({ folder: articles, corpus, ...both(telegram.digests, discord.digests) })
  await digests.before()
  const first = await bot.stop('SIGTERM')

  // By now there are more articles.
  told.answered = (await answers(binary, [answered.question], { work, articles })).list[0]
  await telegram.away(told)
  bot.start()
  await connected()
  await Promise.all([telegram.again(told), discord.again(told)])
  await digests.after()
  const second = await bot.stop('SIGINT')

  settled(telegram, discord)

  // A token that Discord does not know ends the process with a clear message.
  bot.start({ ...discord.env, TRICHDAN_LISTEN: 'off', TRICHDAN_DISCORD_TOKEN: 'x'.repeat(72) })
  assert.deepEqual(await bot.end(90_000), { code: 1, signal: null }, 'end of the bot with a wrong token')
  assert.match(bot.log.slice(bot.from), /refuse|token/i)
  bot.discreet()
  await Promise.all([telegram.stop(), discord.stop()])
  return [first, second]
}

// operations are what admins and operators do, with a bot of its own.
async function operations() {
  const articles = path.join(work, 'operations', 'articles')
  folder(articles, coverage)
  const questions = await answers(binary, questionsAsked(), { work, articles })
  const ended = await operated({
    binary, work: path.join(work, 'operations'), articles, network,
    corpus: { ...texts(articles), folder: articles, expects: expects(articles) },
    question: questions.list.find((e) => !e.abstained).question, count: questions.count,
  })
  return [ended]
}

// network starts the two servers, and gives them with a bot that talks to them.
async function network({ env, ...options }) {
  // A Telegram token has a number and a colon; both are made anew so that no
  // scanner takes them for lost ones.
  const telegramToken = `${crypto.randomInt(1e9)}:${crypto.randomBytes(26).toString('base64url')}`
  const discordToken = crypto.randomBytes(54).toString('base64url')
  const telegram = await Telegram.start(telegramToken)
  const discord = await Discord.start(discordToken)
  // Rates are tested elsewhere: here many questions come from few people.
  const bot = new Bot(binary, {
    ...options, env: { TRICHDAN_USER_RATE: '0', TRICHDAN_CHAT_RATE: '0', ...env, ...telegram.env, ...discord.env },
    secrets: [telegramToken, discordToken, 'test-interaction-token'],
  })
  parties.bots.push(bot)
  parties.chats.push(telegram, discord)
  const connected = async () => {
    await bot.connected(telegram, discord)
    bot.discreet()
  }
  return { telegram, discord, bot, connected, settled: () => settled(telegram, discord) }
}

// settled checks that all was as it must be, and nothing is left.
function settled(...chats) {
  for (const chat of chats) {
    chat.settled()
    const problems = chat.recorder.problems.map((p) => p.message)
    assert.deepEqual(problems, [], 'calls that are not as they must be')
  }
}

// expects gives the function that says what the command line answers a question
// over a folder as it is then.
const expects = (articles) => async (question) => (await answers(binary, [question], { work, articles })).list[0]

// inTerminal is the conversation in a terminal.
async function inTerminal() {
  const articles = path.join(work, 'console', 'articles')
  folder(articles, coverage)
  const terminal = new Console(binary, { data: path.join(work, 'console', 'data'), corpus: articles })
  parties.bots.push(terminal)
  const digests = new Digests({ folder: articles, corpus: texts(articles), places: [terminal], admins: [terminal] })
  terminal.start()
  await digests.before()
  await terminal.leave()
  terminal.start()
  await digests.after()
  await terminal.leave()
  terminal.settled()
}

// adminInTerminal adds articles and withdraws some in another one.
async function adminInTerminal() {
  const articles = path.join(work, 'editing', 'articles')
  folder(articles, coverage)
  const terminal = new Console(binary, { data: path.join(work, 'editing', 'data'), corpus: articles })
  parties.bots.push(terminal)
  const corpus = { ...texts(articles), folder: articles, expects: expects(articles) }
  const { count } = await answers(binary, [well.question], { work, articles })
  terminal.start()
  await pastes(terminal, well, corpus)
  await attaches(terminal, boats, corpus)
  await looks(terminal, { count: count + 2, questions: [well.question, boats.question] })
  await storesNothing(terminal)
  await terminal.leave()
  terminal.settled()
}

// both is who takes part on two platforms.
const both = (a, b) => Object.fromEntries(Object.keys(a).map((k) => [k, [...a[k], ...b[k]]]))

// questionsAsked are those of the evaluation.
function questionsAsked() {
  return lines(fs.readFileSync(path.join(coverage, '..', 'eval', 'coverage.dev.jsonl'), 'utf8')).map((l) => JSON.parse(l).question)
}

// report prints what there is to see when something is wrong.
function report(error) {
  console.error(error)
  for (const chat of parties.chats) {
    for (const p of chat.recorder.problems) console.error(`${chat.name}: ${p.message}`)
    console.error(`-- last calls of the bot to ${chat.name}:`)
    for (const c of chat.recorder.calls.slice(-12)) {
      console.error(c.status, c.method, c.path.replace(/\/bot\d+:[^/]*/, ''), JSON.stringify(c.body).slice(0, 2000))
    }
  }
  for (const bot of parties.bots) console.error(`-- log of ${bot.verb} over ${bot.data}:\n${bot.log}`)
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
} catch (error) {
  end(error)
}
process.exit(0)
