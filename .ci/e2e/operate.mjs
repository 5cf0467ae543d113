// What admins and operators do to a bot that serves: they change its corpus from
// chats, have other processes reload, roll back, back up and restore, and look at
// how it does. Its citations lead to its own page.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { ask, run } from './ask.mjs'
import { inFile, reply, squeezed, visible } from './check.mjs'
import * as admins from './edit.mjs'
import { ferry, kiln, market, school, well } from './given.mjs'
import { drop, lorries } from './news.mjs'
import { progress } from './progress.mjs'
import { read, Site } from './site.mjs'

const forgotten = 'Mùa nước nổi năm ấy cá linh về lúc nào?'

// operated goes through all of it, and gives the milliseconds that the end took.
export async function operated({ binary, work, articles, network, corpus, question, count }) {
  const site = await Site.start('https://tin.example')
  const data = path.join(work, 'data')
  const { telegram, discord, bot, connected, settled } = await network({ data, corpus: articles, env: site.env })
  corpus = { ...corpus, leads: site.leads, opens: site.opens }
  const [an, kate, mai] = [telegram.place(telegram.an, 'an'), telegram.place(telegram.kate, 'kate'), telegram.place(telegram.mai, 'mai')]
  const [joan, jill, joe] = [
    discord.place(discord.an, discord.channel, 'vi', 'an'), discord.place(discord.kate, discord.other, 'en', 'kate'),
    discord.place(discord.mai, discord.news, 'vi', 'mai'),
  ]
  bot.start()
  await site.ready(bot)
  await connected()
  await discord.registered()
  assert.equal((await site.page('/healthz')).trim(), 'ok')
  assert.equal((await run(binary, ['health', '--listen', site.address, '--data', data])).stdout.trim(), 'ok')

  await Promise.all([admins.mayNotEdit(kate, well, corpus), admins.mayNotEdit(jill, well, corpus)])
  await admins.pastes(an, ferry, corpus)
  await admins.attaches(an, kiln, corpus)
  await admins.pastes(joan, market, corpus, jill)
  await admins.attaches(joan, school, corpus)
  await admins.looks(an, { count: count + 4, questions: [ferry.question, school.question] })
  await admins.looks(joan, { count: count + 4, questions: [ferry.question, school.question] })
  await admins.forgets(mai, forgotten)
  await admins.forgets(joe, forgotten)

  await reloaded({ binary, data, articles, an, question, corpus, site })
  const answered = await corpus.expects(question)
  await backedUp({ binary, work, data, answered, count: count + 5 })
  await asked({ site, answered, corpus })
  await progress(an, articles, 'tin-hang-ngay-1.jsonl')
  await progress(joan, articles, 'tin-hang-ngay-2.jsonl')
  await measured(site, [answered.question, ferry.question, forgotten])

  const ended = await bot.stop('SIGTERM')
  bot.discreet()
  settled()
  forgot(data, discord.mai)
  await Promise.all([telegram.stop(), discord.stop()])
  return ended
}

// reloaded is trichdan reload beside the bot, with its options. Questions are
// answered after each.
async function reloaded({ binary, data, articles, an, question, corpus, site }) {
  const reload = async (...options) => (await run(binary, ['reload', ...options, '--data', data])).stdout
  const answers = async () => {
    reply(await an.ask(question), await corpus.expects(question), an.lang, site.leads)
    await site.opens()
  }
  assert.match(await reload(), /^0 added, 0 changed, 0 withdrawn, 0 restored, \d+ unchanged, /)
  drop(articles, lorries)
  assert.match(await reload(), /^1 added, 0 changed, 0 withdrawn, 0 restored, \d+ unchanged, /)
  assert.ok(visible(await an.say('latest')).includes(lorries.title), 'the article is not among the newest')
  const rebuilt = await reload('--rebuild')
  assert.match(rebuilt, /^0 added, /)
  const [, now, before] = /^in use: (\S+), before: (\S+)$/m.exec(rebuilt) ?? assert.fail(`not what is in use: ${rebuilt}`)
  assert.notEqual(now, before)
  await answers()
  assert.equal(await reload('--rollback'), `in use: ${before}, before: ${now}\n`)
  await answers()
  assert.ok(visible(await an.say('status')).includes(`Bản chỉ mục: ${before}, `), 'another generation is in use')
}

// backedUp backs up what the bot is serving, and asks what was restored
// elsewhere.
async function backedUp({ binary, work, data, answered, count }) {
  const file = path.join(work, 'trichdan.tar.gz')
  const other = path.join(work, 'restored')
  assert.ok((await run(binary, ['backup', file, '--data', data])).stdout.startsWith(`${file}: ledger.db (`))
  assert.ok((await run(binary, ['restore', file, '--data', other])).stdout.startsWith(`restored ${other}: ledger.db (`))
  const { list: [got] } = await ask(binary, [answered.question], '--data', other)
  const told = ({ answer, citations }) => ({ answer, quotes: citations.map(({ article_id: id, quote, start, end }) => ({ id, quote, start, end })) })
  assert.deepEqual(told(got), told(answered), 'what the restored data answer')
  const reports = (await run(binary, ['reload', '--data', other])).stdout // of the folders that it knows
  assert.ok(reports.includes(` ${count} unchanged`), `restored ${count} articles: ${reports}`)
}

// asked asks on the page.
async function asked({ site, answered, corpus }) {
  const text = squeezed(read(await site.page(`/?q=${encodeURIComponent(answered.question)}`)))
  for (const { quote } of answered.citations) {
    assert.ok(inFile(quote, corpus) && text.includes(squeezed(quote)), `not on the page: ${quote}`)
  }
}

// measured looks at the metrics: what was asked is counted, and not told.
async function measured(site, questions) {
  const text = await site.page('/metrics')
  const value = (sample) => +(text.split('\n').find((l) => l.startsWith(`${sample} `))?.split(' ')[1] ?? assert.fail(`no ${sample} in ${text}`))
  for (const [sample, least] of [
    ['trichdan_questions_total{outcome="answered",platform="telegram"}', 6], ['trichdan_questions_total{outcome="answered",platform="discord"}', 4],
    ['trichdan_questions_total{outcome="answered",platform="web"}', 1], ['trichdan_reloads_total{result="done"}', 10],
    ['trichdan_platform_connected{platform="telegram"}', 1], ['trichdan_platform_connected{platform="discord"}', 1],
  ]) {
    assert.ok(value(sample) >= least, `${sample} is ${value(sample)}, want at least ${least}`)
  }
  assert.equal(value('trichdan_state_problems'), 0)
  for (const q of questions) assert.ok(!text.includes(q), `a question is in the metrics: ${q}`)
}

// forgot checks that nothing of what a person has had deleted is in the files.
function forgot(data, person) {
  for (const name of fs.readdirSync(data).filter((n) => n.startsWith('ledger.db'))) {
    const bytes = fs.readFileSync(path.join(data, name))
    assert.ok(!bytes.includes(forgotten), `a question that was deleted is in ${name}`)
    assert.ok(!bytes.includes(person), `the ID of a person is in ${name}`)
  }
}
