// Chromium, without a window, and what is watched of it.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import puppeteer from 'puppeteer-core'

// patience is how long anything may take, in milliseconds: it only ends what
// would never end.
export const patience = 120_000

export const phone = { width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 1 }
export const desktop = { width: 1280, height: 900, deviceScaleFactor: 1 }

// launch starts the browser that CHROMIUM names.
export function launch() {
  const args = ['--disable-dev-shm-usage', '--disable-gpu', '--no-proxy-server', '--disable-background-networking', '--disable-component-update', '--accept-lang=vi']
  if (process.getuid?.() === 0) args.push('--no-sandbox') // it refuses to run as root with one
  return puppeteer.launch({ executablePath: process.env.CHROMIUM, args, timeout: patience, protocolTimeout: patience })
}

// Visit is a page of its own, with cookies of its own, that asks for nothing from
// elsewhere and complains of nothing.
export class Visit {
  static async start(browser, origin, { viewport, scheme, scripts = true }) {
    const v = new Visit()
    v.context = await browser.createBrowserContext()
    v.page = await v.context.newPage()
    v.origin = origin
    v.requests = []
    v.complaints = []
    v.page.setDefaultTimeout(patience)
    await v.page.setViewport(viewport)
    await v.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
    await v.page.setJavaScriptEnabled(scripts)
    v.page.on('request', (r) => v.requests.push(r.url()))
    v.page.on('pageerror', (e) => v.complaints.push(String(e)))
    v.page.on('console', (m) => ['error', 'warn'].includes(m.type()) && v.complaints.push(m.text()))
    return v
  }

  // open goes to an address of the site, and gives the status of the answer.
  async open(path) {
    const r = await this.page.goto(this.origin + path)
    return r?.status()
  }

  // after does something that leads to another page, and waits for that.
  async after(action) {
    const [r] = await Promise.all([this.page.waitForNavigation(), action()])
    return r?.status()
  }

  // axe finds nothing serious in what is shown now.
  async accessible(what) {
    await this.page.evaluate(axe)
    const { violations, passes } = await this.page.evaluate(() => window.axe.run(document, { resultTypes: ['violations', 'passes'] }))
    assert.ok(passes.length > 10, `axe-core has checked next to nothing on ${what}`)
    const serious = violations.filter((v) => ['serious', 'critical'].includes(v.impact))
    assert.deepEqual(serious.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.html).join(' ')}`), [], `accessibility of ${what}`)
    for (const v of violations) if (!serious.includes(v)) console.log(`browser: ${what}: ${v.impact}: ${v.id}: ${v.help}`)
  }

  // fits: nothing makes the page wider than the window.
  async fits(what) {
    const [wide, room] = await this.page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth])
    assert.ok(wide <= room, `${what} is ${wide} wide in a window of ${room}`)
  }

  // cited is the element that the address means, as it is shown.
  cited() {
    return this.page.evaluate(() => {
      const e = document.querySelector(':target')
      if (!e) return null
      const { top, bottom } = e.getBoundingClientRect()
      const other = [...document.querySelectorAll('.passage')].find((p) => p !== e)
      const ground = (x) => getComputedStyle(x).backgroundColor
      return {
        id: e.id, text: e.textContent, top, bottom, height: window.innerHeight,
        marked: !other || ground(other) !== ground(e), scrolled: window.scrollY,
      }
    })
  }

  async end() {
    const strangers = this.requests.filter((u) => new URL(u).origin !== this.origin)
    assert.deepEqual(strangers, [], 'requests to elsewhere')
    assert.ok(this.requests.length > 0, 'no request was seen')
    assert.deepEqual(this.complaints, [], 'complaints of the browser')
    await this.context.close()
  }
}

const axe = fs.readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
