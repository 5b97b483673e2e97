"""Makes the models of the suite: FOLDER/NAME/… and FOLDER/manifest.json with what to ask, and what the framework answers."""

import json
import os
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")
FOLDER = sys.argv[1]
manifest = []
rng = np.random.default_rng(7)


def plain(value):
    if isinstance(value, np.ndarray):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    return value


def add(name, onnx, ask, answers, csv=None, save=None, file="model.onnx", tolerance=1e-4):
    """`answers`: one a row, as mlbench should word it; within `tolerance` of each number, absolute and relative."""
    folder = os.path.join(FOLDER, name)
    os.makedirs(folder)
    path = os.path.join(folder, file)
    if save is not None:
        save(path)
    else:
        with open(path, "wb") as out:
            out.write(onnx if isinstance(onnx, bytes) else onnx.SerializeToString())
    if csv is True:
        csv = "".join(",".join(str(cell) for cell in plain(row)) + "\n" for row in ask)
    manifest.append(
        {
            "name": name,
            "file": file,
            "instances": [plain(row) if not isinstance(row, dict) else row for row in ask],
            "answers": answers,
            "tolerance": tolerance,
            **({"csv": csv} if csv else {}),
        }
    )


# --- scikit-learn, exported with the defaults of skl2onnx: the first size is open and has no name.
from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType
from sklearn import ensemble, linear_model, naive_bayes, neighbors, neural_network, svm, tree
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_diabetes, load_iris
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler

iris_x, iris_y = load_iris(return_X_y=True)
iris_x = iris_x.astype(np.float32)
words = np.array(["setosa", "versicolor", "virginica"])[iris_y]
is_virginica = (iris_y == 2).astype(np.int64)
sugar_x, sugar_y = load_diabetes(return_X_y=True)
sugar_x, sugar_y = sugar_x.astype(np.float32), sugar_y.astype(np.float32)
some = iris_x[[3, 60, 149]]
few = sugar_x[[0, 7, 99]]


def zipped(model, rows, label="output_label", probability="output_probability"):
    names = [str(name) for name in model.classes_]
    return [
        {label: plain(one), probability: dict(zip(names, plain(p)))}
        for one, p in zip(model.predict(rows), model.predict_proba(rows))
    ]


classifiers = {
    "logistic-regression": linear_model.LogisticRegression(max_iter=500),
    "random-forest": ensemble.RandomForestClassifier(10, random_state=0),
    "extra-trees": ensemble.ExtraTreesClassifier(10, random_state=0),
    "gradient-boosting": ensemble.GradientBoostingClassifier(n_estimators=5, random_state=0),
    "ada-boost": ensemble.AdaBoostClassifier(n_estimators=5, random_state=0),
    "decision-tree": tree.DecisionTreeClassifier(random_state=0),
    "nearest-neighbours": neighbors.KNeighborsClassifier(3),
    "naive-bayes": naive_bayes.GaussianNB(),
    "perceptron": neural_network.MLPClassifier((8,), max_iter=300, random_state=0),
    "discriminant-analysis": LinearDiscriminantAnalysis(),
    "scaled-pipeline": make_pipeline(StandardScaler(), linear_model.LogisticRegression()),
}
for name, model in classifiers.items():
    model.fit(iris_x, iris_y)
    add(f"sklearn-{name}", to_onnx(model, iris_x[:1]), some, zipped(model, some), csv=True, tolerance=1e-3)

model = linear_model.LogisticRegression(max_iter=500).fit(iris_x, words)
add("sklearn-text-labels", to_onnx(model, iris_x[:1]), some, zipped(model, some), csv=True)
model = linear_model.LogisticRegression().fit(iris_x, is_virginica)
add("sklearn-binary", to_onnx(model, iris_x[:1]), some, zipped(model, some), csv=True)
add(
    "sklearn-without-zipmap",
    to_onnx(model, iris_x[:1], options={"zipmap": False}),
    some,
    [{"label": plain(one), "probabilities": plain(p)} for one, p in zip(model.predict(some), model.predict_proba(some))],
    csv=True,
)

