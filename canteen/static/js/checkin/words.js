// @ts-check

/** The page's words: the server has put them, in the reader's language, into a template of the page. */
export class Words {
  /** @param {HTMLTemplateElement} template */
  constructor(template) {
    /** @type {Map<string, string>} */
    this.texts = new Map();
    for (const item of template.content.querySelectorAll("[data-word]")) {
      const key = /** @type {HTMLElement} */ (item).dataset.word ?? "";
      this.texts.set(key, (item.textContent ?? "").trim());
    }
  }

  /** @param {string} key */
  has(key) {
    return this.texts.has(key);
  }

  /**
   * One text, its `{places}` filled in.
   * @param {string} key
   * @param {Record<string, string | number>} [values]
   */
  say(key, values = {}) {
    const text = this.texts.get(key);
    if (text === undefined) throw new Error(`no words for ${key}`);
    return text.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
  }
}
