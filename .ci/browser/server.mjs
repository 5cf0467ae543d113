// The real binary, serving its page, as a child of this process.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import net from 'node:net'
import { patience, pause } from './chromium.mjs'

const running = new Set()
// Whatever ends this process, no server stays behind.
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')))

export class Server {
  log = ''

  // start serves a data folder until it is stopped; it is over the articles of a
  // folder, or, without one, over the binary's own.
  static async start(binary, { data, corpus, env = {} }) {
    const s = new Server()
    const port = await freePort()
    s.origin = `http://127.0.0.1:${port}`
    const args = ['serve', '--listen', `127.0.0.1:${port}`, '--data', data, ...(corpus ? ['--corpus', corpus] : [])]
    // Rates are tested elsewhere: here many questions come from one visitor.
    const child = spawn(binary, args, { env: { TRICHDAN_USER_RATE: '0', TRICHDAN_CHAT_RATE: '0', ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    running.add(child)
    s.child = child
    s.ended = new Promise((resolve) => {
      const end = (code, signal) => (running.delete(child), resolve({ code, signal }))
      child.on('error', (e) => ((s.log += `${e}\n`), end(-1)))
      child.on('close', end)
    })
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (s.log += text))
    await s.ready()
    return s
  }

  // ready waits until questions can be answered.
  async ready() {
    let over
    this.ended.then((how) => (over = how))
    for (const end = Date.now() + patience; ; await pause(50)) {
      assert.ok(!over, `the server has ended: ${this.log}`)
      assert.ok(Date.now() < end, `the server is not ready: ${this.log}`)
      const r = await fetch(`${this.origin}/readyz`).catch(() => null)
      await r?.arrayBuffer()
      if (r?.status === 200) return
    }
  }

  async stop() {
    this.child.kill('SIGTERM')
    assert.deepEqual(await this.ended, { code: 0, signal: null }, `end of the server: ${this.log}`)
  }
}

// freePort is a port that nobody listens on now.
const freePort = () => new Promise((resolve, reject) => {
  const s = net.createServer().on('error', reject)
  s.listen(0, '127.0.0.1', () => {
    const { port } = s.address()
    s.close(() => resolve(port))
  })
})
