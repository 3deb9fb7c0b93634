"""What schemathesis cannot know by itself: under which entity tag a thing was last read.

Loaded by schemathesis. Without it, no step in the life of an agreement or a contract version gets past its precondition.
"""

import os
import urllib.error
import urllib.request

import schemathesis
from schemathesis.core.parameters import ParameterLocation

TAG = "if-match"
STEPS = {"count": 0}


@schemathesis.hook
def before_call(context, case, kwargs):
    """Every second time that a step is to be taken under a tag, it is the tag of now."""
    names = [name for name in case.headers or {} if name.lower() == TAG]
    if not names or (case.meta and case.meta.is_negative_at(ParameterLocation.HEADER)):
        return
    STEPS["count"] += 1
    tag = STEPS["count"] % 2 and tag_of_now(case.formatted_path.rsplit("/", 1)[0])
    if tag:
        for name in names:
            case.headers[name] = tag


def tag_of_now(path: str) -> str | None:
    headers = {"authorization": f"Bearer {os.environ['FINCE_TOKEN']}"}
    try:
        request = urllib.request.Request(os.environ["FINCE_GOVERNANCE"] + path, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.headers.get("etag")
    except (urllib.error.HTTPError, ValueError):
        return None
