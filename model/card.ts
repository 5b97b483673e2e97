import type { ForestSettings } from './forest.ts';
import type { Importance } from './importance.ts';
import { type Evaluation, mean, standardDeviation } from './metrics.ts';
import type { Agreement } from './onnx-check.ts';
import { type Dataset, featureNames, type Penguins, speciesNames } from './penguins.ts';

export interface CardFacts {
  data: Penguins;
  datasetSha256: string;
  train: Dataset;
  heldOut: Dataset;
  heldOutShare: number;
  settings: ForestSettings;
  evaluation: Evaluation;
  trainAccuracy: number;
  /** Accuracy of each fold. */
  crossValidation: number[];
  baselines: { name: string; evaluation: Evaluation }[];
  logLoss: number;
  brier: number;
  importances: Importance[];
  agreement: { data: Agreement; random: Agreement };
  sample: Record<string, unknown>;
  answer: { label: string; shares: number[] };
  archiveBytes: number;
  onnxBytes: number;
}

/** `MODEL_CARD.md`, all figures filled in. Written by training, never by hand. */
export function renderCard(facts: CardFacts): string {
  return `${[
    '<!-- Written by `npm run train`. Edit model/card.ts instead. -->',
    '# Model card: which penguin is it?',
    `A random forest that tells the species of a penguin (${speciesNames.join(', ')}) from four measurements. It is mlbench's sample model: small, real, and quick enough that what a load test measures is the serving, not the arithmetic.`,
    ...dataSection(facts),
    ...modelSection(facts),
    ...figuresSection(facts),
    ...plotsSection(facts),
    ...servingSection(facts),
    ...limitsSection(facts),
  ].join('\n\n')}\n`;
}

function dataSection({ data, train, heldOut, heldOutShare, settings, datasetSha256 }: CardFacts): string[] {
  return [
    '## Data',
    [
      '- **What:** Palmer penguins: adult penguins near Palmer Station, Antarctica, measured 2007–2009. File `data/penguins.json` of the npm package [`vega-datasets`](https://github.com/vega/vega-datasets) 3 (a dev dependency), SHA-256 `' +
        datasetSha256 +
        '`; training refuses any other bytes.',
      '- **Source:** Gorman, Williams, Fraser (2014), “Ecological sexual dimorphism and environmental variability within a community of Antarctic penguins (genus _Pygoscelis_)”, PLoS ONE 9(3): e90081; Palmer Station LTER. Made into a teaching data set by Horst, Hill and Gorman (2020), `palmerpenguins`.',
      '- **License:** CC0 1.0.',
      `- **Rows:** ${data.total}; ${data.excluded} have none of the four measurements and are left out; in the other ${data.rows.length} all four are there, so nothing is filled in.`,
      '- **Left out on purpose:** `Sex` (unknown in 10 rows, and “.” in one) and `Island` (Chinstrap were measured on one island only, Gentoo on another: a model would learn where the boat landed).',
      `- **Split:** ${Math.round(heldOutShare * 100)} % of each species held out, drawn with seed ${settings.seed}.`,
    ].join('\n'),
    table(
      ['species', 'training rows', 'held-out rows'],
      speciesNames.map((name, label) => [name, countOf(train, label), countOf(heldOut, label)]),
    ),
  ];
}

function modelSection({ settings, agreement, onnxBytes, archiveBytes }: CardFacts): string[] {
  return [
    '## Model',
    `\`ml-random-forest\` 2: ${settings.trees} trees at most ${settings.maxDepth} deep, each grown on a bootstrap sample and ${settings.featuresPerTree} of the four features (Gini impurity). Settings were chosen beforehand and not tuned. The answer is the species most trees vote for; a “probability” is its share of the votes.`,
    `Exported by \`model/onnx-forest.ts\` as one ONNX \`TreeEnsembleClassifier\` (${bytes(onnxBytes)}; \`model.tar.gz\` ${bytes(archiveBytes)}, not compressed so that its bytes are the same everywhere). Training fails unless ONNX Runtime and the library agree, shares to the last bit, on all ${agreement.data.rows} rows and on ${agreement.random.rows} random points (${agreement.data.draws} and ${agreement.random.draws} of them draws between two species, which either may settle its own way).`,
  ];
}

