// Discord, by discord-digital-twin: slash commands, mentions, a thread, buttons.
import assert from 'node:assert/strict'
import http from 'node:http'
import { DigitalDiscord } from 'discord-digital-twin'
import { article, button, commands, done, latest, reply, status, unfinished, visible, words } from './check.mjs'
import { markdown, part, within } from './discord-message.mjs'
import { Recorder } from './recorder.mjs'

const ephemeral = 64 // flag of a message that one person sees
const secluded = ['reload', 'status', 'add', 'remove', 'restore', 'stats', 'forgetme'] // commands whose answers are such messages

// Permissions in a guild
// (https://discord.com/developers/docs/topics/permissions).
const administrator = 1 << 3
const manageGuild = 1 << 5
const talks = 1 << 10 | 1 << 11 // sees a channel and writes there

export class Discord {
  name = 'trichdan'
  #files = new Map() // bytes by address

  static async start(token) {
    const d = new Discord()
    const text = 0 // type of a channel
    d.twin = new DigitalDiscord({
      botToken: token, botUser: { username: d.name },
      channels: ['hỏi đáp', 'phòng chung', 'điểm tin', 'news'].map((name) => ({ name, type: text })),
      users: [{ username: 'an' }, { username: 'kate' }, { username: 'joe' }, { username: 'mai' }],
    })
    await onLoopback(() => d.twin.start())
    const people = await d.twin.prisma.user.findMany({ where: { bot: false } })
    d.an = people.find((p) => p.username === 'an').id
    d.kate = people.find((p) => p.username === 'kate').id
    d.joe = people.find((p) => p.username === 'joe').id
    d.mai = people.find((p) => p.username === 'mai').id
    for (const [userId, more] of [[d.an, manageGuild], [d.kate, 0], [d.joe, administrator], [d.mai, 0]]) {
      await d.twin.prisma.guildMember.updateMany({ where: { userId }, data: { permissions: String(talks | more) } })
    }
    const channels = await d.twin.prisma.channel.findMany({ orderBy: { id: 'asc' } })
    const [channel, other, digest, news] = channels.map((c) => c.id)
    Object.assign(d, { channel, other, digest, news })
    d.#complete({ [d.an]: 'vi', [d.mai]: 'vi', [d.kate]: 'en-GB', [d.joe]: 'en-US' })
    d.token = token
    d.recorder = await Recorder.start(new URL(d.twin.restUrl).origin, {
      inspect: (call) => d.#inspect(call),
      instead: ({ method, path }) => (method === 'GET' ? d.#files.get(path) : undefined),
    })
    d.env = { TRICHDAN_DISCORD_TOKEN: token, TRICHDAN_DISCORD_API: `${d.recorder.url}/api/v10`, TRICHDAN_DISCORD_ADMINS: d.an }
    return d
  }

  async stop() {
    this.recorder.stop()
    await this.twin.stop()
  }

  // #complete adds to the twin's gateway what Discord's has and it has not: the
  // mentions of a message, the language of a person's client, and the refusal
  // of a session that it does not know.
  #complete(locales) {
    const { gateway } = this.twin.server
    const broadcast = gateway.broadcast.bind(gateway)
    gateway.broadcast = (event, data) => {
      if (event.startsWith('MESSAGE_') && data.content?.includes(`<@${this.twin.botUserId}>`)) {
        data = { ...data, mentions: [{ id: this.twin.botUserId, username: this.name, bot: true }] }
      }
      if (event === 'INTERACTION_CREATE') data = { ...data, locale: locales[data.member.user.id] }
      broadcast(event, data)
    }
    const resume = 6
    const invalidSession = 9
    gateway.wss.on('connection', (ws) => ws.on('message', (raw) => {
      if (JSON.parse(raw).op === resume) ws.send(JSON.stringify({ op: invalidSession, d: false, s: null, t: null }))
    }))
  }

