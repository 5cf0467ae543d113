// Subscriptions and digests as people in one place see them, the same on each
// platform. A place is {lang, say, press, post}: say types a command, by its
// English name, and gives the reply; press presses a button and gives the message
// that follows; post waits for a message that nobody asked for.
import assert from 'node:assert/strict'
import { pause } from './bot.mjs'
import { button, visible, words } from './check.mjs'
import { digest } from './digest.mjs'
import { bridge, topic } from './news.mjs'
import { phrases } from './phrases.mjs'
import { patience } from './recorder.mjs'
import { newYork, next, quietHour, vietnam } from './times.mjs'

const monday = 1
const hour = quietHour()

// subscribes is the first part: subscriptions are made, shown and ended.
export async function subscribes(place, corpus) {
  const w = phrases[place.lang]
  await about(place, 'on arrival', async () => {
    place.arrival = await confirmed(place, 1, w.arrival, () => [w.onArrival])
  })
  await about(place, 'a preview', () => previewed(place, [bridge], corpus))
  await about(place, 'every day, on a topic', () =>
    confirmed(place, 2, w.daily(hour, topic), () => [w.topic(topic), w.next(next(vietnam, hour), hour)]))
  await about(place, 'every week, in another zone', async () => {
    const weekly = () => [w.zone(newYork), w.next(next(newYork, 8, monday, 30), 8, 30)]
    const view = await confirmed(place, 3, w.weekly(newYork), weekly)
    const sentence = ended(await place.press(view, w.cancel(3)), 3, w)
    await confirmed(place, 4, sentence, weekly) // no number comes again while there are others
    ended(await place.say('unsubscribe', '4'), 4, w)
  })
  await about(place, 'a time that is none', async () => assert.match(visible(await place.say('subscribe', w.noTime)), w.refusedTime))
  await about(place, 'the list', async () => {
    const list = await listed(place, [1, 2])
    says(list, w.topic(topic), w.onArrival, w.notRun)
  })
  await about(place, 'a digest for who asks', async () => {
    const told = await whole(place, undefined, corpus)
    assert.deepEqual(told, [bridge], 'our own articles in a digest of all')
    const view = await place.say('digest', topic)
    const { told: onTopic, stories } = digest(view, { heading: w.newsOn(topic), articles: [bridge], corpus, lang: place.lang })
    assert.deepEqual(onTopic, [bridge], 'our own articles in a digest on their topic')
    assert.ok(stories[0].head.includes(bridge.title), 'another article is nearer to the topic')
  })
}

// joins is the first part in a group, briefly: not many messages a minute may be
// sent to one.
export async function joins(group) {
  const w = phrases[group.lang]
  await about(group, 'on arrival', async () => {
    group.arrival = await confirmed(group, 1, w.arrival, () => [w.onArrival])
  })
}

// receives waits for the digest that comes by itself, with what is new alone.
export async function receives(place, { added, changed = [] }) {
  await about(place, `a digest of ${added.length} new and ${changed.length} changed`, async () => {
    const w = phrases[place.lang]
    const articles = [...added, ...changed]
    const { told, stories } = digest(await place.post('the digest'), { heading: `${w.news} · ${w.stories(articles.length)}`, articles, lang: place.lang })
    assert.deepEqual(new Set(told), new Set(articles), 'articles in the digest')
    assert.equal(stories.length, articles.length, 'stories in the digest')
    told.forEach((a, i) => assert.equal(stories[i].head.includes(` · ${w.updated}`), changed.includes(a), `whether it says ${w.updated}: ${stories[i].head}`))
  })
}

// returns is the part after the process was started again. A subscription that
// has just told of something is quiet for some minutes: what comes next is for a
// new one, and not for those that were ended.
export async function returns(place, articles, corpus) {
  const w = phrases[place.lang]
  await about(place, 'the list after the start', async () => {
    const [arrival, daily] = details(await listed(place, [1, 2]), [1, 2], w)
    assert.ok(arrival.includes(w.sent(1)), `does not say what was sent: ${arrival}`)
    assert.ok(daily.includes(w.notRun), `does not say that nothing was due: ${daily}`)
  })
  await about(place, 'a preview from before the start', () => previewed(place, articles, corpus))
  await about(place, 'a pause', async () => {
    says(await place.say('pause', '2'), w.paused(2), w.resting(2))
    says(await listed(place, [1, 2]), w.resting(2))
    const before = next(vietnam, hour)
    const view = await place.say('resume', '2')
    says(view, w.resumed(2))
    saysOne(view, [before, next(vietnam, hour)].map((day) => w.next(day, hour)))
  })
  await about(place, 'one that has ended, and comes again', async () => {
    const sentence = ended(await place.say('unsubscribe', '1'), 1, w)
    await confirmed(place, 5, sentence, () => [w.onArrival])
    await confirmed(place, 6, w.arrivalOn(topic), () => [w.onArrival, w.topic(topic)])
    ended(await place.say('unsubscribe', '6'), 6, w)
  })
}

// leaves is the end of the only subscription in a group.
export async function leaves(group) {
  await about(group, 'the end of one', async () => {
    await listed(group, [1])
    ended(await group.say('unsubscribe', '1'), 1, phrases[group.lang])
  })
}