function figuresSection(facts: CardFacts): string[] {
  const { evaluation, baselines, crossValidation, trainAccuracy } = facts;
  const [low, high] = evaluation.accuracyInterval;
  return [
    `## How good is it? (${evaluation.rows} held-out rows)`,
    table(
      ['', 'accuracy', 'macro F1'],
      [
        ['**random forest**', `**${percent(evaluation.accuracy)}**`, evaluation.macroF1.toFixed(3)],
        ...baselines.map((baseline) => [
          `baseline: ${baseline.name}`,
          percent(baseline.evaluation.accuracy),
          baseline.evaluation.macroF1.toFixed(3),
        ]),
      ],
    ),
    [
      `- 95 % interval of the accuracy (Wilson): ${percent(low)} to ${percent(high)}. ${evaluation.rows} rows say no more than that.`,
      `- Five-fold cross-validation on the training rows: ${percent(mean(crossValidation))} ± ${percent(standardDeviation(crossValidation))}. On the training rows themselves: ${percent(trainAccuracy)}.`,
      `- Log loss ${facts.logLoss.toFixed(3)} (shares of 0 counted as half a vote), Brier score ${facts.brier.toFixed(3)}.`,
    ].join('\n'),
    table(
      ['species', 'precision', 'recall', 'F1', 'rows'],
      evaluation.perClass.map((figures, label) => [
        speciesNames[label]!,
        figures.precision.toFixed(3),
        figures.recall.toFixed(3),
        figures.f1.toFixed(3),
        figures.support,
      ]),
    ),
  ];
}

function plotsSection({ importances, evaluation }: CardFacts): string[] {
  const strongest = importances
    .map((importance, column) => ({ name: featureNames[column]!, mean: importance.mean }))
    .sort((a, b) => b.mean - a.mean)[0]!;
  const wrong = evaluation.rows - Math.round(evaluation.accuracy * evaluation.rows);
  return [
    '## Plots (held-out rows)',
    '![Confusion matrix](card/confusion.svg)',
    `Beak length against beak depth; the ${wrong} rows that the model gets wrong are ringed:`,
    '![Measurements of the held-out penguins](card/measurements.svg)',
    `What each feature is worth: accuracy lost when its column is shuffled (mean of 30 shuffles; the line spans the smallest and largest loss). \`${strongest.name}\` matters most.`,
    '![Permutation importance](card/importance.svg)',
    'Does a share of the votes mean what it says? Circles on the diagonal would be perfectly calibrated. Few answers are unsure, so the lower circles stand for few rows.',
    '![Reliability](card/reliability.svg)',
  ];
}

function servingSection({ sample, answer }: CardFacts): string[] {
  const shares = Object.fromEntries(
    speciesNames.map((name, label) => [name, Number(answer.shares[label]!.toFixed(6))]),
  );
  return [
    '## Request and answer',
    'Features by name in any order, or as an array in this order: ' +
      featureNames.map((name) => `\`${name}\``).join(', ') +
      '. JSON, JSON Lines and CSV. A missing value is refused (400): the model was never shown one.',
    jsonBlock('instances', sample),
    jsonBlock('predictions', { label: answer.label, probabilities: shares }),
    `The first is \`sample-request.json\`.`,
  ];
}

function limitsSection({ settings, data }: CardFacts): string[] {
  const ranges = featureNames.map((name, column) => {
    const values = data.rows.map((row) => row[column]!);
    return `${name} ${Math.min(...values)}–${Math.max(...values)}`;
  });
  return [
    '## Limits',
    [
      '- Three species of one archipelago over three summers. Shown any other animal, it still answers one of the three, often with confidence: trees do not know what they have not seen.',
      `- It has seen ${ranges.join(', ')}; beyond that it answers as for the nearest edge.`,
      '- Vote shares are not tuned probabilities.',
      '- Its purpose is to be served and loaded. Do not decide anything about penguins with it.',
    ].join('\n'),
    '## Reproduce',
    `\`npm ci && npm run train\` writes \`model.tar.gz\`, \`sample-request.json\`, this card and its plots again, byte for byte (seed ${settings.seed}; no clock, no network, no locale in it). A test does the same and compares.`,
  ];
}

/** Padded as a formatter would, the first column to the left and figures to the right. */
function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(4, ...cells.map((row) => row[column]!.length)));
  const padded = cells.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))),
  );
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [padded[0]!, rule, ...padded.slice(1)].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function jsonBlock(member: string, item: unknown): string {
  const inOneLine = JSON.stringify(item, null, 1).replace(/\n\s*/g, ' ');
  return `\`\`\`json\n{\n  "${member}": [\n    ${inOneLine}\n  ]\n}\n\`\`\``;
}

function countOf(data: Dataset, label: number): number {
  return data.labels.filter((other) => other === label).length;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function bytes(count: number): string {
  return `${(count / 1_024).toFixed(1)} KiB`;
}
