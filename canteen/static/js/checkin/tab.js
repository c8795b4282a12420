// @ts-check

const NAME = "canteen-till";
const SOON_MS = 3000;

/**
 * One tab writes. Resolves when this one may: at once where it is the only one, else when the other is closed and the
 * cashier has tapped to go on here. A page that was only loaded anew goes on by itself.
 * @param {(isFree: boolean) => void} onWait told that another tab writes, then that it does not any more
 * @param {Promise<void>} goOn the tap
 * @returns {Promise<void>}
 */
export async function onlyTab(onWait, goOn) {
  if (await taken({ ifAvailable: true })) return;
  const turn = taken({});
  const later = new Promise((tell) => setTimeout(() => tell("later"), SOON_MS));
  if ((await Promise.race([turn, later])) === true) return;
  onWait(false);
  await turn;
  onWait(true);
  await goOn;
}

/**
 * Take the pen and keep it as long as the page lives.
 * @param {LockOptions} how
 * @returns {Promise<boolean>}
 */
function taken(how) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((tell) => {
    navigator.locks.request(NAME, how, (lock) => {
      tell(lock !== null);
      return lock ? new Promise(() => undefined) : undefined;
    });
  });
}
