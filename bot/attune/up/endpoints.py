"""The project's endpoints.yml with the addresses and folders of this installation written into a copy."""

from pathlib import Path

from ruamel.yaml import YAML

from attune.up.installation import Installation


def derive(place: Installation) -> Path:
    """Write var/endpoints.yml: actions at their port, SQLite conversations in the var folder, the rest as it was."""
    source, target = place.project / "endpoints.yml", place.settings.var / "endpoints.yml"
    yaml = YAML()
    content = (yaml.load(source) if source.exists() else None) or {}
    content["action_endpoint"] = {"url": f"{place.actions_url}/webhook"}
    store = content.get("tracker_store")
    if store and "url" not in store and store.get("dialect", "sqlite") == "sqlite":
        store["db"] = str(place.settings.var / Path(store.get("db", "rasa.db")).name)
    yaml.dump(content, target)
    return target
