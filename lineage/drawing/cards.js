/* Draws cards, zones and legends of a picture of lineage on a canvas.
 * Shared by the page and by the stand-alone report. Names reach the screen only through
 * fillText and textContent: they are never HTML. */
var lineageCards = (function () {
  "use strict";
  var FONT = '"Source Sans", "Source Sans Pro", system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

  function polygon(ctx, points) {
    ctx.beginPath();
    points.forEach(function (p, i) { if (i) { ctx.lineTo(p[0], p[1]); } else { ctx.moveTo(p[0], p[1]); } });
    ctx.closePath();
  }

  function rounded(ctx, l, t, w, h, r) {
    ctx.beginPath();
    ctx.moveTo(l + r, t);
    ctx.arcTo(l + w, t, l + w, t + h, r);
    ctx.arcTo(l + w, t + h, l, t + h, r);
    ctx.arcTo(l, t + h, l, t, r);
    ctx.arcTo(l, t, l + w, t, r);
    ctx.closePath();
  }

  /* Each outline fits the box (l, t, w, h). "after" strokes inner lines. */
  var OUTLINES = {
    drum: function (ctx, l, t, w, h) {
      var e = Math.min(10, w / 6), m = t + h / 2;
      ctx.beginPath();
      ctx.moveTo(l + e, t);
      ctx.lineTo(l + w - e, t);
      ctx.ellipse(l + w - e, m, e, h / 2, 0, -Math.PI / 2, Math.PI / 2);
      ctx.lineTo(l + e, t + h);
      ctx.ellipse(l + e, m, e, h / 2, 0, Math.PI / 2, Math.PI * 1.5);
      ctx.closePath();
      return function () {
        ctx.beginPath();
        ctx.ellipse(l + e, m, e, h / 2, 0, -Math.PI / 2, Math.PI / 2);
        ctx.stroke();
      };
    },
    cylinder: function (ctx, l, t, w, h) {
      var e = Math.min(5, h / 6), c = l + w / 2;
      ctx.beginPath();
      ctx.moveTo(l, t + e);
      ctx.ellipse(c, t + e, w / 2, e, 0, Math.PI, Math.PI * 2);
      ctx.lineTo(l + w, t + h - e);
      ctx.ellipse(c, t + h - e, w / 2, e, 0, 0, Math.PI);
      ctx.closePath();
      return function () {
        ctx.beginPath();
        ctx.ellipse(c, t + e, w / 2, e, 0, 0, Math.PI);
        ctx.stroke();
      };
    },
    hexagon: function (ctx, l, t, w, h) {
      var e = Math.min(13, w / 4), m = t + h / 2;
      polygon(ctx, [[l + e, t], [l + w - e, t], [l + w, m], [l + w - e, t + h], [l + e, t + h], [l, m]]);
    },
    pill: function (ctx, l, t, w, h) { rounded(ctx, l, t, w, h, Math.min(h / 2, 24)); },
    stack: function (ctx, l, t, w, h) {
      var d = Math.min(5, h / 5);
      polygon(ctx, [[l + d, t], [l + w, t], [l + w, t + h - d], [l + w - d, t + h - d],
        [l + w - d, t + h], [l, t + h], [l, t + d], [l + d, t + d]]);
      return function () {
        ctx.beginPath();
        ctx.moveTo(l + d, t + d);
        ctx.lineTo(l + w - d, t + d);
        ctx.lineTo(l + w - d, t + h - d);
        ctx.stroke();
      };
    },
    chevron: function (ctx, l, t, w, h) {
      var e = Math.min(13, w / 4), m = t + h / 2;
      polygon(ctx, [[l, t], [l + w - e, t], [l + w, m], [l + w - e, t + h], [l, t + h], [l + e, m]]);
    },
    octagon: function (ctx, l, t, w, h) {
      var e = Math.min(12, h / 3);
      polygon(ctx, [[l + e, t], [l + w - e, t], [l + w, t + e], [l + w, t + h - e], [l + w - e, t + h],
        [l + e, t + h], [l, t + h - e], [l, t + e]]);
    },
    document: function (ctx, l, t, w, h) {
      var e = Math.min(12, h / 3);
      polygon(ctx, [[l, t], [l + w - e, t], [l + w, t + e], [l + w, t + h], [l, t + h]]);
      return function () {
        ctx.beginPath();
        ctx.moveTo(l + w - e, t);
        ctx.lineTo(l + w - e, t + e);
        ctx.lineTo(l + w, t + e);
        ctx.stroke();
      };
    },
    notch: function (ctx, l, t, w, h) {
      var e = Math.min(8, w / 5), m = t + h / 2;
      polygon(ctx, [[l, t], [l + w, t], [l + w - e, m], [l + w, t + h], [l, t + h], [l + e, m]]);
    },
  };

  function outline(ctx, shape, l, t, w, h, paint, look) {
    ctx.lineJoin = "round";
    ctx.fillStyle = paint.fill;
    ctx.strokeStyle = paint.border;
    ctx.lineWidth = look.width;
    var inner = OUTLINES[shape](ctx, l, t, w, h);
    ctx.setLineDash([]);
    ctx.fill();
    ctx.setLineDash(look.dashes);
    ctx.stroke();
    if (inner) { ctx.lineWidth = Math.min(look.width, 1.5); ctx.setLineDash([]); inner(); }
    ctx.setLineDash([]);
  }

  function card(ctx, x, y, node, looks, theme, flags) {
    var paint = theme.states[node.state], look = looks.states[node.state];
    var l = x - node.w / 2, t = y - node.h / 2;
    ctx.save();
    if (flags.chosen || flags.focused) {
      ctx.strokeStyle = theme.focus;
      ctx.lineWidth = flags.chosen ? 4 : 2.5;
      ctx.setLineDash(flags.chosen ? [] : [4, 3]);
      rounded(ctx, l - 7, t - 7, node.w + 14, node.h + 14, 9);
      ctx.stroke();
      ctx.setLineDash([]);
    }
    if (node.group) {
      outline(ctx, node.shape, l + 6, t + 6, node.w - 6, node.h - 6, paint, look);
      outline(ctx, node.shape, l, t, node.w - 6, node.h - 6, paint, look);
    } else {
      outline(ctx, node.shape, l, t, node.w, node.h, paint, look);
    }
    var width = node.w - 40 - (node.group ? 6 : 0), cx = x - (node.group ? 3 : 0) + (look.mark ? 6 : 0);
    var top = y - (node.lines.length * 16 + 13) / 2 + (node.shape === "cylinder" ? 3 : 0) - (node.group ? 3 : 0);
    ctx.fillStyle = paint.text;
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    ctx.font = "600 13px " + FONT;
    node.lines.forEach(function (line, i) { ctx.fillText(line, cx, top + i * 16, width); });
    ctx.font = "11px " + FONT;
    ctx.fillText(node.caption, cx, top + node.lines.length * 16 + 1, width);
    if (look.mark) {
      ctx.font = "700 14px " + FONT;
      ctx.textBaseline = "middle";
      ctx.fillStyle = node.state === "revoked" ? paint.text : paint.border;
      ctx.fillText(look.mark, l + 19, y - (node.group ? 3 : 0));
    }
    ctx.restore();
  }

  /* A renderer for vis-network's "custom" shape. "now" gives the theme and the flags of a node. */
  function renderer(node, looks, now) {
    return function (call) {
      return {
        drawNode: function () {
          var at = now(node.id);
          card(call.ctx, call.x, call.y, node, looks, at.theme, at);
        },
        nodeDimensions: { width: node.w, height: node.h },
      };
    };
  }

  /* Bands behind the columns, with headings that stay at the top of what is seen. */
  function zones(ctx, network, list, theme) {
    var top = network.DOMtoCanvas({ x: 0, y: 0 }), end = network.DOMtoCanvas({ x: 0, y: 10000 });
    var scale = network.getScale(), size = 12.5 / scale;
    ctx.save();
    list.forEach(function (zone, i) {
      var l = zone.left - 30, w = zone.right - zone.left + 60;
      ctx.fillStyle = i % 2 ? theme.background : theme.band;
      ctx.fillRect(l, top.y, w, end.y - top.y);
    });
    ctx.restore();
    return function (over) {
      over.save();
      over.font = "600 " + size + "px " + FONT;
      over.textAlign = "center";
      over.textBaseline = "top";
      list.forEach(function (zone, i) {
        var l = zone.left - 30, w = zone.right - zone.left + 60;
        over.fillStyle = i % 2 ? theme.background : theme.band;
        over.fillRect(l, top.y, w, 26 / scale);
        over.fillStyle = theme.heading;
        var room = w - 6 / scale;
        var title = over.measureText(zone.title).width > room * 1.25 ? zone.short : zone.title;
        over.fillText(title, l + w / 2, top.y + 6 / scale, room);
      });
      over.restore();
    };
  }

  function sample(draw) {
    var canvas = document.createElement("canvas"), ratio = window.devicePixelRatio || 1;
    canvas.width = 46 * ratio;
    canvas.height = 24 * ratio;
    canvas.style.width = "46px";
    canvas.style.height = "24px";
    canvas.setAttribute("aria-hidden", "true");
    var ctx = canvas.getContext("2d");
    ctx.scale(ratio, ratio);
    draw(ctx);
    return canvas;
  }

  function entry(list, canvas, term, meaning) {
    var item = document.createElement("li"), text = document.createElement("span");
    var strong = document.createElement("b");
    strong.textContent = term;
    text.append(strong, meaning ? " " + meaning : "");
    item.append(canvas, text);
    list.append(item);
  }

  /* The legend of what this picture uses, and no more. */
  function legend(list, picture, theme) {
    var looks = picture.looks, shapes = {}, states = {}, lines = {};
    list.replaceChildren();
    picture.cards.forEach(function (c) { shapes[c.kind] = c.shape; states[c.state] = true; });
    picture.arrows.forEach(function (a) { lines[a.line] = true; });
    Object.keys(picture.kinds).forEach(function (kind) {
      entry(list, sample(function (ctx) {
        outline(ctx, shapes[kind], 3, 3, 40, 18, theme.states.context, looks.states.context);
      }), kind, picture.kinds[kind]);
    });
    Object.keys(looks.states).forEach(function (state) {
      if (!states[state]) { return; }
      entry(list, sample(function (ctx) {
        var paint = theme.states[state];
        outline(ctx, "pill", 3, 3, 40, 18, paint, looks.states[state]);
        ctx.fillStyle = state === "revoked" ? paint.text : paint.border;
        ctx.font = "700 13px " + FONT;
        ctx.textAlign = "center";
        ctx.textBaseline = "middle";
        ctx.fillText(looks.states[state].mark, 23, 12.5);
      }), looks.states[state].word || "context", looks.states[state].meaning);
    });
    Object.keys(looks.lines).forEach(function (line) {
      if (!lines[line]) { return; }
      entry(list, sample(function (ctx) {
        ctx.strokeStyle = theme.line;
        ctx.lineWidth = looks.lines[line].width;
        ctx.setLineDash(looks.lines[line].dashes);
        ctx.beginPath();
        ctx.moveTo(2, 12);
        ctx.lineTo(44, 12);
        ctx.stroke();
      }), "arrow", looks.lines[line].meaning);
    });
  }

  function arrow(a, looks, theme, many) {
    var look = looks.lines[a.line];
    return {
      id: a.id, from: a.from, to: a.to, width: look.width, color: { color: theme.line, highlight: theme.focus, hover: theme.line, inherit: false },
      dashes: look.dashes.length ? look.dashes : false,
      arrows: { to: { enabled: !a.headless, scaleFactor: 0.6 } },
      smooth: many ? false : { enabled: true, type: "cubicBezier", forceDirection: "horizontal", roundness: 0.45 },
    };
  }

  var OPTIONS = {
    autoResize: true,
    physics: { enabled: false },
    layout: { randomSeed: 1, improvedLayout: false },
    interaction: { hover: true, dragNodes: false, selectConnectedEdges: true, zoomView: false, tooltipDelay: 1e9 },
    nodes: { shape: "box", chosen: false, font: { size: 13 } },
    edges: { chosen: false, selectionWidth: 1.5, hoverWidth: 0 },
  };

  return { card: card, renderer: renderer, zones: zones, legend: legend, arrow: arrow, options: OPTIONS, font: FONT };
})();
