// Telegram, by telegram-test-api: a person in a private chat, an English
// speaker, a group.
import assert from 'node:assert/strict'
import TelegramServer from 'telegram-test-api'
import { article, button, commands, done, latest, reply, status, unfinished, visible, words } from './check.mjs'
import { Recorder } from './recorder.mjs'
import { freePort } from './site.mjs'
import { parse } from './telegram-html.mjs'

// What this server does not know and answers with an error. The bot must do
// without.
const unknown = ['setMyCommands', 'sendChatAction']

export class Telegram {
  name = '@TestNameBot' // that the server gives every bot
  #files = new Map() // bytes by ID

  static async start(token) {
    const t = new Telegram()
    t.token = token
    // It takes 0 for its usual port, and forgets messages after a minute.
    t.server = new TelegramServer({ host: '127.0.0.1', port: await freePort(), storeTimeout: 3600 })
    await t.server.start()
    t.recorder = await Recorder.start(t.server.config.apiURL, {
      inspect: (call) => t.#inspect(call),
      skip: (call) => call.path.endsWith('/getUpdates') && call.status === 200,
      instead: (call) => t.#member(call) ?? t.#file(call),
    })
    t.env = { TRICHDAN_TELEGRAM_TOKEN: token, TRICHDAN_TELEGRAM_API: t.recorder.url, TRICHDAN_TELEGRAM_ADMINS: '101' }
    t.an = t.#person('an', { chatId: 101, userId: 101, language: 'vi' })
    t.mai = t.#person('mai', { chatId: 103, userId: 103, language: 'vi' })
    t.kate = t.#person('kate', { chatId: 102, userId: 102, language: 'en' })
    t.group = t.#person('an', { chatId: -1001, userId: 101, language: 'vi', type: 'supergroup' })
    t.stranger = t.#person('kate', { chatId: -1001, userId: 102, language: 'en', type: 'supergroup' })
    return t
  }

  async stop() {
    this.recorder.stop()
    await this.server.stop()
  }

