// @ts-check
import { randomHex } from "./hash.js";

/** The server said no, with a stable code. */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} detail a sentence in the reader's language, or empty
   */
  constructor(status, code, detail) {
    super(code);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

/** No answer came in time, or one that says nothing: the same request may be sent again. */
export class Unreachable extends Error {
  /**
   * @param {string} message
   * @param {"cut" | "late" | "busy"} [why] no way there, no answer in time, or the server had a fault
   */
  constructor(message, why = "cut") {
    super(message);
    this.why = why;
  }
}

/** The server as this tablet may speak to it: JSON, a bearer token, no cookies, and never a wait without an end. */
export class Server {
  /**
   * @param {string} root such as `/api/v1`
   * @param {string | null} token
   */
  constructor(root, token) {
    this.root = root;
    this.token = token;
  }

  /**
   * @param {string} path
   * @param {number} [patience_ms]
   */
  get(path, patience_ms = 5000) {
    return this.ask("GET", path, undefined, patience_ms);
  }

  /**
   * @param {string} path
   * @param {unknown} body
   * @param {number} [patience_ms]
   */
  post(path, body, patience_ms = 8000) {
    return this.ask("POST", path, JSON.stringify(body), patience_ms);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {string | undefined} body
   * @param {number} patience_ms
   * @returns {Promise<any>}
   */
  async ask(method, path, body, patience_ms) {
    const answer = await this.reach(method, path, body, patience_ms);
    const said = await answer.json().catch(() => null);
    refuse(answer, said);
    if (said === null) throw new Unreachable("no JSON");
    return said;
  }

  /**
   * Bytes as they are; null where nothing changed.
   * @param {string} path
   * @param {number} [patience_ms]
   * @returns {Promise<ArrayBuffer | null>}
   */
  async bytes(path, patience_ms = 20000) {
    const answer = await this.reach("GET", path, undefined, patience_ms);
    if (answer.status === 204 || answer.status === 304) return null;
    if (!answer.ok) refuse(answer, await answer.json().catch(() => null));
    return answer.arrayBuffer().catch((error) => Promise.reject(new Unreachable(String(error))));
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {string | undefined} body
   * @param {number} patience_ms
   */
  async reach(method, path, body, patience_ms) {
    const mark = randomHex(8);
    const headers = { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang, [MARK]: mark };
    if (this.token) Object.assign(headers, { Authorization: `Bearer ${this.token}` });
    const answer = await fetch(this.root + path, {
      method, headers, body, credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(patience_ms),
    }).catch((error) => {
      throw new Unreachable(String(error), error instanceof DOMException && error.name === "TimeoutError" ? "late" : "cut");
    });
    // What something between had kept of an earlier request would settle a record that the server never saw in this form.
    if ((answer.headers.get(MARK) ?? mark) !== mark) throw new Unreachable("an answer to something else");
    return answer;
  }
}

const MARK = "X-Request-Id";

/**
 * Only the server itself refuses: with a code. Anything else between says nothing about the request.
 * @param {Response} answer
 * @param {any} said
 */
function refuse(answer, said) {
  if (answer.status >= 500) throw new Unreachable(String(answer.status), "busy");
  if (answer.ok) return;
  if (!said?.code) throw new Unreachable(String(answer.status));
  throw new Problem(answer.status, said.code, said.detail ?? said.title ?? "");
}
