/** Reads an option's value. One that takes a few words says which. */
export type Parser<Value> = ((text: string, name: string) => Value) & { choices?: readonly string[] };
