// Unpacks the scripts of a notebook's document, which stand in it compressed, and runs them in their order. It stands
// in the document as it is.

const packed = /** @type {HTMLScriptElement} */ (document.getElementById('packed'));
const bytes = Uint8Array.from(atob(JSON.parse(packed.textContent)), (letter) => letter.charCodeAt(0));
const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
for (const code of JSON.parse(await new Response(stream).text())) {
  const script = document.createElement('script');
  script.textContent = code;
  document.head.append(script);
}
