// What people do on the page: ask, follow a citation, read, log in.
import assert from 'node:assert/strict'
import { Visit } from './chromium.mjs'

// done counts what was checked.
export const done = { questions: 0, citations: 0, pages: 0 }

const squeezed = (s) => s.replace(/\s+/g, ' ').trim()

// ask types a question into the box.
async function ask(visit, question) {
  await visit.open('/')
  await visit.page.type('#q', question)
  assert.equal(await visit.after(() => visit.page.keyboard.press('Enter')), 200, `the answer to ${question}`)
  done.questions++
}

// citations are those on the page, with their quotes and the links to passages.
const citations = (page) => page.$$eval('figure', (list) => list.map((f) => ({
  link: f.querySelector('a[href^="/a/"]').getAttribute('href'),
  quote: [...f.querySelectorAll('blockquote p')].map((p) => p.textContent).filter((t) => t !== '[…]'),
})))

// opened checks that the passage that a citation means is shown, marked and in
// view.
async function opened(visit, { link, quote }) {
  const cited = await visit.cited()
  assert.ok(cited, `nothing is :target behind ${link}`)
  assert.equal('#' + cited.id, new URL(link, visit.origin).hash, 'the passage that is :target')
  const text = squeezed(cited.text)
  for (const q of quote) {
    const part = squeezed(q.replaceAll('[…]', ''))
    assert.ok(text.includes(part), `the passage does not have the quote: ${part} is not in ${text}`)
  }
  assert.ok(quote.length > 0, 'a citation without a quote')
  assert.ok(cited.marked, `the passage of ${link} looks like any other`)
  assert.ok(cited.top >= 0 && cited.top < cited.height, `the passage begins at ${cited.top}, outside the window`)
  assert.ok(cited.bottom <= cited.height || cited.bottom - cited.top > cited.height * 0.8, `the passage ends at ${cited.bottom}, below the window of ${cited.height}`)
  done.citations++
}

// asking puts questions in one kind of window, and follows every citation.
export async function asking(browser, server, questions, kind, { scripts = true } = {}) {
  const visit = await Visit.start(browser, server.origin, { ...kind, scripts })
  let answered = 0
  for (const question of questions) {
    await ask(visit, question)
    const list = await citations(visit.page)
    answered += list.length > 0 ? 1 : 0
    for (const [i, c] of list.entries()) {
      await visit.page.focus(`figure:nth-of-type(${i + 1}) a[href^="/a/"]`)
      const status = await visit.after(() => visit.page.keyboard.press('Enter'))
      assert.ok(status === 200 || status === 304, `${c.link}: status ${status}`) // 304: it was read before
      await opened(visit, c)
      await visit.fits('an article')
      await visit.after(() => visit.page.goBack())
    }
  }
  assert.ok(answered * 2 > questions.length, `only ${answered} of ${questions.length} questions are answered`)
  await visit.end()
}

// looking checks every kind of page in one kind of window.
export async function looking(browser, server, question, kind) {
  const visit = await Visit.start(browser, server.origin, kind)
  const seen = async (what) => {
    await visit.fits(what)
    await visit.accessible(`${what}, ${kind.scheme}, ${kind.viewport.width} wide`)
    done.pages++
  }
  for (const lang of ['', '&l=en']) {
    await visit.open(`/?${lang}`)
    await seen('the start page')
    assert.equal(await visit.open(`/?q=${encodeURIComponent(question)}${lang}`), 200)
    await seen('an answer')
    const [first] = await citations(visit.page)
    assert.ok(first, `no answer to ${question}`)
    await visit.after(() => visit.page.click('figure a[href^="/a/"]'))
    await seen('an article')
    await opened(visit, first)
  }
  assert.equal(await visit.open('/?q=%2Fmoi'), 200)
  await seen('a list of articles')
  assert.equal(await visit.open('/?q=%2Ftrogiup'), 200)
  await seen('help')
  for (const narrow of [320, 360]) {
    await visit.page.setViewport({ ...kind.viewport, width: narrow })
    await visit.fits(`help, ${narrow} wide`)
    await visit.open(`/?q=${encodeURIComponent(question)}`)
    await visit.fits(`an answer, ${narrow} wide`)
  }
  visit.complaints = visit.complaints.filter((c) => !/status of 404/.test(c))
  await visit.end()
}

