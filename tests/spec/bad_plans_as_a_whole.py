"""Plans that are refused, and what is said of them: sizes, names, references, seeds."""

from attnlab import Training

FEATURES = {"name": "planted-features"}
SETTINGS = tuple(Training.model_fields)
DIGITS = {"name": "digits"}

PLANS = {
    "ratio larger than channels": (
        {"task": {"name": "planted-channels", "channels": 16}, "arms": ["se:ratio=32"]},
        "se: ratio must divide into at least one unit: channels=16, ratio=32",
    ),
    "ratio larger than features": (
        {"task": {**FEATURES, "features": 8}, "arms": ["feature-gate:ratio=16"]},
        "feature-gate: ratio must divide into at least one unit: features=8, ratio=16",
    ),
    "ratio larger than the narrowest block": (
        {"task": {**DIGITS, "width": 8, "blocks": 3}, "arms": ["selayer:ratio=16"]},
        "selayer: ratio must divide into at least one unit: channels=8, ratio=16",
    ),
    "heads that do not divide the features": (
        {"task": {"name": "planted-steps", "units": 24}, "arms": ["self-attention:heads=16"]},
        "self-attention: heads must divide the number of features: features=24, heads=16",
    ),
    "heads that do not divide the features of an arm": (
        {
            "task": {"name": "planted-steps", "units": 16},
            "arms": ["transformer-encoder:heads=16", "transformer-encoder:heads=16@units=24"],
        },
        "arm transformer-encoder:heads=16@units=24: transformer-encoder: heads must divide the "
        "number of features: features=24, heads=16",
    ),
    "module between sequences on one sequence": (
        {"task": "planted-steps", "arms": ["none", "luong"]},
        "module 'luong' does not fit task 'planted-steps': it weighs (B, Q, D) with (B, T, D), the "
        "task gives (B, T, D); modules that fit are none, attention-pool, step-dense, last-query, "
        "han, self-attention, transformer-encoder, additive-self, linear, relative, hard, uniform",
    ),
    "module that does not fit": (
        {"task": DIGITS, "arms": ["none", "dense"]},
        "module 'dense' does not fit task 'digits': it weighs (B, D), the task gives "
        "(B, H, W, C); modules that fit are none, se, selayer, eca, cbam-channel, ese, ceca, "
        "gct, selective-kernel, cbam-spatial, cbam, non-local, double-attention, external, ",
    ),
    "two arms of one name": (
        {"task": FEATURES, "arms": ["dense", "none", "dense"]},
        "two arms are called 'dense': change a parameter of one, or give it a label",
    ),
    "one label for two arms": (
        {
            "task": FEATURES,
            "arms": [{"module": "dense", "label": "a"}, {"module": "none", "label": "a"}],
        },
        "two arms are called 'a'",
    ),
    "empty label": (
        {"task": FEATURES, "arms": [{"module": "dense", "label": ""}]},
        "a label must have a character that can be seen, got ''",
    ),
    "endless label": (
        {"task": FEATURES, "arms": [{"module": "dense", "label": "x" * 81}]},
        "label must be at most 80 characters long, got 'xxx",
    ),
    "number as label": (
        {"task": FEATURES, "arms": [{"module": "dense", "label": 3}]},
        "label must be a text, got 3",
    ),
    "reference that is no arm": (
        {"task": FEATURES, "arms": ["none", "dense"], "reference": "dens"},
        "the reference must be one of the arms none, dense; got 'dens'",
    ),
    "number as reference": (
        {"task": FEATURES, "arms": ["none"], "reference": 3},
        "reference must be a text, got 3",
    ),
    "no seeds": (
        {"task": FEATURES, "arms": ["none"], "seeds": 0},
        "seeds must be at least 1 and at most 1000, got 0",
    ),
    "too many seeds": (
        {"task": FEATURES, "arms": ["none"], "seeds": 1001},
        "seeds must be at least 1 and at most 1000, got 1001",
    ),
    "too many seeds by name": (
        {"task": FEATURES, "arms": ["none"], "seeds": list(range(1001))},
        "seeds must name at most 1000, got 1001",
    ),
    "an empty list of seeds": (
        {"task": FEATURES, "arms": ["none"], "seeds": []},
        "seeds must name at least one seed, got none",
    ),
    "seeds in words": (
        {"task": FEATURES, "arms": ["none"], "seeds": "three"},
        "seeds must be a count or a list of whole numbers, got 'three'",
    ),
    "half a count": (
        {"task": FEATURES, "arms": ["none"], "seeds": 2.5},
        "seeds must be a count or a list of whole numbers, got 2.5",
    ),
    "truth as count": (
        {"task": FEATURES, "arms": ["none"], "seeds": True},
        "seeds must be a count or a list of whole numbers, got True",
    ),
    "a seed twice": (
        {"task": FEATURES, "arms": ["none"], "seeds": [3, 3]},
        "each seed may be named once, got [3, 3]",
    ),
    "a negative seed": (
        {"task": FEATURES, "arms": ["none"], "seeds": [1, -2]},
        "seeds must be whole numbers from 0 to 2147483647, got -2",
    ),
    "a seed no database holds": (
        {"task": FEATURES, "arms": ["none"], "seeds": [2**31]},
        "seeds must be whole numbers from 0 to 2147483647, got 2147483648",
    ),
    "a seed in words": (
        {"task": FEATURES, "arms": ["none"], "seeds": ["a"]},
        "seeds must be whole numbers from 0 to 2147483647, got 'a'",
    ),
    "truth as seed": (
        {"task": FEATURES, "arms": ["none"], "seeds": [True]},
        "seeds must be whole numbers from 0 to 2147483647, got True",
    ),
    "zero epochs": (
        {"task": FEATURES, "arms": ["none"], "epochs": 0},
        "training: epochs must be at least 1, got 0",
    ),
    "epochs in words": (
        {"task": FEATURES, "arms": ["none"], "epochs": "ten"},
        "training: epochs must be a whole number, got 'ten'",
    ),
    "truth as epochs": (
        {"task": FEATURES, "arms": ["none"], "epochs": True},
        "training: epochs must be a whole number, got True",
    ),
    "empty batches": (
        {"task": FEATURES, "arms": ["none"], "training": {"batch_size": 0}},
        "training: batch_size must be at least 1, got 0",
    ),
    "rate that is no number": (
        {"task": FEATURES, "arms": ["none"], "learning_rate": float("nan")},
        "training: learning_rate must be a finite number, got nan",
    ),
    "number as training": (
        {"task": FEATURES, "arms": ["none"], "training": 20},
        "training must be a mapping such as epochs: 20, got 20",
    ),
    "list as training": (
        {"task": FEATURES, "arms": ["none"], "training": []},
        "training must be a mapping such as epochs: 20, got []",
    ),
    "unknown setting of the training": (
        {"task": FEATURES, "arms": ["none"], "training": {"epoch": 3}},
        f"training: unknown parameter 'epoch': the known ones are {', '.join(SETTINGS)}, "
        "did you mean 'epochs'?",
    ),
    "epochs twice": (
        {"task": FEATURES, "arms": ["none"], "epochs": 3, "training": {"epochs": 4}},
        "epochs is given twice: as 3, and in training",
    ),
    "unknown part": (
        {"task": FEATURES, "arms": ["none"], "epoch": 3},
        "unknown parameter 'epoch': the known ones are task, arms, reference, seeds, "
        f"training, judging, contrasts, looks, settled, tuning, prediction, {', '.join(SETTINGS)}, "
        "metric, score, last, most_seeds, correction, margin, precision, build, controls, "
        "also_on, did you mean 'epochs'?",
    ),
    "a part called self": (
        {"task": FEATURES, "arms": ["none"], "self": 3},
        "unknown parameter 'self'",
    ),
}
