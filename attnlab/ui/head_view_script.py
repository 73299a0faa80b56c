"""What the browser does to draw self-attention head by head: see `attended_heads`."""

from __future__ import annotations

HTML = """<div class="heads">
<div class="choose"><select aria-label="Layer"></select><span class="buttons"></span></div>
<canvas tabindex="0" role="img"></canvas>
<div class="said" aria-live="polite"></div></div>"""

CSS = """
.heads {font: 13px "Source Sans", sans-serif; color: inherit}
.choose {display: flex; flex-wrap: wrap; gap: 6px; align-items: center; margin-bottom: 6px}
select {font: inherit; color: inherit; background: transparent; padding: 3px 6px;
  border: 1px solid color-mix(in srgb, currentColor 40%, transparent); border-radius: 6px}
option {color: #000; background: #fff}
button {font: inherit; color: inherit; background: transparent; cursor: pointer;
  border: 2px solid var(--c); border-radius: 6px; padding: 2px 9px; min-height: 26px}
button[aria-pressed=true] {background: color-mix(in srgb, var(--c) 30%, transparent)}
canvas {display: block; width: 100%; outline-offset: 2px; touch-action: pan-y; cursor: default}
.said {min-height: 2.6em; margin-top: 4px}
"""

JS = """
const ROW = 19, TALLEST = 640, FAINTEST = 5, MOST_LINES = 20000, SHADES = 16;

function edgesOf(text, words) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const counts = new Uint32Array(256);
  for (const value of bytes) counts[value] += 1;
  let least = 255, drawn = 0;
  while (least > FAINTEST && drawn + counts[least] <= MOST_LINES) drawn += counts[least--];
  const edges = [];
  for (let i = 0; i < bytes.length; i++)
    if (bytes[i] > least) edges.push([Math.floor(i / words), i % words, bytes[i]]);
  return {bytes, edges};
}

export default function ({parentElement, data}) {
  const root = parentElement.querySelector(".heads");
  const canvas = root.querySelector("canvas"), said = root.querySelector(".said");
  const select = root.querySelector("select"), buttons = root.querySelector(".buttons");
  const {words, layers, planted, colours} = data, n = words.length;
  const isPlanted = new Set(planted);
  const prepared = layers.map(() => null);
  let layer = 0, off = new Set(), scroll = 0, picked = null, width = 0, height = 0, awaited = 0;

  select.replaceChildren(...layers.map((each, i) => {
    const option = document.createElement("option");
    option.value = i; option.textContent = each.name;
    return option;
  }));
  select.hidden = layers.length < 2;

  function heads() {
    if (!prepared[layer]) prepared[layer] = layers[layer].heads.map((each) => edgesOf(each, n));
    return prepared[layer];
  }

  function offerHeads() {
    const count = layers[layer].heads.length;
    buttons.replaceChildren(...(count < 2 ? [] : layers[layer].heads.map((_, i) => {
      const button = document.createElement("button");
      button.textContent = `Head ${i + 1}`;
      button.style.setProperty("--c", colours[i % colours.length]);
      button.setAttribute("aria-pressed", String(!off.has(i)));
      button.onclick = () => {
        off.has(i) ? off.delete(i) : off.add(i);
        button.setAttribute("aria-pressed", String(!off.has(i)));
        later();
      };
      return button;
    })));
    buttons.style.cssText = "display:flex;flex-wrap:wrap;gap:4px";
  }

  function later() { if (!awaited) awaited = requestAnimationFrame(draw); }

  function draw() {
    awaited = 0;
    const began = performance.now(), sharp = window.devicePixelRatio || 1;
    width = canvas.clientWidth || 300;
    height = Math.min(TALLEST, n * ROW + 8);
    canvas.style.height = `${height}px`;
    canvas.width = width * sharp; canvas.height = height * sharp;
    scroll = Math.max(0, Math.min(scroll, n * ROW + 8 - height));
    const pen = canvas.getContext("2d"), ink = getComputedStyle(root).color;
    pen.scale(sharp, sharp);
    pen.font = "13px sans-serif"; pen.textBaseline = "middle";
    const side = Math.min(150, width * 0.3), from = side + 6, to = width - side - 6;
    const y = (i) => i * ROW + ROW / 2 + 4 - scroll;
    const first = Math.max(0, Math.floor(scroll / ROW) - 1);
    const last = Math.min(n - 1, Math.ceil((scroll + height) / ROW));
    let lines = 0;
    heads().forEach(({edges}, head) => {
      if (off.has(head)) return;
      const shades = Array.from({length: SHADES}, () => []);
      for (const edge of edges) {
        const [asks, asked, weight] = edge;
        if (picked && (picked.right ? asked : asks) !== picked.at) continue;
        if ((asks < first && asked < first) || (asks > last && asked > last)) continue;
        shades[Math.min(SHADES - 1, Math.floor(weight / 256 * SHADES))].push(edge);
      }
      pen.strokeStyle = colours[head % colours.length];
      pen.lineWidth = picked ? 2 : 1.4;
      shades.forEach((own, shade) => {
        if (!own.length) return;
        pen.globalAlpha = (shade + 0.7) / SHADES * (picked ? 1 : 0.8);
        pen.beginPath();
        for (const [asks, asked] of own) { pen.moveTo(from, y(asks)); pen.lineTo(to, y(asked)); }
        pen.stroke();
        lines += own.length;
      });
    });
    pen.globalAlpha = 1;
    for (let i = first; i <= last; i++) {
      for (const right of [false, true]) {
        const on = picked && picked.at === i && picked.right === right;
        pen.font = `${on ? "bold " : ""}13px sans-serif`;
        pen.textAlign = right ? "left" : "right";
        pen.fillStyle = ink;
        pen.fillText(words[i], right ? to + 6 : from - 6, y(i), side);
        if (isPlanted.has(i)) {
          const long = Math.min(side, pen.measureText(words[i]).width);
          pen.fillStyle = data.truth;
          pen.fillRect(right ? to + 6 : from - 6 - long, y(i) + 8, long, 2);
        }
      }
    }
    canvas.dataset.lines = lines;
    canvas.dataset.ms = (performance.now() - began).toFixed(1);
  }

  function tell() {
    if (!picked) {
      said.textContent = "Point at a word, or move with the arrow keys: left looks, right is " +
        "looked at." + (n * ROW + 8 > TALLEST ? " Scroll for more." : "");
      return;
    }
    const shown = heads().filter((_, head) => !off.has(head)), sums = new Float64Array(n);
    for (const {bytes} of shown)
      for (let i = 0; i < n; i++)
        sums[i] += bytes[picked.right ? i * n + picked.at : picked.at * n + i] / shown.length;
    const best = [...sums.keys()].sort((a, b) => sums[b] - sums[a]).slice(0, 3);
    const top = layers[layer].top / 255 * 100;
    const parts = best.map((i) => `${words[i]} ${(sums[i] * top).toFixed(0)} %`).join(", ");
    said.textContent = `“${words[picked.at]}” ${picked.right ? "is looked at by" : "looks at"} ` +
      `${parts}${shown.length > 1 ? " (mean of the heads)" : ""}.`;
  }

  function pick(next) {
    if (next?.at === picked?.at && next?.right === picked?.right) return;
    picked = next;
    tell(); later();
  }

  function under(event) {
    const box = canvas.getBoundingClientRect();
    const at = Math.floor((event.clientY - box.top - 4 + scroll) / ROW);
    if (at < 0 || at >= n) return null;
    const x = event.clientX - box.left;
    if (x < width * 0.38) return {at, right: false};
    return x > width * 0.62 ? {at, right: true} : null;
  }

  canvas.onpointermove = (event) => pick(under(event));
  canvas.onpointerdown = (event) => pick(under(event));
  canvas.onpointerleave = () => pick(null);
  canvas.onkeydown = (event) => {
    const step = {ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10}[event.key];
    if (step) {
      const at = picked ? Math.max(0, Math.min(n - 1, picked.at + step)) : 0;
      if (at * ROW < scroll) scroll = at * ROW;
      if ((at + 1) * ROW + 8 > scroll + height) scroll = (at + 1) * ROW + 8 - height;
      pick({at, right: picked ? picked.right : false});
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      pick({at: picked ? picked.at : 0, right: event.key === "ArrowRight"});
    } else if (event.key === "Escape") {
      pick(null);
    } else {
      return;
    }
    event.preventDefault();
  };
  function wheel(event) {
    const before = scroll;
    scroll = Math.max(0, Math.min(scroll + event.deltaY, n * ROW + 8 - height));
    if (scroll !== before) { event.preventDefault(); later(); }
  }
  canvas.addEventListener("wheel", wheel, {passive: false});
  select.onchange = () => {
    layer = Number(select.value); off = new Set();
    offerHeads(); tell(); later();
  };
  canvas.setAttribute("aria-label", `Self-attention between ${n} words, as lines from who looks ` +
    "on the left to who is looked at on the right; arrow keys read it word by word");
  offerHeads(); tell(); later();
  const watched = new ResizeObserver(later);
  watched.observe(root);
  return () => {
    watched.disconnect();
    canvas.removeEventListener("wheel", wheel);
    cancelAnimationFrame(awaited);
  };
}
"""