// missing is the page of what is not there; the browser complains of its status.
export async function missing(browser, server, kind) {
  const visit = await Visit.start(browser, server.origin, kind)
  assert.equal(await visit.open('/a/khong-co'), 404)
  await visit.accessible('a missing article')
  assert.ok(visit.complaints.every((c) => c.includes('404')), visit.complaints.join('\n'))
  visit.complaints = []
  await visit.end()
  done.pages++
}

// keyboard asks and follows a citation without a mouse and without knowing where
// anything is: with the keys alone.
export async function keyboard(browser, server, question, kind) {
  const visit = await Visit.start(browser, server.origin, kind)
  const { page } = visit
  await visit.open('/')
  await page.keyboard.press('Tab')
  assert.ok(await page.$eval(':focus', (e) => e.matches('a.skip') && e.getBoundingClientRect().left >= 0), 'the first stop does not lead to the content')
  await tabTo(page, '#q')
  await page.keyboard.type(question)
  assert.equal(await visit.after(() => page.keyboard.press('Enter')), 200)
  const [first] = await citations(page)
  await tabTo(page, 'figure a[href^="/a/"]')
  await visit.after(() => page.keyboard.press('Enter'))
  await opened(visit, first)
  // The keyboard goes on where the passage is.
  await page.keyboard.press('Tab')
  assert.ok(await page.$eval(':focus', (e) => e.closest(':target') !== null), 'the next stop is not in the passage')
  await visit.end()
}

async function tabTo(page, selector) {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab')
    const there = await page.evaluate((selector) => {
      const e = document.activeElement
      if (!e.matches(selector)) return e === document.body ? 'lost' : ''
      const { outlineStyle, outlineWidth } = getComputedStyle(e)
      return outlineStyle !== 'none' && outlineWidth !== '0px' ? 'there' : 'the focus cannot be seen'
    }, selector)
    if (there === 'there') return
    assert.equal(there, '', `on the way to ${selector}`)
  }
  assert.fail(`no way to ${selector} by the keyboard`)
}

// locked is a private page: the way to a citation leads through the login, and
// ends at the passage.
export async function locked(browser, server, token, citation, kind, client) {
  const visit = await Visit.start(browser, server.origin, kind)
  const { page } = visit
  // As from behind a proxy: a person has only so many attempts in a minute.
  await page.setExtraHTTPHeaders({ 'X-Forwarded-For': client })
  await visit.open(citation.link)
  assert.equal(new URL(page.url()).pathname, '/login', 'a private page')
  await visit.fits('the login')
  await visit.accessible(`the login, ${kind.scheme}`)
  await page.type('#token', 'không phải mã này')
  assert.equal(await visit.after(() => page.keyboard.press('Enter')), 403, 'a wrong token')
  await visit.accessible('the login after a wrong token')
  await page.type('#token', token)
  assert.equal(await visit.after(() => page.keyboard.press('Enter')), 200, 'the token')
  await opened(visit, citation)
  await visit.accessible(`a private article, ${kind.scheme}`)
  await visit.after(() => page.click('form[action="/logout"] button'))
  await visit.open('/')
  assert.equal(new URL(page.url()).pathname, '/login', 'after logging out')
  assert.ok(visit.requests.every((u) => !u.includes(token)), 'the token is in an address')
  assert.ok(visit.complaints.every((c) => c.includes('403')), visit.complaints.join('\n'))
  visit.complaints = []
  await visit.end()
  done.pages += 3
}

// answered finds the first citation of a question.
export async function answered(browser, server, question, kind) {
  const visit = await Visit.start(browser, server.origin, kind)
  await ask(visit, question)
  const [first] = await citations(visit.page)
  await visit.end()
  return first
}