regressors = {
    "linear-regression": linear_model.LinearRegression(),
    "ridge": linear_model.Ridge(),
    "lasso": linear_model.Lasso(),
    "random-forest-regressor": ensemble.RandomForestRegressor(10, random_state=0),
    "gradient-boosting-regressor": ensemble.GradientBoostingRegressor(n_estimators=5, random_state=0),
    "support-vectors": svm.SVR(),
    "nearest-neighbours-regressor": neighbors.KNeighborsRegressor(3),
    "perceptron-regressor": neural_network.MLPRegressor(hidden_layer_sizes=(8,), max_iter=200, random_state=0),
}
for name, model in regressors.items():
    model.fit(sugar_x, sugar_y)
    answers = [[plain(one)] for one in model.predict(few).reshape(-1)]
    add(f"sklearn-{name}", to_onnx(model, sugar_x[:1]), few, answers, csv=True, tolerance=1e-3)

model = PCA(2).fit(iris_x)
add("sklearn-pca", to_onnx(model, iris_x[:1]), some, plain(model.transform(some)), csv=True)
model = MinMaxScaler().fit(iris_x)
add("sklearn-scaler", to_onnx(model, iris_x[:1]), some, plain(model.transform(some)), csv=True)
model = KMeans(3, n_init=1, random_state=0).fit(iris_x)
answers = [{"label": plain(one), "scores": plain(d)} for one, d in zip(model.predict(some), model.transform(some))]
add("sklearn-k-means", to_onnx(model, iris_x[:1]), some, answers, tolerance=1e-2)

model = linear_model.LinearRegression().fit(sugar_x.astype(np.float64), sugar_y)
exported = to_onnx(model, initial_types=[("x", DoubleTensorType([None, 10]))])
add("sklearn-double", exported, few, [[plain(one)] for one in model.predict(few)], csv=True)
counts = rng.integers(0, 9, (60, 3))
model = tree.DecisionTreeRegressor(random_state=0).fit(counts, counts.sum(1))
exported = to_onnx(model, initial_types=[("x", Int64TensorType([None, 3]))])
add("sklearn-integers", exported, counts[:3], [[plain(one)] for one in model.predict(counts[:3])], csv=True)

# A table whose columns are inputs, some of them text.
import pandas

table = pandas.DataFrame(
    {
        "width": iris_x[:, 0],
        "length": iris_x[:, 2],
        "colour": np.where(iris_x[:, 3] > 1, "blue", "white").astype(object),
    }
)
model = make_pipeline(
    ColumnTransformer([("n", StandardScaler(), ["width", "length"]), ("c", OneHotEncoder(), ["colour"])]),
    linear_model.LogisticRegression(max_iter=500),
).fit(table, iris_y)
columns = [("width", FloatTensorType([None, 1])), ("length", FloatTensorType([None, 1])), ("colour", StringTensorType([None, 1]))]
picked = table.iloc[[3, 60, 149]]
rows = [{key: plain(value) for key, value in row.items()} for row in picked.to_dict("records")]
rows = [{**row, "width": float(row["width"]), "length": float(row["length"])} for row in rows]
add(
    "sklearn-table-with-text",
    to_onnx(model, initial_types=columns),
    rows,
    zipped(model, picked),
    csv=picked.to_csv(index=False),
)
texts = ["good and cheap", "bad and dear", "good", "bad", "dear but good", "cheap but bad"]
model = make_pipeline(TfidfVectorizer(), linear_model.LogisticRegression()).fit(texts, [1, 0, 1, 0, 1, 0])
exported = to_onnx(model, initial_types=[("text", StringTensorType([None, 1]))])
add("sklearn-text", exported, [[text] for text in texts[:3]], zipped(model, texts[:3]), csv="good and cheap\nbad and dear\ngood\n")

# --- LightGBM and XGBoost, by onnxmltools.
import lightgbm
import onnxmltools
import xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as OnnxFloat

