// Reads a PNG as a browser makes them: 8 bits a channel, not interlaced
// (https://www.w3.org/TR/png-3/).
import assert from 'node:assert/strict'
import zlib from 'node:zlib'

// column gives the first pixel of every row, as [red, green, blue].
export function column(file) {
  const header = chunks(file, 'IHDR')[0]
  const [width, depth, kind, interlace] = [header.readUInt32BE(0), header[8], header[9], header[12]]
  const size = { 2: 3, 6: 4 }[kind]
  assert.ok(depth === 8 && size && interlace === 0, 'not a PNG of the kind that is read here')
  const data = zlib.inflateSync(Buffer.concat(chunks(file, 'IDAT')))
  const stride = width * size
  const pixels = []
  let above = Buffer.alloc(stride)
  for (let at = 0; at < data.length; at += stride + 1) {
    const row = unfiltered(data[at], data.subarray(at + 1, at + 1 + stride), above, size)
    pixels.push([row[0], row[1], row[2]])
    above = row
  }
  return pixels
}

function chunks(file, type) {
  const list = []
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at)
    if (file.toString('latin1', at + 4, at + 8) === type) list.push(file.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  return list
}

// unfiltered undoes the filter of a row (section 9).
function unfiltered(filter, row, above, size) {
  const out = Buffer.from(row)
  for (let i = 0; i < out.length; i++) {
    const left = i < size ? 0 : out[i - size]
    const corner = i < size ? 0 : above[i - size]
    const add = [0, left, above[i], (left + above[i]) >> 1, paeth(left, above[i], corner)][filter]
    out[i] = (out[i] + add) & 255
  }
  return out
}

function paeth(a, b, c) {
  const p = a + b - c
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)]
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c
}
