import {
  type CompletedOption,
  type CompletedValue,
  type CompletedVerb,
  flagsWithValues,
  type Vocabulary,
} from './vocabulary.ts';

/**
 * A script for bash 3.2 and later. The line is read as text and never evaluated; what is offered is quoted, so that no
 * file's name becomes a command. Readline replaces what follows the last of its break characters (`=`, `@`, `:`): what
 * stands before that is taken off each offer.
 */
export function bashCompletion(vocabulary: Vocabulary): string {
  const { verbs, common } = vocabulary;
  const names = verbs.filter(({ path }) => path.length === 1).map(({ path }) => path[0]!);
  return `# bash completion for mlbench: made by \`mlbench completion bash\`
${helpers}_mlbench_value() { # VERB FLAG PREFIX: offers the flag's values; fails if it takes none
  local word words
  case "$1 $2" in
${verbs.map(valueCases).join('')}  esac
  case "$2" in
${common.flatMap((option) => valueCase('', option)).join('')}  esac
  return 1
}
_mlbench() {
  local line=\${COMP_LINE:0:COMP_POINT} verb='' word previous='' takes=0 words=()
  local _mlbench_word _mlbench_before
  COMPREPLY=()
  read -ra words <<<"$line"
  _mlbench_word=''
  if [[ $line != *[[:space:]] ]]; then
    _mlbench_word=\${words[\${#words[@]}-1]}
    unset "words[\${#words[@]}-1]"
  fi
  local current=\${COMP_WORDS[COMP_CWORD]}
  [[ $COMP_WORDBREAKS == *"$current"* ]] && current=''
  # An @ breaks a word, and is replaced with it all the same (rl_special_prefixes).
  _mlbench_before=\${_mlbench_word%"$current"}
  _mlbench_before=\${_mlbench_before%@}
  for word in "\${words[@]:1}"; do
    if ((takes)); then
      takes=0
    elif [[ $word == -* ]]; then
      case "$word" in ${flagsWithValues(vocabulary).join('|')}) takes=1 ;; esac
    else
      case "$verb $word" in
${verbs.map(({ path }) => `        ${quoted([path.slice(0, -1).join(' '), path.at(-1)].join(' '))}) verb=${quoted(path.join(' '))} ;;\n`).join('')}      esac
    fi
    previous=$word
  done
  if ((takes)); then
    _mlbench_value "$verb" "$previous" ''
    return 0
  fi
  if [[ $_mlbench_word == --*=* ]]; then
    _mlbench_value "$verb" "\${_mlbench_word%%=*}" "\${_mlbench_word%%=*}="
    return 0
  fi
  case "$verb" in
${verbs.map((verb) => `    ${quoted(verb.path.join(' '))}) _mlbench_offer ${offersOf(verb, common)} ;;\n`).join('')}    *) _mlbench_offer ${[...names, ...flagsOf(common)].map(quoted).join(' ')} ;;
  esac
}
complete -F _mlbench mlbench
`;
}

const helpers = `_mlbench_offer() { # WORDS: those that begin as the word does
  local word safe
  for word in "$@"; do
    [[ $word == "$_mlbench_word"* ]] || continue
    printf -v safe %q "\${word#"$_mlbench_before"}"
    COMPREPLY+=("$safe")
  done
}
_mlbench_files() { # PREFIX -f|-d
  local file
  compopt -o filenames 2>/dev/null
  while IFS= read -r file; do
    file=$1$file
    COMPREPLY+=("\${file#"$_mlbench_before"}")
  done < <(compgen "$2" -- "\${_mlbench_word#"$1"}")
}
`;

function offersOf({ children, options }: CompletedVerb, common: readonly CompletedOption[]): string {
  return [...children.map(({ name }) => name), ...flagsOf([...options, ...common])].map(quoted).join(' ');
}

function flagsOf(options: readonly CompletedOption[]): string[] {
  return options.flatMap(({ flags }) => flags.filter((flag) => flag.startsWith('--')));
}

function valueCases({ path, options }: CompletedVerb): string {
  return options.flatMap((option) => valueCase(`${path.join(' ')} `, option)).join('');
}

function valueCase(verb: string, { flags, value }: CompletedOption): string[] {
  if (value.kind === 'none') return [];
  return [
    `    ${flags.map((flag) => quoted(`${verb}${flag}`)).join('|')}) ${offering(value)}; return 0 ;;\n`,
  ];
}

function offering(value: Exclude<CompletedValue, { kind: 'none' }>): string {
  switch (value.kind) {
    case 'words':
      return `words=(${value.words.map(quoted).join(' ')}); _mlbench_offer "\${words[@]/#/$3}"`;
    case 'file':
      return '_mlbench_files "$3" -f';
    case 'folder':
      return '_mlbench_files "$3" -d';
    case 'body':
      return `[[ \${_mlbench_word#"$3"} == @* ]] && _mlbench_files "$3@" -f`;
    case 'any':
      return ':';
  }
}

/** Nothing of it is read by the shell. */
function quoted(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
