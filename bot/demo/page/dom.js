// Builds elements. Strings always become text nodes, never markup: this is what keeps messages inert.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes, `on…` listeners and children (nodes, strings, nested lists; null and false are left out). */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  append(node, children);
  return node;
}

/** Appends nodes and strings, flattening lists. */
export function append(node, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : String(child));
  }
}

/** An SVG element. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Tells the page about something inside a message ("command", "start", "photo", "expand", …). */
export function emit(node, name, detail) {
  node.dispatchEvent(new CustomEvent(`page:${name}`, { bubbles: true, detail }));
}

/** Makes a span behave as a button for pointer and keyboard. */
export function pressable(node, onPress) {
  node.setAttribute("role", "button");
  node.tabIndex = 0;
  node.addEventListener("click", onPress);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    onPress(event);
  });
  return node;
}
