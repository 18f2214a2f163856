"""What a tool kept, beside what is truly in the tenant."""

import json
from collections import Counter

# What IntuneCD takes out of every object on purpose, as its documentation says: no loss.
LEFT_OUT = set(
    "id version topicIdentifier certificate createdDateTime lastModifiedDateTime modifiedDateTime isAssigned sourceId supportsScopeTags "
    "companyCodes isGlobalScript highestAvailableVersion token lastSyncDateTime isReadOnly secretReferenceValueId isEncrypted "
    "deployedAppCount deviceHealthScriptType roleScopeTagIds roleScopeTags settingCount @odata.type".split()
)


def text(value):
    return json.dumps(value, sort_keys=True, default=str)


def assignments(value):
    """Targets by kind: names in place of ids are no loss."""
    return sorted(str((one.get("target") or {}).get("@odata.type")) for one in value or [])


def settings(value):
    return sorted(text(one.get("settingInstance", one)) for one in value or [])


def definitions(value):
    count = lambda one: len(one.get("presentationValues") or [])
    return sorted((text((one.get("definition") or {}).get("id")), text(one.get("enabled")), count(one)) for one in value or [])


COLLECTIONS = {"assignments": assignments, "settings": settings, "definitionValues": definitions}


def different(true, kept):
    """Names of the properties that were lost or changed on the way."""
    wrong = set()
    for name, value in true.items():
        if name in LEFT_OUT or "@odata.context" in name:
            continue
        same = COLLECTIONS.get(name) if isinstance(value, list) else None
        if same and all(isinstance(one, dict) for one in value):
            there = kept.get(name)
            if same(value) != same(there if isinstance(there, list) else []):
                wrong.add(name)
        elif name not in kept or exact(kept[name]) != exact(value):
            wrong.add(name)
    return wrong


def exact(value):
    """Text by which values are the same: the order of members means nothing, that of lists does, 1.10 and 1.1 are one number."""
    if isinstance(value, dict):
        return {name: exact(inner) for name, inner in sorted(value.items())}
    if isinstance(value, list):
        return [exact(inner) for inner in value]
    return value


class Judged:
    """Everything that was kept, judged by the truth. `kinds`: the types that the tool reads at all."""

    def __init__(self, truth, kept, kinds):
        """`kept`: {type: {id: [object, …]}}"""
        self.objects = {(kind, identity) for kind in kinds for identity in truth.get(kind, {})}
        self.lost, self.doubled, self.wrong = set(), set(), {}
        for kind, identity in self.objects:
            found = kept.get(kind, {}).get(identity, [])
            if not found:
                self.lost.add((kind, identity))
                continue
            if len(found) > 1:
                self.doubled.add((kind, identity))
            names = different(truth[kind][identity], found[0])
            if names:
                self.wrong[kind, identity] = names

    def worse_than(self, clean):
        """Damage that was not there when nothing went wrong: how many objects, and which properties."""
        properties, objects = Counter(), 0
        for key, names in self.wrong.items():
            new = names - clean.wrong.get(key, set())
            objects += bool(new)
            properties.update(new)
        return objects, properties


def by_kind(truth, kept):
    """{id: [object]} as {type: {id: [object]}}: which type an id is of, the truth knows."""
    return {kind: {identity: kept[identity] for identity in objects if identity in kept} for kind, objects in truth.items()}
