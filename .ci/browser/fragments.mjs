// Text fragments: does Chromium find the quote that one was made of?
//
// Each quote has a page as a newspaper's: the headline, and the paragraphs of the
// article. Chromium opens it with the fragment, scrolls to what it finds, and
// marks that. What it has marked is seen on a picture: each word has a line of
// its own, and marked lines are red, so the first and the last of them say which
// words they are. Beside that, the algorithm of text-fragments-polyfill, which is
// that of the specification, gives the range on the same page, which must be the
// quote, letter for letter.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import http from 'node:http'
import { patience } from './chromium.mjs'
import { column } from './png.mjs'

const window_ = { width: 40, height: 1400 } // pixels
const lineHeight = 4

export async function fragments(browser, file) {
  const cases = JSON.parse(fs.readFileSync(file, 'utf8'))
  const server = http.createServer((request, response) => serve(cases, request, response))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${server.address().port}`
  try {
    const missed = await each(browser, cases, async (page, c, i) => {
      const wrong = await look(page, `${origin}/${i}`, c)
      return wrong && `${c.path}: ${wrong}\n  ${c.directive}`
    })
    console.log(`browser: ${cases.length - missed.length} of ${cases.length} fragments find their quote`)
    assert.equal(missed.length, 0, missed.slice(0, 10).join('\n'))

    // What is not in the article is not found: else the above would say nothing.
    const some = cases.filter((_, i) => i % Math.ceil(cases.length / 25) === 0)
    const found = await each(browser, some, async (page, c) => {
      const { y, range } = await open(page, `${origin}/${cases.indexOf(c)}?changed`, c, changed(c.directive), 12)
      const marks = await marked(page, y)
      return (y !== 0 || range !== null || marks !== null) && c.path
    })
    assert.deepEqual(found, [], 'changed fragments find something')
    console.log(`browser: ${some.length} changed fragments find nothing`)
  } finally {
    server.close()
  }
}

// each does something with every case, on four pages, and gives what came of it,
// where something did.
async function each(browser, cases, work) {
  const results = []
  const queue = [...cases.entries()]
  const one = async () => {
    const context = await browser.createBrowserContext()
    const page = await context.newPage()
    page.setDefaultTimeout(patience)
    await page.setViewport(window_)
    for (let next; (next = queue.shift()); ) results.push(await work(page, next[1], next[0]))
    await context.close()
  }
  await Promise.all([one(), one(), one(), one()])
  assert.equal(results.length, cases.length, 'number of cases')
  return results.filter(Boolean)
}

// look says what is wrong with what is found, '' if it is the quote.
async function look(page, address, c) {
  const { y, range, quote, lines } = await open(page, address, c, c.directive, Infinity)
  if (range === null) return 'the algorithm finds nothing'
  if (squeezed(range) !== squeezed(quote)) return `the algorithm finds ${range}, not ${quote}`
  const marks = await marked(page, y)
  if (!marks) return 'the browser marks nothing'
  if (!lines) return 'the browser does not scroll there'
  if (marks.some((m, i) => Math.abs(m - lines[i]) >= lineHeight)) return `the browser marks rows ${marks}, not ${lines}`
  return ''
}

const squeezed = (s) => s.replace(/\s+/g, ' ').trim()

// open opens the page, and gives how far the browser has scrolled, the range of the
// algorithm, and the quote with the rows of its lines in the window. When the algorithm has
// found something, the browser is waited for; else it has so many frames.
async function open(page, address, c, directive, frames) {
  await page.goto(`${address}#${directive}`, { waitUntil: 'domcontentloaded' })
  const [, text] = /^:~:text=(.+)$/.exec(directive) ?? assert.fail(`no directive: ${directive}`)
  return page.evaluate((...args) => window.measure(...args), c.start, c.end, text, frames, patience / 2)
}

// marked gives the first row of the window, which begins at y, that is marked, and the one behind the
// last; null if none is.
async function marked(page, y) {
  const picture = await page.screenshot({ clip: { x: 0, y, width: 4, height: window_.height }, captureBeyondViewport: false, optimizeForSpeed: true })
  const rows = column(Buffer.from(picture)).map(([r, g, b]) => r > 200 && g < 60 && b < 60)
  return rows.includes(true) ? [rows.indexOf(true), rows.lastIndexOf(true) + 1] : null
}

// changed is a directive whose first words nobody wrote.
const changed = (directive) => directive.replace('text=', 'text=k2h9q%20')

const escaped = (s) => s.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)

function serve(cases, request, response) {
  const { pathname } = new URL(request.url, 'http://localhost')
  if (pathname === '/algorithm.js') {
    response.setHeader('Content-Type', 'text/javascript')
    response.setHeader('Cache-Control', 'max-age=3600')
    response.end(algorithm)
    return
  }
  const c = cases[pathname.slice(1)]
  response.statusCode = c ? 200 : 404
  response.setHeader('Content-Type', 'text/html; charset=utf-8')
  response.end(c ? newspaper(c) : '')
}

const algorithm = fs.readFileSync(new URL('node_modules/text-fragments-polyfill/src/text-fragment-utils.js', import.meta.url))

const newspaper = ({ title, paragraphs }) => `<!DOCTYPE html>
<html lang="vi">
<head>
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<style>
body { margin: 0; width: 0; padding: 4000px 0; background: #fff; color: transparent; font: 3px/${lineHeight}px sans-serif; }
h1, p { margin: 20px 0; font: inherit; }
::target-text { background: #f00; color: transparent; }
</style>
<script type="module">
import { parseFragmentDirectives, processTextFragmentDirective } from '/algorithm.js'
window.measure = async (start, end, text, frames, patience) => {
  const paragraphs = [...document.querySelectorAll('article > p')].map((p) => p.firstChild)
  const at = (offset) => {
    for (const node of paragraphs) {
      if (offset <= node.length) return [node, offset]
      offset -= node.length + 1
    }
  }
  const quote = document.createRange()
  quote.setStart(...at(start))
  quote.setEnd(...at(end))
  const range = processTextFragmentDirective(parseFragmentDirectives({ text: [text] }).text[0])[0]?.toString() ?? null
  const until = performance.now() + patience
  for (let frame = 0; scrollY === 0 && frame < frames && performance.now() < until; frame++) {
    await new Promise(requestAnimationFrame)
  }
  const seen = [...quote.getClientRects()].filter((r) => r.bottom > 0 && r.top < innerHeight)
  const lines = seen.length > 0 && [Math.min(...seen.map((r) => r.top)), Math.min(innerHeight, Math.max(...seen.map((r) => r.bottom)))]
  return { y: scrollY, range, quote: quote.toString(), lines }
}
</script>
</head>
<body>
<header><p>Trang nhất</p></header>
<article><h1>${escaped(title)}</h1>
${paragraphs.map((p) => `<p>${escaped(p)}</p>`).join('\n')}
</article>
<footer><p>Cuối trang</p></footer>
</body>
</html>`