boosters = {
    "lightgbm": (
        lambda **more: lightgbm.LGBMClassifier(n_estimators=5, verbose=-1, n_jobs=1, **more),
        lambda: lightgbm.LGBMRegressor(n_estimators=5, verbose=-1, n_jobs=1),
        onnxmltools.convert_lightgbm,
    ),
    "xgboost": (
        lambda **more: xgboost.XGBClassifier(n_estimators=5, n_jobs=1, **more),
        lambda: xgboost.XGBRegressor(n_estimators=5, n_jobs=1),
        onnxmltools.convert_xgboost,
    ),
}
for library, (classifier, regressor, convert) in boosters.items():
    for kind, target in (("binary", is_virginica), ("multiclass", iris_y)):
        model = classifier().fit(iris_x, target)
        exported = convert(model, initial_types=[("input", OnnxFloat([None, 4]))])
        if library == "lightgbm":
            answers = zipped(model, some, "label", "probabilities")
        else:
            answers = [
                {"label": plain(one), "probabilities": plain(p)}
                for one, p in zip(model.predict(some), model.predict_proba(some))
            ]
        add(f"{library}-{kind}", exported, some, answers, csv=True)
    model = regressor().fit(sugar_x, sugar_y)
    exported = convert(model, initial_types=[("input", OnnxFloat([None, 10]))])
    add(f"{library}-regressor", exported, few, [[plain(one)] for one in model.predict(few)], csv=True)

# --- PyTorch. Debian's has the exporter that traces; what the newer one does with weights, onnx-ir does, which it uses.
import onnx
import onnx_ir
import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


def exported(model, examples, **more):
    path = os.path.join(FOLDER, "torch.onnx")
    torch.onnx.export(model.eval(), examples, path, **more)
    data = open(path, "rb").read()
    os.remove(path)
    return data


def torch_answers(model, *inputs):
    with torch.no_grad():
        return plain(model(*inputs).numpy())


open_batch = {"input_names": ["x"], "output_names": ["y"], "dynamic_axes": {"x": {0: "batch"}, "y": {0: "batch"}}}
mlp = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3), nn.Softmax(-1))
asked = torch.from_numpy(some)
add("torch-default", exported(mlp, (asked[:1],)), some[:1], torch_answers(mlp, asked[:1]), csv=True)
add("torch-fixed-batch", exported(mlp, (asked,)), some, torch_answers(mlp, asked), csv=True)
add("torch-open-batch", exported(mlp, (asked[:1],), **open_batch), some, torch_answers(mlp, asked), csv=True)
conv = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(18, 2))
image = torch.rand(2, 1, 5, 5)
add("torch-image", exported(conv, (image[:1],), **open_batch), image.numpy(), torch_answers(conv, image))


class Tokens(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.out = nn.Embedding(20, 6), nn.Linear(6, 2)

    def forward(self, tokens):
        return self.out(self.embedding(tokens).mean(1))


class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.left, self.right = nn.Linear(2, 3), nn.Linear(3, 3)

    def forward(self, left, right):
        both = self.left(left) + self.right(right)
        return both, both.sum(-1, keepdim=True)


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.out = nn.LSTM(3, 4, batch_first=True), nn.Linear(4, 1)

    def forward(self, steps):
        return self.out(self.lstm(steps)[0][:, -1])


tokens = torch.tensor([[1, 5, 7], [2, 2, 19]])
model = Tokens()
sizes = {"input_names": ["tokens"], "dynamic_axes": {"tokens": {0: "batch", 1: "length"}}}
add("torch-tokens", exported(model, (tokens,), **sizes), tokens.numpy(), torch_answers(model, tokens))
steps = torch.rand(2, 5, 3)
model = Recurrent()
add("torch-lstm", exported(model, (steps[:1],)), steps[:1].numpy(), torch_answers(model, steps[:1]))
model = Two()
left, right = torch.rand(2, 2), torch.rand(2, 3)
names = {"input_names": ["left side", "rechts ▶"], "output_names": ["both", "sum"]}
axes = {name: {0: "batch"} for name in [*names["input_names"], *names["output_names"]]}
with torch.no_grad():
    both, total = model(left, right)
add(
    "torch-two-inputs",
    exported(model, (left, right), **names, dynamic_axes=axes),
    [{"left side": plain(l), "rechts ▶": plain(r)} for l, r in zip(left.numpy(), right.numpy())],
    [{"both": plain(b), "sum": plain(t)} for b, t in zip(both.numpy(), total.numpy())],
)


def beside(location, folder=""):
    def save(path):
        os.makedirs(os.path.join(os.path.dirname(path), folder), exist_ok=True)
        with_data = onnx.load_from_string(exported(mlp, (asked[:1],), **open_batch))
        onnx_ir.save(onnx_ir.from_proto(with_data), path, external_data=location, size_threshold_bytes=0)

    return save


add("torch-weights-beside", None, some, torch_answers(mlp, asked), csv=True, file="m.onnx", save=beside("m.onnx.data"))
add("torch-weights-below", None, some, torch_answers(mlp, asked), csv=True, save=beside("weights/w.bin", "weights"))

# --- By hand: what a model may be, and few are.
from onnx import TensorProto, helper


def by_hand(nodes, inputs, outputs, weights=(), ir_version=10, opset=21):
    graph = helper.make_graph(nodes, "by-hand", inputs, outputs, list(weights))
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=ir_version)


