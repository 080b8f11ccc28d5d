"""What a community learns from itself, and what an investor sees of a portfolio.

Compares without giving anyone away: every figure over several companies goes through
`privacy`, which decides who is counted with whom and what is said about them.

Owns `insights.suggestion_runs` and `insights.suggestions` (advice after an outcome),
`insights.portfolio_insights` (what a portfolio comes to), and of community benchmarks what is
shown, `insights.benchmarks` and `insights.benchmark_cells`, beside what only a refresh sees:
`insights.benchmark_blocks`, `insights.benchmark_spent`, `insights.benchmark_keys`. Emits what
`events` names.
"""
