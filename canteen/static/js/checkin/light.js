// @ts-check

const CELLS = 90;
const TILE = 9;
const STEP_LUMA = 10;
const TEXTURED = 0.6;

/**
 * How a picture is lit, and whether something with the grain of a code is in it: a blurred code still has edges in
 * every spot of a patch, which a table top, a hand or a sheet of paper has not.
 * @typedef {{luma: number, isTextured: boolean, grid: Uint8Array}} Light
 * @param {ImageData} picture
 * @returns {Light}
 */
export function lightOf(picture) {
  const grid = gridOf(picture);
  let sum = 0;
  for (const luma of grid) sum += luma;
  return { luma: sum / grid.length, isTextured: isTextured(grid), grid };
}

/**
 * How unlike two pictures are: the mean difference of their cells, 0 to 255.
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
export function difference(one, other) {
  let sum = 0;
  for (let at = 0; at < one.length; at += 1) sum += Math.abs(one[at] - other[at]);
  return sum / one.length;
}

/**
 * The picture in 90 × 90 cells of mean brightness; of each cell nine points are looked at.
 * @param {ImageData} picture
 */
function gridOf({ data, width, height }) {
  const grid = new Uint8Array(CELLS * CELLS);
  for (let row = 0; row < CELLS; row += 1) {
    for (let column = 0; column < CELLS; column += 1) {
      let sum = 0;
      for (let point = 0; point < 9; point += 1) {
        const x = Math.floor((column + (point % 3) / 3) * width / CELLS);
        const y = Math.floor((row + Math.floor(point / 3) / 3) * height / CELLS);
        const at = 4 * (y * width + x);
        sum += 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
      }
      grid[row * CELLS + column] = sum / 9;
    }
  }
  return grid;
}

/** @param {Uint8Array} grid */
function isTextured(grid) {
  const tiles = Math.floor((CELLS - 1) / TILE);
  const isGrainy = Array.from({ length: tiles * tiles }, (_, tile) => {
    return edges(grid, Math.floor(tile / tiles) * TILE, (tile % tiles) * TILE) >= TEXTURED * TILE * TILE;
  });
  for (let row = 0; row + 1 < tiles; row += 1) {
    for (let column = 0; column + 1 < tiles; column += 1) {
      const at = row * tiles + column;
      if (isGrainy[at] && isGrainy[at + 1] && isGrainy[at + tiles] && isGrainy[at + tiles + 1]) return true;
    }
  }
  return false;
}

/**
 * @param {Uint8Array} grid
 * @param {number} top
 * @param {number} left
 */
function edges(grid, top, left) {
  let found = 0;
  for (let row = top; row < top + TILE; row += 1) {
    for (let column = left; column < left + TILE; column += 1) {
      const at = row * CELLS + column;
      const step = Math.abs(grid[at] - grid[at + 1]) + Math.abs(grid[at] - grid[at + CELLS]);
      if (step > STEP_LUMA) found += 1;
    }
  }
  return found;
}
