// What people type to subscribe, and the bot's words that the checks look for.
const weekdays = {
  vi: ['chủ nhật', 'thứ hai', 'thứ ba', 'thứ tư', 'thứ năm', 'thứ sáu', 'thứ bảy'],
  en: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
}
const two = (n) => String(n).padStart(2, '0')
const iso = (date) => date.toISOString().slice(0, 10)
const dayFirst = (date) => `${date.getUTCDate()}/${date.getUTCMonth() + 1}/${date.getUTCFullYear()}`

export const phrases = {
  vi: {
    // typed
    arrival: 'ngay', arrivalOn: (topic) => `ngay về ${topic}`, daily: (hour, topic) => `hằng ngày 7h ${hour === 7 ? 'sáng' : 'tối'} về ${topic}`,
    weekly: (zone) => `thứ hai hằng tuần 8:30 múi giờ ${zone}`, noTime: 'hằng ngày lúc 25h',
    // said of subscriptions
    subscribed: (n) => `Đã đăng ký số ${n}: `, onArrival: 'ngay khi có bài mới, ', fromNowOn: 'Chỉ gửi những bài có từ lúc này trở đi.',
    next: (date, hour, minute = 0) => `Lần tới: ${weekdays.vi[date.getUTCDay()]} ${dayFirst(date)}, ${two(hour)}:${two(minute)}.`,
    zone: (name) => `múi giờ ${name}`, topic: (t) => `về “${t}”`, refusedTime: /“[^”]*25h[^”]*” không phải là giờ trong ngày/,
    listed: 'Các đăng ký ở đây:', number: (n) => `Số ${n}: `, notRun: 'Chưa tới lần nào', sent: (n) => `gửi ${n} bài`,
    cancelled: (n) => `Đã hủy số ${n}: `, again: /^Đăng ký lại: \/dangky (.+)$/m,
    paused: (n) => `Đã tạm dừng số ${n}: `, resting: (n) => `Nhận tiếp: /tieptuc ${n}`, resumed: (n) => `Số ${n} nhận tin tiếp: `,
    managersOnly: 'Chỉ quản trị viên của nhóm đổi được việc nhận tin ở đây.',
    preview: 'Xem thử', cancel: (n) => `Hủy số ${n}`,
    // and of digests
    previewed: 'Ví dụ, từ những bài đã có:', news: 'Tin mới', newsOn: (t) => `Tin mới về “${t}”`, stories: (n) => `${n} tin`,
    date: (s) => dayFirst(new Date(s)), updated: 'cập nhật', part: (i) => `Phần ${i}/`, nextPart: 'Phần sau',
    // by admins
    reloaded: (added, changed) => `Đã nạp lại: thêm ${added}, sửa ${changed}, gỡ 0, khôi phục 0,`,
    deliveries: /đang chờ (\d+), giữ lại vì tạm dừng (\d+), đang gửi (\d+); 24 giờ qua: đã gửi (\d+), không rõ đã tới chưa (\d+), bị từ chối (\d+), quá hạn (\d+), gửi lặp (\d+)\./,
  },
  en: {
    arrival: 'on arrival', arrivalOn: (topic) => `on arrival about ${topic}`, daily: (hour, topic) => `every day at ${hour}:00 about ${topic}`,
    weekly: (zone) => `every Monday at 8:30 time zone ${zone}`, noTime: 'every day at 25:00',
    subscribed: (n) => `Subscribed, number ${n}: `, onArrival: 'as soon as there is news, ', fromNowOn: 'Only articles that come from now on are sent.',
    next: (date, hour, minute = 0) => `Next: ${weekdays.en[date.getUTCDay()]} ${iso(date)}, ${two(hour)}:${two(minute)}.`,
    zone: (name) => `time zone ${name}`, topic: (t) => `about “${t}”`, refusedTime: /“[^”]*25:00[^”]*” is no time of day/,
    listed: 'Subscriptions here:', number: (n) => `Number ${n}: `, notRun: 'Has not run yet', sent: (n) => `articles sent: ${n}`,
    cancelled: (n) => `Ended number ${n}: `, again: /^To subscribe again: \/subscribe (.+)$/m,
    paused: (n) => `Paused number ${n}: `, resting: (n) => `To go on: /resume ${n}`, resumed: (n) => `Number ${n} goes on: `,
    managersOnly: 'Only admins of this group can change what is sent here.',
    preview: 'Preview', cancel: (n) => `End number ${n}`,
    previewed: 'Examples, from the articles that are there already:', news: 'News', newsOn: (t) => `News about “${t}”`, stories: (n) => (n === 1 ? '1 story' : `${n} stories`),
    date: (s) => s, updated: 'updated', part: (i) => `Part ${i}/`, nextPart: 'Next part',
  },
}
