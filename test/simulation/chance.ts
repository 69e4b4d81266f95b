import { seededRandom } from '../support/random.ts';

/** Everything that is random in a simulation: the same for the same seed. */
export interface Chance {
  /** A number in [0, 1). */
  random: () => number;
  happens: (probability: number) => boolean;
  /** A whole number, both bounds included. */
  whole: (from: number, to: number) => number;
  pick: <T>(choices: readonly T[]) => T;
}

export function createChance(seed: number): Chance {
  const random = seededRandom(seed);
  const whole = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));
  return {
    random,
    happens: (probability) => random() < probability,
    whole,
    pick: (choices) => choices[whole(0, choices.length - 1)]!,
  };
}
