drop table insights.benchmark_cells;
drop table insights.benchmarks;
drop table insights.benchmark_keys;
drop table insights.benchmark_spent;
drop table insights.benchmark_blocks;
