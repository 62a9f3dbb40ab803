/* The picture as a page component: click, keyboard, live text; zoom and place survive reruns. */
const MANY = 300;
const WHOLE_SCALE = 0.72;
const PART_SCALE = 0.84;

function library() {
  return new Promise((resolve, reject) => {
    const until = Date.now() + 20000;
    (function look() {
      if (globalThis.vis && globalThis.vis.Network) { resolve(globalThis.vis); }
      else if (Date.now() > until) { reject(new Error("the drawing library did not load")); }
      else { setTimeout(look, 15); }
    })();
  });
}

class View {
  constructor(root, vis) {
    this.root = root;
    this.gone = new AbortController();
    this.vis = vis;
    this.stage = root.querySelector(".stage");
    this.say = root.querySelector(".say");
    this.count = root.querySelector(".count");
    this.legend = root.querySelector(".legend ul");
    this.nodes = new vis.DataSet();
    this.edges = new vis.DataSet();
    this.focused = null;
    this.chosen = null;
    this.picture = null;
    this.theme = null;
    this.send = () => {};
    this.network = new vis.Network(this.stage, { nodes: this.nodes, edges: this.edges },
      { ...lineageCards.options, autoResize: false });
    this.stage.firstElementChild.tabIndex = -1;
    this.listen();
  }

