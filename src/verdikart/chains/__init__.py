"""Value chains: graph, lint, layout, stage risk, exposure, benchmarks, opportunities. Pure."""
