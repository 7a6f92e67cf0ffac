"""One address of every kind of page, for tests that look at all of them."""

from __future__ import annotations

EXAMPLES = {
    "overview": [""],
    "materials": ["materials", "materials?q=magnesium"],
    "material": ["materials/magnesium", "materials/zinc", "materials/rare_earth_elements"],
    "chains": ["chains"],
    "chain": ["chains/nickel", "chains/aluminium"],
    "step": ["chains/nickel/nickel_matte"],
    "sectors": ["sectors"],
    "sector": ["sectors/defence"],
    "countries": ["countries"],
    "country": ["countries/CHN", "countries/NOR", "countries/TUV"],
    "position": ["position"],
    "register": ["position/register"],
    "opportunities": ["opportunities"],
    "opportunity": ["opportunities/silicon/silicon_metal"],
    "planner": ["opportunities/planner"],
    "sandbox": ["sandbox", "sandbox?basis=study&sr_threshold=1.2&share=50"],
    "compare": ["compare"],
    "data": ["data"],
    "table": ["data/assessments"],
    "terms": ["terms"],
    "term": ["terms/hhi_value"],
    "about": ["about"],
    "accessibility": ["about/accessibility"],
    "search": ["search", "search?q=magnseium", "search?q=qqqqqqqq"],
    "runs": ["runs"],
    "run": [],  # a run has to be started first: test_runs.py
    "why": [
        "why/NOR/2024/baci_hs92/HS92:260200/import/hhi_value",
        "why/chain_steps/12/top_share",
    ],
}
PATHS = [path for paths in EXAMPLES.values() for path in paths]
FAULTS = ["materials/unobtainium", "nowhere", "materials?sort=x"]


def at(lang: str, path: str) -> str:
    """The address of a page in a language."""
    return f"/{lang}/current/{path}" if path else f"/{lang}/current"
