import { ModelProblem } from '../../../src/core/model/model-problem.ts';
import { oneLine } from '../log.ts';

/**
 * What ONNX Runtime says, without what only one of its builds puts around it: a path, a code, a place in its source.
 */
export function plainReason(error: unknown): string {
  // C++'s exceptions come out of WebAssembly as bare addresses when there is no memory left to say more.
  if (typeof error === 'number') return 'std::bad_alloc';
  let text = oneLine(error);
  for (let before = ''; before !== text; ) {
    before = text;
    for (const wrapping of wrappings) text = text.replace(wrapping, '');
    text = withoutPlace(text);
  }
  return text.replace(/\.$/, '');
}

/** Why a model could not be loaded, and what to type. */
export function loadProblem(error: unknown, name: string): ModelProblem {
  const reason = plainReason(error);
  for (const { says, tell } of known) {
    const match = says.exec(reason);
    if (match) return tell(match, name);
  }
  return new ModelProblem(
    `ONNX Runtime cannot load ${name}: ${reason}`,
    `look at what is wrong with it: python -c 'import onnx; onnx.checker.check_model(${JSON.stringify(name)}, full_check=True)', and export it again`,
  );
}

/** The model changes the case of text by the rules of a language that this machine does not have. */
export function isLocaleMissing(error: unknown): boolean {
  return /Failed to construct locale with name/.test(plainReason(error));
}

const wrappings = [
  /^Can't create a session\. ERROR_CODE: \d+, ERROR_MESSAGE: /,
  /^failed to call OrtRun\(\)\. ERROR_CODE: \d+, ERROR_MESSAGE: /,
  /^Load model from .*? failed:/,
  /^Exception during (?:loading|initialization): /,
  /^\[ONNXRuntimeError\] : \d+ : [A-Z_]+ : /,
  /^This is an invalid model\. In Node, .* , Error (?=\S)/,
  /^Non-zero status code returned while running \S+ node\. Name:'[^']*' Status Message: /,
];

/** `/src/model.cc:203 onnxruntime::Model::Model(ModelProto &&, const PathString &) Unsupported …` → `Unsupported …` */
function withoutPlace(text: string): string {
  const place = /^\S+\.(?:cc|h|cpp):\d+ /.exec(text)?.[0];
  if (place === undefined) return text;
  const rest = text.slice(place.length);
  const open = rest.indexOf('(');
  const signature = open < 0 ? '' : rest.slice(0, open);
  // A function is a word or two with colons; anything longer is the message itself.
  if (open < 0 || !/^(?:[\w:<>*&~,]+ ){0,6}[\w:<>~]+$/.test(signature)) return rest;
  let depth = 0;
  for (let at = open; at < rest.length; at++) {
    if (rest[at] === '(') depth += 1;
    else if (rest[at] === ')') depth -= 1;
    if (depth === 0) return rest.slice(at + 1).replace(/^(?: const)? /, '');
  }
  return rest;
}

interface Known {
  says: RegExp;
  tell(match: RegExpExecArray, name: string): ModelProblem;
}

const known: Known[] = [
  {
    says: /Unsupported model IR version: (\d+), max supported IR version: (\d+)/,
    tell: ([, own, newest], name) =>
      new ModelProblem(
        `${name} has IR version ${own}, and the newest that is served is ${newest}`,
        `save it with an older one, in Python: m = onnx.load(${JSON.stringify(name)}); m.ir_version = ${newest}; onnx.save(m, "older.onnx")`,
      ),
  },
  {
    says: /Opset (\d+) is under development[\s\S]*support for domain (\S+) is till opset (\d+)/,
    tell: ([, own, domain, newest], name) =>
      new ModelProblem(
        `${name} uses opset ${own} of ${domain}, and the newest that is served is ${newest}`,
        domain === 'ai.onnx'
          ? `export it again with an older one: torch.onnx.export(…, opset_version=${newest}), skl2onnx.to_onnx(…, target_opset=${newest}); or onnx.version_converter.convert_version(model, ${newest})`
          : `export it again with an older one: target_opset={"": ${defaultOpset}, ${JSON.stringify(domain)}: ${newest}} of skl2onnx or onnxmltools`,
      ),
  },
  {
    says: /No Op registered for (\S+) with domain_version of (\d+)|No opset import for domain '([^']*)'|Fatal error: ([\w.:]+)\(-?\d+\) is not a registered function\/op|([\w.:]+) is not a registered function\/op/,
    tell: (match, name) => {
      const operator = match[1] ?? match[4] ?? match[5];
      const what = operator === undefined ? `operators of ${match[3]}` : `the operator ${operator}`;
      return new ModelProblem(
        `${name} uses ${what}, which ONNX Runtime does not have`,
        'export it with the operators of ONNX alone; operators of your own are not served',
      );
    },
  },
  {
    says: /Could not find an implementation for (\w+)\(\d+\)/,
    tell: ([, operator], name) =>
      new ModelProblem(
        `${name} uses ${operator} with numbers for which ONNX Runtime has no such operator on a CPU`,
        'export it in single precision: model.float() before torch.onnx.export',
      ),
  },
  {
    says: /[Uu]nsupported data type: (\d+)|MLDataType for: (\S+) is not currently registered/,
    tell: ([, number, type], name) =>
      new ModelProblem(
        `${name} has values of a type that cannot be served (${type ?? `number ${number} of ONNX`})`,
        'export it in single precision: model.float() before torch.onnx.export',
      ),
  },
  {
    says: /bad_alloc|failed to allocate|Array buffer allocation failed|memory access out of bounds|[Oo]ut of memory/,
    tell: (_, name) =>
      new ModelProblem(
        `${name} needs more memory than there is`,
        'make it smaller, such as by onnxruntime.quantization.quantize_dynamic; the WASM build of ONNX Runtime has at most 4 GB',
      ),
  },
];

/** Of the time of the newest ai.onnx.ml that is served; what a user gives beside it is theirs to choose. */
const defaultOpset = 21;