  #inspect({ method, path, headers, status, body, answer }) {
    const route = path.replace('/api/v10', '')
    if (route === '/gateway' && status === 404) return // the twin has no more than /gateway/bot
    if (this.#files.has(path)) {
      assert.equal(headers.authorization, undefined, 'the token of the bot with the download of a file')
      return
    }
    // What takes long to be acknowledged is acknowledged again.
    if (route.endsWith('/callback') && answer?.code === 40060) return
    assert.ok(status >= 200 && status < 300, `${method} ${route.replace(/test-interaction-token-/, '')} is refused: ${status} ${answer?.message}`)
    if (!route.startsWith('/webhooks/') && !route.startsWith('/interactions/')) assert.equal(headers.authorization, `Bot ${this.token}`)
    if (route.endsWith('/commands')) this.commands = answer
    if (method === 'GET' || method === 'DELETE' || route.endsWith('/typing') || route.endsWith('/commands')) return
    const message = route.endsWith('/callback') ? body.data : body
    if (message?.content === undefined && message?.embeds === undefined) return
    assert.deepEqual({ replied_user: false, ...message.allowed_mentions }, { parse: [], replied_user: false }, `${method} ${route} may ping`)
    within(message)
  }

  // run runs a slash command in a channel and waits for the reply, as the
  // channel shows it.
  async run(user, name, value, channel = this.channel) {
    const command = this.commands.find((c) => c.name === name)
    const options = value === undefined ? [] : [{ name: command.options[0].name, type: command.options[0].type, value }]
    return this.#ran(await this.twin.channel(channel).user(user).runSlashCommand({ name, options }), name, value)
  }

  // give runs a slash command with a file.
  async give(user, name, file, channel) {
    const command = this.commands.find((c) => c.name === name)
    const attached = 11 // type of an option
    const option = command.options.find((o) => o.type === attached) ?? assert.fail(`/${name} takes no file`)
    const bytes = Buffer.from(file.content)
    const id = String(1n << 60n | BigInt(this.#files.size)) // as long as theirs are
    const path = `/attachments/${channel}/${id}/${encodeURIComponent(file.name)}`
    this.#files.set(path, bytes)
    const attachment = { id, filename: file.name, size: bytes.length, url: this.recorder.url + path, proxy_url: this.recorder.url + path }
    return this.#ran(await this.twin.simulateInteraction({
      type: 2, channelId: channel, userId: user,
      data: { id: command.id, name, type: 1, options: [{ name: option.name, type: attached, value: id }], resolved: { attachments: { [id]: attachment } } },
    }), name, file.name)
  }

  // #ran waits for the reply to a slash command.
  async #ran({ id, token }, name, value = '') {
    const deferral = await this.#acknowledged(id, `deferral of /${name}`)
    assert.equal((deferral.data?.flags ?? 0) & ephemeral, secluded.includes(name) ? ephemeral : 0, `who sees the answer to /${name}`)
    done.commands++
    const next = () => this.#original(token, `/${name} ${value}`)
    return { ...(await this.#settled(await next(), next)), token }
  }

  // complete gives the choices for what was typed of a command's value.
  async complete(user, name, typed) {
    const [{ name: option, type }] = this.commands.find((c) => c.name === name).options
    const { id } = await this.twin.simulateInteraction({
      type: 4, channelId: this.channel, userId: user, data: { name, type: 1, options: [{ name: option, type, value: typed, focused: true }] },
    })
    const { type: kind, data } = await this.#acknowledged(id, `completion of /${name}`)
    assert.equal(kind, 8)
    assert.ok(data.choices.length > 0 && data.choices.length <= 25, `${data.choices.length} choices for ${typed}`)
    for (const c of data.choices) assert.ok(c.name && c.name.length <= 100 && c.value && c.value.length <= 100, `choice ${JSON.stringify(c)}`)
    return data.choices
  }

  // #acknowledged gives the first answer to an interaction.
  async #acknowledged(id, what) {
    return (await this.recorder.wait(what, ({ path }) => path.includes(`/interactions/${id}/`))).body
  }

  #original(token, what) {
    return this.recorder.wait(what, ({ method, path }) => method === 'PATCH' && decodeURIComponent(path).endsWith(`/${token}/messages/@original`))
  }

  // mention says something to the bot in a channel; to await nothing.
  mention(user, text, channel = this.channel) {
    return this.twin.channel(channel).user(user).sendMessage({ content: `<@${this.twin.botUserId}> ${text}` })
  }

  // said waits for the reply to a message.
  async said({ id, channel_id: channel }, what) {
    const call = await this.recorder.wait(what, ({ method, path, body }) =>
      method === 'POST' && path.endsWith(`/channels/${channel}/messages`) && body.message_reference?.message_id === id)
    return this.#settled(call, () => this.recorder.wait(what, ({ method, path }) => method === 'PATCH' && path.endsWith(`/messages/${call.answer.id}`)))
  }

  // #settled gives a message when it is more than a word of patience; next waits
  // for its next edit.
  async #settled(call, next) {
    for (;;) {
      const view = await this.shown(call.answer.channel_id, call.answer.id)
      if (!unfinished(view)) return view
      await next()
    }
  }

  // turn presses a button that has something else take the place of its message,
  // and gives that.
  async turn(user, view, text) {
    const token = await this.press(user, view, button(view, text))
    for (;;) {
      await this.#original(token, text)
      const now = await this.shown(view.channel, view.id)
      if (visible(now) !== visible(view) && !unfinished(now)) return now
    }
  }

  // press presses a button, and gives the token of what follows.
  async press(user, view, b) {
    const { id, token } = await this.twin.channel(view.channel).user(user).clickButton({ messageId: view.id, customId: b.data })
    await this.#acknowledged(id, `deferral of ${b.text}`)
    done.presses++
    return token
  }

  // followed waits for the new message that the press of a button makes.
  async followed(token, what) {
    const call = await this.recorder.wait(what, ({ method, path }) => method === 'POST' && path.includes('/webhooks/') && path.split('?')[0].endsWith(`/${token}`))
    return { ...(await this.shown(call.answer.channel_id, call.answer.id)), flags: call.body.flags ?? 0 }
  }

  // post waits for a message in a channel that is no reply. It has a name, and
  // Discord is to make one message of all that have it.
  async post(channel, what) {
    const call = await this.recorder.wait(what, ({ method, path, body }) =>
      method === 'POST' && path.endsWith(`/channels/${channel}/messages`) && body.message_reference === undefined)
    const { nonce, enforce_nonce: enforced } = call.body
    assert.ok(nonce && nonce.length <= 25 && enforced === true, `nonce ${nonce}, enforced: ${enforced}`)
    return this.shown(channel, call.answer.id)
  }

  // digests are who takes part in them where. All channels are a group's.
  get digests() {
    const an = this.place(this.an, this.digest, 'vi', 'an')
    const joe = this.place(this.joe, this.news, 'en', 'joe')
    const stranger = this.place(this.kate, this.digest, 'en', 'kate')
    return { places: [an, joe], groups: [], strangers: [{ stranger, place: an }], admins: [an], others: [joe] }
  }

  // place is a channel for a person as subscribe.mjs takes it.
  place(user, channel, lang, name) {
    const press = async (view, text) => this.followed(await this.press(user, view, button(view, text)), text)
    return {
      name: `Discord, ${name}`, lang, press,
      say: (command, value) => this.run(user, command, value, channel),
      notice: async (view, text) => {
        const notice = await press(view, text)
        assert.equal(notice.flags & ephemeral, ephemeral, 'everybody sees the notice')
        return visible(notice)
      },
      // Without the button of a command, as many lines as were pasted.
      paste: async (text) => this.said(await this.mention(user, `/them ${text}`, channel), 'a pasted text'),
      ask: (question) => this.run(user, 'ask', question, channel),
      turn: (view, text) => this.turn(user, view, text),
      give: (file) => this.give(user, 'add', file, channel),
      edits: (view) => this.recorder.calls.filter(({ method, path }) => method === 'PATCH' && path.includes(`/${view.token}/messages/`)).slice(1),
      post: (what) => this.post(channel, what),
    }
  }

  // shown gives a message as the twin has it now.
  async shown(channel, id) {
    const message = (await this.twin.channel(channel).getMessages()).find((m) => m.id === id)
    assert.ok(message, `message ${id} is gone`)
    const parts = markdown(message.content)
    for (const e of message.embeds ?? []) {
      parts.push(...markdown(e.description ?? ''))
      for (const f of e.fields ?? []) parts.push(...markdown(`${f.name}\n${f.value}`))
      if (e.footer) parts.push({ ...part(false), text: e.footer.text }) // no Markdown there
    }
    const buttons = (message.components ?? []).flatMap((row) => row.components).map((b) => ({ text: b.label, data: b.custom_id }))
    return { id, channel, parts, buttons }
  }

  // registered waits for the commands, and checks what people will see of them.
  async registered() {
    const call = await this.recorder.wait('registration of commands', ({ method, path }) => method === 'PUT' && path.endsWith('/commands'))
    const names = Object.fromEntries(call.body.map((c) => [c.name, c.name_localizations?.vi]))
    assert.deepEqual({ ...names, ...commands }, names)
    for (const c of call.body) assert.ok(c.description && c.description_localizations.vi, `no description of ${c.name}`)
  }

  // questions asks them all, by command and by mention in turn, some at the same
  // time: the twin takes a while for each.
  async questions(list) {
    const lanes = 6
    await Promise.all(Array.from({ length: lanes }, async (_, lane) => {
      for (let i = lane; i < list.length; i += lanes) {
        const { question } = list[i]
        await about(question, async () => {
          // In turn also within a lane.
          if ((i + Math.floor(i / lanes)) % 2 === 0) reply(await this.run(this.an, 'ask', question), list[i], 'vi')
          else reply(await this.said(await this.mention(this.an, question), 'reply to a mention'), list[i], 'vi')
        })
      }
    }))
  }

  // conversations are everything but plain questions.
  async conversations({ answered, none, corpus }) {
    const { an, kate } = this
    await about('an English speaker', async () => {
      reply(await this.run(kate, 'ask', answered.question), answered, 'en')
      reply(await this.run(kate, 'ask', none.question), none, 'en')
    })
    await about('a message to somebody else', () => this.twin.channel(this.other).user(an).sendMessage({ content: answered.question }))
    await about('a thread', async () => {
      const thread = await this.#thread(this.other)
      const view = await this.said(await this.mention(an, answered.question, thread), 'reply in a thread')
      assert.equal(view.channel, thread)
      reply(view, answered, 'vi')
    })
    await about('an edited question', async () => {
      const asked = await this.mention(an, none.question)
      const before = await this.said(asked, 'reply to a mention')
      reply(before, none, 'vi')
      await this.twin.channel(this.channel).user(an).editMessage({ messageId: asked.id, content: `<@${this.twin.botUserId}> ${answered.question}` })
      await this.recorder.wait('edited reply', ({ method, path }) => method === 'PATCH' && path.endsWith(`/channels/${this.channel}/messages/${before.id}`))
      reply(await this.shown(this.channel, before.id), answered, 'vi')
    })
    await about('/help', async () => assert.match(visible(await this.run(an, 'help')), /\/hoi.*\/ask/))
    await about('/latest', async () => {
      const list = await this.run(an, 'latest', undefined, this.other)
      latest(list, corpus, 'vi')
      article(await this.followed(await this.press(an, list, button(list, words.vi.article)), 'article of the list'), null, corpus)
    })
    await about('/article', async () => {
      await this.run(an, 'ask', answered.question)
      article(await this.run(an, 'article', '1'), answered.citations[0], corpus)
      const [choice] = await this.complete(an, 'article', answered.citations[0].title.slice(0, 20))
      article(await this.run(an, 'article', choice.value), answered.citations[0], corpus)
    })
    await about('buttons of an answer', async () => {
      this.old = await this.run(an, 'ask', answered.question)
      const page = await this.#article(answered, corpus)
      if (page.buttons.some((b) => b.text === words.vi.next)) {
        await this.#original(await this.press(an, page, button(page, words.vi.next)), 'next page')
        const second = await this.shown(page.channel, page.id)
        article(second, null, corpus)
        assert.ok(visible(second).includes(words.vi.page), 'the page is not turned')
      }
      if (this.old.buttons.some((b) => b.text === words.vi.more)) {
        article(await this.followed(await this.press(an, this.old, button(this.old, words.vi.more)), 'further passages'), null, corpus)
      }
      await this.#thanked()
    })
    await about('/status', async () => {
      status(await this.run(an, 'status'))
      assert.equal(visible(await this.run(kate, 'status')), words.en.refused)
    })
  }

  async #article(answered, corpus) {
    const page = await this.followed(await this.press(this.an, this.old, button(this.old, words.vi.article)), 'article of an answer')
    article(page, answered.citations[0], corpus)
    return page
  }

  async #thanked() {
    const notice = await this.followed(await this.press(this.an, this.old, button(this.old, words.vi.useful)), 'notice')
    assert.ok(visible(notice).includes(words.vi.thanks), visible(notice))
    assert.equal(notice.flags & ephemeral, ephemeral, 'everybody sees the notice')
  }

  async #thread(channel) {
    const answer = await fetch(`${this.twin.restUrl}/v10/channels/${channel}/threads`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: 'chuyện bên lề', type: 11 }),
    })
    assert.ok(answer.ok, 'a thread')
    return (await answer.json()).id
  }

  // again is the chat with the bot after it was started again.
  async again({ answered, corpus }) {
    await about('buttons from before the start', async () => {
      await this.#article(answered, corpus)
      await this.#thanked()
    })
    await about('a question after the start', async () => reply(await this.run(this.an, 'ask', answered.question), answered, 'vi'))
    assert.equal(this.recorder.calls.filter((c) => c.path.endsWith('/commands')).length, 1, 'registrations of the same commands')
  }

  // settled checks that nothing was said which nobody asked for.
  settled() {
    const extra = this.recorder.calls.filter((c) => !c.taken && c.method === 'POST' && /\/channels\/\d+\/messages$|\/webhooks\//.test(c.path))
    assert.deepEqual(extra.map((c) => c.body), [], 'messages that nobody asked for')
  }
}

async function about(what, f) {
  try {
    await f()
  } catch (e) {
    throw new Error(`Discord, ${what}: ${e.message}`, { cause: e })
  }
}

// onLoopback runs f, in which servers listen on the loopback address only: the
// twin can only listen on all.
async function onLoopback(f) {
  const { listen } = http.Server.prototype
  http.Server.prototype.listen = function (port, listening) {
    return listen.call(this, port, '127.0.0.1', listening)
  }
  try {
    await f()
  } finally {
    delete http.Server.prototype.listen // what it is derived from has its own
  }
}