  #person(firstName, { language, ...options }) {
    return { client: this.server.getClient(this.token, { firstName, ...options }), from: { language_code: language }, chat: options.chatId }
  }

  // #member answers who is what in a chat, which this server does not know: an
  // administers the group, kate is there.
  #member({ path, body }) {
    if (!path.endsWith('/getChatMember')) return
    assert.equal(+body.chat_id, this.group.chat, 'only of a group it must be asked who administers it')
    return { ok: true, result: { status: body.user_id === '101' ? 'administrator' : 'member', user: { id: +body.user_id, is_bot: false, first_name: 'x' } } }
  }

  // #file answers where a file is, and what is in it, which this server does not
  // know either.
  #file({ path, body }) {
    if (path.endsWith('/getFile')) {
      const id = body.file_id
      return { ok: true, result: { file_id: id, file_unique_id: id, file_size: this.#files.get(id).length, file_path: `documents/${id}` } }
    }
    const [, id] = /^\/file\/bot[^/]+\/documents\/([^/]+)$/.exec(path) ?? []
    return id && this.#files.get(id)
  }

  // crowd are people of whom each has a chat with the bot: in one chat Telegram
  // takes about one message a second.
  crowd(n) {
    return Array.from({ length: n }, (_, i) => this.#person(`person${i}`, { chatId: 200 + i, userId: 200 + i, language: 'vi' }))
  }

  #inspect({ method, path, headers, status, body }) {
    const name = path.split('/').at(-1)
    if (unknown.includes(name)) return
    assert.equal(status, 200, `${name} is refused`)
    if (name !== 'sendMessage' && name !== 'editMessageText') return
    assert.equal(method, 'POST')
    assert.equal(body.parse_mode, 'HTML')
    assert.equal(JSON.parse(body.link_preview_options ?? '{}').is_disabled, true, 'a link preview')
    const text = parse(body.text).map((p) => p.text).join('')
    assert.ok(text.trim() !== '' && text.length <= 4096, `${text.length} UTF-16 units`)
    for (const b of JSON.parse(body.reply_markup || '{}').inline_keyboard?.flat() ?? []) {
      assert.ok(b.text && b.callback_data && Buffer.byteLength(b.callback_data) <= 64, `button ${JSON.stringify(b)}`)
    }
  }

  // send says something and gives the message's ID; to await nothing.
  async send(person, text) {
    const { client, from } = person
    if (text.startsWith('/')) {
      await client.sendCommand(client.makeCommand(text, { from }))
      done.commands++
    } else {
      await client.sendMessage(client.makeMessage(text, { from }))
    }
    return this.#sentBy(person)
  }

  // #sentBy is the ID of the last message of a person.
  #sentBy(person) {
    return this.server.storage.userMessages.findLast((m) => m.message?.chat.id === person.chat).messageId
  }

  // said waits for the reply to a message, and gives it as the chat shows it.
  async said(person, question, what) {
    const call = await this.recorder.wait(what, ({ path, body }) =>
      path.endsWith('/sendMessage') && +body.chat_id === person.chat && JSON.parse(body.reply_parameters ?? '{}').message_id === question)
    return this.#settled(person, call, what)
  }

  // #settled gives a message when it is more than a word of patience.
  async #settled(person, call, what) {
    const id = call.answer.result.message_id
    for (;;) {
      const view = await this.shown(person, id)
      if (!unfinished(view)) return view
      await this.edited(person, id, what)
    }
  }

  // turn presses a button that has something else take the place of its message,
  // and gives that.
  async turn(person, view, text) {
    assert.equal(await this.press(person, view, button(view, text)), '', `notice of ${text}`)
    for (;;) {
      const now = await this.shown(person, view.id)
      if (visible(now) !== visible(view) && !unfinished(now)) return now
      await this.edited(person, view.id, text)
    }
  }

  // give sends a file with a command in its caption.
  async give(person, command, { name, content }) {
    const bytes = Buffer.from(content)
    const id = `tep-${this.#files.size + 1}`
    this.#files.set(id, bytes)
    const { client, from } = person
    await client.sendMessage(client.makeMessage(undefined, {
      from, caption: command, caption_entities: [{ type: 'bot_command', offset: 0, length: command.length }],
      document: { file_id: id, file_unique_id: id, file_name: name, file_size: bytes.length },
    }))
    done.commands++
    return this.said(person, this.#sentBy(person), `the file ${name}`)
  }

  async ask(person, text) {
    return this.said(person, await this.send(person, text), text)
  }

  edited(person, id, what) {
    return this.recorder.wait(what, ({ path, body }) => path.endsWith('/editMessageText') && +body.chat_id === person.chat && +body.message_id === id)
  }

  // press presses a button and gives the words of the notice, "" for none.
  async press(person, view, b) {
    const { client, from } = person
    await client.sendCallback(client.makeCallbackQuery(b.data, { from, message: { message_id: view.id } }))
    const pressed = this.server.storage.userMessages.findLast(({ callbackQuery: q }) => q?.message.chat.id === person.chat && q.from.id === client.userId)
    const id = String(pressed.callbackId)
    const call = await this.recorder.wait(`notice of ${b.text}`, ({ path, body }) => path.endsWith('/answerCallbackQuery') && body.callback_query_id === id)
    done.presses++
    return call.body.text ?? ''
  }

  // opened waits for the new message that the press of a button makes.
  async opened(person, what) {
    const call = await this.recorder.wait(what, ({ path, body }) => path.endsWith('/sendMessage') && +body.chat_id === person.chat)
    return this.#settled(person, call, what)
  }

  // post waits for a message that is no reply.
  async post(person, what) {
    const call = await this.recorder.wait(what, ({ path, body }) =>
      path.endsWith('/sendMessage') && +body.chat_id === person.chat && body.reply_parameters === undefined)
    return this.shown(person, call.answer.result.message_id)
  }

  // digests are who takes part in them where.
  get digests() {
    const group = this.place(this.group, 'group')
    const stranger = this.place(this.stranger, 'kate in the group')
    const [an, kate] = [this.place(this.an, 'an'), this.place(this.kate, 'kate')]
    return { places: [an, kate], groups: [group], strangers: [{ stranger, place: group }], admins: [an], others: [kate] }
  }

  // place is a chat of a person as subscribe.mjs takes it.
  place(person, name) {
    const lang = person.from.language_code
    return {
      name: `Telegram, ${name}`, lang,
      say: (command, value = '') => this.ask(person, `/${lang === 'vi' ? commands[command] : command} ${value}`.trim()),
      press: async (view, text) => {
        assert.equal(await this.press(person, view, button(view, text)), '', `notice of ${text}`)
        return this.opened(person, text)
      },
      notice: (view, text) => this.press(person, view, button(view, text)),
      ask: (question) => this.ask(person, question),
      turn: (view, text) => this.turn(person, view, text),
      paste: (text) => this.ask(person, `/them ${text}`),
      give: (file) => this.give(person, '/them', file),
      edits: (view) => this.recorder.calls.filter(({ path, body }) =>
        path.endsWith('/editMessageText') && +body.chat_id === person.chat && +body.message_id === view.id),
      post: (what) => this.post(person, what),
    }
  }

  // shown gives a message as the server has it now.
  async shown(person, id) {
    const all = await person.client.getUpdatesHistory()
    const { message } = all.find((m) => m.messageId === id && +m.message?.chat_id === person.chat)
    const buttons = (message.reply_markup?.inline_keyboard ?? []).flat().map((b) => ({ text: b.text, data: b.callback_data }))
    return { id, parts: parse(message.text), buttons }
  }

  // questions asks them all, as plain text in private chats, at the same time.
  async questions(list) {
    const people = this.crowd(8)
    await Promise.all(people.map(async (person, i) => {
      for (let k = i; k < list.length; k += people.length) {
        await about(list[k].question, async () => reply(await this.ask(person, list[k].question), list[k], 'vi'))
      }
    }))
  }

  // conversations are everything but plain questions.
  async conversations({ answered, none, corpus }) {
    const { an, kate, group } = this
    await about('/hoi', async () => reply(await this.ask(an, `/hoi ${answered.question}`), answered, 'vi'))
    await about('an English speaker', async () => {
      reply(await this.ask(kate, `/ask ${answered.question}`), answered, 'en')
      reply(await this.ask(kate, none.question), none, 'en')
    })
    await about('a group', async () => {
      // Nobody speaks to the bot with these two.
      await this.send(group, answered.question)
      await this.send(group, `/hoi@AnotherBot ${answered.question}`)
      reply(await this.ask(group, `/hoi@${this.name.slice(1)} ${answered.question}`), answered, 'vi')
      reply(await this.ask(group, `${this.name} ${none.question}`), none, 'vi')
    })
    await about('/start', async () => assert.match(visible(await this.ask(an, '/start')), /\/hoi.*\/ask/))
    await about('/moi', async () => {
      const list = await this.ask(an, '/moi')
      latest(list, corpus, 'vi')
      assert.equal(await this.press(an, list, button(list, words.vi.article)), '')
      article(await this.opened(an, 'article of the list'), null, corpus)
    })
    await about('/bai', async () => {
      await this.ask(an, answered.question)
      article(await this.ask(an, '/bai 1'), answered.citations[0], corpus)
    })
    await about('buttons of an answer', async () => {
      this.old = await this.ask(an, answered.question)
      const page = await this.#article(an, answered, corpus)
      if (page.buttons.some((b) => b.text === words.vi.next)) {
        await this.press(an, page, button(page, words.vi.next))
        await this.edited(an, page.id, 'next page')
        const second = await this.shown(an, page.id)
        article(second, null, corpus)
        assert.ok(visible(second).includes(words.vi.page), 'the page is not turned')
      }
      if (this.old.buttons.some((b) => b.text === words.vi.more)) {
        await this.press(an, this.old, button(this.old, words.vi.more))
        article(await this.opened(an, 'further passages'), null, corpus)
      }
      await this.#thanked()
    })
    await about('/trangthai', async () => {
      status(await this.ask(an, '/trangthai'))
      assert.equal(visible(await this.ask(kate, '/status')), words.en.refused)
    })
    await about('/caidat', async () => {
      await this.ask(an, '/caidat en')
      reply(await this.ask(an, answered.question), answered, 'en')
      await this.ask(an, '/caidat vi')
    })
  }

  async #article(person, answered, corpus) {
    assert.equal(await this.press(person, this.old, button(this.old, words.vi.article)), '')
    const page = await this.opened(person, 'article of an answer')
    article(page, answered.citations[0], corpus)
    return page
  }

  async #thanked() {
    assert.ok((await this.press(this.an, this.old, button(this.old, words.vi.useful))).includes(words.vi.thanks), 'no thanks')
  }

  // away is what happens while the bot is not there.
  async away({ answered }) {
    this.missed = await this.send(this.an, answered.question)
  }

  // again is the chat with the bot after it was started again.
  async again({ answered, corpus }) {
    await about('a question from before the start', async () => reply(await this.said(this.an, this.missed, 'missed question'), answered, 'vi'))
    await about('buttons from before the start', async () => {
      await this.#article(this.an, answered, corpus)
      await this.#thanked()
    })
  }

  // settled checks that nothing was said which nobody asked for.
  settled() {
    const extra = this.recorder.calls.filter((c) => !c.taken && c.path.endsWith('/sendMessage'))
    assert.deepEqual(extra.map((c) => c.body.text), [], 'messages that nobody asked for')
  }
}

async function about(what, f) {
  try {
    await f()
  } catch (e) {
    throw new Error(`Telegram, ${what}: ${e.message}`, { cause: e })
  }
}
