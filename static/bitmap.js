// A picture from pixels, as a data address: PNG (ISO/IEC 15948) with stored, not compressed, blocks
// (RFC 1950, 1951). Plotly shows a source as it is; pixels given as `z` it draws one by one, ten
// times slower.

const TABLE = Uint32Array.from({length: 256}, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
const BLOCK = 65535;

/** Encode `pixels`, a Uint32Array of width * height colours packed by {@link pack}. */
export function encodePng(width, height, pixels) {
  const line = 1 + width * 4; // a filter byte, then the pixels
  const raw = new Uint8Array(line * height);
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  for (let row = 0; row < height; row += 1) {
    raw.set(bytes.subarray(row * width * 4, (row + 1) * width * 4), row * line + 1);
  }
  const blocks = Math.max(1, Math.ceil(raw.length / BLOCK));
  const data = new Uint8Array(2 + blocks * 5 + raw.length + 4);
  data.set([0x78, 0x01]);
  let at = 2;
  for (let k = 0; k < blocks; k += 1) {
    const part = raw.subarray(k * BLOCK, (k + 1) * BLOCK);
    const size = part.length;
    data.set([k === blocks - 1 ? 1 : 0, size & 255, size >> 8, ~size & 255, (~size >> 8) & 255], at);
    data.set(part, at + 5);
    at += 5 + size;
  }
  new DataView(data.buffer).setUint32(at, adler(raw));
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  head.set([8, 6], 8); // 8 bits a channel, red green blue alpha
  const parts = [Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10), chunk('IHDR', head), chunk('IDAT', data), chunk('IEND', new Uint8Array(0))];
  return `data:image/png;base64,${base64(parts)}`;
}

/** Pack [r, g, b, a] as the bytes r, g, b, a in memory. */
export function pack([r, g, b, a]) {
  return new Uint32Array(Uint8Array.of(r, g, b, a).buffer)[0];
}

function chunk(name, data) {
  const found = new Uint8Array(12 + data.length);
  const view = new DataView(found.buffer);
  view.setUint32(0, data.length);
  for (let k = 0; k < 4; k += 1) found[4 + k] = name.charCodeAt(k);
  found.set(data, 8);
  let c = 0xffffffff;
  for (let k = 4; k < 8 + data.length; k += 1) c = TABLE[(c ^ found[k]) & 255] ^ (c >>> 8);
  view.setUint32(8 + data.length, (c ^ 0xffffffff) >>> 0);
  return found;
}

function adler(bytes) {
  let [a, b] = [1, 0];
  for (let start = 0; start < bytes.length; start += 3800) {
    const stop = Math.min(bytes.length, start + 3800);
    for (let k = start; k < stop; k += 1) {
      a += bytes[k];
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return ((b << 16) | a) >>> 0;
}

function base64(parts) {
  if (Uint8Array.prototype.toBase64) {
    const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole.toBase64();
  }
  let text = '';
  for (const part of parts) {
    for (let k = 0; k < part.length; k += 8192) text += String.fromCharCode(...part.subarray(k, k + 8192));
  }
  return btoa(text);
}
