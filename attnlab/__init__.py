"""attnlab: does this attention module earn its parameters?

Importing attnlab imports no TensorFlow (that takes seconds); the first call that trains does.
"""

from attnlab import catalog as _catalog  # noqa: F401  (fills the registry that specs look up)
from attnlab.spec import Arm, SpecError, Study, TaskSpec, Training

__version__ = "0.1.0"

__all__ = ["Arm", "SpecError", "Study", "TaskSpec", "Training", "__version__"]
