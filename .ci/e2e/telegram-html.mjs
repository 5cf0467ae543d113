// Telegram's HTML.
import assert from 'node:assert/strict'

const entities = { lt: '<', gt: '>', amp: '&', quot: '"' } // all names that Telegram knows
const tags = /^(b|i|code|blockquote|blockquote expandable|a href="([^"<>]*)")$/

// parse reads Telegram's HTML, strictly
// (https://core.telegram.org/bots/api#html-style). What Telegram would take for
// a mention is an error as well.
export function parse(html) {
  const parts = [part(false)]
  const open = []
  let loose = '' // all text in which Telegram looks for mentions
  const say = (text) => {
    const p = parts.at(-1)
    p.text += text
    if (open.includes('b')) p.bold[p.bold.length - 1] += text
    loose += open.includes('code') || open.includes('a') ? ' ' : text
  }
  for (const [token, end, tag, name] of html.matchAll(/<(\/?)([^<>]*)>|&([^;&<>\s]*);|[^]/gu)) {
    if (end) {
      assert.equal(tag, open.pop(), 'a tag that another one is in')
      if (tag === 'blockquote') parts.push(part(false))
    } else if (tag !== undefined) {
      const [, , href] = tags.exec(tag) ?? assert.fail(`tag ${token}`)
      assert.ok(!open.includes('code') && !open.includes('a'), `${token} within code or a link`)
      open.push(tag.split(' ')[0])
      if (open.at(-1) === 'blockquote') {
        assert.equal(open.length, 1, 'a block quote within another tag')
        parts.push(part(true))
      }
      if (open.at(-1) === 'b') parts.at(-1).bold.push('')
      if (open.at(-1) === 'a') parts.at(-1).links.push(unescape(href))
    } else if (name !== undefined) {
      say(unescape(token))
    } else {
      assert.ok(!'<>&'.includes(token), `${token} that is not escaped`)
      say(token)
    }
  }
  assert.deepEqual(open, [], 'tags that are never closed')
  assert.doesNotMatch(loose, /(?<![A-Za-z0-9_])@[A-Za-z0-9_]/, 'a mention')
  return parts.filter((p) => p.text !== '')
}

const part = (quote) => ({ quote, text: '', bold: [], links: [] })

function unescape(s) {
  return s.replace(/&([^;]*);/g, (all, name) => {
    if (Object.hasOwn(entities, name)) return entities[name]
    const [, hex, decimal] = /^#(?:x([0-9a-f]+)|([0-9]+))$/i.exec(name) ?? assert.fail(`entity ${all}`)
    return String.fromCodePoint(hex ? parseInt(hex, 16) : +decimal)
  })
}
