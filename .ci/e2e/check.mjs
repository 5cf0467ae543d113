// What an answer must look like, whatever the platform. A platform's script
// makes a view of each message: parts in the order of reading, each
// {quote, text, bold, links}, without the markup, and buttons {text, data}; plain is
// set where there is no bold.
import assert from 'node:assert/strict'

// words are those of the bot that the checks look for.
export const words = {
  vi: {
    answer: 'Trả lời', nothing: 'Kho bài chưa có thông tin để trả lời câu này.', searching: 'Đang tìm…', latest: 'Bài mới nhất',
    noOutlet: 'không rõ nguồn', article: 'Bài 1', next: 'Trang sau', page: 'Trang 2/', useful: '👍 Hữu ích', more: 'Xem thêm', thanks: 'Đã ghi nhận: hữu ích.', refused: 'Lệnh này chỉ dành cho quản trị viên.',
    reloading: 'Đang nạp lại…', adding: 'Đang thêm vào kho bài…',
  },
  en: {
    answer: 'Answer', nothing: 'The coverage holds no answer to this question.', searching: 'Searching…', latest: 'Newest articles',
    noOutlet: 'source unknown', article: 'Article 1', next: 'Next page', page: 'Page 2/', useful: '👍 Useful', more: 'More', thanks: 'Noted as useful.', refused: 'This command is for admins only.',
    reloading: 'Reloading…', adding: 'Adding…',
  },
}

// commands are the names of commands, in Vietnamese by those in English.
export const commands = {
  ask: 'hoi', latest: 'moi', article: 'bai', digest: 'tomtat', subscribe: 'dangky', subscriptions: 'lich', unsubscribe: 'huy',
  pause: 'tamdung', resume: 'tieptuc', help: 'trogiup', settings: 'caidat', reload: 'naplai', status: 'trangthai', add: 'them', remove: 'go', restore: 'phuchoi',
  stats: 'thongke', forgetme: 'quentoi',
}

// done counts what was checked.
export const done = { answers: 0, quotes: 0, abstentions: 0, lists: 0, articles: 0, digests: 0, presses: 0, commands: 0 }

export const visible = (view) => view.parts.map((p) => p.text).join('\n')

// unfinished reports whether a message is no more than a word of patience, or how
// far something has come: another one takes its place.
export function unfinished(view) {
  const text = visible(view)
  return Object.values(words).some((w) => text === w.searching || [w.reloading, w.adding].some((lead) => text.startsWith(lead)))
}

export function button(view, text) {
  const b = view.buttons.find((b) => b.text === text)
  assert.ok(b, `no button ${text} among ${view.buttons.map((b) => b.text).join(', ')}`)
  return b
}

// reply checks the reply to a question against what ask --json printed for it.
// Its links lead into the articles at their publishers, unless others are known:
// leads checks one, of a citation.
export function reply(view, expected, lang, leads = toPublisher) {
  if (expected.abstained) abstained(view, expected, lang)
  else answered(view, expected, lang, leads)
}

function toPublisher(links, { n, url, quote }) {
  if (!url) return
  assert.ok(links.length > 0, `no link to the article of [${n}]`)
  fragment(links[0], url, quote)
}

function answered(view, { answer, citations }, lang, leads) {
  const bold = (p, text) => view.plain || p.bold.join('').includes(text)
  const w = words[lang]
  const first = view.parts[0]
  assert.ok(!first.quote && bold(first, w.answer), `${w.answer} is not in bold`)
  const label = `${w.answer} · `
  const from = first.text.indexOf(label) + label.length
  const to = first.text.indexOf(` [${answer.citation}]`, from)
  assert.ok(from >= label.length && to > from, 'no sentence with its number behind the label')
  slice(first.text.slice(from, to), answer.text)
  if (first.text.slice(from, to) === answer.text && answer.mark) {
    const mark = answer.mark.replaceAll('\n', '')
    assert.ok(bold(first, mark), `not in bold: ${mark}`)
  }
  const quotes = view.parts.filter((p) => p.quote)
  assert.equal(quotes.length, citations.length, 'number of quotes')
  let at = -1
  for (const [i, c] of citations.entries()) {
    const q = view.parts.indexOf(quotes[i])
    heading(view.parts.slice(at + 1, q).map((p) => p.text).join('\n'), c, w)
    quoted(quotes[i].text, c.quote)
    leads(view.parts[q + 1]?.links ?? [], c)
    at = q
    done.quotes++
  }
  done.answers++
}

// heading checks what stands before a quote: number, title and source.
function heading(text, c, w) {
  const from = text.lastIndexOf(`[${c.n}] `)
  assert.ok(from >= 0, `no [${c.n}] before its quote`)
  const own = text.slice(from)
  assert.ok(own.includes(c.title.slice(0, 100)), `[${c.n}] is not under its title ${c.title}`)
  assert.ok(own.includes(c.outlet || w.noOutlet), `[${c.n}] does not name its outlet ${c.outlet}`)
  assert.ok(own.includes(c.published.slice(0, 4)), `[${c.n}] does not say when it was published: ${c.published}`)
}

