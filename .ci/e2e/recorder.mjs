// A recorder stands between the bot and a server it talks to: it passes every
// call on and keeps what was said. The servers forget parts of it (the twin of
// Discord keeps no allowed_mentions), and a recorded call can be waited for
// without asking again and again.
import http from 'node:http'

export const patience = 90_000 // milliseconds until something is missing

export class Recorder {
  calls = []
  #waiting = []
  #server
  #target
  #inspect

  // inspect sees every call with its answer, in order; what it throws is kept
  // as one of problems. With skip a call is passed on and not kept. What instead
  // gives, an object or bytes, is answered in place of the server.
  static async start(target, { inspect, skip = () => false, instead = () => undefined }) {
    const r = new Recorder()
    r.#target = new URL(target)
    r.#inspect = inspect
    r.skip = skip
    r.instead = instead
    r.problems = []
    r.#server = http.createServer((from, to) => r.#pass(from, to))
    // A connection that ends just when a call is made on it would lose the call.
    r.#server.keepAliveTimeout = 0
    await new Promise((resolve, reject) => r.#server.listen(0, '127.0.0.1', resolve).once('error', reject))
    r.url = `http://127.0.0.1:${r.#server.address().port}`
    return r
  }

  stop() {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  #pass(from, to) {
    const sent = []
    from.on('data', (b) => sent.push(b))
    from.on('error', () => to.destroy())
    from.on('end', () => {
      const body = Buffer.concat(sent)
      // at is when it came, took how long it was passed on; both in milliseconds.
      const call = { at: performance.now(), method: from.method, path: from.url, headers: from.headers, body: parse(body, from.headers['content-type']) }
      to.once('close', () => (call.took = performance.now() - call.at))
      const answer = this.instead(call)
      if (answer !== undefined) {
        this.#keep(Object.assign(call, { status: 200, answer }))
        const bytes = Buffer.isBuffer(answer)
        to.writeHead(200, { 'content-type': bytes ? 'application/octet-stream' : 'application/json' }).end(bytes ? answer : JSON.stringify(answer))
        return
      }
      const on = http.request({
        host: this.#target.hostname, port: this.#target.port, method: from.method, path: from.url,
        headers: { ...from.headers, host: this.#target.host, connection: 'close' }, agent: false,
      })
      on.on('error', () => to.destroy())
      on.on('response', (answer) => {
        const got = []
        answer.on('data', (b) => got.push(b))
        answer.on('error', () => to.destroy())
        answer.on('end', () => {
          const text = Buffer.concat(got)
          this.#keep(Object.assign(call, { status: answer.statusCode, answer: parse(text, answer.headers['content-type']) }))
          const headers = { ...answer.headers }
          for (const own of ['transfer-encoding', 'connection', 'keep-alive']) delete headers[own]
          to.writeHead(answer.statusCode, headers).end(text)
        })
      })
      on.end(body)
    })
  }

  #keep(call) {
    if (this.skip(call)) return
    try {
      this.#inspect(call)
    } catch (e) {
      this.problems.push(e)
    }
    this.calls.push(call)
    for (const w of [...this.#waiting]) {
      if (!call.taken && w.match(call)) {
        call.taken = true
        w.found(call)
      }
    }
  }

  // wait gives the first call that matches and that nobody has waited for yet.
  wait(what, match) {
    const known = this.calls.find((c) => !c.taken && match(c))
    if (known) {
      known.taken = true
      return Promise.resolve(known)
    }
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer)
        this.#waiting.splice(this.#waiting.indexOf(w), 1)
      }
      const w = { match, found: (call) => (end(), resolve(call)) }
      const timer = setTimeout(() => (end(), reject(new Error(`${what}: nothing came within ${patience / 1000} s`))), patience)
      this.#waiting.push(w)
    })
  }
}

function parse(bytes, type = '') {
  const text = bytes.toString('utf8')
  if (type.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text))
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
