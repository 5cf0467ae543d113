// What admins do to the corpus from a chat, the same on each platform, and what
// people find afterwards. A place is that of subscribe.mjs with {ask, paste, give,
// turn}: ask asks a question, paste and give have an article added that is text or
// a file; turn presses a button that has something else take the place of its
// message, and gives that.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { button, inMarks, inFile, reply, squeezed, visible, words } from './check.mjs'
import { attached, pasted } from './given.mjs'
import { phrases } from './phrases.mjs'

const said = {
  recognised: 'Nhận ra một bài mới:', savedAs: /^Sẽ lưu thành tệp (\S+)$/m, add: 'Thêm', drop: 'Bỏ', dropped: 'Đã bỏ, không thêm gì.',
  added: 'Đã thêm vào kho: 1 bài mới, 0 bài sửa, 0 bài khôi phục.',
  withdrawn: (title) => `Đã gỡ: “${title}`, undo: 'Khôi phục', restored: (title) => `Đã khôi phục: “${title}`,
  withdrawnList: 'Bài đã gỡ (gõ /phuchoi và số để khôi phục):',
  stored: 'Bot đang lưu về bạn:', oneQuestion: '- 1 câu hỏi', forget: 'Xóa hết', forgotten: 'Đã xóa:', nothingStored: 'Bot không lưu gì về bạn.',
  audited: 'nhật ký quản trị', nothingElse: 'bot không lưu gì về bạn',
}

// pastes has a pasted article added, withdrawn and restored by its number. A
// stranger who sees the preview can do nothing with it.
export async function pastes(admin, article, corpus, stranger) {
  await about(admin, `the pasted text “${article.title}”`, async () => {
    const text = pasted(article, admin.typed)
    await lacks(admin, article)
    const before = files(corpus.folder)
    const first = await admin.paste(text)
    previewed(first, article)
    assert.equal(visible(await admin.turn(first, said.drop)), said.dropped)
    const preview = await admin.paste(text)
    const name = previewed(preview, article)
    if (stranger) assert.equal(await stranger.notice(preview, said.add), words[stranger.lang].refused, 'the button of an admin')
    assert.deepEqual(files(corpus.folder), before, 'files in the folder before anything was confirmed')
    says(await admin.turn(preview, said.add), said.added, article.title)
    added(corpus, before, name, text)
    const number = numberOf(await has(admin, article, corpus), article)
    says(await admin.say('remove', number), said.withdrawn(article.title))
    await lacks(admin, article)
    says(await admin.say('restore'), said.withdrawnList, `1. ${article.title}`)
    says(await admin.say('restore', '1'), said.restored(article.title))
    await has(admin, article, corpus)
  })
}

// attaches has a file added, withdrawn, which a reload does not undo, and
// restored by the button below.
export async function attaches(admin, article, corpus) {
  await about(admin, `the file ${article.file}`, async () => {
    const file = attached(article)
    await lacks(admin, article)
    const before = files(corpus.folder)
    const preview = await admin.give(file)
    const name = previewed(preview, article)
    const done = await admin.turn(preview, said.add)
    says(done, said.added, `1. ${article.title}`)
    added(corpus, before, name, file.content)
    const number = numberOf(await has(admin, article, corpus), article)
    const gone = await admin.say('remove', number)
    says(gone, said.withdrawn(article.title))
    says(await admin.say('reload'), phrases.vi.reloaded(0, 0))
    await lacks(admin, article)
    says(await admin.press(gone, said.undo), said.restored(article.title))
    await has(admin, article, corpus)
  })
}

// mayNotEdit is somebody who is no admin and tries all that admins do.
export async function mayNotEdit(place, article, corpus) {
  await about(place, 'commands of admins by somebody else', async () => {
    const before = files(corpus.folder)
    for (const [command, value] of [['reload'], ['add', pasted(article, true)], ['remove', '1'], ['restore'], ['restore', '1'], ['status'], ['stats']]) {
      assert.equal(visible(await place.say(command, value)), words[place.lang].refused, `/${command} ${value ?? ''}`)
    }
    assert.equal(visible(await place.give(attached(article))), words[place.lang].refused, 'a file')
    assert.deepEqual(files(corpus.folder), before, 'files in the folder')
  })
}

