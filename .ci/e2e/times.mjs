// When something comes next by the clocks of a time zone.

export const vietnam = 'Asia/Ho_Chi_Minh'
export const newYork = 'America/New_York'

const minutes = 60_000 // in milliseconds

// next gives the day on which the clocks of a zone next show a time, as midnight
// in UTC; with a weekday, 0 is Sunday, the next such day.
export function next(zone, hour, weekday, minute = 0, now = Date.now()) {
  const { year, month, day, hour: h, minute: m } = shown(zone, now)
  const passed = h * 60 + m >= hour * 60 + minute
  for (let d = passed ? 1 : 0; ; d++) {
    const date = new Date(Date.UTC(year, month - 1, day + d))
    if (weekday === undefined || date.getUTCDay() === weekday) return date
  }
}

// quietHour is 7, or 19 around the time when what is daily at 7 comes: a test
// that is running then would see it come.
export function quietHour(now = Date.now()) {
  const { hour } = shown(vietnam, now + 30 * minutes) // 6:30 to 7:29
  return hour === 7 ? 19 : 7
}

// shown is what calendar and clock show.
function shown(zone, at) {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric',
  })
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, +value]))
}
