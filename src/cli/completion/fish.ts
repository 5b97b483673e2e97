import {
  type CompletedOption,
  type CompletedValue,
  type CompletedVerb,
  flagsWithValues,
  type Vocabulary,
} from './vocabulary.ts';

/** A script for fish 3 and later. */
export function fishCompletion(vocabulary: Vocabulary): string {
  const { verbs, common } = vocabulary;
  const top = verbs.filter(({ path }) => path.length === 1);
  return `# fish completion for mlbench: made by \`mlbench completion fish\`
function __mlbench_verb --description 'the verb so far'
  set -l takes 0
  set -l path
  for word in (commandline -opc)[2..-1]
    if test $takes = 1
      set takes 0
    else if string match -q -- '-*' $word
      contains -- $word ${flagsWithValues(vocabulary).map(quoted).join(' ')}; and set takes 1
    else
      set -a path $word
    end
  end
  string join ' ' -- $path
end
function __mlbench_at
  test (__mlbench_verb | string collect --allow-empty) = "$argv[1]"
end
function __mlbench_at_file
  set -l word (commandline -ct)
  string match -q -- '@*' $word; or return
  for file in (__fish_complete_path (string sub -s 2 -- $word))
    echo "@$file"
  end
end
complete -c mlbench -f
${common.map((option) => `complete -c mlbench ${specOf(option)}\n`).join('')}${top.map(({ path, summary }) => wordOf('', path[0]!, summary)).join('')}${verbs.map(linesOf).join('')}`;
}

function linesOf({ path, options, children }: CompletedVerb): string {
  const verb = path.join(' ');
  return [
    ...children.map(({ name, summary }) => wordOf(verb, name, summary)),
    ...options.map((option) => `complete -c mlbench -n ${conditionOf(verb)} ${specOf(option)}\n`),
  ].join('');
}

function wordOf(verb: string, name: string, summary: string): string {
  return `complete -c mlbench -n ${conditionOf(verb)} -a ${quoted(name)} -d ${quoted(summary)}\n`;
}

function conditionOf(verb: string): string {
  return quoted(`__mlbench_at ${quoted(verb)}`);
}

function specOf({ flags, description, value }: CompletedOption): string {
  const named = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return [...named, ...valueSpec(value), '-d', quoted(description)].join(' ');
}

function valueSpec(value: CompletedValue): string[] {
  switch (value.kind) {
    case 'none':
      return [];
    case 'words':
      // fish reads this text once more: a word that is none of ours would be evaluated.
      return ['-x', '-a', quoted(value.words.map((word) => word.replace(/[^\w./-]/g, '\\$&')).join(' '))];
    case 'file':
      return ['-r', '-F'];
    case 'folder':
      return ['-x', '-a', quoted('(__fish_complete_directories (commandline -ct))')];
    case 'body':
      return ['-x', '-a', quoted('(__mlbench_at_file)')];
    case 'any':
      return ['-x'];
  }
}

/** Nothing of it is read by the shell. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
