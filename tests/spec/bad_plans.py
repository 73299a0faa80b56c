"""Plans that are refused, and what is said of them: tasks, and the modules and changes of arms."""

from attnlab import Training

FEATURES = {"name": "planted-features"}
SETTINGS = tuple(Training.model_fields)
DIGITS = {"name": "digits"}

PLANS = {
    "nothing": ({}, "task is missing: give one of planted-features, tabular, "),
    "no task": ({"arms": ["none"]}, "task is missing: give one of planted-features, tabular, "),
    "number as task": (
        {"task": 3, "arms": ["none"]},
        "a task is a name such as 'planted-features', or a mapping with a name and parameters; "
        "got 3",
    ),
    "nameless task": (
        {"task": {"classes": 3}, "arms": ["none"]},
        "a task needs a name: one of planted-features, tabular, ",
    ),
    "unknown task": (
        {"task": "digit", "arms": ["none"]},
        "unknown task 'digit', did you mean 'digits'?",
    ),
    "task like no other": (
        {"task": "zzz", "arms": ["none"]},
        "unknown task 'zzz': the known ones are planted-features, tabular, ",
    ),
    "one class": (
        {"task": {**FEATURES, "classes": 1}, "arms": ["none"]},
        "task planted-features: classes must be at least 2, got 1",
    ),
    "planted beyond the features": (
        {"task": {**FEATURES, "features": 8, "planted": 8}, "arms": ["none"]},
        "task planted-features: planted must be one of the 8 columns 0 to 7, got 8",
    ),
    "signal in every channel": (
        {"task": {"name": "planted-channels", "channels": 4, "signal": 4}, "arms": ["none"]},
        "task planted-channels: signal must be fewer than the 4 channels, got 4",
    ),
    "unknown parameter of a task": (
        {"task": {**FEATURES, "clases": 3}, "arms": ["none"]},
        "task planted-features: unknown parameter 'clases': the known ones are label_noise, "
        "imbalance, backbone, slots, features, classes, planted, samples, test_samples, "
        "did you mean 'classes'?",
    ),
    "labels that are all wrong": (
        {"task": {**DIGITS, "label_noise": 1}, "arms": ["none"]},
        "task digits: label_noise must be at most 0.9, got 1",
    ),
    "noise in per cent": (
        {"task": {**FEATURES, "label_noise": "30%"}, "arms": ["none"]},
        "task planted-features: label_noise must be a number, got '30%'",
    ),
    "the last class more common": (
        {"task": {"name": "planted-channels", "imbalance": 0.5}, "arms": ["none"]},
        "task planted-channels: imbalance must be a whole number, got 0.5",
    ),
    "no last class": (
        {"task": {**DIGITS, "imbalance": 0}, "arms": ["none"]},
        "task digits: imbalance must be at least 1, got 0",
    ),
    "parameters in a box": (
        {"task": {**FEATURES, "params": {"features": 8}}, "arms": ["none"]},
        "task planted-features: unknown parameter 'params'",
    ),
    "number as parameter name": (
        {"task": {**FEATURES, 3: 4}, "arms": ["none"]},
        "task planted-features: unknown parameter '3'",
    ),
    "truth as number": (
        {"task": {**FEATURES, "features": True}, "arms": ["none"]},
        "task planted-features: features must be a whole number, got True",
    ),
    "nothing as number": (
        {"task": {**FEATURES, "features": None}, "arms": ["none"]},
        "task planted-features: features must be a whole number, got None",
    ),
    "half a unit": (
        {"task": {**DIGITS, "head": 8.5}, "arms": ["none"]},
        "task digits: head must be a whole number, got 8.5",
    ),
    "dropout of all": (
        {"task": {**DIGITS, "dropout": 1}, "arms": ["none"]},
        "task digits: dropout must be at most 0.9, got 1",
    ),
    "no arms": (
        {"task": FEATURES},
        "arms is missing: give a list such as ['none', 'dense']",
    ),
    "empty arms": (
        {"task": FEATURES, "arms": []},
        "a study has at least 1 and at most 64 arms, got 0",
    ),
    "too many arms": (
        {"task": FEATURES, "arms": ["none"] * 65},
        "a study has at least 1 and at most 64 arms, got 65",
    ),
    "number as arms": (
        {"task": FEATURES, "arms": 3},
        "arms must be a list such as ['none', 'dense'], got 3",
    ),
    "text as arms": (
        {"task": FEATURES, "arms": "dense"},
        "arms must be a list such as ['none', 'dense'], got 'dense'",
    ),
    "mapping as arms": (
        {"task": FEATURES, "arms": {"module": "none"}},
        "arms must be a list such as ['none', 'dense'], got {'module': 'none'}",
    ),
    "number as arm": (
        {"task": FEATURES, "arms": [3]},
        "an arm is a module such as 'dense' or 'se:ratio=4', or a mapping with a module and its "
        "parameters; got 3",
    ),
    "arm without module": (
        {"task": FEATURES, "arms": [{"label": "mine"}]},
        "an arm needs a module, got {'label': 'mine'}",
    ),
    "number as module": (
        {"task": FEATURES, "arms": [{"module": 3}]},
        "a module is a name such as 'none', or a mapping with a name and parameters; got 3",
    ),
    "arm with a parameter beside its module's": (
        {"task": FEATURES, "arms": [{"module": {"name": "dense"}, "depth": 2}]},
        "unknown field of an arm 'depth': the known ones are label, module, set",
    ),
    "unknown module": (
        {"task": FEATURES, "arms": ["dens"]},
        "unknown module 'dens', did you mean 'dense'?",
    ),
    "unknown parameter of a module": (
        {"task": FEATURES, "arms": ["dense:dept=1"]},
        "module dense: unknown parameter 'dept': the known ones are depth, activation, "
        "normaliser, temperature, did you mean 'depth'?",
    ),
    "parameter of a module without any": (
        {"task": FEATURES, "arms": ["none:ratio=2"]},
        "module none: unknown parameter 'ratio': it takes none",
    ),
    "number as parameter name of an arm": (
        {"task": FEATURES, "arms": [{"module": "dense", 3: 1}]},
        "module dense: unknown parameter '3'",
    ),
    "parameter without value": (
        {"task": FEATURES, "arms": ["dense:depth"]},
        "expected name:parameter=value,… in 'dense:depth', got 'depth'",
    ),
    "parameter twice": (
        {"task": FEATURES, "arms": ["dense:depth=1,depth=2"]},
        "depth is given twice in 'dense:depth=1,depth=2'",
    ),
    "another name in the short form": (
        {"task": FEATURES, "arms": ["dense:name=none"]},
        "name is given twice in 'dense:name=none'",
    ),
    "parameter twice in a mapping": (
        {"task": FEATURES, "arms": [{"module": "dense:depth=1", "depth": 2}]},
        "depth is given twice in the arm {'depth': 2, 'module': 'dense:depth=1'}",
    ),
    "nothing after the at sign": (
        {"task": FEATURES, "arms": ["dense@"]},
        "expected @name=value,… in 'dense@', got ''",
    ),
    "change without value": (
        {"task": FEATURES, "arms": ["dense@classes"]},
        "expected @name=value,… in 'dense@classes', got 'classes'",
    ),
    "change twice": (
        {"task": FEATURES, "arms": ["dense@classes=3,classes=4"]},
        "classes is given twice in 'dense@classes=3,classes=4'",
    ),
    "change twice in a mapping": (
        {"task": FEATURES, "arms": [{"module": "dense@classes=3", "set": {"classes": 4}}]},
        "classes is given twice in the arm {'module': 'dense@classes=3', 'set': {'classes': 4}}",
    ),
    "number as changes": (
        {"task": FEATURES, "arms": [{"module": "dense", "set": 3}]},
        "set must be a mapping such as classes: 50, got 3",
    ),
    "unknown change": (
        {"task": FEATURES, "arms": ["none", "dense@clases=3"]},
        "arm dense@clases=3: unknown parameter 'clases': the known ones are label_noise, "
        "imbalance, backbone, slots, features, classes, planted, samples, test_samples, "
        f"{', '.join(SETTINGS[1:])}, "
        "did you mean 'classes'?",
    ),
    "number as name of a change": (
        {"task": FEATURES, "arms": [{"module": "dense", "set": {3: 4}}]},
        "arm dense@3=4: unknown parameter '3': the known ones are label_noise, imbalance, ",
    ),
    "parameter of the module among the changes": (
        {"task": FEATURES, "arms": [{"module": "dense", "set": {"depth": 1}}]},
        "arm dense@depth=1: unknown parameter 'depth': the known ones are label_noise, imbalance, ",
    ),
    "epochs of one arm": (
        {"task": FEATURES, "arms": [{"module": "dense", "label": "long", "set": {"epochs": 9}}]},
        "arm long: epochs cannot be changed for one arm: arms are compared epoch by epoch",
    ),
    "one class for an arm": (
        {"task": FEATURES, "arms": ["none", {"module": "dense", "set": {"classes": 1}}]},
        "arm dense@classes=1: classes must be at least 2, got 1",
    ),
    "truth as a change": (
        {"task": FEATURES, "arms": [{"module": "dense", "set": {"classes": True}}]},
        "arm dense@classes=true: classes must be a whole number, got True",
    ),
    "list as a change": (
        {"task": FEATURES, "arms": [{"module": "dense", "set": {"batch_size": [8]}}]},
        "arm dense@batch_size=[8]: batch_size must be a whole number, got [8]",
    ),
    "change that the rest of the task does not allow": (
        {"task": {**FEATURES, "planted": 9}, "arms": ["none@features=8"]},
        "arm none@features=8: planted must be one of the 8 columns 0 to 7, got 9",
    ),
    "ratio larger than the features of its arm": (
        {"task": FEATURES, "arms": ["feature-gate:ratio=16", "feature-gate:ratio=16@features=8"]},
        "arm feature-gate:ratio=16@features=8: feature-gate: ratio must divide into at least one "
        "unit: features=8, ratio=16",
    ),
    "two arms that change nothing": (
        {"task": {**FEATURES, "classes": 7}, "arms": ["dense", "dense@classes=7"]},
        "two arms are called 'dense': change a parameter of one, or give it a label",
    ),
    "even kernel": (
        {"task": DIGITS, "arms": ["eca:kernel_size=4"]},
        "module eca: kernel_size must be odd, or 0 to pick it by the number of channels; got 4",
    ),
    "unknown choice": (
        {"task": DIGITS, "arms": ["se:gate=step"]},
        "module se: gate must be one of 'sigmoid' or 'hard_sigmoid', got 'step'",
    ),
    "unknown number to choose": (
        {"task": DIGITS, "arms": ["cbam:kernel_size=5"]},
        "module cbam: kernel_size must be one of 3 or 7, got '5'",
    ),
    "switch half way": (
        {"task": DIGITS, "arms": ["se:bias=maybe"]},
        "module se: bias must be true or false, got 'maybe'",
    ),
}
