/** Fields that are taken from the default export together: one of them in the input, and none is. */
const template = ['templateId', 'template'];
const dates = ['startsOn', 'endsOn', 'period', 'lastDays'];

type Fields = Readonly<Record<string, unknown>>;

/**
 * An input, with what it doesn't say taken from the tenant's default export. So `{}` is that export, and
 * `{"offset": 1}` the same one a period further back.
 * @param options.dated false: the input's dates are given in another way
 */
export function withDefaults(input: Fields, defaults: Fields, options: { dated?: boolean } = {}): Fields {
  const has = (name: string) => input[name] !== undefined;
  const dated = options.dated ?? true;
  const missing = [
    ...(template.some(has) ? [] : template),
    ...(!dated || dates.some(has) ? [] : [...dates, ...(has('offset') ? [] : ['offset'])]),
    ...(has('formats') ? [] : ['formats']),
  ];
  const taken = missing.filter((name) => defaults[name] !== undefined);
  return { ...input, ...Object.fromEntries(taken.map((name) => [name, defaults[name]])) };
}
