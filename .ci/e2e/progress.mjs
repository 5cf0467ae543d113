// A reload that takes long enough to see how far it is.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { visible, words } from './check.mjs'

const pace = 2000 // milliseconds that lie between two edits at least

// progress has an admin reload ever more articles until the reply says how far it
// has come, at that pace, before its last word: the report.
export async function progress(admin, folder, file) {
  for (let n = 500; ; n *= 2) {
    fs.writeFileSync(path.join(folder, file), many(n, file))
    const view = await admin.say('reload')
    // A word of patience keeps no distance.
    const edits = admin.edits(view).filter((e) => ![words.vi.searching, words.vi.reloading].includes(text(e)))
    const last = visible(view)
    assert.ok(last.startsWith('Đã nạp lại: '), `${admin.name}, the report of a reload: ${last}`)
    assert.ok(text(edits.at(-1)).startsWith(last.split(' (')[0]), `${admin.name}, the last edit: ${text(edits.at(-1))}`)
    const steps = edits.slice(0, -1)
    for (const e of steps) {
      assert.ok(text(e).includes(words.vi.reloading) && /(đọc bài|lập chỉ mục|kiểm tra)/.test(text(e)), `${admin.name}, progress: ${text(e)}`)
    }
    edits.slice(1).forEach((e, i) => {
      const before = edits[i]
      // Of a call that takes long the bot thinks that it has failed.
      if (before.took < pace / 2) assert.ok(e.at - before.at > 0.95 * pace, `${admin.name}, ${e.at - before.at} ms between two edits`)
    })
    if (steps.length > 0) return
    assert.ok(n < 100_000, `${admin.name}: progress is never shown`)
  }
}

// text is what a call says, without escapes.
const text = ({ body }) => (body.text ?? body.content).replace(/\\(.)/g, '$1')

// many are articles of words put together by chance, the same each time.
function many(n, seed) {
  let x = [...seed].reduce((sum, c) => (Math.imul(sum, 31) + c.codePointAt(0)) >>> 0, 7)
  const chance = (most) => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0
    return Math.floor((x / 2 ** 32) * most)
  }
  const initials = ['b', 'c', 'd', 'đ', 'g', 'h', 'k', 'l', 'm', 'n', 'ph', 'r', 's', 't', 'th', 'tr', 'v', 'x']
  const finals = ['a', 'ang', 'anh', 'ao', 'âm', 'ê', 'iên', 'im', 'oa', 'ong', 'ơi', 'u', 'ung', 'ươn', 'ưa']
  const sentence = (length) => {
    const s = Array.from({ length }, () => initials[chance(initials.length)] + finals[chance(finals.length)]).join(' ')
    return s[0].toUpperCase() + s.slice(1)
  }
  const lines = []
  for (let i = 0; i < n; i++) {
    const body = Array.from({ length: 6 }, () => sentence(24) + '.').join(' ')
    lines.push(JSON.stringify({ id: `${seed}-${i}`, title: sentence(8), outlet: 'Tin Làng', published: '2026-02-01', body }))
  }
  return lines.join('\n') + '\n'
}
