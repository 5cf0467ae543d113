// The bot is the real binary, as a child of this process.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'

const running = new Set()
// Whatever ends this process, no bot stays behind.
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')))

const startTime = 90_000 // milliseconds until it must be connected
const stopTime = 10_000 // from the signal to the end

export class Bot {
  log = '' // of all its processes, one after the other

  constructor(binary, { verb = 'serve', data, corpus, env, secrets }) {
    Object.assign(this, { binary, verb, data, corpus, env, secrets })
  }

  // start runs the binary until it is stopped or ends by itself.
  start(env = this.env) {
    this.from = this.log.length
    const child = spawn(this.binary, [this.verb, '--data', this.data, '--corpus', this.corpus], {
      env, stdio: [this.verb === 'serve' ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
    running.add(child)
    this.child = child
    this.ended = new Promise((resolve) => {
      const end = (code, signal) => (running.delete(child), resolve({ code, signal }))
      child.on('error', (e) => ((this.log += `${e}\n`), end(-1)))
      child.on('close', end)
    })
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (s) => (this.log += s))
  }

  // says waits until the running process has logged a line with all the parts.
  async says(...parts) {
    const line = () => this.log.slice(this.from).split('\n').find((l) => parts.every((p) => l.includes(p)))
    let over = false
    this.ended.then(() => (over = true))
    for (const end = Date.now() + startTime; !line(); await pause(20)) {
      assert.ok(!over, `the bot ended and never said ${parts.join(', ')}`)
      assert.ok(Date.now() < end, `within ${startTime / 1000} s the bot did not say ${parts.join(', ')}`)
    }
    return line()
  }

  // connected waits until it is connected to both.
  async connected(telegram, discord) {
    await this.says('connected', '"component":"telegram"', telegram.name)
    await this.says('connected', '"component":"discord"', `"as":"${discord.name}"`)
  }

  // stop asks the process to end, which must be done soon and without an error.
  async stop(signal) {
    const begun = Date.now()
    this.child.kill(signal)
    assert.deepEqual(await this.end(stopTime), { code: 0, signal: null }, `end of the bot after ${signal}`)
    return Date.now() - begun
  }

  // end waits for the end of the process.
  async end(limit) {
    const how = await Promise.race([this.ended, pause(limit)])
    assert.ok(how, `the bot has not ended within ${limit / 1000} s`)
    return how
  }

  // discreet checks that no secret is in the log. What the bot itself had to
  // cross out there would also be one.
  discreet() {
    for (const s of [...this.secrets, '[secret]']) assert.ok(!this.log.includes(s), 'a secret is in the log of the bot')
  }
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
