import type { ExitCode } from '../../core/exit-codes.ts';
import type { OptionDefinitions, Settings } from '../../core/options/definition.ts';
import type { CommandContext } from '../../experiment/context/context.ts';
import type { commonOptions } from '../options/common.ts';
import type { Style } from '../terminal/style.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** A verb as the command line shows it, known without loading what it does. */
export interface VerbEntry {
  name: string;
  summary: string;
  /** Heading in the list of commands. */
  group: string;
  load?: () => Promise<Verb>;
  children?: VerbEntry[];
}

/** A verb with its options and what it does. */
export interface Verb {
  description: string;
  examples: readonly string[];
  options: OptionDefinitions;
  /** True: an unreadable ledger is none of its business. */
  standsAlone?(settings: Settings<OptionDefinitions>): boolean;
  /** True: whatever the target, it calls nothing there. */
  callsNoCloud?(settings: Settings<OptionDefinitions>): boolean;
  /** Says itself what it cannot do where no region is named. */
  doesWithoutRegion?: boolean;
  /** An interruption is its normal end. */
  endsOnInterrupt?: boolean;
  run(settings: Settings<OptionDefinitions>, host: VerbHost): Promise<VerbEnd>;
}

export type CommonSettings = Settings<typeof commonOptions>;

/** What the command line lends to a verb. */
export interface VerbHost {
  context: CommandContext;
  common: CommonSettings;
  terminal: Terminal;
  /** Keys of the options that were typed; others are set by variables and the config file. */
  typed: ReadonlySet<string>;
  /** Ends the command as the first Ctrl-C does. */
  interrupt(): void;
  /** Reads further flags as if they had been typed: variables and the config file count, as for any command. */
  settingsOf<Definitions extends OptionDefinitions>(
    definitions: Definitions,
    texts: Record<string, string[]>,
  ): Settings<Definitions>;
  /** All of them. */
  verbs: readonly VerbEntry[];
}

/** What a verb leaves behind; printed on stdout. */
export interface VerbEnd {
  exitCode: ExitCode;
  /** Printed with `--json`; undefined where everything has been printed already. */
  data: unknown;
  /** Printed without `--json`. */
  lines(style: Style, width: number): string[];
}

/** Keeps the settings' types between a verb's options and its `run`. */
export function defineVerb<Definitions extends OptionDefinitions>(verb: {
  description: string;
  examples: readonly string[];
  options: Definitions;
  standsAlone?(settings: Settings<Definitions>): boolean;
  callsNoCloud?(settings: Settings<Definitions>): boolean;
  doesWithoutRegion?: boolean;
  endsOnInterrupt?: boolean;
  run(settings: Settings<Definitions>, host: VerbHost): Promise<VerbEnd>;
}): Verb {
  return verb as unknown as Verb;
}
