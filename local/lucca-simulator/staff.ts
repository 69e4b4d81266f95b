/** Who works at the simulated company: so many people, invented from a seed. */
export interface Staff {
  seed: number;
  people: number;
}

/** Somebody who fills in timesheets at the simulated company. */
export interface Person {
  name: string;
  department: string;
  manager: string;
}

const firstNames = [
  'Anaïs',
  'Benoît',
  'Chloé',
  'François',
  'Gaëlle',
  'Jérôme',
  'Léa',
  'Maëlys',
  'Noël',
  'Zoé',
];
const lastNames = [
  'Lefèvre',
  'Muñoz',
  'Garçon',
  'Le Goff',
  'Hébert',
  'Østergård',
  'Nguyễn',
  "D'Amico",
  'Bœuf',
];
const managers = ['Hélène Forêt', 'Côme Île-Dieu', 'Inès Château'];

/** Names that people really give to departments: each one is a trap for whoever splits lines or fields by hand. */
const departments = [
  'Études & « R et D »',
  'Ventes; après-vente',
  'Atelier "Hors série"',
  'Production\nUsine de Besançon',
  'Direction générale',
];

const pick = (list: string[], number: number) => list[number % list.length]!;

/** The people in order of their managers. The same seed always invents the same people. */
export function inventStaff({ seed, people }: Staff): Person[] {
  return Array.from({ length: people }, (_, index) => ({
    // The number keeps two people of one name apart.
    name: `${pick(firstNames, hash32(seed, 'first', index))} ${pick(lastNames, hash32(seed, 'last', index))} (${index + 1})`,
    department: pick(departments, index),
    manager: managers[Math.floor((index * managers.length) / people)]!,
  }));
}

/** A 32-bit hash: figures drawn from it depend on its arguments alone, in whatever order they are computed. */
export function hash32(...about: (string | number)[]): number {
  let mixed = 0x9e3779b9;
  for (const character of about.join('|')) {
    mixed = Math.imul(mixed ^ character.codePointAt(0)!, 0x85ebca6b);
    mixed ^= mixed >>> 13;
  }
  return mixed >>> 0;
}
