// @ts-check

/**
 * Make an element with its text or children; text is never read as markup.
 * @param {string} tag
 * @param {{class?: string, text?: string, type?: string, data?: Record<string, string>}} [what]
 * @param {...(Node | null)} children
 */
export function el(tag, what = {}, ...children) {
  const node = document.createElement(tag);
  if (what.class) node.className = what.class;
  if (what.text !== undefined) node.textContent = what.text;
  if (what.type) node.setAttribute("type", what.type);
  for (const [key, value] of Object.entries(what.data ?? {})) node.dataset[key] = value;
  for (const child of children) if (child) node.append(child);
  return node;
}

/**
 * The one element of a part inside a root; a page without it was put together wrongly.
 * @param {ParentNode} root
 * @param {string} name
 * @returns {HTMLElement}
 */
export function part(root, name) {
  const found = root.querySelector(`[data-part="${name}"]`);
  if (!(found instanceof HTMLElement)) throw new Error(`the page has no part ${name}`);
  return found;
}

/**
 * Put these children in place of all there was.
 * @param {Element} node
 * @param {...(Node | null)} children
 */
export function fill(node, ...children) {
  node.replaceChildren(.../** @type {Node[]} */ (children.filter((child) => child !== null)));
}
