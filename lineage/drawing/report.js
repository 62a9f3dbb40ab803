/* Turns the boxes that pyvis placed into cards, and shows all of them. */
(function () {
  var dark = matchMedia("(prefers-color-scheme: dark)"), picture = lineagePicture, headings = null;
  function theme() { return picture.looks.themes[dark.matches ? "dark" : "light"]; }
  function paint() {
    edges.clear();
    edges.add(picture.arrows.map(function (a) { return lineageCards.arrow(a, picture.looks, theme(), picture.arrows.length > 300); }));
    lineageCards.legend(document.getElementById("legend"), picture, theme());
    network.redraw();
  }
  nodes.update(picture.cards.map(function (card) {
    return { id: card.id, label: undefined, shape: "custom",
      ctxRenderer: lineageCards.renderer(card, picture.looks, function () { return { theme: theme() }; }) };
  }));
  network.setOptions({ nodes: { chosen: false }, edges: { chosen: false } });
  network.on("beforeDrawing", function (ctx) { headings = lineageCards.zones(ctx, network, picture.zones, theme()); });
  network.on("afterDrawing", function (ctx) { if (headings) { headings(ctx); } });
  dark.addEventListener("change", paint);
  paint();
  network.fit({ animation: false, maxZoomLevel: 1 });
  if (network.getScale() < 0.6) {
    var first = picture.cards.filter(function (c) { return c.state === "revoked"; })[0] || picture.cards[0];
    var half = document.getElementById("mynetwork").clientWidth / 1.6;
    network.moveTo({ position: { x: Math.max(first.x, half - 125), y: first.y }, scale: 0.8 });
  }
})();
