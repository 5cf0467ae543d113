// Digests of one process, from the first subscription to the last cancellation:
// articles are dropped into its folder, admins reload, and in each place comes
// what it waits for.
import { bridge, drop, lorries, lorriesRevised, market } from './news.mjs'
import * as subscribers from './subscribe.mjs'

export class Digests {
  // places are where people subscribe, in groups those who manage them; before
  // strangers, {stranger, place}, is what those say. The admins may reload, others
  // may not.
  constructor({ folder, corpus, places, groups = [], strangers = [], admins, others = [] }) {
    Object.assign(this, { folder, corpus, places, groups, strangers, admins, others })
  }

  // before is all until the process is stopped.
  async before() {
    await Promise.all([
      ...this.places.map((p) => subscribers.subscribes(p, this.corpus)),
      ...this.groups.map((p) => subscribers.joins(p)),
      ...this.others.map((p) => subscribers.mayNotReload(p)),
    ])
    await Promise.all(this.strangers.map(({ stranger, place }) => subscribers.mayNotChange(stranger, place.arrival)))

    drop(this.folder, lorries)
    await subscribers.reloads(this.admins[0], { added: 1 })
    await Promise.all([...this.places, ...this.groups].map((p) => subscribers.receives(p, { added: [lorries] })))
    await subscribers.delivered(this.admins[0], this.places.length + this.groups.length)
  }

  // after is all from when it was started again.
  async after() {
    await Promise.all([
      ...this.places.map((p) => subscribers.returns(p, [bridge, lorries], this.corpus)),
      ...this.groups.map((p) => subscribers.leaves(p)),
    ])
    drop(this.folder, lorriesRevised)
    drop(this.folder, market)
    await subscribers.reloads(this.admins.at(-1), { added: 1, changed: 1 })
    await Promise.all(this.places.map((p) => subscribers.receives(p, { added: [market], changed: [lorriesRevised] })))
    await Promise.all(this.places.map((p) => subscribers.remains(p)))
    await subscribers.delivered(this.admins[0], 2 * this.places.length + this.groups.length)
  }
}