// remains checks which subscriptions are left, and that the daily one has had
// nothing to send.
export async function remains(place) {
  const w = phrases[place.lang]
  await about(place, 'the list at the end', async () => {
    const [daily, arrival] = details(await listed(place, [2, 5]), [2, 5], w)
    assert.ok(arrival.includes(w.sent(2)), `does not say what was sent: ${arrival}`)
    assert.ok(daily.includes(w.notRun), `does not say that nothing was due: ${daily}`)
  })
}

// reloads is an admin's reload, with what it reports.
export async function reloads(admin, { added = 0, changed = 0 }) {
  await about(admin, 'a reload', async () => says(await admin.say('reload'), phrases[admin.lang].reloaded(added, changed)))
}

// mayNotReload is the reload of somebody who is no admin.
export async function mayNotReload(place) {
  await about(place, 'a reload by somebody else', async () => assert.equal(visible(await place.say('reload')), words[place.lang].refused))
}

// mayNotChange is somebody who does not manage a group, before whom is what was
// said to somebody who does.
export async function mayNotChange(stranger, view) {
  const w = phrases[stranger.lang]
  await about(stranger, 'changes by a stranger', async () => {
    for (const [command, value] of [['subscribe', w.arrival], ['pause', '1'], ['unsubscribe', '1']]) {
      assert.equal(visible(await stranger.say(command, value)), w.managersOnly, command)
    }
    assert.equal(await stranger.notice(view, phrases.vi.cancel(1)), w.managersOnly, 'the button of somebody else')
    says(await stranger.say('subscriptions'), w.listed, w.number(1))
  })
}

// delivered waits until nothing is on its way any more; then so many digests
// were sent, each once, and nothing went wrong.
export async function delivered(admin, sent) {
  await about(admin, 'the state of deliveries', async () => {
    for (const end = Date.now() + patience; ; await pause(200)) {
      const text = visible(await admin.say('status'))
      const counts = (phrases[admin.lang].deliveries.exec(text) ?? assert.fail(`nothing of deliveries: ${text}`)).slice(1).map(Number)
      const [waiting, held, sending, ...ended] = counts
      if (waiting + held + sending > 0 && Date.now() < end) continue
      assert.deepEqual([waiting, held, sending], [0, 0, 0], 'digests waiting, held, being sent')
      assert.deepEqual(ended, [sent, 0, 0, 0, 0], 'digests sent, of unknown arrival, rejected, too late, repeated')
      return
    }
  })
}

// confirmed subscribes and checks that this is said, with all the parts as they
// are before it or after: meanwhile a day may have ended.
async function confirmed(place, number, sentence, parts) {
  const w = phrases[place.lang]
  const before = parts()
  const view = await place.say('subscribe', sentence)
  const after = parts()
  says(view, w.subscribed(number), w.fromNowOn)
  before.forEach((p, i) => saysOne(view, [p, after[i]]))
  button(view, w.cancel(number))
  return view
}

// ended checks what is said of a subscription that was ended, and gives the
// sentence that makes it again.
function ended(view, number, w) {
  says(view, w.cancelled(number))
  return (w.again.exec(visible(view)) ?? assert.fail(`not how to subscribe again: ${visible(view)}`))[1]
}

// previewed presses the button below the first confirmation, where there are
// buttons.
async function previewed(place, articles, corpus) {
  if (place.typed) return // this button cannot be typed
  const w = phrases[place.lang]
  const view = await place.press(place.arrival, w.preview)
  const { stories } = digest(view, { heading: w.previewed, articles, corpus, lang: place.lang })
  assert.ok(stories.length <= 3, `a preview of ${stories.length} stories`)
}

// listed gives the list of a place, which has these numbers and no other.
async function listed(place, numbers) {
  const w = phrases[place.lang]
  const view = await place.say('subscriptions')
  const text = visible(view)
  says(view, w.listed)
  for (let n = 1; n <= 6; n++) assert.equal(text.includes(`\n${w.number(n)}`), numbers.includes(n), `whether ${n} is in the list: ${text}`)
  return view
}

// details are the parts of a list, one for each number.
function details(view, numbers, w) {
  const text = visible(view)
  const at = numbers.map((n) => text.indexOf(`\n${w.number(n)}`))
  return at.map((from, i) => text.slice(from, at[i + 1]))
}

// whole reads a digest to its last part, and gives our own articles in it.
async function whole(place, value, corpus) {
  const w = phrases[place.lang]
  const told = []
  let first = 1
  for (let view = await place.say('digest', value), i = 1; ; i++) {
    const more = view.buttons.some((b) => b.text === w.nextPart)
    if (i > 1 || more) says(view, w.part(i))
    const part = digest(view, { heading: `${w.news} · `, articles: [bridge], corpus, lang: place.lang, first })
    told.push(...part.told)
    if (!more) return told
    first += part.stories.length
    assert.ok(i < 10, 'a digest without an end')
    view = await place.press(view, w.nextPart)
  }
}

function says(view, ...parts) {
  for (const p of parts) assert.ok(visible(view).includes(p), `not said: ${p}, but: ${visible(view)}`)
}

function saysOne(view, choice) {
  assert.ok(choice.some((p) => visible(view).includes(p)), `not said: ${choice[0]}, but: ${visible(view)}`)
}

async function about(place, what, f) {
  try {
    return await f()
  } catch (e) {
    throw new Error(`${place.name}, ${what}: ${e.message}`, { cause: e })
  }
}
