import { once } from '../text/once-per';
import data from './token-forms.json';

/** A form that tokens of one issuer have, and hardly anything else. */
export interface TokenForm {
  readonly form: RegExp;
  /** As a message names it: `a GitHub token`. */
  readonly what: string;
}

export const tokenForms = once((): readonly TokenForm[] =>
  data.forms.map(({ regexp, what }) => ({ form: new RegExp(regexp), what })),
);
