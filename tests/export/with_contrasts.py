"""A study with controls, the contrasts that ask them, and a margin."""

from .studies import recorded

STEPS = [0.001 * step for step in range(10)]
LEVELS = {
    "none": 0.50,
    "dense": 0.70,
    "dense:depth=1": 0.71,
    "uniform:kind=distribution": 0.52,
    "frozen-random:of=dense": 0.65,
    "matched:of=dense": 0.70,
}
CONTRASTS = (
    "dense against uniform",
    "dense against frozen-random",
    "dense against matched",
    "dense:depth=1 against dense",
)


def with_contrasts(home, **plan):
    """Learning matters, size alone does nearly as well, and a layer more helps by a point."""
    noise = {"matched:of=dense": 0.0004, "dense:depth=1": -0.0002}
    scores = {
        arm: [level + step + noise.get(arm, 0) * (-1) ** place for place, step in enumerate(STEPS)]
        for arm, level in LEVELS.items()
    }
    mass = {"dense": 0.8, "dense:depth=1": 0.82}
    return recorded(home, scores, mass=mass, **{"contrasts": CONTRASTS, "margin": 0.02, **plan})