  listen() {
    let headings = null;
    this.network.on("beforeDrawing", (ctx) => {
      this.checkTheme();
      headings = this.picture && lineageCards.zones(ctx, this.network, this.picture.zones, this.theme);
    });
    this.network.on("afterDrawing", (ctx) => headings && headings(ctx));
    this.stage.addEventListener("pointerdown", (event) => { this.down = event; }, true);
    this.stage.addEventListener("click", (event) => this.clicked(event));
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.stage);
    this.network.on("dragStart", () => this.touch());
    this.network.on("zoom", () => this.touch());
    this.network.on("hoverNode", (event) => this.tell(event.node));
    this.stage.addEventListener("focus", () => {
      this.network.setOptions({ interaction: { zoomView: true } });
      if (!this.focused && this.picture) { this.walk(this.first()); }
    });
    this.stage.addEventListener("blur", () => {
      this.network.setOptions({ interaction: { zoomView: false } });
    });
    this.stage.addEventListener("keydown", (event) => this.key(event));
    const press = (name, act) => this.root.querySelector(`[data-do=${name}]`).addEventListener("click", act);
    press("fit", () => this.fitAll());
    press("in", () => this.zoom(1.25));
    press("out", () => this.zoom(0.8));
    press("full", () => (document.fullscreenElement ? document.exitFullscreen() : this.frame().requestFullscreen()));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change",
      () => setTimeout(() => this.network.redraw(), 200), { signal: this.gone.signal });
  }

  destroy() {
    this.gone.abort();
    this.observer.disconnect();
    this.network.destroy();
    this.root.view = null;
  }

  /* The browser's own click: vis-network takes one on a busy machine for a long press. */
  clicked(event) {
    const moved = this.down ? Math.hypot(event.clientX - this.down.clientX, event.clientY - this.down.clientY) : 0;
    if (moved > 5) { return; }
    const box = this.stage.getBoundingClientRect();
    const id = this.network.getNodeAt({
      x: event.clientX - box.left - this.stage.clientLeft, y: event.clientY - box.top - this.stage.clientTop,
    });
    this.stage.focus({ preventScroll: true });
    if (id !== undefined) { this.choose(id); }
  }

  frame() { return this.root.querySelector(".frame"); }

  dark() {
    const colour = getComputedStyle(this.stage).getPropertyValue("--st-background-color").trim();
    const parts = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(colour);
    if (!parts) { return matchMedia("(prefers-color-scheme: dark)").matches; }
    return parts.slice(1, 4).reduce((sum, p) => sum + parseInt(p, 16), 0) < 384;
  }

  checkTheme() {
    if (!this.picture) { return; }
    const theme = this.picture.looks.themes[this.dark() ? "dark" : "light"];
    if (this.theme && this.theme.name === theme.name) { return; }
    this.theme = theme;
    this.stage.style.background = theme.background;
    lineageCards.legend(this.legend, this.picture, theme);
    setTimeout(() => this.edges.update(this.arrows()), 0);
  }

  arrows() {
    const many = this.picture.arrows.length > MANY;
    return this.picture.arrows.map((a) => lineageCards.arrow(a, this.picture.looks, this.theme, many));
  }

  show(data) {
    this.chosen = data.chosen;
    const text = JSON.stringify(data.picture);
    if (text === this.text) { this.network.redraw(); return; }
    const same = this.picture && this.picture.of === data.picture.of;
    const anchor = same && this.anchor(data.picture);
    this.text = text;
    this.picture = data.picture;
    this.byId = new Map(data.picture.cards.map((c) => [c.id, c]));
    this.stage.style.height = `${data.height}px`;
    this.resized();
    this.words = data.words;
    this.count.textContent = data.words;
    if (!this.said) { this.say.textContent = data.hint; }
    this.theme = null;
    this.checkTheme();
    const now = (id) => ({ theme: this.theme, chosen: id === this.chosen, focused: id === this.focused });
    this.edges.clear();
    this.nodes.clear();
    this.nodes.add(data.picture.cards.map((c) => ({
      id: c.id, x: c.x, y: c.y, shape: "custom", ctxRenderer: lineageCards.renderer(c, data.picture.looks, now),
    })));
    this.edges.add(this.arrows());
    if (!this.byId.has(this.focused)) { this.focused = null; }
    if (anchor) { this.touch(); this.keep(anchor); } else { this.touched = false; this.begin(); }
    this.network.redraw();
  }

  /* Where a card that stays is on the screen now, so that it can stay there. */
  anchor(next) {
    const card = next.cards.find((c) => c.id === this.focused) || next.cards.find((c) => this.byId.has(c.id));
    if (!card || !this.byId.has(card.id)) { return null; }
    const was = this.byId.get(card.id), view = this.network.getViewPosition();
    return { scale: this.network.getScale(), x: view.x + card.x - was.x, y: view.y + card.y - was.y };
  }

  /* From now on the user decides what is seen. */
  touch() { this.touched = true; }

  /* A new size of the stage moves nothing once the user has chosen a view. */
  resized() {
    if (!this.picture) { return; }
    const view = this.network.getViewPosition(), scale = this.network.getScale();
    this.network.setSize("100%", "100%");
    if (this.touched) { this.keep({ x: view.x, y: view.y, scale }); } else { this.begin(); }
    this.network.redraw();
  }

  keep(anchor) {
    this.network.moveTo({ position: { x: anchor.x, y: anchor.y }, scale: anchor.scale, animation: false });
  }

  bounds() {
    const cards = this.picture.cards;
    return {
      left: Math.min(...cards.map((c) => c.x - c.w / 2)) - 30, right: Math.max(...cards.map((c) => c.x + c.w / 2)) + 30,
      top: Math.min(...cards.map((c) => c.y - c.h / 2)) - 18, bottom: Math.max(...cards.map((c) => c.y + c.h / 2)) + 18,
    };
  }

  /* All of it if it can be read so; else a readable part that begins at what is asked about. */
  begin() {
    if (!this.picture.cards.length) { return; }
    const b = this.bounds(), w = this.stage.clientWidth || 800, h = (this.stage.clientHeight || 400) - 30;
    const whole = Math.min(w / (b.right - b.left), h / (b.bottom - b.top), 1);
    const scale = whole >= WHOLE_SCALE ? whole : PART_SCALE;
    const width = w / scale, height = h / scale;
    const start = this.byId.get(this.first());
    const x = b.right - b.left <= width ? (b.left + b.right) / 2 : Math.min(Math.max(start.x, b.left + width / 2), b.right - width / 2);
    const y = b.bottom - b.top <= height ? (b.top + b.bottom) / 2 : Math.min(Math.max(start.y, b.top + height / 2), b.bottom - height / 2);
    this.network.moveTo({ position: { x, y: y - 15 / scale }, scale, animation: false });
    this.count.textContent = this.words + (scale > whole ? "; drag to see the rest" : "");
  }

  fitAll() {
    this.touch();
    const b = this.bounds(), w = this.stage.clientWidth, h = this.stage.clientHeight - 30;
    const scale = Math.min(w / (b.right - b.left), h / (b.bottom - b.top), 1);
    this.network.moveTo({ position: { x: (b.left + b.right) / 2, y: (b.top + b.bottom) / 2 - 15 / scale }, scale, animation: false });
  }

  zoom(factor) {
    this.touch();
    this.network.moveTo({ scale: Math.min(2.5, Math.max(0.03, this.network.getScale() * factor)), animation: false });
  }

  first() {
    const cards = this.picture.cards;
    const start = cards.find((c) => c.state === "revoked") || cards.find((c) => c.id === this.picture.of) || cards[0];
    return start && start.id;
  }

  choose(id) {
    this.focused = id;
    this.tell(id);
    this.network.redraw();
    this.send("clicked", id);
  }

  tell(id) {
    const card = this.byId && this.byId.get(id);
    if (!card) { return; }
    this.said = true;
    const into = this.picture.arrows.filter((a) => a.to === id), out = this.picture.arrows.filter((a) => a.from === id);
    const came = into.slice(0, 2).map((a) => `${a.words} ${this.byId.get(a.from).name}`).join("; ");
    const more = into.length > 2 ? ` and ${into.length - 2} more` : "";
    this.say.textContent = `${card.name} (${card.caption})`
      + (came ? ` — ${came}${more}` : "") + (out.length ? ` — leads to ${out.length}` : "");
  }

  walk(id) {
    if (!id) { return; }
    this.focused = id;
    this.tell(id);
    const card = this.byId.get(id), view = this.network.canvasToDOM({ x: card.x, y: card.y });
    const w = this.stage.clientWidth, h = this.stage.clientHeight;
    this.touch();
    if (view.x < 90 || view.x > w - 90 || view.y < 60 || view.y > h - 40) {
      this.network.moveTo({ position: { x: card.x, y: card.y }, animation: false });
    }
    this.network.redraw();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.picture) { return; }
    const at = this.focused || this.first(), card = this.byId.get(at);
    const beside = (step) => {
      const column = this.picture.cards.filter((c) => c.column === card.column).sort((a, b) => a.y - b.y || a.x - b.x);
      return (column[column.indexOf(card) + step] || card).id;
    };
    const along = (from, to) => {
      const ends = this.picture.arrows.filter((a) => a[from] === at).map((a) => this.byId.get(a[to]));
      ends.sort((a, b) => Math.abs(a.y - card.y) - Math.abs(b.y - card.y));
      return ends.length ? ends[0].id : at;
    };
    const acts = {
      ArrowRight: () => this.walk(along("from", "to")), ArrowLeft: () => this.walk(along("to", "from")),
      ArrowUp: () => this.walk(beside(-1)), ArrowDown: () => this.walk(beside(1)),
      Home: () => this.walk(this.first()), Enter: () => this.choose(at), " ": () => this.choose(at),
      "+": () => this.zoom(1.25), "-": () => this.zoom(0.8), 0: () => this.fitAll(),
    };
    if (acts[event.key]) { event.preventDefault(); event.stopPropagation(); acts[event.key](); }
  }
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".lineage-picture");
  let left = false;
  library().then((vis) => {
    if (left) { return; }
    const began = performance.now();
    root.view = root.view || new View(root, vis);
    root.view.send = setTriggerValue;
    root.view.show(data);
    root.dataset.drawn = String(data.picture.cards.length);
    root.dataset.ms = (performance.now() - began).toFixed(0);
  }).catch((error) => {
    root.querySelector(".say").textContent = `The picture cannot be drawn: ${error.message}. The table has everything.`;
    console.error(error);
  });
  return () => {
    left = true;
    setTimeout(() => { if (root.view && !root.isConnected) { root.view.destroy(); } }, 0);
  };
}