// inMarks is a quote: what comes before it, its words, what closes bidirectional
// text in it, what comes behind.
export const inMarks = /^(\[…\] )?“([^]*)”([\u202c\u2069]*)( \[…\])?$/

// quoted checks that a quote is the passage, byte for byte, or a part of it
// that says so.
function quoted(shown, passage) {
  const [, before = '', inside, closers, after = ''] = inMarks.exec(shown) ?? assert.fail(`not between quote marks: ${shown}`)
  slice(before + inside + closers + after, passage)
}

function slice(shown, whole) {
  const [, before, inside, after] = /^(\[…\] )?([^]*?)[\u202c\u2069]*( \[…\])?$/.exec(shown)
  if (shown === whole || inside === whole) return
  assert.ok(inside !== '' && whole.includes(inside), `not in the article: ${inside}`)
  assert.ok(before || whole.startsWith(inside), `does not say that it begins later: ${inside}`)
  assert.ok(after || whole.endsWith(inside), `does not say that it goes on: ${inside}`)
}

function abstained(view, { nearest = [] }, lang) {
  assert.ok(visible(view).includes(words[lang].nothing), 'does not say that there is no answer')
  assert.ok(!view.parts.some((p) => p.quote) && !/\[\d+\]/.test(visible(view)), 'a citation without an answer')
  assert.ok(!visible(view).includes(words[lang].answer + ' · '), 'an answer all the same')
  for (const a of nearest) assert.ok(visible(view).includes(a.title.slice(0, 100)), `does not offer ${a.title}`)
  done.abstentions++
}

// latest checks the list of the newest articles, at most five.
export function latest(view, corpus, lang) {
  const text = visible(view)
  assert.ok(text.includes(words[lang].latest), 'no heading of the list')
  const lines = text.split('\n').filter((l) => /^\d+\. ./.test(l))
  assert.equal(lines.length, Math.min(5, corpus.count), 'number of articles in the list')
  lines.forEach((l, i) => assert.ok(l.startsWith(`${i + 1}. `), `line ${i + 1} is ${l}`))
  if (corpus.count <= 5) for (const t of corpus.titles) assert.ok(text.includes(t.slice(0, 100)), `not in the list: ${t}`)
  done.lists++
}

// status checks what admins are told.
export function status(view) {
  for (const platform of ['Telegram', 'Discord']) {
    assert.match(visible(view), new RegExp(`${platform}: đã kết nối`), `not connected to ${platform}`)
  }
}

// fragment checks that a link leads to what is quoted at an address, by the text
// in its fragment (https://wicg.github.io/scroll-to-text-fragment/#syntax), which
// stands in the text around.
export function fragment(link, url, around) {
  const [address, directive] = link.split(/#?:~:text=/)
  // Where a character would be markup an address may have its code: it is the same.
  assert.equal(decodeURI(address), url.replace(/#$/, ''), 'the address of a link')
  assert.ok(directive, `no text to find in ${link}`)
  // What has a dash stands before or behind it.
  const parts = directive.split(',').filter((p) => !/^-|-$/.test(p)).map((p) => squeezed(decodeURIComponent(p)))
  assert.ok(parts.length === 1 || parts.length === 2, `${parts.length} texts to find in ${link}`)
  let at = 0
  for (const p of parts) {
    const found = squeezed(around).indexOf(p, at)
    assert.ok(p !== '' && found >= 0, `not in this order in what is quoted: ${p} of ${link}`)
    at = found + p.length
  }
}

// squeezed is a text without what reading a file may change: white space, what
// is invisible, and how its letters are composed.
export const squeezed = (s) => s.normalize('NFC').replace(/[\s\p{C}]+/gu, '')

// inFile reports whether all lines of a quote stand in one file, or in the one of
// a path.
export function inFile(quote, corpus, path) {
  const texts = path === undefined ? [...corpus.texts.values()] : [corpus.texts.get(path)]
  return texts.some((t) => quote.split('\n').every((line) => t.includes(squeezed(line))))
}

// article checks the page of an article: each line of what is quoted stands in
// the file.
export function article(view, citation, corpus) {
  if (citation) assert.ok(visible(view).includes(citation.title.slice(0, 100)), `not under its title ${citation.title}`)
  const quotes = view.parts.filter((p) => p.quote)
  assert.ok(quotes.length > 0, 'nothing of the article')
  for (const q of quotes) {
    const inside = (inMarks.exec(q.text) ?? assert.fail(`not between quote marks: ${q.text}`))[2]
    assert.ok(inFile(inside, corpus, citation?.path), `not in the file: ${inside}`)
    done.quotes++
  }
  done.articles++
}
