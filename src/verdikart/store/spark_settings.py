"""Where Spark is and how it is to be set: an address, or a small YAML file of the user's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from verdikart.core.errors import UsageProblem

WAIT = 60.0  # seconds for a master to answer and for a worker to take us in
LOCAL = re.compile(r"local(\[(\d+|\*)\])?")
NETWORK = re.compile(r"(spark|sc)://[^\s/]+(/\S*)?")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where Spark is and how it is to be set; ``wait`` in seconds, for a cluster to answer."""

    address: str
    conf: Mapping[str, str] = field(default_factory=dict)
    wait: float = WAIT


def settings(engine: str) -> Settings:
    """Read an address, or a YAML file with ``address``, ``conf`` and ``wait``."""
    if is_address(engine):
        return Settings(engine)
    path = Path(engine)
    if path.suffix not in {".yaml", ".yml"}:
        raise UsageProblem(
            f"unknown engine {engine!r}; give local[2], spark://host:7077, sc://host:15002, "
            "or a YAML file with address and conf"
        )
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageProblem(f"engine file {engine} does not exist") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageProblem(f"engine file {engine} cannot be read: {error}") from error
    return _checked(content, engine)


def _checked(content: object, file: str) -> Settings:
    faults = []
    if not isinstance(content, dict):
        raise UsageProblem(f"engine file {file} must be a mapping with address, conf and wait")
    unknown = sorted(str(key) for key in content.keys() - {"address", "conf", "wait"})
    if unknown:
        faults.append(f"unknown key(s) {', '.join(unknown)} (known: address, conf, wait)")
    address, conf, wait = content.get("address"), content.get("conf") or {}, content.get("wait")
    if not (isinstance(address, str) and is_address(address)):
        faults.append(f"address {address!r} is none of local[2], spark://host:port, sc://host:port")
    if not isinstance(conf, dict) or not all(str(key).startswith("spark.") for key in conf):
        faults.append("conf must name Spark's own settings, such as spark.executor.memory: 4g")
    if wait is not None and not (isinstance(wait, int | float) and wait > 0):
        faults.append(f"wait {wait!r} must be seconds above 0")
    if faults:
        raise UsageProblem(f"engine file {file}: {'; '.join(faults)}")
    # YAML reads true and 8 as other types than text; Spark wants them in lower case.
    texts = {str(k): str(v).lower() if isinstance(v, bool) else str(v) for k, v in conf.items()}
    return Settings(str(address), texts, float(wait or WAIT))


def is_address(text: str) -> bool:
    """Whether a text is an address that a session can be opened at."""
    return bool(LOCAL.fullmatch(text) or NETWORK.fullmatch(text))
