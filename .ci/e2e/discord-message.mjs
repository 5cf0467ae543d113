// Messages as Discord takes them: their limits, and their Markdown.
import assert from 'node:assert/strict'

// within checks Discord's limits
// (https://discord.com/developers/docs/resources/message#embed-object-embed-limits).
export function within({ content = '', embeds = [], components = [] }) {
  const at = (limit, text, what) => assert.ok((text?.length ?? 0) <= limit, `${what} of ${text?.length} UTF-16 units`)
  assert.ok(content !== '' || embeds.length > 0, 'an empty message')
  at(2000, content, 'content')
  let total = 0
  for (const { title = '', description = '', fields = [], footer } of embeds) {
    at(256, title, 'title')
    at(4096, description, 'description')
    assert.ok(fields.length <= 25, `${fields.length} fields`)
    for (const f of fields) {
      assert.ok(f.name !== '' && f.value !== '', 'an empty field')
      at(256, f.name, 'name of a field')
      at(1024, f.value, 'value of a field')
    }
    total += [title, description, footer?.text ?? '', ...fields.flatMap((f) => [f.name, f.value])].join('').length
  }
  assert.ok(embeds.length <= 10 && total <= 6000, `${embeds.length} embeds of ${total} UTF-16 units`)
  assert.ok(components.length <= 5, `${components.length} rows of buttons`)
  const ids = components.flatMap((row) => row.components.map((b) => b.custom_id))
  assert.equal(new Set(ids).size, ids.length, 'two buttons of one ID')
  for (const row of components) {
    assert.ok(row.components.length > 0 && row.components.length <= 5, `${row.components.length} buttons in a row`)
    for (const b of row.components) {
      assert.ok(b.label && b.custom_id, 'a button without text or data')
      at(80, b.label, 'label')
      at(100, b.custom_id, 'ID of a button')
    }
  }
}

export const part = (quote) => ({ quote, text: '', bold: [], links: [] })

// markdown reads Discord's Markdown: of what means anything there, only bold,
// italics, links and block quotes may stand without a backslash.
export function markdown(source) {
  const parts = []
  for (const line of source === '' ? [] : source.split('\n')) {
    const quote = line.startsWith('> ')
    if (parts.at(-1)?.quote !== quote) parts.push(part(quote))
    else parts.at(-1).text += '\n'
    inline(quote ? line.slice(2) : line, parts.at(-1))
  }
  return parts
}

function inline(line, into) {
  const token = /\\([!-/:-@[-`{-~])|(\*\*)|(\*)|\[((?:\\.|[^\]\\])*)\]\((https?:\/\/[^\s()]+)\)|[^]/gu
  let bold = false
  let italic = false
  const say = (text) => {
    into.text += text
    if (bold) into.bold[into.bold.length - 1] += text
  }
  let start = true // of the line
  for (const [all, escaped, double, single, text, url] of line.matchAll(token)) {
    if (escaped) say(escaped)
    else if (double) {
      if (!bold) into.bold.push('')
      bold = !bold
    } else if (single) italic = !italic
    else if (url) {
      inline(text, into)
      into.links.push(url)
    } else {
      assert.ok(!'\\`_~|<>@#['.includes(all) && !(start && '-+'.includes(all)), `${all} that is not escaped in ${line}`)
      say(all)
    }
    start &&= all === ' '
  }
  assert.ok(!bold && !italic, `bold or italics that do not end: ${line}`)
}
