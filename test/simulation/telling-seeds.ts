/**
 * Of the first 400 seeds, a few that show together all that any of them shows: every fault of every operation, every
 * ending. What they are follows from how simulations are drawn: `npm run simulate -- --seeds 400 --telling`.
 */
export const tellingSeeds = [
  5, 7, 9, 10, 16, 30, 31, 34, 40, 43, 56, 66, 73, 74, 83, 97, 99, 107, 111, 131, 133, 150, 154, 155, 182,
  193, 238, 242, 251, 271, 283, 288, 290, 324, 331, 350, 365, 391, 395, 396,
];
