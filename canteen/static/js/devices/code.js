// @ts-check

const EVERY_MS = 3000;

/**
 * The page of a one-time code: it says by itself when a tablet has used the code, or when the code is over.
 * @param {HTMLElement} root
 */
async function look(root) {
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (root.querySelector(`[data-part="${name}"]`));
  const answer = await fetch(root.dataset.address ?? "", { cache: "no-store" }).catch(() => null);
  const said = answer?.ok ? await answer.json() : { state: "waiting" };
  if (said.state === "waiting") {
    setTimeout(() => look(root), EVERY_MS);
    return;
  }
  part("code").hidden = true;
  part("name").textContent = said.name;
  part(said.state === "used" ? "used" : "over").hidden = false;
}

const root = document.querySelector('[data-component="code"]');
if (root instanceof HTMLElement) look(root);
