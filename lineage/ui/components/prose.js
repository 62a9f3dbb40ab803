/* Text from documents, shown as text: every word goes through textContent, never through HTML
 * or Markdown. A block is [style, parts]; a part is text, or {text, style, go}. */
const TAGS = { headline: "h2", title: "h3", step: "h4", line: "p", note: "p", small: "p", place: "p", warning: "p", item: "p" };

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".prose");
  root.replaceChildren(...data.blocks.map(([style, parts]) => {
    const block = document.createElement(TAGS[style]);
    block.className = style;
    parts.forEach((part) => {
      if (typeof part === "string") { block.append(part); return; }
      const piece = document.createElement(part.go ? "button" : "span");
      piece.className = part.go ? `go ${part.style}` : part.style;
      piece.textContent = part.text;
      if (part.go) { piece.onclick = () => setTriggerValue("went", part.go); }
      block.append(piece);
    });
    return block;
  }));
}
