// The web page, and what operators look at, as they are at the address on which
// the bot listens.
import assert from 'node:assert/strict'
import net from 'node:net'
import { pause } from './bot.mjs'
import { squeezed } from './check.mjs'
import { patience } from './recorder.mjs'

export class Site {
  #links = [] // to citations, not opened yet

  // public is where the page is said to be.
  static async start(publicURL) {
    const s = new Site()
    s.address = `127.0.0.1:${await freePort()}`
    s.public = publicURL
    s.env = { TRICHDAN_LISTEN: s.address, TRICHDAN_PUBLIC_URL: publicURL }
    return s
  }

  async get(path) {
    const response = await fetch(`http://${this.address}${path}`)
    return { status: response.status, text: await response.text() }
  }

  // page is one that must be there.
  async page(path) {
    const { status, text } = await this.get(path)
    assert.equal(status, 200, `status of ${path}: ${text}`)
    return text
  }

  // ready waits until a bot can answer questions.
  async ready(bot) {
    let over = false
    bot.ended.then(() => (over = true))
    for (const end = Date.now() + patience; ; await pause(50)) {
      const { status, text } = await this.get('/readyz').catch((e) => ({ text: String(e) }))
      if (status === 200) return
      assert.ok(!over, 'the bot ended and never was ready')
      assert.ok(Date.now() < end, `not ready within ${patience / 1000} s: ${text}`)
    }
  }

  // leads takes the links of a citation, which must lead to the page.
  leads = (links, citation) => {
    assert.equal(links.length, 1, `links of [${citation.n}]`)
    this.#links.push({ link: links[0], citation })
  }

  // opens follows all links that were taken: in the passage that each names begins
  // what is quoted.
  opens = async () => {
    for (const { link, citation } of this.#links.splice(0)) {
      const [, path, id, passage] = /^(\/a\/([0-9a-f]+)\?r=1)#(p\d+)$/.exec(link.replace(this.public, '')) ?? assert.fail(`link ${link}`)
      assert.ok(link.startsWith(this.public + '/a/'), `link ${link}`)
      assert.equal(id, citation.article_id, 'the article of a link')
      const html = await this.page(path)
      const from = html.indexOf(`id="${passage}"`)
      assert.ok(from >= 0, `no passage ${passage} in ${path}`)
      const quote = squeezed(citation.quote)
      const rest = html.slice(from)
      assert.ok(squeezed(read(rest)).includes(quote), `not from ${passage} on in ${path}: ${citation.quote}`)
      assert.ok(squeezed(read(rest.split('class="passage"')[0])).includes(quote.slice(0, 8)), `does not begin in ${passage} of ${path}: ${citation.quote}`)
    }
  }
}

const entities = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: '\u00a0' }

// read is the text of HTML.
export function read(html) {
  return html.replace(/<[^>]*>/g, '').replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex, decimal, name) =>
    name ? entities[name] ?? assert.fail(`entity ${all}`) : String.fromCodePoint(hex ? parseInt(hex, 16) : +decimal))
}

// freePort is a port that nobody listens on now.
export function freePort() {
  return new Promise((resolve, reject) => {
    const s = net.createServer().once('error', reject)
    s.listen(0, '127.0.0.1', () => {
      const { port } = s.address()
      s.close(() => resolve(port))
    })
  })
}