def value(name, kind=TensorProto.FLOAT, shape=(None, 2)):
    return helper.make_tensor_value_info(name, kind, shape if shape is None else list(shape))


def same(kind, shape=(None, 2), take="x", give="y"):
    return by_hand([helper.make_node("Identity", [take], [give])], [value(take, kind, shape)], [value(give, kind, shape)])


pairs = [[1.5, -2.25], [0.0, 4.0]]
half = by_hand(
    [helper.make_node("Gemm", ["x", "w"], ["y"])],
    [value("x", TensorProto.FLOAT16)],
    [value("y", TensorProto.FLOAT16, (None, 3))],
    [helper.make_tensor("w", TensorProto.FLOAT16, [2, 3], np.arange(6, dtype=np.float16).view(np.uint16).tolist())],
)
half.graph.initializer[0].CopyFrom(onnx.numpy_helper.from_array(np.arange(6, dtype=np.float16).reshape(2, 3), "w"))
weights = np.arange(6, dtype=np.float16).reshape(2, 3)
add("hand-half", half, np.array(pairs), plain((np.array(pairs, np.float16) @ weights).astype(np.float64)), csv=True)
for name in ["__proto__", "constructor", "toString", "hasOwnProperty", "a b", "名前", "instances", "features"]:
    add(f"hand-input-{name}", same(TensorProto.FLOAT, take=name), [{name: pair} for pair in pairs], pairs)
both_names = by_hand(
    [helper.make_node("Identity", ["x"], ["__proto__"]), helper.make_node("Neg", ["x"], ["constructor"])],
    [value("x")],
    [value("__proto__"), value("constructor")],
)
answers = [{"__proto__": pair, "constructor": [-one for one in pair]} for pair in pairs]
add("hand-output-names", both_names, np.array(pairs), answers)
add("hand-no-shape", same(TensorProto.FLOAT, None), np.array(pairs), pairs, csv=True)
add("hand-scalar", same(TensorProto.FLOAT, ()), [1.5], [1.5])
add("hand-bool", same(TensorProto.BOOL), [[True, False]], [[True, False]], csv="true,false\n")
add("hand-int8", same(TensorProto.INT8), [[-128, 127]], [[-128, 127]], csv="-128,127\n")
add("hand-uint64", same(TensorProto.UINT64), [["18446744073709551615", 1]], [["18446744073709551615", 1]])
sequence = by_hand(
    [helper.make_node("Identity", ["x"], ["y"]), helper.make_node("SequenceConstruct", ["x"], ["s"])],
    [value("x")],
    [value("y"), helper.make_tensor_sequence_value_info("s", TensorProto.FLOAT, None)],
)
add("hand-sequence-beside", sequence, np.array(pairs), pairs, csv=True)
brain = by_hand(
    [helper.make_node("Identity", ["x"], ["y"]), helper.make_node("Cast", ["x"], ["b"], to=TensorProto.BFLOAT16)],
    [value("x")],
    [value("y"), value("b", TensorProto.BFLOAT16)],
)
add("hand-bfloat16-beside", brain, np.array(pairs), pairs, csv=True)

with open(os.path.join(FOLDER, "manifest.json"), "w") as out:
    json.dump(manifest, out)
print(len(manifest), "models")
