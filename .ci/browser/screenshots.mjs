// The pictures of the README, over the articles that are in the binary.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { Visit, desktop as window_, phone } from './chromium.mjs'

const question = 'Đường Vành đai 4 có tổng mức đầu tư bao nhiêu?'
const desktop = { ...window_, height: 600 }
const most = 150_000 // bytes of one

export async function screenshots(browser, server, folder) {
  fs.mkdirSync(folder, { recursive: true })
  for (const [name, viewport, scheme] of [['phone', phone, 'light'], ['phone', phone, 'dark'], ['desktop', desktop, 'light'], ['desktop', desktop, 'dark']]) {
    const visit = await Visit.start(browser, server.origin, { viewport, scheme })
    const take = async (what) => {
      const file = path.join(folder, `${what}-${name}-${scheme}.png`)
      await visit.page.screenshot({ path: file })
      assert.ok(fs.statSync(file).size < most, `${file} is larger than ${most} bytes`)
    }
    assert.equal(await visit.open(`/?q=${encodeURIComponent(question)}`), 200)
    const article = name === 'phone' ? 'dark' : 'light'
    if (scheme !== article) await take('answer')
    await visit.after(() => visit.page.click('figure a[href^="/a/"]'))
    if (scheme === article) await take('article')
    await visit.end()
  }
}
