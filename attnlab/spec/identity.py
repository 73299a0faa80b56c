"""The name of a plan: a hash of what differs from the defaults.

A setting at its default is left out. So a new setting with a default changes no plan's identity:
links and shipped claims still find their studies. What somebody brought is named by its source,
too: another text is another module, or another task.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import BaseModel

from attnlab.spec.own import SOURCE, OwnParameters

DEFAULTS_VERSION = 2
"""The version of the defaults (of tasks, modules, training, judging, study) that a hash leaves out.

Raise it by one whenever a default changes, or a setting with a default is renamed or removed: the
same text then means another plan. A new setting needs no raise, and neither do a task's own good
training settings, which are written out. A raise changes every identity, so it needs

- a schema step (`attnlab.store.schema`) that first writes the old default into stored plans that
  lack the setting, then gives every stored study its new hash,
- the new hash in `data/claims.json` for each claim whose plan stayed the same; the others are
  trained anew,
- `tests/spec/defaults.json`, which holds every default of this version.
"""


def identity(plan: BaseModel) -> str:
    """Sixteen hexadecimal digits that name the content of this plan, however it was written."""
    content = {"defaults": DEFAULTS_VERSION, "plan": beyond_defaults(plan)}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def beyond_defaults(value: Any) -> Any:
    """A value as JSON has it; of a model, at any depth, only the fields that differ from their
    defaults, and those without one."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        source = {SOURCE: value.own.source.digest} if isinstance(value, OwnParameters) else {}
        return source | {
            name: beyond_defaults(each)
            for name, each in value
            if each != fields[name].get_default(call_default_factory=True)
        }
    if isinstance(value, tuple):
        return [beyond_defaults(each) for each in value]
    return value + 0.0 if isinstance(value, float) else value  # -0.0 is the same number as 0.0
