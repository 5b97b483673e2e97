/**
 * How to make an ONNX model of what one has: each one line, with the call or the command to type. `path` is the file as
 * the user named it.
 */
export const nextSteps = {
  gitLfs: (path: string) =>
    `fetch the file itself: git lfs pull --include ${quoted(nameOf(path))}, in its repository`,
  webPage: () => 'download the file itself; on GitHub and Hugging Face that is the link "raw" or "download"',
  sklearn: (path: string) => `convert it in Python with skl2onnx: ${skl2onnx(loaded(path))}`,
  pickle: (path: string) =>
    `convert what it holds in Python: of scikit-learn with skl2onnx: ${skl2onnx(loaded(path))}; of XGBoost or LightGBM with onnxmltools.convert_xgboost or convert_lightgbm; of PyTorch with torch.onnx.export`,
  xgboost: (path: string) => onnxmltools(`xgb = ${loaded(path)}`, 'convert_xgboost(xgb'),
  lightgbm: (path: string) => onnxmltools(`gbm = ${loaded(path)}`, 'convert_lightgbm(gbm'),
  xgboostFile: (path: string) =>
    onnxmltools(`xgb = xgboost.XGBClassifier(); xgb.load_model(${quoted(path)})`, 'convert_xgboost(xgb'),
  lightgbmFile: (path: string) =>
    onnxmltools(`gbm = lightgbm.Booster(model_file=${quoted(path)})`, 'convert_lightgbm(gbm'),
  catboost: () => 'save it as ONNX, in Python: model.save_model("model.onnx", format="onnx")',
  torch: () =>
    'export the model in Python: torch.onnx.export(model.eval(), (example,), "model.onnx"), with the class of the model at hand',
  keras: (path: string) =>
    `export it in Python: keras.models.load_model(${quoted(path)}).export("model.onnx", format="onnx")`,
  hdf5: (path: string) => `convert it: python -m tf2onnx.convert --keras ${quoted(path)} --output model.onnx`,
  savedModel: (path: string) =>
    `convert it: python -m tf2onnx.convert --saved-model ${quoted(folderOf(path))} --output model.onnx`,
  graphDef: (path: string) =>
    `convert it: python -m tf2onnx.convert --graphdef ${quoted(path)} --inputs INPUT:0 --outputs OUTPUT:0 --output model.onnx`,
  tflite: (path: string) =>
    `convert it: python -m tf2onnx.convert --tflite ${quoted(path)} --output model.onnx`,
  transformers: () =>
    'export the model from its repository: optimum-cli export onnx --model NAME_OR_FOLDER exported, then --model exported',
  coreml: (path: string) =>
    `convert it in Python with onnxmltools: onnxmltools.utils.save_model(onnxmltools.convert_coreml(coremltools.utils.load_spec(${quoted(path)})), "model.onnx")`,
  paddle: () =>
    'convert it: paddle2onnx --model_dir FOLDER --model_filename inference.pdmodel --params_filename inference.pdiparams --save_file model.onnx',
  ort: () => 'pass the .onnx file that it was made of',
  notebook: () =>
    'pass the model that the code makes, exported to ONNX: with skl2onnx.to_onnx(model, X[:1]) from scikit-learn, with torch.onnx.export from PyTorch',
  json: () =>
    'pass the model itself as .onnx: XGBoost and LightGBM export one with onnxmltools (convert_xgboost, convert_lightgbm), Keras with model.export("model.onnx", format="onnx")',
  zip: (path: string) => `unpack it, and pass the .onnx file in it: unzip ${quoted(path)} -d unpacked`,
  tar: (path: string) =>
    `make it a .tar.gz: tar -xf ${quoted(path)} --one-top-level=unpacked && tar --dereference -czf model.tar.gz -C unpacked .`,
  other: () =>
    'export the model to ONNX where it was trained, such as with skl2onnx (scikit-learn), onnxmltools (XGBoost, LightGBM) or torch.onnx.export (PyTorch)',
  code: (path: string) =>
    `put its steps into the model (skl2onnx exports whole pipelines) and take ${quoted(path)} away, or serve it by an image of your own: --image URI --model-data S3_URI`,
} as const;

function skl2onnx(model: string): string {
  return `open("model.onnx", "wb").write(skl2onnx.to_onnx(${model}, X[:1]).SerializeToString()), where X is what it was trained with`;
}

function onnxmltools(load: string, convert: string): string {
  return `convert it in Python with onnxmltools: ${load}; onnx.save(onnxmltools.${convert}, initial_types=[("x", FloatTensorType([None, COLUMNS]))]), "model.onnx")`;
}

function loaded(path: string): string {
  return `joblib.load(${quoted(path)})`;
}

/** Good for Python and, as far as names of files go, for a shell. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash);
}
