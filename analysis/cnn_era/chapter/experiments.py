"""The experiments of the CNN-era chapter.

Each writes one small table in tidy form, ``analysis/data/results/cnn-era-*.csv``.
"""

from analysis.cnn_era.chapter import experiments_of_records, experiments_of_stages

EXPERIMENTS = (*experiments_of_records.EXPERIMENTS, *experiments_of_stages.EXPERIMENTS)
