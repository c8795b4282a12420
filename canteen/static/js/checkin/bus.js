// @ts-check

/**
 * What happens at the till, told to whoever wants to know: the parts that add a sound, a camera or a shift hear it
 * and do not know each other. A listener that fails is reported and stops nobody else.
 */
export class Bus {
  constructor() {
    /** @type {Map<string, ((value: any) => void)[]>} */
    this.listeners = new Map();
  }

  /**
   * @param {string} event
   * @param {(value: any) => void} listener
   */
  on(event, listener) {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
  }

  /**
   * @param {string} event
   * @param {any} [value]
   */
  tell(event, value) {
    for (const listener of this.listeners.get(event) ?? []) {
      try {
        listener(value);
      } catch (error) {
        reportError(error);
      }
    }
  }
}
