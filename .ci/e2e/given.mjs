// Articles that admins give: each answers a question that nothing else answers.

export const ferry = {
  file: 'pha-go-cat.txt', title: 'Bến phà Gò Cát đổi giờ chạy', question: 'Phà Gò Cát chạy chuyến đầu lúc mấy giờ?',
  sentences: ['Từ ngày 12/3/2026, phà Gò Cát chạy chuyến đầu lúc 4 giờ 45 phút.', 'Chuyến cuối rời bến lúc 19 giờ 20 phút, vé vẫn 6.000 đồng.'],
}

export const kiln = {
  file: 'Lò gốm Xóm Bưởi.md', title: 'Lò gốm Xóm Bưởi nhóm lửa trở lại', question: 'Lò gốm Xóm Bưởi ngừng đốt bao nhiêu năm?',
  sentences: ['Lò gốm Xóm Bưởi ngừng đốt 17 năm, nay nhóm lửa trở lại.', 'Mẻ đầu có 240 chum, bán hết trong một buổi chợ.'],
}

export const market = {
  file: 'cho-noi.txt', title: 'Chợ nổi Rạch Mây họp sớm', question: 'Chợ nổi Rạch Mây họp từ mấy giờ?',
  sentences: ['Chợ nổi Rạch Mây họp từ 3 giờ 30 phút sáng, sớm hơn trước một giờ.', 'Ghe dưa hấu neo ở đầu vàm, ghe khóm neo phía trong.'],
}

export const school = {
  file: '..\\Trường Suối Lụa.html', title: 'Trường Suối Lụa có thư viện mới', question: 'Thư viện trường Suối Lụa có bao nhiêu cuốn sách?',
  sentences: ['Thư viện trường Suối Lụa có 1.350 cuốn sách, do phụ huynh góp.', 'Phòng đọc mở cả sáng chủ nhật.'],
}

export const well = {
  file: 'gieng-lang.txt', title: 'Giếng làng Đồng Gừng được khơi lại', question: 'Giếng làng Đồng Gừng sâu bao nhiêu mét?',
  sentences: ['Giếng làng Đồng Gừng sâu 14 mét, vừa được khơi lại sau mùa hạn.', 'Dân làng thay nhau gánh bùn suốt ba ngày.'],
}

export const boats = {
  file: 'dua-ghe.jsonl', title: 'Đua ghe Vàm Sóc có đội mới', question: 'Đua ghe Vàm Sóc có bao nhiêu đội?',
  sentences: ['Đua ghe Vàm Sóc có 11 đội, thêm một đội nữ từ ấp Rạch Ngay.', 'Chặng đua dài 800 mét, từ cầu sắt tới chùa.'],
}

// pasted is an article as people paste it, its headline in the first line, or,
// where a line is all that can be typed, before the text.
export const pasted = ({ title, sentences }, line = false) => `${title}${line ? '. ' : '\n'}${sentences.join(' ')}`

// attached is the file of an article, as its name says.
export function attached(article) {
  const { file, title, sentences } = article
  const body = sentences.join(' ')
  const write = {
    txt: () => pasted(article),
    md: () => `---\ntitle: ${title}\noutlet: Tin Làng\npublished: 2026-03-09\nurl: https://tinlang.example/${encodeURIComponent(title)}\n---\n\n${body}\n`,
    html: () => `<!doctype html><html lang="vi"><head><title>${title}</title><script>alert(1)</script></head><body><article><h1>${title}</h1><p>${body}</p></article></body></html>\n`,
    jsonl: () => JSON.stringify({ title, outlet: 'Tin Làng', published: '2026-03-10', url: 'https://tinlang.example/dua-ghe', body }) + '\n',
  }[file.split('.').at(-1)]
  return { name: file, content: write() }
}
