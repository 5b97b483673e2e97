/** The start form, as page and server both know it. */

/** An option of `mlbench load`, as its declaration says. */
export interface FormField {
  key: string;
  /** `--users` */
  flag: string;
  kind: 'value' | 'list' | 'switch' | 'negatable' | 'optional';
  help: string;
  placeholder: string;
  /** The heading that the help of the command has it under. */
  group: string;
  choices: readonly string[];
  /** What is taken without it, in words; empty: nothing. */
  shownDefault: string;
}

/** What was filled in, by key, as it would be typed; of switches `true`. Empty texts are not given. */
export type FormValues = Readonly<Record<string, readonly string[]>>;

export interface Form {
  fields: readonly FormField[];
  /** What the form begins with. */
  values: FormValues;
  /** Where a load goes that names no other destination, or what brings something up; a sentence or two. */
  whereItGoes: string;
}

/** Something that the command line would refuse, too. */
export interface FormProblem {
  /** Of the field that is to be changed; null: it is about several, or about what is there. */
  key: string | null;
  message: string;
  remedy: string;
}

/** What the form comes to. */
export interface CheckedForm {
  /** The command that does the same; secrets are variables in it. */
  command: string;
  /** The load in one line; null while there are problems. */
  plan: string | null;
  problems: readonly FormProblem[];
}
