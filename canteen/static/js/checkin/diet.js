// @ts-check

const ALLERGY = /(?:对)?([一-鿿]{1,4})过敏/;

/**
 * Whether one of today's dishes holds what this elder must not eat.
 * @param {string[]} labels such as `花生过敏`
 * @param {string[]} dishes
 */
export function isAllergic(labels = [], dishes = []) {
  return labels.some((label) => {
    const food = ALLERGY.exec(label)?.[1];
    return Boolean(food) && dishes.some((dish) => dish.includes(/** @type {string} */ (food)));
  });
}
