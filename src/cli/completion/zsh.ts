import type { CompletedOption, CompletedValue, CompletedVerb, Vocabulary } from './vocabulary.ts';

/** A script for zsh: as a file `_mlbench` of `fpath`, or sourced after `compinit`. */
export function zshCompletion({ verbs, common }: Vocabulary): string {
  const top = verbs.filter(({ path }) => path.length === 1);
  return `#compdef mlbench
# zsh completion for mlbench: made by \`mlbench completion zsh\`
_mlbench_body() {
  compset -P '@' && _files
}
${verbs.map((verb) => functionOf(verb, common)).join('')}_mlbench() {
${argumentsOf(
  common,
  top.map(({ path, summary }) => ({ name: path[0]!, summary })),
  '_mlbench_verb',
)}}
${dispatcher('_mlbench_verb', top)}if [[ $funcstack[1] == _mlbench ]]; then
  _mlbench "$@"
else
  compdef _mlbench mlbench
fi
`;
}

function functionOf(verb: CompletedVerb, common: readonly CompletedOption[]): string {
  const name = nameOf(verb.path);
  const options = [...verb.options, ...common];
  if (verb.children.length === 0)
    return `${name}() {\n  _arguments -s -S ${options.map(specOf).join(' ')}\n}\n`;
  const below = verb.path[0] === 'help' ? '_mlbench_nothing' : `${name}_verb`;
  const dispatch =
    below === '_mlbench_nothing'
      ? '_mlbench_nothing() { :; }\n'
      : dispatcher(
          below,
          verb.children.map((child) => ({ ...verb, path: [...verb.path, child.name] })),
        );
  return `${name}() {\n${argumentsOf(options, verb.children, below)}}\n${dispatch}`;
}

/** Options, then one of the words, then what the word's own function says. */
function argumentsOf(
  options: readonly CompletedOption[],
  words: readonly { name: string; summary: string }[],
  dispatch: string,
): string {
  const described = words.map(({ name, summary }) => quoted(`${name}:${summary.replaceAll(':', '\\:')}`));
  return `  local context state state_descr line
  typeset -A opt_args
  local -a words_here=(${described.join(' ')})
  _arguments -C -S ${options.map(specOf).join(' ')} '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command words_here ;;
    rest) ${dispatch} $line[1] ;;
  esac
`;
}

function dispatcher(name: string, verbs: readonly Pick<CompletedVerb, 'path'>[]): string {
  const cases = verbs.map(({ path }) => `    ${path.at(-1)}) ${nameOf(path)} ;;\n`).join('');
  return `${name}() {\n  case $1 in\n${cases}  esac\n}\n`;
}

function nameOf(path: readonly string[]): string {
  return `_mlbench_of_${path.join('_').replaceAll('-', '_')}`;
}

/** \`'(-u --users)'{-u,--users=}'[virtual users]:N:'\`, in one word a flag. */
function specOf({ flags, description, value, repeats }: CompletedOption): string {
  const shown = description.replace(/[\\[\]:]/g, '\\$&');
  const others = repeats ? '*' : flags.length > 1 ? `(${flags.join(' ')})` : '';
  return flags
    .map((flag) => {
      const takes = value.kind === 'none' ? '' : flag.startsWith('--') ? '=' : '+';
      return quoted(`${others}${flag}${takes}[${shown}]${actionOf(value)}`);
    })
    .join(' ');
}

function actionOf(value: CompletedValue): string {
  switch (value.kind) {
    case 'none':
      return '';
    case 'words':
      return `:value:(${value.words.map((word) => word.replace(/[^\w.-]/g, '\\$&')).join(' ')})`;
    case 'file':
      return ':file:_files';
    case 'folder':
      return ':folder:_files -/';
    case 'body':
      return ':body:_mlbench_body';
    case 'any':
      return ':value: ';
  }
}

/** Nothing of it is read by the shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
