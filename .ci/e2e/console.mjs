// The console: the real binary as somebody uses it through a pipe, with a data
// folder of its own.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { Bot, pause } from './bot.mjs'
import { button, commands, done } from './check.mjs'
import { patience } from './recorder.mjs'

// What comes unasked, and what comes about the same time, begins like this.
const boundary = /^(?=Tin mới (?:· |về “)|Đã nạp lại: )/m

export class Console extends Bot {
  name = 'console'
  lang = 'vi'
  typed = true // buttons are commands to type
  #out = ''
  #read = 0 // of it
  #marks = 0
  #posts = [] // came while something else was waited for

  constructor(binary, { data, corpus }) {
    super(binary, { verb: 'chat', data, corpus, env: {}, secrets: [] })
  }

  start() {
    super.start()
    this.child.stdout.on('data', (s) => (this.#out += s))
  }

  // leave ends the input, and with it the process.
  async leave() {
    this.child.stdin.end()
    assert.deepEqual(await this.end(10_000), { code: 0, signal: null }, 'end of the console')
    this.#posts.push(...messages(this.#out.slice(this.#read)))
    this.#read = this.#out.length
  }

  async say(name, value = '') {
    done.commands++
    return this.#reply(await this.#typed(`/${commands[name]} ${value}`))
  }

  async ask(question) {
    return this.#reply(await this.#typed(question))
  }

  paste(text) {
    return this.say('add', text)
  }

  // give names a file of this machine.
  give({ name, content }) {
    const file = path.join(fs.mkdtempSync(path.join(this.data, '..', 'given-')), name)
    fs.writeFileSync(file, content)
    return this.say('add', file)
  }

  // turn types the command of a hint, whose reply is a message of its own.
  turn(view, text) {
    return this.press(view, text)
  }

  // press types the command of a hint.
  async press(view, text) {
    done.presses++
    return this.#reply(await this.#typed(button(view, text).data))
  }

  async post(what) {
    for (const end = Date.now() + patience; this.#posts.length === 0; await pause(50)) {
      assert.ok(Date.now() < end, `${what}: nothing came within ${patience / 1000} s`)
      this.#posts.push(...messages(await this.#typed()))
    }
    return parse(this.#posts.shift())
  }

  // settled checks that nothing was said which nobody asked for.
  settled() {
    assert.deepEqual(this.#posts, [], 'messages that nobody asked for')
  }

  // #reply takes the reply out of what was said, which is the first message, but
  // for the report of a reload. Others are posts.
  #reply(text) {
    const all = messages(text)
    const at = all.findIndex((m) => m.startsWith('Đã nạp lại: '))
    const [reply] = all.splice(Math.max(at, 0), 1)
    this.#posts.push(...all)
    return parse(reply ?? assert.fail('no reply'))
  }

  // #typed types a line, if any, and gives all that is said until it is
  // answered. Lines are answered in turn: so is a second one, whose answer is
  // known.
  async #typed(line = '') {
    const mark = `moc-${++this.#marks}`
    const answer = `Không tìm thấy bài “${mark}”.`
    this.child.stdin.write(`${line && line + '\n'}/bai ${mark}\n`)
    for (const end = Date.now() + patience; ; await pause(10)) {
      const from = this.#read
      const at = this.#out.indexOf(answer, from)
      const line = at < 0 ? -1 : this.#out.indexOf('\n', at)
      if (line >= 0) {
        this.#read = line + 1
        return this.#out.slice(from, at)
      }
      assert.ok(Date.now() < end, `${mark}: no answer within ${patience / 1000} s`)
    }
  }
}

const messages = (text) => text.split(boundary).filter((m) => m.trim() !== '')

const margin = '    '

// parse reads a message of the console. What it quotes stands behind a margin, as
// addresses do; the last line has the commands that are buttons elsewhere.
export function parse(text) {
  const parts = []
  let buttons = []
  let quoting = false
  const part = (quote) => {
    if (quoting !== quote || parts.length === 0) parts.push({ quote, text: '', bold: [], links: [] })
    else parts.at(-1).text += '\n'
    quoting = quote
    return parts.at(-1)
  }
  for (const line of text.trim().split('\n')) {
    const inside = line.startsWith(margin) ? line.slice(margin.length) : ''
    const address = /^[^:“]+: (https?:\/\/\S+)$/.exec(inside)
    if (address) part(false).links.push(address[1])
    else if (/^(\[…\] )?“/.test(inside) || (inside !== '' && quoting)) part(true).text += inside
    else if (/^\/\p{L}+/u.test(line)) buttons = hints(line)
    else part(false).text += line
  }
  return { parts, buttons, plain: true }
}

// hints reads "/huy 2: Hủy số 2 · /tamdung 2: Tạm dừng số 2".
function hints(line) {
  return line.split(' · ').map((s) => {
    const [, data, text] = /^(\/[^:]+): (.+)$/.exec(s) ?? assert.fail(`hint ${s}`)
    return { text, data }
  })
}