// looks checks what admins are told: how things stand, and what was asked.
export async function looks(admin, { count, questions }) {
  await about(admin, 'status and statistics', async () => {
    says(await admin.say('status'), `Kho bài: ${count} bài, 0 bài đã gỡ`, 'Chỉ mục: đủ mọi bài.', 'Bản chỉ mục: generation-', 'Lỗi trong 24 giờ qua:', 'Đĩa: kho bài ')
    const usage = await admin.say('stats', '2') // midnight may pass
    says(usage, '2 ngày qua: ', 'Hỏi nhiều nhất:', 'Kho bài còn thiếu:')
    for (const q of questions) says(usage, `- ${q} (`)
  })
}

// forgets is a person who asks one question, and has that deleted.
export async function forgets(person, question) {
  await about(person, 'what is stored about a person', async () => {
    await person.ask(question)
    const view = await person.say('forgetme')
    says(view, said.stored, said.oneQuestion)
    says(await person.turn(view, said.forget), said.forgotten, said.oneQuestion)
    assert.equal(visible(await person.say('forgetme')), said.nothingStored)
  })
}

// storesNothing is the same where nobody is told apart: what admins did is
// written down.
export async function storesNothing(place) {
  await about(place, 'what is stored about a person', async () => {
    says(await place.say('forgetme'), said.audited, said.nothingElse)
  })
}

// previewed checks what is shown of an article before it is added, and gives the
// name that its file will have.
function previewed(view, { title, sentences }) {
  says(view, said.recognised, title)
  const quotes = view.parts.filter((p) => p.quote)
  assert.equal(quotes.length, 1, 'quotes in a preview')
  const inside = (inMarks.exec(quotes[0].text) ?? assert.fail(`not between quote marks: ${quotes[0].text}`))[2]
  assert.ok(inside.endsWith(sentences.join(' ')), `not the article: ${inside}`)
  button(view, said.add)
  button(view, said.drop)
  return (said.savedAs.exec(visible(view)) ?? assert.fail(`not where it will be saved: ${visible(view)}`))[1]
}

// added checks that one file is new, under its name, with all that was given.
function added({ folder, texts }, before, name, content) {
  assert.deepEqual(files(folder).filter((f) => !before.includes(f)), [name], 'new files in the folder')
  assert.match(name, /^[\w.-]+$/, 'a name that is safe everywhere')
  const written = fs.readFileSync(path.join(folder, name), 'utf8')
  assert.equal(written.trim(), content.trim(), `what is in ${name}`)
  texts.set(name, squeezed(written))
}

// has asks what an article answers, and gives the answer, which must be what the
// command line says, from the article, word for word.
async function has(place, article, corpus) {
  const view = await place.ask(article.question)
  const expected = await corpus.expects(article.question)
  const { answer, citations } = expected
  assert.ok(!expected.abstained && article.sentences.includes(answer.text), `another answer to ${article.question}: ${answer?.text}`)
  reply(view, expected, place.lang, corpus.leads)
  const { quote } = citations[answer.citation - 1]
  assert.ok(inFile(quote, corpus), `not in a file: ${quote}`)
  await corpus.opens?.()
  return view
}

// lacks asks what an article would answer when it is not there.
async function lacks(place, { title, question }) {
  const text = visible(await place.ask(question))
  assert.ok(!text.includes(title), `found, and it should not: ${text}`)
}

// numberOf is the number of an article in an answer.
function numberOf(view, { title }) {
  const line = visible(view).split('\n').find((l) => /^\[\d+\] /.test(l) && l.includes(title))
  return (/^\[(\d+)\]/.exec(line ?? '') ?? assert.fail(`no number of ${title}: ${visible(view)}`))[1]
}

const files = (folder) => fs.readdirSync(folder, { recursive: true }).sort()

function says(view, ...parts) {
  for (const p of parts) assert.ok(visible(view).includes(p), `not said: ${p}, but: ${visible(view)}`)
}

async function about(place, what, f) {
  try {
    await f()
  } catch (e) {
    throw new Error(`${place.name}, ${what}: ${e.message}`, { cause: e })
  }
}
