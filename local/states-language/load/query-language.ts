import { type Fields, reportField } from './fields.ts';

/** Reports a language other than JSONata, in which the definition or a state is written. */
export function checkLanguage(fields: Fields, language: unknown): void {
  if (language === 'JSONata') return;
  reportField(fields, 'QueryLanguage', `${JSON.stringify(language)} is not implemented, only "JSONata"`);
}
