"""Makes what people have who have no ONNX model yet, each by its own framework: FOLDER/…"""

import gzip
import os
import pickle
import sys
import zipfile

import joblib
import lightgbm
import numpy as np
import torch
import xgboost
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

os.chdir(sys.argv[1])
x, y = load_iris(return_X_y=True)
forest = LogisticRegression(max_iter=500).fit(x, y)
joblib.dump(forest, "model.joblib")
joblib.dump(forest, "squeezed.joblib", compress=3)
joblib.dump(forest, "pickle-called.onnx")
for protocol in (0, 2, 5):
    with open(f"protocol{protocol}.pkl", "wb") as out:
        pickle.dump(forest, out, protocol=protocol)
with gzip.open("model.pkl.gz", "wb") as out:
    pickle.dump({"anything": 1}, out)
booster = xgboost.XGBClassifier(n_estimators=2).fit(x, y)
booster.save_model("xgboost.json")
booster.save_model("xgboost.ubj")
joblib.dump(booster, "xgboost.pkl")
gbm = lightgbm.LGBMClassifier(n_estimators=2, verbose=-1).fit(x, y)
gbm.booster_.save_model("lightgbm.txt")
joblib.dump(gbm, "lightgbm.joblib")
net = torch.nn.Linear(4, 2)
torch.save(net.state_dict(), "state.pt")
torch.save(net.state_dict(), "old.pth", _use_new_zipfile_serialization=False)
torch.jit.script(net).save("script.pt")
torch.save(net.state_dict(), "torch-called.onnx")
np.savez("arrays.npz", x)
with zipfile.ZipFile("model.zip", "w") as archive:
    archive.writestr("readme.txt", "a model")
