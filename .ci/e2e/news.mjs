// Articles of our own, beside those of the coverage: every sentence in them is
// known.
import fs from 'node:fs'
import path from 'node:path'

export const topic = 'cầu phao Bến Sậy'

// bridge is there from the beginning, and on the topic.
export const bridge = {
  file: 'cau-phao.jsonl', title: 'Cầu phao Bến Sậy thông xe trước mùa lũ', outlet: 'Tin Làng', published: '2026-03-02', url: 'https://tinlang.example/cau-phao',
  paragraphs: [
    ['Cầu phao Bến Sậy dài 84 mét đã thông xe sáng 2/3, nối hai xã Thượng Ngàn và Hạ Ngàn.', 'Trước đây người dân hai bờ phải đi đò, hoặc vòng 17 km qua cầu Đá.'],
    ['Làm cầu hết 3,6 tỷ đồng, do hai xã cùng 412 hộ dân góp.'],
  ],
}

// lorries comes later, and is on the topic as well.
export const lorries = {
  file: 'xe-tai.jsonl', title: 'Xe tải trên 5 tấn không được qua cầu phao Bến Sậy', outlet: 'Tin Làng', published: '2026-03-05', url: 'https://tinlang.example/xe-tai',
  paragraphs: [
    ['Từ ngày 5/3, cầu phao Bến Sậy không cho xe tải trên 5 tấn đi qua.', 'Ông Lò Văn Pín, chủ tịch xã Thượng Ngàn, nói ván mặt cầu đã nứt ở ba chỗ.'],
    ['Xã sẽ thay 60 tấm ván trước ngày 20/3.'],
  ],
}

export const lorriesRevised = {
  ...lorries,
  paragraphs: [
    ['Từ ngày 5/3, cầu phao Bến Sậy không cho xe tải trên 3 tấn đi qua, thay vì 5 tấn như tin trước.', 'Ông Lò Văn Pín, chủ tịch xã Thượng Ngàn, nói ván mặt cầu đã nứt ở bảy chỗ.'],
    ['Xã sẽ thay 95 tấm ván trước ngày 31/3.'],
  ],
}

// market has what means something to one platform or the other.
export const market = {
  file: 'cho-phien.jsonl', title: 'Chợ phiên *Nà Ke* <họp lại> & đổi giờ', outlet: 'Báo [Bản] Xa', published: '2026-03-06', url: 'https://banxa.example/cho_phien?so=1&trang=2',
  paragraphs: [
    ['Bảng ở cổng chợ Nà Ke ghi giá gạo nếp <32.000 đồng> & giảm 10%*, còn _ngô hạt_ `để ngoài`, hỏi @everyone hoặc #quay_3.'],
    ['Chợ họp từ 5 giờ sáng thứ bảy, sớm hơn ~~một giờ~~ so với năm ngoái || mùa cũ.'],
  ],
}

// folder makes a folder of articles: those of the coverage, and the bridge.
export function folder(to, coverage) {
  fs.cpSync(coverage, to, { recursive: true })
  drop(to, bridge)
}

// drop puts an article into a folder, over an earlier one of its name.
export function drop(into, { file, paragraphs, ...article }) {
  fs.writeFileSync(path.join(into, file), JSON.stringify({ ...article, body: body(paragraphs) }) + '\n')
}

const body = (paragraphs) => paragraphs.map((sentences) => sentences.join(' ')).join('\n')

// text is all of an article.
export const text = ({ title, paragraphs }) => `${title}\n${body(paragraphs)}`

// quotable are the quotes that an article allows: one sentence, or two that
// follow each other.
export function quotable({ paragraphs }) {
  const sentences = paragraphs.flat()
  const pairs = sentences.slice(1).flatMap((s, i) => [`${sentences[i]} ${s}`, `${sentences[i]}\n${s}`])
  return new Set([...sentences, ...pairs.filter((p) => body(paragraphs).includes(p))])
}
