// What a digest must look like, whatever the platform.
import assert from 'node:assert/strict'
import { done, fragment, inMarks, inFile, visible } from './check.mjs'
import { quotable, text } from './news.mjs'
import { phrases } from './phrases.mjs'

// digest checks a message of a digest under its heading, its quotes byte for
// byte, and gives our own articles that it tells of. With a corpus it may tell
// of articles of the coverage as well.
export function digest(view, { heading, articles, corpus, lang, first = 1 }) {
  assert.ok(visible(view).includes(heading), `not under ${heading}: ${visible(view)}`)
  const told = []
  const stories = split(view)
  assert.ok(stories.length > 0, 'a digest that quotes nothing')
  stories.forEach(({ head, quotes, links }, i) => {
    assert.ok(head.includes(`[${first + i}] `), `story ${first + i} has another number: ${head}`)
    const article = articles.find((a) => head.includes(`] ${a.title}`))
    if (article) {
      own(article, { head, quotes, links }, lang)
      told.push(article)
    } else {
      assert.ok(corpus, `not one of the articles that are new: ${head}`)
      for (const q of quotes) assert.ok(inFile(inside(q), corpus), `not in the coverage: ${q}`)
    }
    done.quotes += quotes.length
  })
  done.digests++
  return { told, stories }
}

// own checks what is told of an article whose sentences are known.
function own(article, { head, quotes, links }, lang) {
  assert.ok(head.includes(article.outlet), `does not name ${article.outlet}: ${head}`)
  assert.ok(head.includes(phrases[lang].date(article.published)), `does not say when it was published: ${head}`)
  const allowed = quotable(article)
  for (const q of quotes) {
    assert.ok(allowed.has(inside(q)), `no sentence of “${article.title}”: ${q}`)
  }
  assert.ok(quotes.length <= 2, `${quotes.length} quotes of one article`)
  assert.equal(links.length, 1, `links of “${article.title}”`)
  fragment(links[0], article.url, text(article))
}

// inside is a quote without its marks; a digest says where it leaves out.
const inside = (shown) => (inMarks.exec(shown) ?? assert.fail(`not between quote marks: ${shown}`))[2]

// split takes a view apart: the words before each quote, and the links behind.
// A quote without a number before it is another one of the same story.
function split(view) {
  const stories = []
  let head = ''
  for (const p of view.parts) {
    if (!p.quote) {
      head += p.text
      if (stories.length > 0) stories.at(-1).links.push(...p.links)
      continue
    }
    if (/\[\d+\] /.test(head) || stories.length === 0) stories.push({ head, quotes: [], links: [] })
    stories.at(-1).quotes.push(p.text)
    head = ''
  }
  return stories
}
